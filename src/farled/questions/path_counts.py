"""How many journeys go each way: counts that add up, and the most frequent of them.

Most paths of many are walked once. Their keys alone tell them from the others, so that names are compared, and kinds
of paths are kept apart, only where it matters.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from farled.journeys.threads import over_threads

Counts = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]
Steps = npt.NDArray[np.uint32]
Codes = npt.NDArray[np.unsignedinteger[Any]]
Named = list[tuple[tuple[str, ...], tuple[int, ...]]]
AnyArray = TypeVar("AnyArray", bound=npt.NDArray[Any])
Given = TypeVar("Given")
Made = TypeVar("Made")
KEY_BITS = 64  # fewer only to test collisions
PATHS_WORTH_THREADS = 100_000


class MostFrequent(NamedTuple):
    """The most frequent paths of all.

    Attributes:
        journeys: On any path.
        different: How many paths there are.
        named: Names of the most frequent, and journeys, customers, and journeys that reach the goal.
    """

    journeys: int
    different: int
    named: Named


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """Paths as they lie among the events.

    Attributes:
        begin: First event of each path. Shape (n,).
        stop: Event after its last; the same: no path. Shape (n,).
        code: Of each event.
        rename: Code that stands for each code.
        limits: (length, loops, back), as `path_steps` takes them.
    """

    begin: Counts
    stop: Counts
    code: Codes
    rename: Steps
    limits: tuple[int, int, int]

    def steps(self, some: npt.NDArray[Any]) -> tuple[Counts, Steps]:
        """Return offsets and codes of some paths."""
        from farled.journeys.path_kernels import path_steps

        limits = np.array(self.limits)
        return path_steps(self.begin[some], self.stop[some], frozen(self.code), frozen(self.rename), limits)

    def copied(self, some: Counts) -> "Ways":
        """Return some paths with codes of their own."""
        offsets, steps = self.steps(some)
        names = int(self.rename.max(initial=0)) + 1
        code: Codes = steps.astype(np.uint16) if names <= 1 << 16 else steps
        return Ways(offsets[:-1], offsets[1:], code, np.arange(names, dtype=np.uint32), (0, 1, 0))

    def hashed(self) -> Keys:
        """Return a number for each path, the same for the same path; 0: no path."""
        from farled.journeys.path_kernels import path_hashes

        limits = np.array([*self.limits, KEY_BITS])
        return path_hashes(*map(frozen, (self.begin, self.stop, self.code, self.rename, limits)))

    def packed(self, names: int) -> Keys:
        """Return each path as a number whose digits are its names, first name first; 0: no path."""
        from farled.journeys.path_kernels import packed_paths

        limits = np.array([*self.limits[:2], names])
        return packed_paths(*map(frozen, (self.begin, self.stop, self.code, self.rename, limits)))

    def beginnings(self, some: npt.NDArray[Any], rank: Steps) -> Keys:
        """Return the first names of some paths as numbers in the order of the paths, as far as they go."""
        names, length = len(rank), 1
        while (names + 1) ** (length + 1) < 1 << 64:
            length += 1
        limits = min(self.limits[0] or length, length), self.limits[1], 0
        return Ways(self.begin[some], self.stop[some], self.code, rank[self.rename], limits).packed(names)


@dataclass(frozen=True, slots=True, eq=False)
class Hashed:
    """Paths whose numbers only tell them apart.

    Attributes:
        key: Part by part. Shape (n,).
        edges: Where each part begins, and where the last ends. Shape (parts + 1,).
        at: Which of the ways each is. Shape (n,).
        ways: Their names.
        numbers: Journeys, customers, and journeys that reach the goal. Shape (n, 3). None: each is one journey of one
            customer, and there is no goal.
    """

    key: Keys
    edges: Counts
    at: npt.NDArray[np.uint32]
    ways: Ways
    numbers: Counts | None

    @classmethod
    def of(cls, keys: Keys, ways: Ways, numbers: Counts | None) -> "Hashed":
        """Bring paths into the order of their parts; those with key 0 are none."""
        from farled.journeys.path_kernels import parted

        key, at, edges = parted(frozen(keys))
        return cls(key, edges, at, ways, None if numbers is None else numbers[at])

    def numbers_of(self, some: Counts) -> Counts:
        """Return the numbers of some paths."""
        return _one_each(np.zeros(len(some), dtype=np.int64)) if self.numbers is None else self.numbers[some]

    def steps_of(self, some: Counts) -> tuple[Counts, Steps]:
        """Return offsets and codes of some paths."""
        return self.ways.steps(self.at[some])


@dataclass(frozen=True, slots=True, eq=False)
class PathsPartial:
    """Paths with counts that add up.

    Attributes:
        names: By code, sorted; the same everywhere.
        hashed: Paths as each chunk gave them.
        packed: Paths of one customer each, as each chunk gave them, where they are numbers whose digits are their
            names, to the base ``names + 1``: greater is later in the order of names, 0 is no path. Then there are no
            ``hashed``.
    """

    names: tuple[str, ...]
    hashed: tuple[Hashed, ...] = ()
    packed: tuple[Keys, ...] = ()

    @classmethod
    def of_numbers(cls, names: tuple[str, ...], ways: Ways) -> "PathsPartial":
        """Count paths that fit numbers, each of one customer, without a goal."""
        return cls(names, packed=(ways.packed(len(names)),))

    @classmethod
    def of(cls, names: tuple[str, ...], ways: Ways, owner: Counts | None, reached: Counts | None) -> "PathsPartial":
        """Count paths.

        Args:
            names: By code, sorted.
            ways: The paths.
            owner: Customer of each path, never falling; None: each has one of their own. Shape (n,).
            reached: 1 where the goal is reached; None: there is no goal. Shape (n,).
        """
        from farled.journeys.path_kernels import shared_keys

        keys = ways.hashed()
        if owner is None and reached is None:
            return cls(names, (Hashed.of(keys, ways, None),))
        reached = np.zeros(len(keys), dtype=np.int64) if reached is None else reached
        some = shared_keys(frozen(keys)).astype(np.int64)
        some, is_alone = some[keys[some] > 0], keys > 0
        is_alone[some] = False
        alone = np.flatnonzero(is_alone)
        who = some if owner is None else owner[some]
        first, sums = together(keys[some], *ways.steps(some), _one_each(reached[some]), who)
        kinds = np.concatenate((alone, some[first]))
        numbers = np.concatenate((_one_each(reached[alone]), sums))
        every = Hashed.of(keys[kinds], ways.copied(kinds), numbers)
        return cls(names, (every,))

    def __add__(self, other: "PathsPartial") -> "PathsPartial":
        return PathsPartial(self.names, self.hashed + other.hashed, self.packed + other.packed)

    def most_frequent(self, top: int) -> MostFrequent:
        """Return the ``top`` most frequent paths; equal counts in the order of their names."""
        return self._of_packed(top) if self.packed else self._of_hashed(top)

    def _of_packed(self, top: int) -> MostFrequent:
        parts = self._parts()
        journeys = sum(len(keys) for part in parts for keys in part)
        key, count, alone = _counted(parts, False)
        if least_of(top, count) == 1:
            key, count, alone = _counted(parts, True)
        best = np.flatnonzero(count >= least_of(top, count))
        best = best[np.lexsort((key[best], -count[best]))][:top]
        walked = zip(key[best].tolist(), count[best].tolist(), strict=True)
        named: Named = [(self._names_in(number), (times, times, 0)) for number, times in walked]
        return MostFrequent(journeys, len(key) + alone, named)

    def _parts(self) -> list[list[Keys]]:
        """Return the keys of all chunks; if there are many in parts, such that equal keys lie in one."""
        from farled.journeys.path_kernels import parted

        packed = [frozen(keys) for keys in self.packed]
        if sum(map(len, packed)) < PATHS_WORTH_THREADS:
            return [[keys if keys.all() else keys[keys > 0] for keys in packed]]
        chunks = list(over_threads(parted, packed))
        spans = pairwise(range(len(chunks[0][2])))
        return [[key[edges[first] : edges[end]] for key, _, edges in chunks] for first, end in spans]

    def _names_in(self, key: int) -> tuple[str, ...]:
        digits, base = [], len(self.names) + 1
        while key:
            key, digit = divmod(key, base)
            digits.append(digit)
        return tuple(self.names[digit - 1] for digit in reversed(digits) if digit)

    def _of_hashed(self, top: int) -> MostFrequent:
        shared = self._shared()
        some = np.flatnonzero(shared)
        lying = self._lying(some)
        read = _in_threads(lambda place: place[0].steps_of(place[1]), lying, len(some))
        offsets = np.cumsum(np.concatenate([[0], *(np.diff(offsets) for offsets, _ in read)]))
        key = np.concatenate([hashed.key[at] for hashed, at in lying])
        numbers = np.concatenate([hashed.numbers_of(at) for hashed, at in lying])
        first, numbers = together(
            key, offsets, np.concatenate([steps for _, steps in read]), numbers, np.arange(len(some))
        )
        kinds, alone = some[first], len(shared) - len(some)
        journeys = int(numbers[:, 0].sum()) + alone
        if least_of(top, numbers[:, 0]) == 1 or any(hashed.numbers is not None for hashed in self.hashed):
            others = np.flatnonzero(~shared)
            kinds = np.concatenate((kinds, others))
            numbers = np.concatenate((numbers, *(hashed.numbers_of(at) for hashed, at in self._lying(others))))
            journeys, alone = int(numbers[:, 0].sum()), 0
        return MostFrequent(journeys, len(kinds) + alone, self._named(kinds, numbers, top))

    def _shared(self) -> Mask:
        """Return which of all paths may be of one kind with others; those left out are not."""
        from farled.journeys.path_kernels import shared_keys

        shared = [np.empty(len(hashed.key), dtype=np.bool_) for hashed in self.hashed]

        def look(span: tuple[int, int]) -> None:
            keys, start = _keys_of(self.hashed, span), 0
            found = np.zeros(len(keys), dtype=np.bool_)
            found[shared_keys(keys)] = True
            for hashed, mask in zip(self.hashed, shared, strict=True):
                first, end = hashed.edges[span[0]], hashed.edges[span[1]]
                mask[first:end] = found[start : start + end - first]
                start += end - first

        _in_threads(look, *_spans(self.hashed))
        return np.concatenate(shared)

    def _lying(self, some: Counts) -> list[tuple[Hashed, Counts]]:
        """Return where some of all paths lie. They are counted through the chunks, and rise."""
        starts = np.cumsum([0, *(len(hashed.key) for hashed in self.hashed)])
        cuts = np.searchsorted(some, starts)
        spans = zip(self.hashed, pairwise(cuts), starts.tolist(), strict=False)
        return [(hashed, some[first:end] - start) for hashed, (first, end), start in spans]

    def _named(self, kinds: Counts, numbers: Counts, top: int) -> Named:
        """Return names and numbers of the most frequent kinds."""
        least = least_of(top, numbers[:, 0])
        best = np.flatnonzero(numbers[:, 0] >= least)
        best = best[np.argsort(kinds[best])]
        tied = np.flatnonzero(numbers[best, 0] == least)
        left = top - len(best) + len(tied)
        if left < len(tied):  # of many that are tied only the first names are read
            change = [before != after for before, after in pairwise(self.names)]
            rank = np.cumsum([0, *change]).astype(np.uint32)
            lying = self._lying(kinds[best[tied]])
            early = np.concatenate([hashed.ways.beginnings(hashed.at[at], rank) for hashed, at in lying])
            best = np.delete(best, tied[early > np.partition(early, left - 1)[left - 1]])
        found = []
        for hashed, at in self._lying(kinds[best]):
            offsets, steps = hashed.steps_of(at)
            found += [tuple(self.names[code] for code in steps[first:end]) for first, end in pairwise(offsets)]
        named = zip(found, (tuple(row) for row in numbers[best].tolist()), strict=True)
        return sorted(named, key=lambda path: (-path[1][0], path[0]))[:top]


def together(key: Keys, offsets: Counts, steps: Steps, numbers: Counts, owner: Counts) -> tuple[Counts, Counts]:
    """Bring equal paths together; those whose keys collide are told apart by their names.

    Args:
        key: Of each path; equal paths have equal keys. Shape (n,).
        offsets: Of the paths, shape (n + 1,).
        steps: Codes.
        numbers: Journeys, customers, and journeys that reach the goal. Shape (n, 3).
        owner: Customer of each path, never falling. Shape (n,).

    Returns:
        The first path of each kind, and the numbers of each kind.
    """
    from farled.journeys.path_kernels import distinct_paths, parted

    if len(key) < PATHS_WORTH_THREADS:
        return distinct_paths(key, offsets, steps, numbers, owner, np.arange(len(key), dtype=np.uint32))
    _, order, edges = parted(frozen(key))
    spans = [order[first:end] for first, end in pairwise(edges)]
    found = _in_threads(lambda some: distinct_paths(key, offsets, steps, numbers, owner, some), spans, len(key))
    return np.concatenate([first for first, _ in found]), np.concatenate([sums for _, sums in found])


def fits_number(names: int, length: int | None) -> bool:
    """Return whether a path is a number whose digits are its names."""
    return KEY_BITS == 64 and length is not None and length < 64 and (names + 1) ** length < 1 << 64


def least_of(top: int, counts: Counts) -> int:
    """Return the smallest of the ``top`` greatest counts; 1 when there are fewer.

    >>> least_of(2, np.array([1, 7, 1, 3, 1]))
    3
    """
    if len(counts) < top:
        return 1
    bound = 2
    while np.count_nonzero(counts >= bound) >= top:
        bound *= 2
    counts = counts[counts >= bound // 2]  # nearly all are small, where selecting is slow
    return int(np.partition(counts, len(counts) - top)[len(counts) - top])


def frozen(array: AnyArray) -> AnyArray:
    """Return the array read-only, as kernels take it."""
    seen = array.view()
    seen.flags.writeable = False
    return seen


def _one_each(reached: Counts) -> Counts:
    """Return the numbers of paths of one journey each."""
    numbers = np.ones((len(reached), 3), dtype=np.int64)
    numbers[:, 2] = reached
    return numbers


def _counted(parts: Sequence[Sequence[Keys]], every: bool) -> tuple[Keys, Counts, int]:
    """Return the different keys and their counts, but most of one path each only as a number unless ``every``."""
    from farled.journeys.path_kernels import counted_keys, shared_keys

    def count(part: Sequence[Keys]) -> tuple[Keys, Counts, int]:
        keys = frozen(np.concatenate(part))
        some = np.arange(len(keys), dtype=np.uint32) if every else shared_keys(keys)
        return *counted_keys(keys, some), len(keys) - len(some)

    found = _in_threads(count, parts, sum(len(keys) for part in parts for keys in part))
    key, times = (np.concatenate([part[at] for part in found]) for at in (0, 1))
    return key, times, sum(alone for _, _, alone in found)


def _spans(pieces: Sequence[Hashed]) -> tuple[list[tuple[int, int]], int]:
    """Return first part and part after the last of what is looked at together, and how many paths there are."""
    from farled.journeys.path_kernels import PARTS

    paths = sum(len(piece.key) for piece in pieces)
    return [(0, PARTS)] if paths < PATHS_WORTH_THREADS else list(pairwise(range(PARTS + 1))), paths


def _keys_of(pieces: Iterable[Hashed], span: tuple[int, int]) -> Keys:
    return frozen(np.concatenate([piece.key[piece.edges[span[0]] : piece.edges[span[1]]] for piece in pieces]))


def _in_threads(job: Callable[[Given], Made], given: Sequence[Given], paths: int) -> list[Made]:
    """Do a job with each thing given, in threads if there are many paths."""
    return list(map(job, given) if paths < PATHS_WORTH_THREADS else over_threads(job, given))
