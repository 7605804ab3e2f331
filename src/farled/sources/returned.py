"""Rejected rows on their way out to be corrected, and back in.

The file has the columns of the rows as they stood, behind columns of ours that say what is wrong. A reader knows it by
these and leaves them out, so that the corrected file is read as the rows alone would be.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from farled.sources.connection import ask, quoted
from farled.sources.jsonlines import JsonScan
from farled.sources.scan import Scan
from farled.sources.shape import ADDED

CONTEXT = "(none)"
"""Stands in ``rejected_event`` of a row that only keeps a rejected one company: no event is made of it."""

_FILE, _LINE, _COLUMN, _VALUE, _REASON, _EVENT, _TEXT = ADDED
_BETWEEN = "; "

Row = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Wrong:
    """What is wrong with some rows of a file, all for one reason.

    Attributes:
        row: Numbers in the file, from 0.
        column: At fault.
        value: What stands there; of each row.
        reason: Of the closed list.
        event: Name of the rule whose event they should have become; empty where a row has only one.
    """

    row: Row
    column: str
    value: pa.Array
    reason: str
    event: str


@dataclass(frozen=True, slots=True, eq=False)
class RejectedRows:
    """Rejected rows with the same columns.

    Attributes:
        table: Texts: the columns of ``ADDED``, then those of the rows. An original may bear a name of ours again.
        delimiter: Of the file that they come from.
    """

    table: pa.Table
    delimiter: str = ","


def is_returned(path: Path) -> bool:
    """Tell whether a file begins as one of rejected rows does, in whatever encoding."""
    with path.open("rb") as file:
        start = file.read(64).replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe").lstrip(b'"')
    return bool(re.match(_FILE.encode(), start))


def rejected_rows(scan: Scan, wrong: Sequence[Wrong], families: Iterable[tuple[Row, Row]]) -> pa.Table:
    """Return the rejected rows of a file as they stand there, each once, behind what is wrong with it.

    Args:
        scan: The file.
        wrong: What was found.
        families: Rows, and a number that those have in common which can only be read together: a rejected one brings
            the others along as context.
    """
    reasons = _by_row(wrong)
    row = _with_family(reasons["row"].to_numpy(), families)
    line = scan.lines(row) if len(row) else row
    at = pc.index_in(pa.array(row), reasons["row"].combine_chunks())
    broken = scan.broken(line) if isinstance(scan, JsonScan) else {}
    shown = _noted(scan, _FILE, row, pa.repeat(pa.scalar(scan.shown), len(row)))
    added = {
        _FILE: shown,
        _LINE: _noted(scan, _LINE, row, pa.array(line, pa.int64()).cast(pa.string())),
        _COLUMN: reasons["column"].take(at),
        _VALUE: reasons["value"].take(at),
        _REASON: _true_reasons(reasons["reason"].take(at), line, broken),
        _EVENT: pc.if_else(pc.is_null(at), CONTEXT, reasons["event"].take(at)),
        _TEXT: pa.array([broken.get(one, (None, None))[1] for one in line.tolist()], pa.string())
        if broken
        else pa.nulls(len(row), pa.string()),
    }
    names = [*ADDED, *scan.columns]
    standing = [_plain(column) for column in [*added.values(), *_originals(scan, row)]]
    faults = scan.faults()
    if not faults:
        return pa.table(standing, names)
    said = {
        _FILE: [scan.shown] * len(faults),
        _LINE: [str(fault.line) for fault in faults],
        _REASON: ["unreadable"] * len(faults),
        _TEXT: [fault.text for fault in faults],
    }
    further = [pa.array(said.get(name, [None] * len(faults)), pa.string()) for name in ADDED]
    further += [pa.nulls(len(faults), pa.string()) for _ in scan.columns]
    order = np.argsort(np.concatenate([line, [fault.line for fault in faults]]), kind="stable")
    return pa.concat_tables([pa.table(standing, names), pa.table(further, names)]).take(pa.array(order))


def _true_reasons(reason: pa.ChunkedArray, line: Row, broken: Mapping[int, tuple[str, str]]) -> pa.ChunkedArray:
    """Lines of JSON that are no object look like rows without values: name what is wrong with them."""
    if not broken:
        return reason
    known = pa.array([broken.get(one, (None, None))[0] for one in line.tolist()], pa.string())
    return pc.coalesce(known, reason.combine_chunks())


def _plain(column: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    return column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])


def _by_row(wrong: Sequence[Wrong]) -> pa.Table:
    """Bring together what is wrong with each row, in the order in which it was found."""
    parts = [
        pa.table(
            {
                "row": pa.array(one.row, pa.int64()),
                "column": pa.array([one.column]).take(pa.array(np.zeros(len(one.row), np.int64))),
                "value": one.value.cast(pa.string()),
                "reason": pa.array([one.reason]).take(pa.array(np.zeros(len(one.row), np.int64))),
                "event": pa.array([one.event]).take(pa.array(np.zeros(len(one.row), np.int64))),
                "found": pa.array(np.full(len(one.row), place)),
            }
        )
        for place, one in enumerate(wrong)
    ]
    if not parts:
        texts = {name: pa.array([], pa.string()) for name in ("column", "value", "reason", "event")}
        return pa.table({"row": pa.array([], pa.int64()), **texts})
    given = pa.concat_tables(parts)
    if (
        pc.count_distinct(given["row"]).as_py() == given.num_rows
    ):  # the rule: to sort the reasons of each row takes long
        return given.drop_columns(["found"]).sort_by("row")
    joined = ", ".join(
        f"string_agg({name}, '{_BETWEEN}' ORDER BY found) AS {quoted(name)}" for name in ("c", "value", "reason")
    )
    return ask(
        given,
        'WITH once AS (SELECT "row", "column" AS c, reason, min(found) AS found, '
        "coalesce(min(value), '') AS value FROM given GROUP BY ALL), "
        f"events AS (SELECT \"row\", string_agg(DISTINCT event, '{_BETWEEN}' ORDER BY event) AS event "
        'FROM given GROUP BY "row") '
        f'SELECT "row", {joined}, any_value(event) AS event FROM once JOIN events USING ("row") '
        'GROUP BY "row" ORDER BY "row"',
    ).rename_columns(["row", "column", "value", "reason", "event"])


def _with_family(row: Row, families: Iterable[tuple[Row, Row]]) -> Row:
    found = row
    for members, family in families:
        wanted = np.unique(family[np.isin(members, found)])
        found = np.union1d(found, members[np.isin(family, wanted)])
    return found


def _noted(scan: Scan, name: str, row: Row, otherwise: pa.Array) -> pa.Array:
    """Return what a corrected file says of its rows' first place, where it does."""
    noted = scan.noted(name)
    return otherwise if noted is None else pc.coalesce(noted.take(pa.array(row)).combine_chunks(), otherwise)


