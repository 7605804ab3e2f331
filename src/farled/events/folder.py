"""The folder of a workspace: where it is, what its settings are, and what lies where in it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from farled.errors import FarledError, InputError, NotFoundError
from farled.spans import time_zone

FORMAT = 1
SETTINGS = "farled.yaml"
VARIABLE = "FARLED_WORKSPACE"
HEADING = "Settings of a Farled workspace. buckets and format are fixed when it is made; change the others freely.\n"


class Settings(BaseModel):
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
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int = FORMAT
    name: str = Field(min_length=1)
    language: Literal["sv", "nb", "da", "en"] = "sv"
    time_zone: str = "Europe/Stockholm"
    currency: str = Field(default="SEK", pattern="^[A-Z]{3}$")
    region: str = Field(default="SE", pattern="^[A-Z]{2}$")
    buckets: int = Field(default=16, ge=1, le=1024)
    purposes: Mapping[str, Any] = Field(default_factory=dict)
    retention: Mapping[str, str] = Field(default_factory=dict)
    state: str | Mapping[str, str] | None = None
    alerts: Mapping[str, Any] = Field(default_factory=dict)

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        return time_zone(name).key


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
    try:
        return Settings.model_validate(found)
    except ValidationError as error:
        found_wrong = error.errors(include_url=False)
        first = next((wrong for wrong in found_wrong if wrong["type"] == "extra_forbidden"), found_wrong[0])
        key = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            near = get_close_matches(key, list(Settings.model_fields)) or list(Settings.model_fields)
            raise InputError(f"{file}: there is no setting {key!r}.", f"Did you mean {' or '.join(near)}?") from error
        cause = first.get("ctx", {}).get("error")
        if isinstance(cause, FarledError):
            raise InputError(f"{file}: {key}: {cause.message}", cause.hint) from error
        value = f" is {first['input']!r}" if first["type"] != "missing" else ""
        raise InputError(f"{file}: {key}{value}: {first['msg']}.", "Correct the setting.") from error


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
    YAML().dump(settings.model_dump(exclude={"purposes", "retention", "state", "alerts"}), stream)
    try:
        with (path / SETTINGS).open("x", encoding="utf-8") as file:
            file.write(f"# {HEADING}{stream.getvalue()}")
    except FileExistsError as error:
        raise InputError(f"{path} is a workspace already.", "Open it, or name another folder.") from error
    return load(path)
