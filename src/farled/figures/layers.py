"""Layers of a graph: which boxes stand beside each other, from where customers start to where they end."""

from collections.abc import Mapping, Sequence

import numpy as np

Pair = tuple[int, int]


def levels(size: int, flows: Mapping[Pair, int]) -> list[float]:
    """Return how far along each node stands: one step per way, as nearly as all ways allow.

    Args:
        size: How many nodes there are.
        flows: How often somebody went from one to another.

    Example:
        >>> [round(level, 3) for level in levels(3, {(0, 1): 5, (1, 2): 5, (2, 1): 1})]
        [0.0, 1.0, 1.667]

    Source:
        MacKay, Johnson and Sansom (2020), How directed is a directed network?, R. Soc. Open Sci. 7: 201138.
    """
    flow = np.zeros((size, size))
    for (source, target), count in flows.items():
        if source != target:
            flow[source, target] += count
    into, out = flow.sum(axis=0), flow.sum(axis=1)
    weights = np.diag(into + out) - flow - flow.T
    found = np.linalg.lstsq(weights + 1e-9 * np.eye(size) * max(1.0, flow.sum()), into - out, rcond=None)[0]
    made: list[float] = np.round(found - found.min(), 9).tolist() if size else []
    return made


def sifted(level: Sequence[float], flows: Mapping[Pair, int]) -> list[int]:
    """Return the place of each node in an order in which little goes back: that of the levels, bettered by insertion.

    Args:
        level: How far along each node stands.
        flows: How often somebody went from one to another.

    Example:
        >>> sifted([0, 1, 0.5], {(0, 1): 9, (1, 2): 5, (2, 1): 2})
        [0, 1, 2]

    Source:
        Linear ordering by insertion: Martí and Reinelt (2011), The Linear Ordering Problem, Springer.
    """
    order = sorted(range(len(level)), key=lambda at: (level[at], at))
    for _round in range(len(level)):
        before = order.copy()
        for at in before:
            old = order.index(at)
            order.remove(at)
            costs = [0]
            for other in order:
                costs.append(costs[-1] + flows.get((at, other), 0) - flows.get((other, at), 0))
            order.insert(min(range(len(costs)), key=lambda place: (costs[place], abs(place - old))), at)
        if order == before:
            break
    return [order.index(at) for at in range(len(level))]


def layers(level: Sequence[float], pairs: Sequence[Pair], widths: Sequence[float], room: float) -> list[list[int]]:
    """Return the nodes by layer; a pair never shares one.

    Args:
        level: How far along each node stands.
        pairs: Nodes between which a way is drawn, each from the earlier to the later one.
        widths: Of each node, with the gap to the next.
        room: Width of a layer; a wider one is split.

    Example:
        >>> layers([0, 1, 1, 2], [(0, 1), (0, 2), (1, 3)], [10, 10, 10, 10], 20)
        [[0], [1, 2], [3]]
    """
    order = sorted(range(len(level)), key=lambda at: (level[at], at))
    before: list[list[int]] = [[] for _ in level]
    after: list[list[int]] = [[] for _ in level]
    for one, two in set(pairs):
        before[two].append(one)
        after[one].append(two)
    rank = [0] * len(level)
    for at in order:
        rank[at] = max((rank[other] + 1 for other in before[at]), default=0)
    for at in reversed(order):
        if len(after[at]) > len(before[at]):
            rank[at] = min(rank[other] for other in after[at]) - 1
    found: dict[int, list[int]] = {}
    for at in order:
        found.setdefault(rank[at], []).append(at)
    return [part for each in sorted(found) for part in _split(found[each], widths, room)]


def _split(layer: list[int], widths: Sequence[float], room: float) -> list[list[int]]:
    """Return a layer as several of about one width, each as narrow as the room where it can be."""
    whole = sum(widths[at] for at in layer)
    parts = min(len(layer), max(1, int(np.ceil(whole / room))))
    made: list[list[int]] = [[]]
    used = 0.0
    for at in layer:
        if made[-1] and used + widths[at] / 2 > whole * len(made) / parts:
            made.append([])
        made[-1].append(at)
        used += widths[at]
    return made
