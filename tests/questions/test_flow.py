"""What a flow counts, rule by rule."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled import Flow
from farled.engine.local import ask, customers_behind
from farled.journeys.build import journeys_of
from farled.journeys.index import Journeys

TRIPS = {"ana": [("visit", 0), ("cart", 1), ("cart", 3), ("order", 4)], "bo": [("visit", 0), ("order", 2)]}


def flow(made=None, **fields):
    return ask(journeys_of(TRIPS if made is None else made), Flow(**fields))


def test_counts_direct_followers_with_start_and_end():
    answer = flow()
    assert {edge: found.count for edge, found in answer.edges.items()} == {
        ("visit", "cart"): 1,
        ("cart", "cart"): 1,
        ("cart", "order"): 1,
        ("visit", "order"): 1,
    }
    assert (answer.starts, answer.ends) == ({"visit": 2}, {"order": 2})


def test_adjacent_repeats_may_be_joined():
    answer = flow(loops=False)
    assert ("cart", "cart") not in answer.edges
    assert answer.nodes["cart"].events == 1
    assert answer.edges["cart", "order"].median_time == 3 * 86_400


def test_a_share_is_of_all_times_somebody_was_there():
    share = flow().edges["cart", "cart"].share
    assert (share.part, share.n) == (1, 2)


def test_a_silence_may_cut_journeys_first():
    answer = flow(cut="24h")
    assert (answer.starts["cart"], answer.ends["cart"]) == (1, 1)


def test_customers_of_a_transition_are_counted_once():
    again = {"ana": [("a", 0), ("b", 1), ("a", 2), ("b", 3)]}
    assert (flow(again).edges["a", "b"].count, flow(again).edges["a", "b"].customers) == (2, 1)


def test_groups_are_whole_journeys_by_their_first_event():
    made = {"ana": [("a", 0, {"channel": "web"}), ("b", 1)], "bo": [("a", 0), ("b", 1)]}
    groups = flow(made, by="channel").groups
    assert {value: answer.starts for value, answer in groups.items()} == {"web": {"a": 1}, None: {"a": 1}}


def test_without_times_there_are_none():
    assert flow(times=False).edges["visit", "cart"].median_time is None


journeys = st.dictionaries(
    st.sampled_from("abcde"),
    st.lists(st.tuples(st.sampled_from(["x", "y", "z"]), st.integers(0, 5)), min_size=1, max_size=8),
    min_size=1,
)


@given(journeys, st.booleans(), st.sampled_from([None, "24h"]))
def test_in_and_starts_equal_out_and_ends_at_every_touchpoint(made, loops, cut):
    answer = flow(made, loops=loops, cut=cut)
    for name, node in answer.nodes.items():
        into = sum(edge.count for (_, after), edge in answer.edges.items() if after == name)
        out = sum(edge.count for (before, _), edge in answer.edges.items() if before == name)
        assert into + answer.starts.get(name, 0) == out + answer.ends.get(name, 0) == node.events
    names, matrix = answer.matrix()
    ending = [answer.ends.get(name, 0) / answer.nodes[name].events for name in names]
    assert np.allclose(matrix.sum(axis=1), 1 - np.array(ending))


@given(journeys, st.booleans(), st.booleans(), st.sampled_from([None, "24h"]))
def test_sorting_transitions_counts_as_a_table_of_all_pairs_does(made, loops, times, cut):
    expected = flow(made, loops=loops, times=times, cut=cut)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("farled.questions.flow.MOST_NAMES", 0)
        assert flow(made, loops=loops, times=times, cut=cut).to_dict() == expected.to_dict()


def test_a_hundred_thousand_names_are_counted():
    made = {f"c{at}": [(f"n{at}", 0), (f"n{at + 1}", 1)] for at in range(100_000)}
    answer = flow(made, times=False)
    assert (len(answer.edges), answer.edges["n7", "n8"].count) == (100_000, 1)


def by_hand(made, loops):
    counts, times = {}, {}
    for events in made.values():
        walk = sorted(events, key=lambda event: event[1])
        if not loops:
            walk = [event for at, event in enumerate(walk) if at == 0 or walk[at - 1][0] != event[0]]
        for before, after in itertools.pairwise(walk):
            counts[before[0], after[0]] = counts.get((before[0], after[0]), 0) + 1
            times.setdefault((before[0], after[0]), []).append((after[1] - before[1]) * 86_400)
    return counts, {edge: float(np.median(found)) for edge, found in times.items()}


@given(journeys, st.booleans())
def test_equals_counting_by_hand(made, loops):
    answer = flow(made, loops=loops)
    counts, medians = by_hand(made, loops)
    assert {edge: found.count for edge, found in answer.edges.items()} == counts
    assert {edge: found.median_time for edge, found in answer.edges.items()} == medians


@given(journeys)
def test_as_many_customers_are_listed_as_the_number_says(made):
    answer = flow(made)
    index = journeys_of(made)
    for name, node in answer.nodes.items():
        assert len(customers_behind(index, Flow(), f"/nodes/{name}/customers")) == node.customers
    for at, edge in enumerate(answer.edges.values()):
        assert len(customers_behind(index, Flow(), f"/edges/{at}/customers")) == edge.customers


def test_equally_frequent_edges_stand_in_the_order_of_their_names_whatever_the_index_learned_first():
    made = journeys_of({"ana": [("visit", 0), ("cart", 1), ("order", 2)], "bo": [("order", 0), ("cart", 1)]})
    part, learned = made.parts[0], ("visit", "cart", "order")
    code = np.array([learned.index(name) for name in made.names], dtype=np.uint16)[part.name]
    late = Journeys([replace(part, name=code)], learned)
    pairs = [("cart", "order"), ("order", "cart"), ("visit", "cart")]
    assert list(ask(made, Flow()).edges) == list(ask(late, Flow()).edges) == pairs
