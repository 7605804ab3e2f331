"""Read events from files or tables: the one way in for ``farled.read`` and for files without a mapping."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from farled.errors import InputError
from farled.sources.damage import has_nul, is_object
from farled.sources.extract import CODED, Extract, extract, one_piece
from farled.sources.guess import Guess
from farled.sources.jsonlines import JsonScan, with_true_faults
from farled.sources.numbers import Signs, decide, read_numbers, signs
from farled.sources.opening import Folder, files_of, open_file, open_table
from farled.sources.reading import Reading, Source
from farled.sources.rejects import REJECTED, rejects
from farled.sources.roles import Columns, Options, Roles, columns_in, decide_roles
from farled.sources.scan import Scan, unite

__all__ = ["Columns", "Options", "Reading", "read"]

Begun = Callable[[Sequence[str], int], None]

_RANGES = {"nps": (0.0, 10.0), "csat": (1.0, 5.0), "ces": (1.0, 7.0), "stars": (1.0, 5.0)}
_REASONS = (
    ("customer", "customer", "missing_identifier"),
    ("object as customer", "customer", "missing_identifier"),
    ("time", "time", "bad_time"),
    ("name", "name", "missing_name"),
    ("damaged customer", "customer", "unreadable"),
    ("damaged name", "name", "unreadable"),
    ("value", "value", "bad_value"),
    ("score", "score", "bad_value"),
)
"""What is checked, in which column, and the reason to reject a row that fails."""

_CODED_ROLES: tuple[str, ...] = ("name", "channel", "currency", "scale")


def read(
    source: str | PathLike[str] | Iterable[str | PathLike[str]] | Any,
    columns: Columns | None = None,
    options: Options | None = None,
    begun: Begun | None = None,
) -> Reading:
    """Read events.

    Args:
        source: A path, a glob, a list of paths (CSV, TSV, JSON lines, Parquet; ``.gz``, ``.zst``), or anything with
            ``__arrow_c_stream__``.
        columns: Which column is what; what is not said is guessed.
        options: How values are written, where a file does not tell.
        begun: Called with some of the customers, and about how many rows there are, before these are read.

    Raises:
        NotFoundError: A file, a column or a time zone does not exist.
        InputError: A file cannot be read, or can be read in two ways; the hint says how to decide.

    Example:
        >>> import pyarrow as pa
        >>> table = pa.table({"user": ["a", "a"], "ts": ["2026-05-01", "2026-05-02"], "event": ["visit", "order"]})
        >>> reading = read(table)
        >>> reading.events, reading.name.to_pylist(), str(reading.report[0])
        (2, ['visit', 'order'], "customer: column 'user' (its name says so).")
    """
    try:
        return _read(source, columns or Columns(), options or Options(), begun)
    except pa.ArrowNotImplementedError as error:
        hint = "Turn lists and structures into plain columns first."
        raise InputError(f"A column has a type that events cannot have: {error}.", hint) from error


def _read(source: Any, columns: Columns, options: Options, begun: Begun | None) -> Reading:
    folder = Folder()
    scans, report = open_all(source, folder, options)
    roles, guesses = decide_roles(scans, columns, options)
    report += guesses
    if begun is not None:
        sample = scans[0].sample()
        column = sample.select([name for name in sample.column_names if name == roles.columns["customer"]])
        some = [text for part in column.columns if pa.types.is_string(part.type) for text in part.to_pylist() if text]
        begun(some, sum(scan.rows_about() for scan in scans))
    extracts = [extract(scan, columns_in(scan, roles.columns), roles.form, roles.zone) for scan in scans]
    decimals, why = _decimals(extracts, roles, options)
    report += why
    parts = [_finish(scan, taken, roles, decimals) for scan, taken in zip(scans, extracts, strict=True)]
    report += _noticed(extracts, scans)
    return _reading(parts, roles, columns, tuple(report), folder)


def open_all(source: Any, folder: Folder, options: Options) -> tuple[list[Scan], list[Guess]]:
    """Open everything that somebody names; files must be read in their order."""
    is_paths = isinstance(source, str | PathLike) or (
        isinstance(source, Iterable) and not hasattr(source, "__arrow_c_stream__") and not isinstance(source, Mapping)
    )
    if not is_paths:
        return [open_table(source)], []
    scans, report = [], []
    for path in files_of(source):
        scan, guesses = open_file(path, folder, options.delimiter)
        scans.append(scan)
        report += guesses
    if lacking := unite(scans):
        why = "not every file has them; they are empty where a file has not"
        report.append(Guess("columns", ", ".join(map(repr, lacking)), why))
    return scans, report


def _decimals(extracts: Sequence[Extract], roles: Roles, options: Options) -> tuple[dict[str, str], list[Guess]]:
    """Choose the decimal sign of each column of numbers, over all files."""
    found = {}
    for role in ("value", "score"):
        if role in roles.columns:
            words = [_words(taken.texts[role]) for taken in extracts]
            found[roles.columns[role]] = signs(one_piece(pa.chunked_array(words, pa.string())))
    chosen = decide(found, options.decimal)
    said = [
        Guess("decimal sign", repr(sign), f"of column {column!r}: {_evidence(found[column])}")
        for column, sign in chosen.items()
        if options.decimal is None and not found[column].is_plain
    ]
    return {role: chosen[column] for role, column in roles.columns.items() if column in chosen}, said


def _evidence(sign: Signs) -> str:
    return f"it holds {sign.point or sign.comma!r}" if sign.point or sign.comma else "as in the file's other columns"


def _words(column: pa.ChunkedArray) -> pa.Array:
    """Return the values of a coded column, each once."""
    return column.chunk(0).dictionary if column.num_chunks else pa.array([], pa.string())


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One input, finished: rejected rows are out."""

    source: Source
    columns: dict[str, pa.ChunkedArray]
    numbers: dict[str, npt.NDArray[np.float64]]
    time: npt.NDArray[np.int64]
    rejected: pa.Table


