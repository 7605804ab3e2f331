"""Secrets: named in settings, and read from the environment or a file of their own."""

import os
from collections.abc import Mapping
from pathlib import Path

from farled.errors import InputError, NotFoundError

MOST = 65_536
"""Bytes of a file."""


class Secret:
    """A text that is never printed, logged or written.

    Args:
        text: The secret itself; `reveal` gives it.

    Example:
        >>> Secret("s3cret")
        Secret(…)
        >>> Secret("s3cret").reveal()
        's3cret'
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Secret(…)"

    def reveal(self) -> str:
        """Return the secret."""
        return self._text


def secret(named: object, place: str, folder: Path, environment: Mapping[str, str] | None = None) -> Secret:
    """Read a secret from where a setting says it stands.

    Args:
        named: ``{env: NAME}`` or ``{file: PATH}``, as it stands in the settings.
        place: Of the setting, for messages, such as ``alerts.channels.ops.secret``.
        folder: From which a relative path counts.
        environment: Of the process, unless given.

    Raises:
        InputError: The secret stands in the settings itself, or others may read or write its file.
        NotFoundError: There is no such variable or file.
    """
    if not isinstance(named, Mapping) or len(named) != 1 or not {"env", "file"} & set(named):
        raise InputError(
            f"{place} must say where the secret stands, not the secret itself.",
            "Write {env: NAME} for a variable of the environment, or {file: PATH}.",
        )
    ((kind, where),) = named.items()
    if kind == "env":
        found = (os.environ if environment is None else environment).get(str(where))
        if not found:
            raise NotFoundError(f"{place}: there is no variable {where} in the environment.", f"Set {where}.")
        return Secret(found)
    return Secret(_from_file(folder / str(where), place))


def _from_file(path: Path, place: str) -> str:
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise InputError(f"{place}: others may read {path}.", f"Run: chmod 600 {path}")
        with path.open(encoding="utf-8") as file:
            found = file.read(MOST).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NotFoundError(f"{place}: {path} cannot be read.", "Put the secret there, as text.") from error
    if not found:
        raise NotFoundError(f"{place}: {path} is empty.", "Put the secret there, as text.")
    return found
