import json
from itertools import pairwise

import numpy as np
import pytest

from farled.demo.calendar import CLEAN, YEAR
from farled.demo.chain import NAMES
from farled.demo.customers import customers
from farled.demo.exact import TOUCHPOINTS, feelings, reached, touchpoint_of, transitions
from farled.demo.limits import limits, simulate
from farled.demo.scores import SCALES, distributions, feeling, scores
from farled.demo.shop import truth
from farled.demo.states import PHASE, PHASES
from farled.demo.walk import walk
from farled.spans import DAY
from farled.stats.intervals import wilson


@pytest.fixture(scope="module")
def clean():
    """Journeys that begin in the clean period: customer and place of each touchpoint, runs taken together."""
    rng = np.random.Generator(np.random.PCG64(5))
    who = customers(30_000, rng)
    visits = walk(who, rng, YEAR.end)
    names = [[touchpoint_of(code, late) for code in range(len(NAMES))] for late in (False, True)]
    table = np.array([[TOUCHPOINTS.index(name) if name else -1 for name in row] for row in names])
    place = table[(visits.orders > 0).astype(int), visits.state]
    kept = (place >= 0) & (who.entry[visits.customer] < CLEAN.end)
    customer, place, time = visits.customer[kept], place[kept], visits.time[kept]
    is_new = np.ones(len(place), dtype=bool)
    is_new[1:] = (np.diff(customer) != 0) | (np.diff(place) != 0)
    return customer[is_new], place[is_new], time[is_new]


def covered(part, n, share):
    """Whether the 95 % interval of a measured share holds the true one."""
    interval = wilson(part, n)
    return interval.low <= share <= interval.high


def test_departures_of_every_touchpoint_add_up_to_one():
    for table in transitions().values():
        for row in table.values():
            assert not row or np.isclose(sum(row.values()), 1)


def test_measured_transitions_lie_in_their_intervals_as_often_as_they_should(clean):
    customer, place, _ = clean
    nexts = np.append(place[1:], len(TOUCHPOINTS))
    nexts[np.append(np.diff(customer) != 0, True)] = len(TOUCHPOINTS)
    counts = np.zeros((len(TOUCHPOINTS), len(TOUCHPOINTS) + 1), dtype=int)
    np.add.at(counts, (place, nexts), 1)
    hits = [
        covered(int(counts[a, b]), int(counts[a].sum()), transitions()["all"][name].get(other, 0.0))
        for a, name in enumerate(TOUCHPOINTS)
        for b, other in enumerate((*TOUCHPOINTS, "end"))
        if counts[a].sum() >= 30 and transitions()["all"][name].get(other, 0.0) * counts[a].sum() >= 5
    ]
    assert len(hits) > 150
    assert 0.91 < np.mean(hits) < 0.99


def test_measured_completions_agree_with_the_exact_ones(clean):
    customer, place, time = clean
    level = np.array([PHASES.index(PHASE[name]) for name in TOUCHPOINTS])[place]
    first = np.full((customer.max() + 1, len(PHASES)), np.inf)
    for phase in range(len(PHASES)):
        np.minimum.at(first[:, phase], customer[level >= phase], time[level >= phase])
    for phase, name in enumerate(PHASES[:-1]):
        there = np.isfinite(first[:, phase])
        done = first[there, phase + 1] - first[there, phase] <= 60 * DAY
        share = reached()["all"][PHASES[phase + 1]] / reached()["all"][name]
        error = (share * (1 - share) / there.sum()) ** 0.5
        assert abs(done.mean() - share) < 3.5 * error


def test_a_later_phase_is_never_reached_by_more():
    assert all(list(row.values()) == sorted(row.values(), reverse=True) for row in reached().values())


def test_the_numbers_kept_are_those_a_new_simulation_gives():
    again = simulate(60_000, seed=99)
    for period, groups in limits().items():
        for group in ("all", "maja", "arne", "mobile"):
            for name, (mean, error, _) in groups[group].items():
                new, new_error, n = again[period][group][name]
                assert n < 60 or abs(new - mean) < 4.5 * np.hypot(error, new_error), (period, group, name)


def test_simulated_completions_agree_with_the_exact_ones():
    for group, numbers in limits()[str(CLEAN)].items():
        for before, after in pairwise(PHASES):
            mean, error, _ = numbers[f"completion {before}"]
            assert abs(mean - reached()[group][after] / reached()[group][before]) < 4 * error


def test_simulated_feelings_agree_with_the_exact_ones():
    for group, numbers in limits()[str(CLEAN)].items():
        for phase, exact in feelings()[group].items():
            mean, error, _ = numbers[f"feeling {phase}"]
            assert abs(mean - exact) < 4 * error, (group, phase)


def test_score_probabilities_add_up_to_one_and_scores_are_drawn_from_them():
    rng = np.random.Generator(np.random.PCG64(2))
    who = customers(20_000, rng)
    visits = walk(who, rng, YEAR.end)
    score = scores(visits, who, rng)
    asks = np.isin(visits.state, [NAMES.index(state) for state in SCALES])
    assert (np.isfinite(score) == asks).all()
    for state, (_, lowest) in SCALES.items():
        rows = visits.state == NAMES.index(state)
        cell = visits.state[rows], who.informed[visits.customer[rows]].astype(int), who.persona[visits.customer[rows]]
        shares = distributions()[cell]
        assert np.allclose(shares.sum(axis=1), 1)
        points = np.arange(shares.shape[1]) + lowest
        mean, spread = shares @ points, shares @ points**2 - (shares @ points) ** 2
        assert abs((score[rows] - mean).sum()) < 4 * spread.sum() ** 0.5


def test_feelings_run_from_minus_two_to_two_on_every_scale():
    for scale, ends in {"csat": (1, 5), "stars": (1, 5), "ces": (1, 7), "nps": (0, 10)}.items():
        assert feeling(scale, np.array(ends, dtype=float)).tolist() == [-2, 2]


def test_truth_names_the_persona_of_each_customer_and_can_be_written():
    told = json.loads(truth(customers=40, seed=1).to_json())
    assert len(told["persona"]) == 40
    assert set(told["persona"]) <= set(told["personas"])
    assert np.isclose(sum(told["personas"].values()), 1)
    assert told["completion"]["maja"]["purchase"]["method"] == "exact"
    assert all(np.isclose(sum(branch["to"].values()), 1, atol=1e-9) for branch in told["branches"])
