"""The intervals of the scores hold what they promise: 93 to 97 % of them contain the true value."""

import numpy as np
import pytest

from farled.stats.scores import mean_score, net_promoter, satisfied

SIZES = [10, 20, 50, 200]
DRAWS = 3_000
SCALES = {"nps": np.arange(11.0), "csat": np.arange(1.0, 6), "ces": np.arange(1.0, 8)}


def truths(scale, n, rng):
    """Distributions of answers as firms have them: now mostly high, now mostly low, never of one answer alone."""
    values = SCALES[scale]
    centre = rng.uniform(0.25, 0.75, DRAWS)[:, None]
    place = np.linspace(0, 1, len(values))[None, :]
    weight = np.exp(-(((place - centre) / rng.uniform(0.15, 0.5, DRAWS)[:, None]) ** 2)) + 0.02
    chance = weight / weight.sum(axis=1, keepdims=True)
    drawn = (rng.random((DRAWS, n, 1)) > chance.cumsum(axis=1)[:, None, :-1]).sum(axis=2)
    return chance, values[drawn]


TRUE = {
    "nps": lambda chance: 100 * (chance[:, 9:].sum(axis=1) - chance[:, :7].sum(axis=1)),
    "csat": lambda chance: chance[:, 3:].sum(axis=1),
    "ces": lambda chance: chance @ SCALES["ces"],
}
METHODS = {"nps": net_promoter, "csat": satisfied, "ces": lambda scores: mean_score(scores, "ces")}


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("scale", SCALES)
def test_nineteen_of_twenty_intervals_hold_the_true_value(scale, n):
    chance, scores = truths(scale, n, np.random.default_rng(20 + n))
    true = TRUE[scale](chance)
    found = [METHODS[scale](row) for row in scores]
    inside = [each.low <= value <= each.high for each, value in zip(found, true, strict=True)]
    assert 0.93 <= np.mean(inside) <= 0.97, f"{scale}: {np.mean(inside):.3f} at n = {n}"
