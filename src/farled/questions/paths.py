"""Paths: along which ways customers go."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from farled.engine.base import TableAnswer
from farled.errors import InputError
from farled.figures.figure import Figure
from farled.figures.quantity import Word
from farled.figures.sankey import Sankey, branches
from farled.figures.table import Table
from farled.journeys.cores import cores
from farled.journeys.index import Chunk
from farled.journeys.select import cut
from farled.locale import N_
from farled.questions.members import members, number_in
from farled.spans import microseconds
from farled.stats.intervals import Rate

Counts = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
Steps = npt.NDArray[np.uint32]
AnyArray = TypeVar("AnyArray", bound=npt.NDArray[Any])
KEY_BITS = 64  # fewer only to test collisions
PATHS_WORTH_THREADS = 100_000
PART_SHIFT = np.uint64(56)
MIX = np.uint64(0xD6E8FEB86659FD93)


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

    def partial(self, chunk: Chunk) -> "PathsPartial":
        """Count the paths of a chunk."""
        journeys = chunk if self.cut is None else cut(chunk, microseconds(self.cut))
        if journeys.owner is None and self._is_packable(chunk.names):
            return self._packed(journeys)
        found = self._paths(journeys)
        owner = np.arange(journeys.n) if journeys.owner is None else journeys.owner
        return PathsPartial.of(found.names, found.offsets, found.steps, owner[found.journey], found.reached)

    def answer(self, total: "PathsPartial") -> "PathsAnswer":
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
        found = self._paths(journeys)
        codes = np.array([found.names.index(name) for name in wanted], dtype=np.uint32)
        same = np.flatnonzero(np.diff(found.offsets) == len(codes))
        rows = found.offsets[same][:, None] + np.arange(len(codes))
        same = same[(found.steps[rows] == codes).all(axis=1)]
        owner = np.arange(journeys.n) if journeys.owner is None else journeys.owner
        return members(chunk, owner[found.journey[same]])

    def _is_packable(self, names: tuple[str, ...]) -> bool:
        """Whether a path is one number, and each journey with a path one path of one customer without a goal."""
        known = len({*names, *(self.group or {})})
        return (
            KEY_BITS == 64
            and self.length is not None
            and (known + 1) ** self.length < 1 << 64
            and self.end is None
            and self.between is None
        )

    def _packed(self, chunk: Chunk) -> "PathsPartial":
        from farled.journeys.path_kernels import packed_paths, parted_keys, path_ends

        names, rename = _renamed(chunk.names, self.group or {})
        begin, stop = chunk.offsets[:-1], chunk.offsets[1:]
        if self.start is not None:
            marks = np.zeros(len(chunk.names), dtype=np.uint8)
            marks[rename == names.index(self.start)] = 1
            begin, stop, _ = path_ends(chunk.offsets, chunk.name, marks, 1)
        limits = _frozen(np.array([self.length or 0, self.loops, len(names)], dtype=np.int64))
        keys = packed_paths(_frozen(begin), _frozen(stop), chunk.name, _frozen(rename.astype(np.uint32)), limits)
        return PathsPartial(names, (), (Packed(*parted_keys(keys)),))

    def _paths(self, chunk: Chunk) -> "_Found":
        from farled.journeys.path_kernels import path_ends, path_steps

        names, rename = _renamed(chunk.names, self.group or {})
        start, end = self.between or (self.start, self.end)
        way = 3 if self.between else 1 if self.start else 2 if self.end else 0
        marks = np.zeros(len(chunk.names), dtype=np.uint8)
        for name, bit in ((start, 1), (end, 2)):
            if name is not None:
                marks[rename == names.index(name)] |= bit
        begin, stop, reached = path_ends(chunk.offsets, chunk.name, marks, way)
        journey = np.flatnonzero(begin < stop)
        limits = np.array([self.length or 0, self.loops, way == 2], dtype=np.int64)
        offsets, steps = path_steps(begin[journey], stop[journey], chunk.name, rename, limits)
        return _Found(names, journey, offsets, steps, reached[journey])


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """The path of each journey that has one."""

    names: tuple[str, ...]
    journey: Counts
    offsets: Counts
    steps: Steps
    reached: Counts


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """Different paths and their numbers.

    Attributes:
        key: Of each; equal for equal paths. Shape (m,).
        offsets: Where the codes of each stand in ``steps``. Shape (m + 1,).
        steps: Codes of the paths one after the other.
        numbers: Journeys, customers, and journeys that reach the goal. Shape (m, 3).
    """

    key: Keys
    offsets: Counts
    steps: Steps
    numbers: Counts


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """Paths of one customer each, as numbers whose digits are their names.

    Attributes:
        key: To the base ``names + 1``, part by part; greater is later in the order of names. Shape (n,).
        edges: Where each part begins, and where the last ends. Shape (parts + 1,).
    """

    key: Keys
    edges: Counts


@dataclass(frozen=True, slots=True, eq=False)
class PathsPartial:
    """Paths with counts that add up.

    Attributes:
        names: By code; the same everywhere.
        kinds: Different paths, as each chunk gave them.
        packed: Paths as each chunk gave them, where they are numbers; then there are no ``kinds``.
    """

    names: tuple[str, ...]
    kinds: tuple[Kinds, ...]
    packed: tuple[Packed, ...] = ()

    @classmethod
    def of(
        cls, names: tuple[str, ...], offsets: Counts, steps: Steps, owner: Counts, reached: Counts
    ) -> "PathsPartial":
        """Count paths.

        Args:
            names: By code.
            offsets: Of the paths, shape (n + 1,).
            steps: Codes.
            owner: Customer of each path, never falling. Shape (n,).
            reached: 1 where the goal is reached. Shape (n,).
        """
        from farled.journeys.path_kernels import path_keys, picked_paths

        one = np.ones(len(owner), dtype=np.int64)
        numbers = np.column_stack((one, one, reached))
        every = Kinds(path_keys(offsets, steps, len(names), KEY_BITS), offsets, steps, numbers)
        first, sums = together(len(names), every, owner)
        return cls(names, (Kinds(every.key[first], *picked_paths(offsets, steps, first), sums),))

    def __add__(self, other: "PathsPartial") -> "PathsPartial":
        return PathsPartial(self.names, self.kinds + other.kinds, self.packed + other.packed)

    def most_frequent(self, top: int) -> "MostFrequent":
        """Return the ``top`` most frequent paths; equal counts in the order of their names."""
        return self._of_packed(top) if self.packed else self._of_kinds(top)

    def _of_kinds(self, top: int) -> "MostFrequent":
        starts = np.cumsum([0, *(kinds.offsets[-1] for kinds in self.kinds)]).tolist()
        moved = [kinds.offsets[1:] + start for kinds, start in zip(self.kinds, starts, strict=False)]
        every = Kinds(
            np.concatenate([kinds.key for kinds in self.kinds]),
            np.concatenate([np.zeros(1, dtype=np.int64), *moved]),
            np.concatenate([kinds.steps for kinds in self.kinds]),
            np.concatenate([kinds.numbers for kinds in self.kinds]),
        )
        first, numbers = together(len(self.names), every, np.arange(len(every.key)))
        named = []
        for kind in np.flatnonzero(numbers[:, 0] >= _least_of(top, numbers[:, 0])).tolist():
            codes = every.steps[every.offsets[first[kind]] : every.offsets[first[kind] + 1]].tolist()
            named.append((tuple(self.names[code] for code in codes), tuple(numbers[kind].tolist())))
        named.sort(key=lambda path: (-path[1][0], path[0]))
        return MostFrequent(int(numbers[:, 0].sum()), len(first), named[:top])

    def _of_packed(self, top: int) -> "MostFrequent":
        journeys = sum(len(packed.key) for packed in self.packed)
        key, count, alone = self._counted(False)
        if len(key) < top:
            key, count, alone = self._counted(True)
        best = np.flatnonzero(count >= _least_of(top, count))
        best = best[np.lexsort((key[best], -count[best]))][:top]
        walked = zip(key[best].tolist(), count[best].tolist(), strict=True)
        named = [(self._names_in(number), (times, times, 0)) for number, times in walked]
        return MostFrequent(journeys, len(key) + alone, named)

    def _counted(self, every: bool) -> tuple[Keys, Counts, int]:
        """Return the different keys and their counts, but those of one path each only as a number unless ``every``."""
        from farled.journeys.path_kernels import PARTS, counted_keys

        def count(span: tuple[int, int]) -> tuple[Keys, Counts, int]:
            some = [packed.key[packed.edges[span[0]] : packed.edges[span[1]]] for packed in self.packed]
            return counted_keys(_frozen(np.concatenate(some)), every)

        if sum(len(packed.key) for packed in self.packed) < PATHS_WORTH_THREADS:
            return count((0, PARTS))
        with ThreadPoolExecutor(cores()) as pool:
            found = list(pool.map(count, pairwise(range(PARTS + 1))))
        key, count_of = (np.concatenate([part[at] for part in found]) for at in (0, 1))
        return key, count_of, sum(alone for _, _, alone in found)

    def _names_in(self, key: int) -> tuple[str, ...]:
        digits, base = [], len(self.names) + 1
        while key:
            key, digit = divmod(key, base)
            digits.append(digit)
        return tuple(self.names[digit - 1] for digit in reversed(digits) if digit)


class MostFrequent(NamedTuple):
    """The most frequent paths of all.

    Attributes:
        journeys: On any path.
        different: How many paths there are.
        named: Names of the most frequent, and journeys, customers, and journeys that reach the goal.
    """

    journeys: int
    different: int
    named: list[tuple[tuple[str, ...], tuple[int, ...]]]


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
        note = f"{self.total} journeys on {self.different} different paths."
        return Table("Paths", headings, tuple(rows), None, note)


def together(names: int, paths: Kinds, owner: Counts) -> tuple[Counts, Counts]:
    """Bring equal paths together; those whose keys collide are told apart by their names.

    Args:
        names: How many names there are.
        paths: Any, with their numbers.
        owner: Customer of each path, never falling.

    Returns:
        The first path of each kind, and the numbers of each kind.
    """
    from farled.journeys.path_kernels import distinct_paths

    longest = int(np.diff(paths.offsets).max(initial=0))
    exact = KEY_BITS == 64 and (names + 1) ** longest < 1 << 64
    arrays = paths.key, paths.offsets, paths.steps, paths.numbers, owner
    if len(paths.key) < PATHS_WORTH_THREADS:
        return distinct_paths(*arrays, np.arange(len(paths.key)), exact)
    part = (paths.key * MIX >> PART_SHIFT).astype(np.uint8)
    order = np.argsort(part, kind="stable")
    edges = np.searchsorted(part[order], np.arange(257))
    with ThreadPoolExecutor(cores()) as pool:
        spans = [order[first:end] for first, end in pairwise(edges)]
        found = list(pool.map(lambda some: distinct_paths(*arrays, some, exact), spans))
    return np.concatenate([first for first, _ in found]), np.concatenate([sums for _, sums in found])


def _least_of(top: int, counts: Counts) -> int:
    """Return the smallest of the ``top`` greatest counts; 1 when there are fewer.

    >>> _least_of(2, np.array([1, 7, 1, 3, 1]))
    3
    """
    if len(counts) < top:
        return 1
    bound = 2
    while np.count_nonzero(counts >= bound) >= top:  # nearly all are 1, where selecting is slow
        counts = counts[counts >= bound]
        bound *= 2
    return int(np.partition(counts, len(counts) - top)[len(counts) - top])


def _frozen(array: AnyArray) -> AnyArray:
    """Return the array read-only, as kernels take it."""
    seen = array.view()
    seen.flags.writeable = False
    return seen


def _renamed(names: tuple[str, ...], groups: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], Counts]:
    """Return names with those of groups added, sorted, and the code that stands for each code."""
    if not groups and list(names) == sorted(names):
        return names, np.arange(len(names))
    known = tuple(sorted({*names, *groups}))
    stands = {name: group for group, members_of in groups.items() for name in members_of}
    code = {name: at for at, name in enumerate(known)}
    return known, np.array([code[stands.get(name, name)] for name in names], dtype=np.int64)


def _as_lists(node: dict[str, Any]) -> dict[str, Any]:
    return {**node, "children": [_as_lists(child) for child in node["children"].values()]}
