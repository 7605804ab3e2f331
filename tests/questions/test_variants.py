"""What variants count: whole journeys, as paths without an end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled import InputError, Paths, Variants
from farled.engine.local import ask, customers_behind
from farled.journeys.build import journeys_of

TRIPS = {
    "ana": [("visit", 0), ("cart", 1), ("cart", 2)],
    "bo": [("visit", 5), ("cart", 9)],
    "cai": [("visit", 0), ("order", 1)],
    "dag": [("visit", 1), ("cart", 2)],
}


def variants(made=None, **fields):
    return ask(journeys_of(TRIPS if made is None else made), Variants(**fields))


def counts(answer):
    return {" ".join(path.names): path.count for path in answer.paths}


def test_journeys_of_the_same_touchpoints_in_the_same_order_are_one_variant():
    answer = variants()
    assert counts(answer) == {"visit cart": 2, "visit cart cart": 1, "visit order": 1}
    assert (answer.different, answer.total, answer.rest) == (3, 4, 0)


def test_repeats_may_be_joined_touchpoints_grouped_and_journeys_cut():
    assert counts(variants(loops=False)) == {"visit cart": 3, "visit order": 1}
    assert counts(variants(group={"buy": ["cart", "order"]}, loops=False)) == {"visit buy": 4}
    assert counts(variants(cut="25h")) == {
        "visit cart": 1,
        "visit cart cart": 1,
        "visit order": 1,
        "visit": 1,
        "cart": 1,
    }


def test_named_variants_and_the_rest_make_the_whole():
    answer = variants(top=1)
    assert (answer.rest, answer.different) == (2, 3)
    assert (answer.coverage.part, answer.coverage.n) == (2, 4)
    assert "2 other variants" in str(answer)
    assert answer.tree()["count"] == 2


def test_customers_behind_a_variant():
    assert customers_behind(journeys_of(TRIPS), Variants(), "/paths/0/customers") == ["bo", "dag"]


@pytest.mark.parametrize("fields", [{"top": 0}, {"cut": "long"}, {"group": {"x": ["a"], "y": ["a"]}}])
def test_bad_fields_are_one_clear_error(fields):
    with pytest.raises(InputError):
        Variants(**fields)


journeys = st.dictionaries(
    st.sampled_from("stuvwxyz"),
    st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 5)), min_size=1, max_size=5),
    min_size=1,
)


@given(journeys, st.booleans(), st.sampled_from([None, "24h"]))
def test_are_the_paths_of_any_length(made, loops, cut):
    index = journeys_of(made)
    paths = ask(index, Paths(length=None, loops=loops, cut=cut, top=3))
    answer = ask(index, Variants(loops=loops, cut=cut, top=3))
    assert (answer.paths, answer.rest, answer.total, answer.different) == (
        paths.paths,
        paths.rest,
        paths.total,
        paths.different,
    )
