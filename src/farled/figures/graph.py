"""Graph: touchpoints and the ways between them, laid out along the direction in which most go."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from farled.figures.figure import Chart, Figure, Option, base, text_style
from farled.figures.quantity import said
from farled.figures.table import Table
from farled.figures.text import wrap
from farled.locale import number, percent, translator
from farled.stats.intervals import Rate

TOP: int = 30
WAYS: int = 60
_TURN = 520
_PILL = 34.0


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
        """Say how much is drawn."""
        drawn, (nodes, ways) = self._reduced(), (len(self.nodes), len(self.ways))
        _ = translator(language)
        text = _("{drawn} of {all} transitions are drawn, the most frequent ones.")
        shown = len(drawn._strongest())
        if shown == ways and len(drawn.nodes) == nodes:
            return ""
        return text.format(drawn=number(shown, language), all=number(ways, language))

    def chart(self, language: str = "en", width: float = 760) -> Chart:
        """Return nodes and ways laid out for a width: from left to right, or down where it is narrow."""
        graph = self._reduced()
        down = width < _TURN
        count = len(graph.nodes)
        most = 2 if down else max(2, -(-count // max(1, min(7, int(width // 150)))))
        layers = graph._layers(most)
        deepest, widest = len(layers), max(map(len, layers), default=1)
        pill = (width - 84) / 2 - 16 if down else min(180.0, width / max(1, deepest) * 0.7)
        labels = [graph._label(node, pill, language) for node in graph.nodes]
        tall = max((height for _, height in labels), default=_PILL)
        height = deepest * (tall + 44) if down else max(240.0, widest * (tall + 40)) + 40
        places = _placed(layers, down=down)
        edge = 100 * (pill / 2 + (34 if down else 4)) / width
        spread = {"min": -edge * 100 / (100 - 2 * edge), "max": 100 + edge * 100 / (100 - 2 * edge)}
        hidden = {"type": "value", "show": False}
        option = base(
            language,
            [
                graph._drawn_ways(places, (pill, tall), down, language),
                graph._pills(places, labels, pill, tall, language),
            ],
            grid={"left": 0, "right": 0, "top": tall / 2 + 14, "bottom": tall / 2 + 26, "containLabel": False},
            xAxis={**hidden, **spread},
            yAxis={**hidden, "min": 0, "max": 100, "inverse": True},
        )
        return Chart(option, height + tall)

    def _reduced(self) -> "Graph":
        """Return the graph with its largest nodes, the others drawn together into one."""
        if len(self.nodes) <= TOP + 1:
            return self
        order = sorted(range(len(self.nodes)), key=lambda at: (-self.nodes[at].count, self.nodes[at].name))
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

    def _strongest(self) -> list[Way]:
        """Return the ways that are drawn: the most frequent, and the strongest into and out of each node."""
        order = sorted(self.ways, key=lambda way: (-way.count, way.source, way.target))
        room = min(WAYS, max(12, int(2.2 * len(self.nodes))))
        seen: set[tuple[int, int]] = set()
        kept = []
        for rank, way in enumerate(order):
            ends = {(0, way.source), (1, way.target)} if way.source != way.target else set()
            if rank < room or not ends <= seen:
                kept.append(way)
            seen |= ends
        return kept

    def _layers(self, most: int) -> list[list[int]]:
        """Return the nodes by layer, along the way that most go: at most so many in each."""
        level = self._levels()
        order = sorted(range(len(self.nodes)), key=lambda at: (round(level[at], 6), -self.nodes[at].count, at))
        layers: list[list[int]] = []
        for at in order:
            full = not layers or len(layers[-1]) >= most
            apart = layers and level[at] - min(level[each] for each in layers[-1]) > 0.8
            if full or (apart and len(layers) * most < 2 * len(order)):
                layers.append([at])
            else:
                layers[-1].append(at)
        return self._untangled(layers)

    def _levels(self) -> list[float]:
        """Return how far along each node stands: one step per way, as nearly as all ways allow."""
        size = len(self.nodes)
        flow = np.zeros((size, size))
        for way in self.ways:
            if way.source != way.target:
                flow[way.source, way.target] += way.count
        into, out = flow.sum(axis=0), flow.sum(axis=1)
        weights = np.diag(into + out) - flow - flow.T
        found = np.linalg.lstsq(weights + 1e-9 * np.eye(size) * max(1.0, flow.sum()), into - out, rcond=None)[0]
        levels: list[float] = (found - found.min()).tolist() if size else []
        return levels

    def _untangled(self, layers: list[list[int]]) -> list[list[int]]:
        """Order each layer by where its neighbours stand, a few times to and fro."""
        weight: dict[int, list[tuple[int, int]]] = {at: [] for at in range(len(self.nodes))}
        for way in self._strongest():
            if way.source != way.target:
                weight[way.source].append((way.target, way.count))
                weight[way.target].append((way.source, way.count))
        place = {at: (row + 0.5) / len(layer) for layer in layers for row, at in enumerate(layer)}
        for _round in range(8):
            for layer in layers:
                pull = {}
                for at in layer:
                    others = [(other, count) for other, count in weight[at] if other not in layer]
                    whole = sum(count for _, count in others)
                    near = sum(place[other] * count for other, count in others)
                    pull[at] = near / whole if whole else place[at]
                layer.sort(key=lambda at: (pull[at], at))
                for row, at in enumerate(layer):
                    place[at] = (row + 0.5) / len(layer)
        return layers

    def _label(self, node: Node, pill: float, language: str) -> tuple[str, float]:
        name = _named(node, language)
        lines = (*wrap(name, pill - 20, 12, 500), number(node.count, language))
        return "\n".join(lines), max(_PILL, 15.0 * len(lines) + 12)

    def _pills(
        self,
        places: dict[int, tuple[float, float]],
        labels: list[tuple[str, float]],
        pill: float,
        tall: float,
        language: str,
    ) -> Option:
        most = max((node.count for node in self.nodes), default=1) or 1
        data = []
        for at, node in enumerate(self.nodes):
            step = min(4, int(5 * sqrt(node.count / most) * 0.999))
            name = _named(node, language)
            size = [pill, labels[at][1]]
            data.append(
                {
                    "name": labels[at][0],
                    "value": list(places[at]),
                    "symbolSize": size,
                    "itemStyle": {"color": f"@scale-{step + 1}"},
                    "tip": f"{name}\n{number(node.count, language)}",
                }
            )
        return {
            "type": "scatter",
            "symbol": "roundRect",
            "data": data,
            "itemStyle": {"borderColor": "@line-strong", "borderWidth": 1, "opacity": 1},
            "label": {"show": True, "formatter": "{b}", "lineHeight": 15, **text_style("ink", 12, 500)},
            "z": 4,
        }

    def _drawn_ways(
        self, places: dict[int, tuple[float, float]], size: tuple[float, float], down: bool, language: str
    ) -> Option:
        ways = self._strongest()
        most = max((way.count for way in ways), default=1)
        data = []
        for way in sorted(ways, key=lambda way: way.count):
            ends = _ends(places[way.source], places[way.target], size, down)
            thick = 1 + 7 * sqrt(way.count / most)
            strong = 0.35 + 0.5 * sqrt(way.count / most)
            style = {"color": "@transition", "opacity": round(strong, 3)}
            tip = self._tip(way, language)
            data.append({"value": [*ends, round(thick, 2)], "tip": tip, "itemStyle": style})
        return {"type": "custom", "renderItem": "way", "encode": {"x": [0, 2], "y": [1, 3]}, "data": data, "z": 2}

    def _tip(self, way: Way, language: str) -> str:
        names = [_named(self.nodes[at], language) for at in (way.source, way.target)]
        share = way.share.value if way.share else None
        lines = [f"{names[0]} \u203a {names[1]}", number(way.count, language)]
        if share is not None:
            _ = translator(language)
            lines.append(_("{share} of the times there").format(share=percent(share, language)))
        return "\n".join(lines)


def _named(node: Node, language: str) -> str:
    _ = translator(language)
    return said(node.name, language) if node.name else _("others")


def _placed(layers: list[list[int]], *, down: bool) -> dict[int, tuple[float, float]]:
    """Return where each node stands, 0 to 100 both ways."""
    places = {}
    for depth, layer in enumerate(layers):
        along = 100 * depth / (len(layers) - 1) if len(layers) > 1 else 50.0
        for row, at in enumerate(layer):
            across = 100 * row / (len(layer) - 1) if down and len(layer) > 1 else 100 * (row + 0.5) / len(layer)
            places[at] = (round(across, 3), round(along, 3)) if down else (round(along, 3), round(across, 3))
    return places


def _ends(
    source: tuple[float, float], target: tuple[float, float], size: tuple[float, float], down: bool
) -> list[float]:
    """Return both places, where the way leaves and enters beside them in pixels, and how it bows there."""
    wide, tall = size[0] / 2, size[1] / 2
    (x1, y1), (x2, y2) = source, target
    along, across = (y2 - y1, x2 - x1) if down else (x2 - x1, y2 - y1)
    if source == target:
        return [x1, y1, x2, y2, -14, -tall, 14, -tall, -0.35, -0.9, 0.35, -0.9]
    step: tuple[float, ...]
    bow: tuple[float, ...]
    if along > 0:
        aside = 6.0 if across >= 0 else -6.0
        step = (0, tall, 0, -tall) if down else (wide, 0, -wide, 0)
        bow = (0, 1, 0, -1) if down else (1, 0, -1, 0)
    elif along < 0:
        aside = 10.0
        step = (wide, 0, wide, 0) if down else (0, tall, 0, tall)
        bow = (0.6, 0, 0.6, 0) if down else (0, 0.6, 0, 0.6)
    else:
        aside = 0.0
        turn = 1 if across > 0 else -1
        step = (turn * wide, 0, -turn * wide, 0) if down else (0, turn * tall, 0, -turn * tall)
        bow = (turn, 0, -turn, 0) if down else (0, turn, 0, -turn)
    shift = (0.0, aside if along >= 0 else 0.0) if not down else (aside if along >= 0 else 0.0, 0.0)
    if along == 0:
        shift = (8.0, 0.0) if not down else (0.0, 8.0)
    return [x1, y1, x2, y2, step[0] + shift[0], step[1] + shift[1], step[2] + shift[0], step[3] + shift[1], *bow]
