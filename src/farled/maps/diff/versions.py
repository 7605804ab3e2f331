"""Earlier versions of a map file: commits of git where its folder is a repository, and copies kept when saving."""

import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from farled.errors import FarledError, InputError, NotFoundError
from farled.maps.load import text_of, write_text

KEPT: Final = "versions"
_STAMP: Final = "%Y%m%d-%H%M%S"
_COPY: Final = re.compile(r"(\d{8}-\d{6}-\d{3})(?:\.(?P<by>[^.]+))?")
_PATIENCE: Final = 20
_PART: Final = "\x1f"


@dataclass(frozen=True, slots=True)
class Version:
    """A map file as it was saved.

    Attributes:
        name: By which it can be asked for: the hash of a commit, or the time of a copy; empty for the file as it is.
        at: When it was saved.
        by: Who saved it; empty where nobody has said.
        note: Why; empty where nobody has said.
        text: Of the file.
    """

    name: str
    at: datetime
    by: str
    note: str
    text: str


def versions(path: str | Path, limit: int = 50) -> list[Version]:
    """Return the saved versions of a map file, oldest first; the file as it stands comes last where it says else.

    Args:
        path: Of the file.
        limit: How many at most, the latest ones.
    """
    path = Path(path)
    saved = sorted([*_commits(path, limit), *_copies(path)], key=lambda version: version.at)
    found = [version for at, version in enumerate(saved) if at == 0 or version.text != saved[at - 1].text]
    if path.is_file():
        text = text_of(path)
        if not found or found[-1].text != text:
            found.append(Version("", datetime.fromtimestamp(path.stat().st_mtime, UTC), "", "", text))
    return found[-limit:]


def text_at(path: str | Path, revision: str) -> str:
    """Return the text of a map file at a revision of git, or of a copy by its time.

    Args:
        path: Of the file, which need not stand there any more.
        revision: Such as ``HEAD~1``, a tag, a hash, or ``20261122-083000-000``.

    Raises:
        NotFoundError: There is no such revision or copy, the file was not in it, or there is no git.
        InputError: The folder is no repository.
    """
    path = Path(path)
    copies = {copy.name: copy for copy in _copies(path)}
    if revision in copies:
        return copies[revision].text
    if _COPY.fullmatch(revision):
        raise NotFoundError.named("saved version", revision, copies)
    if revision.startswith("-"):
        raise InputError(f"{revision!r} is no revision.", "Name a commit, a tag or such as HEAD~1.")
    if _git(path.parent, "rev-parse", "--is-inside-work-tree") is None:
        raise InputError(f"{path.parent} is in no git repository.", "Compare with a file, or begin with: git init")
    if _git(path.parent, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}") is None:
        raise NotFoundError(f"There is no revision {revision!r} of git.", "See which there are: git log --oneline")
    text = _git(path.parent, "show", f"{revision}:./{path.name}")
    if text is None:
        raise NotFoundError(f"{path.name} was not there at {revision}.", f"See its history: git log -- {path.name}")
    return text


def keep_version(path: str | Path, text: str, by: str = "", at: datetime | None = None) -> Path:
    """Keep a copy of a map file beside it, in ``versions/<id>/``.

    Args:
        path: Of the file.
        text: What it holds.
        by: Who saved it.
        at: When; default: now.
    """
    path = Path(path)
    when = (at or datetime.now(UTC)).astimezone(UTC)
    who = re.sub(r"[^\w@+-]+", "_", by).strip("_")
    folder = path.parent / KEPT / path.stem
    stamp = f"{when.strftime(_STAMP)}-{when.microsecond // 1000:03}"
    target = folder / f"{stamp}{f'.{who}' if who else ''}.yaml"
    write_text(text, target)
    return target


def _copies(path: Path) -> Iterator[Version]:
    folder = path.parent / KEPT / path.stem
    for copy in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        told = _COPY.fullmatch(copy.stem)
        if told is None:
            continue
        whole, _, thousandths = told[1].rpartition("-")
        at = datetime.strptime(whole, _STAMP).replace(tzinfo=UTC, microsecond=1000 * int(thousandths))
        try:
            yield Version(told[1], at, told["by"] or "", "", text_of(copy))
        except FarledError:
            continue


def _commits(path: Path, limit: int) -> Iterator[Version]:
    form = _PART.join(("%H", "%aI", "%an", "%s"))
    try:
        told = _git(path.parent, "log", f"--max-count={limit}", f"--format={form}", "--", f"./{path.name}")
    except NotFoundError:  # without git there are copies alone
        return
    for line in (told or "").splitlines():
        name, at, by, note = line.split(_PART, 3)
        text = _git(path.parent, "show", f"{name}:./{path.name}")
        if text is not None:  # else it was removed by that commit
            yield Version(name[:10], datetime.fromisoformat(at), by, note, text)


def _git(folder: Path, *command: str) -> str | None:
    """Return what git says; None where it refuses.

    Raises:
        NotFoundError: Git is not installed.
        InputError: It does not answer.
    """
    arguments: Sequence[str] = (
        "git",
        "--no-optional-locks",
        "-C",
        str(folder if folder.is_dir() else Path()),
        *command,
    )
    try:
        done = subprocess.run(arguments, check=False, capture_output=True, timeout=_PATIENCE, stdin=subprocess.DEVNULL)
    except FileNotFoundError as error:
        raise NotFoundError("Git is not installed.", "Install git, or compare two files.") from error
    except subprocess.TimeoutExpired as error:
        raise InputError(f"Git did not answer within {_PATIENCE} s.", "Try the command yourself.") from error
    if done.returncode:
        return None
    try:
        return done.stdout.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("The map was not UTF-8 at that revision.", "Compare with another one.") from error