def _finish(scan: Scan, taken: Extract, roles: Roles, decimals: Mapping[str, str]) -> _Part:
    """Turn texts into numbers, and part the good rows from the others."""
    good: dict[str, npt.NDArray[np.bool_]] = {"time": taken.times.good}
    for role in ("customer", "name"):
        good[role] = _present(taken.texts[role])
        good[f"damaged {role}"] = ~has_nul(taken.texts[role])
    if isinstance(scan, JsonScan):
        good["object as customer"] = ~is_object(taken.texts["customer"])
    numbers = {}
    for role, decimal in decimals.items():
        numbers[role], good[role] = _numbers(taken.texts[role], decimal)
    if "score" in numbers and (bounds := _bounds(roles.fixed.get("scale"))):
        good["score"] &= ~((numbers["score"] < bounds[0]) | (numbers["score"] > bounds[1]))
    kept = taken.times.good.copy()
    for each in good.values():
        kept &= each
    rejected = _rejected(scan, taken, {} if kept.all() else good, roles.columns)
    texts = {role: column for role, column in taken.texts.items() if role not in numbers}
    if kept.all():
        return _Part(Source(scan, len(kept), None), texts, numbers, taken.times.time, rejected)
    mask = pa.array(kept)
    texts = {role: column.filter(mask) for role, column in texts.items()}
    numbers = {role: column[kept] for role, column in numbers.items()}
    return _Part(Source(scan, len(kept), kept), texts, numbers, taken.times.time[kept], rejected)


