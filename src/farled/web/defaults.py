"""What a page asks before anybody has asked: the steps and starts that the event names suggest."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

from farled.questions import QUESTIONS
from farled.questions.flow import Flow
from farled.questions.forms import from_pairs
from farled.spans import moment
from farled.workspace import Workspace

_OVER: Final = ("compare", "drivers", "trend", "robust")

# The usual stages of a purchase, and what trackers and the four languages call each; the likelier words first.
_STAGES: Final = (
    ("page_?view", "visit", "session_start", "landing", "besök", "besøk", "besøg"),
    ("view_item", "product", "item", "pricing", "produkt", "vare", "view"),
    ("cart", "basket", "varukorg", "kurv"),
    ("checkout", "kassa", "kasse", "form_start", "trial"),
    ("purchase", "^order$", "order_(placed|completed|created)", "köp", "kjøp", "køb", "sign_?up", "contract", "order"),
)


def first_steps(customers: Mapping[str, int]) -> tuple[str, ...]:
    """Return event names that look like the stages of a purchase, else the three that most customers have.

    Args:
        customers: How many have each event name.

    Example:
        >>> first_steps({"add_to_cart": 20, "ad_click": 90, "order": 5, "view_item": 40, "page_view": 80})
        ('page_view', 'view_item', 'add_to_cart', 'order')
    """
    steps: list[str] = []
    for words in _STAGES:
        fitting = [
            (place, -customers[name], name)
            for name in customers
            for place, word in enumerate(words)
            if name not in steps and re.search(word, name.lower())
        ]
        if fitting:
            steps.append(min(fitting)[2])
    most = sorted(customers, key=lambda name: (-customers[name], name))
    return tuple(steps if len(steps) >= 2 else most[:3])


def first_pairs(name: str, workspace: Workspace) -> list[tuple[str, str]]:
    """Return the parameters of the question that a page asks first.

    Args:
        name: Of the question.
        workspace: Whose event names are looked at.
    """
    if name in _OVER and workspace.events:
        return _over(name, workspace)
    if name not in ("funnel", "paths", "retention", "timing", "attribution") or not workspace.events:
        return []
    nodes = workspace.ask(Flow()).nodes
    steps = first_steps({name: node.customers for name, node in nodes.items()})
    if name == "funnel":
        return [*(("steps", step) for step in steps), ("within", "30d")]
    if len(steps) < 2 and name != "retention":
        return []
    first, last = steps[0], steps[-1]
    usual = {
        "paths": [("end", last)],
        "retention": [("start", first)],
        "timing": [("start", first), ("end", last)],
        "attribution": [("goal", last)],
    }
    return usual[name]


def _over(name: str, workspace: Workspace) -> list[tuple[str, str]]:
    """Return the parameters of a question over the funnel that a page asks first."""
    steps = first_pairs("funnel", workspace)
    names = [value for field, value in steps if field == "steps"]
    if len(names) < 2:
        return []
    pairs = [("of", "funnel"), ("of.steps", ",".join(names)), ("of.within", "30d")]
    if name == "compare":
        earlier, later = _halves(workspace)
        pairs += [("a", later), ("b", earlier)]
    return [*pairs, ("step", str(len(names)))] if name == "drivers" else pairs


def _halves(workspace: Workspace) -> tuple[str, str]:
    """Return the two halves of the data as periods: of whole days, or of times where there are less than two."""
    first, last = workspace.start or 0, (workspace.end or 0) + 1
    times = [moment(time, workspace.zone) for time in (first, (first + last) // 2, last)]
    days = [times[0].date(), times[1].date(), times[2].date() + timedelta(days=1)]
    edges: list[date] = days if days[0] < days[1] else list(times)
    earlier, later = (f"{one.isoformat()}..{other.isoformat()}" for one, other in pairwise(edges))
    return earlier, later


def first_questions(workspace: Workspace) -> Iterator[Any]:
    """Return the first question of each kind, which compiles its kernels."""
    for name in QUESTIONS:
        pairs = first_pairs(name, workspace)
        needed = {field.name for field in fields(QUESTIONS[name]) if field.default is MISSING}
        if name not in _OVER and needed <= {field for field, _ in pairs} and (name != "funnel" or len(pairs) > 2):
            yield from_pairs(name, pairs)
