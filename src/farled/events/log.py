"""What one commit of the Delta table changed, read from its log."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Change:
    """One commit.

    Attributes:
        added: Files with new rows, relative to the table. A compaction adds none.
        has_removed: Whether rows went away.
        turns: The application transactions of the commit and their numbers.
    """

    added: tuple[str, ...]
    has_removed: bool
    turns: Mapping[str, int]


def log_file(folder: Path, version: int) -> Path:
    """Return the file of a commit."""
    return folder / "_delta_log" / f"{version:020}.json"


def newest(folder: Path) -> str:
    """Return what tells the newest commit of a table from any other, without opening the table; empty: none."""
    commits = [path.name for path in (folder / "_delta_log").glob("[0-9]*.json")]
    if not commits:
        return ""
    path = folder / "_delta_log" / max(commits)
    file = path.stat()
    return f"{path.name} {file.st_size} {file.st_mtime_ns}"


def version_of(commit: str) -> int:
    """Return the version that `newest` names.

    >>> version_of("00000000000000000042.json 800 1")
    42
    """
    return int(commit.partition(".")[0])


def change(folder: Path, version: int) -> Change | None:
    """Return what a commit changed, or ``None`` when the log no longer reaches back so far."""
    try:
        lines = log_file(folder, version).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    actions = [json.loads(line) for line in lines if line.strip()]
    added = (action["add"] for action in actions if "add" in action)
    return Change(
        added=tuple(unquote(file["path"]) for file in added if file.get("dataChange", True)),
        has_removed=any("remove" in action and action["remove"].get("dataChange", True) for action in actions),
        turns={action["txn"]["appId"]: action["txn"]["version"] for action in actions if "txn" in action},
    )
