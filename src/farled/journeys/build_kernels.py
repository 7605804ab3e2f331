"""The kernel that puts the events of each customer in order.

Written with plain loops: assigning an array to a slice would take Numba some seconds more to compile.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Unsigned = npt.NDArray[np.unsignedinteger[Any]]

Out = tuple[Int64, Unsigned, Int32]

MOVES = 8


@njit(nogil=True, cache=True)
def sort_customers(offsets: Int64, first: int, last: int, sequence: Int64, out: Out) -> None:
    """Sort the events of each customer by ``(time, sequence)``, keeping the order of equal ones.

    Args:
        offsets: Shape (customers + 1,).
        first: First customer.
        last: Customer after the last.
        sequence: Of each row, or empty: the order of the rows.
        out: Time, name and row of each place; sorted in place.
    """
    time, name, row = out
    for customer in range(first, last):
        begin, end = offsets[customer], offsets[customer + 1]
        if not _insertion_sort(time[begin:end], name[begin:end], row[begin:end], sequence):
            _merge_sort(time[begin:end], name[begin:end], row[begin:end], sequence)


@njit(nogil=True, cache=True)
def _is_later(time: int, row: int, other_time: int, other_row: int, sequence: Int64) -> bool:
    if time != other_time or len(sequence) == 0:
        return time > other_time
    return bool(sequence[row] > sequence[other_row])


@njit(nogil=True, cache=True)
def _insertion_sort(time: Int64, name: Unsigned, row: Int32, sequence: Int64) -> bool:
    """Sort if few moves are enough, as nearly always; else return False with the sort half done."""
    left = MOVES * len(time)
    for at in range(1, len(time)):
        this_time, this_row = time[at], row[at]
        to = at
        while to > 0 and _is_later(time[to - 1], row[to - 1], this_time, this_row, sequence):
            to -= 1
        if to == at:
            continue
        left -= at - to
        this_name = name[at]
        for back in range(at, to, -1):
            time[back], name[back], row[back] = time[back - 1], name[back - 1], row[back - 1]
        time[to], name[to], row[to] = this_time, this_name, this_row
        if left < 0:
            return False
    return True


@njit(nogil=True, cache=True)
def _merge_sort(time: Int64, name: Unsigned, row: Int32, sequence: Int64) -> None:
    n = len(time)
    order, spare = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    for at in range(n):
        order[at] = at
    width = 1
    while width < n:
        for begin in range(0, n, 2 * width):
            _merge(order, spare, (begin, min(begin + width, n), min(begin + 2 * width, n)), time, row, sequence)
        order, spare = spare, order
        width *= 2
    old_time, old_name, old_row = np.empty_like(time), np.empty_like(name), np.empty_like(row)
    for at in range(n):
        old_time[at], old_name[at], old_row[at] = time[at], name[at], row[at]
    for at in range(n):
        time[at], name[at], row[at] = old_time[order[at]], old_name[order[at]], old_row[order[at]]


@njit(nogil=True, cache=True)
def _merge(order: Int64, merged: Int64, run: tuple[int, int, int], time: Int64, row: Int32, sequence: Int64) -> None:
    left, middle, end = run
    right = middle
    for to in range(run[0], end):
        take_right = left == middle
        if left < middle and right < end:
            a, b = order[left], order[right]
            take_right = _is_later(time[a], row[a], time[b], row[b], sequence)
        if take_right:
            merged[to] = order[right]
            right += 1
        else:
            merged[to] = order[left]
            left += 1
