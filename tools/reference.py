"""Write the pages of the reference that come from docstrings, the registry, the commands and the models.

    python tools/reference.py            writes docs/reference/*.md
    python tools/reference.py --check    exit code 1 when a page is not as it would be written

A test compares the pages too, so they cannot fall behind the code.
"""

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, get_type_hints

import click

from farled import errors
from farled.cli.main import COMMANDS
from farled.figures.table import Table
from farled.maps import metric
from farled.maps.audit.catalog import GROUPS, RULES
from farled.maps.audit.rule import Rule
from farled.questions import QUESTIONS
from farled.stats.intervals import Estimate, Rate
from farled.workspace import Workspace
from farled.workspace import open as open_workspace
from farled.workspace import read as read_files

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
NOTE = "<!-- Written by tools/reference.py: change the docstrings, then run it. -->"
SECTION = re.compile(r"^(Args|Attributes|Returns|Raises|Example|Source):$", re.MULTILINE)
ENTRY = re.compile(r"^    (?P<name>[*\w][\w, ]*): (?P<text>.*(?:\n(?:        .*|\s*$))*)", re.MULTILINE)

QUESTIONS_ARE = """\
A question is a value: the same in Python, in YAML and JSON, on the command line, in the URL of a page and of
the API. Every answer can be printed, is a table in a notebook, and has `.to_dict()`, `.to_arrow()` and
`.table()`.

Beside every question stand `where` (a segment: its id or [its rule](conditions.md)), `during`
([a period](spans-and-periods.md)) and `map` (a map: then names are its touchpoints, and journeys end as on
it). Every question may be asked `by` a list of segments: of everybody, and of each segment for itself. Where a
question has no field `by`, it stands beside it too. What a rate and an estimate hold is said in
[Python](python.md#rate)."""
COMMANDS_ARE = """\
`farled COMMAND --help` says the same. A command that needs a workspace takes `--workspace DIR`, else the
folder in `FARLED_WORKSPACE`, else the nearest folder upwards with a `farled.yaml`. Answers go to standard
output, progress and remarks to standard error. [Exit codes](errors.md) tell what went wrong."""
ERRORS_ARE = """\
Every error that Farled raises on purpose is a `FarledError`. It has a `message`, one sentence with the value
at fault, and a `hint`, what to do. A class stands for what the caller can do about it."""
ERRORS_LOOK = """\
Other exit codes: 0 all went well; 1 `farled doctor` found something wrong; 2 also a command line that cannot
be read; 130 interrupted. On the command line an error is two lines on standard error, `Error:` and `Hint:`;
over HTTP it is a problem document (RFC 9457) with title, status, detail and hint.

```python
>>> import farled
>>> import pyarrow as pa
>>> shop = farled.read(pa.table({"customer": ["ana"], "time": [0], "name": ["visit"]}))
>>> shop.ask(farled.Funnel(["visit", "vist"]))
Traceback (most recent call last):
    ...
farled.errors.NotFoundError: There is no event named 'vist'.
Hint: Did you mean 'visit'?

```"""
METRICS_ARE = """\
The kinds of metric that a map or the catalogue may define; there are no formulas. Each takes `kind`, and may
take `name` and `better` (`up` or `down`). Keys in bold are required. `at`, `from`, `to`, `before` and `ask`
are the id of a phase or of a touchpoint, or a rule `{event: NAME, where: CONDITION}`. Where `within` is not
said it is `journey.within` of the map. *F(within)* is the share that has had it by then, with journeys still
under way counted for as long as they were watched: see [completion](../explanation/completion.md)."""
METRICS_LACK = """\
`channel_effect` with `view: attribution` is the share of goals that Markov removal effects credit to the
channel; with `view: with_without` it is reached within `journey.within` by journeys that had met the channel
before, minus the same of those that had not, among journeys entered in the same month, which is not its
effect; with `view: lift` it needs an experiment, and without one has no value, with the reason
`not_computable`: see [the snapshot](snapshot.md)."""

