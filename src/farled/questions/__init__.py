"""One file per question. The registry below feeds Python, command line, web and docs."""

from collections.abc import Mapping
from typing import Any

from farled.questions.flow import Flow
from farled.questions.funnel import Funnel
from farled.questions.paths import Paths

AnyQuestion = Any

__all__ = ["QUESTIONS", "AnyQuestion", "Flow", "Funnel", "Paths"]

QUESTIONS: Mapping[str, type[AnyQuestion]] = {"funnel": Funnel, "flow": Flow, "paths": Paths}
