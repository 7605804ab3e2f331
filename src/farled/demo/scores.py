"""What customers of the demo shop answer when asked: known distributions, one draw for each answer."""

from functools import cache

import numpy as np
import numpy.typing as npt

from farled.demo.branches import PERSONAS
from farled.demo.chain import CODE, LEAVES
from farled.demo.customers import Customers
from farled.demo.walk import Visits

Floats = npt.NDArray[np.float64]

SCALES: dict[str, tuple[str, int]] = {
    "poll_a": ("csat", 1),
    "poll_c": ("csat", 1),
    "ces_fail": ("ces", 1),
    "ces_ok": ("ces", 1),
    "csat_ok": ("csat", 1),
    "csat_late": ("csat", 1),
    "csat_fast": ("csat", 1),
    "csat_slow": ("csat", 1),
    "stars_ok": ("stars", 1),
    "stars_late": ("stars", 1),
    "nps": ("nps", 0),
    "poll_l": ("csat", 1),
}
"""Scale and lowest score of each state that asks."""

_ANSWERS: dict[str, tuple[float, ...]] = {
    "poll_a": (0.06, 0.11, 0.34, 0.33, 0.16),
    "poll_c": (0.05, 0.10, 0.26, 0.37, 0.22),
    "poll_c uninformed": (0.13, 0.22, 0.31, 0.24, 0.10),
    "ces_fail": (0.46, 0.27, 0.14, 0.08, 0.03, 0.01, 0.01),
    "ces_ok": (0.02, 0.03, 0.06, 0.14, 0.25, 0.29, 0.21),
    "ces_ok uninformed": (0.10, 0.15, 0.19, 0.22, 0.17, 0.11, 0.06),
    "csat_ok": (0.05, 0.09, 0.22, 0.38, 0.26),
    "csat_late": (0.38, 0.32, 0.18, 0.09, 0.03),
    "csat_fast": (0.06, 0.10, 0.20, 0.37, 0.27),
    "csat_slow": (0.38, 0.31, 0.19, 0.09, 0.03),
    "stars_ok": (0.06, 0.09, 0.20, 0.36, 0.29),
    "stars_late": (0.30, 0.31, 0.22, 0.12, 0.05),
    "nps": (0.02, 0.01, 0.02, 0.03, 0.04, 0.07, 0.08, 0.13, 0.21, 0.20, 0.19),
    "poll_l": (0.02, 0.04, 0.14, 0.41, 0.39),
}
"""Probability of each score, lowest first, before the persona's tilt."""

TILTS: dict[str, float] = {"maja": -0.08, "sofie": 0.05, "arne": 0.15, "jonas": 0.0, "other": -0.02}
"""How much a persona leans to high scores: probabilities are multiplied by exp(tilt x score)."""


@cache
def distributions() -> Floats:
    """Return the probability of each score.

    Returns:
        Shape (states, 2, personas, 11): second axis 0 not informed, 1 informed; last axis the score less the lowest of
        its scale. All 0 for states that do not ask.
    """
    table = np.zeros((LEAVES, 2, len(PERSONAS), 11))
    tilts = np.array(list(TILTS.values()))
    for state in SCALES:
        for informed in (0, 1):
            plain = np.array(
                _ANSWERS[state if informed else f"{state} uninformed"] if _differs(state) else _ANSWERS[state]
            )
            tilted = plain * np.exp(np.outer(tilts, np.arange(len(plain))))
            table[CODE[state], informed, :, : len(plain)] = tilted / tilted.sum(axis=1, keepdims=True)
    table.flags.writeable = False
    return table


def _differs(state: str) -> bool:
    return f"{state} uninformed" in _ANSWERS


def scores(visits: Visits, customers: Customers, rng: np.random.Generator) -> Floats:
    """Draw the score of each visit; NaN for those that ask nothing."""
    lowest = np.full(LEAVES, -1)
    for state, (_, low) in SCALES.items():
        lowest[CODE[state]] = low
    rows = np.flatnonzero(lowest[visits.state] >= 0)
    at, who = visits.state[rows], visits.customer[rows]
    reached = distributions()[at, customers.informed[who].astype(int), customers.persona[who]].cumsum(axis=1)
    reached[reached > 1 - 1e-9] = 2.0
    drawn = (rng.random(len(rows))[:, None] >= reached).sum(axis=1)
    result = np.full(len(visits.state), np.nan)
    result[rows] = drawn + lowest[at]
    return result


def feeling(scale: str, score: Floats) -> Floats:
    """Return scores as feelings from -2 to +2.

    >>> feeling("ces", np.array([1.0, 4.0, 7.0])).tolist()
    [-2.0, 0.0, 2.0]
    """
    if scale == "ces":
        return np.asarray((score - 4) * 2 / 3)
    return np.asarray((score - 5) / 2.5 if scale == "nps" else score - 3)
