"""Arrow values as plain arrays and codes.

Arrays are taken from the buffers: PyArrow's own ``to_numpy`` imports pandas where it is installed, half a second.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from farled.errors import InputError
from farled.journeys.index import AnyColumn, Column, Floats, Times
from farled.journeys.text_coding import coded_texts, is_worth_threads

Values: TypeAlias = npt.NDArray[Any] | Sequence[Any] | pa.Array | pa.ChunkedArray
Rows = npt.NDArray[np.int32]

FLOATS = frozenset({"value", "score"})


def chunked(values: Values) -> pa.ChunkedArray:
    """Return values as a chunked Arrow array, without a copy where possible."""
    if isinstance(values, pa.ChunkedArray):
        return values
    if isinstance(values, np.ndarray) and values.dtype.kind in "iuf" and values.flags.c_contiguous:
        buffers = [None, pa.py_buffer(values)]  # pa.array would import pandas
        return pa.chunked_array([pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), buffers)])
    return pa.chunked_array([values if isinstance(values, pa.Array) else pa.array(values)])


def plain(values: pa.ChunkedArray | pa.Array, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Return fixed-width values of that very type as one read-only array; what is null holds anything."""
    pieces = [_view(chunk, np.dtype(dtype)) for chunk in chunked(values).chunks if len(chunk)]
    array = pieces[0] if len(pieces) == 1 else np.concatenate([np.empty(0, dtype), *pieces])
    array.flags.writeable = False
    return array


def _view(array: pa.Array, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    return np.frombuffer(array.buffers()[1], dtype=dtype, count=len(array), offset=array.offset * dtype.itemsize)


def microseconds_of(time: Values) -> Times:
    """Return times as microseconds since 1970 UTC.

    Args:
        time: Timestamps of any unit, or whole numbers that are microseconds already.

    Raises:
        InputError: They are neither.
    """
    values = chunked(time)
    if pa.types.is_timestamp(values.type):
        values = values.cast(pa.timestamp("us", values.type.tz), safe=False).cast(pa.int64())
    elif pa.types.is_integer(values.type):
        values = values.cast(pa.int64())
    else:
        raise InputError(f"The times are of the type {values.type}.", "Give timestamps, or whole microseconds.")
    return plain(values, np.int64)


def coded(values: Values) -> tuple[Rows, pa.Array]:
    """Return a code for each value, -1 for null, and the distinct values by code (which may hold unused ones)."""
    source = chunked(values)
    if pa.types.is_null(source.type):
        return _frozen(np.full(len(source), -1, np.int32)), pa.array([], pa.string())
    if is_worth_threads(source):
        found = coded_texts(source)
        if found is not None:
            return _frozen(found[0]), found[1]
    given = pa.types.is_dictionary(source.type)
    source = source.unify_dictionaries() if given else source.dictionary_encode()
    if source.num_chunks == 0:
        return _frozen(np.empty(0, np.int32)), pa.array([], source.type.value_type)
    indices = pa.chunked_array([chunk.indices.cast(pa.int32()) for chunk in source.chunks])
    code = plain(indices.fill_null(-1) if indices.null_count else indices, np.int32)
    distinct = source.chunk(0).dictionary
    return _merged(code, distinct) if given else (code, distinct)


def _merged(code: Rows, distinct: pa.Array) -> tuple[Rows, pa.Array]:
    """Join equal values of a dictionary that came from outside, and drop null from it."""
    again = distinct.dictionary_encode()
    if len(again.dictionary) == len(distinct):
        return code, distinct
    to = np.append(plain(again.indices.fill_null(-1), np.int32), np.int32(-1))
    return _frozen(to[code]), again.dictionary


def floats(values: Values, name: str) -> Floats:
    """Return numbers as floats, NaN for null.

    Args:
        values: Numbers, or texts that are numbers.
        name: Of the column, for the message.

    Raises:
        InputError: A value is no number.
    """
    given = chunked(values)
    try:
        numbers = given.cast(pa.float64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        wrong = next((value for value in given.unique().to_pylist() if not _is_number(value)), None)
        message = f"The column {name!r} holds {wrong!r}, which is not a number."
        hint = f"Correct such values, or name a column of numbers: {name}=COLUMN; what is none is then rejected by row."
        raise InputError(message, hint) from error
    if numbers.null_count:
        numbers = numbers.fill_null(float("nan"))
    return plain(numbers, np.float64)


def column(name: str, values: Values, rows: npt.NDArray[Any]) -> AnyColumn:
    """Return a column of the index.

    Args:
        name: ``value`` and ``score`` become floats, all others are coded.
        values: By row of the source.
        rows: The row of each event in the index.

    Raises:
        InputError: One of ``value`` or ``score`` is no number.
    """
    if name in FLOATS:
        numbers: Floats = floats(values, name)[rows]
        return numbers
    code, distinct = coded(values)
    return Column(code[rows], tuple(distinct.to_pylist()))


def texts(values: pa.Array | pa.ChunkedArray, positions: npt.NDArray[Any]) -> list[str]:
    """Return the values at positions as text."""
    return [str(value) for value in values.take(pa.array(positions)).to_pylist()]


def _is_number(value: object) -> bool:
    try:
        pa.scalar(value).cast(pa.float64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return False
    return True


def _frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    array.flags.writeable = False
    return array
