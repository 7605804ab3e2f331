"""The folder of a workspace: where it is, what its settings are, and what lies where in it."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from farled.errors import FarledError, InputError, NotFoundError
from farled.locale.languages import LANGUAGES
from farled.spans import time_zone

FORMAT = 1
MOST_BUCKETS = 1024
SETTINGS = "farled.yaml"
VARIABLE = "FARLED_WORKSPACE"
_WRITTEN = ("format", "name", "language", "time_zone", "currency", "region", "buckets")
HEADING = "Settings of a Farled workspace. buckets and format are fixed when it is made; change the others freely.\n"


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) and all(map(_is_text, value))


def _is_table_of_texts(value: Any) -> bool:
    return _is_table(value) and all(map(_is_text, value.values()))


def _letters(count: int) -> Callable[[Any], bool]:
    return lambda value: _is_text(value) and re.fullmatch(f"[A-Z]{{{count}}}", value) is not None


# Written out instead of modelled: every command opens a workspace, and the library for models takes longer to start.
_EXPECTED: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "format": (_is_count, "a whole number"),
    "name": (lambda value: _is_text(value) and value != "", "a text"),
    "language": (lambda value: value in LANGUAGES, f"one of {', '.join(LANGUAGES)}"),
    "time_zone": (_is_text, "a text such as Europe/Stockholm"),
    "currency": (_letters(3), "three capital letters such as SEK"),
    "region": (_letters(2), "two capital letters such as SE"),
    "buckets": (lambda value: _is_count(value) and 1 <= value <= MOST_BUCKETS, f"a number from 1 to {MOST_BUCKETS}"),
    "purposes": (_is_table, "a table of names"),
    "retention": (_is_table_of_texts, "a table of texts such as page: 395d"),
    "state": (lambda value: value is None or _is_text(value) or _is_table_of_texts(value), "an address, env or file"),
    "alerts": (_is_table, "a table of names"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What ``farled.yaml`` says.

    Attributes:
        format: Of the workspace folder; a newer one needs a newer Farled.
        name: Of the workspace, for people.
        language: Of pictures and reports: sv, nb, da or en.
        time_zone: Where days begin and end, such as Europe/Stockholm.
        currency: Of money without one, ISO 4217.
        region: Of phone numbers without a country, ISO 3166, such as SE.
        buckets: How many parts the event table has.
        purposes: What data is used for, by name; see consent.
        retention: How long events of a class are kept, such as ``{page: 395d}``.
        state: Where what changes row by row is kept: ``postgresql://USER@HOST/NAME``, or ``{env: NAME}`` or
            ``{file: PATH}`` where such an address stands; default: ``state.db`` in the folder.
        alerts: What ``farled monitor`` looks for, and whom it tells.

    Raises:
        InputError: A setting has a value that it cannot have.
    """

    format: int = FORMAT
    name: str
    language: str = "sv"
    time_zone: str = "Europe/Stockholm"
    currency: str = "SEK"
    region: str = "SE"
    buckets: int = 16
    purposes: Mapping[str, Any] = field(default_factory=dict)
    retention: Mapping[str, str] = field(default_factory=dict)
    state: str | Mapping[str, str] | None = None
    alerts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key, (is_right, expected) in _EXPECTED.items():
            value = getattr(self, key)
            if not is_right(value):
                raise InputError(f"{key} is {value!r}, but must be {expected}.", "Correct the setting.")
        try:
            time_zone(self.time_zone)
        except FarledError as error:
            raise InputError(f"time_zone: {error.message}", error.hint) from error


@dataclass(frozen=True, slots=True)
class Folder:
    """A workspace folder and what lies where in it. Folders are made when something is first put there.

    Attributes:
        path: Of the workspace.
        settings: As read.
    """

    path: Path
    settings: Settings

    @property
    def catalog(self) -> Path:
        """The file that the maps share."""
        return self.path / "catalog.yaml"

    @property
    def maps(self) -> Path:
        """Folder of the map files."""
        return self.path / "maps"

    @property
    def presets(self) -> Path:
        """Folder of the workspace's own presets."""
        return self.path / "presets"

    @property
    def measured(self) -> Path:
        """Folder of the snapshots."""
        return self.path / "measured"

    @property
    def imports(self) -> Path:
        """Folder of the reports of imports."""
        return self.path / "imports"

    @property
    def events(self) -> Path:
        """Folder of the event table."""
        return self.path / "events"

    @property
    def index(self) -> Path:
        """Folder of what is derived; safe to delete."""
        return self.path / "index"


