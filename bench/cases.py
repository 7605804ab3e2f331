"""What is asked in the benchmarks, and the one form of an answer in which contenders are compared, cell by cell."""

from collections.abc import Iterable
from typing import Any

from data import NAMES, name_of

STEPS = (1, 2, 4, 7, 12)
"""Codes of the five steps of the funnel: a quarter of all events."""

WITHIN_DAYS = 7
WITHIN = WITHIN_DAYS * 86_400 * 1_000_000
LENGTH, TOP = 5, 20
WEEK = 7 * 86_400 * 1_000_000
MONDAY = 3 * 86_400 * 1_000_000
"""Added to a time since 1970, which began on a Thursday, weeks begin on Monday; there are fewer than 63 of them."""

FROM, TO = 4, 0
"""Codes of the two names between which the time is asked: about half of those who have the first come to the second."""

MONTHS = "2026-01-01"
"""Months are counted from here; there are fewer than 63 of them."""

GAP = 30 * 60 * 1_000_000
MONTH = 30 * 86_400 * 1_000_000
START = 255
"""Stands for the start of a journey where a peer's columns have one byte for a name."""

QUESTIONS = {
    "funnel": "customers at each of five steps within seven days, others allowed in between; ties in either order",
    "transitions": "how often each name directly follows each, with starts and ends",
    "flow": "the same, and how many customers do each",
    "times": "the same, and median and 90th percentile of the time from one to the next",
    "paths": "the 20 most frequent of the first five names of a journey, the rest, and how many different ones",
    "timing": "from the first of a name to the first of another: counts, mean, quantiles, and the Kaplan-Meier curve",
    "sessions": "parted by half an hour of silence: how many, their events and lengths, mean, median, 90th percentile",
    "variants": "the 20 most frequent whole journeys, the rest, and how many different ones",
    "lifecycle": "customers of each month who are new, were there the month before too, are back, or have gone silent",
    "retention": "of the customers who first do a name in a week, how many are back with any event in each later week",
}

Answer = dict[str, Any]


def funnel(reached: Iterable[Any]) -> Answer:
    """Return a funnel's answer: customers at each step."""
    return {"steps": [int(customers) for customers in reached]}


def flow(rows: Iterable[tuple[Any, ...]]) -> Answer:
    """Return a flow's answer.

    Args:
        rows: From (code, `START` for the start), to (code), how often, and whatever else was asked for.
    """
    edges, starts, ends = [], [0] * NAMES, [0] * NAMES
    for before, after, count, *more in rows:
        ends[after] += int(count)
        if before == START:
            starts[after] = int(count)
        else:
            ends[before] -= int(count)
            edges.append([int(before), int(after), int(count), *more])
    return {"edges": sorted(edges), "starts": starts, "ends": ends}


def paths(rows: Iterable[tuple[Any, ...]], different: Any, total: Any) -> Answer:
    """Return the answer about paths.

    Args:
        rows: Key (see `key_digits`) and journeys of the most frequent paths.
        different: How many paths there are.
        total: How many journeys.
    """
    named = [[*path_of(int(key)), int(count)] for key, count in rows]
    rest = int(total) - sum(count for *_, count in named)
    return {"paths": named, "rest": rest, "different": int(different), "total": int(total)}


def timing(row: Iterable[Any]) -> Answer:
    """Return the answer about timing.

    Args:
        row: How many started and came; 10th, 50th and 90th percentile and mean of the times, when half of all had come
            and the share that had by ``MONTH`` on the Kaplan-Meier curve. Times in microseconds.
    """
    started, came, *times, share = row
    return {"counts": [int(started), int(came)], "times": [float(time) / 1e6 for time in times], "share": float(share)}


def sessions(row: Iterable[Any]) -> Answer:
    """Return the answer about sessions.

    Args:
        row: Sessions, customers, events and sessions of one event; then median and 90th percentile of the sessions of a
            customer, of the events of a session and of its length, and its mean. Lengths in microseconds.
    """
    values = list(row)
    return {
        "counts": [int(value) for value in values[:4]],
        "spread": [float(value) for value in values[4:8]],
        "length": [float(value) / 1e6 for value in values[8:]],
    }


def retention(rows: Iterable[tuple[Any, ...]]) -> Answer:
    """Return the answer about retention: the weeks that were over, and not empty.

    Args:
        rows: Week of the cohort, how many weeks later (0: the cohort itself), and customers.
    """
    read = sorted(tuple(map(int, row)) for row in rows)
    last = max(week + later for week, later, _ in read)
    kept = [(week, later, customers) for week, later, customers in read if later == 0 or week + later < last]
    return {"cells": [[week - kept[0][0], later, customers] for week, later, customers in kept if customers]}


def variants(rows: Iterable[tuple[Any, ...]], different: Any, total: Any) -> Answer:
    """Return the answer about variants.

    Args:
        rows: Codes and journeys of the most frequent variants.
        different: How many variants there are.
        total: How many journeys.
    """
    named = [[*map(int, codes), int(count)] for codes, count in rows]
    rest = int(total) - sum(count for *_, count in named)
    return {"paths": named, "rest": rest, "different": int(different), "total": int(total)}


def lifecycle(rows: Iterable[tuple[Any, Any]]) -> Answer:
    """Return the answer about the lifecycle, from the sets of months in which customers were there.

    Args:
        rows: Months as bits of a number, and customers who were there in just these.
    """
    cells: list[list[int]] = []
    for months, customers in ((int(months), int(customers)) for months, customers in rows):
        first, last = (months & -months).bit_length() - 1, months.bit_length() - 1
        cells += [[0, 0, 0, 0] for _ in range(last + 2 - len(cells))]
        cells[first][0] += customers
        for month in range(first + 1, last + 2):
            is_there, was_there = months >> month & 1, months >> month - 1 & 1
            if is_there or was_there:
                cells[month][(1 if was_there else 2) if is_there else 3] += customers
    return {"months": [[new, active, returned, dormant] for new, active, returned, dormant in cells[:-2]]}


def digit(place: int) -> int:
    """Return what the name at a place of a path, from 0, is multiplied with; each name counts from 1, so 0 is none."""
    return 128 ** (LENGTH - 1 - place)


def path_of(key: int) -> list[int]:
    """Return the codes of a path.

    >>> path_of(digit(0) * 3 + digit(1) * 1)
    [2, 0]
    """
    return [key // digit(place) % 128 - 1 for place in range(LENGTH) if key // digit(place) % 128]


def difference(one: Any, other: Any, path: str = "") -> str | None:
    """Return where two answers differ first; None when they agree: counts exactly, times to a billionth."""
    if isinstance(one, float) or isinstance(other, float):
        return None if abs(one - other) <= 1e-9 * max(1.0, abs(one)) else f"{path}: {one} and {other}"
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return _first(difference(one[key], other[key], f"{path}/{key}") for key in one)
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return _first(difference(*pair, f"{path}/{at}") for at, pair in enumerate(zip(one, other, strict=True)))
    return None if one == other else f"{path}: {str(one)[:80]} and {str(other)[:80]}"


def _first(found: Iterable[str | None]) -> str | None:
    return next((each for each in found if each is not None), None)


def names() -> list[str]:
    """Return the names by code."""
    return [name_of(code) for code in range(NAMES)]
