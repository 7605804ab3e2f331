"""Puts counts together."""

from collections.abc import Iterable
from functools import reduce
from typing import Any


def merged(partials: Iterable[Any]) -> Any:
    """Return the sum of partials in their order; None stands for nothing.

    They are added pair by pair, so that lists that grow are copied as often as their number doubles, not at each.

    >>> merged(["a", None, "b", "c", "d", "e"])
    'abcde'
    """
    parts: list[tuple[int, Any]] = []
    for partial in partials:
        if partial is None:
            continue
        parts.append((1, partial))
        while len(parts) > 1 and parts[-1][0] == parts[-2][0]:
            size, later = parts.pop()
            parts[-1] = 2 * size, parts[-1][1] + later
    totals = [total for _, total in reversed(parts)]
    return reduce(lambda later, before: before + later, totals) if totals else None
