"""Where a workspace keeps what changes row by row."""

from pathlib import Path

from farled.errors import InputError
from farled.events.folder import Folder
from farled.state.database import Database
from farled.state.secret import secret


def database_of(folder: Folder) -> Database:
    """Return the SQL database of a workspace folder; it is made by the first row.

    Raises:
        InputError: The setting ``state`` names no database, or holds a password.
        NotFoundError: The address stands where the setting says that it does, but there is nothing.
        MissingExtraError: It is PostgreSQL, and the extra ``postgres`` is not installed.
    """
    return Database.of(folder.path, _url(folder.settings.state, folder.path))


def _url(setting: object, folder: Path) -> str | None:
    if setting is None:
        return None
    if not isinstance(setting, str):
        return secret(setting, "state", folder).reveal()
    if Database.of(folder, setting).url.password is not None:
        raise InputError(
            "state holds a password in clear.",
            "Put the whole address into a variable or a file, and write state: {env: NAME} or {file: PATH}.",
        )
    return setting
