"""Import files under a mapping, or under guessed roles: the one way from exports to events."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from farled.errors import InputError, NotFoundError
from farled.sources.attributes import attributes_of, identified
from farled.sources.days import iso_days
from farled.sources.facts import FACTS, facts
from farled.sources.files import open_all
from farled.sources.guess import Guess
from farled.sources.jsonlines import with_true_faults
from farled.sources.mapping_columns import require_columns
from farled.sources.mapping_file import load, parse
from farled.sources.mapping_model import Mapping, Table
from farled.sources.mapping_sample import Begun, FileColumns, Sample, begun, columns_of, sample_of
from farled.sources.opening import Folder, files_of, open_file
from farled.sources.plain import plain_mapping
from farled.sources.rejects import REJECTED, rejects
from farled.sources.returned import RejectedRows, Wrong, is_returned, rejected_rows
from farled.sources.roles import Columns, Options
from farled.sources.rows import families, require_all, rows_of, unused
from farled.sources.scan import Scan
from farled.sources.sheet import Setting, Sheet, decided
from farled.spans import time_zone

__all__ = ["Columns", "Imported", "Mapping", "Options", "Setting", "apply", "load", "parse"]

_LAST = 2**31 - 1


def apply(
    mapping: Mapping | None,
    source: str | PathLike[str] | Iterable[str | PathLike[str]] | Any,
    columns: Columns | None = None,
    options: Options | None = None,
    setting: Setting | None = None,
) -> "Imported":
    """Make events of files.

    Args:
        mapping: How; None: each row is an event, and the roles of the columns are said or guessed as by `read`.
        source: Paths, globs, or a table in memory (only without a mapping).
        columns: Without a mapping: which column is what.
        options: How values are written, where neither the mapping nor the file tells.
        setting: Zone, currency and blocked identifiers of the workspace.

    Returns:
        The events; they are made while they are read.

    Raises:
        NotFoundError: A file, or a column that the mapping names, does not exist.
        InputError: A file cannot be read, no part of the mapping fits it, or a time zone does not exist.
    """
    options = options or Options()
    inputs = Inputs()
    if mapping is None:
        scans, report = open_all(source, inputs.folder, options)
        made, final, guesses = plain_mapping(scans, columns or Columns(), options, setting)
        inputs.report += [*report, *guesses]
        return Imported(made, [(scan, made.tables[0]) for scan in scans], inputs, final)
    base = setting or Setting()
    final = replace(base, zone=options.time_zone or base.zone, decimal=options.decimal or base.decimal)
    time_zone(final.zone)
    jobs = inputs.jobs(mapping, files_of(source))
    for scan, table in jobs:
        require_columns(mapping, scan, table, inputs.matching)
    return Imported(mapping, jobs, inputs, final)


class Inputs:
    """The files of an import, opened once each.

    Attributes:
        folder: For copies of them in UTF-8.
        report: What had to be told from them.
    """

    def __init__(self) -> None:
        self.folder = Folder()
        self.report: list[Guess] = []
        self._files: list[Path] = []
        self._opened: dict[Path, Scan] = {}

    def jobs(self, mapping: Mapping, files: Sequence[Path]) -> list[tuple[Scan, Table]]:
        """Pair files with the tables of a mapping that they fit.

        Raises:
            InputError: Not one file fits.
            NotFoundError: A file that fits by its name lacks a column.
        """
        self._files = list(files)
        looked_up = [lookup.file for table in mapping.tables for lookup in table.lookup]
        jobs: list[tuple[Scan, Table]] = []
        for path in files:
            named = [table for table in mapping.tables if table.files is not None and self._fits(path, table.files)]
            for table in named:
                scan = self.open(path, table)
                require_all(scan, table)
                jobs.append((scan, table))
            if named or self._fits(path, looked_up):
                continue
            found = self._best(path, [table for table in mapping.tables if table.files is None])
            jobs += found
            if not found:
                self.report.append(Guess("file not used", path.name, "no part of the mapping fits it"))
        if not jobs:
            known = sorted({pattern for table in mapping.tables for pattern in table.files or ["any name"]})
            why = f"Give files named {', '.join(known)} with the columns that the mapping requires."
            raise InputError(f"No file fits the mapping {mapping.id!r}: given are {_some(files)}.", why)
        return jobs

    def open(self, path: Path, table: Table | None = None) -> Scan:
        """Open a file, as a table says where it is one of its own."""
        if path not in self._opened:
            delimiter, skip = (table.detect.delimiter, table.rows.skip_top) if table is not None else (None, 0)
            self._opened[path], guesses = open_file(path, self.folder, delimiter, skip)
            self.report += guesses
        return self._opened[path]

    def matching(self, pattern: str) -> list[Scan]:
        """Return the files whose names match a pattern."""
        return [self.open(path) for path in self._files if self._fits(path, [pattern])]

    def _fits(self, path: Path, patterns: Sequence[str]) -> bool:
        """Tell whether a file's name matches; rejected rows also go by the name of the file they come from."""
        if fits(path, patterns) or not is_returned(path):
            return fits(path, patterns)
        noted = self.open(path).noted("rejected_file")
        first = next((text for text in noted.to_pylist() if text), None) if noted is not None else None
        return first is not None and fits(Path(first), patterns)

    def _best(self, path: Path, tables: Sequence[Table]) -> list[tuple[Scan, Table]]:
        """Take the table with the most required columns that a file has all of."""
        for table in sorted(tables, key=lambda table: -len(table.detect.required)):
            scan, _ = open_file(path, self.folder, table.detect.delimiter, table.rows.skip_top)
            try:
                require_all(scan, table)
            except NotFoundError:
                continue
            return [(self.open(path, table), table)]
        return []