def _originals(scan: Scan, row: Row) -> list[pa.ChunkedArray]:
    """Read some rows as text, part by part."""
    if not len(row):
        return [pa.chunked_array([], pa.string()) for _ in scan.columns]
    schema = pa.schema([(str(place), pa.string()) for place in range(len(scan.columns))])
    parts, first = [], 0
    for batch in scan.batches(_texts(scan)):
        low, high = np.searchsorted(row, [first, first + batch.num_rows])
        parts.append(batch.take(pa.array(row[low:high] - first)))
        first += batch.num_rows
    columns: list[pa.ChunkedArray] = pa.Table.from_batches(parts).cast(schema).columns
    return columns


def _texts(scan: Scan) -> Mapping[str, str]:
    """Write SQL of every column as text that is read back as the same."""
    kinds = {} if scan.is_text else {field.name: field.type for field in scan.sample(1).schema}
    return {str(place): _text(scan.sql(name), kinds.get(name)) for place, name in enumerate(scan.columns)}


def _text(column: str, kind: pa.DataType | None) -> str:
    if kind is None or pa.types.is_string(kind):
        return column
    if pa.types.is_timestamp(kind):
        moment, mark = (f"({column} AT TIME ZONE 'UTC')", "Z") if kind.tz else (f"{column}::TIMESTAMP", "")
        return f"strftime({moment}, '%Y-%m-%dT%H:%M:%S.%f{mark}')"
    return f"to_json({column})::VARCHAR" if pa.types.is_nested(kind) else f"{column}::VARCHAR"
