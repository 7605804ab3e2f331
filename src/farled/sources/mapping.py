"""Import files under a mapping, or under guessed roles: the one way from exports to events."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from farled.errors import FarledError, InputError
from farled.sources.facts import FACTS, Faults, Setting, Sheet, attributes_of, facts, prepare_numbers
from farled.sources.files import open_all
from farled.sources.guess import Guess
from farled.sources.mapping_file import load, parse
from farled.sources.mapping_model import Mapping, Table
from farled.sources.opening import Folder, files_of, open_file
from farled.sources.plain import plain_mapping
from farled.sources.rejects import REJECTED, rejects
from farled.sources.roles import Columns, Options
from farled.sources.rows import require_all, rows_of, unused
from farled.sources.scan import Scan

__all__ = ["Imported", "Mapping", "apply", "load", "parse"]


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """What an import brings.

    Attributes:
        events: In the schema of `farled.sources.facts.FACTS`; of each file in the order of its rows.
        rejected: Rows that became no event, once for each reason: file, line, column, value, reason.
        rows: Rows read.
        unused_columns: Columns of each file that the mapping does not use.
        replaced_days: Days (ISO) that this import puts in place of what is there, if the mapping says so.
        report: What was guessed or noticed.
    """

    events: pa.Table
    rejected: pa.Table
    rows: int
    unused_columns: dict[str, tuple[str, ...]]
    replaced_days: tuple[str, ...]
    report: tuple[Guess, ...]


def apply(
    mapping: Mapping | None,
    source: str | PathLike[str] | Iterable[str | PathLike[str]] | Any,  # noqa: ANN401 - tables have no common type
    setting: Setting | None = None,
    columns: Columns | None = None,
    options: Options | None = None,
) -> Imported:
    """Make events of files.

    Args:
        mapping: How; None: each row is an event, and the roles of the columns are said or guessed as by `read`.
        source: Paths, globs, or a table in memory (only without a mapping).
        setting: Name of the import, zone and currency of the workspace.
        columns: Without a mapping: which column is what.
        options: How values are written, where neither the mapping nor the file tells.

    Raises:
        NotFoundError: A file, or a column that the mapping names, does not exist.
        InputError: A file cannot be read, or no part of the mapping fits it.
    """
    options = options or Options()
    folder = Folder()
    if mapping is None:
        scans, report = open_all(source, folder, options)
        mapping, setting, guesses = plain_mapping(scans, columns or Columns(), options, setting)
        jobs = [(scan, mapping.tables[0]) for scan in scans]
        report += guesses
        opened: dict[Path, Scan | None] = {}
    else:
        files = files_of(source)
        opened, report = {}, []
        jobs = _jobs(mapping, files, folder, opened, report)
        base = setting or Setting(mapping.id, "import")
        setting = Setting(
            mapping.id,
            base.source,
            options.time_zone or base.zone,
            base.currency,
            options.decimal or base.decimal,
            None,
            base.block,
        )
    work = _Work(folder, opened, setting, report)
    for scan, table in jobs:
        work.take(scan, table)
    folder.close()
    return work.imported()


class _Work:
    """Collects the events of one file after the other."""

    def __init__(self, folder: Folder, opened: dict[Path, Scan | None], setting: Setting, report: list[Guess]) -> None:
        self._folder = folder
        self._opened = opened
        self._setting = setting
        self._report = report
        self._events: list[pa.Table] = []
        self._rejected: list[pa.Table] = []
        self._unused: dict[str, tuple[str, ...]] = {}
        self._days: set[str] = set()
        self._rows = 0

    def take(self, scan: Scan, spec: Table) -> None:
        """Make the events of a file."""
        rows, said = rows_of(scan, spec, self._matching)
        while scan.repair():
            rows, said = rows_of(scan, spec, self._matching)
        self._rows += len(rows.row)
        self._report += said
        sheet = Sheet(rows, spec, self._setting, scan)
        prepare_numbers(sheet)
        rules = [rule for event in spec.events for rule in (event, attributes_of(event)) if rule is not None]
        made = [facts(sheet, rule) for rule in rules]
        self._events.append(_in_order([table for table, _ in made]))
        self._rejected.append(_listed(scan, [fault for _, faults in made for fault in faults]))
        if spec.replace is not None:
            days = sheet.text(spec.replace.column)
            self._days |= {text[:10] for text in pc.unique(days).to_pylist() if text}
        self._note(sheet)

    def imported(self) -> Imported:
        """Return it all."""
        events = pa.concat_tables(self._events) if self._events else FACTS.empty_table()
        rejected = pa.concat_tables(self._rejected) if self._rejected else REJECTED.empty_table()
        return Imported(
            events.unify_dictionaries(),
            rejected,
            self._rows,
            self._unused,
            tuple(sorted(self._days)),
            tuple(self._report),
        )

    def _note(self, sheet: Sheet) -> None:
        shown = sheet.scan.shown
        left = unused(sheet.rows, dict.fromkeys(sheet.used))
        before = self._unused.get(shown)
        self._unused[shown] = left if before is None else tuple(name for name in before if name in left)
        unsure = sum(times.unsure for times in sheet.times.values())
        if unsure:
            why = f"in {shown}; in a gap they move forward, in a fold they are the first of the two"
            self._report.append(Guess("times in a change of the clock", str(unsure), why))

    def _matching(self, pattern: str) -> Sequence[Scan]:
        return [_open(path, self._folder, self._opened, self._report) for path in self._opened if fits(path, [pattern])]


def fits(path: Path, patterns: Sequence[str]) -> bool:
    """Tell whether a file's name matches one of some patterns, with or without its compression."""
    names = {path.name.lower(), path.name.lower().removesuffix(".gz").removesuffix(".zst")}
    return any(fnmatch(name, pattern.lower()) for name in names for pattern in patterns)


