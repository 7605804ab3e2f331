"""Commands of segments: list, show, save, delete, overlap, export."""

from pathlib import Path
from typing import Any

import click

from farled.cli.options import require_one_form, typed, workspace_option
from farled.cli.screen import out, patience, plain, preparing, show
from farled.errors import NotFoundError


@click.group(name="segment")
def segment() -> None:
    """List, save, overlap and export segments of customers."""


@segment.command(name="list")
@click.argument("ids", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@workspace_option
def list_(ids: tuple[str, ...], as_json: bool, as_csv: bool, workspace: str | None) -> None:
    """List the segments IDS, all by default, with how many customers each has now."""
    require_one_form(as_json, as_csv)
    opened = _open(workspace)
    with patience(preparing("Counting …")):
        sizes = opened.segment_sizes(ids or None)
    _print(sizes, as_json, as_csv)
    if not sizes.segments and not (as_json or as_csv):
        out().print("There are no segments yet: farled segment save ID RULE", soft_wrap=True, markup=False)


@segment.command(name="show")
@click.argument("id")
@click.option("--json", "as_json", is_flag=True, help="Print the rule as JSON.")
@workspace_option
def show_(id: str, as_json: bool, workspace: str | None) -> None:  # noqa: A002  the field's word
    """Show the rule of the segment ID as it would stand in a file."""
    from farled.journeys.conditions import plain as plain_rule
    from farled.maps.saved_segments import flow_text

    known = _open(workspace).segments()
    if id not in known:
        raise NotFoundError.named("segment", id, known)
    rule = plain_rule(known[id])
    click.echo(plain(rule) if as_json else flow_text(rule))


@segment.command()
@click.argument("id")
@click.argument("rule")
@click.option("--name", help="For people; default: the name it has, else the id.")
@workspace_option
def save(id: str, rule: str, name: str | None, workspace: str | None) -> None:  # noqa: A002  as above
    """Save the segment ID with a RULE such as '{event: order, min: 3}'; one of that id is replaced.

    Events that a saved rule names and that never came to the workspace are told; the rule is saved all the same.
    """
    from farled.maps.unseen import never_came

    opened = _open(workspace)
    opened.save_segment(id, rule, name)
    for line in never_came(opened.folder.catalog, opened.names) if opened.events else ():
        _say(line)
    _say(f"The segment {id} is saved. Next: {typed('segment', 'list', id, workspace=workspace)}")


@segment.command()
@click.argument("id")
@workspace_option
def delete(id: str, workspace: str | None) -> None:  # noqa: A002  as above
    """Delete the segment ID."""
    _open(workspace).delete_segment(id)
    _say(f"The segment {id} is deleted.")


@segment.command()
@click.argument("ids", nargs=-1)
@click.option("--top", type=int, default=20, help="How many combinations are named. Default: 20.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the pairs as CSV.")
@workspace_option
def overlap(ids: tuple[str, ...], top: int, as_json: bool, as_csv: bool, workspace: str | None) -> None:
    """Say how the segments IDS overlap, all by default: each pair, and who is in just which of them."""
    require_one_form(as_json, as_csv)
    opened = _open(workspace)
    with patience(preparing("Counting …")):
        found = opened.overlap(ids or None, top)
    _print(found, as_json, as_csv)
    if not (as_json or as_csv):
        show(found.combinations_table())


@segment.command()
@click.argument("id")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File to write, such as loyal.csv.")
@click.option("--attributes", help="Which attributes stand beside the ids, by commas; default: all. none: only ids.")
@workspace_option
def export(id: str, out: Path, attributes: str | None, workspace: str | None) -> None:  # noqa: A002  as above
    """Write the customers of the segment ID, or of a rule, as CSV."""
    opened = _open(workspace)
    chosen = None if attributes is None else [] if attributes == "none" else attributes.split(",")
    with patience(preparing("Writing …")):
        count = opened.export_segment(id, out, chosen)
    _say(f"{count} customers are in {out}")


def _open(workspace: str | None) -> Any:
    import farled

    return farled.open(workspace)


def _print(answer: Any, as_json: bool, as_csv: bool) -> None:
    if as_json:
        click.echo(plain(answer.to_dict()))
    elif as_csv:
        click.echo(answer.table().csv(), nl=False)
    else:
        show(answer.table())


def _say(text: str) -> None:
    out().print(text, soft_wrap=True, markup=False)


COMMANDS = {"segment": segment}
