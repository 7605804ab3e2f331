"""A number for each customer that is the same on every machine and however the data are cut."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from farled.events.hashes import hashes
from farled.journeys.columns import Floats

CUSTOMER = "\0customer"
"""The column of marks: what a question names in ``columns`` to be able to tell customers apart."""

_SPARE = np.uint64(11)  # a float holds 53 bits exactly


def marks_of_events(offsets: npt.NDArray[np.int64], ids: Callable[[npt.NDArray[np.int64]], list[str]]) -> Floats:
    """Return the mark of each event's customer: 53 bits of the hash of its id. Shape (n_events,).

    Args:
        offsets: Of the customers. Shape (customers + 1,).
        ids: Gives the ids of customers by position.

    Example:
        >>> marks_of_events(np.array([0, 2, 3]), lambda positions: ["ana", "bo"]).astype(int).tolist()[1:]
        [8395540998839503, 3212744345086517]
    """
    texts = ids(np.arange(len(offsets) - 1))
    marks = (hashes(pa.array(texts, pa.string())).high >> _SPARE).astype(np.float64)
    return np.repeat(marks, np.diff(offsets))
