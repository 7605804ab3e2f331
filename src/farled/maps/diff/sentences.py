"""A diff in sentences, in the language of its reader."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from farled.maps.diff.change import Change, Diff, Rename
from farled.maps.diff.labels import ADDED, FIELDS, OBJECTS, REMOVED, RENAMED
from farled.maps.diff.naming import Naming, marked, plainly
from farled.maps.draw.words import DASH, Words, amount
from farled.maps.edit.values import on_one_line
from farled.maps.model import MapFile

Snapshot = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Versions:
    """Two versions of a map, and what was last measured on each.

    Attributes:
        before: With what the catalogue adds.
        after: With what the catalogue adds.
        measured_before: Snapshot with the rules of the first version; None: there is none.
        measured_after: Of the same period with the rules of the second.
    """

    before: MapFile
    after: MapFile
    measured_before: Snapshot | None = field(default=None, compare=False)
    measured_after: Snapshot | None = field(default=None, compare=False)


def sentences(diff: Diff, versions: Versions, language: str) -> list[str]:
    """Return one sentence per change, in its order; names stand between asterisks.

    Raises:
        NotFoundError: Farled does not speak the language.
    """
    return [plainly(sentence) for sentence in marked_sentences(diff, versions, language)]


def marked_sentences(diff: Diff, versions: Versions, language: str) -> list[str]:
    """Return the sentences with their names marked for a page: see `farled.maps.diff.naming`."""
    teller = _Teller(versions, Words(language))
    return [teller.told(change) for change in diff.changes]


def offers(diff: Diff, versions: Versions, language: str) -> list[str]:
    """Return one question per pair of objects that may be the same."""
    teller = _Teller(versions, Words(language))
    return [plainly(teller.offered(rename)) for rename in diff.renames]


class _Teller:
    def __init__(self, versions: Versions, words: Words) -> None:
        self.versions, self.words = versions, words
        self.old, self.new = Naming(versions.before, words), Naming(versions.after, words)

    def told(self, change: Change) -> str:
        ways: Mapping[str, Callable[[Change], str]] = {
            "added": self._came,
            "removed": self._went,
            "moved": self._moved,
            "order": self._ordered,
            "target": self._target,
            "claim": self._claim,
            "rule": self._rule,
        }
        if change.kind == "renamed" or (change.kind == "catalogue" and None not in (change.before, change.after)):
            return self._renamed(change)
        return ways.get(change.kind, self._field)(change)

    def offered(self, rename: Rename) -> str:
        old, new = self.old.name(rename.object, rename.before), self.new.name(rename.object, rename.after)
        return self._("Is {before} now {after}? If so, keep the id {id}.", before=old, after=new, id=rename.before)

    def _(self, message: str, **fields: str) -> str:
        return self.words._(message, **fields)

    def _name(self, change: Change) -> str:
        naming = self.new if self.new.has(change.object, change.id) else self.old
        return naming.name(change.object, change.id)

    def _label(self, change: Change) -> str:
        if change.object == "map":
            return self._(OBJECTS["map"])
        return self._(OBJECTS[change.object], name=self._name(change))

    def _came(self, change: Change) -> str:
        return self._whole(change, ADDED[change.object], self.new, change.after)

    def _went(self, change: Change) -> str:
        return self._whole(change, REMOVED[change.object], self.old, change.before)

    def _whole(self, change: Change, text: str, naming: Naming, told: Mapping[str, Any]) -> str:
        record = told["record"] if isinstance(told["record"], Mapping) else {}
        place = str(told.get("phase") or record.get("at") or "")
        return self._(text, name=naming.name(change.object, change.id), place=naming.place(place))

    def _renamed(self, change: Change) -> str:
        before, after = marked(str(change.before)), marked(str(change.after))
        return self._(RENAMED[change.object], before=before, after=after)

    def _moved(self, change: Change) -> str:
        start, end = self.old.place(change.before["phase"]), self.new.place(change.after["phase"])
        text = "Touchpoint {name} moved from {before} to {after}"
        return self._(text, name=self._name(change), before=start, after=end)

    def _ordered(self, change: Change) -> str:
        following = self._following(change)
        if following is None:
            return self._("{name} now comes last", name=self._name(change))
        other = self.new.name(change.object, following)
        return self._("{name} now comes before {other}", name=self._name(change), other=other)

    def _following(self, change: Change) -> str | None:
        """Return the id of what comes next in the same list."""
        after, at = self.versions.after, int(change.after["at"]) + 1
        if change.object == "touchpoint":
            phase = next(phase for phase in after.phases if phase.id == change.after["phase"])
            listed: Any = phase.touchpoints
        else:
            names = {"phase": "phases", "persona": "personas", "pain_point": "pain_points"}
            names |= {"opportunity": "opportunities", "moment_of_truth": "moments_of_truth"}
            listed = getattr(after, names[change.object])
        return listed[at].id if at < len(listed) else None

    def _target(self, change: Change) -> str:
        parts = change.field.split(".")
        metric = parts[1] if parts[0] == "kpis" else self.versions.after.map.goal.metric
        name = self.new.name("metric", metric)
        before, after = (
            None if value is None else naming.target(metric, value)
            for naming, value in ((self.old, change.before), (self.new, change.after))
        )
        if before is None:
            return self._("New target for {metric}: {after}", metric=name, after=after or DASH)
        return self._("Target for {metric} {before} → {after}", metric=name, before=before, after=after or DASH)

    def _claim(self, change: Change) -> str:
        if change.field != "feels":
            sources, was = self.new.sources(change.after), self.old.sources(change.before)
            return self._(
                "{what} is now based on {sources} (was {was})", what=self._label(change), sources=sources, was=was
            )
        place = self._name(change)
        if change.after is None:
            return self._("Claimed feeling in {place} is gone", place=place)
        sources = self.new.sources(change.after["based_on"])
        after = self.words.value(change.after["claim"], "feeling")
        if change.before is None:
            return self._(
                "New claimed feeling in {place}: {after} ({sources})", place=place, after=after, sources=sources
            )
        before = self.words.value(change.before["claim"], "feeling")
        text = self._("Claimed feeling in {place} {before} → {after}", place=place, before=before, after=after)
        if change.before["claim"] == change.after["claim"]:
            text = self._("Claimed feeling in {place}", place=place)
        was = self.old.sources(change.before["based_on"])
        if sources == was:
            return text
        return text + self._(", now based on {sources} (was {was})", sources=sources, was=was)

    def _rule(self, change: Change) -> str:
        if change.object == "metric":
            return self._field(change)
        name = self._label(change) if change.object != "touchpoint" else self._name(change)
        if change.after is None:
            return self._("{name} no longer counts anything (before: {before})", name=name, before=_code(change.before))
        more = _more(change.before, change.after)
        if more:
            text = self._("{name} now also counts {events}", name=name, events=more)
        elif change.before is None:
            text = self._("{name} now counts {after}", name=name, after=_code(change.after))
        else:
            told = {"after": _code(change.after), "before": _code(change.before)}
            text = self._("{name} now counts {after} (before: {before})", name=name, **told)
        return text + self._effect(change)

    def _effect(self, change: Change) -> str:
        """Return how many customers the rule counted before and counts now, where both were measured."""
        old, new = self.versions.measured_before, self.versions.measured_after
        kinds = {"touchpoint": ("touchpoints", "customers"), "persona": ("personas", "n"), "map": ("journeys", "n")}
        if not old or not new or change.object not in kinds:
            return ""
        group, key = kinds[change.object]
        found = []
        for snapshot in (old, new):
            held = snapshot.get(group) or {}
            found.append(amount((held if change.object == "map" else held.get(change.id) or {}).get(key)))
        before, after = found
        if before is None or after is None:
            return ""
        counts = {"before": self.words.count(before), "after": self.words.units(after, self.versions.after.map.unit)}
        return self._(": {before} → {after} in the last snapshot", **counts)

    def _field(self, change: Change) -> str:
        label = self._label(change)
        if change.kind == "status":
            before, after = self.words.status(str(change.before)), self.words.status(str(change.after))
            return f"{label}: {before} → {after}"
        name = self._(FIELDS[change.field]) if change.field in FIELDS else _readable(change.field)
        if isinstance(change.before, list) and isinstance(change.after, list):
            listed = self._listed(change)
            if listed:
                return f"{label}: {name} {listed}"
        before, after = self.old.value(change.field, change.before), self.new.value(change.field, change.after)
        if change.weight == "wording" and change.kind in ("text", "catalogue"):
            before, after = (text if text == DASH else self.words.quote(text) for text in (before, after))
        return f"{label}: {name} {before} → {after}"

    def _listed(self, change: Change) -> str:
        """Return what came to a list and what went from it; nothing where only the order is another."""
        gone = [value for value in change.before if value not in change.after]
        come = [value for value in change.after if value not in change.before]
        signs = [f"+ {self.new.value(change.field, value)}" for value in come]
        signs += [f"\u2212 {self.old.value(change.field, value)}" for value in gone]
        return ", ".join(signs)


def _readable(field_: str) -> str:
    return field_.replace("_", " ").replace(".", ": ")


def _code(rule: Any) -> str:
    """Return a rule as it stands in the file; an event alone by its name."""
    if isinstance(rule, Mapping) and rule.get("where") is None and ("event" in rule or "feedback" in rule):
        return f"`{rule.get('event') or rule.get('feedback')}`"
    return f"`{on_one_line(rule)}`"


def _more(before: Any, after: Any) -> str:
    """Return the values that a rule takes beside those that it took; nothing where it changed otherwise."""
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return ""
    if {**before, "where": None} != {**after, "where": None}:
        return ""
    old, new = before.get("where") or {}, after.get("where") or {}
    if not old or old.get("attr") != new.get("attr") or "in" not in new:
        return ""
    had = old.get("in") or [old.get("is")]
    more = [value for value in new["in"] if value not in had]
    if more and all(value in new["in"] for value in had):
        return ", ".join(f"`{value}`" for value in more)
    return ""
