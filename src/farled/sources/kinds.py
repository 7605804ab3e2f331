"""What columns of Arrow may hold: every type becomes one of the few that the readers know, or is named in an error."""

from collections.abc import Callable
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

from farled.errors import InputError

_AS_STORED = frozenset({"arrow.json", "arrow.bool8", "arrow.opaque"})
_NAMED = b"ARROW:extension:name"
_WHOLE_BELOW = 2.0**53
_MOMENTS: tuple[Callable[[pa.DataType], bool], ...] = (
    pa.types.is_timestamp,
    pa.types.is_date,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_decimal,
    pa.types.is_string,
    pa.types.is_dictionary,
    pa.types.is_null,
)
"""What may tell a time."""
_HINT = "Turn it into text or numbers first, or name another column."


def plain_types(table: pa.Table, shown: str) -> pa.Table:
    """Give every column a type that the readers know: texts are strings, codes have texts, bytes that are text are so.

    Args:
        table: Of any types.
        shown: Name for messages.

    Raises:
        InputError: A column has a type of its own, such as the periods of pandas, that says nothing without it.
    """
    columns = [_plain(column, field, shown) for column, field in zip(table.columns, table.schema, strict=True)]
    if all(made is column for made, column in zip(columns, table.columns, strict=True)):
        return table
    return pa.table(columns, names=table.column_names)


def _plain(column: pa.ChunkedArray, field: pa.Field, shown: str) -> pa.ChunkedArray:
    name, kind = _extension(field), column.type
    if name == "arrow.uuid":
        return _each(_stored(column), pa.string(), _uuids)
    if name and name not in _AS_STORED:
        raise InputError(
            f"Column {field.name!r} of {shown} holds values of the type {name}.",
            "Turn it into text, numbers or timestamps first, or leave it out.",
        )
    if isinstance(kind, pa.BaseExtensionType):
        return _plain(_stored(column), pa.field(field.name, kind.storage_type), shown)
    if pa.types.is_dictionary(kind) and not _is_text(kind.value_type):
        words = _each(column, kind.value_type, lambda chunk: chunk.dictionary.take(chunk.indices))
        return _plain(words, pa.field(field.name, kind.value_type), shown)
    made = next((made for test, made in _MADE if test(kind)), None)
    return column if made is None else made(column)


def _extension(field: pa.Field) -> str:
    """Return the name of a type that is none of Arrow's own, also where nobody has made it known to Arrow."""
    if isinstance(field.type, pa.BaseExtensionType):
        return str(getattr(field.type, "extension_name", field.type))
    noted: bytes = (field.metadata or {}).get(_NAMED, b"")
    return noted.decode()


def _each(column: pa.ChunkedArray, kind: pa.DataType, made: Callable[[pa.Array], pa.Array]) -> pa.ChunkedArray:
    return pa.chunked_array([made(chunk) for chunk in column.chunks], kind)


def _stored(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if not isinstance(kind, pa.BaseExtensionType):
        return column
    return _each(column, kind.storage_type, lambda chunk: chunk.storage)


def _uuids(chunk: pa.Array) -> pa.Array:
    return pa.array([None if value is None else str(UUID(bytes=value)) for value in chunk.to_pylist()], pa.string())


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _coded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    def made(chunk: pa.DictionaryArray) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(chunk.indices.cast(pa.int32()), chunk.dictionary.cast(pa.string()))

    if pa.types.is_string(column.type.value_type):
        return column
    return _each(column, pa.dictionary(pa.int32(), pa.string()), made)


def _is_binary(kind: pa.DataType) -> bool:
    tests = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary, pa.types.is_binary_view)
    return any(test(kind) for test in tests)


def _texts_of(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Make texts of bytes where all of them are UTF-8: many programs write texts so."""
    try:
        return column.cast(pa.string())
    except pa.ArrowInvalid:
        return column.cast(pa.binary())


def _narrow(column: pa.ChunkedArray) -> pa.ChunkedArray:
    try:
        return column.cast(pa.decimal128(38, min(column.type.scale, 38)))
    except pa.ArrowInvalid:
        return column.cast(pa.string())


def _repeated(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write out runs of equal values."""
    words = pc.run_end_decode(column)
    made = next((made for test, made in _MADE if test(words.type)), None)
    return words if made is None else made(words)


_Test = Callable[[pa.DataType], bool]
_MADE: tuple[tuple[_Test, Callable[[pa.ChunkedArray], pa.ChunkedArray]], ...] = (
    (pa.types.is_dictionary, _coded),
    (pa.types.is_large_string, lambda column: column.cast(pa.string())),
    (pa.types.is_string_view, lambda column: column.cast(pa.string())),
    (_is_binary, _texts_of),
    (pa.types.is_float16, lambda column: column.cast(pa.float32())),
    (pa.types.is_decimal256, _narrow),
    (pa.types.is_run_end_encoded, _repeated),
)
"""How columns are made of a type that the readers know, by what they are."""


def is_single(kind: pa.DataType) -> bool:
    """Tell whether each value of a type is one text, number, truth or time."""
    return not (pa.types.is_nested(kind) or _is_binary(kind) or pa.types.is_interval(kind))


def as_text(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    """Write the values of a column as text; whole numbers have no decimals, and what is not a number is nothing.

    Args:
        column: As `plain_types` leaves it.
        name: For messages.

    Raises:
        InputError: It holds lists, structures, bytes or the like.
    """
    kind = column.type
    if not is_single(kind):
        raise InputError(f"Column {name!r} holds values of the type {kind}, not single texts or numbers.", _HINT)
    if not pa.types.is_floating(kind):
        return column.cast(pa.string())
    is_whole = pc.and_(pc.equal(column, pc.floor(column)), pc.less(pc.abs(column), _WHOLE_BELOW))
    whole = pc.if_else(is_whole, column, None).cast(pa.int64()).cast(pa.string())
    broken = pc.if_else(pc.or_(pc.is_nan(column), is_whole), None, column).cast(pa.string())
    return pc.coalesce(whole, broken)


def require_moments(column: pa.ChunkedArray, name: str) -> None:
    """Check that a column can hold times: timestamps, days, numbers or texts.

    Raises:
        InputError: It holds something else.
    """
    kind = column.type
    if not any(test(kind) for test in _MOMENTS):
        raise InputError(
            f"Column {name!r} holds values of the type {kind}, which are no times.",
            "Turn them into timestamps or texts first, or name another column with time=….",
        )
