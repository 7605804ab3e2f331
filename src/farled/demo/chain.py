"""The demo shop as a Markov chain: the probabilities of every branch, for every kind of customer."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import numpy.typing as npt

from farled.demo.branches import END, INFORMED, LIKES, MOBILE, NEXT, PERSONAS, SITUATIONS, STARTS
from farled.demo.states import STATES

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

NAMES = tuple(STATES)
CODE = {name: code for code, name in enumerate(NAMES)}
LEAVES = len(NAMES)
"""Code of the end of a journey."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of customer: all of one kind share one chain.

    Attributes:
        persona: One of `branches.PERSONAS`.
        informed: Is shown delivery day and shipping cost on product pages.
        mobile: Shops on the phone.
        share: Of all customers, 0 to 1.
    """

    persona: str
    informed: bool
    mobile: bool
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Branch probabilities of all kinds.

    Attributes:
        kinds: The kinds; their shares add up to 1.
        step: Probability of each next state. Shape (kinds, 2, states, states + 1): second axis 0 before and 1 after the
            first order; the last column is the end. Each row adds up to 1.
        start: Probability of each first state. Shape (kinds, states).
    """

    kinds: tuple[Kind, ...]
    step: Floats
    start: Floats


def weights(text: str) -> dict[str, float]:
    """Read a row of weights.

    >>> weights("cart 3, end 1.5")
    {'cart': 3.0, 'end': 1.5}
    """
    pairs = (entry.split() for entry in text.split(","))
    return {name: float(weight) for name, weight in pairs}


@cache
def chain() -> Chain:
    """Return the chain of the demo shop."""
    kinds = tuple(
        Kind(persona, informed, mobile, share * _part(INFORMED, informed) * _part(MOBILE[persona], mobile))
        for (persona, share), informed, mobile in product(PERSONAS.items(), (False, True), (False, True))
    )
    step = np.array([[_rows(kind, returning) for returning in (False, True)] for kind in kinds])
    start = np.array([_vector(weights(STARTS[kind.persona]), {})[:LEAVES] for kind in kinds])
    for array in (step, start):
        array.flags.writeable = False
    return Chain(kinds, step, start)


def _part(share: float, is_so: bool) -> float:
    return share if is_so else 1 - share


def _rows(kind: Kind, returning: bool) -> list[Floats]:
    likes = weights(LIKES[kind.persona])
    situations = ["informed" if kind.informed else "uninformed"]
    situations += ["mobile"] * kind.mobile + ["returning"] * returning
    rows = []
    for name, state in STATES.items():
        source = state.like or name
        factors = dict(likes)
        for situation in situations:
            for target, factor in weights(SITUATIONS[situation].get(source, "end 1")).items():
                factors[target] = factors.get(target, 1.0) * factor
        rows.append(_vector(weights(NEXT[source]), factors))
    return rows


def _vector(row: Mapping[str, float], factors: Mapping[str, float]) -> Floats:
    vector = np.zeros(LEAVES + 1)
    for target, weight in row.items():
        vector[LEAVES if target == END else CODE[target]] = weight * factors.get(target, 1.0)
    return np.asarray(vector / vector.sum())
