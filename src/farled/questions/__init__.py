"""One file per question. The registry below feeds Python, command line, web and docs.

A question is loaded when it is first named, so that asking one does not wait for the others.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from farled.questions.attribution import Attribution
    from farled.questions.ces import Ces
    from farled.questions.compare import Compare
    from farled.questions.csat import Csat
    from farled.questions.drivers import Drivers
    from farled.questions.flow import Flow
    from farled.questions.funnel import Funnel
    from farled.questions.lifecycle import Lifecycle
    from farled.questions.nps import Nps
    from farled.questions.paths import Paths
    from farled.questions.retention import Retention
    from farled.questions.robust import Robust
    from farled.questions.sentiment import Sentiment
    from farled.questions.sessions import Sessions
    from farled.questions.timing import Timing
    from farled.questions.topics import Topics
    from farled.questions.trend import Trend
    from farled.questions.variants import Variants

AnyQuestion = Any

_HOMES = {
    "funnel": "Funnel",
    "flow": "Flow",
    "paths": "Paths",
    "timing": "Timing",
    "sessions": "Sessions",
    "variants": "Variants",
    "attribution": "Attribution",
    "retention": "Retention",
    "lifecycle": "Lifecycle",
    "nps": "Nps",
    "csat": "Csat",
    "ces": "Ces",
    "sentiment": "Sentiment",
    "topics": "Topics",
    "compare": "Compare",
    "drivers": "Drivers",
    "trend": "Trend",
    "robust": "Robust",
}
"""The class of each question; the key is its name outside, and that of its file."""


class _Registry(Mapping[str, type[AnyQuestion]]):
    """The questions by name."""

    def __getitem__(self, name: str) -> type[AnyQuestion]:
        found: type[AnyQuestion] = getattr(import_module(f"{__name__}.{name}"), _HOMES[name])
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(_HOMES)

    def __len__(self) -> int:
        return len(_HOMES)

    def __contains__(self, name: object) -> bool:
        return name in _HOMES


QUESTIONS: Mapping[str, type[AnyQuestion]] = _Registry()

__all__ = [
    "QUESTIONS",
    "AnyQuestion",
    "Attribution",
    "Ces",
    "Compare",
    "Csat",
    "Drivers",
    "Flow",
    "Funnel",
    "Lifecycle",
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
]


def __getattr__(name: str) -> Any:
    for question, title in _HOMES.items():
        if title == name:
            return QUESTIONS[question]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