def _present(column: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    words = [chunk.dictionary for chunk in column.chunks] if pa.types.is_dictionary(column.type) else []
    if not column.null_count and not any(each.null_count for each in words):
        return np.ones(len(column), dtype=np.bool_)
    return np.asarray(one_piece(column.is_valid()).to_numpy(zero_copy_only=False), dtype=np.bool_)


def _numbers(column: pa.ChunkedArray, decimal: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Read the values of a coded column, each once, and spread them over the rows."""
    words = _words(column)
    values, wrong = read_numbers(words, decimal)
    codes = np.concatenate([_codes(chunk) for chunk in column.chunks]) if column.num_chunks else np.empty(0, np.int64)
    values, wrong = np.append(values, np.nan), np.append(wrong, False)
    return values[codes], ~wrong[codes]


def _codes(chunk: pa.DictionaryArray) -> npt.NDArray[np.int64]:
    """Return the codes, -1 for null."""
    return np.asarray(pc.fill_null(chunk.indices.cast(pa.int64()), -1).to_numpy(zero_copy_only=False))


def _bounds(scale: str | None) -> tuple[float, float] | None:
    if scale is None:
        return None
    low, _, high = scale.partition("..")
    return _RANGES.get(scale) or (float(low), float(high))


def _rejected(
    scan: Scan, taken: Extract, good: Mapping[str, npt.NDArray[np.bool_]], columns: Mapping[str, str]
) -> pa.Table:
    """List the rows that are out, each with its first reason, and the lines that are no rows."""
    tables = []
    out = np.zeros(len(taken.times.good), dtype=np.bool_)
    for check, role, reason in _REASONS:
        if check not in good:
            continue
        bad = ~good[check] & ~out
        rows = np.flatnonzero(bad)
        if len(rows):
            written = _written(taken, role, bad)
            tables.append(rejects(scan.shown, scan.lines(rows), columns[role], written, reason))
        out |= bad
    faults = scan.faults()
    if faults:
        lines = np.array([fault.line for fault in faults], dtype=np.int64)
        values = pa.array([fault.value for fault in faults], pa.string())
        tables.append(rejects(scan.shown, lines, "", values, "unreadable"))
    if not tables:
        return pa.Table.from_batches([], REJECTED)
    table = pa.concat_tables(tables)
    return with_true_faults(scan, table).sort_by("line")


def _written(taken: Extract, role: str, bad: npt.NDArray[np.bool_]) -> pa.Array:
    if role == "time":
        return taken.times.written.filter(pa.array(bad[~taken.times.good]))
    return one_piece(taken.texts[role].filter(pa.array(bad)).cast(pa.string()))


def _noticed(extracts: Sequence[Extract], scans: Sequence[Scan]) -> list[Guess]:
    unsure = sum(taken.times.unsure for taken in extracts)
    said = []
    if unsure:
        why = "in a gap they move forward, in a fold they are the first of the two"
        said.append(Guess("times in a change of the clock", str(unsure), why))
    broken = Counter({scan.shown: len(scan.faults()) for scan in scans})
    said += [Guess("lines that are no rows", str(n), f"in {shown}") for shown, n in broken.items() if n]
    return said


def _reading(
    parts: Sequence[_Part], roles: Roles, columns: Columns, report: tuple[Guess, ...], folder: Folder
) -> Reading:
    n = sum(len(part.time) for part in parts)
    texts = {role: _stacked([part.columns[role] for part in parts]) for role in parts[0].columns}
    coded = {role: _whole(texts[role]) for role in _CODED_ROLES if role in texts}
    coded |= {role: _constant(word, n) for role, word in roles.fixed.items()}
    numbers = {role: np.concatenate([part.numbers[role] for part in parts]) for role in parts[0].numbers}
    further = [name for name in parts[0].source.scan.columns if name not in roles.columns.values()]
    return Reading(
        customer=texts["customer"],
        time=parts[0].time if len(parts) == 1 else np.concatenate([part.time for part in parts]),
        name=coded["name"],
        channel=coded.get("channel"),
        value=numbers.get("value"),
        currency=coded.get("currency"),
        score=numbers.get("score"),
        scale=coded.get("scale"),
        text=texts.get("text"),
        account=texts.get("account"),
        event_id=texts.get("event_id"),
        roles=roles.columns,
        columns=tuple(further if columns.properties is None else columns.properties),
        rejected=pa.concat_tables([part.rejected for part in parts]),
        report=report,
        sources=tuple(part.source for part in parts),
        folder=folder,
    )


def _stacked(columns: Sequence[pa.ChunkedArray]) -> pa.ChunkedArray:
    if len(columns) == 1:
        return columns[0]
    kinds = {column.type for column in columns}
    kind = kinds.pop() if len(kinds) == 1 else pa.string()
    return pa.chunked_array([chunk for column in columns for chunk in column.cast(kind).chunks], kind)


def _whole(column: pa.ChunkedArray) -> pa.DictionaryArray:
    return one_piece(column.cast(CODED).unify_dictionaries())


def _constant(word: str, n: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(n, dtype=np.int32)), pa.array([word]))