AUDIT_IS = """\
The rules by which `farled map audit` judges a map. The audit never edits the map: it says what is wrong, with
which evidence, and what to do. See [how to audit a map](../how-to/audit-a-map.md) and
[what a finding means](../explanation/findings.md).

Every rule *passes*, *fails* with one finding per object, or *cannot tell* where its input is missing, a group
holds fewer than 30 customers, less than 0.3 of a phase is covered, a window is not over, or a value is hidden.
*Lower*, *higher* and *differs* are significant: 5 %, all comparisons of the rule together
(Benjamini-Hochberg), and a difference of at least 0.02 of shares, 0.3 of feelings, 5 points of NPS, or a
tenth of times. *Off target*: the whole 95 % interval lies on the wrong side.

Each threshold has a name; a map changes it under `map.audit`, such as `S03: {min_share: 0.08}`, or switches
the rule off with its reason: `O04: {off: "why"}`. Severity: **E** error, the map must not be used for
decisions before it is accepted or dismissed; **W** warning; **I** information. Needs: **M** the map alone,
**E** events, **F** feedback, **S** snapshots over time, **X** experiments.
Sentences and cures are shipped in Swedish, Norwegian, Danish and English."""


@dataclass(frozen=True, slots=True)
class Told:
    """A docstring in its parts.

    Attributes:
        first: The first line.
        more: Paragraphs after it.
        parts: Text of each section.
    """

    first: str
    more: str
    parts: Mapping[str, str]

    @classmethod
    def of(cls, thing: object) -> "Told":
        """Read the docstring of something."""
        text = inspect.getdoc(thing) or ""
        pieces = SECTION.split(text)
        first, _, more = pieces[0].strip().partition("\n\n")
        parts = {pieces[at]: pieces[at + 1].strip("\n") for at in range(1, len(pieces), 2)}
        return cls(marked(first), marked(more), parts)

    def entries(self, part: str) -> dict[str, str]:
        """Return the named lines of a section, each as one sentence or more."""
        found = ENTRY.finditer(self.parts.get(part, ""))
        named = {match["name"]: marked(" ".join(match["text"].split())) for match in found}
        return {name.strip(): text for names, text in named.items() for name in names.split(",")}

    def example(self, needs: str = "") -> list[str]:
        """Return the example as a block of code; ``needs`` is imported first."""
        if "Example" not in self.parts:
            return []
        lines = [f">>> {needs}"] if needs else []
        return ["", "```python", *lines, inspect.cleandoc(self.parts["Example"]), "", "```"]

    def source(self) -> list[str]:
        """Return where the definition comes from; a decision is linked."""
        if "Source" not in self.parts:
            return []
        text = marked(" ".join(self.parts["Source"].split()))
        linked = re.sub(r"decision (\d{4})", _decision, text)
        return ["", f"*Source:* {linked}"]


def _decision(match: re.Match[str]) -> str:
    found = sorted((FOLDER.parent / "decisions").glob(f"{match[1]}-*.md"))
    return f"[decision {match[1]}](../decisions/{found[0].name})" if found else match[0]


