"""A dry run for people: plain text that fits into the lines of a terminal."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from farled.workspace.dry_run import DryRun, Rejects

if TYPE_CHECKING:  # showing numbers does not load what reads files
    from farled.sources.mapping_sample import FileColumns, Sample, SampleRow

NAMES = 40
RANGES = 12
LONGEST = 60


def text_of(dry_run: DryRun, width: int = 80) -> str:
    """Return the numbers, names, rejected rows, columns and first rows of a dry run.

    Args:
        dry_run: What an import would do.
        width: Characters of a line; only a word that is longer goes beyond it.
    """
    report = dry_run.report
    customers = f"{_counted(dry_run.new_customers, 'new customer')}, {dry_run.known_customers:,} known"
    lines = [*str(report).splitlines(), customers if report.events else "No customers"]
    if dry_run.stops:
        lines += _wrapped(
            f"The import would stop: more than {dry_run.max_rejected:.0%} of the rows are rejected. Correct them or "
            "the mapping, or allow more with --max-rejected.",
            width,
        )
    parts = [lines, list(_names(report.names, width))]
    parts += [_headed("Rejected rows", [line for one in dry_run.rejects for line in _rejects(one, width)])]
    parts += [_headed(f"Columns of {_short(one.file)}", _columns(one, width)) for one in dry_run.columns]
    parts += [
        _headed(f"The first rows of {_short(one.file)}, and what they become", _sample(one, width))
        for one in dry_run.samples
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _short(file: str) -> str:
    return Path(file).name or file


def _counted(n: int, what: str) -> str:
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def _headed(heading: str, lines: Sequence[str]) -> list[str]:
    return [heading, *lines] if lines else []


def _wrapped(text: str, width: int, first: str = "", later: str = "") -> list[str]:
    return wrap(text, max(width, 20), initial_indent=first, subsequent_indent=later, break_long_words=False) or [first]


def _names(names: Mapping[str, int], width: int) -> Iterator[str]:
    if names:
        yield "Events by name"
    digits = max((len(f"{n:,}") for n in names.values()), default=0)
    for name, n in list(names.items())[:NAMES]:
        yield from _wrapped(_clean(name), width, f"  {n:>{digits},}  ", " " * (digits + 4))
    if len(names) > NAMES:
        yield f"  and {_counted(len(names) - NAMES, 'more name')}"


def _rejects(one: Rejects, width: int) -> list[str]:
    of = f" in {_clean(one.column)}" if one.column else ""
    such = f", such as {_value(one.value)}" if one.value else ""
    return _wrapped(
        f"{_short(one.file)}: {one.reason}{of}, {_counted(one.rows, 'row')}{such}: {_lines(one)}", width, "  ", "    "
    )


def _lines(one: Rejects) -> str:
    """Write line numbers, those that follow each other as a range."""
    runs = [[line for _, line in run] for _, run in groupby(enumerate(one.lines), lambda pair: pair[1] - pair[0])]
    shown = runs[:RANGES]
    told = [f"{run[0]}" if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in shown]
    left = one.rows - sum(map(len, shown))
    more = f" and {left:,} more" if left else ""
    return f"{'line' if one.rows == 1 else 'lines'} {', '.join(told)}{more}"


def _columns(one: "FileColumns", width: int) -> list[str]:
    lines = []
    for said, names in (("become properties", one.properties), ("become attributes", one.attributes)):
        told = [_clean(name if name == new else f"{name} (as {new})") for name, new in names.items()]
        lines += _wrapped(f"{said}: {', '.join(told)}", width, "  ", "    ") if told else []
    unused = ", ".join(map(_clean, one.unused)) or "none"
    return [*lines, *_wrapped(f"not used: {unused}", width, "  ", "    ")]


def _sample(one: "Sample", width: int) -> list[str]:
    return [line for row in one.rows for line in _row(row, width)]


def _row(row: "SampleRow", width: int) -> Iterator[str]:
    head = f"  line {row.line}  "
    below, mark = " " * len(head), " " * (len(head) - 4)
    cells = [f"{_clean(name)}: {_value(value)}" for name, value in row.cells.items() if value is not None]
    yield from _wrapped("; ".join(cells) or "(empty)", width, head, below)
    for event in row.events:
        yield from _wrapped(_event(event), width, f"{mark}->  ", below)
    for wrong in row.rejected:
        said = f"rejected, {wrong['reason']}: {_clean(wrong['column'])} is {_value(wrong['value']) or 'empty'}"
        yield from _wrapped(said, width, f"{mark}->  ", below)
    if not row.events and not row.rejected:
        yield f"{mark}->  no event of its own"


def _event(event: Mapping[str, Any]) -> str:
    """Write an event: name and time, who, then what it has."""
    parts = [f"{_clean(event['name'])} {event['time']}", *map(_clean, event["identifiers"])]
    for key, unit in (("channel", ""), ("account", ""), ("value", "currency"), ("score", "scale"), ("text", "")):
        if key in event:
            parts.append(" ".join(filter(None, [key, _value(event[key]), _clean(event.get(unit) or "")])))
    parts += [f"{_clean(name)}: {_value(value)}" for name, value in event.get("properties", {}).items()]
    return "; ".join(parts)


def _value(value: object) -> str:
    """Write a value on one line; a long one is cut, with a sign that says so."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.15g}"
    text = _clean(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _clean(text: str) -> str:
    """Write signs that a terminal would obey as blanks."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
