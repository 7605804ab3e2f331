"""The time of an automation, handed in so that tests can set it."""

import time
from collections.abc import Callable

SECOND = 1_000_000
Clock = Callable[[], int]
"""Microseconds since 1970 UTC."""


def now() -> int:
    """Return the time, microseconds since 1970 UTC."""
    return time.time_ns() // 1000
