"""Words of several pages: a share with its interval, the name of a group, reasons."""

from collections.abc import Mapping
from typing import Any, Protocol, Self, TypeVar

from farled.locale import N_, interval, percent, translator
from farled.stats.intervals import Estimate, Rate
from farled.web.cells import DASH


class Grouped(Protocol):
    """An answer that has answers of its groups in it."""

    @property
    def groups(self) -> Mapping[Any, Self]:
        """By value; None is no value."""
        ...


G = TypeVar("G", bound=Grouped)


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


def parts_of(answer: G, language: str) -> list[tuple[str, G]]:
    """Return an answer and those of its groups, each with what it is called."""
    groups = [(group_name(value, language), group) for value, group in answer.groups.items()]
    return [(translator(language)("all together"), answer), *groups]


REASONS = (N_("nobody"), N_("open"), N_("no_window"), N_("not_computable"), N_("too_few"), N_("yes"), N_("no"))
