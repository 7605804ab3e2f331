"""The form of a question, made from its fields."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, replace
from types import NoneType
from typing import Any, Final, get_args, get_type_hints

from farled.locale import N_, translator
from farled.questions import QUESTIONS
from farled.questions.forms import is_nested, plain_name
from farled.web.attributed import MODEL_NAMES
from farled.web.pages import LANGUAGE_NAMES

Pairs = Sequence[tuple[str, str]]

# Fields that the page shows at once; the other simple ones wait under "More settings".
_FIRST: Final = {
    "funnel": ("steps", "within", "order"),
    "flow": ("cut", "loops"),
    "paths": ("start", "end", "length", "top"),
    "timing": ("start", "end", "within", "count"),
    "sessions": ("gap", "by"),
    "variants": ("top", "cut", "loops"),
    "retention": ("start", "back", "period", "mode"),
    "lifecycle": ("period",),
    "attribution": ("goal", "model", "touchpoints", "lookback"),
    "nps": ("at", "by", "ask"),
    "csat": ("at", "by", "ask"),
    "ces": ("at", "by", "ask"),
    "sentiment": ("at", "by", "texts_in"),
    "topics": ("at", "by", "texts_in"),
}
_EVENTS: Final = ("start", "end", "goal", "back")
_SPANS: Final = ("within", "cut", "gap", "lookback", "half_life", "max_gap", "min_gap")
_LABELS: Final = {
    "steps": N_("Steps"),
    "within": N_("Within"),
    "order": N_("Order"),
    "ties": N_("Events of the same time"),
    "count": N_("Count"),
    "exclude": N_("Not in between"),
    "optional": N_("Steps that may be left out"),
    "max_gap": N_("Longest from step to step"),
    "min_gap": N_("Shortest from step to step"),
    "hold": N_("Same in all steps"),
    "by_at": N_("Grouped at step"),
    "scope": N_("Strict among"),
    "between": N_("Between"),
    "group": N_("Grouped"),
    "open": N_("Customers may join at a later step"),
    "by": N_("Grouped by"),
    "cut": N_("Cut at a silence of"),
    "gap": N_("Silence"),
    "loops": N_("Keep repeats"),
    "start": N_("From"),
    "end": N_("To"),
    "length": N_("Length"),
    "top": N_("How many"),
    "goal": N_("Goal"),
    "touchpoints": N_("Touchpoints by"),
    "touches": N_("Only these are touches"),
    "lookback": N_("Look back at most"),
    "half_life": N_("Half of the weight in"),
    "value": N_("Value in"),
    "resamples": N_("Resamples"),
    "at": N_("Where"),
    "ask": N_("Asked by"),
    "back": N_("Return"),
    "period": N_("Per"),
    "mode": N_("How returns count"),
    "cohort": N_("Customers enter"),
    "brackets": N_("Brackets"),
    "texts_in": N_("Texts are in"),
    "model": N_("Model"),
    "topics": N_("Topics"),
    "time_zone": N_("Time zone"),
    "during": N_("Period"),
    "where": N_("Segment"),
    "a": N_("Compared"),
    "b": N_("With"),
    "counts": N_("Counts"),
    "step": N_("Step"),
    "properties": N_("Properties"),
    "numbers": N_("Numbers"),
}
_CHOICES: Final = {
    "any_between": N_("others may come between"),
    "strict": N_("strictly one after the other"),
    "any": N_("in any order"),
    "input": N_("as they were read"),
    "customers": N_("customers"),
    "per_customer": N_("per customer"),
    "total": N_("in total"),
    "entries": N_("entries"),
    "sessions": N_("sessions"),
    "day": N_("day"),
    "week": N_("week"),
    "month": N_("month"),
    "quarter": N_("quarter"),
    "year": N_("year"),
    "calendar": N_("in that calendar period"),
    "rolling": N_("so many times 24 hours later"),
    "unbounded": N_("in that period or later"),
    "brackets": N_("within brackets of time"),
    "first": N_("once, with the first start"),
    "recurring": N_("in every period with a start"),
}
_QUESTIONS: Final = {
    "funnel": N_("Funnel"),
    "flow": N_("Flow"),
    "paths": N_("Paths"),
    "timing": N_("Timing"),
    "sessions": N_("Sessions"),
    "variants": N_("Variants"),
    "attribution": N_("Attribution"),
    "retention": N_("Retention"),
    "lifecycle": N_("Lifecycle"),
    "nps": N_("NPS"),
    "csat": N_("CSAT"),
    "ces": N_("CES"),
    "sentiment": N_("Sentiment"),
    "topics": N_("Topics"),
}
_TIES: Final = {"any": N_("count in either order"), "strict": N_("do not count as a sequence")}


@dataclass(frozen=True, slots=True)
class Input:
    """One field of a form.

    Attributes:
        name: Of the parameter.
        label: Above it.
        help: Below it; may be empty.
        kind: ``steps``, ``event``, ``choice``, ``flag``, ``span``, ``count`` or ``text``.
        values: What it holds; several for ``steps``.
        choices: Value and text of each.
        is_first: Whether the page shows it at once.
        is_required: Whether it may be left empty.
    """

    name: str
    label: str
    help: str
    kind: str
    values: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    is_first: bool
    is_required: bool


def form_of(name: str, question: type, pairs: Pairs, events: Sequence[str], language: str) -> list[Input]:
    """Return the form of a question with what was asked so far: the fields shown at once, then the others.

    Args:
        name: Of the question.
        question: Its class, a dataclass.
        pairs: What was asked.
        events: Names to choose from, in the order of the language.
        language: One of ``LANGUAGES``.
    """
    hints = get_type_hints(question)
    given: dict[str, list[str]] = {}
    for field_name, value in pairs:
        given.setdefault(field_name, []).append(value)
    inputs = [
        _input(name, field, hints[field.name], given.get(field.name), events, language)
        for field in fields(question)
        if not is_nested(field)
    ]
    inputs.sort(key=lambda each: _rank(name, each))
    nested = [field for field in fields(question) if is_nested(field)]
    return [each for field in nested for each in _nested(name, field, pairs, events, language)] + inputs


def _nested(name: str, field: Field[Any], pairs: Pairs, events: Sequence[str], language: str) -> list[Input]:
    """Return the choice of the question inside another, and the fields of the one chosen."""
    own = plain_name(field)
    chosen = next((value for key, value in reversed(pairs) if key == own), "funnel")
    translate = translator(language)
    help_ = translate(field.metadata["help"])
    if chosen not in QUESTIONS:  # the whole of it as JSON
        return [Input(own, translate(N_("Question")), help_, "text", (chosen,), (), True, True)]
    choices = tuple((each, translate(title_of(each))) for each in inside(name))
    made = [Input(own, translate(N_("Question")), help_, "choice", (chosen,), choices, True, True)]
    inner = [(key.removeprefix(f"{own}."), value) for key, value in pairs if key.startswith(f"{own}.")]
    for each in form_of(chosen, QUESTIONS[chosen], inner, events, language):
        is_list = each.kind == "steps"
        values = (",".join(each.values),) if is_list else each.values
        made.append(replace(each, name=f"{own}.{each.name}", kind="text" if is_list else each.kind, values=values))
    return made


def inside(name: str) -> tuple[str, ...]:
    """Return the questions that a question may be asked over."""
    if name == "drivers":
        return ("funnel",)
    return tuple(each for each, kind in QUESTIONS.items() if not any(map(is_nested, fields(kind))))


def title_of(name: str) -> str:
    """Return what a question is called in a list, to be translated."""
    return _QUESTIONS.get(name, name.capitalize())


def rearranged(pairs: Pairs) -> list[tuple[str, str]] | None:
    """Return the parameters after the button that was pressed, or None when none was.

    A button sends ``do`` as ``add``, ``drop-2``, ``up-2`` or ``down-2``: what to do with which step, counted from 1.
    """
    orders = [value for name, value in pairs if name == "do"]
    if not orders:
        return None
    steps = [value for name, value in pairs if name == "steps"]
    action, _, place = orders[0].partition("-")
    at = int(place) - 1 if place.isdecimal() else len(steps)
    if action == "add":
        steps.append("")
    elif action == "drop" and at < len(steps):
        del steps[at]
    elif action == "up" and 0 < at < len(steps):
        steps[at - 1], steps[at] = steps[at], steps[at - 1]
    elif action == "down" and at < len(steps) - 1:
        steps[at + 1], steps[at] = steps[at], steps[at + 1]
    others = [pair for pair in pairs if pair[0] not in ("do", "steps")]
    return [*(("steps", step) for step in steps), *others]


def _input(
    question: str, field: Field[Any], hint: object, given: list[str] | None, events: Sequence[str], language: str
) -> Input:
    translate = translator(language)
    kind = _kind(field, hint)
    default = field.default if field.default is not MISSING else None
    values = tuple(given) if given is not None else _as_texts(default)
    if kind == "flag":
        values = (values[-1],) if values else ("false",)
    own = {"ties": _TIES, "model": MODEL_NAMES, "texts_in": LANGUAGE_NAMES}
    words = {**_CHOICES, **own.get(field.name, {})}
    choices = {
        "choice": tuple((choice, translate(words.get(choice, choice))) for choice in field.metadata.get("choices", ())),
        "event": tuple((event, event) for event in events),
        "steps": tuple((event, event) for event in events),
    }.get(kind, ())
    if kind == "choice" and field.default is None:
        choices = (("", translate(N_("automatic"))), *choices)
    label = translate(_LABELS.get(field.name, field.name.replace("_", " ").capitalize()))
    told = translate(field.metadata.get("help", ""))
    return Input(
        field.name,
        label,
        "" if told.rstrip(".") == label else told,
        kind,
        values,
        choices,
        field.name in _FIRST.get(question, (field.name,)),
        field.default is MISSING and field.default_factory is MISSING,
    )


def _kind(field: Field[Any], hint: object) -> str:
    """Return how a field is filled in."""
    if field.name == "steps":
        return "steps"
    if field.metadata.get("choices"):
        return "choice"
    parts = set(get_args(hint) or (hint,)) - {NoneType}
    by_type = {frozenset({bool}): "flag", frozenset({int}): "count"}.get(frozenset(parts))
    return by_type or {**dict.fromkeys(_SPANS, "span"), **dict.fromkeys(_EVENTS, "event")}.get(field.name, "text")


def _as_texts(default: object) -> tuple[str, ...]:
    if default is None or isinstance(default, Mapping):
        return ()
    if isinstance(default, bool):
        return ("true" if default else "false",)
    if isinstance(default, Sequence) and not isinstance(default, str):
        return tuple(map(str, default))
    return (str(default),)


def _rank(question: str, each: Input) -> int:
    first = _FIRST.get(question, ())
    return first.index(each.name) if each.name in first else len(first)
