"""JSON lines, and files that hold one JSON list."""

import json
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from farled.errors import InputError
from farled.sources.connection import connect, literal, quoted
from farled.sources.encoding import Prepared
from farled.sources.scan import Fault, RelationScan, Rows, text_list

_LOOK = 2000
_SHOWN = 200


class JsonScan(RelationScan):
    """One object per line (or in one list); its top-level keys are columns, deeper ones are named ``a.b``."""

    def __init__(self, shown: str, prepared: Prepared) -> None:
        self.prepared = prepared
        self.is_list = _first_byte(prepared.path) == b"["
        names = _keys(prepared.path, shown, self.is_list)
        kind = "array" if self.is_list else "newline_delimited"
        lenient = "" if self.is_list else "ignore_errors = true, "
        relation = (
            f"read_json([{literal(str(prepared.path))}], format = '{kind}', {lenient}records = true, "
            f"columns = {text_list(names)})"
        )
        super().__init__(shown, names, relation, connect([prepared.path]))

    def sql(self, column: str) -> str:
        """Return SQL for a column, or for a value deeper in one."""
        if column in self.columns:
            return quoted(column)
        top, _, rest = column.partition(".")
        path = "$" + "".join(f".{quoted(part)}" for part in rest.split("."))
        return f"json_extract_string(CASE WHEN json_valid({quoted(top)}) THEN {quoted(top)} END, {literal(path)})"

    def faults(self) -> list[Fault]:
        """Return nothing: a line that is no object comes as a row without values."""
        return []

    def repair(self) -> bool:
        """Return that there is nothing to repair."""
        return False

    def lines(self, rows: Rows) -> Rows:
        """Return the line of each row; in a list the object's number."""
        if self.is_list:
            return rows + 1
        with self.prepared.path.open("rb") as file:
            full = np.array([number for number, line in enumerate(file, 1) if line.strip()], dtype=np.int64)
        return full[np.minimum(rows, len(full) - 1)] if len(full) else rows + 1

    def unreadable(self, lines: Rows) -> dict[int, tuple[str, str]]:
        """Tell which lines are no JSON (``unreadable``) or no object (``not_an_object``), with their beginning.

        Args:
            lines: Numbers of lines to look at.
        """
        return {line: (reason, text[:_SHOWN]) for line, (reason, text) in self.broken(lines).items()}

    def broken(self, lines: Rows) -> dict[int, tuple[str, str]]:
        """Tell the same as `unreadable`, with the whole lines."""
        wanted = set(lines.tolist())
        if self.is_list or not wanted:
            return {}
        found = {}
        with self.prepared.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if number in wanted and (reason := _fault(line)):
                    found[number] = (reason, line.decode("utf-8", "replace").strip())
        return found


def _fault(line: bytes) -> str:
    try:
        return "" if isinstance(json.loads(line), dict) else "not_an_object"
    except (ValueError, RecursionError):
        return "unreadable"


def _first_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        start = file.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n")
        return start[:1] if start[:1] != b"[" or not _is_line(start) else b""


def _is_line(start: bytes) -> bool:
    """Tell whether the first line of a file is a whole list, so that the file holds one list per line."""
    line, end, _ = start.partition(b"\n")
    return bool(end) and _fault(line) == "not_an_object"


def _keys(path: Path, shown: str, is_list: bool) -> Sequence[str]:
    """Return the keys of the first objects; upper and lower case are one to DuckDB."""
    names: dict[str, str] = {}
    for item in _first_of_list(path, shown) if is_list else _first_objects(path):
        for key in item:
            names.setdefault(key.casefold(), key)
    usable = [name for name in names.values() if name and "\0" not in name]
    if not usable:
        raise InputError(f"{shown!r} holds no JSON objects.", 'Write one object per line, such as {"customer": "a"}.')
    return usable


def _first_objects(path: Path) -> list[dict[str, object]]:
    found = []
    with path.open("rb") as file:
        for line in islice(file, _LOOK):
            try:
                item = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(item, dict):
                found.append(item)
    return found


def _first_of_list(path: Path, shown: str) -> list[dict[str, object]]:
    try:
        items = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as problem:
        raise InputError(f"{shown!r} is not JSON: {problem}.") from problem
    return [item for item in items[:_LOOK] if isinstance(item, dict)] if isinstance(items, list) else []