def find(start: Path | None = None) -> Path:
    """Return the workspace that a command means: ``FARLED_WORKSPACE``, else the nearest folder upwards.

    Args:
        start: Where to look first instead of the current folder; then the variable is not asked.

    Raises:
        NotFoundError: No folder upwards is a workspace.
    """
    named = os.environ.get(VARIABLE) if start is None else None
    if named:
        return Path(named)
    here = Path.cwd() if start is None else start.absolute()
    for folder in (here, *here.parents):
        if (folder / SETTINGS).is_file():
            return folder
    raise NotFoundError(f"There is no workspace in {here} or above it.", "Make one with: farled init FOLDER.")


def load(path: Path) -> Folder:
    """Read the settings of a workspace.

    Raises:
        NotFoundError: The folder is no workspace.
        InputError: The settings cannot be used, or a newer Farled made them.
    """
    file = path / SETTINGS
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFoundError(f"{path} is no workspace: it has no {SETTINGS}.", "Make one with: farled init.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is not UTF-8 text.", "Save it as UTF-8.") from error
    return Folder(path, settings_of(_plain(text, file), file))


def _plain(text: str, file: Path) -> dict[str, Any]:
    try:
        found = YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InputError(f"{file}{line} is not YAML: {error.problem}.", "Correct the line.") from error
    except YAMLError as error:
        raise InputError(f"{file} is not YAML: {error}.", "Correct it.") from error
    if not isinstance(found, dict):
        raise InputError(f"{file} holds no settings.", "Write at least: name: My workspace.")
    return found


def settings_of(found: dict[str, Any], file: Path = Path(SETTINGS)) -> Settings:
    """Check settings.

    Args:
        found: As they stand in ``farled.yaml``.
        file: Named in messages.

    Raises:
        InputError: A setting is unknown or has a value that it cannot have, or a newer Farled made them.
    """
    made_for = found.get("format", FORMAT)
    if isinstance(made_for, int) and made_for > FORMAT:
        raise InputError(
            f"The workspace has format {made_for}, but this Farled reads formats up to {FORMAT}.",
            "Install a newer Farled.",
        )
    known = [each.name for each in fields(Settings)]
    for key in found:
        if key not in known:
            near = get_close_matches(str(key), known) or known
            raise InputError(f"{file}: there is no setting {key!r}.", f"Did you mean {' or '.join(near)}?")
    if "name" not in found:
        raise InputError(f"{file}: name is missing.", "Write at least: name: My workspace.")
    try:
        return Settings(**found)
    except InputError as error:
        raise InputError(f"{file}: {error.message}", error.hint) from error


def init(path: Path, settings: Settings) -> Folder:
    """Make a workspace in a new or empty folder.

    Raises:
        InputError: The folder is a workspace already, or holds something else; nothing is ever overwritten.
    """
    if path.exists() and not path.is_dir():
        raise InputError(f"{path} is a file.", "Name a folder.")
    if (path / SETTINGS).exists():
        raise InputError(f"{path} is a workspace already.", "Open it, or name another folder.")
    foreign = sorted(entry.name for entry in path.iterdir() if not entry.name.startswith(".")) if path.exists() else []
    if foreign:
        raise InputError(f"{path} is not empty: it holds {foreign[0]!r}.", "Name a new or empty folder.")
    path.mkdir(parents=True, exist_ok=True)
    stream = StringIO()
    YAML().dump({key: value for key, value in asdict(settings).items() if key in _WRITTEN}, stream)
    try:
        with (path / SETTINGS).open("x", encoding="utf-8") as file:
            file.write(f"# {HEADING}{stream.getvalue()}")
    except FileExistsError as error:
        raise InputError(f"{path} is a workspace already.", "Open it, or name another folder.") from error
    return load(path)
