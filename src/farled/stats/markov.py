"""Absorbing Markov chains of journeys: how much of the conversion is lost when one touchpoint is taken out.

A chain of order 1 has one state per touchpoint; one of order 2 or 3 has one per sequence of the last two or three.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DENSE_STATES = 300
MOST_ROUNDS = 10_000
TOLERANCE = 1e-12
CONCENTRATION = 4.0


def removal_effects(counts: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return the removal effect of every touchpoint in chains of order 1, all from one inverse each.

    With ``Q`` the probabilities between touchpoints, ``N = (I - Q)^-1`` the expected visits and ``b`` the probability
    of conversion from each state: ``RE(c) = N[start, c] / N[c, c] * b(c) / b(start)``.

    Args:
        counts: How often each transition is seen, of several chains. Shape (..., K + 1, K + 2): from each of K
            touchpoints and, last, from the start; to each touchpoint, to conversion and to loss.

    Returns:
        Share of the conversions that is lost without each touchpoint, 0 to 1, shape (..., K); probability of conversion
        from the start, shape (...).

    Example:
        Half of the journeys go to ``a``, which converts; half to ``b``, which goes on to ``a`` or is lost.

        >>> effects, conversion = removal_effects([[0, 0, 3, 0], [1, 0, 0, 1], [2, 2, 0, 0]])
        >>> effects.round(4).tolist(), float(conversion)
        ([1.0, 0.3333], 0.75)

    Source:
        Anderl, Becker, von Wangenheim and Schumann (2016), Int. J. of Research in Marketing 33(3), 457-474; Kemeny and
        Snell (1960), Finite Markov Chains, chapter 3, for ``N``.
    """
    table = np.asarray(counts, dtype=np.float64)
    touchpoints = table.shape[-1] - 2
    total = table.sum(axis=-1, keepdims=True)
    chance = np.divide(table, total, out=np.zeros_like(table), where=total > 0)
    between, goal = chance[..., :touchpoints, :touchpoints], chance[..., :touchpoints, touchpoints]
    visits = np.linalg.inv(np.eye(touchpoints) - between)
    converts = (visits @ goal[..., None])[..., 0]
    begin = chance[..., touchpoints, :]
    from_start = (begin[..., None, :touchpoints] @ visits)[..., 0, :]
    conversion = (begin[..., :touchpoints] * converts).sum(axis=-1) + begin[..., touchpoints]
    through = from_start / np.diagonal(visits, axis1=-2, axis2=-1) * converts
    effects = np.divide(through, conversion[..., None], out=np.zeros_like(through), where=conversion[..., None] > 0)
    return effects, conversion


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """The transitions of a chain of any order.

    Attributes:
        before: State that each transition leaves, from 0; ``states`` is the start. Shape (m,).
        after: State that it enters; ``states`` is conversion and ``states + 1`` loss. Shape (m,).
        count: How often. Shape (m,).
        touchpoint: The last touchpoint of each state. Shape (states,).
        touchpoints: How many there are.
    """

    before: Ints
    after: Ints
    count: Floats
    touchpoint: Ints
    touchpoints: int

    @property
    def states(self) -> int:
        """Number of states besides start, conversion and loss."""
        return len(self.touchpoint)


@dataclass(frozen=True, slots=True, eq=False)
class Removals:
    """Probabilities of conversion from the start, with nothing and with each touchpoint taken out.

    Attributes:
        conversion: With nothing taken out.
        without: With each taken out: who would come there is lost. Shape (K,).
        influence: How each transition moves them when it is seen once more: first ``conversion``, then ``without``.
            Shape (m, K + 1), or None if it was not wanted.
    """

    conversion: float
    without: Floats
    influence: Floats | None

    def effects(self) -> Floats:
        """Return the removal effects, 0 to 1. Shape (K,)."""
        if self.conversion <= 0:
            return np.zeros_like(self.without)
        return np.maximum(0.0, 1 - self.without / self.conversion)


def removals(chain: Chain, *, influence: bool = False) -> Removals:
    """Take each touchpoint out of a chain of any order: its states lead to loss.

    With the states of ``c`` taken out, ``x = (Q x + r)`` over the other states. Up to ``DENSE_STATES`` states all of
    them follow from the expected visits ``N = (I - Q)^-1``: ``x_c = x - N[:, S] N[S, S]^-1 x[S]`` with S the states of
    ``c``. Above, by repeating the step for all ``c`` together until the error, bounded by the residual times the
    longest expected journey, is below ``TOLERANCE``.

    Args:
        chain: Of any order.
        influence: Whether to say how each transition moves the result: ``N_c[s, i] / n_i * (x_c(j) - x_c(i))`` for the
            transition from i to j, ``N_c`` being the visits with c taken out.

    Example:
        >>> chain = Chain(np.array([2, 2, 0, 1, 1]), np.array([0, 1, 2, 0, 3]), np.array([2.0, 2, 3, 1, 1]),
        ...               np.array([0, 1]), 2)
        >>> removals(chain).effects().round(4).tolist()
        [1.0, 0.3333]

    Source:
        As `removal_effects`, for several states by Woodbury's identity; Efron (1982), The Jackknife, the Bootstrap and
        Other Resampling Plans, chapter 6, for the influence.
    """
    from scipy.sparse import csr_array

    states = chain.states
    leaving = np.bincount(chain.before, weights=chain.count, minlength=states + 1)
    chance = chain.count / leaving[chain.before]
    inner = (chain.before < states) & (chain.after < states)
    step = csr_array((chance[inner], (chain.before[inner], chain.after[inner])), shape=(states, states))
    to_goal = chain.after == states
    goal = np.bincount(chain.before[to_goal], weights=chance[to_goal], minlength=states + 1).astype(np.float64)
    begins = (chain.before == states) & (chain.after < states)
    begin = np.bincount(chain.after[begins], weights=chance[begins], minlength=states).astype(np.float64)
    if states <= DENSE_STATES:
        converts, visits = _eliminated(chain, step, goal[:states], begin)
    else:
        converts, visits = _stepped(chain, step, goal[:states], begin, influence=influence)
    from_start = begin @ converts + goal[states]
    if not influence:
        return Removals(float(from_start[0]), from_start[1:], None)
    ones, zeros = np.ones((1, chain.touchpoints + 1)), np.zeros((1, chain.touchpoints + 1))
    expected = np.vstack((step @ converts + goal[:states, None], from_start))
    reached = np.vstack((converts, ones, zeros))
    weight = np.vstack((visits, ones)) / leaving[:, None]
    moved = weight[chain.before] * (reached[chain.after] - expected[chain.before])
    return Removals(float(from_start[0]), from_start[1:], moved)


