"""How the guide looks in a terminal of eighty columns."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from farled.cli.screen import out
from farled.locale import N_, translator
from farled.maps.guide.case import Gap, Need, path_of
from farled.maps.guide.guide import STATES, Guide, StepFound, gap_text
from farled.maps.guide.levers import Lever
from farled.maps.guide.needs_intent import PARTS
from farled.maps.guide.telling import item_states, proposal_text
from farled.workspace.guiding import lines_of

Line = Callable[[tuple[str | int, ...]], int]
SIGNS: Final = {"done": ("✓", "green"), "partly": ("◐", "yellow"), "missing": ("○", "red")}
ITEMS: Final = {"done": ("✓", "green"), "open": ("○", "red"), "unknown": ("?", "yellow")}
SHOWN: Final = 2
WIDEST: Final = 88


def show_guide(guide: Guide, file: Path, language: str, *, everything: bool = False) -> None:
    """Print a guide: the steps, the checklist, levers, and last the next thing to do."""
    told, console, line = translator(language), _console(), lines_of(file)
    title = Text(guide.map.map.title, style="bold")
    count = told(N_("{done} of {all} steps done")).format(done=guide.done, all=len(guide.steps))
    console.print()
    _sides(console, title, Text(count))
    console.print(_bar(guide, console.width))
    console.print()
    for found in guide.steps:
        is_next = guide.next is found
        for text in _step(found, guide, language, console.width):
            console.print(text)
        if everything or is_next:
            for need in found.needs:
                _need(console, need, guide, line, language, everything=everything)
    console.print()
    console.print(Text(told(N_("Checklist")), style="bold"))
    for each in guide.checklist:
        sign, color = ITEMS[each.state]
        more = f"  {', '.join(each.failing)}" if each.failing else f"  {told(item_states()[each.state])}"
        console.print(Text.assemble(" ", (sign, color), f" {told(each.item.name)}", (more, "dim")))
    _proposals(console, guide, language)
    _next(console, guide, line, language)


def show_levers(levers: Sequence[Lever], language: str) -> None:
    """Print levers, one line or two each."""
    told, console = translator(language), _console()
    for each in levers:
        parts = (
            told(N_("all parts"))
            if len(each.parts) == len(PARTS)
            else ", ".join(told(PARTS[part]) for part in each.parts)
        )
        console.print(Text.assemble((each.id, "bold"), f"  {told(each.name)}"), overflow="fold")
        console.print(Padding(Text(f"{parts} · {', '.join(each.rules)}", style="dim"), (0, 0, 0, 5)))


def show_lever(each: Lever, language: str) -> None:
    """Print all about one lever."""
    told, console = translator(language), _console()
    parts = ", ".join(told(PARTS[part]) for part in each.parts)
    console.print(Text.assemble((each.id, "bold"), f"  {told(each.name)}", style="bold"))
    console.print(Padding(Text(told(each.how)), (0, 0, 1, 5)))
    rows = (
        (N_("Helps on"), parts),
        (N_("Answers to"), ", ".join(each.rules)),
        (N_("Shown by"), ", ".join(each.kinds)),
    )
    for name, value in rows:
        console.print(Padding(Text.assemble((f"{told(name)}: ", "dim"), value), (0, 0, 0, 5)))
    line = f"opportunities: [{{id: …, text: …, lever: {each.id}, owner: …, moves: {{…: up}}}}]"
    console.print(Padding(Text(line, style="cyan"), (1, 0, 0, 5)))


def show_types(context: dict[str, Any], *, is_asked: bool) -> None:
    """Print the questions of the type advisor, or its advice."""
    console = _console()
    if not is_asked:
        for question in context["questions"]:
            console.print(Text.assemble((question["text"], "bold"), (f"  --{question['id']}", "cyan")))
            for option in question["options"]:
                console.print(Text.assemble(f"  {option['id']:<18}", (option["text"], "dim")))
        return
    console.print(Text(context["finding"], style="bold"))
    for each in context["types"]:
        console.print()
        sign = ("✓ ", "green") if each["recommended"] else ("  ", "")
        console.print(Text.assemble(sign, (each["name"], "bold"), (f"  {each['from_to']}", "dim")))
        for letter, texts in (("+", each["pros"]), ("–", each["cons"])):
            for text in texts:
                console.print(Padding(Text(f"{letter} {text}"), (0, 0, 0, 2)))
        console.print(Padding(Text(each["measured"], style="dim"), (0, 0, 0, 2)))
        console.print(Padding(Text(f"$ {each['command']}", style="cyan"), (0, 0, 0, 2)))


def _console() -> Console:
    console = out()
    return Console(highlight=False, width=WIDEST) if console.width > WIDEST else console


def _sides(console: Console, left: Text, right: Text) -> None:
    room = console.width - left.cell_len - right.cell_len
    console.print(Text.assemble(left, " " * room, right) if room > 1 else Text.assemble(left, "\n", right))


def _bar(guide: Guide, width: int) -> Text:
    """Return a bar with one piece per step."""
    piece = max((width - len(guide.steps) + 1) // len(guide.steps), 1)
    text = Text()
    for found in guide.steps:
        letter = {"done": "━", "partly": "╍", "missing": "·"}[found.state]
        text.append(letter * piece, style=SIGNS[found.state][1])
        text.append(" ")
    return text


def _step(found: StepFound, guide: Guide, language: str, width: int) -> Iterator[Text]:
    told, (sign, color) = translator(language), SIGNS[found.state]
    name = Text.assemble(
        " ", (sign, color), f" {found.step.number:>2}  ", (told(found.step.name), "bold" if guide.next is found else "")
    )
    state = told(STATES[found.state])
    said = Text.assemble((f"{found.met}/{len(found.needs)}  ", "dim"), (f"{state:<9}", color))
    yield Text.assemble(name, " " * max(2, width - name.cell_len - said.cell_len), said)


def _need(console: Console, need: Need, guide: Guide, line: Line, language: str, *, everything: bool) -> None:
    told = translator(language)
    sign, color = (
        ("✓", "green") if need.is_met else ("?", "yellow") if need.unknown and not need.gaps else ("–", "yellow")
    )
    why = f" – {told(need.unknown)}" if need.unknown and not need.gaps else ""
    console.print(Padding(Text.assemble((sign, color), f" {told(need.says)}{why}"), (0, 0, 0, 6)))
    shown = need.gaps if everything else need.gaps[:SHOWN]
    for gap in shown:
        console.print(Padding(Text(gap_text(gap, language)), (0, 0, 0, 8)))
        _place(console, gap, guide, line, 10)
    left = len(need.gaps) - len(shown)
    if left:
        text = told(N_("and {n} more")).format(n=left)
        console.print(Padding(Text(f"{text}: farled guide {guide.map.map.id} --all", style="dim"), (0, 0, 0, 8)))


def _place(console: Console, gap: Gap, guide: Guide, line: Line, indent: int) -> None:
    """Print the command to type, or file, line and place to edit; on two lines where one is too narrow."""
    if gap.command:
        console.print(Text(f"{' ' * indent}$ {gap.command}", style="cyan"), soft_wrap=True)
    elif gap.keys:
        where, path = f"{guide.file}:{line(gap.keys)}", path_of(guide.map, gap.keys)
        apart = "  " if indent + len(where) + 2 + len(path) <= console.width else f"\n{' ' * indent}"
        console.print(Text.assemble(" " * indent, (where, "cyan"), (apart + path, "dim")), soft_wrap=True)


def _proposals(console: Console, guide: Guide, language: str) -> None:
    told = translator(language)
    if not guide.proposals:
        return
    console.print()
    console.print(Text(told(N_("Where to begin")), style="bold"))
    for each in guide.proposals:
        console.print(Padding(Text(proposal_text(each, language)), (0, 0, 0, 1)))
        for lever in each.levers:
            console.print(Padding(Text.assemble((f"{lever.id}  ", "dim"), told(lever.name)), (0, 0, 0, 3)))


def _next(console: Console, guide: Guide, line: Line, language: str) -> None:
    told = translator(language)
    console.print()
    if guide.next is None:
        console.print(
            Text(told(N_("All steps are done. The next review will tell whether that still holds.")), style="green")
        )
        return
    name = f"{guide.next.step.number} {told(guide.next.step.name)}"
    console.print(Text(told(N_("Next: {step}")).format(step=name), style="bold"))
    console.print(Padding(Text(told(guide.next.step.asks)), (0, 0, 0, 1)))
    for gap in guide.next.gaps[:1]:
        _place(console, gap, guide, line, 1)
