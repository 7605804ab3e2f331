"""From what somebody names (a path, a glob, a list, a table in memory) to the inputs behind it."""

import tempfile
import weakref
from collections.abc import Iterable, Sequence
from glob import glob, has_magic
from os import PathLike
from pathlib import Path
from typing import Any

import pyarrow as pa

from farled.errors import InputError, NotFoundError
from farled.sources.arrow import ArrowScan, ParquetScan
from farled.sources.delimited import DelimitedScan
from farled.sources.encoding import EXPORT_AGAIN, Prepared, prepare, require_file
from farled.sources.guess import Guess
from farled.sources.jsonlines import JsonScan
from farled.sources.kinds import plain_types
from farled.sources.scan import Scan, translated
from farled.sources.shape import shape_of

_JSON = {".json", ".jsonl", ".ndjson"}
_PARQUET = {".parquet", ".pq"}
_NAMES = {
    "windows-1252": "Windows-1252",
    "mac-roman": "MacRoman",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-8": "UTF-8",
}


class Folder:
    """A temporary folder that goes when the last one who holds it goes."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="farled-", ignore_cleanup_errors=True)
        self.path = Path(self._folder.name)
        self._end = weakref.finalize(self, self._folder.cleanup)
        self._folder._finalizer.detach()  # type: ignore[attr-defined]  # ours runs instead, without its ResourceWarning

    def close(self) -> None:
        """Remove the folder now."""
        self._end()


def files_of(source: str | PathLike[str] | Iterable[str | PathLike[str]]) -> list[Path]:
    """Return the files behind a path, a glob or a list of them, each pattern's in the order of their names.

    Raises:
        NotFoundError: A file is missing, or no file matches a pattern.
        InputError: The list is empty, or a folder is named.
    """
    listed = [source] if isinstance(source, str | PathLike) else list(source)
    files: list[Path] = []
    for item in listed:
        text = str(item)
        if "\0" in text:
            raise InputError(f"{text!r} is not a path.")
        if has_magic(text) and not Path(text).exists():
            found = sorted(path for path in map(Path, glob(text, recursive=True)) if path.is_file())
            if not found:
                raise NotFoundError(f"No file matches {text!r}.", "Check the folder and the pattern.")
            files += found
        else:
            require_file(Path(text))
            files.append(Path(text))
    if not files:
        raise InputError("The list of files is empty.", "Name at least one file.")
    return files


def open_file(path: Path, folder: Folder, delimiter: str | None = None, skip_top: int = 0) -> tuple[Scan, list[Guess]]:
    """Open a file by its kind.

    Args:
        path: CSV, TSV, JSON lines or Parquet; text also ``.gz`` and ``.zst``.
        folder: For copies in UTF-8.
        delimiter: Of a text table, if known.
        skip_top: Lines above the header of a text table.

    Returns:
        The input, and what had to be told from the file.

    Raises:
        InputError: It cannot be read at all.
    """
    require_file(path)
    suffixes = {suffix.lower() for suffix in path.suffixes}
    if suffixes & _PARQUET or _begins_as_parquet(path):
        if not path.stat().st_size:
            raise InputError(f"{str(path)!r} is empty.", EXPORT_AGAIN)
        return ParquetScan(path), []
    prepared = prepare(path, folder.path)
    guesses = _encoding_guesses(prepared, path)
    if suffixes & _JSON:
        with translated(str(path)):
            scan = JsonScan(str(path), prepared)
        return scan, guesses + scan.noticed
    shape = shape_of(prepared.path, str(path), delimiter, skip_top)
    if delimiter is None:
        guesses.append(Guess("delimiter", shape.delimiter_name, f"cuts {path.name} into {len(shape.columns)} columns"))
    guesses += [
        Guess("column", now, f"another one called {name!r} stands before it") for now, name in shape.again.items()
    ]
    with translated(str(path)):
        return DelimitedScan(str(path), prepared, shape, folder.path), guesses


def open_table(source: Any) -> Scan:
    """Open anything that hands over Arrow: pandas, Polars, a DuckDB relation, an Arrow table.

    Raises:
        InputError: It does not, or holds nothing.
    """
    if not hasattr(source, "__arrow_c_stream__"):
        if hasattr(source, "collect"):
            raise InputError(f"A {type(source).__name__} has not been computed yet.", "Give it with .collect().")
        raise InputError(
            f"A {type(source).__name__} is neither a path nor a table.",
            "Give a path, a list of paths, or a table that has __arrow_c_stream__ (pandas, Polars, DuckDB, Arrow).",
        )
    shown = f"the {type(source).__name__}"
    with translated(shown):
        table = source if isinstance(source, pa.Table) else _table(source)
    if not table.num_rows:
        raise InputError(f"The {type(source).__name__} has no rows.")
    names: Sequence[str] = table.column_names
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"The {type(source).__name__} has two columns named {twice!r}.", "Give each its own name.")
    return ArrowScan(plain_types(table, shown), shown)


def _table(source: Any) -> pa.Table:
    try:
        return pa.table(source)
    except (TypeError, ValueError, pa.ArrowException) as error:  # of pandas or of Arrow
        why = "; ".join(map(str, error.args)).splitlines()[0].rstrip(".")
        hint = "Give each column a name of its own and values of one plain type."
        raise InputError(f"The {type(source).__name__} cannot be read: {why}.", hint) from error


def _begins_as_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def _encoding_guesses(prepared: Prepared, path: Path) -> list[Guess]:
    name = _NAMES[prepared.encoding]
    guesses = []
    if prepared.encoding != "utf-8":
        why = "zero bytes or its first bytes say so" if name == "UTF-16" else "it is not valid UTF-8"
        guesses.append(Guess("encoding", name, f"of {path.name}: {why}"))
    if prepared.damaged:
        why = f"{prepared.damaged} characters of {path.name} could not be read and are now U+FFFD"
        guesses.append(Guess("damaged characters", str(prepared.damaged), why))
    return guesses
