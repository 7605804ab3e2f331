"""Whether the kernels have been compiled on this machine before; the first run takes a few seconds longer."""

from importlib.util import find_spec
from pathlib import Path


def is_compiled() -> bool:
    """Return whether a compiled funnel kernel lies in the cache."""
    spec = find_spec("farled.journeys")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    return any((folder / "__pycache__").glob("*kernels*.nbi"))
