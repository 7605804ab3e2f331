"""Whether the kernels have been compiled on this machine before; the first run takes a few seconds longer."""

import sys
from importlib.util import find_spec
from pathlib import Path

EVENTS_WORTH_STARTING = 30_000_000
_is_first = True


def is_started() -> bool:
    """Return whether Numba is there already; starting it takes about half a second."""
    return "farled.compiler" in sys.modules


def prepare(events: int) -> None:
    """Start Numba before a question is counted, unless it is the first of this process and looks at few events.

    Args:
        events: How many there are.
    """
    global _is_first  # noqa: PLW0603  of the process, as Numba is
    if not _is_first or events >= EVENTS_WORTH_STARTING:
        import farled.compiler  # noqa: F401
    _is_first = False


def is_compiled() -> bool:
    """Return whether a compiled funnel kernel lies in the cache."""
    spec = find_spec("farled.journeys")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    return any((folder / "__pycache__").glob("*kernels*.nbi"))
