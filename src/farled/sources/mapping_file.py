"""Read a mapping file, and say where it is wrong."""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from farled.errors import InputError
from farled.sources.encoding import require_file
from farled.sources.mapping_model import NOT_READ, Mapping

_SAID = {
    "model_type": "must be a table of keys and values",
    "dict_type": "must be a table of keys and values",
    "list_type": "must be a list",
    "string_type": "must be a text",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "literal_error": "must be {expected}",
    "too_short": "must have at least {min_length} of its kind",
    "too_long": "must have at most {max_length} of its kind",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "must be lower-case letters, digits and _, a letter first",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}
"""What is wrong, in words for who writes the file."""


def load(path: Path | str) -> Mapping:
    """Read a mapping file.

    Raises:
        NotFoundError: There is no such file.
        InputError: It is no YAML, or breaks the form; the message names the file, the key and the value.
    """
    path = Path(path)
    require_file(path)
    yaml = YAML(typ="safe", pure=True)
    try:
        content = yaml.load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        raise InputError(
            f"{path}, line {line}: {problem.problem or 'not YAML'}.", "Correct the YAML there."
        ) from problem
    except (YAMLError, UnicodeDecodeError, ValueError, RecursionError) as problem:
        raise InputError(
            f"{path} is not YAML in UTF-8.", "Write it as examples/web-shop/mapping.yaml shows."
        ) from problem
    return parse(content, str(path))


def parse(content: object, shown: str = "mapping") -> Mapping:
    """Check what a mapping file says.

    Args:
        content: As YAML or JSON gives it.
        shown: Name of the file in messages.

    Raises:
        InputError: It breaks the form.
    """
    try:
        made = Mapping.model_validate(content)
    except ValidationError as problem:
        first = min(problem.errors(), key=lambda error: error["type"] != "extra_forbidden")
        raise _translated(first, shown, content) from problem
    return made.named(shown, isinstance(content, Dictionary) and "tables" not in content)


def _translated(error: Any, shown: str, content: object) -> InputError:
    place = [part for part in error["loc"] if not str(part).endswith(("Form]", "()]"))]
    if isinstance(content, Dictionary) and "tables" not in content and place[:2] == ["tables", 0]:
        place = place[2:]
    where = _path(place)
    if error["type"] == "extra_forbidden" and len(error["loc"]) == 3 and place[-1] in NOT_READ:
        hint = f"Take it out; {NOT_READ[place[-1]]}."
        return InputError(f"{shown}: {where}: Farled does not read {place[-1]!r} of a mapping yet.", hint)
    if error["type"] == "extra_forbidden":
        known = _keys(error["loc"][:-1])
        near = get_close_matches(str(place[-1]), known, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Use one of: {', '.join(known)}."
        return InputError(f"{shown}: {where}: there is no key {str(place[-1])!r} here.", hint)
    if error["type"] == "missing":
        return InputError(f"{shown}: {where} is missing.", "Add it.")
    value = error["input"]
    if error["type"] in _SAID:
        found = "empty" if value is None else repr(value) if isinstance(value, str | int | float) else ""
        said = _SAID[error["type"]].format(**error.get("ctx", {})) + (f", but is {found}" if found else "")
        return InputError(f"{shown}: {where or 'the whole'} {said}.", "Correct it there.")
    said = str(error["msg"]).removeprefix("Value error, ").rstrip(".")
    shown_value = f" ({value!r})" if isinstance(value, str | int | float | bool) and repr(value) not in said else ""
    return InputError(f"{shown}: {where or 'the whole'}: {said}{shown_value}.", "Correct it there.")


def _path(place: Sequence[object]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")


def _keys(place: Sequence[object]) -> list[str]:
    """Return the keys that may stand at a place: walk down the models."""
    here: type[BaseModel] = Mapping
    for part in place:
        if isinstance(part, int):
            continue
        field = next((field for name, field in here.model_fields.items() if part in {name, field.alias}), None)
        inner = _model_in(field.annotation) if field is not None else None
        here = inner or here
    return sorted(field.alias or name for name, field in here.model_fields.items())


def _model_in(kind: object) -> type[BaseModel] | None:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((found for part in get_args(kind) if (found := _model_in(part))), None)
