"""Options of what a picture of a map shows beside map and numbers."""

from typing import Any, Final

import click

_TEXTS: Final = (
    ("--rows", "Rows shown, with commas: goal,lanes,feeling; or more and fewer than usual: +challenges,-per_persona."),
    ("--snapshot", "Draw an earlier snapshot as it was kept: its file, or its period."),
    ("--against", "Compare with a period, persona=ID, segment=ID or the file of a snapshot."),
    ("--customer", "Draw one customer's own journey: the id as the events name it, or the pseudonym."),
)
_FLAGS: Final = (
    ("--typical", "Draw the typical journey, and say whom it describes."),
    ("--reveal", "Write the customer's id into the picture instead of a pseudonym."),
)


def show_options(command: Any) -> Any:
    """Add what is shown."""
    for name, text in reversed(_FLAGS):
        command = click.option(name, is_flag=True, help=text)(command)
    felt = click.Choice(["both", "claimed", "measured", "difference"])
    command = click.option("--felt", type=felt, help="Which feeling; default: both.")(command)
    text = "Whether open findings of the audit are shown; default: in a workspace folder."
    command = click.option("--findings/--no-findings", default=None, help=text)(command)
    for name, text in reversed(_TEXTS):
        command = click.option(name, help=text)(command)
    return command


def shows_of(given: dict[str, Any]) -> dict[str, Any]:
    """Take out of the options what is shown, where it was said."""
    names = [name.lstrip("-") for name, _ in (*_TEXTS, *_FLAGS)] + ["felt", "findings"]
    asked = {name: given.pop(name) for name in names}
    return {
        name: value
        for name, value in asked.items()
        if value not in (None, False) or (name == "findings" and value is False)
    }