class Imported:
    """What an import brings. The events are made while they are read, and anew each time.

    Attributes:
        rejected: Rows that became no event, once for each reason: file, line, column, value, reason. Complete, like
            all that follows, once the events are read.
        rows: Rows read.
        unused_columns: Columns of each file that nothing has read.
        replaced_days: Days (ISO) that this import puts in place of what is there, if the mapping says so.
        report: What was guessed or noticed.
    """

    def __init__(self, mapping: Mapping, jobs: Sequence[tuple[Scan, Table]], inputs: Inputs, setting: Setting) -> None:
        self._mapping = mapping
        self._jobs = jobs
        self._inputs = inputs
        self._setting = setting
        self._said = tuple(inputs.report)
        self._start()

    @property
    def events(self) -> Iterator[pa.Table]:
        """Return the events in parts, with the columns of `farled.sources.facts.FACTS`, by file and row."""
        return self._parts()

    @property
    def report(self) -> tuple[Guess, ...]:
        """Return what was guessed, and what was noticed so far."""
        return (*self._said, *self._noticed)

    @property
    def rejected(self) -> pa.Table:
        """Return the rows that became no event."""
        return pa.concat_tables([REJECTED.empty_table(), *self._rejected])

    @property
    def rejected_rows(self) -> Iterator[RejectedRows]:
        """Return the same rows as they stand in their files, to be corrected and imported alone.

        Rows come together that have the same columns and are read in the same way.
        """
        alike: dict[object, list[pa.Table]] = {}
        delimiters: dict[object, str] = {}
        for scan in {id(scan): scan for scan, _, _ in self._wrong}.values():
            found = [(spec, wrong) for own, spec, wrong in self._wrong if own is scan]
            rules = [spec for own, spec in self._jobs if own is scan]
            is_one = sum(len(spec.events) + sum(bool(event.attributes) for event in spec.events) for spec in rules) == 1
            wrong = [replace(one, event="") if is_one else one for _, listed in found for one in listed]
            kin = [family for spec, _ in found for family in families(scan, spec, self._inputs.matching)]
            key = (scan.columns, scan.delimiter, tuple(map(id, rules)))
            alike.setdefault(key, []).append(rejected_rows(scan, wrong, kin))
            delimiters[key] = scan.delimiter
        for alike_key, tables in alike.items():
            yield RejectedRows(pa.concat_tables(tables), delimiters[alike_key])

    @property
    def samples(self) -> tuple[Sample, ...]:
        """Return the first rows of each file, and what became of them."""
        found = {id(scan): (scan, [made for own, made in self._begun if own is scan]) for scan, _ in self._begun}
        return tuple(sample_of(scan, made) for scan, made in found.values())

    @property
    def columns(self) -> tuple[FileColumns, ...]:
        """Return what became of the columns of each file."""
        specs: dict[str, list[Table]] = {}
        for scan, spec in self._jobs:
            specs.setdefault(scan.shown, []).append(spec)
        return tuple(columns_of(shown, own, self.unused_columns.get(shown, ())) for shown, own in specs.items())

    @property
    def replaces(self) -> str:
        """Return the id of the mapping where it says that days are replaced, else nothing.

        The events then have the columns ``day`` and ``replaces`` too.
        """
        return self._mapping.id if any(spec.replace for spec in self._mapping.tables) else ""

    @property
    def replaced_days(self) -> tuple[str, ...]:
        """Return the days that this import replaces."""
        return tuple(sorted(self._days))

    def table(self) -> pa.Table:
        """Return all events at once."""
        parts = [part.select(FACTS.names) for part in self.events]
        return pa.concat_tables([FACTS.empty_table(), *parts]).unify_dictionaries()

    def _start(self) -> None:
        self.rows = 0
        self.unused_columns: dict[str, tuple[str, ...]] = {}
        self._rejected: list[pa.Table] = []
        self._wrong: list[tuple[Scan, Table, list[Wrong]]] = []
        self._noticed: list[Guess] = []
        self._begun: list[tuple[Scan, Begun]] = []
        self._days: set[str] = set()

    def _parts(self) -> Iterator[pa.Table]:
        self._start()
        first = 0
        for scan, spec in self._jobs:
            sheet = self._sheet(scan, spec)
            found: list[Wrong] = []
            unsure = 0
            for at, piece in enumerate(sheet.pieces()):
                table, faults = _events(piece, first)
                if at == 0:
                    self._begun.append((scan, begun(table, faults)))
                first += table.num_rows
                found += faults
                unsure += sum(times.unsure for times in piece.times.values())
                yield self._dated(table, piece) if self.replaces else table.drop_columns(["row"])
            self._rejected.append(_listed(scan, found))
            if found or scan.faults():
                self._wrong.append((scan, spec, found))
            self._note(sheet, unsure)

    def _sheet(self, scan: Scan, spec: Table) -> Sheet:
        while True:
            rows, said = rows_of(scan, spec, self._inputs.matching)
            if not scan.repair():
                break
        self.rows += len(rows.row) + len(scan.faults())
        self._noticed += said
        asked = scan.noted("rejected_event")
        fitting = [table for own, table in self._jobs if own is scan]
        before = tuple(fitting[: next(at for at, table in enumerate(fitting) if table is spec)])
        return decided(Sheet(rows, spec, self._setting, self._mapping.id, scan, asked=asked, before=before))

    def _note(self, sheet: Sheet, unsure: int) -> None:
        shown, spec = sheet.scan.shown, sheet.spec
        if spec.replace is not None:
            self._note_days(sheet, spec.replace.column)
        left = unused(sheet.rows, dict.fromkeys(sheet.used))
        before = self.unused_columns.get(shown)
        self.unused_columns[shown] = left if before is None else tuple(name for name in before if name in left)
        if unsure:
            why = f"in {shown}; in a gap they move forward, in a fold they are the first of the two"
            self._noticed.append(Guess("times in a change of the clock", str(unsure), why))

    def _note_days(self, sheet: Sheet, column: str) -> None:
        """Note which days are replaced, and say how many rows tell none."""
        text = sheet.text(column)
        days = iso_days(text)
        if len(days) and days.null_count == len(days):
            filled = text.drop_null()
            raise InputError(
                f"Column {column!r} of {sheet.scan.shown!r} tells no days"
                + (f": the first is {filled[0].as_py()!r}." if len(filled) else "."),
                "Let replace name a column of days such as 2026-05-01, 20260501 or 01.05.2026.",
            )
        if sheet.scan.noted("rejected_file") is None:
            self._days |= set(days.unique().drop_null().to_pylist())
        if days.null_count:
            why = f"by column {column!r} of {sheet.scan.shown}; they are added, and no later file replaces them"
            self._noticed.append(Guess("rows without a day", str(days.null_count), why))

    def _dated(self, table: pa.Table, piece: Sheet) -> pa.Table:
        """Add the day of each event, and whether the day is replaced: corrected rejected rows add to theirs."""
        row, n = table["row"].to_numpy(), table.num_rows
        day = pa.nulls(n, pa.string())
        if piece.spec.replace is not None:
            days = iso_days(piece.text(piece.spec.replace.column))
            day = days.take(pa.array(np.searchsorted(piece.rows.row, row)))
        does = pa.repeat(pa.scalar(piece.scan.noted("rejected_file") is None), n)
        return table.drop_columns(["row"]).append_column("day", day).append_column("replaces", does)


