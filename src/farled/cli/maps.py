"""Commands of the journey map: draft, check, measure, draw."""

from pathlib import Path
from typing import Any

import click

from farled.cli.audit import audit, finding
from farled.cli.map_files import export_, import_, look_of, look_options
from farled.cli.map_shows import show_options, shows_of
from farled.cli.map_versions import diff, history, translate
from farled.cli.new_maps import crosswalk, new, templates
from farled.cli.opening import chosen_map as _chosen
from farled.cli.opening import near
from farled.cli.opening import opened as _open
from farled.cli.options import measuring_options, reading_of, reading_options, typed, workspace_option
from farled.cli.overviews import atlas, personas, priorities
from farled.cli.screen import out, patience, plain, preparing
from farled.errors import InputError

NEW = "shop"
LANGUAGE = click.Choice(["sv", "nb", "da", "en"])


def view_option(command: Any) -> Any:
    """Add which view of a map is shown."""
    text = "Only a part: kundereise, kjøpsreise (buying_journey) or salgsprosess (sales_process)."
    return click.option("--view", help=text)(command)


@click.group(name="map")
def map_() -> None:
    """Draft, check, measure and draw journey maps."""


@map_.command()
@click.argument("id", required=False)
@click.option(
    "--out", type=click.Path(path_type=Path), help="File: .html, .svg, .png, .pdf or .json; default: ID.html."
)
@click.option("--language", type=LANGUAGE, help="Of the picture; default: the workspace's.")
@show_options
@look_options
@view_option
@measuring_options
@click.option("--watch", is_flag=True, help="Draw again when events come or the map changes, until stopped.")
@workspace_option
def draw(id: str | None, out: Path | None, workspace: str | None, watch: bool, **given: Any) -> None:  # noqa: A002  the field's word
    """Draw the map ID, with what was measured onto it."""
    chosen = _chosen(_open(workspace), id)
    asked = {**look_of(given), **shows_of(given), **given}

    def drawn() -> None:
        with patience(preparing("Measuring and drawing …")):
            path = _open(workspace).draw(chosen, out or f"{Path(chosen).stem}.html", **asked)
        _say(f"The map is in {path}")

    if not watch:
        drawn()
        return
    from farled.cli.monitor import watched

    watched(drawn, workspace, chosen)


@map_.command()
@click.argument("id", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the whole snapshot as JSON.")
@view_option
@measuring_options
@workspace_option
def measure(id: str | None, as_json: bool, workspace: str | None, **given: Any) -> None:  # noqa: A002  as above
    """Measure the map ID and print its phases and metrics."""
    from farled.cli.screen import show
    from farled.maps.summary import metrics_table, phases_table

    opened = _open(workspace)
    chosen = _chosen(opened, id)
    with patience(preparing("Measuring …")):
        snapshot = opened.measure(chosen, **given)
    if as_json:
        click.echo(plain(snapshot))
        return
    drawn = opened.map(chosen, view=given["view"])
    show(phases_table(drawn, snapshot))
    show(metrics_table(drawn, snapshot))


@map_.command()
@click.argument("ids", nargs=-1)
@workspace_option
def check(ids: tuple[str, ...], workspace: str | None) -> None:
    """Check map files, all of the workspace by default; exit code 2 when one cannot be used.

    Events that a map names and that never came to the workspace are told; the map can be used all the same.
    """
    from farled.maps.load import load

    are_files = bool(ids) and all(id_.endswith((".yaml", ".yml")) for id_ in ids)
    space = near(workspace) if are_files else _open(workspace)
    if space and not ids and not space.maps():
        _say(f"There are no maps yet. Next: {typed('map', 'draft', workspace=workspace)}")
    for id_ in ids or space.maps():
        _check_changes(space.map(id_) if space else load(id_))
        unseen = _unseen(space, space.map_path(id_)) if space else 0
        _say(f"{id_}: " + ("can be used, but names events that never came" if unseen else "in order"))
    if space and not ids and space.catalog:
        _unseen(space, space.folder.catalog)


def _unseen(space: Any, path: Path) -> int:
    """Print where a file names events that never came to a workspace, and return at how many places."""
    from farled.maps.unseen import never_came

    with patience(preparing("Reading …")):
        lines = never_came(path, space.names) if space.events else ()
    for line in lines:
        _say(line)
    return len(lines)


def _check_changes(drawn: Any) -> None:
    if drawn.map.audit:
        from farled.maps.audit.run import check_changes

        check_changes(drawn)


@map_.command()
@click.argument("files", nargs=-1)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Map file to write; default: maps/draft.yaml, or draft.yaml."
)
@click.option("--language", type=LANGUAGE, help="Of the map; default: the workspace's, else English.")
@click.option("--title", help="Of the map.")
@workspace_option
@reading_options
def draft(files: tuple[str, ...], workspace: str | None, **given: Any) -> None:
    """Propose a map from the events alone: of FILES, or of the workspace."""
    import farled
    from farled.maps.draft import draft as draft_of
    from farled.maps.load import write_text

    reading = reading_of(given)
    with patience(preparing("Reading …")):
        opened = farled.read(list(files), **reading) if files else _open(workspace)
        space = near(workspace) if files else opened
        language = given["language"] or (space.language if space else opened.language)
        path = given["out"] or (opened.folder.maps / "draft.yaml" if opened.folder else Path("draft.yaml"))
        if path.exists():
            raise InputError(f"{path} exists already.", "Name another file with --out, or remove it.")
        write_text(draft_of(opened.journeys, language, given["title"], path.stem), path)
    steps = () if space else (typed("init", NEW), typed("ingest", *files, workspace=NEW, **reading))
    draw = typed("map", "draw", path, workspace=workspace if space else NEW)
    _say(f"The draft is in {path}: edit it, then {' && '.join((*steps, draw))}")


def _say(text: str) -> None:
    out().print(text, soft_wrap=True, markup=False)


map_.add_command(new)
map_.add_command(templates)
map_.add_command(crosswalk)
map_.add_command(audit)
map_.add_command(finding)
map_.add_command(export_)
map_.add_command(import_)
map_.add_command(diff)
map_.add_command(history)
map_.add_command(translate)
map_.add_command(personas)
map_.add_command(priorities)
map_.add_command(atlas)

COMMANDS = {"map": map_}
