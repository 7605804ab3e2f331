"""Notices that events or maps of a workspace changed, without opening what did not."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

from farled.errors import FarledError
from farled.events.folder import Folder
from farled.events.log import newest

PAUSE = 1.0
"""Seconds between two looks at the files."""


def events_state(folder: Folder) -> str:
    """Return a text that changes when the newest version of the event table does; empty without one."""
    return newest(folder.events)


def files_state(folder: Folder, map_id: str) -> tuple[object, ...]:
    """Return what changes when a map, its translations or the catalogue do."""
    named = map_id.endswith((".yaml", ".yml"))
    path = Path(map_id) if named else folder.maps / f"{map_id}.yaml"
    files = [path, folder.catalog, *sorted((path.parent / "i18n").glob(f"{path.stem}.*.yaml"))]
    return tuple((file.name, _state(file)) for file in files)


def _state(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def follow(
    state: Callable[[], object],
    act: Callable[[], object],
    trouble: Callable[[FarledError], object],
    stop: Event,
    pause: float = PAUSE,
) -> int:
    """Act once, and again each time that something changed, until told to stop.

    Args:
        state: Returns a value that changes when what is followed does.
        act: What to do.
        trouble: Told of an error of ``act``; then the next change is waited for.
        stop: Set to end.
        pause: Seconds between two looks.

    Returns:
        How often there was something to do.
    """
    times = 0
    seen: object = None
    while not stop.is_set():
        found = state()
        if times == 0 or found != seen:
            seen = found
            times += 1
            try:
                act()
            except FarledError as error:
                trouble(error)
        stop.wait(pause)
    return times
