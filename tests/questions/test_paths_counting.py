"""How paths are counted: whatever the parts and the order of the chunks, as counting by hand says."""

from collections import Counter
from functools import reduce
from itertools import pairwise
from operator import add

import numpy as np
import pytest
from chunks_of import chunk_of
from hypothesis import example, given
from hypothesis import strategies as st

from farled import Paths
from farled.journeys.path_kernels import counted_keys, parted_keys

walks = st.lists(st.text("abc", max_size=4), max_size=12)
keys = st.lists(st.integers(1, 9) | st.integers(1, 2**64 - 1), max_size=60)


def read_only(values):
    array = np.array(values, dtype=np.uint64)
    array.flags.writeable = False
    return array


def walked(customers):
    made = {str(at): [(name, when) for when, name in enumerate(names)] for at, names in enumerate(customers)}
    return chunk_of(made, names="abc")


@given(keys, st.integers(0, 3))
def test_parts_hold_all_keys_and_equal_keys_lie_in_one(made, none):
    ordered, edges = parted_keys(read_only([0] * none + made))
    assert Counter(ordered.tolist()) == Counter(made)
    parts = [set(ordered[first:end].tolist()) for first, end in pairwise(edges)]
    assert sum(map(len, parts)) == len(set(made))


@given(keys, st.booleans())
@example(list(range(1, 5_000)) * 2 + list(range(5_000, 20_000)), False)
def test_keys_that_are_there_more_than_once_are_counted_and_the_others_at_least_known_of(made, every):
    key, count, alone = counted_keys(read_only(made), every)
    expected = Counter(made)
    found = dict(zip(key.tolist(), count.tolist(), strict=True))
    assert found.items() <= expected.items()
    assert {key for key, times in expected.items() if times > 1} <= found.keys()
    assert len(found) + alone == len(expected)
    assert alone == 0 or not every


@given(
    st.lists(walks, min_size=1, max_size=4),
    st.randoms(use_true_random=False),
    st.integers(1, 9),
    st.sampled_from([0, 100_000]),
)
def test_chunks_in_any_order_give_the_named_most_frequent_first_and_the_rest(chunks, random, top, threads):
    question = Paths(length=3, top=top)
    partials = [question.partial(walked(customers)) for customers in chunks]
    random.shuffle(partials)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("farled.questions.paths.PATHS_WORTH_THREADS", threads)
        answer = question.answer(reduce(add, partials))
    expected = Counter(tuple(customer[:3]) for customers in chunks for customer in customers if customer)
    by_frequency = sorted(expected.items(), key=lambda path: (-path[1], path[0]))
    assert [(path.names, path.count) for path in answer.paths] == by_frequency[:top]
    assert (answer.total, answer.different) == (expected.total(), len(expected))
    assert answer.rest == expected.total() - sum(count for _, count in by_frequency[:top])


def test_equal_counts_are_in_the_order_of_their_names_also_of_groups():
    chunk = walked(["b", "ba", "c", "a", "bb"])
    answer = Paths(group={"aa": ["b"]}).answer(Paths(group={"aa": ["b"]}).partial(chunk))
    assert [path.names for path in answer.paths] == [("a",), ("aa",), ("aa", "a"), ("aa", "aa"), ("c",)]
