import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import PchipInterpolator

from farled.maps.draw.curve import height_at, path, pchip, reverse, samples

values = st.lists(st.floats(-2, 2).map(lambda value: round(value, 2)), min_size=2, max_size=8)


@given(values, st.floats(0, 1))
def test_it_is_the_monotone_cubic_of_others(ys, share):
    points = [(1.5 * at, y) for at, y in enumerate(ys)]
    x = share * points[-1][0]
    expected = (
        ys[0] + (ys[1] - ys[0]) * share if len(ys) == 2 else float(PchipInterpolator(*zip(*points, strict=True))(x))
    )
    assert height_at(pchip(points), x) == pytest.approx(expected, abs=1e-9)


@given(values)
def test_it_shows_no_peak_that_is_not_in_the_data(ys):
    drawn = [y for _, y in samples(pchip(list(enumerate(ys))))]
    assert min(ys) - 1e-9 <= min(drawn)
    assert max(drawn) <= max(ys) + 1e-9


def test_the_way_back_is_the_same_line():
    pieces = pchip([(0, 0), (1, 2), (2, 1)])
    there, back = sorted(samples(pieces)), sorted(samples(reverse(pieces)))
    assert sum(back, ()) == pytest.approx(sum(there, ()))


def test_a_path_has_one_decimal():
    assert path(pchip([(0, 0), (1, 1 / 3)])) == "M0 0C0.3 0.1 0.7 0.2 1 0.3"
