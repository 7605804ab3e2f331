"""Exact numbers of the chain by linear algebra: who reaches a phase, and where customers go from a touchpoint.

They hold for journeys that have run to their end and that met no broken payment. Every journey is over within
`calendar.LONGEST` days, so journeys that begin in `calendar.CLEAN` are such.
"""

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import numpy.typing as npt

from farled.demo.branches import PERSONAS
from farled.demo.chain import LEAVES, NAMES, Kind, chain
from farled.demo.customers import NAMES as PERSONA_NAMES
from farled.demo.scores import SCALES, distributions
from farled.demo.states import PHASE, PHASES, STATES
from farled.demo.walk import FIRST_ORDER

Floats = npt.NDArray[np.float64]

TOUCHPOINTS = tuple(PHASE)


def _is_persona(name: str) -> Callable[[Kind], bool]:
    return lambda kind: kind.persona == name


GROUPS: Mapping[str, Callable[[Kind], bool]] = {
    "all": lambda kind: True,
    **{name: _is_persona(name) for name in PERSONAS},
    "informed": lambda kind: kind.informed,
    "uninformed": lambda kind: not kind.informed,
    "mobile": lambda kind: kind.mobile,
    "desktop": lambda kind: not kind.mobile,
}
"""Groups of customers for which there are numbers."""


def touchpoint_of(state: int, is_returning: bool) -> str:
    """Return the touchpoint of a state; every order after the first is ``repurchase``."""
    if is_returning and state in FIRST_ORDER:
        return "repurchase"
    return STATES[NAMES[state]].touchpoint


@cache
def reached() -> Mapping[str, Mapping[str, float]]:
    """Return the probability that a journey ever reaches each phase, by group."""
    level = np.array([_level(state, bool(late)) for late in (0, 1) for state in range(LEAVES)])
    by_kind = np.array([_reached(kind, level) for kind in range(len(chain().kinds))])
    return {group: dict(zip(PHASES, _mean(by_kind, group).tolist(), strict=True)) for group in GROUPS}


@cache
def transitions() -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    """Return the share of the departures from each touchpoint that go to each other one, by group.

    Every occurrence counts; events of one touchpoint in a row, with or without events on no touchpoint between, are
    one occurrence. ``end`` is the share after which no other touchpoint comes.
    """
    by_kind = np.array([_departures(kind) for kind in range(len(chain().kinds))])
    result = {}
    for group in GROUPS:
        counts = _mean(by_kind, group)
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-300)
        result[group] = {
            a: {b: float(share) for b, share in zip((*TOUCHPOINTS, "end"), row, strict=True) if share > 0}
            for a, row in zip(TOUCHPOINTS, shares, strict=True)
        }
    return result


@cache
def feelings() -> Mapping[str, Mapping[str, float]]:
    """Return the mean feeling of a phase over the customers who answer there, by group.

    Only of the phases in which one state asks, since there every answer of a customer has the same mean.
    """
    result: dict[str, dict[str, float]] = {group: {} for group in GROUPS}
    for state in ("poll_a", "poll_c", "poll_l"):
        phase = PHASE[dict(STATES[state].properties)["touchpoint"]]
        code, kinds = NAMES.index(state), chain().kinds
        asked = np.arange(2 * LEAVES) % LEAVES == code
        answer = np.array([_ever(kind, asked) for kind in range(len(kinds))])
        scores = np.array(
            [distributions()[code, int(kind.informed), PERSONA_NAMES.index(kind.persona)] for kind in kinds]
        )
        felt = scores @ (np.arange(scores.shape[1]) + SCALES[state][1] - 3)
        for group in GROUPS:
            weight = np.array([kind.share * GROUPS[group](kind) for kind in kinds]) * answer
            result[group][phase] = float(weight @ felt / weight.sum())
    return result


def _mean(by_kind: Floats, group: str) -> Floats:
    """Return the mean over the kinds of a group, weighted by their shares."""
    kinds = chain().kinds
    share = np.array([kind.share * GROUPS[group](kind) for kind in kinds])
    return np.asarray(np.tensordot(share / share.sum(), by_kind, axes=1))


def _matrix(kind: int) -> Floats:
    """Return the chain of a kind over (returning, state); what is missing to 1 in a row is the end."""
    step = chain().step[kind]
    whole = np.zeros((2, LEAVES, 2, LEAVES))
    whole[1, :, 1] = step[1, :, :LEAVES]
    whole[0, :, 0] = step[0, :, :LEAVES]
    for state in FIRST_ORDER:
        whole[0, state] = 0
        whole[0, state, 1] = step[1, state, :LEAVES]
    return whole.reshape(2 * LEAVES, 2 * LEAVES)


def _start(kind: int) -> Floats:
    return np.concatenate([chain().start[kind], np.zeros(LEAVES)])


def _level(state: int, is_returning: bool) -> int:
    touchpoint = touchpoint_of(state, is_returning)
    return PHASES.index(PHASE[touchpoint]) if touchpoint else -1


def _reached(kind: int, level: npt.NDArray[np.int64]) -> Floats:
    return np.array([_ever(kind, level >= phase) for phase in range(len(PHASES))])


def _ever(kind: int, there: npt.NDArray[np.bool_]) -> float:
    """Return the probability of ever being in some of the states."""
    matrix, start = _matrix(kind), _start(kind)
    inner = matrix[np.ix_(~there, ~there)]
    ever = np.linalg.solve(np.eye(len(inner)) - inner, matrix[np.ix_(~there, there)].sum(axis=1))
    return float(start[there].sum() + start[~there] @ ever)


def _departures(kind: int) -> Floats:
    """Return the expected departures of a journey; shape (touchpoints, touchpoints + 1), last column the end."""
    matrix, start = _matrix(kind), _start(kind)
    names = [touchpoint_of(state, bool(late)) for late in (0, 1) for state in range(LEAVES)]
    place = np.array([TOUCHPOINTS.index(name) if name else -1 for name in names])
    onward = np.zeros_like(matrix)
    for touchpoint in range(len(TOUCHPOINTS)):
        here, stay = place == touchpoint, (place == touchpoint) | (place < 0)
        inner = matrix[np.ix_(stay, stay)]
        leave = np.linalg.solve(np.eye(len(inner)) - inner, matrix[np.ix_(stay, ~stay)])
        onward[np.ix_(here, ~stay)] = leave[here[stay]]
    arrivals = np.linalg.solve(np.eye(len(onward)) - onward.T, start)
    counts = np.zeros((len(TOUCHPOINTS), len(TOUCHPOINTS) + 1))
    for touchpoint in range(len(TOUCHPOINTS)):
        here = place == touchpoint
        leaving = arrivals[here] @ onward[here]
        counts[touchpoint, :-1] = [leaving[place == other].sum() for other in range(len(TOUCHPOINTS))]
        counts[touchpoint, -1] = arrivals[here].sum() - leaving.sum()
    return counts