def _eliminated(chain: Chain, step: Any, goal: Floats, begin: Floats) -> tuple[Floats, Floats]:
    """Return conversion from each state and visits to it, first of the chain, then with each touchpoint taken out.

    Shape (states, touchpoints + 1) each.
    """
    between = _inverse(np.eye(chain.states) - step.toarray())
    converts = np.repeat((between @ goal)[:, None], chain.touchpoints + 1, axis=1)
    visits = np.repeat((begin @ between)[:, None], chain.touchpoints + 1, axis=1)
    for point in range(chain.touchpoints):
        out = np.flatnonzero(chain.touchpoint == point)
        own = between[np.ix_(out, out)]
        converts[:, point + 1] -= between[:, out] @ np.linalg.solve(own, converts[out, 0])
        visits[:, point + 1] -= np.linalg.solve(own.T, visits[out, 0]) @ between[out]
        converts[out, point + 1] = visits[out, point + 1] = 0.0
    return converts, visits


def _inverse(matrix: Floats) -> Floats:
    """Return the inverse of the identity less a chain's step, which needs no pivots to be exact.

    On one thread, as the threads of linear algebra wait for each other for longer than such a matrix takes.

    Source:
        Gauss-Jordan elimination; Funderlic and Plemmons (1981), Linear Algebra and its Applications 41, 99-110, for its
        stability.
    """
    made = matrix.copy()
    for at in range(len(made)):
        pivot, column = made[at, at], made[:, at].copy()
        row = made[at] / pivot
        column[at], row[at] = 0.0, 1 / pivot
        made[:, at] = 0.0
        made -= column[:, None] * row
        made[at] = row
    return made


def _stepped(chain: Chain, step: Any, goal: Floats, begin: Floats, *, influence: bool) -> tuple[Floats, Floats]:
    """Return the same step by step; the visits only where the influence is wanted."""
    from scipy.sparse import csr_array

    stays = np.ones((chain.states, chain.touchpoints + 1))
    stays[np.arange(chain.states), chain.touchpoint + 1] = 0.0
    converts = _solved(step, goal[:, None], stays)
    return converts, _solved(csr_array(step.T), begin[:, None], stays) if influence else converts


def _solved(step: Any, right: Floats, stays: Floats) -> Floats:
    """Return x with ``x = stays * (step @ x + right)``, column by column."""
    longest = np.ones(len(right))
    for _ in range(MOST_ROUNDS):
        more = step @ longest + 1.0
        change, longest = float(np.max(more - longest)), more
        if change < 1e-3 * float(longest.max()):
            break
    made = stays * right
    for _ in range(MOST_ROUNDS):
        more = stays * (step @ made + right)
        change, made = float(np.abs(more - made).sum(axis=0).max()), more
        if change * 2 * float(longest.max()) < TOLERANCE:
            break
    return made


def chosen_order(chains: Sequence[tuple[Floats, Floats]]) -> int:
    """Return the order, from 1, that makes journeys most likely that it was not fitted to; of equals the lowest.

    The journeys are in two halves, each judged by the other. Each probability is drawn towards that of the order below,
    down to all outcomes alike, as if ``CONCENTRATION`` more transitions had been seen there.

    Args:
        chains: For each order the transition counts of both halves. Shape (contexts, outcomes) each; a context is the
            last touchpoints, and context i of an order ends with context ``i % contexts`` of the order below.

    Source:
        MacKay and Peto (1995), Natural Language Engineering 1(3), 289-308, for the hierarchy of priors.
    """
    scores = np.zeros(len(chains))
    for train, test in ((0, 1), (1, 0)):
        outcomes = chains[0][0].shape[-1]
        below = np.full((1, outcomes), 1 / outcomes)
        total = chains[0][train].sum(axis=0, keepdims=True)
        below = (total + CONCENTRATION * below) / (total.sum() + CONCENTRATION)
        for at, halves in enumerate(chains):
            seen = halves[train]
            prior = np.tile(below, (len(seen) // len(below), 1))
            below = (seen + CONCENTRATION * prior) / (seen.sum(axis=1, keepdims=True) + CONCENTRATION)
            scores[at] += float((halves[test] * np.log(below)).sum())
    return int(np.argmax(np.round(scores, 6))) + 1
