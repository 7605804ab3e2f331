"""A number for each customer that is the same on every machine and however the data are cut."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from farled.journeys.columns import Floats

CUSTOMER = "\0customer"
"""The column of marks: what a question names in ``columns`` to be able to tell customers apart."""

_SPARE = np.uint64(11)  # a float holds 53 bits exactly


def marks_of(ids: Sequence[str]) -> Floats:
    """Return the mark of each customer: 53 bits of the hash of its id. Shape (customers,).

    Example:
        >>> marks_of(["ana", "bo"]).astype(int).tolist()
        [2114684174114851, 7182645190765436]
    """
    digests = b"".join([blake2b(text.encode(), digest_size=8).digest() for text in ids])
    return (np.frombuffer(digests, dtype="<u8") >> _SPARE).astype(np.float64)
