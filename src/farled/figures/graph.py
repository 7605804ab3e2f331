"""Graph: touchpoints and the ways between them, laid out along the direction in which most go."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from farled.figures.figure import Chart, Figure, Option, base, text_style
from farled.figures.lanes import Line
from farled.figures.layers import levels, sifted
from farled.figures.layout import Box, Layout, laid_out
from farled.figures.quantity import Word, said
from farled.figures.table import Table
from farled.figures.text import width as text_width
from farled.figures.text import wrap
from farled.locale import number, percent, translator
from farled.stats.intervals import Rate

TOP: int = 30
WAYS: int = 60
_NARROW = 520


@dataclass(frozen=True, slots=True)
class Node:
    """A touchpoint: its name (a `Word` where it is none) and how often somebody was there."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Way:
    """How often somebody went from one node to another, by their places among the nodes."""

    source: int
    target: int
    count: int
    share: Rate | None = None


@dataclass(frozen=True, slots=True)
class Graph(Figure):
    """Nodes and the ways between them.

    Attributes:
        title: A `Word`, or a name.
        nodes: Any order.
        ways: Any order; at most one from each node to each other.
    """

    title: str
    nodes: tuple[Node, ...]
    ways: tuple[Way, ...]

    def table(self) -> Table:
        """Return one row per way."""
        rows = [
            (self.nodes[way.source].name, self.nodes[way.target].name, way.count, way.share)
            for way in sorted(self.ways, key=lambda way: -way.count)
        ]
        rows += [(node.name, "(in all)", node.count, None) for node in self.nodes]
        return Table(self.title, ("from", "to", "count", "share"), tuple(rows))

    def finding(self, language: str = "en") -> str:
        """Say which way is most frequent."""
        _ = translator(language)
        if not self.ways:
            return _("Nobody goes from one touchpoint to another.")
        best = max(self.ways, key=lambda way: (way.source != way.target, way.share is not None, way.count))
        before, after = (said(self.nodes[at].name, language) for at in (best.source, best.target))
        share = best.share.value if best.share else None
        text = _("Most often customers go from {before} to {after}: {n} times, {share} of the times at {before}.")
        return text.format(
            before=before, after=after, n=number(best.count, language), share=percent(share or 0.0, language)
        )

    def note(self, language: str = "en") -> str:
        """Say how much is drawn: of the nodes, and of the ways between those that are."""
        graph, _ = self._reduced(), translator(language)
        notes = []
        if graph is not self:
            named = sum(not isinstance(node.name, Word) for node in graph.nodes) - 1
            text = _("The {n} largest touchpoints are drawn, all others as one.")
            notes.append(text.format(n=number(named, language)))
        most, drawn = graph._most_frequent(), graph._strongest()
        if len(drawn) < len(graph.ways):
            text = _("{drawn} of {all} transitions between the boxes are drawn, the most frequent ones.")
            if len(drawn) > len(most):
                text = _(
                    "{drawn} of {all} transitions between the boxes are drawn: the most frequent ones, and those by "
                    "which every touchpoint is reached and left."
                )
            notes.append(text.format(drawn=number(len(drawn), language), all=number(len(graph.ways), language)))
        return " ".join(notes)

    def chart(self, language: str = "en", width: float = 760) -> Chart:
        """Return boxes in layers from above to below and the ways between them, laid out for a width."""
        graph = self._reduced()
        ways = graph._strongest()
        most = max((way.count for way in ways), default=1)
        labels = [number(way.count, language) for way in ways]
        names = [graph._lines(node, 96 if width < _NARROW else 132, language) for node in graph.nodes]
        sizes = [(max(text_width(line, 12, 500) for line in lines) + 24, 15.0 * len(lines) + 14) for lines in names]
        lines = [
            Line(way.source, way.target, _thick(way, most), text_width(label, 11) + 8)
            for way, label in zip(ways, labels, strict=True)
        ]
        made = laid_out(sizes, lines, graph._places(ways), width)
        hidden = {"type": "value", "show": False, "min": 0}
        option = base(
            language,
            [
                graph._drawn_ways(ways, made, language),
                graph._drawn_boxes(names, made.boxes, language),
                _drawn_labels(labels, made),
            ],
            grid={"left": "center", "top": 0, "width": made.width, "height": made.height, "containLabel": False},
            xAxis={**hidden, "max": made.width},
            yAxis={**hidden, "max": made.height, "inverse": True},
        )
        return Chart(option, made.height, made.width if made.width > width else 0)

    def _reduced(self) -> "Graph":
        """Return the graph with its largest nodes, the others drawn together into one."""
        if len(self.nodes) <= TOP + 1:
            return self
        order = sorted(range(len(self.nodes)), key=lambda at: _rank(self.nodes[at]))
        place = {at: min(new, TOP) for new, at in enumerate(order)}
        counts: dict[tuple[int, int], int] = {}
        for way in self.ways:
            pair = place[way.source], place[way.target]
            counts[pair] = counts.get(pair, 0) + way.count
        shares = {
            (place[way.source], place[way.target]): way.share
            for way in self.ways
            if max(place[way.source], place[way.target]) < TOP
        }
        rest = Node("", sum(self.nodes[at].count for at in order[TOP:]))
        nodes = (*(self.nodes[at] for at in order[:TOP]), rest)
        return Graph(self.title, nodes, tuple(Way(*pair, n, shares.get(pair)) for pair, n in counts.items()))

    def _most_frequent(self) -> list[Way]:
        """Return the ways that are drawn in any case."""
        return sorted(self.ways, key=_by_count)[: min(WAYS, max(20, len(self.nodes)))]

    def _strongest(self) -> list[Way]:
        """Return the ways that are drawn: the most frequent, and those that lead each node on from start to end."""
        order = sorted(self.ways, key=_by_count)
        kept = {(way.source, way.target) for way in self._most_frequent()}
        kept |= self._tree(order) | {(two, one) for one, two in self._tree(order, back=True)}
        return [way for way in order if (way.source, way.target) in kept]

    def _tree(self, order: Sequence[Way], back: bool = False) -> set[tuple[int, int]]:
        """Return the pairs over which all nodes are reached from where nothing comes: at each step the strongest.

        Args:
            order: Ways, strongest first.
            back: Go the ways from their end, so that all nodes lead to where nothing goes on.

        Source:
            Prim (1957), Bell Syst. Tech. J. 36(6), 1389-1401; here with directions.
        """
        pairs = [(way.target, way.source) if back else (way.source, way.target) for way in order]
        left = set(range(len(self.nodes)))
        entered = {two for one, two in pairs if one != two}
        reached = left - entered
        kept = set()
        while left := left - reached:
            best = next(((one, two) for one, two in pairs if one in reached and two in left), None)
            if best is None:
                reached.add(min(left, key=lambda at: (-self.nodes[at].count, at)))
            else:
                kept.add(best)
                reached.add(best[1])
        return kept

    def _places(self, ways: Sequence[Way]) -> list[int]:
        """Return in which order the nodes follow each other: each after that from which most come to it."""
        flows = {(way.source, way.target): way.count for way in ways if way.source != way.target}
        whole = sum(flows.values())
        for pair in self._tree(ways):
            flows[pair] += whole
        ends = {two for _, two in flows} - {one for one, _ in flows}
        level = levels(len(self.nodes), flows)
        return sifted([each + (1e9 if at in ends else 0) for at, each in enumerate(level)], flows)

    def _lines(self, node: Node, room: float, language: str) -> tuple[str, ...]:
        return *wrap(_named(node, language), room, 12, 500), number(node.count, language)

    def _drawn_boxes(self, names: Sequence[tuple[str, ...]], boxes: Sequence[Box], language: str) -> Option:
        most = max((node.count for node in self.nodes), default=1) or 1
        data = []
        for node, lines, box in zip(self.nodes, names, boxes, strict=True):
            step = min(4, int(5 * sqrt(node.count / most) * 0.999))
            made = {
                "name": "\n".join(lines),
                "value": [round(box.x + box.w / 2, 2), round(box.y + box.h / 2, 2)],
                "symbolSize": [round(box.w, 2), box.h],
                "itemStyle": {"color": f"@scale-{step + 1}"},
                "tip": f"{_named(node, language)}\n{number(node.count, language)}",
            }
            if isinstance(node.name, Word):  # start and end
                made |= {"itemStyle": {"color": "@ink-2"}, "label": {"color": "@surface"}}
            data.append(made)
        return {
            "type": "scatter",
            "symbol": "roundRect",
            "data": data,
            "itemStyle": {"borderColor": "@line-strong", "borderWidth": 1, "opacity": 1},
            "label": {"show": True, "formatter": "{b}", "lineHeight": 15, **text_style("ink", 12, 500)},
            "z": 4,
        }

    def _drawn_ways(self, ways: Sequence[Way], made: Layout, language: str) -> Option:
        most = max((way.count for way in ways), default=1)
        longest = max((len(route.points) for route in made.routes), default=0)
        data = []
        for way, route in sorted(zip(ways, made.routes, strict=True), key=lambda each: each[0].count):
            numbers = [*route.tip, *route.heading, float(route.loop), float(len(route.points))]
            places = [place for point in route.points for place in point]
            empty = [0.0] * (2 * (longest - len(route.points)))
            value = [round(each, 2) for each in (_thick(way, most), *numbers, *places, *empty)]
            style = {"color": "@transition", "borderColor": "@surface"}
            data.append({"value": value, "tip": self._tip(way, language), "itemStyle": style})
        return {"type": "custom", "renderItem": "way", "encode": {"x": [1], "y": [2]}, "data": data, "z": 2}

    def _tip(self, way: Way, language: str) -> str:
        names = [_named(self.nodes[at], language) for at in (way.source, way.target)]
        share = way.share.value if way.share else None
        lines = [f"{names[0]} \u203a {names[1]}", number(way.count, language)]
        if share is not None:
            _ = translator(language)
            lines.append(_("{share} of the times there").format(share=percent(share, language)))
        return "\n".join(lines)


def _by_count(way: Way) -> tuple[int, int, int]:
    return -way.count, way.source, way.target


def _rank(node: Node) -> tuple[bool, int, str]:
    """Return what puts start and end first, then the largest nodes."""
    return not isinstance(node.name, Word), -node.count, node.name


def _named(node: Node, language: str) -> str:
    _ = translator(language)
    return said(node.name, language) if node.name else _("others")


def _thick(way: Way, most: int) -> float:
    """Return how thick a way is drawn."""
    return round(1 + 6 * sqrt(way.count / most), 2)


def _drawn_labels(labels: Sequence[str], made: Layout) -> Option:
    data = [
        {
            "name": label,
            "value": [round(route.label.x + route.label.w / 2, 2), round(route.label.y + route.label.h / 2, 2)],
            "symbolSize": [round(route.label.w, 2), route.label.h],
        }
        for label, route in zip(labels, made.routes, strict=True)
    ]
    return {
        "type": "scatter",
        "symbol": "rect",
        "data": data,
        "itemStyle": {"color": "@surface", "opacity": 1},
        "label": {"show": True, "formatter": "{b}", **text_style("ink-2", 11)},
        "z": 3,
        "silent": True,
    }
