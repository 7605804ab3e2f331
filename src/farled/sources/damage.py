"""Texts that are there but name nothing: with a NUL byte in them, or a whole JSON object where an id should stand."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from farled.sources.extract import one_piece

_OBJECT = r'^(\{\s*["}]|\[\s*["{\[\]\d])'
Mask = npt.NDArray[np.bool_]


def has_nul(column: pa.Array | pa.ChunkedArray) -> Mask:
    """Return which texts hold a NUL byte: nobody gave that as a name or an id.

    Args:
        column: Text, or text coded as a dictionary.
    """
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    return _by_chunk([_damaged(chunk) for chunk in chunks])


def is_object(column: pa.Array | pa.ChunkedArray) -> Mask:
    """Return which texts of a JSON file are an object or a list: they name nobody, though a value in them may."""
    found = pc.match_substring_regex(one_piece(column).cast(pa.string()), _OBJECT).fill_null(False)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)


def _by_chunk(masks: list[Mask]) -> Mask:
    return np.concatenate(masks) if masks else np.empty(0, np.bool_)


def _damaged(chunk: pa.Array) -> Mask:
    words = chunk.dictionary if pa.types.is_dictionary(chunk.type) else chunk
    if not _holds_zero(words):
        return np.zeros(len(chunk), dtype=np.bool_)
    found = pc.match_substring(chunk.cast(pa.string()), "\0").fill_null(False)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)


def _holds_zero(words: pa.Array) -> bool:
    """Tell whether some byte of some text is zero, by one look at all of them."""
    _, offsets, letters = words.buffers()
    if not len(words) or letters is None:
        return False
    ends = np.frombuffer(offsets, dtype=np.int32)[[words.offset, words.offset + len(words)]]
    inside = np.frombuffer(letters, dtype=np.uint8)[ends[0] : ends[1]]
    return bool(len(inside) and inside.min() == 0)
