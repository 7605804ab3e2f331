"""A question as it stands in an address: short, one way to write each, and safe for any event name."""

import json
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final
from urllib.parse import urlencode

from farled.questions import AnyQuestion
from farled.questions.forms import LISTS, beside_of, is_nested, plain_name, to_plain

Pairs = Sequence[tuple[str, str]]

_SPECIAL: Final = frozenset(",|[{")


def beside(question: type[AnyQuestion]) -> tuple[str, ...]:
    """Return what a page lets stand beside a question."""
    return tuple(name for name in beside_of(question) if name != "unit")


def canonical(question: type[AnyQuestion], pairs: Pairs, names: Collection[str]) -> list[tuple[str, str]]:
    """Return the shortest parameters that ask the same: nothing empty but a step to be chosen, nothing at its default.

    Args:
        question: Class of the question.
        pairs: As a form or a person wrote them; a tick box sends ``false`` always and ``true`` when it is ticked.
        names: Event names, which may hold commas.
    """
    defaults = {field.name: _as_text(field.default) for field in fields(question)}
    split = [(name, part) for name, value in pairs for part in _parts(name, value, names)]
    last = dict(split)
    single = [(name, value) for name, value in last.items() if name not in LISTS]
    several = [(name, value) for name, value in split if name in LISTS and (value or name == "steps")]
    return [*several, *((name, value) for name, value in single if value not in ("", defaults.get(name)))]


def exact(question: type[AnyQuestion], pairs: Pairs, names: Collection[str]) -> list[tuple[str, str]]:
    """Return parameters for ``from_pairs``, in which an event name with a comma or a bar stays one name.

    Args:
        question: Class of the question.
        pairs: Canonical ones.
        names: Event names.
    """
    of_names = LISTS | {field.name for field in fields(question) if field.metadata.get("step")}
    filled = [(name, value) for name, value in pairs if value.strip()]
    unsafe = {name for name, value in filled if name in of_names and value in names and set(value) & _SPECIAL}
    return [(name, _as_json(value, names) if name in unsafe else value) for name, value in filled]


def as_command(question: AnyQuestion, beside: Mapping[str, str]) -> str:
    """Return the command that asks the same."""
    plain = to_plain(question)
    options = [plain.pop("question")]
    steps = {field.name for field in fields(question) if field.metadata.get("step")}
    for field in filter(is_nested, fields(question)):
        inner = plain.pop(plain_name(field))
        options.append(inner.pop("question"))
        steps |= {each.name for each in fields(getattr(question, field.name)) if each.metadata.get("step")}
        plain = {(f"{options[1]}_{name}" if name in plain else name): value for name, value in inner.items()} | plain
    for name, value in [*plain.items(), *beside.items()]:
        flag = name.replace("_", "-")
        if isinstance(value, bool):
            options.append(f"--{flag}" if value else f"--no-{flag}")
        else:
            options.append(f"--{flag} {shlex.quote(_as_option(value, '|' if name in steps else ','))}")
    return " ".join(["farled", *options])


def as_json(question: AnyQuestion, beside: Mapping[str, str]) -> str:
    """Return the question as JSON."""
    return json.dumps(to_plain(question) | dict(beside), ensure_ascii=False)


def as_address(name: str, pairs: Pairs, beside: Mapping[str, str]) -> str:
    """Return the address of the API that answers the same."""
    return f"/api/v1/questions/{name}?{urlencode([*pairs, *beside.items()])}"


def _parts(name: str, value: str, names: Collection[str]) -> list[str]:
    """Return the steps of a text that holds several, as the command line writes them."""
    if name != "steps" or value in names or "," not in value or value.startswith(("[", "{")):
        return [value]
    return [part.strip() for part in value.split(",")]


def _as_json(value: str, names: Collection[str]) -> str:
    """Return one entry of a list as JSON: a name, any of several parted by bars, or JSON already."""
    if value in names:
        return json.dumps([value])
    return value if value.startswith(("[", "{")) else json.dumps([value.split("|") if "|" in value else value])


def _as_text(default: object) -> str:
    if isinstance(default, bool):
        return "true" if default else "false"
    return str(default) if isinstance(default, str | int) else ""


def _as_option(value: Any, between: str) -> str:
    plain = isinstance(value, list) and all(isinstance(each, str) and not set(each) & _SPECIAL for each in value)
    if between == "|" and isinstance(value, str) and set(value) & _SPECIAL - {","}:
        return json.dumps([value])
    return between.join(value) if plain else str(value) if isinstance(value, str | int) else json.dumps(value)
