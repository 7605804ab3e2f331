"""Numbers of the demo shop that no formula gives: what measured ones tend to with very many customers.

They are simulated once with millions of customers and kept in ``limits.json``; `simulate` makes them again.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from farled.demo.calendar import CLEAN, QUARTER, YEAR
from farled.demo.chain import CODE, NAMES, chain
from farled.demo.customers import Customers, customers
from farled.demo.exact import GROUPS, touchpoint_of
from farled.demo.scores import SCALES, feeling, scores
from farled.demo.states import PHASE, PHASES, STATES
from farled.demo.walk import FIRST_ORDER, Visits, walk
from farled.spans import DAY, Period

Floats = npt.NDArray[np.float64]
Limits = Mapping[str, Mapping[str, Mapping[str, list[float]]]]
"""By period, group and name: mean, standard error, customers."""

WITHIN = 60 * DAY
_BATCH = 100_000


@cache
def limits() -> Limits:
    """Return the numbers kept."""
    kept: Limits = json.loads(files("farled.demo").joinpath("limits.json").read_text(encoding="utf-8"))
    return kept


def simulate(n: int, seed: int) -> dict[str, dict[str, dict[str, list[float]]]]:
    """Simulate the numbers: for journeys that begin in a period, by group.

    Args:
        n: Customers of the whole year.
        seed: Where chance begins.

    Returns:
        By period, group and name: mean, standard error and number of customers (or events, for shares of events).
    """
    sums: dict[tuple[str, str, str], Floats] = {}
    rng = np.random.Generator(np.random.PCG64(seed))
    for start in range(0, n, _BATCH):
        who = customers(min(_BATCH, n - start), rng)
        visits = walk(who, rng, YEAR.end + WITHIN + DAY)
        score = scores(visits, who, rng)
        for period in (CLEAN, QUARTER):
            for group, name, values in _samples(visits, who, score, period):
                key = str(period), group, name
                moments = np.array([len(values), values.sum(), (values**2).sum()])
                sums[key] = sums.get(key, np.zeros(3)) + moments
    result: dict[str, dict[str, dict[str, list[float]]]] = {}
    for (period_text, group, name), moments in sums.items():
        result.setdefault(period_text, {}).setdefault(group, {})[name] = _summary(moments)
    return result


def _summary(moments: Floats) -> list[float]:
    count, total, squares = moments.tolist()
    mean = total / count
    error = (max(squares / count - mean**2, 0) / count) ** 0.5
    return [round(mean, 6), round(error, 7), count]


def _samples(
    visits: Visits, who: Customers, score: Floats, period: Period
) -> Iterator[tuple[str, str, npt.NDArray[np.float64]]]:
    """Yield the values of single customers: group, name, values."""
    is_here = (who.entry >= period.start) & (who.entry < period.end)
    kinds = chain().kinds
    members = {group: np.array([rule(kind) for kind in kinds])[who.kind] & is_here for group, rule in GROUPS.items()}
    for name, values in {**_completions(visits, who), **_feelings(visits, score, len(who.entry))}.items():
        for group, is_member in members.items():
            known = values[is_member]
            yield group, name, known[~np.isnan(known)]
    in_year = visits.time < YEAR.end
    here = is_here[visits.customer] & in_year
    yield (
        "all",
        "share on_time",
        np.concatenate([np.ones(_count(visits, here, "ok")), np.zeros(_count(visits, here, "late"))]),
    )


def _count(visits: Visits, rows: npt.NDArray[np.bool_], state: str) -> int:
    return int((rows & (visits.state == CODE[state])).sum())


def _completions(visits: Visits, who: Customers) -> dict[str, Floats]:
    """Return for each customer whether each step was completed in time; NaN where the step was not begun."""
    n = len(who.entry)
    late = visits.orders > 0
    table = np.array(
        [[_level(touchpoint_of(state, returning)) for state in range(len(NAMES))] for returning in (False, True)]
    )
    level = table[late.astype(int), visits.state]
    first = [_first(visits, level >= phase, n) for phase in range(len(PHASES))]
    is_order = np.isin(visits.state, FIRST_ORDER)
    order, bought = _first(visits, is_order, n), _first(visits, (visits.state == CODE["order"]) & ~late, n)
    notice, cart = _first(visits, level == 0, n), _first(visits, level == PHASES.index("purchase"), n)
    found = {f"completion {phase}": _within(first[k], first[k + 1]) for k, phase in enumerate(PHASES[:-1])}
    found["purchase_rate"] = _within(notice, np.where(order >= notice, order, np.inf))
    found["cart_completion"] = _within(cart, bought)
    return found


def _level(touchpoint: str) -> int:
    return PHASES.index(PHASE[touchpoint]) if touchpoint else -1


def _first(visits: Visits, rows: npt.NDArray[np.bool_], n: int) -> Floats:
    """Return the time of each customer's first such visit; infinite without one."""
    time = np.full(n, np.inf)
    who, index = np.unique(visits.customer[rows], return_index=True)
    time[who] = visits.time[rows][index]
    return time


def _within(begun: Floats, done: Floats) -> Floats:
    """Return whether it was done in time; NaN where it was not begun before the data end."""
    is_begun = begun < YEAR.end
    return np.where(is_begun, (done - np.where(is_begun, begun, 0) <= WITHIN).astype(float), np.nan)


def _feelings(visits: Visits, score: Floats, n: int) -> dict[str, Floats]:
    """Return each customer's mean feeling in each phase, from scores before the data end; NaN without an answer."""
    felt = np.full(len(score), np.nan)
    phase = np.full(len(NAMES), -1)
    for name, (scale, _) in SCALES.items():
        rows = visits.state == CODE[name]
        felt[rows] = feeling(scale, score[rows])
        phase[CODE[name]] = -1 if scale == "nps" else _level(answered_at(name))
    result = {}
    for code, name in enumerate(PHASES):
        rows = (phase[visits.state] == code) & (visits.time < YEAR.end)
        answers = np.bincount(visits.customer[rows], minlength=n)
        total = np.bincount(visits.customer[rows], weights=felt[rows], minlength=n)
        result[f"feeling {name}"] = np.where(answers > 0, total / np.maximum(answers, 1), np.nan)
    return result


def answered_at(state: str) -> str:
    """Return the touchpoint that an answer judges: the one it names, else its own."""
    return dict(STATES[state].properties).get("touchpoint", STATES[state].touchpoint)
