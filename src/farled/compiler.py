"""Numba, started without SciPy: no kernel uses linear algebra, and loading it takes as long as the rest of Numba.

The kernels take ``njit`` from here.
"""

from importlib import import_module
from typing import Any


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

__all__ = ["njit"]
