"""Rows that could not be used, kept with the reason."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

REJECTED = pa.schema(
    [
        ("file", pa.string()),
        ("line", pa.int64()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("reason", pa.string()),
    ]
)
"""One row per rejected row: where it stands, the column and value at fault, and a reason of the closed list."""

REASONS = ("unreadable", "not_an_object", "missing_identifier", "missing_name", "bad_time", "bad_value")
"""The reasons a file can give; the whole list is that of collection over HTTP."""


def rejects(
    file: str,
    line: Sequence[int] | npt.NDArray[np.int64],
    column: Sequence[str] | str,
    value: pa.Array,
    reason: Sequence[str] | str,
) -> pa.Table:
    """Build rows for the list of rejected rows.

    Args:
        file: Name of the file.
        line: Lines.
        column: One for all, or one each.
        value: The values at fault.
        reason: One for all, or one each.
    """
    n = len(line)
    texts = (
        pa.array(value, pa.string()) if not isinstance(value, pa.Array | pa.ChunkedArray) else value.cast(pa.string())
    )
    return pa.table(
        {
            "file": pa.array([file] * n, pa.string()) if n < 1000 else pa.array(np.full(n, file)).cast(pa.string()),
            "line": pa.array(line, pa.int64()),
            "column": pa.array([column] * n if isinstance(column, str) else column, pa.string()),
            "value": texts,
            "reason": pa.array([reason] * n if isinstance(reason, str) else reason, pa.string()),
        },
        schema=REJECTED,
    )


def examples(rejected: pa.Table) -> dict[str, dict[str, Any]]:
    """Return the first rejected row of each reason that has a value, else the first: file, line, column, value.

    Where the whole row is at fault, this stands in place of a column.
    """
    found: dict[str, dict[str, Any]] = {}
    for reason in pc.unique(rejected["reason"]).to_pylist():
        rows = rejected.filter(pc.equal(rejected["reason"], reason))
        filled = rows.filter(pc.is_valid(rows["value"]))
        row = (filled if filled.num_rows else rows).slice(0, 1).to_pylist()[0]
        found[reason] = {key: row[key] for key in ("file", "line", "value")} | {"column": row["column"] or "the row"}
    return found


def by_reason(rejected: pa.Table) -> dict[str, int]:
    """Count rejected rows by reason, most frequent first."""
    counts = rejected["reason"].value_counts().to_pylist()
    return {item["values"]: item["counts"] for item in sorted(counts, key=lambda item: -item["counts"])}
