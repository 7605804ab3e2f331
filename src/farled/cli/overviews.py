"""Commands of the overviews: personas, priorities, and the atlas of all maps."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from farled.cli.opening import chosen_map, opened
from farled.cli.options import workspace_option
from farled.cli.screen import out as screen
from farled.cli.screen import patience, plain, preparing
from farled.errors import InputError

PERIOD = "2026-Q3, 2026-07, FROM..TO, 90d …; default: the last quarter that is over."
ENDINGS = (".html", ".svg", ".json")


def overview_options(command: Any) -> Any:
    """Add where an overview goes and in which language."""
    languages = click.Choice(["sv", "nb", "da", "en"])
    command = click.option("--language", type=languages, help="Of the texts; default: the workspace's.")(command)
    command = click.option("--theme", type=click.Choice(["light", "dark"]), default="light", help="Of an .svg.")(
        command
    )
    path = click.Path(path_type=Path)
    command = click.option("--out", type=path, help="File: .html (needs nothing else), .svg or .json.")(command)
    return click.option("--json", "as_json", is_flag=True, help="Print the overview as JSON.")(command)


@click.command()
@click.argument("id", required=False)
@click.option("--period", help=PERIOD)
@overview_options
@workspace_option
def personas(id: str | None, workspace: str | None, period: str | None, **given: Any) -> None:  # noqa: A002  the field's word
    """Show the personas of the map ID side by side, and where they really differ."""
    from farled.maps.overview.personas import personas_overview
    from farled.maps.overview.personas_picture import personas_picture
    from farled.maps.overview.tables import personas_tables
    from farled.web.overviews import personas_context
    from farled.workspace.guiding import measured

    found = opened(workspace)
    language = given["language"] or found.language
    chosen = chosen_map(found, id)
    with patience(preparing("Measuring …")):
        overview = personas_overview(found.map(chosen, language), measured(found, chosen, period))
    made = _Made("personas.html", overview, personas_picture, personas_context, personas_tables)
    _deliver(made, language, given)


@click.command()
@click.argument("id", required=False)
@click.option("--period", help=PERIOD)
@overview_options
@workspace_option
def priorities(id: str | None, workspace: str | None, period: str | None, **given: Any) -> None:  # noqa: A002  as above
    """Rank the opportunities of the map ID by what they could bring and what they cost."""
    from farled.maps.overview.matrix_picture import matrix_picture
    from farled.maps.overview.priorities import priorities as priorities_of
    from farled.maps.overview.tables import priorities_tables
    from farled.web.overviews import opportunities_context
    from farled.workspace.guiding import measured

    found = opened(workspace)
    language = given["language"] or found.language
    chosen = chosen_map(found, id)
    with patience(preparing("Measuring …")):
        ranked = priorities_of(found.map(chosen, language), measured(found, chosen, period))
    made = _Made("opportunities.html", ranked, matrix_picture, opportunities_context, priorities_tables)
    _deliver(made, language, given)


@click.command()
@overview_options
@workspace_option
def atlas(workspace: str | None, **given: Any) -> None:
    """Show all maps on one axis: what each covers, how it stands, gaps and overlaps between them."""
    from farled.maps.overview.atlas import atlas as atlas_of
    from farled.maps.overview.atlas_picture import atlas_picture
    from farled.maps.overview.tables import atlas_tables
    from farled.web.overviews import atlas_context
    from farled.workspace.guiding import entries_of

    found = opened(workspace)
    language = given["language"] or found.language
    with patience(preparing("Measuring …")):
        seen = atlas_of(entries_of(found, language), dt.datetime.now(dt.UTC).date())
    _deliver(_Made("atlas.html", seen, atlas_picture, atlas_context, atlas_tables), language, given)


class _Made:
    """An overview with the ways to show it."""

    def __init__(
        self,
        template: str,
        found: Any,
        picture: Callable[[Any, str], Any],
        context: Callable[[Any, str], dict[str, Any]],
        tables: Callable[[Any, str], Any],
    ) -> None:
        self.template = template
        self.found = found
        self.picture = picture
        self.context = context
        self.tables = tables


def _deliver(made: _Made, language: str, given: dict[str, Any]) -> None:
    """Print an overview, or write it into a file."""
    path: Path | None = given["out"]
    if path is not None:
        from farled.maps.load import write_text

        write_text(_text(made, language, path, given["theme"]), path)
        screen().print(f"It is in {path}", soft_wrap=True, markup=False)
    elif given["as_json"]:
        click.echo(plain(made.found.to_dict()))
    else:
        from farled.cli.screen import show

        for table in made.tables(made.found, language):
            show(table)


def _text(made: _Made, language: str, path: Path, theme: str) -> str:
    if path.suffix == ".json":
        return plain(made.found.to_dict()) + "\n"
    if path.suffix == ".svg":
        text: str = made.picture(made.found, language).svg(theme)
        return text
    if path.suffix != ".html":
        known = ", ".join(ENDINGS)
        raise InputError(f"An overview cannot be written into {path.name!r}.", f"Let the file end in one of {known}.")
    from farled.web.assets import style_alone
    from farled.web.pages import alone

    return alone(made.template, language, style_alone(), maps=[], links=[], **made.context(made.found, language))
