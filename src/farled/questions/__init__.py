"""One file per question. The registry below feeds Python, command line, web and docs."""

from collections.abc import Mapping
from typing import Any

from farled.questions.attribution import Attribution
from farled.questions.ces import Ces
from farled.questions.compare import Compare
from farled.questions.csat import Csat
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
from farled.questions.trend import Trend
from farled.questions.variants import Variants

AnyQuestion = Any

__all__ = [
    "QUESTIONS",
    "AnyQuestion",
    "Attribution",
    "Ces",
    "Compare",
    "Csat",
    "Flow",
    "Funnel",
    "Lifecycle",
    "Nps",
    "Paths",
    "Retention",
    "Robust",
    "Sessions",
    "Timing",
    "Trend",
    "Variants",
]

QUESTIONS: Mapping[str, type[AnyQuestion]] = {
    "funnel": Funnel,
    "flow": Flow,
    "paths": Paths,
    "timing": Timing,
    "sessions": Sessions,
    "variants": Variants,
    "attribution": Attribution,
    "retention": Retention,
    "lifecycle": Lifecycle,
    "nps": Nps,
    "csat": Csat,
    "ces": Ces,
    "sentiment": Sentiment,
    "compare": Compare,
    "trend": Trend,
    "robust": Robust,
}
