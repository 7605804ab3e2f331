"""Logistic regression of counted rows with an L2 penalty, by Newton's method."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

PENALTY = 1.0
MOST_STEPS = 50
TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Logistic:
    """A fitted model.

    Attributes:
        weights: Of the columns, the first being the constant. Shape (p,).
        curvature: Of the penalised log-likelihood at ``weights``, its sign turned. Shape (p, p).
    """

    weights: Floats
    curvature: Floats

    def chance(self, rows: Floats) -> Floats:
        """Return the probability of each row. Shape (m,)."""
        return sigmoid(rows @ self.weights)


def sigmoid(score: Floats) -> Floats:
    """Return ``1 / (1 + exp(-score))``."""
    made: Floats = 0.5 * (1.0 + np.tanh(0.5 * score))
    return made


def fit(rows: Floats, n: Floats, successes: Floats, start: Floats | None = None) -> Logistic:
    """Fit counted rows; the constant is not penalised, so fitted and seen successes agree in total.

    Maximises ``sum(successes * log p + (n - successes) * log(1 - p)) - PENALTY / 2 * sum(weights[1:]^2)``.

    Args:
        rows: Shape (m, p); the first column is 1.
        n: How often each row is seen. Shape (m,).
        successes: How often with success, 0 to ``n``. Shape (m,).
        start: Weights to start from.

    Example:
        >>> rows = np.array([[1.0, 0.0], [1.0, 1.0]])
        >>> model = fit(rows, np.array([1e6, 1e6]), np.array([1e5, 2e5]))
        >>> model.chance(rows).round(3).tolist()
        [0.1, 0.2]

    Source:
        Le Cessie and van Houwelingen (1992), Applied Statistics 41(1), 191-201.
    """
    penalty = np.full(rows.shape[1], PENALTY)
    penalty[0] = 1e-9
    weights = np.zeros(rows.shape[1]) if start is None else start.copy()
    if start is None:
        rate = (successes.sum() + 0.5) / (n.sum() + 1.0)
        weights[0] = np.log(rate / (1 - rate))
    for _ in range(MOST_STEPS):
        chance = sigmoid(rows @ weights)
        slope = rows.T @ (successes - n * chance) - penalty * weights
        curvature = (rows * (n * chance * (1 - chance))[:, None]).T @ rows + np.diag(penalty)
        step = np.linalg.solve(curvature, slope)
        longest = float(np.abs(step).max())
        weights = weights + step * min(1.0, 4.0 / longest if longest > 0 else 1.0)
        if longest < TOLERANCE:
            break
    return Logistic(weights, curvature)
