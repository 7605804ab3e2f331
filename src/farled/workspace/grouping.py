"""A question asked of several segments: what is asked of each, and how the answers come together."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from farled.engine.base import Question
from farled.engine.grouped import GroupedAnswer
from farled.errors import InputError, NotFoundError

AnyQuestion = Question[Any, Any]
AnyAnswer = Any


def grouping(question: AnyQuestion, by: str | Sequence[str] | None) -> tuple[AnyQuestion, Any]:
    """Return the question with its grouping in it, where it has a place for one, and what it is grouped by.

    Args:
        question: Of any kind.
        by: What was asked for beside it.

    Raises:
        InputError: It is grouped already, in another way.
    """
    own = getattr(question, "by", None)
    if by is None or by == "":
        return question, own
    named: Any = names_of(by)
    if not _has_by(question):
        return question, named if named != ("persona",) else "persona"
    if own is not None and own not in (by, named):
        raise InputError(f"The question is grouped by {own!r}, and by {by!r} beside it.", "Leave out one of them.")
    made: Any = replace(question, by=by if isinstance(by, str) and len(named) == 1 else named)
    return made, made.by


def names_of(by: str | Sequence[str]) -> tuple[str, ...]:
    """Return ids given as a list, as JSON, or by commas.

    >>> names_of("loyal, new"), names_of('["loyal"]')
    (('loyal', 'new'), ('loyal',))
    """
    if isinstance(by, str):
        read = json.loads(by) if by.lstrip().startswith("[") else by.split(",")
        return tuple(str(name).strip() for name in read if str(name).strip())
    return tuple(by)


def ungrouped(question: AnyQuestion) -> AnyQuestion:
    """Return the question as it is asked of one group."""
    alone: Any = replace(question, by=None) if _has_by(question) else question
    return alone  # type: ignore[no-any-return]


def regrouped(question: AnyQuestion, whole: AnyAnswer, parts: Mapping[str, AnyAnswer]) -> AnyAnswer:
    """Return one answer of the answers of everybody and of each group."""
    own: Any = question
    if _has_by(question) and hasattr(question, "regrouped"):
        return own.regrouped(whole, parts)
    return GroupedAnswer(question, whole, dict(parts))


def part_of_group(part: str, groups: Sequence[str]) -> tuple[str, str | None]:
    """Return a pointer as it stands in the answer of one group, and the group; None: it is of the whole.

    >>> part_of_group("/groups/1/steps/2/dropped", ["loyal", "new"])
    ('/steps/2/dropped', 'new')

    Raises:
        NotFoundError: There is no such group.
    """
    keys = part.strip("/").split("/")
    if keys[0] != "groups":
        return part, None
    if len(keys) < 3 or not keys[1].isdecimal() or int(keys[1]) >= len(groups):
        known = [f"/groups/{at}/…" for at in range(len(groups))]
        raise NotFoundError.named("number with customers behind it", part, known)
    return "/" + "/".join(keys[2:]), groups[int(keys[1])]


def _has_by(question: AnyQuestion) -> bool:
    return any(field.name == "by" for field in fields(question))
