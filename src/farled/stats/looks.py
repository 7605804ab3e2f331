"""Looking again and again: how sure one must be at each look so that false alarms stay rare over a year."""

from farled.errors import InputError
from farled.stats.intervals import Z95

YEAR = 365.0
"""Days over which a rate of false alarms is stated."""


def level_of_look(rate: float, days: float) -> float:
    """Return the chance of a false alarm that one look may have.

    A look spends the share of the yearly rate that belongs to the days since the look before. Whatever the looks have
    in common (windows that overlap, a value they are all compared with), the chance that any of a year's looks raises a
    false alarm is then at most ``rate`` (Boole's inequality).

    Args:
        rate: Chance of a false alarm in a year, between 0 and 1.
        days: Since the look before, more than 0.

    Raises:
        InputError: An argument is out of range.

    Example:
        >>> f"{level_of_look(0.05, 1):.6f}"
        '0.000137'

    Source:
        Alpha spending: Lan and DeMets (1983), Biometrika 70(3), 659-663; here linear in time and with Boole's
        inequality between looks.
    """
    if not 0 < rate < 1:
        raise InputError(f"The rate of false alarms is {rate}.", "Use a number between 0 and 1, such as 0.05.")
    if days <= 0:
        raise InputError(f"{days} days lie between two looks.", "Look at most once a day.")
    return rate * min(days, YEAR) / YEAR


def chance_beyond(value: float, bound: float, limit: float, n: int, *, is_share: bool) -> float:
    """Return how likely a number at least as far beyond a limit is, if the truth lies at the limit.

    Args:
        value: Observed.
        bound: Of its 95 % interval, on the side of the limit.
        limit: That the truth should not be beyond.
        n: Units that stand behind the value.
        is_share: Whether the value is a share of units, 0 to 1: then exact tails of the binomial, with as many units as
            the interval is worth; else Student's t.

    Returns:
        One-sided p-value; 1 when the interval holds the limit.

    Example:
        >>> from farled.stats.intervals import wilson
        >>> f"{chance_beyond(0.02, wilson(20, 1000).high, 0.034, 1000, is_share=True):.4f}"
        '0.0061'
    """
    is_under = value < limit
    if value == limit or (bound >= limit if is_under else bound <= limit):
        return 1.0
    if is_share and 0 < bound < 1 and 0 < limit < 1:
        return _binomial_tail(value, bound, limit, is_under=is_under)
    return _student_tail(value, bound, limit, n)


def _binomial_tail(value: float, bound: float, limit: float, *, is_under: bool) -> float:
    from scipy.special import betainc

    worth = Z95**2 * bound * (1 - bound) / (bound - value) ** 2  # of a Wilson interval exactly n
    part = value * worth
    if is_under:
        return float(betainc(worth - part, part + 1, 1 - limit)) if part < worth else 1.0
    return float(betainc(part, worth - part + 1, limit)) if part > 0 else 1.0


def _student_tail(value: float, bound: float, limit: float, n: int) -> float:
    if n < 2:
        return 1.0
    from scipy.special import stdtr, stdtrit

    freedom = n - 1
    deviation = abs(bound - value) / float(stdtrit(freedom, 0.975))
    if deviation == 0:
        return 1.0
    return float(stdtr(freedom, -abs(limit - value) / deviation))
