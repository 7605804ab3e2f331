"""Small marks on pills, headers and cards: findings, stops of a journey, signed changes."""

from typing import Final

from farled.maps.draw.pen import TINY, Box, num, polygon, rect, shape, text
from farled.maps.draw.view import ChangeView, FoundView

ROUND: Final = 8.5
_EIGHT: Final = (
    (-0.414, -1), (0.414, -1), (1, -0.414), (1, 0.414), (0.414, 1), (-0.414, 1), (-1, 0.414), (-1, -0.414),
)  # fmt: skip
_THREE: Final = ((0, -1.16), (1.2, 0.98), (-1.2, 0.98))


def found_sign(x: float, y: float, found: FoundView) -> str:
    """Draw how many findings are open around a point: an octagon for errors, a triangle for warnings, else a circle."""
    if found.severity == "E":
        body = shape(polygon(_EIGHT, x, y, ROUND), "found error")
    elif found.severity == "W":
        body = shape(polygon(_THREE, x, y, ROUND), "found warning")
    else:
        body = f'<circle class="found note" cx="{num(x)}" cy="{num(y)}" r="{num(ROUND)}"/>\n'
    low = 1.4 if found.severity == "W" else 0.0
    return body + text(x, y + 3.7 + low, found.count, TINY, "on-found", "middle")


def stop_badge(x: float, y: float, numbers: str) -> str:
    """Draw the numbers of stops in a round box, by its upper left corner."""
    width = stop_width(numbers)
    return rect(Box(x, y, width, 14), "stop", 7) + text(x + width / 2, y + 10.7, numbers, TINY, "on-stop", "middle")


def stop_width(numbers: str) -> float:
    """Return how wide the box with these numbers is."""
    return max(18.0, TINY.width(numbers) + 10)


def change_width(change: ChangeView, more: str = "") -> float:
    """Return how wide a signed change is written."""
    return (11.0 if change.is_sure else 0.0) + TINY.width(change.text + more)


def change_sign(x: float, y: float, change: ChangeView, more: str = "", names: str = "") -> str:
    """Write a signed change by its baseline; a triangle up or down before it says that it is more than chance."""
    tone = {True: "pos", False: "neg", None: "ink-2" if change.is_sure else "ink-3"}[change.is_good]
    if not change.is_sure:
        return text(x, y, change.text + more, TINY, f"{tone} {names}".strip())
    rises = not change.text.startswith("\u2212")
    data = f"M{num(x)} {num(y - 1)}h8l-4 -7z" if rises else f"M{num(x)} {num(y - 8)}h8l-4 7z"
    return shape(data, f"sure {tone}") + text(x + 11, y, change.text + more, TINY, f"{tone} {names}".strip())
