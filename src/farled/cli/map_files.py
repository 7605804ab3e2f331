"""Commands that take a map along into files, and read one from files."""

from pathlib import Path
from typing import Any

import click

from farled.cli.opening import chosen_map, near, opened
from farled.cli.options import measuring_options, typed, workspace_option
from farled.cli.screen import out as screen
from farled.cli.screen import patience, preparing

LANGUAGE = click.Choice(["sv", "nb", "da", "en"])
MOST_LINES = 50


def look_options(command: Any) -> Any:
    """Add how a picture of a map is written."""
    for name, kind, text in (
        ("--paper", click.Choice(["auto", "a4"]), "Of a PDF: the sheet that the map needs, or one phase per A4."),
        ("--scale", click.IntRange(1, 3), "Of a PNG: pixels per unit; default: 1."),
        ("--theme", click.Choice(["light", "dark"]), "Of an SVG or PNG; default: light."),
    ):
        command = click.option(name, type=kind, help=text)(command)
    return command


def look_of(given: dict[str, Any]) -> dict[str, Any]:
    """Take out of the options how a picture is written, where it was said."""
    asked = {name: given.pop(name) for name in ("paper", "scale", "theme")}
    return {name: value for name, value in asked.items() if value is not None}


@click.command(name="export")
@click.argument("id", required=False)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="File: .yaml, .csv, .grid.csv, .xlsx, .md, .mmd, .cjml, .jsonld or .json.",
)
@click.option("--language", type=LANGUAGE, help="Of the words around the map's own; default: the workspace's.")
@click.option("--customer", help="Whose journey stands beside the planned one in a .cjml, under a pseudonym.")
@measuring_options
@workspace_option
def export_(id: str | None, out: Path, workspace: str | None, **given: Any) -> None:  # noqa: A002  the field's word
    """Export the map ID into another format."""
    from farled.maps.export.formats import writer_of

    writer_of(out)
    space = opened(workspace)
    chosen = chosen_map(space, id)
    with patience(preparing("Measuring and writing …")):
        path = space.export(chosen, out, **given)
    _say(f"The map is in {path}")


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Map file to write; default: maps/ID.yaml."
)
@click.option("--language", type=LANGUAGE, help="Of the map where the file does not say; default: the workspace's.")
@workspace_option
def import_(file: Path, out: Path | None, language: str | None, workspace: str | None) -> None:
    """Make a map of FILE: .yaml, .csv, .xlsx, .mmd or .cjml. A map that is there is not overwritten."""
    from farled.workspace.files import import_into

    space = near(workspace)
    arrived = import_into(space, file, out, language)
    for one in arrived.read.unplaced[:MOST_LINES]:
        _say(f"{file}:{one.line}: not placed: {one.text} ({one.why})")
    more = len(arrived.read.unplaced) - MOST_LINES
    if more > 0:
        _say(f"{file}: and {more} more that are not placed.")
    if arrived.changes is None:
        for sentence in arrived.read.proposed:
            _say(sentence)
        next_ = typed("map", "draw" if space else "check", arrived.path, workspace=workspace)
        _say(f"The map is in {arrived.path}: look it through, then {next_}")
        return
    _differs(arrived, language or (space.language if space else "en"))


def _differs(arrived: Any, language: str) -> None:
    from farled.errors import ConflictError

    if not arrived.changes:
        _say(f"{arrived.path} says the same already; nothing was written.")
        return
    for sentence in arrived.sentences(language):
        _say(f"- {sentence}")
    raise ConflictError(
        f"{arrived.path} exists and says something else; nothing was written.",
        "Name another file with --out, or make the changes above in it.",
    )


def _say(text: str) -> None:
    screen().print(text, soft_wrap=True, markup=False)
