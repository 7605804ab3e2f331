"""The one way from plain values (YAML, JSON, URL, form, command line) to a question, and back."""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from farled.errors import InputError, NotFoundError
from farled.journeys.braces import braced
from farled.questions import QUESTIONS, AnyQuestion
from farled.questions.steps import Exclusion, Step


def from_plain(values: Mapping[str, Any]) -> AnyQuestion:
    """Return the question of a mapping: ``{"question": "funnel", "steps": [...], ...}``.

    Raises:
        NotFoundError: There is no such question or field.
        InputError: A value does not fit its field.

    Example:
        >>> from_plain({"question": "paths", "length": 3}).length
        3
    """
    name = values.get("question")
    if name is None:
        raise InputError("The question is not named.", f"Add question: one of {', '.join(QUESTIONS)}.")
    kind = question_named(str(name))
    return _built(kind, {key: value for key, value in values.items() if key != "question"})


def from_pairs(name: str, pairs: Iterable[tuple[str, str]]) -> AnyQuestion:
    """Return a question from texts, as a URL, a form or the command line give them.

    A list is given by commas or by repeating the field, a choice among names by ``|``, anything deeper as JSON or as
    YAML in braces. An empty text leaves a field at its default. A question over another one takes its name, and the
    other's fields after a dot: ``of=funnel``, ``of.steps=visit,order``; or the whole of it in braces.

    Example:
        >>> from_pairs("funnel", [("steps", "visit,chat|call,order"), ("within", "30d")]).steps[1].names
        ('chat', 'call')
    """
    kind = question_named(name)
    texts: dict[str, list[str]] = {}
    for key, text in pairs:
        if text.strip():
            texts.setdefault(key, []).append(text.strip())
    known = {plain_name(field): field for field in fields(kind)}
    nested = {key: _nested(key, texts) for key, field in known.items() if is_nested(field) and key in texts}
    texts = {key: given for key, given in texts.items() if key.partition(".")[0] not in nested}
    read = {key: _value(known[key], given) if key in known else given for key, given in texts.items()}
    return _built(kind, {**nested, **read})


def to_plain(question: AnyQuestion) -> dict[str, Any]:
    """Return the mapping that `from_plain` reads; fields at their default are left out.

    >>> from farled.questions import Funnel
    >>> to_plain(Funnel(["visit", "order"], within="7d"))
    {'question': 'funnel', 'steps': ['visit', 'order'], 'within': '7d'}
    """
    plain: dict[str, Any] = {"question": type(question).__name__.lower()}
    for field in fields(question):
        value = getattr(question, field.name)
        if is_nested(field):
            plain[plain_name(field)] = to_plain(value)
        elif value != field.default:
            plain[field.name] = _plain(value)
    return plain


def is_nested(field: Field[Any]) -> bool:
    """Return whether a field holds another question."""
    return "over" in field.metadata


def plain_name(field: Field[Any]) -> str:
    """Return what a field is called outside Python; ``question`` is taken by the name of the question."""
    name: str = field.metadata.get("over", field.name)
    return name


def beside_of(kind: type[AnyQuestion]) -> tuple[str, ...]:
    """Return what may stand beside the fields of a question; ``by`` where it has no such field itself.

    >>> from farled.questions import Funnel, Paths
    >>> beside_of(Funnel), beside_of(Paths)[-1]
    (('where', 'during', 'map', 'unit'), 'by')
    """
    return BESIDE if any(field.name == "by" for field in fields(kind)) else (*BESIDE, "by")


def question_named(name: str) -> type[AnyQuestion]:
    """Return the class of a question.

    Raises:
        NotFoundError: There is none of that name.
    """
    if name not in QUESTIONS:
        raise NotFoundError.named("question", name, QUESTIONS)
    return QUESTIONS[name]


BESIDE = ("where", "during", "map", "unit")
LISTS = {
    *("at", "between", "brackets", "exclude", "hold", "numbers"),
    *("optional", "properties", "scope", "steps", "touches"),
}
SPANS = {"max_gap", "min_gap"}


def _value(field: Field[Any], texts: list[str]) -> Any:
    """Return the value that texts of a field stand for."""
    key = field.name
    if any(text.startswith(("[", "{")) for text in texts):
        read = [braced(text, key) for text in texts]
        whole = [value for each in read for value in (each if isinstance(each, list) else [each])]
        return whole if key in LISTS else read[0]
    if field.metadata.get("step"):
        return texts[-1].split("|") if "|" in texts[-1] else texts[-1]
    parts = [part.strip() for text in texts for part in text.split(",") if part.strip()]
    if key == "steps":
        return [part.split("|") if "|" in part else part for part in parts]
    if key in LISTS or (key in SPANS and len(parts) > 1):
        return parts
    if key == "by" and len(parts) > 1:
        return parts
    return None if key == "length" and texts[-1] in ("all", "null") else texts[-1]


def _nested(key: str, texts: Mapping[str, list[str]]) -> Any:
    """Return the question inside another: its name with its fields, or all of it in braces."""
    text = texts[key][-1]
    if text.startswith("{"):
        return braced(text, key)
    own = {name.partition(".")[2]: given for name, given in texts.items() if name.startswith(f"{key}.")}
    return from_pairs(text, [(name, each) for name, given in own.items() for each in given])


def _built(kind: type[AnyQuestion], values: Mapping[str, Any]) -> AnyQuestion:
    hints = get_type_hints(kind)
    known = {plain_name(field): field for field in fields(kind)}
    for key in values:
        if key not in known:
            raise NotFoundError.named(f"field of {kind.__name__.lower()}", key, known)
    for key, field in known.items():
        if field.default is MISSING and key not in values:
            example = "steps=visit,cart,order" if key == "steps" else f"{key}=…"
            raise InputError(f"A question about {kind.__name__.lower()} needs {key}.", f"Add {example}.")
    read = {
        known[key].name: from_plain(value) if is_nested(known[key]) and isinstance(value, Mapping) else value
        for key, value in values.items()
    }
    return kind(**{name: _checked(name, hints[name], value) for name, value in read.items()})


def _checked(key: str, hint: Any, value: Any) -> Any:
    try:
        return TypeAdapter(hint).validate_python(value)
    except ValidationError as error:
        raise InputError(f"{key} is {value!r}: {error.errors()[0]['msg'].lower()}.", f"Correct {key}.") from error


def _plain(value: Any) -> Any:
    if isinstance(value, Step | Exclusion):
        return value.to_plain()
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value
