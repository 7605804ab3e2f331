"""What was measured differently: two periods, personas or segments of a map, or a map and its plan."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from farled.figures.table import Table
from farled.locale import N_, points, signed
from farled.maps.audit.compare import Kind, Verdict, difference, of_numbers, verdicts
from farled.maps.draw.notes import metric_name
from farled.maps.draw.words import DASH, Words, amount
from farled.maps.model import MapFile

Snapshot = Mapping[str, Any]
Number = Mapping[str, Any]
_LABELS: Final = {
    "reached": N_("{phase}: reached"),
    "completion": N_("{phase}: completion"),
    "feeling": N_("{phase}: feeling"),
    "dwell": N_("{phase}: median stay"),
}
_VERDICTS: Final = {
    "higher": N_("higher"),
    "lower": N_("lower"),
    "same": N_("no clear difference"),
    "unknown": N_("cannot be told"),
}
_UNITS: Final[Mapping[str, Kind]] = {"share": "share", "seconds": "seconds", "points": "points", "score": "score"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One number measured twice.

    Attributes:
        object: ``journeys``, ``phase`` or ``metric``.
        id: Of the phase or metric; empty for the journeys.
        field: Such as ``completion``.
        before: As in the first snapshot.
        after: As in the second.
        difference: The second minus the first with its 95 % interval; None: it has none.
        p: Two-sided p-value of no difference; None: there is none.
        verdict: How the second lies to the first, all comparisons taken together; ``unknown`` where it cannot be told.
    """

    object: str
    id: str
    field: str
    before: Any
    after: Any
    difference: Number | None = None
    p: float | None = None
    verdict: Verdict = "unknown"

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "object": self.object,
            "id": self.id,
            "field": self.field,
            "before": self.before,
            "after": self.after,
            "difference": self.difference,
            "p": self.p,
            "verdict": self.verdict,
        }


def differences(before: Snapshot, after: Snapshot) -> tuple[Difference, ...]:
    """Return what two snapshots measured differently: counts, completion, feeling, stay and metrics.

    The two are taken as different customers; the 95 % intervals of the snapshots say how sure each number is, and of
    all comparisons together at most five in a hundred differences found are false (Benjamini-Hochberg).

    Args:
        before: A snapshot.
        after: Of another period, persona or segment, or of another version of the map.

    Returns:
        One per number that both hold, in the order of the map.
    """
    counts = list(_counts(before, after))
    pairs = list(_numbers(before, after))
    compared = [of_numbers(new, old, kind) for _, old, new, kind in pairs]
    found = [
        Difference(*where, old, new, _between(old, new), comparison.p, verdict)
        for (where, old, new, _), comparison, verdict in zip(pairs, compared, verdicts(compared), strict=True)
    ]
    order = ["", *after["phases"], *(after.get("metrics") or {})]
    return tuple(sorted([*counts, *found], key=lambda each: order.index(each.id)))


def _between(old: Number, new: Number) -> Number | None:
    if old.get("value") is None or new.get("value") is None:
        return None
    return difference(new, old)


def _counts(before: Snapshot, after: Snapshot) -> Iterator[Difference]:
    yield Difference("journeys", "", "n", before["journeys"]["n"], after["journeys"]["n"])
    for id_, found in after["phases"].items():
        if id_ in before["phases"]:
            yield Difference("phase", id_, "reached", before["phases"][id_].get("reached"), found.get("reached"))


def _numbers(before: Snapshot, after: Snapshot) -> Iterator[tuple[tuple[str, str, str], Number, Number, Kind]]:
    kinds: tuple[tuple[str, Kind], ...] = (("completion", "share"), ("feeling", "feeling"), ("dwell", "seconds"))
    for id_, found in after["phases"].items():
        old = before["phases"].get(id_) or {}
        for field, kind in kinds:
            if isinstance(old.get(field), Mapping) and isinstance(found.get(field), Mapping):
                yield ("phase", id_, field), old[field], found[field], kind
    for id_, found in (after.get("metrics") or {}).items():
        was = (before.get("metrics") or {}).get(id_)
        if isinstance(was, Mapping) and isinstance(found, Mapping):
            yield ("metric", id_, "value"), was, found, _UNITS.get(str(found.get("unit")), "count")


def differences_table(map_: MapFile, found: tuple[Difference, ...], names: tuple[str, str], language: str) -> Table:
    """Return one row per number, for the terminal and the page.

    Args:
        map_: Whose.
        found: What was measured differently.
        names: What the two sides are called.
        language: Of the reader.
    """
    words = Words(language)
    rows = [
        (
            _label(map_, each, words),
            _written(each.before, each, words),
            _written(each.after, each, words),
            _apart(each, words),
            words._(_VERDICTS[each.verdict]) if each.object != "journeys" and each.field != "reached" else "",
        )
        for each in found
    ]
    headings = (words._("What"), names[0], names[1], words._("Difference"), words._("Beyond chance"))
    return Table(map_.map.title, headings, tuple(rows))


def _label(map_: MapFile, found: Difference, words: Words) -> str:
    if found.object == "journeys":
        return words._("Journeys")
    if found.object == "metric":
        return metric_name(map_, found.id, words)
    phase = next((phase.name for phase in map_.phases if phase.id == found.id), found.id)
    return words._(_LABELS[found.field], phase=phase)


def _written(value: Any, found: Difference, words: Words) -> str:
    if isinstance(value, int):
        return words.count(value)
    if found.field in ("n", "reached"):
        count = amount(value)
        return words.count(count) if count is not None else words.reason((value or {}).get("reason", "hidden"))
    figure = words.figure(value, _unit(found))
    return f"{figure.text} [{figure.bounds}]" if figure.bounds else figure.text if not figure.note else figure.note


def _unit(found: Difference) -> str:
    units = {"completion": "share", "feeling": "feeling", "dwell": "seconds"}
    return units.get(found.field) or str((found.after or {}).get("unit") or "")


def _apart(found: Difference, words: Words) -> str:
    if found.difference is None:
        old, new = amount(found.before), amount(found.after)
        whole = found.object == "journeys" or found.field == "reached"
        return signed(new - old, words.language) if whole and old is not None and new is not None else ""
    value, low, high = (float(found.difference[key]) for key in ("value", "low", "high"))
    unit = _unit(found)
    if unit == "share":
        inside = f"{signed(100 * low, words.language, 1)} {DASH} {signed(100 * high, words.language, 1)}"
        return f"{points(value, words.language)} [{inside}]"
    if unit == "seconds":
        sign = "+" if value > 0 else ""
        return f"{sign}{words.value(value, 'seconds')}"
    fine = 0 if abs(value) >= 100 else 1
    inside = f"{signed(low, words.language, fine)} {DASH} {signed(high, words.language, fine)}"
    return f"{signed(value, words.language, fine)} [{inside}]"
