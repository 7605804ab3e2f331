"""Builds a map file from what other notations say, each part with the line that says it."""

from datetime import date, timedelta
from typing import Any, Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from farled.locale import LANGUAGES, translator
from farled.maps.channels import BUILT_IN, built_in
from farled.maps.export.mermaid import CUSTOMER
from farled.maps.ids import free, slug
from farled.maps.importing.imported import Unplaced
from farled.maps.yaml import Document

REST: Final = "x-imported"
_YEAR: Final = timedelta(days=365)


class Build:
    """A map that grows: phases and touchpoints in order, whatever they name, and what has no place.

    Args:
        map_id: Of the map; made from the name of the file.
        language: Of its texts.
        title: Of the map; the id in words where the file says nothing.
    """

    def __init__(self, map_id: str, language: str, title: str = "") -> None:
        self.map_id = slug(map_id) or "imported"
        self.language = language
        self.title = title
        self.goal = ""
        self.unplaced: list[Unplaced] = []
        self.phases = CommentedSeq()
        self.personas = CommentedSeq()
        self.pain_points = CommentedSeq()
        self.opportunities = CommentedSeq()
        self.departments = CommentedMap()
        self.channels = CommentedMap()
        self._ids: set[str] = set()
        self._others: set[str] = set()

    def phase(self, name: str, line: int, id_: str = "") -> CommentedMap:
        """Add a phase."""
        unique = free(id_ or name, self._ids, "phase")
        self._ids.add(unique)
        phase = record(line, id=unique, name=said(name) or unique)
        _append(self.phases, phase, line)
        return phase

    def touchpoint(self, phase: CommentedMap, name: str, line: int, id_: str = "") -> CommentedMap:
        """Add a touchpoint to a phase; its channel is unknown until said."""
        unique = free(id_ or name, self._ids, "touchpoint")
        self._ids.add(unique)
        point = record(line, id=unique, name=said(name) or unique, channel="unknown")
        _append(phase.setdefault("touchpoints", CommentedSeq()), point, line)
        return point

    def pain(self, phase: CommentedMap, text: str, line: int) -> None:
        """Add an assumed pain point of a phase."""
        fields = {"at": phase["id"], "text": said(text), "based_on": "assumed"}
        self._other(self.pain_points, "pp", text, line, fields)

    def opportunity(self, phase: CommentedMap, text: str, status: str, line: int) -> None:
        """Add an opportunity of a phase; one that was dropped needs a reason, which the file does not give."""
        fields = {"at": phase["id"], "text": said(text), "status": status}
        if status == "dropped":
            fields["dropped_because"] = "?"
        self._other(self.opportunities, "op", text, line, fields)

    def persona(self, name: str, line: int, id_: str = "") -> str | None:
        """Return the id of a persona, added if it is new; None for customers as such."""
        name = said(name)
        if not name or name.casefold() in _customers():
            return None
        for known in self.personas:
            if known["name"] == name:
                return str(known["id"])
        unique = free(id_ or name.split(",")[0], {known["id"] for known in self.personas}, "persona")
        _append(self.personas, record(line, id=unique, name=name, based_on="assumed"), line)
        return unique

    def department(self, name: str, line: int) -> str:
        """Return the id of a department, added if it is new."""
        return _named(self.departments, said(name), line, "department", lambda told: told)

    def channel(self, name: str, line: int) -> str:
        """Return the id of a channel: a built-in one by its id or its name in any language, else one of the map."""
        name = said(name)
        found = _channels().get(name.casefold())
        if found or not name:
            return found or "unknown"
        return _named(self.channels, name, line, "channel", lambda told: record(line, name=told))

    def leave(self, line: int, text: str, why: str, phase: CommentedMap | None = None, key: str = "") -> None:
        """Note what has no place; in a phase it is kept under ``x-imported``."""
        self.unplaced.append(Unplaced(line, text, why))
        if phase is not None:
            phase.setdefault(REST, CommentedMap()).setdefault(said(key) or "?", CommentedSeq()).append(said(text))

    def document(self, today: date) -> tuple[Document, list[str]]:
        """Return the map file, and what had to be proposed since the file says nothing of it."""
        head = record(1, id=self.map_id, title=said(self.title) or self.map_id.replace("-", " "))
        head.update({"language": self.language, "journey_type": "purchase"})
        first, last = self.phases[0]["id"], self.phases[-1]["id"]
        metric = {"kind": "conversion", "from": first, "to": last, "better": "up"}
        target: float = 0.1
        if first == last:
            metric, target = {"kind": "volume", "at": first, "better": "up"}, 100
        by = today + _YEAR
        head["goal"] = record(1, text=said(self.goal) or "?", metric="goal_rate", target=target, by=by)
        document = record(1, farled=1, map=head)
        for key in ("departments", "channels", "personas"):
            if getattr(self, key):
                document[key] = getattr(self, key)
        document["metrics"] = record(1, goal_rate=CommentedMap(metric))
        document["phases"] = self.phases
        for key in ("pain_points", "opportunities"):
            if getattr(self, key):
                document[key] = getattr(self, key)
        proposed = [
            f"The goal is a proposal: {metric['kind']} {target:g} by {by.isoformat()}. Write what you want to reach.",
            "The journey type is a proposal: purchase.",
        ]
        return document, proposed

    def _other(self, listed: CommentedSeq, prefix: str, text: str, line: int, fields: dict[str, Any]) -> None:
        unique = free(f"{prefix}-{' '.join(text.split()[:4])}", self._others, prefix)
        self._others.add(unique)
        _append(listed, record(line, id=unique, **fields), line)


def record(line: int, **fields: Any) -> CommentedMap:
    """Return a mapping of which every key stands on a line."""
    made = CommentedMap(fields)
    for key in fields:
        made._yaml_set_kv_line_col(key, [max(line - 1, 0), 0, max(line - 1, 0), 0])
    return made


def said(text: str) -> str:
    """Return a text on one line, without signs that nobody can see."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _append(listed: CommentedSeq, item: Any, line: int) -> None:
    listed.append(item)
    listed._yaml_set_idx_line_col(len(listed) - 1, [max(line - 1, 0), 0])


def _named(known: CommentedMap, name: str, line: int, otherwise: str, made: Any) -> str:
    for id_, value in known.items():
        if name in (id_, value, value.get("name") if isinstance(value, CommentedMap) else None):
            return str(id_)
    unique = free(name, set(known) | set(BUILT_IN), otherwise)
    known[unique] = made(name)
    known._yaml_set_kv_line_col(unique, [max(line - 1, 0), 0, max(line - 1, 0), 0])
    return unique


def _channels() -> dict[str, str]:
    """Return the ids of the built-in channels by their names; a name of two channels means the first."""
    found: dict[str, str] = {id_: id_ for id_ in BUILT_IN}
    for language in LANGUAGES:
        for id_ in BUILT_IN:
            known = built_in(id_, language)
            if known is not None:
                found.setdefault(known.name.casefold(), id_)
    return found


def _customers() -> set[str]:
    return {translator(language)(CUSTOMER).casefold() for language in LANGUAGES}
