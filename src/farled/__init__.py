"""Farled: events to journeys, journeys to a living journey map.

The public names are loaded when they are first used, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from farled.errors import (
        ConflictError,
        DamagedError,
        FarledError,
        InputError,
        MissingExtraError,
        NotFoundError,
    )
    from farled.questions import (
        Attribution,
        Ces,
        Compare,
        Csat,
        Drivers,
        Flow,
        Funnel,
        Lifecycle,
        Nps,
        Paths,
        Retention,
        Sentiment,
        Sessions,
        Timing,
        Topics,
        Trend,
        Variants,
    )
    from farled.workspace import Workspace, open, read  # noqa: A004  the field's verb

__version__ = "0.1.0"

_HOMES = {
    "Attribution": "farled.questions",
    "Ces": "farled.questions",
    "Compare": "farled.questions",
    "ConflictError": "farled.errors",
    "Csat": "farled.questions",
    "DamagedError": "farled.errors",
    "Drivers": "farled.questions",
    "FarledError": "farled.errors",
    "Flow": "farled.questions",
    "Funnel": "farled.questions",
    "InputError": "farled.errors",
    "Lifecycle": "farled.questions",
    "MissingExtraError": "farled.errors",
    "NotFoundError": "farled.errors",
    "Nps": "farled.questions",
    "Paths": "farled.questions",
    "Retention": "farled.questions",
    "Robust": "farled.questions",
    "Sentiment": "farled.questions",
    "Sessions": "farled.questions",
    "Timing": "farled.questions",
    "Topics": "farled.questions",
    "Trend": "farled.questions",
    "Variants": "farled.questions",
    "Workspace": "farled.workspace",
    "open": "farled.workspace",
    "read": "farled.workspace",
}

__all__ = [
    "Attribution",
    "Ces",
    "Compare",
    "ConflictError",
    "Csat",
    "DamagedError",
    "Drivers",
    "FarledError",
    "Flow",
    "Funnel",
    "InputError",
    "Lifecycle",
    "MissingExtraError",
    "NotFoundError",
    "Nps",
    "Paths",
    "Retention",
    "Robust",
    "Sentiment",
    "Sessions",
    "Timing",
    "Topics",
    "Trend",
    "Variants",
    "Workspace",
    "open",
    "read",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'farled' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
