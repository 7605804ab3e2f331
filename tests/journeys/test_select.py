import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from farled.journeys.build import journeys_of
from farled.journeys.index import Chunk, Column
from farled.journeys.select import cut, during, only, split
from farled.spans import DAY, HOUR


def chunk_of(customers):
    """A chunk, and the ids of its customers."""
    journeys = journeys_of(
        {who: [(name, day, {"channel": name.upper()}) for name, day in made] for who, made in customers.items()}
    )
    chunk = journeys.chunks(["channel"])[0]
    return chunk, journeys


def told(chunk, journeys):
    """The journeys of a chunk in words: whose, and which events on which days."""
    owner = np.arange(chunk.n) if chunk.owner is None else chunk.owner
    ids = journeys.customer_ids(0, chunk.origin(np.arange(chunk.customers)))
    channel = chunk.columns["channel"]
    for name, code in zip(chunk.name, channel.code, strict=True):
        assert chunk.names[name].upper() == channel.values[code]
    return [
        (
            ids[owner[i]],
            [(chunk.names[chunk.name[at]], chunk.time[at] / DAY) for at in range(*chunk.offsets[i : i + 2])],
        )
        for i in range(chunk.n)
    ]


def test_a_period_includes_its_start_and_not_its_end():
    chunk, journeys = chunk_of({"ana": [("a", 1), ("b", 2), ("c", 3)]})
    assert told(during(chunk, 1 * DAY, 3 * DAY), journeys) == [("ana", [("a", 1), ("b", 2)])]


def test_customers_without_events_in_the_period_are_left_out():
    chunk, journeys = chunk_of({"ana": [("a", 1)], "bo": [("a", 5)], "cai": [("a", 1), ("b", 6)]})
    assert told(during(chunk, 4 * DAY, 9 * DAY), journeys) == [("bo", [("a", 5)]), ("cai", [("b", 6)])]


def test_the_data_of_a_period_ends_with_the_period_or_with_the_data():
    chunk, _ = chunk_of({"ana": [("a", 1), ("b", 6)]})
    assert during(chunk, 0, 4 * DAY).end == 4 * DAY
    assert during(chunk, 0, 9 * DAY).end == 6 * DAY


def test_only_keeps_customers_whole_and_in_order():
    chunk, journeys = chunk_of({"ana": [("a", 1)], "bo": [("a", 5), ("b", 6)], "cai": [("a", 1)]})
    assert told(only(chunk, np.array([False, True, True])), journeys) == [
        ("bo", [("a", 5), ("b", 6)]),
        ("cai", [("a", 1)]),
    ]


def test_customers_of_a_selection_of_a_selection_lead_back_to_the_first():
    chunk, journeys = chunk_of({"ana": [("a", 1)], "bo": [("a", 5)], "cai": [("a", 1)], "dag": [("a", 5)]})
    late = during(chunk, 2 * DAY, 9 * DAY)
    assert told(only(late, np.array([False, True])), journeys) == [("dag", [("a", 5)])]
    assert told(only(cut(late, DAY), np.array([False, True])), journeys) == [("dag", [("a", 5)])]
    assert late.origin(np.array([False, True])).tolist() == late.origin([1]).tolist() == [3]


def test_a_silence_longer_than_the_gap_cuts_and_an_equal_one_does_not():
    chunk, journeys = chunk_of({"ana": [("a", 0), ("b", 1), ("c", 2 + 1 / 24)]})
    assert told(cut(chunk, DAY), journeys) == [("ana", [("a", 0), ("b", 1)]), ("ana", [("c", 2 + 1 / 24)])]
    assert cut(chunk, DAY + HOUR).n == 1


def test_cut_survives_the_largest_times():
    time = np.array([-(2**63), 2**63 - 1, 0, 1], dtype=np.int64)
    chunk = Chunk(np.array([0, 2, 4]), time, np.zeros(4, np.uint16), ("a",), 2**63 - 1)
    made = cut(chunk, DAY)
    assert (made.offsets.tolist(), made.owner.tolist()) == ([0, 1, 2, 4], [0, 0, 1])


def test_split_divides_by_code_and_leaves_out_events_without():
    chunk, journeys = chunk_of({"ana": [("a", 0), ("b", 1), ("c", 2), ("d", 3)], "bo": [("e", 1)], "cai": [("f", 1)]})
    made = split(chunk, [1, 0, 1, -1, -1, 4])
    assert told(made, journeys) == [("ana", [("b", 1)]), ("ana", [("a", 0), ("c", 2)]), ("cai", [("f", 1)])]
    assert made.customers == 2


def test_nothing_selected_is_an_empty_chunk():
    chunk, journeys = chunk_of({"ana": [("a", 0)]})
    for made in (during(chunk, 5, 5), only(chunk, np.array([False])), split(chunk, [-1])):
        assert (told(made, journeys), made.n, made.customers, made.offsets.tolist()) == ([], 0, 0, [0])
        assert (cut(made, 1).n, during(made, 0, 1).n) == (0, 0)


events = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 6)), min_size=1, max_size=6)
everybody = st.dictionaries(st.sampled_from(["ana", "bo", "cai", "dag"]), events, min_size=1)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("during"), st.integers(0, 6), st.integers(0, 8)),
        st.tuples(st.just("cut"), st.integers(0, 3), st.none()),
        st.tuples(st.just("only"), st.sets(st.sampled_from(["ana", "bo", "cai"])), st.none()),
        st.tuples(st.just("split"), st.permutations([-1, 0, 1]), st.none()),
    ),
    max_size=4,
)


def slowly(journeys, step, first, second):
    """The same on plain lists of (customer, events)."""
    made = []
    for who, told_events in journeys:
        if step == "during":
            made.append((who, [e for e in told_events if first <= e[1] < second]))
        elif step == "only":
            made.append((who, told_events if who in first else []))
        elif step == "split":
            made += [(who, [e for e in told_events if first["abc".index(e[0])] == code]) for code in (0, 1)]
        else:
            parts = [[]]
            for event in told_events:
                if parts[-1] and event[1] - parts[-1][-1][1] > first:
                    parts.append([])
                parts[-1].append(event)
            made += [(who, part) for part in parts]
    return [(who, part) for who, part in made if part]


def quickly(chunk, journeys, step, first, second):
    if step == "during":
        return during(chunk, first * DAY, second * DAY)
    if step == "cut":
        return cut(chunk, first * DAY)
    if step == "split":
        return split(chunk, np.array([first["abc".index(name)] for name in chunk.names])[chunk.name])
    ids = journeys.customer_ids(0, chunk.origin(np.arange(chunk.customers)))
    return only(chunk, np.array([who in first for who in ids], dtype=bool))


@given(everybody, steps)
def test_selections_in_any_order_do_as_on_plain_lists(customers, chosen):
    chunk, journeys = chunk_of(customers)
    slow = [(who, sorted(customers[who], key=lambda event: event[1])) for who in sorted(customers)]
    for step in chosen:
        chunk = quickly(chunk, journeys, *step)
        slow = slowly(slow, *step)
        assert told(chunk, journeys) == slow
        assert not chunk.time.flags.writeable
        assert isinstance(chunk.columns["channel"], Column)
