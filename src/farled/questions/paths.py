"""Paths: along which ways customers go."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from farled.engine.base import TableAnswer
from farled.errors import InputError
from farled.figures.figure import Figure
from farled.figures.quantity import Word
from farled.figures.sankey import Sankey, branches
from farled.figures.table import Table
from farled.journeys.index import Chunk
from farled.journeys.select import cut
from farled.locale import N_
from farled.questions.members import members, number_in
from farled.questions.path_counts import PathsPartial, Ways, fits_number
from farled.spans import microseconds
from farled.stats.intervals import Rate

Counts = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Paths:
    """Ask which sequences of touchpoints are most frequent, one path per journey, with the rest counted too.

    Of events of one time the order is that of the sender.

    Args:
        start: Paths begin at a journey's first such event; journeys without it have no path. Default: its first event.
        end: Paths end with the first such event; without ``start`` they are read back from it, and journeys without it
            have no path; with ``start`` a path that never comes there runs on.
        between: (start, end): from the first start to the first end after it; other journeys have no path.
        length: At most so many touchpoints of each path; None: whole paths.
        top: How many paths are named; the others are the rest.
        cut: A longer silence than this ends a journey first.
        loops: False joins adjacent events of one name into one.
        group: New name of a group of touchpoints and the names in it.

    Raises:
        InputError: ``between`` stands beside ``start`` or ``end``, or a number is below 1.

    Example:
        >>> from farled.engine.local import ask
        >>> from farled.journeys.build import journeys_of
        >>> answer = ask(journeys_of({"ana": [("visit", 0), ("cart", 1)], "bo": [("visit", 0)]}), Paths(top=1))
        >>> answer.paths[0].names, answer.paths[0].count, answer.rest, answer.total
        (('visit',), 1, 1, 2)

    Source:
        Own definition: decision 0004.
    """

    start: str | None = field(default=None, metadata={"help": "Paths begin at the first such event."})
    end: str | None = field(default=None, metadata={"help": "Paths end with the first such event."})
    between: Sequence[str] | None = field(default=None, metadata={"help": "START,END: paths from one to the other."})
    length: int | None = field(default=5, metadata={"help": "At most so many touchpoints of each path."})
    top: int = field(default=20, metadata={"help": "How many paths are named; the others are the rest."})
    cut: str | None = field(default=None, metadata={"help": "A longer silence ends a journey first, such as 30min."})
    loops: bool = field(default=True, metadata={"help": "Keep adjacent repeats of one name."})
    group: Mapping[str, Sequence[str]] | None = field(
        default=None, metadata={"help": "JSON: new name of a group and the names in it."}
    )

    def __post_init__(self) -> None:
        if self.between is not None:
            between = tuple(self.between)
            object.__setattr__(self, "between", between)
            if len(between) != 2 or isinstance(self.between, str):
                raise InputError(f"between is {self.between!r}, but takes two names.", "Write START,END.")
            if self.start is not None or self.end is not None:
                raise InputError("between already says where paths start and end.", "Leave out start and end.")
        for name in ("length", "top"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise InputError(f"{name} is {value}, but must be at least 1.", f"Use {name}=5 or so.")
        if self.cut is not None:
            microseconds(self.cut)
        if self.group is not None:
            group = {name: tuple(names) for name, names in sorted(self.group.items())}
            object.__setattr__(self, "group", group)
            twice = [name for names in group.values() for name in names]
            if len(set(twice)) < len(twice):
                raise InputError("group puts one name into two groups.", "Name each once.")

    def mentions(self) -> Iterable[str]:
        """Return start, end and the names in groups, but not the new names of groups."""
        named = [self.start, self.end, *(self.between or ())]
        groups = self.group or {}
        inside = [name for names in groups.values() for name in names]
        return [*(name for name in named if name and name not in groups), *inside]

    def columns(self) -> Iterable[str]:
        """Return nothing: paths need names only."""
        return ()

    def partial(self, chunk: Chunk) -> PathsPartial:
        """Count the paths of a chunk."""
        journeys = chunk if self.cut is None else cut(chunk, microseconds(self.cut))
        names, ways, reached = self._ways(journeys)
        if journeys.owner is None and reached is None and fits_number(len(names), self.length):
            return PathsPartial.of_numbers(names, ways)
        return PathsPartial.of(names, ways, journeys.owner, reached)

    def answer(self, total: PathsPartial) -> "PathsAnswer":
        """Name the most frequent paths; equal counts in the order of their names."""
        found = total.most_frequent(self.top)
        whole = found.journeys
        goal = self.end is not None or self.between is not None
        named = tuple(
            Path(names, count, customers, Rate(count, whole), Rate(reached, count) if goal else None)
            for names, (count, customers, reached) in found.named
        )
        return PathsAnswer(self, named, whole - sum(path.count for path in named), whole, found.different)

    def behind(self, chunk: Chunk, part: str, answer: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
        """Return the customers behind ``/paths/i/customers``."""
        place, _ = number_in(part, "paths", len(answer["paths"]), ("customers",))
        wanted = answer["paths"][place]["names"]
        journeys = chunk if self.cut is None else cut(chunk, microseconds(self.cut))
        names, ways, _ = self._ways(journeys)
        codes = np.array([names.index(name) for name in wanted], dtype=np.uint32)
        offsets, steps = ways.steps(np.arange(journeys.n))
        same = np.flatnonzero(np.diff(offsets) == len(codes))
        rows = offsets[same][:, None] + np.arange(len(codes))
        same = same[(steps[rows] == codes).all(axis=1)]
        return members(chunk, same if journeys.owner is None else journeys.owner[same])

    def _ways(self, chunk: Chunk) -> tuple[tuple[str, ...], Ways, Counts | None]:
        """Return names by code, the path of each journey, and 1 where one reaches the goal; None: there is no goal."""
        from farled.journeys.path_kernels import path_ends

        names, rename = _renamed(chunk.names, self.group or {})
        begin, stop = chunk.offsets[:-1], chunk.offsets[1:]
        reached = None
        start, end = self.between or (self.start, self.end)
        way = 3 if self.between else 1 if self.start else 2 if self.end else 0
        if way:
            marks = np.zeros(len(chunk.names), dtype=np.uint8)
            for name, bit in ((start, 1), (end, 2)):
                if name is not None:
                    marks[rename == names.index(name)] |= bit
            begin, stop, reached = path_ends(chunk.offsets, chunk.name, marks, way)
        limits = self.length or 0, int(self.loops), int(way == 2)
        return names, Ways(begin, stop, chunk.name, rename, limits), reached if end is not None else None


@dataclass(frozen=True, slots=True)
class Path:
    """A path.

    Attributes:
        names: Touchpoints in order.
        count: Journeys on it.
        customers: Customers on it.
        share: Of all journeys with a path.
        converted: Share of its journeys that reach the end asked for; None without one.
    """

    names: tuple[str, ...]
    count: int
    customers: int
    share: Rate
    converted: Rate | None

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "names": list(self.names),
            "count": self.count,
            "customers": self.customers,
            "share": self.share.to_dict(),
            "converted": self.converted.to_dict() if self.converted else None,
        }


@dataclass(frozen=True, slots=True)
class PathsAnswer(TableAnswer):
    """The most frequent paths and the rest: together all journeys that have a path.

    Attributes:
        question: What was asked.
        paths: Most frequent first.
        rest: Journeys on all other paths.
        total: Journeys with a path.
        different: How many different paths there are.
    """

    question: Paths
    paths: tuple[Path, ...]
    rest: int
    total: int
    different: int

    @property
    def reason(self) -> str | None:
        """Why nothing is known: ``nobody`` where no journey has such a path; None where one has."""
        return None if self.total else "nobody"

    @property
    def _nobody(self) -> str:
        return "Which ways customers go is unknown: nobody in the segment and period asked for has such a journey."

    def tree(self) -> dict[str, Any]:
        """Return the named paths as a tree: ``{name, count, children}``, each child the next touchpoint."""
        root: dict[str, Any] = {"name": "", "count": 0, "children": {}}
        for path in self.paths:
            at = root
            at["count"] += path.count
            for name in path.names:
                at = at["children"].setdefault(name, {"name": name, "count": 0, "children": {}})
                at["count"] += path.count
        return _as_lists(root)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "paths": [path.to_dict() for path in self.paths],
            "rest": self.rest,
            "total": self.total,
            "different": self.different,
            "reason": self.reason,
        }

    def figure(self) -> Figure:
        """Return the named paths as ways that part, and the rest."""
        backwards = getattr(self.question, "start", None) is None and getattr(self.question, "end", None) is not None
        turned = tuple(replace(path, names=path.names[::-1]) for path in self.paths)
        grown = branches((replace(self, paths=turned) if backwards else self).tree()["children"])
        return Sankey(Word(N_("Ways of the journeys")), grown, self.total, self.rest, backwards)

    def table(self) -> Table:
        """Return one row per path and one for the rest."""
        goal = self.question.end is not None or self.question.between is not None
        headings = ("path", "journeys", "customers", "share", *(("converted",) if goal else ()))
        rows: list[tuple[Any, ...]] = [
            (" > ".join(path.names), path.count, path.customers, path.share, *((path.converted,) if goal else ()))
            for path in self.paths
        ]
        if self.rest:
            others = f"({self.different - len(self.paths)} other paths)"
            rows.append((others, self.rest, None, Rate(self.rest, self.total), *((None,) if goal else ())))
        note = self._nobody if self.reason else f"{self.total} journeys on {self.different} different paths."
        return Table("Paths", headings, tuple(rows), None, note)


def _renamed(names: tuple[str, ...], groups: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], Codes]:
    """Return names with those of groups added, sorted, and the code that stands for each code."""
    if not groups and list(names) == sorted(names):
        return names, np.arange(len(names), dtype=np.uint32)
    known = (*names, *(name for name in groups if name not in names))
    order = sorted(range(len(known)), key=known.__getitem__)
    place = np.empty(len(known), dtype=np.uint32)
    place[order] = np.arange(len(known))
    rename = place[: len(names)].copy()
    for group, members_of in groups.items():
        rename[[names.index(name) for name in members_of if name in names]] = place[known.index(group)]
    return tuple(known[at] for at in order), rename


def _as_lists(node: dict[str, Any]) -> dict[str, Any]:
    return {**node, "children": [_as_lists(child) for child in node["children"].values()]}