def _some(files: Sequence[Path]) -> str:
    """Name the first files, and count the others."""
    named = ", ".join(path.name for path in files[:5])
    return named if len(files) <= 5 else f"{named} and {len(files) - 5} more"


def fits(path: Path, patterns: Sequence[str]) -> bool:
    """Tell whether a file's name matches one of some patterns, with or without its compression."""
    name = path.name.lower()
    names = {name, name.removesuffix(".gz").removesuffix(".zst")}
    return any(fnmatch(one, pattern.lower()) for one in names for pattern in patterns)


def _events(sheet: Sheet, first: int) -> tuple[pa.Table, list[Wrong]]:
    """Make the events of some rows by all rules: in the order of the rows, those of one row in that of the rules."""
    made = [facts(sheet, event) for event in sheet.spec.events]
    rules = [rule for event in sheet.spec.events if (rule := attributes_of(event)) is not None]
    known = [facts(sheet, rule) for rule in rules]
    tables = [table for table, _ in made] + identified(rules, [table for table, _ in known])
    table = pa.concat_tables(tables)
    made += known
    if len(tables) > 1:
        order = np.argsort(table["row"].to_numpy(), kind="stable")
        table = table.unify_dictionaries().take(pa.array(order))
    sequence = np.minimum(np.arange(first, first + table.num_rows), _LAST).astype(np.int32)
    at = FACTS.get_field_index("sequence")
    table = table.set_column(at, FACTS.field(at), pa.array(sequence))
    return table, [fault for _, faults in made for fault in faults]


def _listed(scan: Scan, found: Sequence[Wrong]) -> pa.Table:
    """List what was rejected: a row once for each reason, however many events it should have become."""
    tables = []
    if found:
        line = scan.lines(np.concatenate([fault.row for fault in found]))
        ends = np.cumsum([len(fault.row) for fault in found])[:-1]
        for fault, part in zip(found, np.split(line, ends), strict=True):
            tables.append(rejects(scan.shown, part, fault.column, fault.value, fault.reason))
    if broken := scan.faults():
        values = pa.array([fault.value for fault in broken], pa.string())
        tables.append(rejects(scan.shown, [fault.line for fault in broken], "", values, "unreadable"))
    if not tables:
        return REJECTED.empty_table()
    keys = ["file", "line", "column", "reason"]
    once = (
        with_true_faults(scan, pa.concat_tables(tables))
        .group_by(keys, use_threads=False)
        .aggregate([("value", "first")])
    )
    return once.rename_columns([*keys, "value"]).select(REJECTED.names).cast(REJECTED).sort_by("line")
