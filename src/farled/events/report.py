"""What an import did, for people and for the next program: ``imports/<id>/report.json`` and ``rejects.csv``."""

import csv
import io
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.csv

from farled.errors import DamagedError, InputError, NotFoundError
from farled.sources.guard import guarded
from farled.sources.returned import RejectedRows

REPORT = "report.json"
REJECTS = "rejects.csv"
REPEATED = "repeated.run"
IMPORT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Report:
    """The numbers of one import.

    ``events`` is ``new`` + ``known`` + ``repeated``.

    Attributes:
        import_id: Of the import.
        state: ``dry run``, ``stopped`` (too many rejects), ``loading``, ``loaded``, ``nothing new`` or ``undone``.
        rows: Of the file, rejected ones included.
        events: Made from the rows.
        new: Not in the store before.
        known: In the store before; left out.
        repeated: The same id earlier in this import; left out.
        rejected: Rows that could not become events.
        replaced: Events of earlier imports that gave way, as the mapping says: their days are replaced.
        names: Events by name, most first.
        reasons: Rejected rows by reason, most first.
        first: Time of the earliest event, microseconds UTC; ``None`` without events.
        last: Time of the latest.
        version: Of the event table after the import; ``None`` when it changed nothing.
        notes: What the reader of the file guessed and wants to be known.
    """

    import_id: str
    state: str
    rows: int = 0
    events: int = 0
    new: int = 0
    known: int = 0
    repeated: int = 0
    rejected: int = 0
    names: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)
    first: int | None = None
    last: int | None = None
    version: int | None = None
    notes: tuple[str, ...] = ()
    replaced: int = 0

    @property
    def rejected_share(self) -> float:
        """Rejected rows of all rows, 0 to 1."""
        return self.rejected / self.rows if self.rows else 0.0

    @property
    def came(self) -> str:
        """How many events the import brought, in words; one that was stopped brought none."""
        if self.state == "stopped":
            return f"nothing imported, {self.rejected:,} of {self.rows:,} rows rejected"
        return f"{self.new:,} new events"

    def __str__(self) -> str:
        span = f", {_text(self.first)} to {_text(self.last)}" if self.events else ""
        said = "new events taken back" if self.state == "undone" else "new events"
        lines = [f"{self.new:,} {said} of {self.events:,}{span}"]
        lines += [f"{self.known:,} were known before"] if self.known else []
        lines += [f"{self.replaced:,} of earlier imports gave way to them"] if self.replaced else []
        lines += [f"{self.repeated:,} stand in the file more than once"] if self.repeated else []
        if self.rejected:
            reasons = ", ".join(f"{reason} {count:,}" for reason, count in self.reasons.items())
            lines.append(f"{self.rejected:,} of {self.rows:,} rows rejected: {reasons}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, times as text, as in the stored report."""
        return {**asdict(self), "first": _text(self.first), "last": _text(self.last), "notes": list(self.notes)}


def _text(time: int | None) -> str | None:
    if time is None:
        return None
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time)).isoformat().replace("+00:00", "Z")


def _time(text: str | None) -> int | None:
    if text is None:
        return None
    return (datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def require_import_id(import_id: str) -> None:
    """Check that an import's id can be the name of a folder.

    Raises:
        InputError: It cannot.
    """
    if not IMPORT_ID.fullmatch(import_id):
        raise InputError(f"{import_id!r} cannot name an import.", "Use letters, digits, '-', '_' and '.'.")


def write_report(imports: Path, report: Report) -> None:
    """Write the report of an import, so that a reader finds the old one or the new one whole."""
    folder = imports / report.import_id
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report.to_dict(), indent=2, ensure_ascii=False) + "\n"
    temporary = folder / f".{REPORT}.{uuid4().hex}"
    try:
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, folder / REPORT)
    finally:
        temporary.unlink(missing_ok=True)


def read_report(imports: Path, import_id: str) -> Report:
    """Return the stored report of an import; its state is what was written last.

    Raises:
        NotFoundError: There is no such import.
        DamagedError: The report cannot be read.
    """
    require_import_id(import_id)
    try:
        stored = json.loads((imports / import_id / REPORT).read_text(encoding="utf-8"))
        times = {"first": _time(stored["first"]), "last": _time(stored["last"])}
        return Report(**{**stored, **times, "notes": tuple(stored["notes"])})
    except FileNotFoundError as error:
        raise NotFoundError.named("import", import_id, import_ids(imports)) from error
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedError(
            f"The report of the import {import_id!r} cannot be read: {error}.", "Import again."
        ) from error


def import_ids(imports: Path) -> list[str]:
    """Return the ids of all imports that have a report, sorted."""
    return sorted(path.parent.name for path in imports.glob(f"*/{REPORT}"))


def write_rejects(imports: Path, import_id: str, rejected: Iterable[RejectedRows]) -> None:
    """Write the rejected rows as they stood, with their reasons: one file for those with the same columns.

    A cell that a spreadsheet would run as a formula gets a leading apostrophe, which reading takes away again.
    """
    folder = imports / import_id
    folder.mkdir(parents=True, exist_ok=True)
    for path in reject_files(imports, import_id):
        path.unlink(missing_ok=True)
    for number, rows in enumerate(rejected, 1):
        name = REJECTS if number == 1 else REJECTS.replace(".", f"-{number}.")
        temporary = folder / f".{name}.{uuid4().hex}"
        try:
            with temporary.open("wb") as out:
                head = io.StringIO(newline="")
                names = guarded(pa.chunked_array([rows.table.column_names], pa.string())).to_pylist()
                csv.writer(head, delimiter=rows.delimiter, lineterminator="\n").writerow(names)
                out.write(head.getvalue().encode())
                columns = [guarded(column.cast(pa.string())) for column in rows.table.columns]
                plain = pa.table(columns, list(map(str, range(len(columns)))))
                written = pyarrow.csv.WriteOptions(include_header=False, delimiter=rows.delimiter)
                pyarrow.csv.write_csv(plain, out, written)
            os.replace(temporary, folder / name)
        finally:
            temporary.unlink(missing_ok=True)


def reject_files(imports: Path, import_id: str) -> list[Path]:
    """Return the files with the rejected rows of an import, the first one first."""
    stem, _, ending = REJECTS.partition(".")
    return sorted((imports / import_id).glob(f"{stem}*.{ending}"), key=lambda path: (len(path.name), path.name))
