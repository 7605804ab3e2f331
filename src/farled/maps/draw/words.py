"""The words of the picture in one language, and how it writes what was measured."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from farled.locale import N_, duration, interval, number, percent, points, signed, signed_percent, translator
from farled.maps.draw.view import Figure
from farled.spans import DAY, SECOND, microseconds

Number = Mapping[str, Any]
"""A number of the snapshot: value, low, high, n, unit; or value None with its reason."""

FEW: Final = 30
DASH: Final = "\u2013"
_REASONS: Final = {
    "unobserved": N_("unmeasured"),
    "too_few": N_("too few"),
    "open": N_("too early"),
    "hidden": N_("hidden, so few that they could be known"),
    "not_computable": N_("cannot be computed"),
}
_QUOTES: Final = {"sv": "””", "nb": "«»", "da": "»«", "en": "“”"}
_STATES: Final = {
    "over": N_("over"),
    "under": N_("under"),
    "unclear": N_("unclear"),
    "no_target": N_("no target"),
    "unmeasured": N_("unmeasured"),
}
_STATUSES: Final = {
    "proposed": N_("proposed"),
    "planned": N_("planned"),
    "testing": N_("being tested"),
    "done": N_("done"),
    "dropped": N_("dropped"),
}


class Words:
    """Writes for the picture in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.translate = translator(language)

    def _(self, message: str, **fields: str) -> str:
        """Translate a text and fill in its fields."""
        translated = self.translate(message)
        return translated.format(**fields) if fields else translated

    def count(self, value: float) -> str:
        """Write a whole number."""
        return number(value, self.language)

    def units(self, value: float, unit: str) -> str:
        """Write how many customers, accounts or journeys."""
        if unit == "journey":
            return self.journeys(value)
        if unit == "account":
            text = self.translate.ngettext("{n} account", "{n} accounts", round(value))
        else:
            text = self.translate.ngettext("{n} customer", "{n} customers", round(value))
        return text.format(n=self.count(value))

    def journeys(self, value: float) -> str:
        """Write how many journeys."""
        return self.translate.ngettext("{n} journey", "{n} journeys", round(value)).format(n=self.count(value))

    def span(self, span: str) -> str:
        """Write a span such as ``90d``, whole days in words."""
        days, rest = divmod(microseconds(span), DAY)
        if rest:
            return duration(microseconds(span) / SECOND, self.language)
        return self.translate.ngettext("{n} day", "{n} days", days).format(n=self.count(days)).replace(" ", "\u00a0")

    def share(self, value: float, digits: int = 0) -> str:
        """Write a share in percent."""
        return percent(value, self.language, digits)

    def reason(self, reason: str | None) -> str:
        """Say why there is no value."""
        return self._(_REASONS.get(reason or "", reason or "unmeasured"))

    def state(self, state: str) -> str:
        """Say how a value lies to its target."""
        return self._(_STATES[state])

    def status(self, status: str) -> str:
        """Say how far an opportunity has come."""
        return self._(_STATUSES.get(status, status))

    def quote(self, text: str) -> str:
        """Put text in the quotation marks of its language."""
        bare = text.strip().strip("\"'“”„«»")
        return f"{_QUOTES[self.language][0]}{bare}{_QUOTES[self.language][1]}"

    def n(self, n: str) -> str:
        """Write how many a number rests on; it does not break over lines."""
        return self._("n = {n}", n=n).replace(" ", "\u00a0")

    def figure(self, measured: Number | float | None, unit: str = "share") -> Figure:
        """Write a measured number with its interval and n.

        Args:
            measured: As in the snapshot; None where it holds nothing.
            unit: How to write it where the snapshot does not say.
        """
        if measured is None:
            return Figure(DASH, note=self.reason("unobserved"))
        if not isinstance(measured, Mapping):
            return Figure(self.value(measured, unit), value=measured)
        value, low, high, n = (measured.get(key) for key in ("value", "low", "high", "n"))
        rests = n.replace("-", DASH) if isinstance(n, str) else self.count(n) if n is not None else ""
        if value is None:
            return Figure(DASH, n=rests, note=self.reason(measured.get("reason")))
        kind = str(measured.get("unit") or unit)
        bounds = "" if low is None or high is None else self.bounds(low, high, kind)
        few = kind != "count" and isinstance(n, int) and n < FEW
        width = 1.0 if low is None or high is None else high - low
        text = self.value(value, kind, fine=width < 0.1)
        return Figure(text, bounds, rests, self._("few") if few else "", value, low, high, few)

    def lost(self, figure: Figure) -> Figure:
        """Write a share that is lost: whole percent, with a minus."""
        return replace(figure, text=signed_percent(-(figure.value or 0.0), self.language))

    def change(self, difference: float) -> str:
        """Write a difference of two shares in percentage points."""
        return points(difference, self.language)

    def value(self, value: float, unit: str, fine: bool = True) -> str:
        """Write a bare value in its unit."""
        if unit == "share":
            return self.share(value, 1 if fine and abs(round(100 * value) - 100 * value) > 1e-9 else 0)
        if unit == "seconds":
            return duration(value, self.language)
        if unit in ("feeling", "difference"):
            return signed(value, self.language, 1)
        if unit in ("score", "mean"):
            return number(value, self.language, 1)
        return number(value, self.language, 0 if value == round(value) or abs(value) >= 10 else 1)

    def bounds(self, low: float, high: float, unit: str) -> str:
        """Write the ends of an interval."""
        if unit == "share":
            return interval(low, high, self.language, digits=1 if high - low < 0.1 else 0)
        if unit == "seconds":
            return f"{duration(low, self.language)} {DASH} {duration(high, self.language)}"
        fine = 1 if unit in ("feeling", "difference", "score", "mean") or abs(high) < 10 else 0
        return interval(low, high, self.language, percent=False, digits=fine)

    def spoken(self, name: str, figure: Figure) -> str:
        """Write one line of a card: name, value, interval, n."""
        if figure.value is None:
            rests = f" ({self.n(figure.n)})" if figure.n else ""
            return f"{name}: {figure.note}{rests}"
        inside = [self._("95 % interval {bounds}", bounds=figure.bounds)] if figure.bounds else []
        inside += [self.n(figure.n)] if figure.n else []
        inside += [figure.note] if figure.note else []
        return f"{name}: {figure.text}" + (f" ({', '.join(inside)})" if inside else "")

    def parts(self, figure: Figure) -> tuple[str, ...]:
        """Write interval, and n with the word *few*, each as a part."""
        rests = [self.n(figure.n)] if figure.n else []
        if figure.value is None:
            return tuple(rests)
        rests += [figure.note] if figure.note else []
        return tuple(part for part in (figure.bounds, " · ".join(rests)) if part)

    def evidence(self, figure: Figure) -> str:
        """Write interval and n in short."""
        return " · ".join(self.parts(figure))


def amount(measured: Number | float | None) -> float | None:
    """Return a count of the snapshot that may be hidden."""
    if isinstance(measured, Mapping):
        value = measured.get("value")
        return float(value) if value is not None else None
    return measured
