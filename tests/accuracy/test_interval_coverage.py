"""Of 95 % intervals 93 to 97 hold the true value, from 10 customers to 10,000, over many true values."""

from math import log, sqrt

import numpy as np
import pytest

from farled.stats.clustered import Sums, mean_of, share_of
from farled.stats.differences import difference, total
from farled.stats.horizon import share_within
from farled.stats.intervals import Estimate, Rate, mean_interval, newcombe, quantile_interval
from farled.stats.scores import mean_difference
from farled.stats.survival import kaplan_meier

SIZES = [10, 100, 1_000, 10_000]
DAY = 86_400


def share(random, n):
    true = random.uniform(0.03, 0.97)
    found = Rate(int(random.binomial(n, true)), n)
    return found.low, true, found.high


def two_shares(random, n):
    first, second = random.uniform(0.05, 0.95, 2)
    found = newcombe(*(Rate(int(random.binomial(n, true)), n) for true in (first, second)))
    return found.low, first - second, found.high


def sum_of_differences(random, n):
    """The effect of a channel over months: differences of shares, added up."""
    true = random.uniform(0.1, 0.9, (3, 2))
    pairs = [[Rate(int(random.binomial(n, each)), n) for each in month] for month in true]
    estimates = [[Estimate(rate.value, rate.low, rate.high, rate.n) for rate in pair] for pair in pairs]
    found = total([difference(*pair) for pair in estimates])
    return found.low, float((true[:, 0] - true[:, 1]).sum()), found.high


def waiting(random, n):
    """Times of an exponential wait, with windows that are still open for a third of the customers or so."""
    mean = random.uniform(2, 30) * DAY
    waited = random.exponential(mean, n).astype(np.int64)
    watched = random.uniform(0, 3 * mean, n).astype(np.int64)
    return mean, waited, watched


def share_by_a_day(random, n):
    mean, waited, watched = waiting(random, n)
    limit = int(mean * random.uniform(0.2, 1.5))
    seen = np.where(waited <= watched, waited, -1)
    found = share_within(seen, watched, limit).share
    if found.value is None:
        return None
    return found.low, 1 - np.exp(-limit / mean), found.high


def median_wait(random, n):
    mean, waited, watched = waiting(random, n)
    came = waited <= watched
    found = kaplan_meier(waited[came], watched[~came]).quantile()
    if found.value is None:
        return None
    high = np.inf if found.high is None else found.high
    return found.low or 0, mean * log(2), high


def mean_of_scores(random, n):
    chance = np.exp(-(((np.linspace(0, 1, 5) - random.uniform(0.25, 0.75)) / random.uniform(0.2, 0.5)) ** 2))
    chance /= chance.sum()
    found = mean_interval(random.choice(np.arange(1.0, 6), n, p=chance))
    return found.low, float(chance @ np.arange(1.0, 6)), found.high


def two_means(random, n):
    centres, spreads = random.uniform(0, 10, 2), random.uniform(1, 4, 2)
    found = mean_difference(*(random.normal(at, wide, n) for at, wide in zip(centres, spreads, strict=True)))
    return found.low, centres[0] - centres[1], found.high


def median(random, n):
    scale = random.uniform(1, 9)
    found = quantile_interval(random.exponential(scale, n))
    return found.low, scale * log(2), found.high


def things(random, n):
    """How many things each customer has, and how many of them hit: customers differ in both."""
    a = random.uniform(1, 5)
    count = 1 + random.poisson(2, n)
    hits = random.binomial(count, random.beta(a, 3, n))
    sums = Sums(n, int(count.sum()), int(hits.sum()), int((count**2).sum()), int(count @ hits), int((hits**2).sum()))
    return sums, a / (a + 3)


def share_of_events(random, n):
    sums, true = things(random, n)
    found = share_of(sums)
    return found.low, true, found.high


def mean_per_customer(random, n):
    true = random.uniform(1, 8)
    counts = random.poisson(true, n)
    found = mean_of(Sums(n, n, int(counts.sum()), n, int(counts.sum()), int((counts**2).sum())))
    return found.low, true, found.high


def bound(covered, trials):
    """Three standard errors of the simulation beside 93 and 97 %."""
    error = 3 * sqrt(0.05 * 0.95 / trials)
    return 0.93 - error <= covered <= 0.97 + error


def coverage(draw, n, trials):
    random = np.random.default_rng(n)
    found = [draw(random, n) for _ in range(trials)]
    known = [each for each in found if each is not None]
    return np.mean([low <= true <= high for low, true, high in known]), len(known)


METHODS = [
    share, two_shares, sum_of_differences, share_by_a_day, median_wait, mean_of_scores, two_means, median,
    share_of_events, mean_per_customer,
]  # fmt: skip


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("draw", METHODS, ids=lambda draw: draw.__name__)
def test_intervals_cover_the_truth(draw, n):
    covered, trials = coverage(draw, n, 400 if n < 10_000 else 150)
    assert bound(covered, trials), f"{covered:.3f} of {trials}"


@pytest.mark.slow
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("draw", METHODS, ids=lambda draw: draw.__name__)
def test_many_intervals_cover_the_truth(draw, n):
    covered, trials = coverage(draw, n, 8_000 if n < 10_000 else 1_500)
    print(f"{draw.__name__} n={n}: {covered:.4f} of {trials}")  # noqa: T201  a table to be read
    assert bound(covered, trials), f"{covered:.4f} of {trials}"
