"""Kernel of the conditions: how far the events of a customer go at a moment."""

import numpy as np
import numpy.typing as npt

from farled.compiler import njit

Ints = npt.NDArray[np.int64]


@njit(nogil=True, cache=True)
def seen_until(offsets: Ints, time: Ints, customer: Ints, moment: Ints) -> Ints:
    """Return up to which position (out) the events of a customer are not later than a moment. Shape (n_moments,).

    Args:
        offsets: Of the customers, shape (customers + 1,).
        time: Of the events, never falling within a customer.
        customer: Whose events, shape (n_moments,).
        moment: Microseconds, inclusive.
    """
    found = np.empty(len(customer), dtype=np.int64)
    for at in range(len(customer)):
        low, high = offsets[customer[at]], offsets[customer[at] + 1]
        while low < high:
            middle = (low + high) // 2
            if time[middle] <= moment[at]:
                low = middle + 1
            else:
                high = middle
        found[at] = low
    return found
