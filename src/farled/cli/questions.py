"""One command per question, made from the registry: its fields are the options."""

from dataclasses import MISSING, Field, fields
from typing import Any

import click

from farled.cli.options import as_text, as_typed, reading_of, reading_options, require_one_form
from farled.cli.pictures import picture_asked, picture_options, write_answer
from farled.cli.screen import err, patience, plain, preparing, show
from farled.errors import NotFoundError
from farled.questions import QUESTIONS
from farled.questions.forms import beside_of, from_pairs, is_nested, plain_name

BESIDE = {
    "where": "Segment: its id, or its rule: '{event: order, min: 3}'.",
    "during": "Period: 2026-Q3, 2026-07, FROM..TO, or 90d for the last 90 days.",
    "map": "Map whose touchpoints the events are: its id, or a map file.",
    "unit": "Whose journeys: customer or account; default: the map's, else customer.",
    "by": "Segments by commas: each is asked for itself too. persona: those of the map.",
}

EXAMPLES = {
    "funnel": "events.csv --steps visit,cart,order --within 30d",
    "compare": "funnel events.csv --steps visit,order --a 2026-Q2 --b 2026-Q1",
    "drivers": "funnel events.csv --steps visit,cart,order --step order",
    "trend": "funnel events.csv --steps visit,order --period week",
    "robust": "funnel events.csv --steps visit,order --within 30d",
}


def question_command(name: str) -> click.Command:
    """Return the command of a question."""
    kind = QUESTIONS[name]
    text = (kind.__doc__ or "").partition("\n\n")
    example = f"Example: farled {name} {EXAMPLES.get(name, 'events.csv')}"

    def callback(source: tuple[str, ...], **given: Any) -> None:
        ask(name, source, given)

    made = OverQuestion if any(map(is_nested, fields(kind))) else click.Command
    command = made(name, callback=callback, help=f"{text[0]}\n\n{example}", short_help=text[0])
    return with_params(command, [option_of(field) for field in fields(kind)], _beside(name))


def with_params(command: click.Command, options: list[click.Option], beside: list[str]) -> click.Command:
    """Give a command the options of a question, and those that every question has."""
    command.params = [
        click.Argument(["source"], nargs=-1),
        *options,
        *(click.Option([f"--{each}"], help=BESIDE[each]) for each in beside),
        click.Option(["--behind"], metavar="POINTER", help="List the customers behind a number: /steps/1/dropped."),
        click.Option(["--json", "as_json"], is_flag=True, help="Print JSON."),
        click.Option(["--csv", "as_csv"], is_flag=True, help="Print CSV."),
        *picture_options(),
        click.Option(["--workspace"], metavar="DIR", help="Folder of the workspace."),
    ]
    return _with_reading(command)


def ask(name: str, source: tuple[str, ...], given: dict[str, Any]) -> None:
    """Ask a question and print the answer."""
    names = [plain_name(field) for field in fields(QUESTIONS[name])]
    own = {each: given[each] for each in names if given.get(each) is not None}
    reading = {key: value for key, value in reading_of(given).items() if key not in own or key == "time_zone"}
    given |= own
    beside = {key: given.pop(key) for key in _beside(name) if key in given}
    behind, as_json, as_csv, folder = (given.pop(key) for key in ("behind", "as_json", "as_csv", "workspace"))
    require_one_form(as_json, as_csv)
    out, look = picture_asked(given)
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
        err().print(f"[dim]{as_typed(str(line))}[/dim]", markup=True)
    if len(workspace.rejected):
        n = len(workspace.rejected)
        err().print(f"{n:,} {'row was' if n == 1 else 'rows were'} rejected: {_reasons(workspace)}")
    return workspace


def _reasons(workspace: Any) -> str:
    counts = workspace.rejected.column("reason").value_counts().to_pylist()
    return ", ".join(f"{each['values']} {each['counts']}" for each in counts)


def option_of(field: Field[Any], flag: str | None = None, name: str | None = None) -> click.Option:
    """Return the option of a field.

    Args:
        field: Of a question.
        flag: Default: ``--`` and the field's name.
        name: Of the parameter; default: the field's.
    """
    name = name or plain_name(field)
    flag = flag or f"--{name.replace('_', '-')}"
    text, choices = field.metadata.get("help", ""), field.metadata.get("choices")
    default = field.default
    if isinstance(default, bool):
        return click.Option([f"{flag}/--no-{flag[2:]}", name], default=None, help=text)
    shown = f" Default: {default}." if default not in (None, MISSING, ()) else ""
    kind = click.Choice(choices) if choices else None
    if is_nested(field):
        text += " Or name it first, as in the example."
    required = default is MISSING and not is_nested(field)
    return click.Option([flag, name], type=kind, required=required, help=text + shown)


def _with_reading(command: click.Command) -> click.Command:
    taken = {flag for param in command.params for flag in param.opts}

    def nothing() -> None: ...

    for option in click.command()(reading_options(nothing)).params:
        if not taken.intersection(option.opts):
            command.params.append(option)
    return command


class OverQuestion(click.Command):
    """The command of a question over another: the other's name comes first, and its options are taken too."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the options of both questions where the other one is named, as in ``compare funnel events.csv``.

        Raises:
            NotFoundError: What is named first is neither a question nor anything that could be read.
        """
        name = str(info_name)
        if args and not is_said(args):
            raise NotFoundError.named("question", args[0], QUESTIONS)
        if args and args[0] in QUESTIONS and not any(map(is_nested, fields(QUESTIONS[args[0]]))):
            inner = over(name, args[0])
            return inner.make_context(f"{name} {args[0]}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


def is_said(args: list[str]) -> bool:
    """Return whether the question is said, by ``--of`` or first, or what stands first is an option or is there."""
    from pathlib import Path

    first = args[0]
    is_of = any(each == "--of" or each.startswith("--of=") for each in args)
    return is_of or first.startswith("-") or first in QUESTIONS or Path(first).exists()


def over(name: str, inner: str) -> click.Command:
    """Return the command of a question over another, such as ``compare funnel``.

    Of options that both have, the outer question takes the name; the other's is then called after it too:
    ``--retention-period``.
    """
    outer = [field for field in fields(QUESTIONS[name]) if not is_nested(field)]
    nested = next(plain_name(field) for field in fields(QUESTIONS[name]) if is_nested(field))
    taken = {field.name for field in outer}
    options = [option_of(field) for field in outer]
    for field in fields(QUESTIONS[inner]):
        flag = field.name.replace("_", "-")
        flag = f"--{inner}-{flag}" if field.name in taken else f"--{flag}"
        options.append(option_of(field, flag, f"{nested}__{field.name}"))

    def callback(source: tuple[str, ...], **given: Any) -> None:
        asked = {key.replace(f"{nested}__", f"{nested}."): value for key, value in given.items()}
        ask(name, source, {nested: inner, **asked})

    text = (QUESTIONS[name].__doc__ or "").partition("\n\n")[0]
    command = click.Command(f"{name} {inner}", callback=callback, help=text, short_help=text)
    flags = {option for each in options for option in each.opts}
    return with_params(command, options, [each for each in _beside(name) if f"--{each}" not in flags])


class _Made(dict[str, click.Command]):
    """Commands, each made when it is first asked for: one question does not load the others."""

    def __missing__(self, name: str) -> click.Command:
        self[name] = question_command(name)
        return self[name]


COMMANDS = _Made()
