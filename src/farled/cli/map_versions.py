"""Commands over versions and languages of maps: diff, history, translate."""

from pathlib import Path
from typing import Any

import click

from farled.cli.opening import chosen_map, opened
from farled.cli.options import measuring_options, typed, workspace_option
from farled.cli.screen import out, patience, plain, preparing, show
from farled.errors import InputError, NotFoundError

LANGUAGE = click.Choice(["sv", "nb", "da", "en"])
ENDINGS = (".html", ".svg", ".json")


@click.command()
@click.argument("before", required=False)
@click.argument("after", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
@click.option("--all", "whole", is_flag=True, help="Show changes of wording too.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Picture of both: .html, .svg; or .json.")
@click.option(
    "--against", help="Compare what was measured, with a period, persona=ID, segment=ID or a snapshot's file."
)
@click.option("--language", type=LANGUAGE, help="Of the sentences; default: the workspace's.")
@measuring_options
@workspace_option
def diff(before: str | None, after: str | None, workspace: str | None, **given: Any) -> None:
    """Say what differs between two versions of a map, BEFORE and AFTER.

    Each is the id of a map or a file, with @ and a revision of git where an earlier one is meant: purchase@HEAD~1.
    With one name alone a plan is compared with its map, and a map with its last saved version.
    """
    found, against = _workspace_of(workspace, before, after), given.pop("against")
    language = given.pop("language") or found.language
    chosen = chosen_map(found, before)
    if against is not None:
        if given["out"] is not None:
            kept = {name: given[name] for name in ("out", "period", "segment", "persona")}
            hint = f"Draw both: {typed('map', 'draw', chosen, against=against, **kept, workspace=workspace)}"
            raise InputError("What was measured twice is drawn on the map itself.", hint)
        _measured(found, chosen, against, language, given)
        return
    asked = {name: given.pop(name) for name in ("as_json", "whole", "out")}
    if any(value is not None for value in given.values()):
        raise InputError("Versions of a map have no period and no persona.", "Say what to compare with: --against.")
    compared = found.diff(chosen, after)
    if asked["out"] is not None:
        _write(compared, asked["out"], language)
    elif asked["as_json"]:
        click.echo(plain(compared.to_dict(language)))
    else:
        _tell(compared, language, asked["whole"])


def _workspace_of(workspace: str | None, before: str | None, after: str | None) -> Any:
    """Return the workspace that is meant; two files need none."""
    try:
        return opened(workspace)
    except NotFoundError:
        files = [name for name in (before, after) if name and ".y" in name]
        if workspace is not None or not files:
            raise
        from farled.workspace.comparing import alone

        return alone()


def _measured(found: Any, chosen: str, against: str, language: str, given: dict[str, Any]) -> None:
    as_json = given.pop("as_json")
    del given["whole"], given["out"]
    with patience(preparing("Measuring …")):
        differences, table = found.measured_diff(chosen, against, language, **given)
    if as_json:
        click.echo(plain(differences))
    else:
        show(table)


def _write(compared: Any, path: Path, language: str) -> None:
    from farled.maps.diff.overlay import overlay_page, overlay_svg
    from farled.maps.load import write_text

    if path.suffix not in ENDINGS:
        raise InputError(f"A diff cannot be written into {path.name!r}.", "Let the file end in .html, .svg or .json.")
    if path.suffix == ".json":
        text = plain(compared.to_dict(language)) + "\n"
    elif path.suffix == ".svg":
        text = overlay_svg(compared.diff, compared.versions, language)
    else:
        text = overlay_page(compared.diff, compared.versions, language, compared.names)
    write_text(text, path)
    _say(f"What differs is in {path}")


def _tell(compared: Any, language: str, whole: bool) -> None:
    told = list(zip(compared.diff.changes, compared.sentences(language), strict=True))
    _say(f"{compared.names[0]} → {compared.names[1]}: {_counted(len(told), 'change')}")
    for change, sentence in told:
        if whole or not change.is_folded:
            _say(f"  {change.weight:8}{sentence}")
    folded = 0 if whole else sum(change.is_folded for change, _ in told)
    if folded:
        _say(f"  wording {_counted(folded, 'change')} of wording alone; --all shows them")
    for offer in compared.offers(language):
        _say(f"  renamed? {offer}")


def _counted(n: int, word: str) -> str:
    return f"{n} {word}{'' if n == 1 else 's'}" if n else f"no {word}s"


@click.command()
@click.argument("id", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the change log as JSON.")
@click.option("--language", type=LANGUAGE, help="Of the sentences; default: the workspace's.")
@workspace_option
def history(id: str | None, as_json: bool, language: str | None, workspace: str | None) -> None:  # noqa: A002
    """Show the change log of the map ID: what each saved version changed, when and by whom."""
    from farled.maps.diff.sentences import Versions, sentences

    found = opened(workspace)
    entries = found.history(chosen_map(found, id))
    if as_json:
        click.echo(plain([entry.to_dict() for entry in entries]))
        return
    for entry in reversed(entries):
        version = entry.version
        about = [version.at.strftime("%Y-%m-%d %H:%M"), version.name or "as it stands", version.by, version.note]
        _say("  ".join(part for part in about if part))
        if entry.map is None:
            _say("    this version cannot be read")
        elif entry.before is not None:
            told = sentences(entry.diff, Versions(entry.before, entry.map), language or found.language)
            for change, sentence in zip(entry.diff.changes, told, strict=True):
                _say(f"    {change.weight:8}{sentence}")


@click.command()
@click.argument("id", required=False)
@click.option("--language", type=LANGUAGE, required=True, help="Into which the map is translated.")
@click.option("--confirm", multiple=True, metavar="KEY", help="A changed text whose translation still holds, or all.")
@click.option("--json", "as_json", is_flag=True, help="Print what is missing and changed as JSON.")
@workspace_option
def translate(
    id: str | None,  # noqa: A002  as above
    language: str,
    confirm: tuple[str, ...],
    as_json: bool,
    workspace: str | None,
) -> None:
    """List what is missing and changed in the translation of the map ID, and write missing keys as comments.

    The comments stand in maps/i18n/ID.LANGUAGE.yaml with the base text; fill them in there. The program itself
    translates nothing.
    """
    found = opened(workspace)
    told = found.translate_map(chosen_map(found, id), language, confirm)
    if as_json:
        click.echo(plain(told.to_dict()))
        return
    for key in told.confirmed:
        _say(f"confirmed {key}")
    for name, listed in (("missing", told.missing), ("changed", told.stale)):
        for key, text in listed.items():
            _say(f"{name}   {key}: {' '.join(text.split())}")
    for key in told.unused:
        _say(f"unused    {key}")
    done = told.texts - len(told.missing) - len(told.stale)
    _say(f"{done} of {told.texts} texts are translated in {told.path}")


def _say(text: str) -> None:
    out().print(text, soft_wrap=True, markup=False)
