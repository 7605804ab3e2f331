"""Texts with a number in them, made by the million."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def numbered(before: str, number: npt.NDArray[np.int64], width: int, after: str = "") -> pa.Array:
    """Return one text per number: what stands before, the digits with leading zeros, what stands after.

    Args:
        before: ASCII.
        number: 0 to 10**width - 1.
        width: Digits.
        after: ASCII.

    Example:
        >>> numbered("c-", np.array([7, 123]), 6).to_pylist()
        ['c-000007', 'c-000123']
    """
    head, tail = np.frombuffer(before.encode(), np.uint8), np.frombuffer(after.encode(), np.uint8)
    length = len(head) + width + len(tail)
    letters = np.empty((len(number), length), dtype=np.uint8)
    letters[:, : len(head)] = head
    letters[:, len(head) + width :] = tail
    rest = np.asarray(number, dtype=np.int64)
    for place in range(len(head) + width - 1, len(head) - 1, -1):
        rest, digit = np.divmod(rest, 10)
        letters[:, place] = digit + ord("0")
    offsets = np.arange(len(number) + 1, dtype=np.int32) * length
    return pa.StringArray.from_buffers(len(number), pa.py_buffer(offsets.tobytes()), pa.py_buffer(letters.tobytes()))
