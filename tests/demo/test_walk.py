import numpy as np
import pytest

from farled.demo.calendar import LONGEST, OUTAGE, QUARTER, YEAR, dates, day_of, is_weekend, midnights
from farled.demo.chain import CODE, LEAVES, NAMES, chain
from farled.demo.customers import customers
from farled.demo.states import PHASE, STATES
from farled.demo.walk import FIRST_ORDER, walk
from farled.spans import DAY, HOUR, period

FAR = YEAR.end + LONGEST * DAY


@pytest.fixture(scope="module")
def crowd():
    rng = np.random.Generator(np.random.PCG64(11))
    who = customers(8000, rng)
    return who, walk(who, rng, FAR)


def follows(visits):
    """Rows whose next row is of the same customer."""
    return np.flatnonzero(np.diff(visits.customer) == 0)


def test_days_begin_at_midnight_in_stockholm_also_when_the_clock_changes():
    assert dates()[25] == "2025-10-26"
    assert midnights()[26] - midnights()[25] == 25 * HOUR
    assert day_of(midnights()[[25, 26]] - 1).tolist() == [24, 25]


def test_saturday_and_sunday_are_the_weekend():
    saturday = period("2026-08-01", "Europe/Stockholm")
    times = np.array([saturday.start - 1, saturday.start, saturday.start + 2 * DAY - 1, saturday.start + 2 * DAY])
    assert is_weekend(times).tolist() == [False, True, True, False]


def test_the_payment_is_broken_for_six_weeks_of_the_last_quarter():
    assert OUTAGE.end - OUTAGE.start == 42 * DAY
    assert QUARTER.start < OUTAGE.start < OUTAGE.end < QUARTER.end


def test_branch_probabilities_add_up_to_one():
    assert np.allclose(chain().step.sum(axis=-1), 1)
    assert np.allclose(chain().start.sum(axis=-1), 1)
    assert np.isclose(sum(kind.share for kind in chain().kinds), 1)


def test_every_state_is_somewhere_on_the_way():
    reachable = chain().step.sum(axis=(0, 1, 2))[:LEAVES] + chain().start.sum(axis=0)
    lost = {name for name, weight in zip(NAMES, reachable, strict=True) if weight == 0}
    assert lost == {name for name in NAMES if STATES[name].like or name == "payment_broken"}


def test_every_journey_begins_at_a_touchpoint():
    first = np.flatnonzero(chain().start.sum(axis=0))
    assert all(STATES[NAMES[code]].touchpoint in PHASE for code in first)


def test_time_rises_within_a_customer(crowd):
    _, visits = crowd
    assert (np.diff(visits.time)[follows(visits)] > 0).all()


def test_no_silence_ends_a_journey_and_every_journey_is_over_in_time(crowd):
    _, visits = crowd
    assert np.diff(visits.time)[follows(visits)].max() < 180 * DAY
    first = np.flatnonzero(np.diff(visits.customer, prepend=-1))
    last = np.append(first[1:], len(visits.time)) - 1
    assert (visits.time[last] - visits.time[first]).max() < LONGEST * DAY


def test_orders_are_counted_from_the_event_after(crowd):
    _, visits = crowd
    is_order = np.isin(visits.state, FIRST_ORDER)
    rows = follows(visits)
    assert (visits.orders[rows + 1] == visits.orders[rows] + is_order[rows]).all()


def test_measured_branches_agree_with_the_chain(crowd):
    """Each branch, before and after the first order, over all kinds of customer: as far off as chance has it."""
    who, visits = crowd
    nexts = np.append(visits.state[1:], LEAVES)
    nexts[np.append(np.diff(visits.customer) != 0, True)] = LEAVES
    alike = {CODE[name]: CODE[state.like] for name, state in STATES.items() if state.like}
    alike |= {CODE["payment_broken"]: CODE["payment"]}
    nexts = np.array([alike.get(code, code) for code in range(LEAVES + 1)])[nexts]
    returning = (visits.orders + np.isin(visits.state, FIRST_ORDER)) > 0
    row = (who.kind[visits.customer] * 2 + returning) * LEAVES + visits.state
    step = chain().step
    counts = np.bincount(row * (LEAVES + 1) + nexts, minlength=step.size).reshape(step.shape)
    departures = counts.sum(axis=-1, keepdims=True)
    assert counts[step == 0].sum() == 0
    expected = (departures * step).sum(axis=0)
    spread = (departures * step * (1 - step)).sum(axis=0)
    wide = (expected >= 10) & (spread > 0)
    off = (counts.sum(axis=0) - expected)[wide] / spread[wide] ** 0.5
    assert len(off) > 200
    assert np.mean(np.abs(off) > 2.576) < 0.03
    assert np.abs(off).max() < 4.5
