"""Removal effects against chains solved by hand, a slow solution of the definition, and published figures."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled.stats import markov
from farled.stats.markov import Chain, chosen_order, removal_effects, removals

journeys = st.lists(
    st.tuples(st.lists(st.integers(0, 3), min_size=1, max_size=6), st.booleans()), min_size=1, max_size=12
).filter(lambda paths: any(won for _, won in paths))


def transitions(paths, order):
    """Counts of (context, next) by the definition: contexts are tuples, WON and LOST end."""
    found = Counter()
    for path, won in paths:
        steps = [*path, "won" if won else "lost"]
        for at, after in enumerate(steps):
            found[tuple(path[max(0, at - order) : at]), after] += 1
    return found


def table(paths, points=4):
    counts = np.zeros((points + 1, points + 2))
    for (context, after), count in transitions(paths, 1).items():
        counts[context[0] if context else points, {"won": points, "lost": points + 1}.get(after, after)] += count
    return counts


def chain(paths, order, points=4):
    found = transitions(paths, order)
    states = sorted({context for context, _ in found if context})
    place = {context: at for at, context in enumerate(states)} | {(): len(states)}
    ends = {"won": len(states), "lost": len(states) + 1}
    rows = [
        (place[context], ends[after] if after in ends else place[(*context, after)[-order:]], count)
        for (context, after), count in found.items()
    ]
    before, after, count = (np.array(column) for column in zip(*rows, strict=True))
    last = np.array([context[-1] for context in states])
    return Chain(before, after, count.astype(float), last, points)


def conversion_without(paths, order, removed):
    """Probability of conversion by going through the chain step by step until nobody is left in it."""
    found = transitions(paths, order)
    total = Counter()
    for (context, _), count in found.items():
        total[context] += count
    here, won = {(): 1.0}, 0.0
    for _ in range(3000):
        there = Counter()
        for context, weight in here.items():
            for (begin, after), count in found.items():
                if begin != context or after in (removed, "lost"):
                    continue
                part = weight * count / total[context]
                if after == "won":
                    won += part
                else:
                    there[(*context, after)[-order:]] += part
        here = {context: weight for context, weight in there.items() if weight > 1e-15}
        if not here:
            break
    return won


def test_a_published_chain_of_three_journeys():
    """C1 > C2 > C3 converts; C1 and C2 > C3 do not: effects 0.5, 1 and 1, credits 0.2, 0.4 and 0.4."""
    paths = [([0, 1, 2], True), ([0], False), ([1, 2], False)]
    effects, conversion = removal_effects(table(paths, 3))
    assert conversion == pytest.approx(1 / 3)
    assert effects == pytest.approx([0.5, 1, 1])
    assert effects / effects.sum() == pytest.approx([0.2, 0.4, 0.4])


def test_a_chain_solved_by_hand():
    """From the start 1/2 to a, 1/2 to b; a converts 1/4, goes to b 1/2; b converts 1/2.

    b(b) = 1/2, b(a) = 1/4 + 1/2 * 1/2 = 1/2, conversion 1/2. Without a: 1/2 * 1/2 = 1/4. Without b: 1/2 * 1/4 = 1/8.
    """
    effects, conversion = removal_effects([[0, 2, 1, 1], [0, 0, 2, 2], [2, 2, 0, 0]])
    assert conversion == pytest.approx(0.5)
    assert effects == pytest.approx([0.5, 0.75])


@given(journeys)
def test_loops_change_nothing(paths):
    doubled = [([step for step in path for _ in range(2)], won) for path, won in paths]
    plain = [([step for at, step in enumerate(path) if at == 0 or path[at - 1] != step], won) for path, won in paths]
    assert removal_effects(table(doubled))[0] == pytest.approx(removal_effects(table(plain))[0], abs=1e-10)


@given(journeys, st.sampled_from([1, 2, 3]))
def test_conversion_is_the_share_of_journeys_that_convert_at_every_order(paths, order):
    rate = np.mean([won for _, won in paths])
    assert removals(chain(paths, order)).conversion == pytest.approx(rate)


@given(journeys, st.sampled_from([1, 2, 3]))
def test_removal_is_as_going_through_the_chain_step_by_step(paths, order):
    found = removals(chain(paths, order))
    slow = [conversion_without(paths, order, point) for point in range(4)]
    assert found.without == pytest.approx(slow, abs=1e-9)
    if order == 1:
        assert removal_effects(table(paths))[0] == pytest.approx(found.effects(), abs=1e-9)


def test_many_states_are_solved_by_steps_to_the_same(monkeypatch):
    rng = np.random.default_rng(1)
    paths = [(rng.integers(0, 4, rng.integers(1, 7)).tolist(), bool(rng.random() < 0.3)) for _ in range(200)]
    exact = removals(chain(paths, 3), influence=True)
    monkeypatch.setattr(markov, "DENSE_STATES", 1)
    steps = removals(chain(paths, 3), influence=True)
    assert steps.without == pytest.approx(exact.without, abs=1e-11)
    assert steps.influence == pytest.approx(exact.influence, abs=1e-11)


def test_influence_is_what_one_more_transition_does():
    rng = np.random.default_rng(2)
    paths = [(rng.integers(0, 4, rng.integers(1, 6)).tolist(), bool(rng.random() < 0.4)) for _ in range(100)]
    made = chain(paths, 2)
    found = removals(made, influence=True)
    for at in range(0, len(made.count), 7):
        count = made.count.copy()
        count[at] += 1e-5
        more = removals(Chain(made.before, made.after, count, made.touchpoint, 4))
        moved = (np.append(more.conversion, more.without) - np.append(found.conversion, found.without)) / 1e-5
        assert found.influence[at] == pytest.approx(moved, abs=1e-5)


def order_of(kind, n, seed):
    """The order chosen for journeys of a chain of order 1, or of one that looks two steps back."""
    rng = np.random.default_rng(seed)
    chains = [np.zeros((2, 4**order, 5)) for order in (1, 2, 3)]
    for journey in range(n):
        context = (3, 3, 3)
        while context[-1] < 3 or context == (3, 3, 3):
            if kind == 1:
                chance = np.array(
                    [[3, 1, 1, 2, 2], [1, 3, 1, 2, 1], [1, 1, 3, 1, 3], [2, 1, 1, 0, 0]][context[-1]], float
                )
            else:
                chance = np.array([1.0, 1, 1, 0.6, 0.6])
                chance[context[-2] % 3] += 6
            after = int(rng.choice(5, p=chance / chance.sum()))
            for order in (1, 2, 3):
                code = int(np.ravel_multi_index(context[-order:], (4,) * order))
                chains[order - 1][journey % 2, code, after] += 1
            if after >= 3:
                break
            context = (*context[1:], after)
    return chosen_order([(each[0], each[1]) for each in chains])


def test_the_order_that_made_the_journeys_is_chosen():
    assert [order_of(1, 1500, seed) for seed in range(4)] == [1] * 4
    assert [order_of(2, 1500, seed) for seed in range(4)] == [2] * 4
