"""Many tests at once: which differences are found when a known share of the findings may be false."""

import numpy as np
import numpy.typing as npt

from farled.errors import InputError

Floats = npt.NDArray[np.float64]


def benjamini_hochberg(p: npt.ArrayLike) -> Floats:
    """Return the adjusted p-values: those of at most ``q`` are findings of which at most a share ``q`` is false.

    Args:
        p: One p-value per test, 0 to 1; NaN where there was no test. Shape (n,).

    Returns:
        Adjusted values in the order given, NaN where there was no test. Shape (n,).

    Raises:
        InputError: A p-value lies outside 0 to 1.

    Example:
        >>> benjamini_hochberg([0.01, 0.04, 0.03, 0.5]).round(4).tolist()
        [0.04, 0.0533, 0.0533, 0.5]

    Source:
        Benjamini and Hochberg (1995), J. R. Stat. Soc. B 57(1), 289-300. Holds for independent and for positively
        dependent tests (Benjamini and Yekutieli 2001).
    """
    given = np.asarray(p, dtype=np.float64)
    tested = np.flatnonzero(~np.isnan(given))
    values = given[tested]
    if len(values) and (values.min() < 0 or values.max() > 1):
        wrong = values[(values < 0) | (values > 1)][0]
        raise InputError(f"{wrong} is not a p-value.", "Use values from 0 to 1.")
    order = np.argsort(values, kind="stable")
    rank = np.arange(1, len(values) + 1)
    scaled = values[order] * len(values) / rank
    smallest = np.minimum.accumulate(scaled[::-1])[::-1]
    adjusted = np.full(len(given), np.nan)
    adjusted[tested[order]] = np.minimum(smallest, 1.0)
    return adjusted
