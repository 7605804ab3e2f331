"""Event ids for rows that bring none: BLAKE2b-128 of what a row says, so that the same file twice changes nothing.

Source and file name are no part of it. Equal rows of one file are told apart by their occurrence number, so that two
files that overlap give the same ids to the rows they share.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from farled.sources.connection import evaluate, literal, quoted

Numbers = npt.NDArray[np.int64]

_BYTES = 16
_BLOCK = 1 << 18


def json_rows(table: pa.Table, names: Mapping[str, str] | None = None, raw: Sequence[str] = ()) -> pa.ChunkedArray:
    """Write the rows of a table as JSON objects, keys sorted, without empty values.

    Args:
        table: Columns of any type.
        names: Key by column; None: all columns under their own names.
        raw: Columns that hold JSON already.

    Returns:
        Texts, ``{}`` where nothing is filled.
    """
    chosen = {name: name for name in table.column_names} if names is None else dict(names)
    pieces = []
    for column, key in sorted(chosen.items(), key=lambda item: item[1]):
        kind = table.schema.field(column).type
        value = quoted(column) if column in raw else _json(column, kind)
        label = literal(json.dumps(key, ensure_ascii=False) + ":")
        pieces.append(f"CASE WHEN {_told(column, kind)} IS NOT NULL THEN {label} || {value} END")
    if not pieces:
        return pa.chunked_array([pa.repeat(pa.scalar("{}"), table.num_rows)])
    return evaluate(table.select(list(chosen)), {"json": f"'{{' || concat_ws(',', {', '.join(pieces)}) || '}}'"})[
        "json"
    ]


def _json(column: str, kind: pa.DataType) -> str:
    """Write SQL of a value as JSON: times as ISO 8601; it has no infinite numbers, so these are texts."""
    value = quoted(column)
    if pa.types.is_floating(kind):
        return f"CASE WHEN isfinite({value}) THEN to_json({value}) ELSE to_json({value}::VARCHAR) END"
    if not pa.types.is_timestamp(kind):
        return f"to_json({value})"
    moment, mark = (f"({value} AT TIME ZONE 'UTC')", "Z") if kind.tz else (_told(column, kind), "")
    return f"to_json(strftime({moment}, '%Y-%m-%dT%H:%M:%S.%f{mark}'))"


def _told(column: str, kind: pa.DataType) -> str:
    """Write SQL of a value as far as JSON tells it: rows are equal whose values are so."""
    value = quoted(column)
    if pa.types.is_string(kind):
        return f"nullif({value}, '')"
    if pa.types.is_floating(kind):
        return f"CASE WHEN NOT isnan({value}) THEN {value} END"
    return f"try_cast({value} AS TIMESTAMP)" if pa.types.is_timestamp(kind) and not kind.tz else value


def natural_ids(preset: str, event: pa.ChunkedArray, parts: Sequence[pa.ChunkedArray]) -> pa.Array:
    """Make ids of columns that name a fact, such as an order's number.

    Args:
        preset: Id of the preset; the same number elsewhere is another fact.
        event: Name of each event.
        parts: The columns; where all are null the id is null.
    """
    named = pa.table({"0": event} | {str(place): part for place, part in enumerate(parts, 1)})
    digests = _digests(json_rows(named), preset)
    known = pc.is_valid(parts[0])
    for part in parts[1:]:
        known = pc.or_(known, pc.is_valid(part))
    return pc.if_else(_joined(known), _hex(digests), pa.scalar(None, pa.string()))


def content_ids(content: pa.ChunkedArray, event: pa.ChunkedArray, occurrence: Numbers) -> pa.Array:
    """Make ids of whole rows.

    Args:
        content: What each row says, as `json_rows` writes it.
        event: Name of each event.
        occurrence: Of the row among the equal rows of its file, from 0.
    """
    joined = pc.binary_join_element_wise(content, event, "\n")
    digests = _digests(joined, "")
    for row in np.flatnonzero(occurrence).tolist():
        again = blake2b(digests[row].tobytes() + str(occurrence[row]).encode(), digest_size=_BYTES).digest()
        digests[row] = np.frombuffer(again, dtype=np.uint64)
    return _hex(digests)


def further_ids(ids: pa.Array, turn: Numbers) -> pa.Array:
    """Make other ids for events of one rule's name that one row gives several times.

    Args:
        ids: As made of the row.
        turn: Of each event among those of its row, from 0; the first keeps its id.
    """
    made = ids.to_pylist()
    for at in np.flatnonzero(turn).tolist():
        made[at] = blake2b(f"{made[at]} {turn[at]}".encode(), digest_size=_BYTES).hexdigest()
    return pa.array(made, pa.string())


def occurrences(table: pa.Table) -> Numbers:
    """Number equal rows of a file, from 0.

    Args:
        table: All rows, as the file has them.

    Returns:
        Shape (n,); 0 for every first row.
    """
    number = np.zeros(table.num_rows, dtype=np.int64)
    seen: defaultdict[str, int] = defaultdict(int)
    columns = ", ".join(_told(field.name, field.type) for field in table.schema)
    rough = _joined(evaluate(table, {"hash": f"hash({columns})"})["hash"]).to_numpy(zero_copy_only=False)
    repeated = _repeated(rough)
    for at in range(0, len(repeated), _BLOCK):
        rows = repeated[at : at + _BLOCK]
        for row, content in zip(rows.tolist(), json_rows(table.take(pa.array(rows))).to_pylist(), strict=True):
            number[row] = seen[content]
            seen[content] += 1
    return number


def _digests(texts: pa.ChunkedArray, salt: str) -> npt.NDArray[np.uint64]:
    """Hash texts. Shape (n, 2)."""
    start = blake2b(salt.encode(), digest_size=_BYTES) if salt else blake2b(digest_size=_BYTES)
    blocks = (chunk.slice(at, _BLOCK) for chunk in texts.chunks for at in range(0, len(chunk), _BLOCK))
    parts = [_digest_block(block, start, bool(salt)) for block in blocks]
    return np.frombuffer(b"".join(parts), dtype=np.uint64).reshape(-1, 2).copy()


def _digest_block(chunk: pa.Array, start: "blake2b", salted: bool) -> bytes:
    offsets = np.frombuffer(chunk.buffers()[1], dtype=np.int32)[chunk.offset : chunk.offset + len(chunk) + 1].tolist()
    letters = memoryview(chunk.buffers()[2]) if chunk.buffers()[2] is not None else memoryview(b"")
    ends = pairwise(offsets)
    if not salted:
        return b"".join([blake2b(letters[low:high], digest_size=_BYTES).digest() for low, high in ends])
    found = []
    for low, high in ends:
        digest = start.copy()
        digest.update(letters[low:high])
        found.append(digest.digest())
    return b"".join(found)


def _repeated(rough: npt.NDArray[np.uint64]) -> Numbers:
    """Return the rows whose hash stands more than once, in order."""
    order = np.argsort(rough, kind="stable")
    ranked = rough[order]
    like_next = ranked[1:] == ranked[:-1]
    alike = np.zeros(len(ranked), dtype=np.bool_)
    alike[1:] |= like_next
    alike[:-1] |= like_next
    return np.sort(order[alike])


def _hex(digests: npt.NDArray[np.uint64]) -> pa.Array:
    letters = digests.tobytes().hex().encode()
    offsets = np.arange(0, len(letters) + 1, 2 * _BYTES, dtype=np.int64)
    large = pa.LargeStringArray.from_buffers(len(digests), pa.py_buffer(offsets), pa.py_buffer(letters))
    return large if len(letters) >= 2**31 else large.cast(pa.string())


def _joined(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
