"""Change points: where a series of numbers comes to another level and stays there for a while."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

FEWEST = 6
SIDE = 2
DRAWS = 1_999
ALPHA = 0.03
USUAL = 0.9
PLAIN = 5.0  # the largest of several chi-squares is below this far too often to be a change


class Change(NamedTuple):
    """Where a series most likely changes.

    Attributes:
        at: Position of the first number of the new level.
        p: How often a series that never changes has as clear a change somewhere.
    """

    at: int
    p: float


def clearest_change(values: Floats, weights: Floats, noise: float | None = None) -> Change | None:
    """Return where a series changes most clearly, with the p-value of the whole search.

    The statistic is the largest likelihood ratio of two levels over all places with two numbers or more on each side;
    its distribution without a change comes from simulated series of the same weights.

    Args:
        values: In the order of time, none missing. Shape (n,).
        weights: How much each rests on: variance is ``noise / weight``. Shape (n,), positive.
        noise: The variance at weight 1 where it is known, such as p (1 - p) of a share. Where the differences of
            neighbours are larger than that makes likely, and for None, they alone say how large it is.

    Returns:
        None where the series has fewer than six numbers, or all are equal.

    Source:
        Likelihood ratio: Hinkley (1970), Biometrika 57, 1-17; noise from differences of neighbours: von Neumann (1941),
        Annals of Mathematical Statistics 12, 367-395, the largest tenth left out since a change stands among them.
    """
    if len(values) < FEWEST or np.all(values == values[0]):
        return None
    steps = tuple(np.round(weights / weights.max(), 3).tolist())
    ratio, at = _largest(values[None, :], weights)
    own = _noise(values[None, :], weights)
    if ratio[0] / max(own[0], noise or 0.0) < PLAIN:
        return Change(int(at[0]), 1.0)
    ratios, noises = _simulated(steps)
    if noise is None or noise <= 0 or own[0] / noise > np.quantile(noises, USUAL):
        found, chance = ratio[0] / own[0], ratios / noises
    else:
        found, chance = ratio[0] / noise, ratios
    return Change(int(at[0]), float((1 + np.count_nonzero(chance >= found)) / (1 + DRAWS)))


def change_points(values: Floats, weights: Floats, noise: float | None = None, alpha: float = ALPHA) -> list[int]:
    """Return all places where a series changes, by binary segmentation.

    Args:
        values: As of `clearest_change`.
        weights: As of `clearest_change`.
        noise: As of `clearest_change`.
        alpha: A stretch is divided while the p-value of its clearest change is no larger.

    Example:
        >>> level = np.repeat([0.10, 0.16], 12)
        >>> values = level + 0.01 * np.resize([1.0, -1.0, 0.5, -0.5, 0.0], 24)
        >>> change_points(values, np.full(24, 500.0), 0.1)
        [12]

    Source:
        Scott and Knott (1974), Biometrics 30, 507-512.
    """
    found: list[int] = []
    waiting = [(0, len(values))]
    while waiting:
        first, last = waiting.pop()
        change = clearest_change(values[first:last], weights[first:last], noise)
        if change is not None and change.p <= alpha:
            found.append(first + change.at)
            waiting += [(first, first + change.at), (first + change.at, last)]
    return sorted(found)


def _largest(values: Floats, weights: Floats) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Return the largest likelihood ratio of each series at noise 1, and where. Shapes (series,)."""
    n = values.shape[1]
    left = np.cumsum(weights)[SIDE - 1 : n - SIDE]
    right = weights.sum() - left
    sums = np.cumsum(weights * values, axis=1)
    whole, before = sums[:, -1:], sums[:, SIDE - 1 : n - SIDE]
    apart = before / left - (whole - before) / right
    ratio = apart**2 * left * right / (left + right)
    at = np.argmax(ratio, axis=1)
    return ratio[np.arange(len(values)), at], at + SIDE


def _noise(values: Floats, weights: Floats) -> Floats:
    """Return the variance of each series at weight 1, from the differences of neighbours."""
    squares = np.diff(values, axis=1) ** 2 / (1 / weights[1:] + 1 / weights[:-1])
    kept = squares.shape[1] - -(-squares.shape[1] // 10)
    noise: Floats = np.partition(squares, kept - 1, axis=1)[:, :kept].mean(axis=1)
    return np.maximum(noise, 1e-300)


@lru_cache(maxsize=512)
def _simulated(weights: tuple[float, ...]) -> tuple[Floats, Floats]:
    """Return the largest ratios of series with noise 1 that never change, and what their differences say of it."""
    weight = np.maximum(np.array(weights), 1e-3)
    draws = np.random.default_rng(len(weights)).standard_normal((DRAWS, len(weights))) / np.sqrt(weight)
    return _largest(draws, weight)[0], _noise(draws, weight)
