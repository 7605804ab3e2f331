"""The segments of a workspace: found, saved, counted, exported, and made of the answers of questions."""

import json
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from farled.engine.checks import naming, require_segment
from farled.errors import InputError, NotFoundError
from farled.journeys.conditions import Behind, Condition, Members, Saved, parse, plain, walk
from farled.journeys.index import Journeys
from farled.workspace.rules import is_rule, require_no_ring, resolved, rule_of_text

if TYPE_CHECKING:  # a question without a segment must not pay for them
    from farled.events.folder import Folder
    from farled.maps.model import Catalog, MapFile, NamedSegment
    from farled.workspace.segments import Overlap, Sizes

Where = str | Mapping[str, Any] | Condition | None
By = str | Sequence[str] | None


class Segmented:
    """What a workspace knows of segments. Those of a folder stand in its catalogue."""

    folder: "Folder | None"

    def __init__(self) -> None:
        self._named: dict[str, NamedSegment] = {}

    @property
    def journeys(self) -> Journeys:
        """The journey index."""
        raise NotImplementedError

    @property
    def catalog(self) -> "Catalog | None":
        """What the maps share, if there is a catalogue."""
        raise NotImplementedError

    def map(self, id: str, language: str | None = None) -> "MapFile":  # noqa: A002  the field's word
        """Return a map."""
        raise NotImplementedError

    def customers_behind(self, question: Any, part: str, **beside: Any) -> list[str]:
        """Return the ids of the customers behind a number of an answer."""
        raise NotImplementedError

    def condition(self, where: Where, map_: "MapFile | None" = None) -> Condition | None:
        """Return the rule of a segment, given its id, its rule or the rule as JSON text."""
        if where is None or where == "":
            return None
        if isinstance(where, str):
            where = rule_of_text(where) if is_rule(where) else self._rule(where, map_)
        return self._freed(parse(where, "customer", "where") if isinstance(where, Mapping) else where, map_)

    def segments(self, map_: "MapFile | None" = None) -> dict[str, Condition]:
        """Return the segments by id: those saved, and the personas of the catalogue and of a map."""
        personas = [*(self.catalog.personas if self.catalog else ()), *(map_.personas if map_ else ())]
        found = {id_: segment.rule for id_, segment in self._saved().items()}
        return found | {persona.id: persona.segment for persona in personas if persona.segment is not None}

    def save_segment(self, id: str, rule: Where, name: str | None = None) -> None:  # noqa: A002  the field's word
        """Save a segment: in ``catalog.yaml``, where nothing else changes; in memory as long as the workspace lasts.

        Args:
            id: Of the segment; one of that id is replaced.
            rule: As `ask` takes it in ``where``: a rule, or the id of a segment to be copied.
            name: For people; default: the name it has, else its id.

        Raises:
            InputError: The rule cannot be read, it asks about itself, or the id or name cannot be used.
        """
        from farled.maps.model import NamedSegment
        from farled.maps.saved_segments import require_id_and_name, save_segment

        written = self._plain_rule(rule)
        saved = self._saved()
        read = parse(written, "customer", "rule")
        require_no_ring(read, {**self.segments(), id: read}, (id,))
        name = name or (saved[id].name if id in saved else id)
        if self.folder is not None:
            save_segment(self.folder.catalog, id, name, written)
            return
        require_id_and_name(id, name)
        self._named[id] = NamedSegment(name=name, rule=read)

    def delete_segment(self, id: str) -> None:  # noqa: A002  as above
        """Delete a saved segment.

        Raises:
            NotFoundError: There is none of that id.
        """
        from farled.maps.saved_segments import delete_segment

        if self.folder is not None:
            delete_segment(self.folder.catalog, id)
        elif self._named.pop(id, None) is None:
            raise NotFoundError.named("segment", id, self._named)

    def segment_sizes(self, ids: Sequence[str] | None = None) -> "Sizes":
        """Return how many customers each segment has now.

        Args:
            ids: Of segments; default: all, also those whose rule names what does not occur (yet).

        Raises:
            NotFoundError: One of them is not known, or its rule names an event, attribute or property that does not
                occur.
        """
        from farled.workspace.segments import sizes_of

        return sizes_of(self.journeys, *self._chosen_segments(ids), self.segments())

    def overlap(self, ids: Sequence[str] | None = None, top: int = 20) -> "Overlap":
        """Return how segments overlap: each pair, and how many customers are in which of them at once.

        Args:
            ids: Of two or more segments; default: all, as for `segment_sizes`.
            top: How many combinations are named; the others are joined.

        Raises:
            NotFoundError: As for `segment_sizes`.
            InputError: They are fewer than two, or too many.
        """
        from farled.workspace.segments import overlap_of

        return overlap_of(self.journeys, *self._chosen_segments(ids), top)

    def export_segment(self, where: Where, out: str | PathLike[str], attributes: Sequence[str] | None = None) -> int:
        """Write the customers of a segment as CSV: their ids, and their attributes as they are now.

        The file is written whole or not at all, and only its owner may read it. Text that a spreadsheet would run as a
        formula gets an apostrophe.

        Args:
            where: The segment: id or rule; None: all customers.
            out: The file.
            attributes: Which; default: all.

        Returns:
            How many customers there are.

        Raises:
            NotFoundError: The segment is not known, or an attribute that no customer has.
        """
        from farled.workspace.segments import export

        return export(self.journeys, self.condition(where), Path(out), attributes)

    def _chosen_segments(self, ids: Sequence[str] | None) -> tuple[dict[str, Condition], dict[str, str]]:
        """Return rules that can be judged, and names, by id; what those name that are asked for must occur."""
        chosen = list(self.segments()) if ids is None else list(dict.fromkeys(ids))
        personas = self.catalog.personas if self.catalog else ()
        names = {id_: segment.name for id_, segment in self._saved().items()} | {
            each.id: each.name for each in personas
        }
        rules = {id_: self._freed(self._rule(id_, None), None) for id_ in chosen}
        for rule in rules.values() if ids is not None else ():
            require_segment(self.journeys, rule)
        return rules, {id_: names[id_] for id_ in chosen}

    def _saved(self) -> "Mapping[str, NamedSegment]":
        return {**(self.catalog.segments if self.catalog else {}), **self._named}

    def _plain_rule(self, rule: Where) -> Mapping[str, Any]:
        if isinstance(rule, str):
            return rule_of_text(rule, "rule") if is_rule(rule) else plain(self._rule(rule, None))
        if rule is None:
            raise InputError("A segment needs a rule.", "Write {event: order, min: 3}.")
        return rule if isinstance(rule, Mapping) else plain(rule)

    def _rule(self, name: str, map_: "MapFile | None") -> Condition:
        known = self.segments(map_)
        if name not in known:
            raise NotFoundError.named("segment", name, known)
        return Saved((known[name],), name)

    def _freed(self, rule: Condition, map_: "MapFile | None") -> Condition:
        """Return a rule in which each ``behind`` is replaced by the customers who stand there."""
        if not any(isinstance(part, Behind) for part in walk(rule)):
            return rule
        require_no_ring(rule, self.segments(map_))
        with naming(rule):
            return resolved(rule, lambda behind: Members(frozenset(self._standing(behind))))

    def _standing(self, behind: Behind) -> list[str]:
        return self.customers_behind(json.loads(behind.question), behind.part)

    def _segments_of(self, by: Any, map_: "str | MapFile | None") -> dict[str, Condition] | None:
        """Return the segments that ``by`` names; None when it names a property."""
        drawn = self.map(map_) if isinstance(map_, str) else map_
        if isinstance(by, tuple | list):
            return {name: self._freed(self._rule(name, drawn), drawn) for name in by}
        if by != "persona":
            return None
        if drawn is None:
            raise InputError("Personas belong to a map.", "Add map=ID, or by=SEGMENT,SEGMENT.")
        rules = {persona.id: persona.segment for persona in drawn.personas if persona.segment is not None}
        return {name: self._freed(Saved((rule,), name), drawn) for name, rule in rules.items()}
