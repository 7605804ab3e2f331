"""Words of several pages: a share with its interval, the name of a group, reasons."""

from farled.locale import N_, interval, percent, translator
from farled.stats.intervals import Estimate, Rate
from farled.web.cells import DASH


def share_of(rate: Rate | Estimate, language: str) -> str:
    """Return a rate with its interval in one line."""
    if rate.value is None or rate.low is None or rate.high is None:
        return translator(language)(rate.reason or "nobody")
    bounds = interval(rate.low, rate.high, language).replace(
        DASH, f"\u2060{DASH}\u2060"
    )  # the line does not break there
    return f"{percent(rate.value, language)} ({bounds})"


def group_name(value: object, language: str) -> str:
    """Return how a group is called; the one without a value is said to be so."""
    _ = translator(language)
    return _("without a value") if value is None else str(value)


REASONS = (N_("nobody"), N_("open"), N_("no_window"), N_("not_computable"), N_("too_few"), N_("yes"), N_("no"))
