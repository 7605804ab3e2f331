"""Opportunities as a picture: effort across, what they could bring to the goal upwards, each with its interval."""

from collections import defaultdict
from math import floor, log10
from typing import Final

from farled.maps.draw.pen import BODY, SMALL, STRONG, TINY, Box, circle, line, lines, rect, text
from farled.maps.draw.words import Words
from farled.maps.overview.drawing import Drawn
from farled.maps.overview.priorities import EFFORTS, Priorities, Priority
from farled.maps.overview.telling import VERDICTS, gain_text

WIDTH: Final = 1100.0
MARGIN: Final = 24.0
LEFT: Final = 92.0
PLOT: Final = 560.0
TOP: Final = 56.0
HIGH: Final = 340.0
STRIP: Final = 76.0
RADIUS: Final = 13.0
KEY: Final = 700.0


def matrix_picture(found: Priorities, language: str) -> Drawn:
    """Return the opportunities as a picture in a language; done and dropped ones are left out.

    Raises:
        NotFoundError: Farled does not speak the language.
    """
    words = Words(language)
    rows = [row for row in found.rows if row.verdict not in ("done", "dropped")]
    known = [row for row in rows if row.goal.value is not None]
    top_value = _ceiling(max((row.goal.high or row.goal.value or 0.0 for row in known), default=0.0))
    key, key_height = _key(rows, words)
    height = max(TOP + HIGH + STRIP + 60, key_height + TOP)
    body = _frame(words, top_value, has_known=bool(known))
    body += _balls(known, top_value) + _strip([row for row in rows if row.goal.value is None])
    title = words._("What could be done, by effect and effort: {map}", map=found.map.map.title)
    first = [str(row.number) for row in rows if row.verdict == "first"]
    told = words._("Begin with number {numbers}.", numbers=", ".join(first)) if first else ""
    return Drawn(WIDTH, height, body + key, title, told)


def _ceiling(value: float) -> float:
    """Return a round number at or above a value."""
    if value <= 0:
        return 1.0
    step = 10.0 ** floor(log10(value))
    return next(step * factor for factor in (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10) if step * factor >= value)


def _x(effort: float) -> float:
    return LEFT + PLOT * (effort - 0.5) / (EFFORTS + 1)


def _y(value: float, top_value: float) -> float:
    return TOP + HIGH * (1 - min(max(value, 0.0), top_value) / top_value)


def _frame(words: Words, top_value: float, *, has_known: bool) -> str:
    bottom = TOP + HIGH
    drawn = rect(Box(LEFT, TOP, _x(2.5) - LEFT, HIGH / 2), "good", 8)
    drawn += text(LEFT + 12, TOP + 20, words._("much for little"), SMALL, "pos")
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _y(top_value * share, top_value)
        drawn += line(LEFT, y, LEFT + PLOT, y, "hair" if share else "axis")
        drawn += (
            text(LEFT - 8, y + 4, words.value(top_value * share, "count"), TINY, "ink-3", "end") if has_known else ""
        )
    for effort in range(1, EFFORTS + 1):
        drawn += text(_x(effort), bottom + STRIP + 22, str(effort), SMALL, "ink-2", "middle")
    drawn += text(_x(EFFORTS + 1), bottom + STRIP + 22, words._("not said"), SMALL, "ink-2", "middle")
    drawn += text(
        LEFT + PLOT / 2, bottom + STRIP + 42, words._("Effort, from 1 (little) to 5 (much)"), STRONG, "ink-2", "middle"
    )
    drawn += text(
        MARGIN, TOP - 22, words._("More customers at the goal in the period, with 95 % interval"), STRONG, "ink-2"
    )
    drawn += rect(Box(LEFT, bottom + 8, PLOT, STRIP - 16), "sunk", 8)
    drawn += text(LEFT + 10, bottom + 23, words._("What it brings to the goal is not known"), TINY, "ink-3")
    return drawn


def _balls(rows: list[Priority], top_value: float) -> str:
    drawn, places = "", _places(rows)
    for row in rows:
        x, y = places[row.number], _y(row.goal.value or 0.0, top_value)
        if row.goal.low is not None and row.goal.high is not None:
            drawn += line(x, _y(row.goal.low, top_value), x, _y(row.goal.high, top_value), "whisker")
        drawn += _ball(row, x, y)
    return drawn


def _strip(rows: list[Priority]) -> str:
    places = _places(rows)
    return "".join(_ball(row, places[row.number], TOP + HIGH + STRIP - 26) for row in rows)


def _places(rows: list[Priority]) -> dict[int, float]:
    """Return where each stands across: those of one effort beside each other."""
    by_effort: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        by_effort[row.opportunity.effort or EFFORTS + 1].append(row.number)
    found = {}
    for effort, numbers in by_effort.items():
        gap = min(2 * RADIUS + 5, PLOT / (EFFORTS + 1) / len(numbers))
        for at, number in enumerate(numbers):
            found[number] = _x(effort) + (at - (len(numbers) - 1) / 2) * gap
    return found


def _ball(row: Priority, x: float, y: float) -> str:
    kind = {"first": "ball first", "worth": "ball", "effort_missing": "ball"}.get(row.verdict, "ball hollow")
    tone = "ink-2" if kind == "ball hollow" else "on-ball"
    return circle(x, y, RADIUS, kind) + text(x, y + 4, str(row.number), STRONG, tone, "middle")


def _key(rows: list[Priority], words: Words) -> tuple[str, float]:
    """Return the list beside the plot and how high it is."""
    drawn, y = line(KEY - 24, TOP - 30, KEY - 24, TOP + HIGH + STRIP, "hair"), TOP - 12
    for row in rows:
        name = STRONG.wrap(row.opportunity.text, WIDTH - MARGIN - KEY - 40)
        gain = gain_text(row.goal, words)
        told = BODY.wrap(gain or words._(VERDICTS[row.verdict]), WIDTH - MARGIN - KEY - 40)
        drawn += _ball(row, KEY + RADIUS, y)
        drawn += lines(KEY + 40, y + 4, name, STRONG)
        y += len(name) * STRONG.line
        drawn += lines(KEY + 40, y + 4, told, BODY, "ink-2")
        y += len(told) * BODY.line + 18
    return drawn, y
