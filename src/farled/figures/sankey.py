"""Sankey: how many go which way, level by level."""

from dataclasses import dataclass

from farled.figures.figure import Chart, Figure, Option, base, text_style
from farled.figures.quantity import said
from farled.figures.table import Cell, Table
from farled.figures.text import wrap
from farled.locale import number, percent, translator
from farled.stats.intervals import Rate

TOP: int = 30
_LEAST_LEVEL = 128


@dataclass(frozen=True, slots=True)
class Branch:
    """What comes first, and what may follow.

    Attributes:
        name: Of the touchpoint; a `Word` where it is none.
        count: Journeys.
        next: What follows, most frequent first; those that end here are the difference.
    """

    name: str
    count: int
    next: tuple["Branch", ...] = ()


@dataclass(frozen=True, slots=True)
class Sankey(Figure):
    """Ways that part as they go on.

    Attributes:
        title: A `Word`, or a name.
        roots: First touchpoints.
        total: Journeys of all ways, also those that are not in the roots.
        rest: Journeys that are on none of the roots' ways.
        backwards: The roots are the last touchpoints, and what follows came before.
    """

    title: str
    roots: tuple[Branch, ...]
    total: int
    rest: int = 0
    backwards: bool = False

    def table(self) -> Table:
        """Return one row per place on a way, and one for the rest."""
        kept = self._kept()
        rows: list[tuple[Cell, ...]] = []

        def row(way: tuple[str, ...], count: int) -> None:
            names = " > ".join(reversed(way) if self.backwards else way)
            rows.append((names, len(way), count, Rate(count, self.total)))

        def walk(branches: tuple[Branch, ...], before: tuple[str, ...]) -> None:
            for each in branches:
                row((*before, each.name), each.count)
                walk(each.next, (*before, each.name))
            rest = [each.count for each in branches if id(each) not in kept]
            if 0 < len(rest) < len(branches):
                row((*before, "(others)"), sum(rest))

        walk(self.roots, ())
        if self.rest:
            row(("(other paths)",), self.rest)
        return Table(self.title, ("path", "place", "journeys", "share"), tuple(rows), None, f"{self.total} journeys.")

    def finding(self, language: str = "en") -> str:
        """Say which beginning is most frequent and what follows it."""
        _ = translator(language)
        if not self.roots or not self.total:
            return _("No journey has such a path.")
        first = max(self.roots, key=lambda each: each.count)
        share = percent(first.count / self.total, language)
        if not first.next:
            text = (
                _("{share} of the journeys end with {first}.")
                if self.backwards
                else _("{share} of the journeys begin with {first}.")
            )
            return text.format(share=share, first=said(first.name, language))
        then = max(first.next, key=lambda each: each.count)
        text = (
            _("{share} of the journeys end with {first}; most often {then} comes before: {part}.")
            if self.backwards
            else _("{share} of the journeys begin with {first}; most often {then} follows: {part}.")
        )
        part = percent(then.count / first.count, language)
        return text.format(share=share, first=said(first.name, language), then=said(then.name, language), part=part)

    def note(self, language: str = "en") -> str:
        """Say what is drawn together."""
        _ = translator(language)
        parts = [_("Where a band ends, journeys end.")]
        if self.rest:
            parts.append(_("{n} journeys on other paths.").format(n=number(self.rest, language)))
        return " ".join(parts)

    def chart(self, language: str = "en", width: float = 760) -> Chart:
        """Return nodes and links laid out for a width."""
        nodes, links = self._placed(language)
        levels = 1 + max((node["depth"] for node in nodes), default=0)
        least = _LEAST_LEVEL * levels
        room = max(width, least)
        step = room / levels
        most = 2
        for node in nodes:
            lines = wrap(node["name"].rpartition("\t")[2], step - 26, 12)
            most = max(most, len(lines) + 1)
            node["label"] = {"formatter": "\n".join((*lines, node.pop("told")))}
        by_level = [sum(1 for node in nodes if node["depth"] == level) for level in range(levels)]
        gap = 15.0 * most + 3  # below each node there is room for its label
        height = 160.0 + gap * (max(by_level, default=1) - 1)
        series = {
            "type": "sankey",
            "data": nodes,
            "links": links,
            "left": 0,
            "right": step - 14,
            "top": gap / 2,
            "bottom": gap / 2,
            "nodeWidth": 12,
            "nodeGap": gap,
            "nodeAlign": "left",
            "layoutIterations": 64,
            "draggable": False,
            "label": {**text_style("ink"), "position": "right", "distance": 6, "lineHeight": 15},
            "lineStyle": {"color": "@band", "opacity": 0.65, "curveness": 0.5},
            "itemStyle": {"color": "@fjord", "borderWidth": 0},
        }
        return Chart(base(language, [series]), height + gap, least)

    def _placed(self, language: str) -> tuple[list[Option], list[Option]]:
        """Return the nodes with the most journeys and what joins them; the others of each parent together."""
        _, kept = translator(language), self._kept()
        nodes: list[Option] = []
        links: list[Option] = []

        def place(branches: tuple[Branch, ...], parent: str, way: str, depth: int) -> None:
            rest = sum(each.count for each in branches if id(each) not in kept)
            shown = [each for each in branches if id(each) in kept]
            if rest and shown:
                shown.append(Branch("", rest))
            for each in shown:
                text = said(each.name, language) if each.name else _("others")
                name = f"{len(nodes)}\t{text}"
                here = f"{way} \u203a {text}" if way else text
                share = percent(each.count / self.total, language)
                told = f"{number(each.count, language)} ({share})"
                node = {"name": name, "depth": depth, "value": each.count, "told": told, "tip": f"{here}\n{told}"}
                nodes.append(node if each.name else {**node, "itemStyle": {"color": "@line-strong"}})
                if parent:
                    links.append({"source": parent, "target": name, "value": each.count, "tip": f"{here}\n{told}"})
                place(each.next, name, here, depth + 1)

        place(self.roots, "", "", 0)
        return nodes, links

    def _kept(self) -> set[int]:
        """Return the branches that are drawn for themselves: the largest, each with all that lead to it."""
        kept: set[int] = set()
        waiting = list(self.roots)
        while waiting and len(kept) < TOP:
            best = max(waiting, key=lambda each: each.count)
            waiting.remove(best)
            kept.add(id(best))
            waiting += best.next
        return kept


def branches(tree: list[dict[str, object]]) -> tuple[Branch, ...]:
    """Return a tree of ``{name, count, children}`` as branches."""
    made = []
    for each in tree:
        children = each["children"]
        count = each["count"]
        if isinstance(children, list) and isinstance(count, int):
            made.append(Branch(str(each["name"]), count, branches(children)))
    return tuple(made)
