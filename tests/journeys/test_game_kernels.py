"""Games among channels, from attempts to Shapley values, against the definition."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farled.journeys.game_kernels import set_counts, sum_subsets
from farled.stats.shapley import rate_influence, rate_shapley, subset_sums

CHANNELS = 4
attempts = st.lists(st.tuples(st.integers(0, (1 << CHANNELS) - 1), st.booleans(), st.integers(1, 5)), min_size=1)


def in_place(values):
    sum_subsets(values.reshape(-1, values.shape[-1]))
    return values


def fixed(values, kind):
    array = np.asarray(values, dtype=kind)
    array.flags.writeable = False
    return array


def counted(made):
    sets, won, weight = zip(*made, strict=True)
    facts = np.column_stack((won, np.zeros((len(made), 2))))
    return set_counts(fixed(sets, np.uint64), fixed(facts, np.uint8), fixed(weight, np.float64), CHANNELS)


def worth(made, coalition):
    inside = [(won, weight) for own, won, weight in made if own and own & ~coalition == 0]
    return sum(weight for won, weight in inside if won) / max(sum(weight for _, weight in inside), 1)


@settings(max_examples=40)
@given(attempts)
def test_values_are_the_average_over_all_orders_of_joining(made):
    expected = np.zeros(CHANNELS)
    orders = list(permutations(range(CHANNELS)))
    for order in orders:
        for at, channel in enumerate(order):
            before = sum(1 << each for each in order[:at])
            expected[channel] += (worth(made, before | 1 << channel) - worth(made, before)) / len(orders)
    values = rate_shapley(*counted(made), in_place)
    assert values == pytest.approx(expected, abs=1e-12)
    assert values.sum() == pytest.approx(worth(made, (1 << CHANNELS) - 1) - worth(made, 0), abs=1e-12)


@given(attempts, st.randoms())
def test_the_order_of_attempts_and_where_they_are_parted_change_nothing(made, chance):
    mixed = sorted(made, key=lambda _: chance.random())
    cut = chance.randrange(len(made) + 1)
    parts = [counted(each) for each in (mixed[:cut], mixed[cut:]) if each]
    assert (sum(parts) == counted(made)).all()


@pytest.mark.parametrize("channels", [0, 1, 2, 3, 10, 11, 14])
@pytest.mark.parametrize("games", [1, 3])
def test_sums_in_place_are_those_channel_by_channel(channels, games):
    values = np.random.default_rng(channels).integers(0, 1000, (games, 1 << channels)).astype(np.float64)
    expected = subset_sums(values)
    assert np.array_equal(in_place(values), expected)


def test_influence_is_the_same_with_sums_in_place():
    rng = np.random.default_rng(5)
    journeys = rng.integers(0, 4, 1 << 6).astype(np.float64)
    conversions = np.floor(journeys * rng.random(1 << 6))
    masks = np.flatnonzero(journeys)
    expected = rate_influence(journeys.copy(), conversions.copy(), masks)
    for one, other in zip(rate_influence(journeys, conversions, masks, in_place), expected, strict=True):
        assert one == pytest.approx(other, abs=1e-12)
