"""Shapley values of the conversion rate against games solved by hand and the definition over all orders."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled.errors import InputError
from farled.stats.shapley import rate_influence, rate_shapley, sampled_shapley, subset_sums, superset_sums


def games(channels):
    """Journeys and conversions per mask."""
    one = st.integers(0, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
    return st.lists(one, min_size=1 << channels, max_size=1 << channels).map(lambda rows: np.array(rows, float).T)


def by_definition(journeys, conversions, channels):
    def worth(coalition):
        masks = [mask for mask in range(1 << channels) if mask & ~coalition == 0]
        n = sum(journeys[mask] for mask in masks)
        return sum(conversions[mask] for mask in masks) / n if n else 0.0

    total = np.zeros(channels)
    orders = list(permutations(range(channels)))
    for order in orders:
        coalition = 0
        for channel in order:
            total[channel] += worth(coalition | 1 << channel) - worth(coalition)
            coalition |= 1 << channel
    return total / len(orders)


def test_a_game_of_two_solved_by_hand():
    """v(a) = .1, v(b) = .3, v(ab) = 10/30: a gets (.1 + 1/30) / 2, b gets (.3 + 7/30) / 2."""
    assert rate_shapley([0, 10, 10, 10], [0, 1, 3, 6]) == pytest.approx([1 / 15, 4 / 15])


def test_a_game_of_three_solved_by_hand():
    """Only a and b together convert, always: v(ab) = 1, v(abc) = 1/2; others 0.

    a: in the orders ab, ba within three: 2/6 of the orders meet v = 1 at a (b first, or b and c first with 1/2).
    """
    journeys, conversions = np.zeros(8), np.zeros(8)
    journeys[[1, 2, 3, 4]] = 0, 0, 10, 10
    conversions[3] = 10
    values = rate_shapley(journeys, conversions)
    assert values == pytest.approx([1 / 6 + 1 / 6, 1 / 6 + 1 / 6, -1 / 6])
    assert values.sum() == pytest.approx(0.5)


@given(games(4))
def test_values_are_the_average_over_all_orders(game):
    assert rate_shapley(*game) == pytest.approx(by_definition(*game, 4), abs=1e-12)


@given(games(3), st.permutations(range(3)))
def test_other_names_give_the_same_values_under_other_names(game, order):
    moved = [sum((mask >> old & 1) << new for new, old in enumerate(order)) for mask in range(8)]
    renamed = np.empty_like(game)
    renamed[:, moved] = game
    assert rate_shapley(*renamed) == pytest.approx(rate_shapley(*game)[list(order)], abs=1e-12)


@given(games(3))
def test_a_channel_that_nobody_has_gets_nothing(game):
    wider = np.hstack((game, np.zeros((2, 8))))
    assert rate_shapley(*wider) == pytest.approx([*rate_shapley(*game), 0], abs=1e-12)


@pytest.mark.parametrize("channels", [1, 5, 7, 11])
def test_subset_and_superset_sums_are_what_they_say(channels):
    values = np.random.default_rng(0).random(1 << channels)
    masks = np.arange(1 << channels)
    inside = (masks[:, None] & masks[None, :]) == masks[None, :]
    assert subset_sums(values) == pytest.approx(inside @ values)
    assert superset_sums(values) == pytest.approx(inside.T @ values)


@pytest.mark.parametrize("channels", [2, 6, 8])
def test_influence_is_what_one_more_journey_does(channels):
    rng = np.random.default_rng(channels)
    journeys = rng.integers(1, 9, 1 << channels).astype(float)
    conversions = np.floor(journeys * rng.random(1 << channels))
    masks = np.arange(1, 1 << channels, 5)
    lost, won = rate_influence(journeys, conversions, masks)
    base = rate_shapley(journeys, conversions)
    for mask, *moves in zip(masks, lost, won, strict=True):
        for outcome, move in enumerate(moves):
            more = journeys.copy(), conversions.copy()
            more[0][mask] += 1e-6
            more[1][mask] += 1e-6 * outcome
            assert move == pytest.approx((rate_shapley(*more) - base) / 1e-6, abs=1e-5)


def test_sampling_comes_near_the_exact_values_and_says_how_near():
    rng = np.random.default_rng(3)
    bits = np.array([mask for mask in range(1, 1 << 8) if rng.random() < 0.5])
    journeys = rng.integers(1, 40, len(bits)).astype(float)
    conversions = np.floor(journeys * rng.random(len(bits)) ** 2)
    exact = [np.zeros(1 << 8) for _ in range(2)]
    exact[0][bits], exact[1][bits] = journeys, conversions
    held = [[c for c in range(8) if mask >> c & 1] for mask in bits.tolist()]
    sets = np.cumsum([0, *map(len, held)]), np.array([c for each in held for c in each])
    found = sampled_shapley(sets, journeys, conversions, 8, moved=200)
    assert found.values.sum() == pytest.approx(conversions.sum() / journeys.sum())
    assert (np.abs(found.values - rate_shapley(*exact)) < 4 * found.error + 1e-12).all()
    lost, won = rate_influence(*exact, bits)
    assert np.abs(found.lost - lost).max() < 0.2 * np.abs(lost).max()
    assert np.abs(found.won - won).max() < 0.2 * np.abs(won).max()


def test_more_than_twenty_channels_are_refused():
    with pytest.raises(InputError, match="cannot be summed"):
        rate_shapley(np.zeros(3), np.zeros(3))
