"""Transitions between so many names that a table of all pairs would not fit."""

import numpy as np
import numpy.typing as npt

from farled.journeys.distinct import distinct_pairs
from farled.journeys.index import Chunk

Counts = npt.NDArray[np.int64]
MOST_NAMES = 2_000


def transitions(chunk: Chunk, owner: Counts, *, loops: bool, times: bool) -> tuple[Counts, ...]:
    """Count transitions by sorting them.

    Args:
        chunk: Any journeys.
        owner: Customer of each journey.
        loops: False joins adjacent events of one name into one.
        times: Whether the time of each transition is wanted.

    Returns:
        The fields of `farled.questions.flow.Transitions` after ``names``.
    """
    names = len(chunk.names)
    journey = np.repeat(np.arange(chunk.n), np.diff(chunk.offsets))
    code, time = chunk.name.astype(np.int64), chunk.time
    if not loops:
        kept = np.ones(len(code), dtype=np.bool_)
        kept[1:] = (code[1:] != code[:-1]) | (journey[1:] != journey[:-1])
        code, time, journey = code[kept], time[kept], journey[kept]
    inside = journey[1:] == journey[:-1]
    key = code[:-1][inside] * names + code[1:][inside]
    edge, place, count = np.unique(key, return_inverse=True, return_counts=True)
    pair, _ = distinct_pairs(place, owner[journey[:-1][inside]])
    there, _ = distinct_pairs(code, owner[journey])
    return (
        edge,
        count.astype(np.int64),
        np.bincount(pair, minlength=len(edge)).astype(np.int64),
        np.bincount(code[np.append(True, ~inside)[: len(code)]], minlength=names).astype(np.int64),
        np.bincount(code[np.append(~inside, True)[: len(code)]], minlength=names).astype(np.int64),
        np.bincount(there, minlength=names).astype(np.int64),
        (time[1:] - time[:-1])[inside][np.argsort(place, kind="stable")] if times else np.empty(0, dtype=np.int64),
    )