def marked(text: str) -> str:
    """Return a docstring's text as Markdown."""
    return re.sub(r"``(.+?)``", r"`\1`", re.sub(r"(?<!`)`([\w.]+)`(?!`)", r"`\1`", text))


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table as lines."""
    lines = [f"| {' | '.join(headings)} |", f"|{' --- |' * len(headings)}"]
    return ["", *lines, *(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)]


def questions() -> str:
    """Return the page of the questions."""
    lines = [
        "# Questions",
        NOTE,
        "",
        QUESTIONS_ARE,
    ]
    for name, kind in QUESTIONS.items():
        lines += ["", f"## {kind.__name__}", *_question(name, kind)]
    return "\n".join([*lines, ""])


def _question(name: str, kind: type) -> Iterator[str]:
    told = Told.of(kind)
    said = told.entries("Args")
    yield from ("", told.first, "", told.more, "", f"On the command line: `farled {name}`.")
    rows = [(f"`{field.name}`", _default(field), said.get(field.name, "")) for field in fields(kind)]
    yield from table(("field", "default", "meaning"), rows)
    yield from ("", *(f"Refused: {text}" for text in told.entries("Raises").values()))
    yield from told.example(f"from farled import {kind.__name__}")
    yield from told.source()
    answer = get_type_hints(getattr(kind, "answer", None) or kind.asked)["return"]  # some ask other questions
    for part in _parts(answer):
        about = Told.of(part)
        yield from ("", f"### {part.__name__}", "", about.first)
        yield from table(
            ("attribute", "meaning"), ((f"`{key}`", text) for key, text in about.entries("Attributes").items())
        )
    behind = Told.of(getattr(kind, "behind", None) or kind.behind_asked)
    yield from ("", "### Customers behind a number", "", behind.first, "", behind.more)


def _parts(answer: type) -> list[type]:
    """Return an answer and the public dataclasses that it is made of, of its own module."""
    found = [answer]
    for kind in found:
        text = " ".join(str(field.type) for field in fields(kind))
        inside = dict.fromkeys(getattr(inspect.getmodule(kind), word, None) for word in re.findall(r"\w+", text))
        own = [each for each in inside if inspect.isclass(each) and is_dataclass(each)]
        new = [each for each in own if each not in found and each not in QUESTIONS.values()]
        found += [each for each in new if each.__module__ == kind.__module__]
    return found


def _default(field: Field[Any]) -> str:
    if field.default is MISSING:
        return "required"
    return "–" if field.default in (None, ()) else f"`{field.default}`"


def commands() -> str:
    """Return the page of the command line."""
    lines = [
        "# Commands",
        NOTE,
        "",
        COMMANDS_ARE,
    ]
    for name, (module, _) in COMMANDS.items():
        command: click.Command = import_module(module).COMMANDS[name]
        lines += _command(f"farled {name}", command)
    return "\n".join([*lines, ""])


def _command(path: str, command: click.Command) -> list[str]:
    arguments = [_argument(param) for param in command.params if isinstance(param, click.Argument)]
    usage = " ".join([path, *arguments, "[OPTIONS]"]) if not isinstance(command, click.Group) else f"{path} COMMAND"
    help_ = inspect.cleandoc(command.help or "").replace("\n\nExample: ", "\n\nFor example: ")
    lines = ["", f"## {path}", "", marked(help_), "", "```text", usage, "```"]
    if isinstance(command, click.Group):
        return lines + [line for name, inner in command.commands.items() for line in _command(f"{path} {name}", inner)]
    options = [param for param in command.params if isinstance(param, click.Option)]
    return lines + table(("option", "meaning"), ((_flags(option), option.help or "") for option in options))


def _argument(param: click.Argument) -> str:
    name = (param.name or "").upper()
    shown = f"{name}…" if param.nargs == -1 else name
    return shown if param.required else f"[{shown}]"


def _flags(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    choices = getattr(option.type, "choices", ())
    return f"{names} ({', '.join(choices)})" if choices else names


def failures() -> str:
    """Return the page of errors and exit codes."""
    kinds = [errors.FarledError, *errors.FarledError.__subclasses__()]
    rows = [(f"`{kind.__name__}`", str(kind.exit_code), str(kind.http_status), Told.of(kind).first) for kind in kinds]
    lines = [
        "# Errors and exit codes",
        NOTE,
        "",
        ERRORS_ARE,
        *table(("class", "exit code", "HTTP status", "meaning"), rows),
        "",
        ERRORS_LOOK,
    ]
    return "\n".join([*lines, ""])


def metrics() -> str:
    """Return the page of the metric kinds."""
    rows = []
    for kind in metric.AnyMetric.__args__:
        keys = [field.alias or name for name, field in kind.model_fields.items()]
        keys = [key for key in keys if key not in ("kind", "name", "better")]
        required = {field.alias or name for name, field in kind.model_fields.items() if field.is_required()}
        shown = ", ".join(f"**`{key}`**" if key in required else f"`{key}`" for key in keys) or "–"
        rows.append((f"`{kind.model_fields['kind'].annotation.__args__[0]}`", shown, kind.unit, Told.of(kind).first))
    lines = [
        "# Metrics",
        NOTE,
        "",
        METRICS_ARE,
        *table(("kind", "parameters", "unit", "value"), rows),
        "",
        METRICS_LACK,
    ]
    return "\n".join([*lines, ""])


def audit_rules() -> str:
    """Return the page of the rules of the audit."""
    lines = ["# Rules of the audit", NOTE, "", AUDIT_IS]
    for letter, title in GROUPS.items():
        lines += ["", f"## {title}"]
        lines += [line for rule in RULES if rule.id.startswith(letter) for line in _rule(rule)]
    return "\n".join([*lines, ""])


def _rule(rule: Rule) -> Iterator[str]:
    yield from ("", f"### {rule.id} {rule.name}", "", f"*{rule.severity}, needs {' '.join(rule.needs)}.* {rule.says}")
    yield from ("", f"What to do: {rule.cure}")
    defined = inspect.getdoc(rule.judge)
    yield from ("", marked(" ".join(defined.split()))) if defined else ()
    parts = [f"`{name}` {value:g}" if isinstance(value, float) else f"`{name}` {value}" for name, value in
             rule.thresholds.items()]  # fmt: skip
    facts = [f"Thresholds: {', '.join(parts)}."] if parts else []
    facts += [f"Levers: {', '.join(rule.levers)}."] if rule.levers else []
    facts += [f"Source: {', '.join(rule.sources)}."]
    yield from ("", " ".join(facts))


def python() -> str:
    """Return the page of the Python names."""
    lines = [
        "# Python",
        NOTE,
        "",
        "`import farled` costs nothing; each name is loaded when it is first used.",
        *_function("farled.open", open_workspace),
        *_function("farled.read", read_files),
        "",
        "## Workspace",
        "",
        Told.of(Workspace).first,
        "",
        Told.of(Workspace).more,
    ]
    lines += [line for name, member in _members(Workspace) for line in _member(name, member)]
    for kind in (Rate, Estimate, Table):
        told = Told.of(kind)
        lines += ["", f"## {kind.__name__}", "", told.first, "", told.more]
        lines += table(("attribute", "meaning"), ((f"`{key}`", text) for key, text in _attributes(kind, told).items()))
        lines += told.example(f"from {kind.__module__} import {kind.__name__}")
    return "\n".join([*lines, ""])


def _members(kind: type) -> Iterator[tuple[str, Any]]:
    known: dict[str, Any] = {}
    for each in kind.__mro__[:-1]:
        known = {**known, **{name: member for name, member in vars(each).items() if name not in known}}
    yield from ((name, member) for name, member in known.items() if not name.startswith("_"))


def _attributes(kind: type, told: Told) -> dict[str, str]:
    properties = {name: Told.of(each).first for name, each in _members(kind) if isinstance(each, property)}
    return {**told.entries("Attributes"), **properties}


def _member(name: str, member: Any) -> list[str]:
    if inspect.isfunction(member):
        return _function(f"Workspace.{name}", member, "###")
    return ["", f"### Workspace.{name}", "", f"*Attribute.* {Told.of(member).first}"]


def _function(name: str, function: Callable[..., Any], level: str = "##") -> list[str]:
    told = Told.of(function)
    lines = ["", f"{level} {name}", "", told.first, "", told.more]
    arguments = told.entries("Args")
    if arguments:
        lines += table(("argument", "meaning"), ((f"`{key}`", text) for key, text in arguments.items()))
    raised = told.entries("Raises")
    if raised:
        lines += ["", *(f"Raises `{key}`: {text}  " for key, text in raised.items())]
    return [*lines, *told.example()]


PAGES: Mapping[str, Callable[[], str]] = {
    "questions.md": questions,
    "commands.md": commands,
    "errors.md": failures,
    "metrics.md": metrics,
    "audit.md": audit_rules,
    "python.md": python,
}


def page(name: str) -> str:
    """Return a page as it should stand in its file."""
    return re.sub(r"\n{3,}", "\n\n", PAGES[name]())


def main() -> None:
    """Write the pages, or check them."""
    stale = [
        name for name in PAGES if not (FOLDER / name).is_file() or (FOLDER / name).read_text("utf-8") != page(name)
    ]
    if "--check" in sys.argv:
        print("\n".join(f"docs/reference/{name} is behind the code: run python tools/reference.py" for name in stale))
        sys.exit(1 if stale else 0)
    for name in stale:
        (FOLDER / name).write_text(page(name), "utf-8")
        print(f"docs/reference/{name}")


if __name__ == "__main__":
    main()
