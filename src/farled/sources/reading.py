"""What was read: the columns of the events by role, the rows that were rejected, and what was guessed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from farled.errors import InputError
from farled.sources.guess import Guess
from farled.sources.opening import Folder
from farled.sources.scan import Scan, require_column

_NUMBER = r"^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$"


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One input of a reading.

    Attributes:
        scan: The input.
        rows: How many rows it has.
        kept: Which of them became events; None: all.
    """

    scan: Scan
    rows: int
    kept: npt.NDArray[np.bool_] | None


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Events as columns, in the order in which they stand in the input.

    All columns have the same length. No Python object stands for an event: texts are Arrow, times and numbers NumPy.

    Attributes:
        customer: Who. Text, or text coded as a dictionary; never null or empty.
        time: When. Shape (n,), microseconds since 1970 UTC.
        name: What happened, coded, with one dictionary.
        channel, currency, scale: Coded texts, where there are such columns.
        value, score: Shape (n,), NaN where there is none.
        text, account, event_id: Texts, null where there is none.
        roles: Column of the input by role.
        columns: Further columns, which `column` reads when asked.
        rejected: The rows left out: file, line, column, value, reason.
        report: What had to be guessed, and what was noticed.
    """

    customer: pa.ChunkedArray
    time: npt.NDArray[np.int64]
    name: pa.DictionaryArray
    channel: pa.DictionaryArray | None
    value: npt.NDArray[np.float64] | None
    currency: pa.DictionaryArray | None
    score: npt.NDArray[np.float64] | None
    scale: pa.DictionaryArray | None
    text: pa.ChunkedArray | None
    account: pa.ChunkedArray | None
    event_id: pa.ChunkedArray | None
    roles: dict[str, str]
    columns: tuple[str, ...]
    rejected: pa.Table
    report: tuple[Guess, ...]
    sources: tuple[Source, ...] = field(repr=False)
    folder: Folder = field(repr=False)

    @property
    def events(self) -> int:
        """Return how many events were read."""
        return len(self.time)

    def column(self, name: str) -> pa.ChunkedArray:
        """Read a column of the input once more, for the events that were kept, in their order.

        A text column all of whose values are plain numbers comes as numbers, one of true and false as bool.

        Args:
            name: Any column, also one that has a role.

        Raises:
            NotFoundError: There is no such column.
            InputError: A file has changed since it was read.
        """
        parts = []
        for source in self.sources:
            known = source.scan.columns
            exact = name if "." in name and name.partition(".")[0] in known else require_column(name, known)
            column = source.scan.load([exact]).column(0)
            if len(column) != source.rows:
                raise InputError(f"{source.scan.shown!r} has changed since it was read.", "Read it again.")
            parts.append(column if source.kept is None else column.filter(pa.array(source.kept)))
        column = parts[0] if len(parts) == 1 else _joined(parts)
        return typed_text(column) if all(source.scan.is_text for source in self.sources) else column

    def close(self) -> None:
        """Remove temporary files now instead of when the reading is forgotten; `column` no longer works then."""
        self.folder.close()


def typed_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Turn a text column into int64, float64 or bool where every value is written as one.

    Numbers with leading zeros, signs or groups stay text: they may be codes.

    >>> import pyarrow as pa
    >>> print(typed_text(pa.chunked_array([["1", None, "20"]])).type, typed_text(pa.chunked_array([["007"]])).type)
    int64 string
    """
    if not pa.types.is_string(column.type) or column.null_count == len(column):
        return column
    if _all(pc.match_substring_regex(column, _NUMBER)):
        return column.cast(pa.float64() if pc.any(pc.match_substring(column, ".")).as_py() else pa.int64())
    if _all(pc.match_substring_regex(column, "^([Tt]rue|[Ff]alse|TRUE|FALSE)$")):
        return pc.equal(pc.utf8_lower(column), "true")
    return column


def _all(mask: pa.ChunkedArray) -> bool:
    return bool(pc.all(mask).as_py())


def _joined(parts: Sequence[pa.ChunkedArray]) -> pa.ChunkedArray:
    kinds = {part.type for part in parts if not pa.types.is_null(part.type)}
    kind = kinds.pop() if len(kinds) == 1 else pa.string()
    return pa.chunked_array([chunk for part in parts for chunk in part.cast(kind).chunks], kind)
