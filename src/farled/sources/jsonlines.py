"""JSON lines, and files that hold one JSON list."""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from farled.errors import InputError
from farled.sources.connection import connect, literal, quoted
from farled.sources.encoding import Prepared
from farled.sources.guess import Guess
from farled.sources.scan import Fault, RelationScan, Rows, Scan, text_list, translated

if TYPE_CHECKING:  # Parquet is read without DuckDB
    import duckdb

_LOOK = 2000
_SHOWN = 200
_MOST_KEYS = 5000


class JsonScan(RelationScan):
    """One object per line (or in one list); its top-level keys are columns, deeper ones are named ``a.b``.

    Every key of the file is a column, wherever it first stands. Keys that differ in upper and lower case only are one
    column, since Farled does not tell names of columns apart by these.

    Attributes:
        noticed: Which keys became one column, and which could not become one.
    """

    def __init__(self, shown: str, prepared: Prepared) -> None:
        self.prepared = prepared
        self.is_list = _first_byte(prepared.path) == b"["
        connection = connect([prepared.path])
        keys = _keys_of_list(prepared.path, shown) if self.is_list else _keys_of_lines(prepared.path, shown, connection)
        spelled, self.noticed = _columns(keys, shown)
        kind = "array" if self.is_list else "newline_delimited"
        lenient = "" if self.is_list else ", ignore_errors = true"
        start = f"([{literal(str(prepared.path))}], format = '{kind}'{lenient}"
        if all(len(keys) == 1 for keys in spelled.values()):
            relation = f"read_json{start}, records = true, columns = {text_list(list(spelled))})"
        else:
            texts = ", ".join(f"{_first_given(keys)} AS {quoted(name)}" for name, keys in spelled.items())
            relation = f"(SELECT {texts} FROM read_json_objects{start}))"
        self._keys = frozenset(spelled)
        super().__init__(shown, list(spelled), relation, connection)

    def lack(self, columns: Sequence[str]) -> None:
        """Take on columns that other inputs have; those that lie deeper in one of its own are there."""
        own = self.columns
        super().lack(columns)
        self.absent -= {name for name in columns if name.partition(".")[0] in own}

    def _held(self, column: str) -> str:
        """Return SQL for a column, or for a value deeper in one."""
        if column in self._keys:
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


def with_true_faults(scan: Scan, rejected: pa.Table) -> pa.Table:
    """Name what is wrong with lines of JSON that are no object: they look like rows without values.

    Args:
        scan: The file.
        rejected: Its rejected rows, of `farled.sources.rejects.REJECTED`.
    """
    found = scan.unreadable(rejected["line"].to_numpy()) if isinstance(scan, JsonScan) else {}
    if not found:
        return rejected
    said = {line: {"column": "", "value": text, "reason": reason} for line, (reason, text) in found.items()}
    return pa.Table.from_pylist([row | said.get(row["line"], {}) for row in rejected.to_pylist()], rejected.schema)


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


def _columns(keys: Iterable[str], shown: str) -> tuple[dict[str, list[str]], list[Guess]]:
    """Return the keys of each column, and what is to be said about them."""
    spelled: dict[str, list[str]] = {}
    lost = []
    for key in keys:
        if key and "\0" not in key:
            spelled.setdefault(key.casefold(), []).append(key)
        else:
            lost.append(key)
    if not spelled:
        raise InputError(f"{shown!r} holds no JSON objects.", 'Write one object per line, such as {"customer": "a"}.')
    if len(spelled) > _MOST_KEYS:
        example = next(reversed(spelled.values()))[0]
        raise InputError(
            f"The objects of {shown!r} have more than {_MOST_KEYS} different keys, such as {example!r}.",
            "Put keys that are values, such as ids, one level deeper: they become columns.",
        )
    said = [
        Guess("keys of one column", " and ".join(map(repr, names)), "where an object has several, the first counts")
        for names in spelled.values()
        if len(names) > 1
    ]
    said += [Guess("key left out", repr(key), f"a column of {shown} cannot be named so") for key in lost]
    return {names[0]: names for names in spelled.values()}, said


def _first_given(keys: Sequence[str]) -> str:
    """Write SQL of the first value that an object gives one of some keys."""
    values = [f"json_extract_string(json, {literal('/' + _pointer(key))})" for key in keys]
    return f"coalesce({', '.join(values)})"


def _pointer(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _keys_of_lines(path: Path, shown: str, connection: "duckdb.DuckDBPyConnection") -> list[str]:
    """Return the keys of all objects: those of the first in their order, further ones by name."""
    first = list(dict.fromkeys(key for item in _first_objects(path) for key in item))
    objects = f"read_json_objects([{literal(str(path))}], format = 'newline_delimited', ignore_errors = true)"
    with translated(shown):
        found = connection.sql(
            f"SELECT DISTINCT unnest(json_keys(json)) FROM {objects} LIMIT {len(first) + _MOST_KEYS + 1}"
        ).fetchall()
    return first + sorted({key for (key,) in found}.difference(first))


def _first_objects(path: Path) -> list[Mapping[str, object]]:
    found: list[Mapping[str, object]] = []
    with path.open("rb") as file:
        for line in islice(file, _LOOK):
            try:
                item = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(item, dict):
                found.append(item)
    return found


def _keys_of_list(path: Path, shown: str) -> list[str]:
    try:
        items = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as problem:
        raise InputError(f"{shown!r} is not JSON: {problem}.") from problem
    objects = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return list(dict.fromkeys(key for item in objects for key in item))
