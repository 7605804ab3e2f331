"""Which customers stand behind a number of an answer."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from farled.errors import NotFoundError
from farled.journeys.index import Chunk


def members(chunk: Chunk, customers: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Return positions of customers as a mask. Shape (customers of the chunk,)."""
    mask = np.zeros(chunk.customers, dtype=np.bool_)
    mask[customers] = True
    return mask


def number_in(part: str, items: str, length: int, numbers: Sequence[str], alone: Sequence[str] = ()) -> tuple[int, str]:
    """Read a JSON pointer to a number that customers stand behind.

    Args:
        part: Such as ``/steps/2/dropped``.
        items: Name of the list.
        length: Of the list.
        numbers: What an item of the list holds.
        alone: Numbers that stand outside the list.

    Returns:
        Position in the list, from 0 (-1 outside it), and the number's name.

    Raises:
        NotFoundError: The pointer names no such number; the hint lists some that exist.
    """
    keys = part.strip("/").split("/")
    if len(keys) == 1 and keys[0] in alone:
        return -1, keys[0]
    if len(keys) == 3 and keys[0] == items and keys[1].isdecimal() and keys[2] in numbers and int(keys[1]) < length:
        return int(keys[1]), keys[2]
    known = [f"/{items}/{at}/{number}" for at in range(min(length, 3)) for number in numbers]
    raise NotFoundError.named("number with customers behind it", part, [*known, *(f"/{name}" for name in alone)])
