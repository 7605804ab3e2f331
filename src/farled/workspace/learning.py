"""What a workspace learns from its own feedback, put into the questions that ask for it."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # a question that asks for nothing learned must not pay for them
    from farled.texts.own import OwnModel


def taught(question: Any, learned: "Callable[[], OwnModel | None]") -> Any:
    """Return a question, and what it is asked over, with what the workspace has learned where it asks for that."""
    if getattr(question, "model", None) == "own":
        from farled.questions.sentiment import NOTHING_LEARNED, Sentiment

        return replace(question, model=learned() or NOTHING_LEARNED) if isinstance(question, Sentiment) else question
    over = {field.name: getattr(question, field.name) for field in fields(question) if field.metadata.get("over")}
    return replace(question, **{name: taught(value, learned) for name, value in over.items()}) if over else question
