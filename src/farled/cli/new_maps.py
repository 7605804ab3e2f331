"""Commands that begin a map: after a template, as the plan of another; and that set two side by side."""

from pathlib import Path
from typing import Any

import click

from farled.cli.opening import opened
from farled.cli.options import typed, workspace_option
from farled.cli.screen import out, patience, plain, preparing
from farled.errors import InputError, NotFoundError

LANGUAGE = click.Choice(["sv", "nb", "da", "en"])
TYPE = click.Choice(["purchase", "lead_generation", "engagement", "retention", "service"])


@click.command(name="templates")
@click.option("--language", type=LANGUAGE, default="en", help="Of the names.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def templates(language: str, as_json: bool) -> None:
    """List the templates that a map may begin with."""
    from farled.maps.templates.listing import templates_table

    _show(templates_table(language), as_json)


def _listed(context: click.Context, _: click.Parameter, given: bool) -> None:
    """Show the templates instead, as ``farled map templates`` does."""
    if given:
        context.invoke(templates, language="en", as_json=False)
        context.exit()


@click.command(name="new")
@click.argument("id")
@click.option("--template", help="Phase model to begin with; default: loyalty5. farled map templates lists them.")
@click.option("--journey-type", type=TYPE, help="Fills goal, guards, metrics and KPIs; default: purchase.")
@click.option("--language", type=LANGUAGE, help="Of the map; default: the workspace's.")
@click.option("--title", help="Of the map.")
@click.option("--to-be", metavar="BASE", help="Plan a change of the map BASE instead: a copy of it.")
@click.option("--list", is_flag=True, is_eager=True, expose_value=False, callback=_listed, help="List the templates.")
@click.option("--out", "path", type=click.Path(path_type=Path), help="Map file to write; default: maps/ID.yaml.")
@workspace_option
def new(id: str, to_be: str | None, path: Path | None, workspace: str | None, **given: Any) -> None:  # noqa: A002
    """Begin the map ID after a template, complete and with comments."""
    whole = _workspace(workspace)
    if to_be:
        clash = next((name for name in ("template", "journey_type", "language") if given[name]), None)
        if clash:
            hint = "Leave it out: a plan has those of the map that it changes."
            raise InputError(f"--to-be and --{clash.replace('_', '-')} do not go together.", hint)
        written = whole.plan_map(id, to_be, title=given["title"], out=path)
        out().print(f"The plan is in {written}: change it into how it shall become", soft_wrap=True, markup=False)
        return
    kind = given.pop("journey_type") or "purchase"
    written = whole.new_map(id, journey_type=kind, out=path, **given)
    next_ = typed("map", "check", written if path or not whole.folder else id, workspace=workspace)
    out().print(f"The map is in {written}: make it yours, then {next_}", soft_wrap=True, markup=False)
    _say_unknown_events(whole, written)


@click.command(name="crosswalk")
@click.argument("maps", nargs=-1)
@click.option("--period", help="As for measure.")
@click.option("--language", type=LANGUAGE, default="en", help="Of the templates' names.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@workspace_option
def crosswalk(maps: tuple[str, ...], period: str | None, language: str, as_json: bool, workspace: str | None) -> None:
    """Show the common axis: the phases of all templates, or two MAPS side by side."""
    from farled.maps.templates.listing import crosswalk_table

    if not maps:
        _show(crosswalk_table(language), as_json)
        return
    if len(maps) != 2:
        raise InputError(f"Two maps are set side by side, not {len(maps)}.", "Name two: farled map crosswalk A B.")
    whole = opened(workspace)
    with patience(preparing("Measuring …")):
        found = whole.cross_maps(*maps, period)
    if as_json:
        click.echo(plain(found.to_dict()))
        return
    _show(found.table(), as_json)


def _show(table: Any, as_json: bool) -> None:
    from farled.cli.screen import show

    if as_json:
        click.echo(plain([dict(zip(table.headings, row, strict=True)) for row in table.rows]))
        return
    show(table)


def _workspace(folder: str | None) -> Any:
    """Return the workspace; a map may also begin where there is none."""
    import farled

    try:
        return opened(folder)
    except NotFoundError:
        if folder:
            raise
        return farled.Workspace(_nothing)


def _nothing() -> Any:
    from farled.journeys.index import Journeys
    from farled.workspace.asking import Loaded

    return Loaded(Journeys([], []), None)


def _say_unknown_events(whole: Any, written: Path) -> None:
    """Name the events that the new map observes and that do not occur; where there are none yet, nothing."""
    from farled.maps.metric import EventRule

    if not whole.events:
        return
    observed = [touchpoint.observe for _, touchpoint in whole.map(str(written)).touchpoints()]
    missing = sorted({rule.event for rule in observed if isinstance(rule, EventRule)} - set(whole.names))
    if missing:
        text = f"Events of the map that do not occur: {', '.join(missing)}. Change observe to your names."
        out().print(text, soft_wrap=True, markup=False)
