"""Commands of the workspace folder: init, ingest, status, doctor."""

from pathlib import Path
from shlex import quote
from typing import Any

import click

from farled.cli.options import READING, as_typed, reading_of, reading_options, workspace_option
from farled.cli.screen import err, out, patience, plain, preparing, progress, show


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", help="What people call the workspace; default: the folder's name.")
@click.option("--language", type=click.Choice(["sv", "nb", "da", "en"]), default="sv", help="Of pictures. Default: sv.")
@click.option("--time-zone", default="Europe/Stockholm", help="Where days begin. Default: Europe/Stockholm.")
@click.option("--currency", default="SEK", help="Of money that names none. Default: SEK.")
@click.option("--region", default="SE", help="Of phone numbers without a country. Default: SE.")
@click.option("--buckets", type=int, default=16, help="Parts of the event table, fixed for ever. Default: 16.")
def init(folder: Path, name: str | None, **settings: Any) -> None:
    """Make a workspace folder."""
    from farled.events.folder import settings_of
    from farled.workspace.storing import create

    create(folder, settings_of({"name": name or folder.absolute().name, **settings}))
    next_ = f"farled ingest FILES… --workspace {quote(str(folder))}"
    out().print(f"The workspace is in {folder}. Next: {next_}", soft_wrap=True, markup=False)


@click.command()
@click.argument("files", nargs=-1)
@click.option("--mapping", type=click.Path(), help="Mapping file; default: columns are guessed.")
@click.option("--dry-run", is_flag=True, help="Only tell what would happen.")
@click.option(
    "--max-rejected", type=float, default=0.2, help="Stop when more than this share is rejected. Default: 0.2."
)
@click.option("--undo", metavar="ID", help="Take back an import.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@workspace_option
@reading_options
def ingest(files: tuple[str, ...], mapping: str | None, undo: str | None, **given: Any) -> None:
    """Bring FILES of events into the workspace: all of them, or nothing."""
    from farled.events.folder import find, load
    from farled.events.report import reject_files
    from farled.sources.files import Columns, Options
    from farled.workspace.dry_run import try_out
    from farled.workspace.dry_run_text import text_of
    from farled.workspace.storing import add, take_back
    from farled.workspace.storing import reading as read

    if bool(files) == bool(undo):
        raise click.UsageError("Name files to bring in, or an import to --undo.")
    if undo and given["dry_run"]:
        raise click.UsageError("--undo cannot be tried with --dry-run; to have it back, import the files again.")
    folder = load(Path(given["workspace"]) if given["workspace"] else find())
    reading = reading_of(given)
    options = Options(**{name: reading.pop(name) for name in READING if name in reading})
    columns = Columns(**reading)
    with patience(preparing("Reading and storing …")):
        dry_run, limit = None, given["max_rejected"]
        if undo:
            report = take_back(folder, undo)
        elif given["dry_run"]:
            dry_run = try_out(folder, read(folder, files, mapping, options, columns), limit)
            report = dry_run.report
        else:
            report = add(folder, files, mapping, max_rejected=limit, options=options, columns=columns)
    if given["as_json"]:
        click.echo(plain((dry_run or report).to_dict()))
        return
    for note in report.notes:
        err().print(f"[dim]{as_typed(note)}[/dim]", soft_wrap=True)
    out().print(text_of(dry_run, out().width) if dry_run else str(report), soft_wrap=True, markup=False, emoji=False)
    if dry_run:
        out().print("\nNothing was written (dry run).")
    elif report.rejected:
        written = ", ".join(map(str, reject_files(folder.imports, report.import_id)))
        out().print(
            f"The rejected rows are in {written}; corrected, they can be imported alone.", soft_wrap=True, markup=False
        )


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@workspace_option
def status(workspace: str | None, as_json: bool) -> None:
    """Say what the workspace holds."""
    import farled
    from farled.workspace.storing import status as status_of

    with progress("Bringing the index up to date") as advance:
        found = status_of(farled.open(workspace, progress=advance))
    if as_json:
        click.echo(plain(found.to_dict()))
    else:
        show(found.table())


@click.command()
@workspace_option
def doctor(workspace: str | None) -> None:
    """Look the workspace over; exit code 1 when something is wrong."""
    from farled.events.folder import find
    from farled.workspace.storing import examine

    checks = examine(Path(workspace) if workspace else find())
    for check in checks:
        out().print(str(check), soft_wrap=True, markup=False)
    if not all(check.ok for check in checks):
        raise SystemExit(1)


COMMANDS = {"init": init, "ingest": ingest, "status": status, "doctor": doctor}
