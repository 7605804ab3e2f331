"""Numba, started without SciPy: no kernel uses linear algebra, and loading it takes as long as the rest of Numba.

The kernels take ``njit`` from here.
"""

from importlib import import_module
from typing import Any

import numpy as np

_KEPT = (32 << 20) - (1 << 16)
"""Bytes; a little less than the most that glibc learns from (``DEFAULT_MMAP_THRESHOLD_MAX``, mallopt(3))."""


def _in_vain() -> None:
    raise ImportError


_algebra: Any = import_module("numba.np.linalg")
_look = _algebra.ensure_blas
_algebra.ensure_blas = _in_vain
try:
    import_module("numba.np.arraymath")  # looks for BLAS once
finally:
    _algebra.ensure_blas = _look

from numba import njit  # noqa: E402  only now

# glibc hands freed memory back to the system unless a larger block was freed before: so free one, of which no page was
# ever used. To get pages anew takes a quarter of the time of a question that is answered in milliseconds.
np.empty(_KEPT, np.uint8)

__all__ = ["njit"]
