"""The bootstrap with Poisson weights: how much a number would move had other customers come."""

from functools import cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

GROUPS = 512
_SEED = 20_260_101


@cache
def poisson_weights(resamples: int) -> Floats:
    """Return how often each group of customers is drawn in each resample. Shape (resamples, GROUPS), read-only.

    Customers are put into groups at random, and a group is drawn as a whole; with a ratio to the customers drawn, its
    size does not matter. 512 groups make the width of an interval uncertain by 3 %, where single customers would by
    less than the resamples themselves do.

    Source:
        Hanley and MacGibbon (2006), Computer Methods and Programs in Biomedicine 83(1), 57-62, for Poisson weights;
        Shao and Tu (1995), The Jackknife and Bootstrap, section 6.2, for random groups.
    """
    weights = np.random.default_rng(_SEED).poisson(1.0, (resamples, GROUPS)).astype(np.float64)
    weights.flags.writeable = False
    return weights


def percentile_bounds(resampled: Floats) -> tuple[Floats, Floats]:
    """Return the 2.5th and the 97.5th percentile over the resamples; those that are not finite are left out.

    Args:
        resampled: Shape (resamples, n).

    Returns:
        Two of shape (n,), NaN where less than half of the resamples are finite.
    """
    known = np.isfinite(resampled)
    if known.all():
        low, high = np.quantile(resampled, (0.025, 0.975), axis=0)
        return low, high
    enough = known.sum(axis=0) * 2 > len(resampled)
    kept = np.where(enough, np.where(known, resampled, np.nan), 0.0)
    low, high = np.nanquantile(kept, (0.025, 0.975), axis=0)
    return np.where(enough, low, np.nan), np.where(enough, high, np.nan)
