"""The two ways of timing against each other, over many journeys and very long ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farled.journeys.posted_waits import first_waits, starts_at
from farled.journeys.wait_kernels import ANY, FOREVER, INPUT, STRICT, all_waits


def frozen(values, kind=np.int64):
    array = np.array(values, dtype=kind)
    array.flags.writeable = False
    return array


def waits(kernel, sizes, seed, role_of, ties=ANY, within=FOREVER):
    """Journey, start and length of each wait in journeys of these sizes, with many events of one time."""
    rng = np.random.default_rng(seed)
    offsets = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64)))
    time = np.concatenate([[], *(np.sort(rng.integers(0, 1 + size // 2, size)) for size in sizes)])
    code = rng.choice(len(role_of), size=int(offsets[-1]), p=[0.4, 0.1, 0.3, 0.2])
    arrays = frozen(offsets), frozen(time), frozen(code, np.uint16), frozen(role_of, np.uint8)
    starts, since, took = kernel(*arrays, frozen([within, ties]))
    starts = starts_at(starts, *arrays[2:]) if kernel is first_waits else starts
    assert since.tolist() == time[starts].tolist()
    journey = np.searchsorted(offsets, starts, side="right") - 1
    return list(zip(journey.tolist(), starts.tolist(), took.tolist(), strict=True))


def firsts(found):
    """The first wait of each journey."""
    kept = {}
    for wait in found:
        kept.setdefault(wait[0], wait)
    return list(kept.values())


@pytest.mark.parametrize("ties", [ANY, INPUT, STRICT])
@pytest.mark.parametrize("role_of", [[0, 1, 2, 0], [0, 1, 2, 3], [0, 0, 3, 0], [0, 1, 0, 0]])
def test_over_many_blocks_the_first_wait_is_the_first_of_all(role_of, ties):
    rng = np.random.default_rng(1)
    sizes = [*rng.integers(0, 30, 2_000), 40_000, *rng.integers(0, 3, 500), 8_191, 8_192, 8_193, 1, 64, 63]
    for within in (FOREVER, 2):
        found = waits(first_waits, sizes, 2, role_of, ties, within)
        assert len(found) > 500
        assert found == firsts(waits(all_waits, sizes, 2, role_of, ties, within))


@settings(max_examples=60)
@given(
    st.lists(st.integers(0, 140), max_size=6),
    st.integers(0, 99),
    st.lists(st.integers(0, 3), min_size=4, max_size=4),
    st.sampled_from([ANY, INPUT, STRICT]),
    st.sampled_from([FOREVER, 0, 3]),
)
def test_the_first_wait_is_the_first_of_all(sizes, seed, role_of, ties, within):
    assert waits(first_waits, sizes, seed, role_of, ties, within) == firsts(
        waits(all_waits, sizes, seed, role_of, ties, within)
    )


def test_nobody_has_no_wait():
    assert waits(first_waits, [], 1, [0, 1, 2, 3]) == waits(all_waits, [0, 0], 1, [0, 1, 2, 3]) == []
