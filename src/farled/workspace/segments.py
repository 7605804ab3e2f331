"""Segments counted: how large they are, how they overlap, and who is in them, as a file."""

import csv
import os
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt

from farled.engine.base import TableAnswer
from farled.engine.checks import naming, require_segment
from farled.errors import InputError, NotFoundError
from farled.figures.table import Table, inert
from farled.journeys.attributes import Attributes, known_attributes
from farled.journeys.conditions import Condition, Moments, attributes, columns, plain, select
from farled.journeys.index import Chunk, Journeys
from farled.journeys.segments import needs_ids
from farled.journeys.threads import over_threads
from farled.stats.intervals import Rate

Mask = npt.NDArray[np.bool_]
Rules = Mapping[str, Condition]

MOST = 62


@dataclass(frozen=True, slots=True)
class Size:
    """How large a segment is.

    Attributes:
        id: Of the segment.
        name: For people.
        customers: How many are in it at the end of the data.
        share: Of all customers.
        rule: As it stands in a file.
    """

    id: str
    name: str
    customers: int
    share: Rate
    rule: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sizes(TableAnswer):
    """The segments with their sizes.

    Attributes:
        customers: How many there are in all.
        segments: In the order asked for.
    """

    customers: int
    segments: tuple[Size, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        rows = [
            {
                "id": each.id,
                "name": each.name,
                "customers": each.customers,
                "share": each.share.to_dict(),
                "rule": dict(each.rule),
            }
            for each in self.segments
        ]
        return {"customers": self.customers, "segments": rows}

    def table(self) -> Table:
        """Return one row per segment."""
        rows = tuple((each.id, each.name, each.customers, each.share) for each in self.segments)
        note = f"Of {self.customers} customers, at the end of the data."
        return Table("Segments", ("segment", "name", "customers", "share"), rows, None, note)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two segments.

    Attributes:
        first: Id of one.
        second: Id of the other.
        customers: Who is in both.
        of_first: Share of the first that is in the second too.
        of_second: Share of the second that is in the first too.
        jaccard: Both ÷ either; None when nobody is in either.
        lift: Both ÷ what chance alone would give; above 1 they attract each other. None when one of them is empty.
    """

    first: str
    second: str
    customers: int
    of_first: Rate
    of_second: Rate
    jaccard: float | None
    lift: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "first": self.first,
            "second": self.second,
            "customers": self.customers,
            "of_first": self.of_first.to_dict(),
            "of_second": self.of_second.to_dict(),
            "jaccard": self.jaccard,
            "lift": self.lift,
        }


@dataclass(frozen=True, slots=True)
class Combination:
    """Customers who are in just these segments and in no other.

    Attributes:
        segments: Ids; none: in no segment at all.
        customers: How many.
        share: Of all customers.
    """

    segments: tuple[str, ...]
    customers: int
    share: Rate

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {"segments": list(self.segments), "customers": self.customers, "share": self.share.to_dict()}


@dataclass(frozen=True, slots=True)
class Overlap(TableAnswer):
    """How segments overlap. The combinations and the rest are together all customers.

    Attributes:
        customers: How many there are in all.
        sizes: Customers of each segment, by id.
        pairs: Each two segments.
        combinations: Most customers first.
        rest: Customers of the combinations that are not named.
        different: How many combinations there are.
    """

    customers: int
    sizes: Mapping[str, int]
    pairs: tuple[Pair, ...]
    combinations: tuple[Combination, ...]
    rest: int
    different: int

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "customers": self.customers,
            "sizes": dict(self.sizes),
            "pairs": [pair.to_dict() for pair in self.pairs],
            "combinations": [each.to_dict() for each in self.combinations],
            "rest": self.rest,
            "different": self.different,
        }

    def table(self) -> Table:
        """Return one row per pair."""
        headings = ("first", "second", "customers", "share of first", "share of second", "jaccard", "lift")
        rows = tuple((p.first, p.second, p.customers, p.of_first, p.of_second, p.jaccard, p.lift) for p in self.pairs)
        return Table("Overlap", headings, rows, None, f"Of {self.customers} customers.")

    def combinations_table(self) -> Table:
        """Return one row per combination, and one for the others."""
        rows: list[tuple[Any, ...]] = [
            (" & ".join(each.segments) or "(in none)", each.customers, each.share) for each in self.combinations
        ]
        if self.rest:
            others = f"({self.different - len(self.combinations)} other combinations)"
            rows.append((others, self.rest, Rate(self.rest, self.customers)))
        return Table("In just these", ("segments", "customers", "share"), tuple(rows))


def sizes_of(journeys: Journeys, rules: Rules, names: Mapping[str, str], written: Rules) -> Sizes:
    """Count the customers of segments.

    Args:
        journeys: Of whom.
        rules: By id, without ``behind``.
        names: For people, by id.
        written: The rules as they stand in a file.
    """
    made = [0] * len(rules)
    for masks in _each(journeys, rules):
        made = [count + int(mask.sum()) for count, mask in zip(made, masks, strict=True)]
    sizes = [
        Size(id_, names[id_], count, Rate(count, journeys.customers), plain(written[id_]))
        for id_, count in zip(rules, made, strict=True)
    ]
    return Sizes(journeys.customers, tuple(sizes))


def overlap_of(journeys: Journeys, rules: Rules, names: Mapping[str, str], top: int) -> Overlap:
    """Count who is in which segments at once; arguments as of `sizes_of`.

    Raises:
        InputError: The segments are fewer than two, or too many.
    """
    if not 2 <= len(rules) <= MOST:
        raise InputError(f"An overlap is of 2 to {MOST} segments, but got {len(rules)}.", "Name some: a, b, c.")
    if top < 1:
        raise InputError(f"top is {top}.", "Name at least one combination.")
    codes: dict[int, int] = {}
    for masks in _each(journeys, rules):
        code = np.zeros(len(masks[0]), dtype=np.int64)
        for bit, mask in enumerate(masks):
            code |= mask.astype(np.int64) << bit
        for value, count in zip(*np.unique(code, return_counts=True), strict=True):
            codes[int(value)] = codes.get(int(value), 0) + int(count)
    n, ids = journeys.customers, tuple(rules)
    sizes = {id_: _having(codes, 1 << bit) for bit, id_ in enumerate(ids)}
    pairs = [
        _pair(ids[one], ids[two], sizes, _having(codes, 1 << one | 1 << two), n)
        for one in range(len(ids))
        for two in range(one + 1, len(ids))
    ]
    ordered = sorted(codes.items(), key=lambda item: (-item[1], bin(item[0]).count("1"), item[0]))
    named = [Combination(_named(code, ids), count, Rate(count, n)) for code, count in ordered[:top]]
    return Overlap(n, sizes, tuple(pairs), tuple(named), sum(count for _, count in ordered[top:]), len(ordered))


def export(journeys: Journeys, rule: Condition | None, out: Path, attributes: Sequence[str] | None) -> int:
    """Write the customers of a segment as CSV; as `Workspace.export_segment`.

    Raises:
        NotFoundError: No customer has such an attribute, or the rule names an event or attribute that does not occur.
    """
    if rule is not None:
        require_segment(journeys, rule)
    known = _attributes(journeys)
    for name in attributes or ():
        if name not in known:
            raise NotFoundError.named("attribute", name, known)
    chosen = list(known if attributes is None else dict.fromkeys(attributes))
    total = 0
    with _written(out) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(map(inert, ["customer", *chosen]))
        for number, chunk in enumerate(journeys.chunks(sorted(columns(rule, "customer")) if rule else ())):
            people = np.flatnonzero(_mask(journeys, number, chunk, rule))
            total += len(people)
            said = _said(journeys, number)
            held = [said.at(name, people, np.full(len(people), chunk.end, dtype=np.int64)) for name in chosen]
            values = [[None if at < 0 else column.values[at] for at in column.code.tolist()] for column in held]
            rows = zip(journeys.customer_ids(number, people), *values, strict=True)
            writer.writerows([inert(cell) for cell in row] for row in rows)
    return total


def _each(journeys: Journeys, rules: Rules) -> Iterator[list[Mask]]:
    """Yield for each chunk which of its customers are in each segment."""
    needed = frozenset().union(*(columns(rule, "customer") for rule in rules.values()))
    try:
        chunks = journeys.chunks(sorted(needed))
    except NotFoundError:
        for rule in rules.values():
            with naming(rule):
                journeys.chunks(sorted(columns(rule, "customer")))
        raise

    def judged(number: int) -> list[Mask]:
        chunk = chunks[number]
        return [_mask(journeys, number, chunk, rule) for rule in rules.values()]

    yield from over_threads(judged, range(len(chunks)))


def _mask(journeys: Journeys, number: int, chunk: Chunk, rule: Condition | None) -> Mask:
    if rule is None:
        return np.ones(chunk.customers, dtype=np.bool_)
    ids = journeys.customer_ids(number, np.arange(chunk.customers)) if needs_ids(rule) else None
    return select(rule, chunk, Moments.at_end(chunk), _said(journeys, number, attributes(rule)), ids)


def _said(journeys: Journeys, number: int, wanted: Collection[str] | None = None) -> Attributes:
    return known_attributes(journeys, number, wanted)


def _attributes(journeys: Journeys) -> list[str]:
    """Return the attributes that customers have, in the order of the alphabet."""
    return sorted({key for number in range(len(journeys.chunks())) for key in _said(journeys, number).keys})


def _having(codes: Mapping[int, int], bits: int) -> int:
    return sum(count for code, count in codes.items() if code & bits == bits)


def _named(code: int, ids: Sequence[str]) -> tuple[str, ...]:
    return tuple(id_ for bit, id_ in enumerate(ids) if code >> bit & 1)


def _pair(one: str, two: str, sizes: Mapping[str, int], both: int, n: int) -> Pair:
    a, b = sizes[one], sizes[two]
    either = a + b - both
    jaccard = both / either if either else None
    lift = both * n / (a * b) if a and b else None
    return Pair(one, two, both, Rate(both, a), Rate(both, b), jaccard, lift)


@contextmanager
def _written(path: Path) -> Iterator[TextIO]:
    """Give a file to write that takes its place whole or not at all; only its owner may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
