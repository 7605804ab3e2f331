"""Reads the first sheet of a workbook, after it is sure that nothing in it grows beyond reason."""

import io
import warnings
from collections.abc import Iterator
from typing import Final
from zipfile import BadZipFile, ZipFile

from farled.errors import InputError
from farled.maps.export.tables import workbook_library
from farled.maps.importing.grid import GridRow

MOST_PARTS: Final = 400
MOST_BYTES: Final = 40_000_000
MOST_ROWS: Final = 2_000
MOST_COLUMNS: Final = 200


def read_workbook(content: bytes, name: str) -> list[GridRow]:
    """Return the rows of the first sheet as text.

    Raises:
        InputError: It is no workbook, or unpacks to more than a map can be.
        MissingExtraError: The extra ``excel`` is not installed.
    """
    openpyxl = workbook_library("read a workbook")
    _require_harmless(content, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            try:
                return list(_rows(book.worksheets[0]))
            finally:
                book.close()
    except InputError:
        raise
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"{name} cannot be read as a workbook: {reason}.", "Save it anew as .xlsx.") from error


def _require_harmless(content: bytes, name: str) -> None:
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            total = sum(part.file_size for part in parts)
            if len(parts) > MOST_PARTS or total > MOST_BYTES:
                message = f"{name} unpacks to {len(parts)} parts of {total / 1e6:.0f} MB together."
                raise InputError(message, "Save the sheet with the map in a workbook of its own.")
            for part in parts:
                _require_plain(archive, part.filename, name)
    except BadZipFile as error:
        raise InputError(f"{name} is no workbook: {error}.", "Save it anew as .xlsx.") from error
    except (RuntimeError, NotImplementedError, EOFError, ValueError, OSError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{name} cannot be unpacked: {error}.", "Save it anew as .xlsx, without a password."
        ) from error


def _require_plain(archive: ZipFile, part: str, name: str) -> None:
    """Read a part to its end, not trusting what the archive says of its size, and refuse document types."""
    left, tail = MOST_BYTES, b""
    with archive.open(part) as file:
        while block := file.read(65_536):
            left -= len(block)
            if left < 0:
                raise InputError(f"{name} unpacks to more than {MOST_BYTES // 1_000_000} MB.", "Save the sheet alone.")
            if part.endswith((".xml", ".rels")) and b"<!DOCTYPE" in (tail + block).replace(b"\0", b""):
                raise InputError(f"{name}: {part} declares a document type.", "Save it anew as .xlsx.")
            tail = block[-32:]


def _rows(sheet: object) -> Iterator[GridRow]:
    rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)  # type: ignore[attr-defined]
    for line, row in enumerate(rows, 1):
        yield GridRow(line, tuple(_text(value) for value in row))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)
