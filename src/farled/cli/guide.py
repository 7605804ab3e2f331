"""The command of the guide: what is done on a map, what is missing, and what to do next."""

from typing import Any

import click

from farled.cli.maps import LANGUAGE
from farled.cli.opening import chosen_map, opened
from farled.cli.options import workspace_option
from farled.cli.screen import patience, plain, preparing


class Guiding(click.Group):
    """A group in which the name of a map, or nothing, means its guide."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Send all that names no command to the guide of a map."""
        first = args[0] if args else ""
        if first not in self.commands and first not in ("-h", "--help"):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=Guiding)
def guide() -> None:
    """Say how far a map has come, and what to do next: farled guide [MAP]."""


@guide.command()
@click.argument("id", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the whole guide as JSON.")
@click.option("--all", "everything", is_flag=True, help="Name everything that is missing, also in steps to come.")
@click.option("--language", type=LANGUAGE, help="Of the texts; default: the workspace's.")
@click.option("--period", help="2026-Q3, 2026-07, FROM..TO, 90d …; default: the last quarter that is over.")
@workspace_option
def show(id: str | None, workspace: str | None, **given: Any) -> None:  # noqa: A002  the field's word
    """Show the guide of the map ID: its eleven steps, its checklist, and the next thing to do."""
    from farled.workspace.guiding import guide_of

    found = opened(workspace)
    chosen = chosen_map(found, id)
    language = given["language"] or found.language
    with patience(preparing("Measuring …")):
        guided = guide_of(found, chosen, period=given["period"], language=language)
    if given["as_json"]:
        click.echo(plain(guided.to_dict(language)))
        return
    from farled.cli.guide_screen import show_guide

    show_guide(guided, found.map_path(chosen), language, everything=given["everything"])


@guide.command()
@click.argument("id", required=False)
@click.option("--rule", "rules", multiple=True, help="Only those that answer to this rule of the audit, such as F01.")
@click.option(
    "--part",
    "parts",
    multiple=True,
    help="Only those that help on this part: notice, explore, weigh, buy, use, return.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the levers as JSON.")
@click.option("--language", type=LANGUAGE, help="Of the texts; default: English.")
def levers(id: str | None, rules: tuple[str, ...], parts: tuple[str, ...], as_json: bool, language: str | None) -> None:  # noqa: A002  as above
    """List the levers, or say all about the one named ID, such as L07."""
    from farled.cli.guide_screen import show_lever, show_levers
    from farled.maps.guide.levers import lever, levers_for

    spoken = language or "en"
    found = (lever(id.upper()),) if id else levers_for(rules, parts, market="b2b")
    if not (rules or parts):
        found = tuple(sorted(found, key=lambda each: each.id))
    if as_json:
        click.echo(plain([each.to_dict(spoken) for each in found]))
    elif id:
        show_lever(found[0], spoken)
    else:
        show_levers(found, spoken)


@guide.command()
@click.option("--change", help="What should change, such as more_sales.")
@click.option("--revenue", help="Where the revenue comes from, such as first_purchases.")
@click.option("--closes", help="Who closes the sale: customer, salesperson or already.")
@click.option("--data", help="What data there is, such as shop.")
@click.option("--json", "as_json", is_flag=True, help="Print types and advice as JSON.")
@click.option("--language", type=LANGUAGE, help="Of the texts; default: English.")
@workspace_option
def types(workspace: str | None, as_json: bool, language: str | None, **answers: str | None) -> None:
    """Say which type of journey fits: four questions, and a look at the events of the workspace."""
    from farled.cli.guide_screen import show_types
    from farled.errors import NotFoundError
    from farled.maps.templates.advisor import advise
    from farled.web.advised import types_context

    given = {name: value for name, value in answers.items() if value}
    try:
        names = opened(workspace).names
    except NotFoundError:
        if workspace is not None:
            raise
        names = ()
    advise(given, names)
    context = types_context(given, names, language or "en")
    if as_json:
        click.echo(plain(context))
    else:
        show_types(context, is_asked=bool(given))


COMMANDS = {"guide": guide}
