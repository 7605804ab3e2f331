"""Flow: who goes where next."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from farled.engine.base import TableAnswer
from farled.figures.figure import Figure
from farled.figures.graph import Graph, Node, Way
from farled.figures.quantity import Word
from farled.figures.table import Table
from farled.journeys.index import Chunk
from farled.journeys.select import cut
from farled.journeys.threads import over_threads
from farled.locale import N_
from farled.questions.groups import GroupedPartial, grouped
from farled.questions.many_names import MOST_NAMES, transitions
from farled.questions.members import members, number_in
from farled.spans import SECOND, microseconds
from farled.stats.intervals import Rate

Counts = npt.NDArray[np.int64]
SHARES = np.array([0.5, 0.9])
SPANS = 16


@dataclass(frozen=True, slots=True)
class Flow:
    """Ask how often each touchpoint directly follows each, with where journeys start and end.

    Of events of one time the order is that of the sender. For every touchpoint in + starts = out + ends.

    Args:
        cut: A longer silence than this ends a journey first; None: journeys are whole.
        loops: False joins adjacent events of one name into one.
        times: False leaves out the time from each touchpoint to the next, which costs most of the work.
        by: A property; groups whole journeys by its value at their first event. Or a list of segments.

    Raises:
        InputError: ``cut`` is not a span.

    Example:
        >>> from farled.engine.local import ask
        >>> from farled.journeys.build import journeys_of
        >>> flow = ask(journeys_of({"ana": [("visit", 0), ("cart", 1)], "bo": [("visit", 0)]}), Flow())
        >>> flow.edges["visit", "cart"].count, flow.starts, flow.ends
        (1, {'visit': 2}, {'visit': 1, 'cart': 1})

    Source:
        Directly-follows graph: van der Aalst (2016), Process Mining, 2nd edition, section 6.2.
    """

    cut: str | None = field(default=None, metadata={"help": "A longer silence ends a journey first, such as 30min."})
    loops: bool = field(default=True, metadata={"help": "Keep adjacent repeats of one name."})
    times: bool = field(default=True, metadata={"help": "Also the time from each touchpoint to the next."})
    by: str | Sequence[str] | None = field(
        default=None, metadata={"help": "Group journeys by this property of their first event, or by segments."}
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "by", self.by if self.by is None or isinstance(self.by, str) else tuple(self.by))
        if self.cut is not None:
            microseconds(self.cut)

    def mentions(self) -> Iterable[str]:
        """Return nothing: a flow names no events."""
        return ()

    def columns(self) -> Iterable[str]:
        """Return the property of ``by``."""
        return (self.by,) if isinstance(self.by, str) else ()

    def partial(self, chunk: Chunk) -> "GroupedPartial[Transitions]":
        """Count the transitions of a chunk."""
        journeys = self._cut(chunk)
        groups = dict(grouped(journeys, self.by, self._count)) if isinstance(self.by, str) else {}
        return GroupedPartial(self._count(journeys), groups)

    def answer(self, total: "GroupedPartial[Transitions]") -> "FlowAnswer":
        """Turn the counts into edges and nodes."""
        groups = sorted(total.groups.items(), key=lambda item: (-int(item[1].starts.sum()), str(item[0])))
        return self._answer(total.whole, {value: self._answer(counts, {}) for value, counts in groups})

    def regrouped(self, answer: "FlowAnswer", groups: Mapping[str, "FlowAnswer"]) -> "FlowAnswer":
        """Return the answer with groups that were asked for themselves."""
        return replace(answer, question=self, groups=groups)

    def behind(self, chunk: Chunk, part: str, answer: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
        """Return the customers behind ``/nodes/NAME/customers`` or ``/edges/i/customers``.

        A slash in a name is written ``~1`` and a tilde ``~0``, as in every JSON pointer.
        """
        keys = part.strip("/").split("/")
        name = keys[1].replace("~1", "/").replace("~0", "~") if len(keys) == 3 else ""
        if keys[0] == "nodes" and keys[-1] == "customers" and name in answer["nodes"]:
            events = chunk.name == chunk.names.index(name)
            return members(chunk, _owner(chunk)[_journeys(chunk, events)])
        place, _ = number_in(part, "edges", len(answer["edges"]), ("customers",))
        edge = answer["edges"][place]
        journeys = self._cut(chunk)
        return members(chunk, _owner(journeys)[_journeys(journeys, self._follows(journeys, edge["from"], edge["to"]))])

    def _cut(self, chunk: Chunk) -> Chunk:
        return chunk if self.cut is None else cut(chunk, microseconds(self.cut))

    def _follows(self, chunk: Chunk, before: str, after: str) -> npt.NDArray[np.bool_]:
        """Return which events are followed directly by the other in their journey."""
        codes = [chunk.names.index(name) for name in (before, after)]
        last = np.zeros(len(chunk.time) + 1, dtype=np.bool_)
        last[chunk.offsets - 1] = True
        follows: npt.NDArray[np.bool_] = (chunk.name == codes[0]) & ~last[:-1]
        follows[:-1] &= chunk.name[1:] == codes[1]
        if not self.loops and before == after:
            follows[:] = False
        return follows

    def _count(self, chunk: Chunk) -> "Transitions":
        from farled.journeys import flow_kernels as kernels

        names = len(chunk.names)
        owner = _owner(chunk)
        if names > MOST_NAMES:
            *found, took = transitions(chunk, owner, loops=self.loops, times=self.times)
            edge, count, of_edge, starts, ends, there = found
            runs = (Run(edge, count, took),) if self.times else ()
            return Transitions(chunk.names, edge, count, of_edge, starts, ends, there, runs)
        counts, customers, there = kernels.transition_counts(chunk.offsets, owner, chunk.name, names, self.loops)
        edge = np.flatnonzero(counts[:-1, :-1])
        count = counts[:-1, :-1].ravel()[edge]
        runs = ()
        if self.times:
            times = kernels.transition_times(chunk.offsets, chunk.time, chunk.name, counts, self.loops)
            runs = (Run(edge, count, times),)
        of_edge = customers[:-1, :-1].ravel()[edge]
        return Transitions(chunk.names, edge, count, of_edge, counts[-1, :-1], counts[:-1, -1], there, runs)

    def _answer(self, total: "Transitions", groups: Mapping[Any, "FlowAnswer"]) -> "FlowAnswer":
        names, width = total.names, len(total.names)
        into = total.starts.copy()
        np.add.at(into, total.edge % width, total.count)
        edges = Edges(total, into, total.quantiles() if self.times else None)
        busy = sorted(np.flatnonzero(into).tolist(), key=lambda name: (-into[name], names[name]))
        nodes = {names[at]: FlowNode(names[at], int(into[at]), int(total.there[at])) for at in busy}
        starts = {names[at]: int(total.starts[at]) for at in busy if total.starts[at]}
        ends = {names[at]: int(total.ends[at]) for at in busy if total.ends[at]}
        return FlowAnswer(self, edges, starts, ends, nodes, groups)


@dataclass(frozen=True, slots=True, eq=False)
class Transitions:
    """Counts of one group of journeys that add up.

    Attributes:
        names: By code; the same everywhere.
        edge: Cells (from · names + to) that are not empty, rising. Shape (m,).
        count: How often. Shape (m,).
        customers: How many customers at least once. Shape (m,).
        starts: Journeys that begin with each name. Shape (names,).
        ends: Journeys that end with each name. Shape (names,).
        there: Customers that have each name. Shape (names,).
        runs: Times of the transitions, as each chunk gave them; none if not asked for.
    """

    names: tuple[str, ...]
    edge: Counts
    count: Counts
    customers: Counts
    starts: Counts
    ends: Counts
    there: Counts
    runs: tuple["Run", ...] = ()

    def __add__(self, other: "Transitions") -> "Transitions":
        edge, own, others = _joined(self.edge, other.edge, len(self.names))
        count, customers = np.zeros(len(edge), dtype=np.int64), np.zeros(len(edge), dtype=np.int64)
        for place, more in ((own, self), (others, other)):
            count[place] += more.count
            customers[place] += more.customers
        return Transitions(
            self.names,
            edge,
            count,
            customers,
            self.starts + other.starts,
            self.ends + other.ends,
            self.there + other.there,
            self.runs + other.runs,
        )

    def quantiles(self) -> npt.NDArray[np.float64]:
        """Return median and 90th percentile of the time of each edge, seconds. Shape (m, 2)."""
        from farled.journeys.flow_kernels import quantiles

        values = np.concatenate([np.empty(0, dtype=np.int64), *(run.time for run in self.runs)])
        size = np.concatenate([np.empty(0, dtype=np.int64), *(run.count for run in self.runs)])
        place = np.concatenate([self.edge[:0], *(np.searchsorted(self.edge, run.edge) for run in self.runs)])
        order = np.argsort(place, kind="stable")
        pieces = np.column_stack((np.cumsum(size) - size, size))[order]
        offsets = np.searchsorted(place[order], np.arange(len(self.edge) + 1))
        out = np.empty((len(self.edge), 2))
        edges = np.linspace(0, len(values), SPANS + 1)[1:-1]
        cuts = [0, *np.searchsorted(np.cumsum(self.count), edges).tolist(), len(self.edge)]
        list(over_threads(lambda span: quantiles(values, pieces, offsets, SHARES, span, out), list(pairwise(cuts))))
        return out / SECOND


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """The times of transitions.

    Attributes:
        edge: As of `Transitions`.
        count: How many times each edge has here.
        time: Microseconds, one edge after the other.
    """

    edge: Counts
    count: Counts
    time: Counts


@dataclass(frozen=True, slots=True)
class FlowEdge:
    """A transition.

    Attributes:
        before: From this touchpoint.
        after: Directly to this one.
        count: How often.
        customers: How many customers at least once.
        share: Of all times that somebody was at ``before``.
        median_time: Seconds; None if not asked for.
        p90_time: Seconds.
    """

    before: str
    after: str
    count: int
    customers: int
    share: Rate
    median_time: float | None
    p90_time: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "from": self.before,
            "to": self.after,
            "count": self.count,
            "customers": self.customers,
            "share": self.share.to_dict(),
            "median_time": self.median_time,
            "p90_time": self.p90_time,
        }


@dataclass(frozen=True, eq=False)
class Edges(Mapping[tuple[str, str], FlowEdge]):
    """The transitions by (from, to), most frequent first, then by their names; each is made when it is looked at.

    Attributes:
        total: Counts.
        into: How often somebody was at each name. Shape (names,).
        times: Median and 90th percentile of each edge, seconds; None if not asked for. Shape (m, 2).
    """

    total: Transitions
    into: Counts
    times: npt.NDArray[np.float64] | None

    @cached_property
    def _place(self) -> dict[tuple[str, str], int]:
        """The position of each edge."""
        names, width = self.total.names, len(self.total.names)
        rank = np.empty(width, dtype=np.int64)
        rank[sorted(range(width), key=names.__getitem__)] = np.arange(width)
        before, after = np.divmod(self.total.edge, max(width, 1))
        order = np.lexsort((rank[after], rank[before], -self.total.count)).tolist()
        edge = self.total.edge.tolist()
        return {(names[edge[at] // width], names[edge[at] % width]): at for at in order}

    def __len__(self) -> int:
        return len(self.total.edge)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._place)

    def __getitem__(self, pair: tuple[str, str]) -> FlowEdge:
        at = self._place[pair]
        count, before = int(self.total.count[at]), int(self.total.edge[at]) // len(self.total.names)
        median, late = (None, None) if self.times is None else map(float, self.times[at])
        return FlowEdge(*pair, count, int(self.total.customers[at]), Rate(count, int(self.into[before])), median, late)

    def __repr__(self) -> str:
        return repr(dict(self))


@dataclass(frozen=True, slots=True)
class FlowNode:
    """A touchpoint.

    Attributes:
        name: Which.
        events: How often somebody was there (adjacent repeats once when joined).
        customers: How many customers at least once.
    """

    name: str
    events: int
    customers: int


@dataclass(frozen=True, slots=True)
class FlowAnswer(TableAnswer):
    """All transitions, most frequent first.

    Attributes:
        question: What was asked.
        edges: By (from, to).
        starts: Journeys that begin at each touchpoint.
        ends: Journeys that end at each touchpoint.
        nodes: Touchpoints, most visited first.
        groups: The same per value of ``by``; None is no value.
    """

    question: Flow
    edges: Mapping[tuple[str, str], FlowEdge]
    starts: Mapping[str, int]
    ends: Mapping[str, int]
    nodes: Mapping[str, FlowNode]
    groups: Mapping[Any, "FlowAnswer"]

    @property
    def reason(self) -> str | None:
        """Why nothing is known: ``nobody`` where there are no journeys; None where there are."""
        return None if self.starts else "nobody"

    def matrix(self) -> tuple[list[str], npt.NDArray[np.float64]]:
        """Return names and the transition matrix: share of each row's touchpoint that goes on to each column's.

        Rows sum to 1 less the share that ends there.
        """
        names = list(self.nodes)
        place = {name: at for at, name in enumerate(names)}
        matrix = np.zeros((len(names), len(names)))
        for (before, after), edge in self.edges.items():
            matrix[place[before], place[after]] = edge.share.value or 0.0
        return names, matrix

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values; edges as a list with ``from`` and ``to``."""
        return {
            "edges": [edge.to_dict() for edge in self.edges.values()],
            "starts": dict(self.starts),
            "ends": dict(self.ends),
            "nodes": {name: {"events": node.events, "customers": node.customers} for name, node in self.nodes.items()},
            "groups": [{"value": value, **answer.to_dict()} for value, answer in self.groups.items()],
            "reason": self.reason,
        }

    def figure(self) -> Figure:
        """Return touchpoints, starts and ends, and the ways between them."""
        place = {name: at for at, name in enumerate(self.nodes)}
        start, end, journeys = len(place), len(place) + 1, sum(self.starts.values())
        nodes = [Node(name, node.events) for name, node in self.nodes.items()]
        nodes += [Node(Word(N_("(start)")), journeys), Node(Word(N_("(end)")), journeys)]
        ways = [Way(place[a], place[b], edge.count, edge.share) for (a, b), edge in self.edges.items()]
        ways += [Way(start, place[name], count, Rate(count, journeys)) for name, count in self.starts.items()]
        ways += [Way(place[n], end, count, Rate(count, self.nodes[n].events)) for n, count in self.ends.items()]
        return Graph(Word(N_("How customers go on")), tuple(nodes), tuple(ways))

    def table(self) -> Table:
        """Return one row per start, transition and end; groups one after the other."""
        headings: tuple[str, ...] = ("from", "to", "count", "customers", "share", "median", "p90")
        by = self.question.by
        if by is not None:
            headings = (by if isinstance(by, str) else "segment", *headings)
        rows = list(self._rows(("all",) if self.question.by is not None else ()))
        for value, answer in self.groups.items():
            rows += answer._rows(("–" if value is None else str(value),))
        note = f"{sum(self.starts.values())} journeys. (start) and (end) are where they begin and end."
        if self.reason:
            note = "How customers go on is unknown: nobody in the segment and period asked for has a journey."
        return Table("Flow", headings, tuple(rows), {"median": "seconds", "p90": "seconds"}, note, {"p90": "median"})

    def _rows(self, group: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
        journeys = sum(self.starts.values())
        for name, count in sorted(self.starts.items(), key=_most):
            yield (*group, "(start)", name, count, None, Rate(count, journeys), None, None)
        for edge in self.edges.values():
            numbers = edge.count, edge.customers, edge.share, edge.median_time, edge.p90_time
            yield (*group, edge.before, edge.after, *numbers)
        for name, count in sorted(self.ends.items(), key=_most):
            yield (*group, name, "(end)", count, None, Rate(count, self.nodes[name].events), None, None)


def _most(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _owner(chunk: Chunk) -> Counts:
    return np.arange(chunk.n) if chunk.owner is None else chunk.owner


def _journeys(chunk: Chunk, events: npt.NDArray[np.bool_]) -> Counts:
    """Return the journeys that hold the events of a mask."""
    return np.searchsorted(chunk.offsets, np.flatnonzero(events), side="right") - 1


def _joined(one: Counts, other: Counts, names: int) -> tuple[Counts, Counts, Counts]:
    """Return all edges of two, rising, and where the edges of each stand among them."""
    if names > MOST_NAMES:
        edge = np.union1d(one, other)
        return edge, np.searchsorted(edge, one), np.searchsorted(edge, other)
    there = np.zeros(names * names, dtype=np.bool_)
    there[one] = there[other] = True
    place = np.cumsum(there) - 1
    return np.flatnonzero(there), place[one], place[other]