def _jobs(
    mapping: Mapping, files: Sequence[Path], folder: Folder, opened: dict[Path, Scan | None], report: list[Guess]
) -> list[tuple[Scan, Table]]:
    """Pair files with the tables of the mapping that they fit."""
    opened |= dict.fromkeys(files)
    looked_up = [lookup.file for table in mapping.tables for lookup in table.lookup]
    jobs = []
    for path in files:
        named = [table for table in mapping.tables if table.files is not None and fits(path, table.files)]
        for table in named:
            scan = _open(path, folder, opened, report, table)
            require_all(scan, table)
            jobs.append((scan, table))
        if named or fits(path, looked_up):
            continue
        found = [
            table for table in mapping.tables if table.files is None and _has_required(path, folder, opened, table)
        ]
        jobs += [(_open(path, folder, opened, report, table), table) for table in found[:1]]
        if not found:
            report.append(Guess("file not used", path.name, "no part of the mapping fits it"))
    if not jobs:
        known = ", ".join(", ".join(table.files or ["any file"]) for table in mapping.tables)
        raise InputError(
            f"No file fits the mapping {mapping.id!r}.", f"Give files named {known}, with the columns it requires."
        )
    return jobs


def _open(
    path: Path, folder: Folder, opened: dict[Path, Scan | None], report: list[Guess], table: Table | None = None
) -> Scan:
    scan = opened.get(path)
    if scan is None:
        delimiter, skip = (table.detect.delimiter, table.rows.skip_top) if table is not None else (None, 0)
        scan, guesses = open_file(path, folder, delimiter, skip)
        opened[path] = scan
        report += guesses
    return scan


def _has_required(path: Path, folder: Folder, opened: dict[Path, Scan | None], table: Table) -> bool:
    try:
        require_all(_open(path, folder, opened, [], table), table)
    except FarledError:
        if len(table.detect.required) == 0:
            raise
        opened[path] = None
        return False
    return True


def _in_order(tables: Sequence[pa.Table]) -> pa.Table:
    """Put the events of all rules in the order of their rows, those of one row in the order of the rules."""
    table = pa.concat_tables(tables).unify_dictionaries()
    row = table["row"].to_numpy()
    order = np.argsort(row, kind="stable")
    if len(tables) > 1:
        table = table.take(pa.array(order))
    sequence = pa.array(np.minimum(np.arange(len(row)), 2**31 - 1).astype(np.int32))
    return table.set_column(FACTS.get_field_index("sequence"), "sequence", sequence).drop_columns(["row"])


def _listed(scan: Scan, found: Sequence[Faults]) -> pa.Table:
    """List what was rejected: a row once for each reason, however many events it should have become."""
    tables = [rejects(scan.shown, scan.lines(fault.row), fault.column, fault.value, fault.reason) for fault in found]
    faults = scan.faults()
    if faults:
        values = pa.array([fault.value for fault in faults], pa.string())
        tables.append(rejects(scan.shown, [fault.line for fault in faults], "", values, "unreadable"))
    if not tables:
        return REJECTED.empty_table()
    table = pa.concat_tables(tables)
    once = table.group_by(["file", "line", "column", "reason"], use_threads=False).aggregate([("value", "first")])
    return (
        once.rename_columns(["file", "line", "column", "reason", "value"])
        .select(REJECTED.names)
        .cast(REJECTED)
        .sort_by("line")
    )
