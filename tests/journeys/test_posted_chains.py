"""The fast funnel kernels say what the general kernels say, where no event fits two steps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farled.journeys import chain_vectors, posted_chains
from farled.journeys.funnel_kernels import funnel_depth, last_start, longest_chains
from farled.journeys.moment_kernels import ANY, INPUT, STRICT, moments, name_events
from farled.journeys.posting_kernels import JOURNEYS

FOREVER = np.iinfo(np.int64).max
NEVER = np.iinfo(np.int64).min
WAYS = (ANY, INPUT, STRICT)

letters = st.integers(0, 4)
journey = st.lists(st.tuples(st.integers(0, 5), letters), max_size=9).map(lambda events: sorted(events, key=first_of))
journeys = st.lists(journey, min_size=1, max_size=5)
steps = st.permutations(range(4)).flatmap(lambda order: st.integers(1, 4).map(lambda n: order[:n]))
windows = st.sampled_from([0, 1, 2, 3, 5, FOREVER])


def first_of(event):
    return event[0]


def frozen(values, dtype=np.int64):
    array = np.array(values, dtype=dtype)
    array.flags.writeable = False
    return array


def fast(made, order, window, ties, *, least=1, since=-1, how=posted_chains):
    """Ask the fast kernel; letters are codes, ``order`` the letter of each step."""
    step_of = frozen([order.index(letter) + 1 if letter in order else 0 for letter in range(5)], np.uint8)
    return how.funnel_chains(*arrays(made), step_of, frozen([len(order), window, ties, least, since]))


def arrays(made):
    events = [event for journey in made for event in journey]
    offsets = frozen(np.cumsum([0, *map(len, made)]))
    return offsets, frozen([time for time, _ in events]), frozen([letter for _, letter in events], np.uint16)


def general(made, order, window, ties):
    """Ask the general kernels: depth, chains, last starts, and conversions at rising times."""
    classes = frozen([order.index(letter) + 1 if letter in order else 0 for letter in range(5)])
    masks = frozen([0, *(1 << step for step in range(len(order)))])
    asked = (*arrays(made), classes, masks)
    limits = [frozen([len(order), window, way]) for way in (ties, STRICT)]
    found = moments(*asked, limits[0])
    depth, chain = longest_chains(found, np.arange(len(made)), limits[0])
    name_events(chain, *asked[2:])
    later = funnel_depth(*asked, limits[1])
    rising = int(((depth == len(order)) & (later == len(order))).sum())
    return depth, chain[depth > 0], last_start(found, 2), rising


def each(spans, sizes):
    """The spans of each kind, which come in no order."""
    return [sorted(span.tolist()) for span in np.split(spans, np.cumsum(sizes)[:-1])]


def spans_of(time, chains, n):
    """Return what whole chains took, and then from each step to the next."""
    whole = [int(time[chain[-1]] - time[chain[0]]) for chain in chains if chain[-1] >= 0]
    pairs = [[(chain[at], chain[at + 1]) for chain in chains] for at in range(n - 1)]
    return [whole, *([int(time[to] - time[of]) for of, to in pair if to >= 0] for pair in pairs)]


@settings(max_examples=400)
@given(journeys, steps, windows, st.sampled_from(WAYS))
def test_it_says_what_the_general_kernels_say(made, order, window, ties):
    by_depth, spans, sizes, unit, depth, chain, waiting, last, later = fast(made, order, window, ties, since=2)
    expected, chains, starts, rising = general(made, order, window, ties)
    assert by_depth.tolist() == np.bincount(expected, minlength=len(order) + 1).tolist()
    assert unit.tolist() == np.flatnonzero(expected).tolist()
    assert depth.tolist() == expected[unit].tolist()
    assert chain.tolist() == chains.tolist()
    begun = np.flatnonzero((expected > 0) & (expected < len(order)) & (starts > NEVER))
    assert waiting.tolist() == begun.tolist()
    assert last.tolist() == starts[begun].tolist()
    assert each(spans, sizes) == [sorted(span) for span in spans_of(arrays(made)[1], chains.tolist(), len(order))]
    if ties == ANY:
        assert later == rising


@settings(max_examples=200)
@given(journeys, steps, windows, st.sampled_from(WAYS), st.integers(2, 5))
def test_chains_are_given_for_journeys_that_reach_the_least_depth_only(made, order, window, ties, least):
    every = fast(made, order, window, ties, since=2)
    some = fast(made, order, window, ties, least=least, since=2)
    deep = every[4] >= least
    for got, whole in zip(some[3:6], every[3:6], strict=True):
        assert got.tolist() == whole[deep].tolist()
    assert each(*some[1:3]) == each(*every[1:3])
    for got, whole in zip((some[0], *some[6:8]), (every[0], *every[6:8]), strict=True):
        assert got.tolist() == whole.tolist()
    assert some[8] == every[8]


@settings(max_examples=400)
@given(journeys, steps, windows, st.sampled_from(WAYS), st.integers(1, 5))
def test_the_kernel_in_numpy_says_the_same(made, order, window, ties, least):
    *kernel, later = fast(made, order, window, ties, least=least, since=2)
    *vectors, also_later = fast(made, order, window, ties, least=least, since=2, how=chain_vectors)
    for array in (0, *range(2, 8)):
        assert vectors[array].tolist() == kernel[array].tolist()
    assert each(*vectors[1:3]) == each(*kernel[1:3])
    if ties == ANY:
        assert also_later == later


def test_there_may_be_more_chains_than_room_was_made_for():
    made = [[(0, 0), (1, 1)]] * 1000
    _, _, _, unit, _, chain, *_ = fast(made, [0, 1], 1, ANY)
    assert unit.tolist() == list(range(1000))
    assert chain.tolist() == [[2 * at, 2 * at + 1] for at in range(1000)]


@pytest.mark.parametrize("before", [JOURNEYS - 1, JOURNEYS, 2 * JOURNEYS])
def test_journeys_of_later_blocks_are_followed_from_their_own_entries(before):
    one, other = [[(0, 0), (1, 1), (1, 1), (2, 0), (3, 1)]], [[(0, 1), (1, 0), (2, 1), (3, 2)], [(0, 0)], [(0, 1)]]
    by_depth, *_, unit, depth, chain, waiting, last, _ = fast(one * before + other, [0, 1], 1, INPUT)
    assert by_depth.tolist() == [1, 1, before + 1]
    assert unit[-2:].tolist() == [before, before + 1]
    assert depth[-2:].tolist() == [2, 1]
    assert chain[-2:].tolist() == [[5 * before + 1, 5 * before + 2], [5 * before + 4, -1]]
    assert (waiting.tolist(), last.tolist()) == ([before + 1], [0])


@pytest.mark.parametrize("repeated", [0, 1, 2])
def test_a_journey_may_be_as_long_as_it_likes(repeated):
    many = 70_000
    made = [[(0, 0), *((at, repeated) for at in range(many)), (many, 1)], [(0, 0)], [(0, 2)]]
    by_depth, *_, waiting, last, _ = fast(made, [0, 1], FOREVER, ANY, least=3, since=-1)
    assert by_depth.tolist() == [1, 1, 1]
    assert (waiting.tolist(), last.tolist()) == ([1], [0])


@pytest.mark.parametrize("how", [posted_chains, chain_vectors])
@pytest.mark.parametrize("window", [5, FOREVER])
def test_the_earliest_and_the_latest_time_do_not_wrap_round(window, how):
    made = [[(np.iinfo(np.int64).min + 1, 0), (FOREVER, 1)], [(FOREVER, 0), (FOREVER, 1)]]
    _, _, _, unit, depth, *_ = fast(made, [0, 1], window, INPUT, how=how)
    assert (unit.tolist(), depth.tolist()) == ([0, 1], [1, 2])
