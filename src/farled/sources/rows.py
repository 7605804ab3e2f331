"""The verbs of a mapping that act on rows, before events are made of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from farled.errors import InputError, NotFoundError
from farled.sources.connection import ask, evaluate, quoted
from farled.sources.guess import Guess
from farled.sources.ids import json_rows
from farled.sources.kinds import as_text
from farled.sources.mapping_model import GroupBy, Lookup, Split, Table, Test
from farled.sources.scan import Scan, require_column

Row = npt.NDArray[np.int64]
Found = Callable[[str], Sequence[Scan]]
"""Returns the files of an import whose names match a pattern."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows on their way to events.

    Attributes:
        table: The columns, those looked up included.
        row: Number of each row in its file, from 0.
        original: The columns as the file has them, for content ids; same rows.
        used: Columns of the file that some verb has read.
    """

    table: pa.Table
    row: Row
    original: tuple[str, ...]
    used: frozenset[str]

    def column(self, name: str) -> pa.ChunkedArray:
        """Return a column by name.

        Raises:
            NotFoundError: There is none.
        """
        return self.table[require_column(name, self.table.column_names)]

    def text(self, name: str) -> pa.ChunkedArray:
        """Return a column as text without blanks around it; empty is null."""
        column = self.column(name)
        trimmed = pc.utf8_trim_whitespace(as_text(column, name))
        return pc.if_else(pc.equal(pc.binary_length(trimmed), 0), pa.scalar(None, pa.string()), trimmed)

    def replace(self, name: str, column: pa.ChunkedArray) -> "Rows":
        """Return the rows with a column put in place of another, or added."""
        at = self.table.schema.get_field_index(name)
        table = self.table.append_column(name, column) if at < 0 else self.table.set_column(at, name, column)
        return Rows(table, self.row, self.original, self.used | {name})

    def slice(self, at: int, n: int) -> "Rows":
        """Return some of the rows."""
        return Rows(self.table.slice(at, n), self.row[at : at + n], self.original, self.used)

    def keep(self, mask: pa.Array | pa.ChunkedArray) -> "Rows":
        """Return the rows where a mask is true."""
        flat = np.asarray(pc.fill_null(mask, False).to_numpy(zero_copy_only=False), dtype=np.bool_)
        return Rows(self.table.filter(pa.array(flat)), self.row[flat], self.original, self.used)


def rows_of(scan: Scan, spec: Table, found: Found) -> tuple[Rows, list[Guess]]:
    """Load a file and do to its rows what the mapping says.

    Args:
        scan: The file.
        spec: Part of the mapping.
        found: Other files of the import, for lookups.

    Raises:
        NotFoundError: A column that the mapping names is not there.
    """
    table = renamed(scan.load(scan.columns), spec)
    rows = Rows(table, np.arange(table.num_rows, dtype=np.int64), tuple(table.column_names), frozenset())
    for strip in spec.strip_prefix:
        for name in strip.columns:
            text = rows.text(name)
            bare = pc.utf8_slice_codeunits(text, len(strip.prefix))
            rows = rows.replace(
                require_column(name, rows.table.column_names),
                pc.if_else(pc.starts_with(text, strip.prefix), bare, text),
            )
    for test in spec.rows.drop_when:
        rows = rows.keep(pc.invert(passes(rows, test)))
    if spec.carry_down is not None:
        for name in spec.carry_down.columns:
            rows = rows.replace(name, _carried(rows.text(name), rows.text(spec.carry_down.key)))
    for split in spec.split:
        rows = _split(rows, split)
    report = []
    for lookup in spec.lookup:
        rows, said = _looked_up(rows, lookup, found)
        report += said
    if spec.group_by is not None:
        rows = _grouped(rows, spec.group_by)
    return rows, report


def renamed(table: pa.Table, spec: Table) -> pa.Table:
    """Give columns the names that the mapping uses, by its aliases; case and blanks around do not matter."""
    other: dict[str, str] = {}
    for name, aliases in spec.aliases.items():
        lists: Iterable[Sequence[str]] = aliases.values() if isinstance(aliases, dict) else [aliases]
        other |= {alias.strip().casefold(): name for listed in lists for alias in listed}
    names = [other.get(name.strip().casefold(), name) for name in table.column_names]
    return table.rename_columns(names)


def passes(rows: Rows, test: Test) -> pa.ChunkedArray:
    """Return which rows pass a test; an empty cell is the empty text."""
    text = pc.fill_null(rows.text(test.column), "")
    if test.filled is not None:
        return pc.equal(pc.not_equal(text, ""), pa.scalar(test.filled))
    if test.matches is not None:
        return pc.match_substring_regex(text, test.matches)
    words = pa.array([word.strip() for word in (test.is_ if test.is_ is not None else test.is_not or [])], pa.string())
    inside = pc.is_in(text, words)
    return inside if test.is_ is not None else pc.invert(inside)


def pass_all(rows: Rows, tests: Sequence[Test]) -> npt.NDArray[np.bool_]:
    """Return which rows pass all tests."""
    mask = np.ones(len(rows.row), dtype=np.bool_)
    for test in tests:
        mask &= np.asarray(passes(rows, test).to_numpy(), dtype=np.bool_)
    return mask


def _carried(column: pa.ChunkedArray, key: pa.ChunkedArray) -> pa.ChunkedArray:
    """Fill empty cells from above, but not over a change of the key."""
    filled = np.asarray(column.is_valid().to_numpy(), dtype=np.bool_)
    codes = np.asarray(pc.fill_null(_codes(key), -1).to_numpy())
    starts = np.ones(len(codes), dtype=np.bool_)
    starts[1:] = codes[1:] != codes[:-1]
    at = np.where(filled | starts, np.arange(len(codes)), 0)
    return column.take(pa.array(np.maximum.accumulate(at))) if len(codes) else column


def families(scan: Scan, spec: Table, found: Found) -> Iterable[tuple[Row, Row]]:
    """Return which rows of a file are read together: each row, and a number that those of a family share.

    Args:
        scan: The file.
        spec: Part of the mapping.
        found: Other files of the import: a key of ``group_by`` may be looked up there.
    """
    keys = [part.key for part in (spec.carry_down, spec.group_by) if part is not None]
    if not keys:
        return
    alone: dict[str, object] = {"carry_down": None, "group_by": None, "split": [], "lookup": []}
    plain, _ = rows_of(scan, spec.model_copy(update=alone), lambda _: [])
    for key in keys:
        cut = {name for split in spec.split for name in split.into}
        is_made = key in cut | {name for lookup in spec.lookup for name in lookup.take.values()}
        rows = rows_of(scan, spec.model_copy(update={"group_by": None}), found)[0] if is_made else plain
        codes = np.asarray(pc.fill_null(_codes(rows.text(key)), -1).to_numpy())
        yield rows.row, np.where(codes < 0, -1 - np.arange(len(codes)), codes)


def _codes(column: pa.ChunkedArray) -> pa.ChunkedArray:
    coded = column.dictionary_encode().unify_dictionaries()
    return pa.chunked_array([chunk.indices.cast(pa.int64()) for chunk in coded.chunks], pa.int64())


def _grouped(rows: Rows, group: GroupBy) -> Rows:
    """Keep the first row of each key; the items of all its rows become a JSON list."""
    names = {require_column(name, rows.table.column_names): key for name, key in group.items.items()}
    items = json_rows(rows.table.select(list(names)), names)
    table = pa.table({"key": rows.text(group.key), "item": items, "row": pa.array(np.arange(len(rows.row)))})
    lists = "'[' || string_agg(nullif(item, '{}'), ',' ORDER BY row) || ']'"
    listed = ask(
        table, f"SELECT min(row) AS row, {lists} AS items FROM given GROUP BY coalesce(key, '#' || row) ORDER BY 1"
    )
    at = listed["row"]
    kept = Rows(rows.table.take(at), rows.row[at.to_numpy()], rows.original, rows.used | set(names))
    return kept.replace(group.into, listed["items"])


def _split(rows: Rows, split: Split) -> Rows:
    name = require_column(split.column, rows.table.column_names)
    parts = pc.split_pattern(rows.text(name), split.by)
    if split.into:
        for place, new in enumerate(split.into):
            wanted = evaluate(pa.table({"parts": parts}), {"part": f"trim({quoted('parts')}[{place + 1}])"})
            rows = rows.replace(new, wanted["part"])
        return Rows(rows.table, rows.row, rows.original, rows.used | {name})
    alone = pc.fill_null(parts, [None])
    at = pc.list_parent_indices(alone)
    table = rows.table.take(at)
    flat = pc.utf8_trim_whitespace(pc.list_flatten(alone))
    exploded = Rows(table, rows.row[at.to_numpy()], rows.original, rows.used)
    return exploded.replace(name, flat)


def _looked_up(rows: Rows, lookup: Lookup, found: Found) -> tuple[Rows, list[Guess]]:
    scans = found(lookup.file)
    if not scans:
        raise InputError(
            f"The mapping looks things up in {lookup.file!r}, but no such file is given.", "Give it as well."
        )
    (ours, theirs), said = next(iter(lookup.key.items())), []
    tables = []
    for scan in scans:
        wanted = [require_column(name, scan.columns) for name in dict.fromkeys([theirs, *lookup.take])]
        table = scan.load(wanted)
        tables.append(pa.table([as_text(table[name], name) for name in wanted], names=wanted))
    table = pa.concat_tables(tables)
    keys = Rows(table, np.empty(0, dtype=np.int64), (), frozenset()).text(theirs)
    wanted_keys = rows.text(ours)
    at = pc.index_in(wanted_keys, keys)
    at = pc.if_else(pc.is_valid(wanted_keys), at, pa.scalar(None, at.type))
    missing = pc.sum(pc.and_(pc.is_valid(wanted_keys), pc.is_null(at))).as_py() or 0
    if missing:
        said.append(Guess("lookup", f"{missing} rows", f"their {ours!r} is not in {lookup.file!r}"))
    distinct = pc.count_distinct(keys).as_py()
    if distinct < len(keys) - keys.null_count:
        why = f"{lookup.file!r} has {len(keys) - keys.null_count - distinct} rows with a {theirs!r} seen before"
        said.append(Guess("lookup", "first of equal keys", why))
    taken = rows
    for name, new in lookup.take.items():
        if new in rows.table.column_names:
            raise InputError(
                f"The lookup in {lookup.file!r} takes {new!r}, but there is such a column already.",
                "Take it as another name: {theirs: ours}.",
            )
        taken = taken.replace(new, table[require_column(name, table.column_names)].take(at))
    return Rows(taken.table, taken.row, taken.original, rows.used | {ours} | set(lookup.take.values())), said


def unused(rows: Rows, also: Mapping[str, object]) -> tuple[str, ...]:
    """Return the columns of the file that nothing has read."""
    used = {name.strip().casefold() for name in (*rows.used, *also)}
    return tuple(name for name in rows.original if name.strip().casefold() not in used)


def require_all(scan: Scan, spec: Table) -> None:
    """Check that a file has the columns that a table requires.

    Raises:
        NotFoundError: One is missing.
    """
    names = renamed(pa.table({name: pa.array([], pa.string()) for name in scan.columns}), spec).column_names
    for name in spec.detect.required:
        try:
            require_column(name, names)
        except NotFoundError as problem:
            raise NotFoundError(f"{scan.shown!r} has no column named {name!r}.", problem.hint) from problem
