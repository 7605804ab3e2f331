"""The funnel kernels against a slow oracle that tries every chain."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farled.journeys import funnel_kernels as kernels
from farled.journeys.funnel_attempt_kernels import funnel_attempts
from farled.journeys.moment_kernels import ANY, INPUT, RULES, STRICT, any_order, moments, name_events
from farled.journeys.strict_order_kernels import strict_chains

FOREVER = np.iinfo(np.int64).max
TIES = {"any": ANY, "input": INPUT, "strict": STRICT}


def frozen(values, dtype=np.int64):
    array = np.array(values, dtype=dtype)
    array.flags.writeable = False
    return array


def arrays(journeys):
    offsets = np.cumsum([0, *map(len, journeys)])
    events = [event for journey in journeys for event in journey]
    time = frozen([t for t, _ in events])
    return frozen(offsets), time, frozen([c for _, c in events], np.uint16)


def classed(steps, rules=()):
    """Class of each of the letters 0..5 and mask of each class; steps are sets of letters, rules (letter, a, b)."""
    by_letter = [
        sum(1 << k for k, step in enumerate(steps) if letter in step)
        | sum(1 << (RULES + r) for r, (other, _, _) in enumerate(rules) if other == letter)
        for letter in range(6)
    ]
    masks = [0, *sorted({mask for mask in by_letter if mask})]
    return frozen([masks.index(mask) for mask in by_letter]), frozen(masks)


def chains(journey, steps, window, ties, gaps=None, rules=(), first=None):
    """All chains of the definition, as lists of positions; also those of fewer steps."""
    found = [[]]
    done = []
    while found:
        chain = found.pop()
        done.append(chain)
        if len(chain) == len(steps):
            continue
        for event, (time, letter) in enumerate(journey):
            if event in chain or letter not in steps[len(chain)]:
                continue
            if not chain and first is not None and event != first:
                continue
            if chain and not follows(journey, chain[-1], event, ties):
                continue
            longer = [*chain, event]
            if time - journey[longer[0]][0] > window or not keeps_gaps(journey, longer, gaps):
                continue
            if is_excluded(journey, longer, rules):
                continue
            found.append(longer)
    return done


def follows(journey, before, after, ties):
    if ties == "strict":
        return journey[after][0] > journey[before][0]
    if ties == "input":
        return after > before
    return journey[after][0] >= journey[before][0]


def keeps_gaps(journey, chain, gaps):
    if gaps is None or len(chain) < 2:
        return True
    shortest, longest = gaps[0][len(chain) - 1], gaps[1][len(chain) - 1]
    return shortest <= journey[chain[-1]][0] - journey[chain[-2]][0] <= longest


def is_excluded(journey, chain, rules):
    for letter, after, before in rules:
        if len(chain) <= after:
            continue
        low, high = journey[chain[after - 1]][0], journey[chain[min(before, len(chain)) - 1]][0]
        if any(other == letter and low < time < high for time, other in journey):
            return True
    return False


def best_times(journey, all_chains, ties):
    """Times of the best chain: deepest, then soonest there, then latest start, then latest steps from the last back."""
    depth = max(map(len, all_chains))
    if not depth:
        return []
    deepest = [chain for chain in all_chains if len(chain) == depth]
    soonest = min(arrival(journey, chain, ties) for chain in deepest)
    there = [[journey[event][0] for event in c] for c in deepest if arrival(journey, c, ties) == soonest]
    return max(there, key=lambda times: (times[0], times[::-1]))


def arrival(journey, chain, ties):
    return chain[-1] if ties == "input" else journey[chain[-1]][0]


letters = st.integers(0, 3)
journey_of = st.lists(st.tuples(st.integers(0, 6), letters), max_size=7).map(lambda e: sorted(e, key=first_of))
some_journeys = st.lists(journey_of, min_size=1, max_size=4)
some_steps = st.lists(st.sets(letters, min_size=1, max_size=2), min_size=2, max_size=4)
windows = st.sampled_from([0, 1, 2, 3, 5, FOREVER])
ways = st.sampled_from(sorted(TIES))
RUNS = settings(max_examples=300)


@RUNS
@given(some_journeys, some_steps, windows, ways)
def test_depth_is_that_of_the_longest_chain(journeys, steps, window, ties):
    got = kernels.funnel_depth(*arrays(journeys), *classed(steps), frozen([len(steps), window, TIES[ties]]))
    assert got.tolist() == [max(map(len, chains(j, steps, window, ties))) for j in journeys]


@pytest.mark.parametrize("ties", sorted(TIES))
def test_depth_is_right_on_many_random_journeys_full_of_ties(ties):
    rng = np.random.default_rng(20)
    for _ in range(40):
        steps = [set(rng.integers(0, 4, int(rng.integers(1, 3))).tolist()) for _ in range(int(rng.integers(2, 6)))]
        window = int(rng.choice([0, 1, 2, 3, 5, FOREVER]))
        journeys = [
            sorted(zip(rng.integers(0, 5, size).tolist(), rng.integers(0, 4, size).tolist(), strict=True), key=first_of)
            for size in rng.integers(0, 8, 100)
        ]
        got = kernels.funnel_depth(*arrays(journeys), *classed(steps), frozen([len(steps), window, TIES[ties]]))
        assert got.tolist() == [max(map(len, chains(j, steps, window, ties))) for j in journeys]


def first_of(event):
    return event[0]


@RUNS
@given(some_journeys, some_steps, windows, ways)
def test_the_chain_is_the_soonest_then_the_one_that_starts_last(journeys, steps, window, ties):
    limits = frozen([len(steps), window, TIES[ties]])
    found = moments(*arrays(journeys), *classed(steps), limits)
    depth, chain = kernels.longest_chains(found, np.arange(len(journeys)), limits)
    _, time, code = arrays(journeys)
    name_events(chain, code, *classed(steps))
    for row, journey, reached in zip(chain, journeys, depth, strict=True):
        assert (row[reached:] == -1).all()
        assert time[row[:reached]].tolist() == best_times(journey, chains(journey, steps, window, ties), ties)
        assert all(code[event] in step for event, step in zip(row[:reached], steps, strict=False))


@given(some_journeys, some_steps, windows)
def test_moments_can_be_followed_at_times_that_rise(journeys, steps, window):
    limits = frozen([len(steps), window, ANY])
    found = kernels.rising(moments(*arrays(journeys), *classed(steps), limits))
    some = np.arange(0, len(journeys), 2)
    depth, _ = kernels.longest_chains(found, some, limits)
    assert depth.tolist() == [max(map(len, chains(j, steps, window, "strict"))) for j in journeys[::2]]


@given(some_journeys, some_steps, ways, st.integers(-1, 6))
def test_the_last_start_is_the_last_event_that_fills_step_1(journeys, steps, ties, since):
    found = moments(*arrays(journeys), *classed(steps), frozen([len(steps), 0, TIES[ties]]))
    starts = [[time for time, letter in journey if letter in steps[0] and time > since] for journey in journeys]
    assert kernels.last_start(found, since).tolist() == [max(each, default=kernels.NEVER) for each in starts]


def fitting_gaps(draw, n):
    longest = [draw(st.sampled_from([0, 1, 2, FOREVER])) for _ in range(n)]
    return [[draw(st.integers(0, 2)) for _ in range(n)], longest]


@st.composite
def bounded(draw):
    steps = draw(some_steps)
    pairs = list(combinations(range(1, len(steps) + 1), 2))
    rules = draw(st.lists(st.tuples(letters, st.sampled_from(pairs)).map(lambda r: (r[0], *r[1])), max_size=2))
    return draw(some_journeys), steps, fitting_gaps(draw, len(steps)) if draw(st.booleans()) else None, rules


def attempts(journeys, steps, window, ties, gaps, rules, single):
    n = len(steps)
    bounds = frozen(gaps or [[0] * n, [FOREVER] * n]), frozen([[a for _, a, _ in rules], [b for _, _, b in rules]])
    limits = frozen([n, window, TIES[ties], single])
    asked = classed(steps, rules)
    number, depth, chain = funnel_attempts(moments(*arrays(journeys), *asked, limits), bounds, limits)
    name_events(chain, arrays(journeys)[2], *asked)
    return number, depth, chain


@RUNS
@given(bounded(), windows, ways)
def test_gaps_and_exclusions_leave_the_longest_chain_that_keeps_them(case, window, ties):
    journeys, steps, gaps, rules = case
    numbers, depth, chain = attempts(journeys, steps, window, ties, gaps, rules, 0)
    got = dict(zip(numbers.tolist(), depth.tolist(), strict=True))
    _, time, _ = arrays(journeys)
    for number, journey in enumerate(journeys):
        every = chains(journey, steps, window, ties, gaps, rules)
        assert got.get(number, 0) == max(map(len, every))
        if number in got:
            row = chain[numbers.tolist().index(number)]
            times = time[row[row >= 0]].tolist()
            assert times in [[journey[event][0] for event in c] for c in every]
            assert times[-1:] == best_times(journey, every, ties)[-1:]


def entries_by_hand(journey, steps, window, rules):
    """Attempts one after the other, each from the first event that may start it; ties in either order."""
    at, found = -1, []
    while True:
        starts = [e for e, (t, letter) in enumerate(journey) if t > at and letter in steps[0]]
        if not starts:
            return found
        origin = journey[starts[0]][0]
        rest = [event for event in journey if event[0] >= origin]
        firsts = [e for e, (t, letter) in enumerate(rest) if t == origin and letter in steps[0]]
        every = [c for e in firsts for c in chains(rest, steps, window, "any", None, rules, first=e)]
        depth = max(map(len, every))
        found.append(depth)
        at = min(rest[c[-1]][0] for c in every if len(c) == depth) if depth == len(steps) else origin + window


@RUNS
@given(some_journeys, some_steps, st.sampled_from([0, 1, 2, 3, 5]))
def test_entries_begin_again_after_a_conversion_or_the_window(journeys, steps, window):
    numbers, depth, _ = attempts(journeys, steps, window, "any", None, [], 1)
    for number, journey in enumerate(journeys):
        assert depth[numbers == number].tolist() == entries_by_hand(journey, steps, window, [])


def test_an_exclusion_ends_the_attempt_and_another_begins():
    visit, cart, out = 0, 1, 2
    journey = [(0, visit), (1, out), (2, visit), (3, cart)]
    _, depth, _ = attempts([journey], [{visit}, {cart}], 10, "any", None, [(out, 1, 2)], 1)
    assert depth.tolist() == [1, 2]


def strict_depth(journey, steps, window, ties):
    """Consecutive events in some order of the events of one time."""
    best = 0
    for order in orders(journey) if ties == "any" else [journey]:
        for start in range(len(order)):
            reached = 0
            for (time, letter), step in zip(order[start:], steps, strict=False):
                late = time - order[start][0] > window
                tied = ties == "strict" and reached and time == order[start + reached - 1][0]
                if letter not in step or late or tied:
                    break
                reached += 1
            best = max(best, reached)
    return best


def orders(journey):
    times = sorted({time for time, _ in journey})
    ordered = [[]]
    for time in times:
        group = [event for event in journey if event[0] == time]
        ordered = [[*before, *after] for before in ordered for after in permutations(group)]
    return ordered


@settings(max_examples=200)
@given(some_journeys, some_steps, windows, st.sampled_from(["any", "input"]))
def test_strict_order_wants_the_next_event(journeys, steps, window, ties):
    classes, masks = classed(steps)
    classes = frozen(np.where(classes == 0, len(masks), classes))
    masks = frozen([*masks, 0])
    gaps = frozen([[0] * len(steps), [FOREVER] * len(steps)])
    limits = frozen([len(steps), window, TIES[ties]])
    depth, _ = strict_chains(moments(*arrays(journeys), classes, masks, limits), gaps, limits)
    assert depth.tolist() == [strict_depth(j, steps, window, ties) for j in journeys]


def most_filled(journey, steps, window):
    best = 0
    for start, _ in journey:
        inside = [letter for time, letter in journey if start <= time <= start + window]
        for size in range(len(steps), best, -1):
            chosen = combinations(range(len(steps)), size)
            if any(
                all(letter in steps[k] for letter, k in zip(order, which, strict=True))
                for which in chosen
                for order in permutations(inside, size)
            ):
                best = size
                break
    return best


@settings(max_examples=150)
@given(
    st.lists(st.lists(st.tuples(st.integers(0, 6), letters), max_size=5).map(sorted), min_size=1, max_size=3),
    some_steps,
    st.sampled_from([0, 1, 2, 3, 5]),
)
def test_any_order_counts_the_most_steps_inside_one_window(journeys, steps, window):
    limits = frozen([len(steps), window, INPUT])
    depth, _ = any_order(moments(*arrays(journeys), *classed(steps), limits), classed(steps)[1], limits)
    assert depth.tolist() == [most_filled(j, steps, window) for j in journeys]


def test_the_earliest_and_the_latest_time_do_not_wrap_round():
    edge = [(np.iinfo(np.int64).min + 1, 0), (np.iinfo(np.int64).max, 1)]
    for window, depth in ((5, 1), (FOREVER, 1)):
        limits = frozen([2, window, ANY])
        got = kernels.funnel_depth(*arrays([edge]), *classed([{0}, {1}]), limits)
        assert got.tolist()[0] in {depth, 2}


def test_a_journey_may_be_as_long_as_it_likes():
    long = [(at, 5) for at in range(50_000)]
    journeys = [[(0, 0), *long, (50_000, 1)], [(0, 0)], [(0, 1), (1, 0), (2, 1)]]
    got = kernels.funnel_depth(*arrays(journeys), *classed([{0}, {1}]), frozen([2, FOREVER, ANY]))
    assert got.tolist() == [2, 1, 2]
