"""The Kaplan-Meier curve against published values, a peer, and the rules of its ends."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled.stats.survival import kaplan_meier

TREATED = [6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], []
MAINTAINED = [9, 13, 18, 23, 31, 34, 48], [13, 28, 45, 161]
NOT_MAINTAINED = [5, 5, 8, 8, 12, 23, 27, 30, 33, 43, 45], [16]


def curve(people):
    happened, waiting = (np.array(times, dtype=np.int64) for times in people)
    return kaplan_meier(happened, waiting)


def errors(found):
    """Greenwood's standard error of the curve, while somebody is waiting."""
    there = found.waiting > 0
    return found.waiting[there] * np.sqrt(found.spread[there])


def test_the_curve_of_the_leukemia_trial_is_the_published_one():
    """Freireich et al. (1963), as in Klein and Moeschberger, Survival Analysis, 2nd edition, table 4.1."""
    found = curve(TREATED)
    assert found.time.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert found.waiting == pytest.approx([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=6e-4)
    assert errors(found) == pytest.approx([0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346], abs=1e-4)
    assert found.quantile().value == 23
    assert found.quantile().high is None
    assert curve(PLACEBO).quantile().value == 8


def test_the_curves_of_maintained_leukemia_are_the_published_ones():
    """Acute myelogenous leukemia: Miller (1981), Survival Analysis, page 49; the data set ``aml`` of R."""
    kept, other = curve(MAINTAINED), curve(NOT_MAINTAINED)
    assert kept.waiting == pytest.approx([0.909, 0.818, 0.716, 0.614, 0.491, 0.368, 0.184], abs=6e-4)
    assert errors(kept) == pytest.approx([0.0867, 0.1163, 0.1397, 0.1526, 0.1642, 0.1627, 0.1535], abs=1e-4)
    assert other.time.tolist() == [5, 8, 12, 23, 27, 30, 33, 43, 45]
    assert other.waiting == pytest.approx([0.833, 0.667, 0.583, 0.486, 0.389, 0.292, 0.194, 0.097, 0], abs=6e-4)
    assert errors(other) == pytest.approx([0.1076, 0.1361, 0.1423, 0.1481, 0.1470, 0.1387, 0.1219, 0.0919], abs=1e-4)
    assert (kept.quantile().value, other.quantile().value) == (31, 23)


@pytest.mark.parametrize("people", [TREATED, PLACEBO, MAINTAINED, NOT_MAINTAINED])
def test_curve_and_median_agree_with_statsmodels(people):
    survfunc = pytest.importorskip("statsmodels.duration.survfunc")
    happened, waiting = people
    peer = survfunc.SurvfuncRight(np.array(happened + waiting), np.repeat([1, 0], [len(happened), len(waiting)]))
    found = curve(people)
    assert found.time.tolist() == peer.surv_times.tolist()
    assert found.waiting == pytest.approx(peer.surv_prob)
    assert errors(found) == pytest.approx(peer.surv_prob_se[found.waiting > 0])
    for share in (0.1, 0.25, 0.4):
        assert found.quantile(share).value == peer.quantile(share)
        with np.errstate(divide="ignore", invalid="ignore"):
            low, high = peer.quantile_ci(share, method="cloglog")
        mine = found.quantile(share)
        assert mine.low == (low if np.isfinite(low) else None)
        assert mine.high == (high if np.isfinite(high) else None)


def test_the_interval_by_a_time_is_the_one_of_a_log_log_scale():
    """As R's ``summary(survfit(..., conf.type = "log-log"), times = 10)`` has it for the treated."""
    found = curve(TREATED).share_by(10)
    assert 1 - found.value == pytest.approx(0.7529, abs=1e-4)
    assert (1 - found.high, 1 - found.low) == pytest.approx((0.503, 0.889), abs=1e-3)


def test_all_waiting_none_and_nobody():
    open_ = curve(([], [3, 5]))
    assert (open_.quantile().reason, open_.share_by(4).value, open_.longest) == ("open", 0, 5)
    done = curve(([3, 5], []))
    assert (done.quantile().value, done.share_by(5).value) == (3, 1)
    nobody = curve(([], []))
    assert (nobody.quantile().reason, nobody.share_by(4).reason, nobody.longest) == ("nobody", "nobody", None)


people = st.tuples(st.lists(st.integers(0, 6), max_size=12), st.lists(st.integers(0, 6), max_size=12))


@given(people, st.integers(0, 7))
def test_the_curve_is_the_product_over_everybody_still_there(people, horizon):
    happened, waiting = people
    expected = 1.0
    for time in sorted(set(happened)):
        if time <= horizon:
            there = sum(other >= time for other in happened + waiting)
            expected *= 1 - happened.count(time) / there
    found = curve(people).share_by(horizon)
    if found.value is not None:
        assert found.value == pytest.approx(1 - expected)
        assert found.low <= found.value + 1e-12
        assert found.high >= found.value - 1e-12


@given(people, st.randoms(use_true_random=False))
def test_the_order_in_which_people_are_given_does_not_matter(people, random):
    mixed = tuple(random.sample(times, len(times)) for times in people)
    one, other = curve(people), curve(mixed)
    assert one.time.tolist() == other.time.tolist() == sorted(set(people[0]))
    assert np.array_equal(one.waiting, other.waiting)
    assert np.array_equal(one.spread, other.spread, equal_nan=True)
    assert (one.longest, one.quantile()) == (other.longest, other.quantile())


@given(people, st.sampled_from([0.1, 0.25, 0.5, 0.9]))
def test_a_quantile_is_the_first_time_at_which_the_curve_and_its_bounds_get_so_far(people, q):
    found = curve(people)
    quantile, by = found.quantile(q), [found.share_by(time) for time in found.time.tolist()]
    reached = [time for time, share in zip(found.time.tolist(), by, strict=True) if share.value >= q - 1e-12]
    assert quantile.value == next(iter(reached), None)
    if quantile.value is not None:
        assert quantile.low is None or quantile.low <= quantile.value
        assert quantile.high is None or quantile.high >= quantile.value
