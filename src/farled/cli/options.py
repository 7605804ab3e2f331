"""Options that several commands share."""

import json
import re
from collections.abc import Callable
from shlex import join
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

ROLES = ("customer", "time", "name", "channel", "value", "currency", "score", "scale", "text", "account", "event_id")
READING = ("time_zone", "time_format", "decimal")


def workspace_option(command: F) -> F:
    """Add ``--workspace``."""
    text = "Folder of the workspace; default: FARLED_WORKSPACE, else the nearest one upwards."
    return click.option("--workspace", metavar="DIR", type=click.Path(), help=text)(command)


def measuring_options(command: F) -> F:
    """Add when and of whom a map is measured."""
    for name, text in (
        ("persona", "Only journeys of this persona of the map."),
        ("segment", "Only journeys of this segment: its id, or its rule as JSON."),
        ("period", "2026-Q3, 2026-07, FROM..TO, 90d …; default: the last quarter that is over."),
    ):
        command = click.option(f"--{name}", help=text)(command)
    return command


def reading_options(command: F) -> F:
    """Add how a file of events is read."""
    for role in reversed(ROLES):
        text = f"Column that holds the {role.replace('_', ' ')}; default: guessed."
        command = click.option(f"--{role.replace('_', '-')}", role, metavar="COLUMN", help=text)(command)
    for name, text in (
        ("decimal", "Decimal sign, where numbers can be read in two ways: . or ,"),
        ("time-format", "How times are written, where they can be read in two ways, such as %d/%m/%Y."),
        ("time-zone", "Zone of times that name none; default: of the workspace they are brought into, else UTC."),
    ):
        command = click.option(f"--{name}", metavar="TEXT", help=text)(command)
    return command


def reading_of(given: dict[str, Any]) -> dict[str, Any]:
    """Take out of the options those that say how a file is read."""
    return {name: given.pop(name) for name in (*ROLES, *READING) if given.get(name)}


def typed(*words: object, **options: object) -> str:
    """Return a command as it can be typed: words in quotes where they need them, and the options that are given.

    >>> typed("map", "draw", "my map.yaml", workspace="shop", time_format="%d/%m/%Y", period=None)
    "farled map draw 'my map.yaml' --workspace shop --time-format %d/%m/%Y"
    """
    given = [(f"--{name.replace('_', '-')}", str(value)) for name, value in options.items() if value is not None]
    return join(["farled", *map(str, words), *(word for pair in given for word in pair)])


def require_one_form(as_json: bool, as_csv: bool) -> None:
    """Refuse to print an answer in two forms at once.

    Raises:
        click.UsageError: Both are asked for.
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv do not go together: leave one out.")


def as_text(value: Any) -> str:
    """Return an option's value as the form of a question reads it."""
    if isinstance(value, bool):
        return json.dumps(value)
    return str(value)


_NAMED = re.compile(rf"(?<![\w'\"-])({'|'.join((*ROLES, *READING, 'max_rejected'))})=")
_BARE = re.compile(rf"(?<![\w'\"-])({'|'.join(name for name in READING if '_' in name)})(?![\w=])")


def as_typed(hint: str) -> str:
    """Return a hint with the options of reading as they are typed here, where Python names arguments.

    >>> as_typed("Say which comes first: time_format='%d/%m/%Y' or time_format='%m/%d/%Y'.")
    "Say which comes first: --time-format '%d/%m/%Y' or --time-format '%m/%d/%Y'."
    """
    named = _NAMED.sub(lambda found: f"--{found[1].replace('_', '-')} ", hint)
    return _BARE.sub(lambda found: f"--{found[1].replace('_', '-')}", named)
