"""Kernels of flow and paths against NumPy and counting by hand."""

import numpy as np
import pytest

from farled.journeys.flow_kernels import quantiles, transition_counts


def frozen(values, dtype=np.int64):
    array = np.array(values, dtype=dtype)
    array.flags.writeable = False
    return array


@pytest.mark.parametrize("size", [1, 2, 17, 100, 5_000])
@pytest.mark.parametrize("different", [1, 2, 50, 1 << 40])
@pytest.mark.parametrize("order", ["random", "rising", "falling"])
def test_quantiles_are_linear_between_the_order_statistics(size, different, order):
    values = np.random.default_rng(size).integers(-different, different, size)
    values = {"random": values, "rising": np.sort(values), "falling": np.sort(values)[::-1]}[order]
    shares = np.array([0.0, 0.5, 0.9, 1.0])
    out = np.empty((1, len(shares)))
    quantiles(frozen(values), np.array([[0, size]]), np.array([0, 1]), shares, (0, 1), out)
    assert out[0] == pytest.approx(np.quantile(values, shares), rel=1e-12)


def test_a_group_is_made_of_pieces_and_an_empty_one_has_no_quantile():
    values = frozen([9, 1, 5, 7, 3])
    pieces, offsets = np.array([[0, 1], [2, 1], [1, 1], [3, 2]]), np.array([0, 2, 2, 4])
    out = np.empty((3, 1))
    quantiles(values, pieces, offsets, np.array([0.5]), (0, 3), out)
    assert out[:, 0].tolist()[0::2] == [7.0, 3.0]
    assert np.isnan(out[1, 0])


def test_a_customer_with_several_journeys_counts_once():
    a, b = 0, 1
    offsets, owner = frozen([0, 2, 4, 4, 5]), frozen([0, 0, 1, 2])
    counts, customers, there = transition_counts(offsets, owner, frozen([a, b, a, b, b], np.uint16), 2, True)
    assert counts.tolist() == [[0, 2, 0], [0, 0, 3], [2, 1, 0]]
    assert customers.tolist() == [[0, 1, 0], [0, 0, 2], [1, 1, 0]]
    assert there.tolist() == [1, 2]
