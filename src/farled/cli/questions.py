"""One command per question, made from the registry: its fields are the options."""

from dataclasses import MISSING, Field, fields
from typing import Any

import click

from farled.cli.options import as_text, reading_of, reading_options
from farled.cli.pictures import picture_asked, picture_options, write_answer
from farled.cli.screen import err, patience, plain, preparing, show
from farled.questions import QUESTIONS
from farled.questions.forms import beside_of, from_pairs

BESIDE = {
    "where": "Segment: its id, or its rule as JSON.",
    "during": "Period: 2026-Q3, 2026-07, FROM..TO, or 90d for the last 90 days.",
    "map": "Map whose touchpoints the events are: its id, or a map file.",
    "by": "Segments by commas: each is asked for itself too. persona: those of the map.",
}


def question_command(name: str) -> click.Command:
    """Return the command of a question."""
    kind = QUESTIONS[name]
    text = (kind.__doc__ or "").partition("\n\n")
    example = f"Example: farled {name} events.csv{' --steps visit,cart,order --within 30d' if name == 'funnel' else ''}"

    def callback(source: tuple[str, ...], **given: Any) -> None:
        ask(name, source, given)

    command = click.Command(name, callback=callback, help=f"{text[0]}\n\n{example}", short_help=text[0])
    command.params = [
        click.Argument(["source"], nargs=-1),
        *(_option(field) for field in fields(kind)),
        *(click.Option([f"--{beside}"], help=BESIDE[beside]) for beside in _beside(name)),
        click.Option(["--behind"], metavar="POINTER", help="List the customers behind a number: /steps/1/dropped."),
        click.Option(["--json", "as_json"], is_flag=True, help="Print JSON."),
        click.Option(["--csv", "as_csv"], is_flag=True, help="Print CSV."),
        *picture_options({field.name for field in fields(kind)}),
        click.Option(["--workspace"], metavar="DIR", help="Folder of the workspace."),
    ]
    return _with_reading(command)


def ask(name: str, source: tuple[str, ...], given: dict[str, Any]) -> None:
    """Ask a question and print the answer."""
    own = {field.name: given[field.name] for field in fields(QUESTIONS[name]) if given.get(field.name) is not None}
    reading = {key: value for key, value in reading_of(given).items() if key not in own or key == "time_zone"}
    given |= own
    beside = {key: given.pop(key) for key in _beside(name)}
    behind, as_json, as_csv, folder = (given.pop(key) for key in ("behind", "as_json", "as_csv", "workspace"))
    out, look = picture_asked(given, {field.name for field in fields(QUESTIONS[name])})
    question = from_pairs(name, [(key, as_text(value)) for key, value in given.items() if value is not None])
    workspace = _workspace(source, folder, reading)
    with patience(preparing("Counting …")):
        if behind:
            found = workspace.customers_behind(question, behind, **beside)
            answer = None
        else:
            answer = workspace.ask(question, **beside)
            if out:
                write_answer(answer, out, workspace.language, **look)
    if answer is None:
        click.echo(plain(found) if as_json else "\n".join(found))
    elif as_json:
        click.echo(plain(answer.to_dict()))
    elif as_csv:
        click.echo(answer.table().csv(), nl=False)
    elif not out:
        show(answer.table())


def _beside(name: str) -> list[str]:
    """Return what may be said beside the fields of a question."""
    return [beside for beside in beside_of(QUESTIONS[name]) if beside in BESIDE]


def _workspace(source: tuple[str, ...], folder: str | None, reading: dict[str, Any]) -> Any:
    """Return the workspace that is asked: files, or a folder."""
    from pathlib import Path

    import farled

    if not source or (len(source) == 1 and (Path(source[0]) / "farled.yaml").is_file()):
        return farled.open(source[0] if source else folder)
    with patience(preparing("Reading …")):
        workspace = farled.read(list(source), **reading)
    for line in workspace.report:
        err().print(f"[dim]{line}[/dim]", markup=True)
    if len(workspace.rejected):
        err().print(f"{len(workspace.rejected)} rows were rejected: {_reasons(workspace)}")
    return workspace


def _reasons(workspace: Any) -> str:
    counts = workspace.rejected.column("reason").value_counts().to_pylist()
    return ", ".join(f"{each['values']} {each['counts']}" for each in counts)


def _option(field: Field[Any]) -> click.Option:
    flag = f"--{field.name.replace('_', '-')}"
    text, choices = field.metadata.get("help", ""), field.metadata.get("choices")
    default = field.default
    if isinstance(default, bool):
        return click.Option([f"{flag}/--no-{field.name.replace('_', '-')}"], default=None, help=text)
    shown = f" Default: {default}." if default not in (None, MISSING, ()) else ""
    kind = click.Choice(choices) if choices else None
    return click.Option([flag, field.name], type=kind, required=default is MISSING, help=text + shown)


def _with_reading(command: click.Command) -> click.Command:
    taken = {param.name for param in command.params}

    def nothing() -> None: ...

    for option in click.command()(reading_options(nothing)).params:
        if option.name not in taken:
            command.params.append(option)
    return command


class _Made(dict[str, click.Command]):
    """Commands, each made when it is first asked for: one question does not load the others."""

    def __missing__(self, name: str) -> click.Command:
        self[name] = question_command(name)
        return self[name]


COMMANDS = _Made()
