"""What paths are, rule by rule."""

from collections import Counter
from dataclasses import replace
from functools import reduce
from operator import add

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled import InputError, Paths
from farled.engine.local import ask, customers_behind
from farled.journeys.build import journeys_of
from farled.questions.path_counts import together

TRIPS = {
    "ana": [("visit", 0), ("cart", 1), ("cart", 2), ("order", 3)],
    "bo": [("visit", 0), ("cart", 1), ("cart", 2), ("order", 3)],
    "cy": [("search", 0), ("visit", 1)],
}


def paths(made=None, **fields):
    return ask(journeys_of(TRIPS if made is None else made), Paths(**fields))


def named(**fields):
    return {path.names: path.count for path in paths(**fields).paths}


def test_one_path_per_journey_most_frequent_first():
    assert [(path.names, path.count) for path in paths().paths] == [
        (("visit", "cart", "cart", "order"), 2),
        (("search", "visit"), 1),
    ]


def test_a_start_leaves_out_what_comes_before_and_who_never_comes_there():
    assert named(start="cart") == {("cart", "cart", "order"): 2}


def test_paths_are_read_back_from_an_end():
    assert named(end="order", length=2) == {("cart", "order"): 2}


def test_between_wants_both():
    assert named(between=["visit", "cart"]) == {("visit", "cart"): 2}


def test_length_cuts_and_repeats_may_be_joined():
    assert named(length=1) == {("visit",): 2, ("search",): 1}
    assert named(loops=False)[("visit", "cart", "order")] == 2


def test_groups_of_names_stand_as_one():
    assert named(group={"look": ["visit", "search"]}, loops=False) == {("look", "cart", "order"): 2, ("look",): 1}


def test_named_paths_and_rest_make_the_whole():
    answer = paths(top=1)
    assert (answer.rest, answer.total, answer.different) == (1, 3, 2)


def test_converted_is_the_share_that_reaches_the_end():
    made = {"ana": [("visit", 0), ("order", 1)], "bo": [("visit", 0), ("cart", 1)]}
    found = {path.names: path.converted.part for path in paths(made, start="visit", end="order").paths}
    assert found == {("visit", "order"): 1, ("visit", "cart"): 0}


def test_the_tree_counts_each_way_on():
    tree = paths().tree()
    assert tree["count"] == 3
    assert {child["name"]: child["count"] for child in tree["children"]} == {"visit": 2, "search": 1}


def test_bad_fields_are_refused():
    for fields, says in [
        ({"between": ["a"]}, "takes two names"),
        ({"between": ["a", "b"], "start": "a"}, "already says"),
        ({"top": 0}, "top is 0"),
        ({"group": {"g": ["a"], "h": ["a"]}}, "two groups"),
    ]:
        with pytest.raises(InputError, match=says):
            Paths(**fields)


journeys = st.dictionaries(
    st.sampled_from("abcdef"),
    st.lists(st.tuples(st.sampled_from(["x", "y", "z"]), st.integers(0, 9)), min_size=1, max_size=6),
    min_size=1,
)


@given(journeys, st.integers(1, 4), st.booleans())
def test_equals_counting_by_hand(made, length, loops):
    expected = Counter()
    for events in made.values():
        names = [name for name, _ in sorted(events, key=lambda event: event[1])]
        if not loops:
            names = [name for at, name in enumerate(names) if at == 0 or names[at - 1] != name]
        expected[tuple(names[:length])] += 1
    answer = paths(made, length=length, loops=loops, top=1000)
    assert {path.names: path.count for path in answer.paths} == expected
    assert answer.rest + sum(path.count for path in answer.paths) == answer.total


@given(journeys, st.integers(1, 3))
def test_as_many_customers_are_listed_as_the_number_says(made, top):
    for at, path in enumerate(paths(made, top=top).paths):
        found = customers_behind(journeys_of(made), Paths(top=top), f"/paths/{at}/customers")
        assert len(found) == path.customers


@given(journeys, st.sampled_from([3, 8, 64]))
def test_paths_whose_keys_collide_are_still_told_apart(made, bits):
    expected = paths(made, length=None, top=1000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("farled.questions.path_counts.KEY_BITS", bits)
        chunks = [journeys_of({who: events}).chunks()[0] for who, events in made.items()]
        names = journeys_of(made).names
        whole = [replace(chunk, names=names, name=recoded(chunk, names)) for chunk in chunks]
        question = Paths(length=None, top=1000)
        total = reduce(add, map(question.partial, whole))
        assert question.answer(total) == expected


@given(
    st.dictionaries(
        st.text("abc", min_size=1), st.lists(st.tuples(st.sampled_from("vwx"), st.integers(0, 3))), min_size=1
    ),
    st.integers(1, 4),
    st.booleans(),
    st.sampled_from([None, "w"]),
    st.integers(1, 5),
)
def test_paths_kept_as_numbers_are_those_kept_as_names(made, length, loops, start, top):
    made = {who: [("w", 0), *sorted(events, key=lambda event: event[1])] for who, events in made.items()}
    fields = {"length": length, "loops": loops, "start": start, "top": top, "group": {"y": ["w"]} if top > 2 else None}
    expected = paths(made, **fields)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("farled.questions.path_counts.KEY_BITS", 63)
        assert paths(made, **fields) == expected


def recoded(chunk, names):
    return np.array([names.index(chunk.names[code]) for code in chunk.name], dtype=np.uint16)


def test_many_different_paths_are_shared_among_threads():
    random = np.random.default_rng(3)
    walks = random.integers(0, 30, (120_000, 4))
    key = 1 + (walks[:, :3] @ np.array([900, 30, 1])).astype(np.uint64)  # paths that part at their last step collide
    ones = np.ones((120_000, 3), dtype=np.int64)
    first, numbers = together(key, np.arange(0, 480_001, 4), walks.astype(np.uint32).ravel(), ones, np.arange(120_000))
    expected = Counter(map(tuple, walks.tolist()))
    found = {tuple(walks[at].tolist()): count for at, count in zip(first, numbers[:, 0].tolist(), strict=True)}
    assert found == expected
