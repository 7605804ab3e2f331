"""Which workspace and which map a command means."""

from typing import Any

from farled.errors import InputError, NotFoundError


def opened(workspace: str | None) -> Any:
    """Return the workspace that is meant.

    Raises:
        NotFoundError: There is none.
    """
    import farled

    return farled.open(workspace)


def near(workspace: str | None) -> Any:
    """Return the workspace that is meant; None where none is named and none is near.

    Raises:
        NotFoundError: There is none where one was named.
    """
    try:
        return opened(workspace)
    except NotFoundError:
        if workspace is not None:
            raise
        return None


def chosen_map(workspace: Any, id_: str | None) -> str:
    """Return the map that is meant: the one named, or the only one.

    Raises:
        NotFoundError: The workspace has no map.
        InputError: It has several, and none was named.
    """
    if id_:
        return id_
    known = workspace.maps()
    if len(known) == 1:
        return str(known[0])
    if not known:
        raise NotFoundError("The workspace has no map.", "Make one: farled map draft")
    raise InputError("The workspace has several maps.", f"Name one: {', '.join(known)}.")
