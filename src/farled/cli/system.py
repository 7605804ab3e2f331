"""What the system refuses (a full disk, a folder that may not be written), told as every other error is."""

import errno
import os
import re

from farled.errors import FarledError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}
_KEPT = "what was stored before is as it was, and nothing comes in twice"


def refused(error: OSError) -> FarledError:
    """Return what to tell about an error of the system.

    >>> print(refused(PermissionError(errno.EACCES, "Permission denied", "shop/index")))
    'shop/index' may not be used so: permission denied.
    Hint: Give yourself the right to, or name another place.
    """
    named = re.search("'(.+?)'", str(error))  # Arrow says it in its own words
    place = f"'{error.filename}'" if error.filename else named[0] if named else "A file"
    why = os.strerror(error.errno) if error.errno else str(error).rstrip(".")
    why = why[:1].lower() + why[1:]
    if error.errno in _FULL:
        return FarledError(
            "There is no room left on the disk, or no more than one may use.", f"Make room and run it again: {_KEPT}."
        )
    if error.errno in _CLOSED:
        return FarledError(f"{place} may not be used so: {why}.", "Give yourself the right to, or name another place.")
    return FarledError(f"{place} cannot be used: {why}.", f"Look into it and run it again: {_KEPT}.")
