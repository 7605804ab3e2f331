"""How paths are counted: whatever the parts and the order of the chunks, as counting by hand says."""

import pickle
from collections import Counter
from functools import reduce
from itertools import accumulate, groupby, pairwise
from operator import add

import numpy as np
import pytest
from chunks_of import chunk_of
from hypothesis import given
from hypothesis import strategies as st

from farled import Paths
from farled.journeys.path_kernels import counted_keys, parted, shared_keys
from farled.questions.path_counts import fits_number

walks = st.lists(st.text("abc,", max_size=6), max_size=9)
keys = st.lists(st.integers(1, 9) | st.integers(1, 2**64 - 1), max_size=60)


def read_only(values):
    array = np.array(values, dtype=np.uint64)
    array.flags.writeable = False
    return array


def walked(customers):
    """A chunk of customers whose events are letters a day apart; at a comma nothing happens for five days."""
    made = {}
    for at, customer in enumerate(customers):
        days = accumulate((1 if name != "," else 5 for name in customer), initial=0)
        made[str(at)] = [(name, day) for name, day in zip(customer, days, strict=False) if name != ","]
    return chunk_of(made, names="abc")


@given(keys, st.integers(0, 3))
def test_parts_hold_all_keys_and_equal_keys_lie_in_one(made, none):
    array = read_only([0] * none + made)
    ordered, order, edges = parted(array)
    assert sorted(order.tolist()) == list(range(none, none + len(made)))
    assert ordered.tolist() == array[order].tolist()
    parts = [ordered[first:end].tolist() for first, end in pairwise(edges)]
    assert sum(len(set(part)) for part in parts) == len(set(made))


@given(keys)
def test_keys_that_are_there_more_than_once_are_shared(made):
    shared = shared_keys(read_only(made))
    many = {key for key, times in Counter(made).items() if times > 1}
    assert many <= set(read_only(made)[shared].tolist())


@given(
    st.lists(st.text("abc", min_size=1, max_size=40), min_size=1, max_size=30),
    st.integers(1, 4),
    st.sampled_from([None, 2, 3]),
)
def test_of_paths_that_are_tied_the_first_names_are_named(customers, top, length):
    question = Paths(length=length, top=top)
    expected = Counter(tuple(customer[:length]) for customer in customers)
    answer = question.answer(question.partial(walked(customers)))
    by_frequency = sorted(expected.items(), key=lambda path: (-path[1], path[0]))
    assert [(path.names, path.count) for path in answer.paths] == by_frequency[:top]


def test_most_keys_that_are_there_once_are_not_shared():
    assert len(shared_keys(read_only(range(1, 20_000)))) < 5_000


@given(keys, st.integers(0, 60))
def test_every_key_that_is_asked_for_is_counted(made, least):
    some = np.arange(min(least, len(made)), len(made), dtype=np.uint32)
    key, count = counted_keys(read_only(made), some)
    assert dict(zip(key.tolist(), count.tolist(), strict=True)) == Counter(made[least:])


def path_of(names, start, end, length, loops):
    """The definition, word for word; None: no path."""
    if start is not None:
        if start not in names:
            return None
        names = names[names.index(start) :]
    ahead = 0 if start is None else 1
    reached = end is not None and end in names[ahead:]
    if end is not None:
        if reached:
            names = names[: names.index(end, ahead) + 1]
        elif start is None:
            return None
    names = names if loops else "".join(name for name, _ in groupby(names))
    return (tuple(names[-length:] if start is None and end else names[:length]), reached) if names else None


def counted_by_hand(chunks, cut, between, fields):
    found = {}
    for at, customer in enumerate(customer for customers in chunks for customer in customers):
        for journey in customer.split(",") if cut else [customer.replace(",", "")]:
            path = path_of(journey, **fields)
            if path is not None and (path[1] or not between):
                numbers = found.setdefault(path[0], [0, set(), 0])
                numbers[0] += 1
                numbers[1].add(at)
                numbers[2] += path[1]
    named = [(names, count, len(customers), reached) for names, (count, customers, reached) in found.items()]
    return sorted(named, key=lambda path: (-path[1], path[0]))


@given(
    st.lists(walks, min_size=1, max_size=4),
    st.fixed_dictionaries(
        {
            "start": st.sampled_from([None, "a"]),
            "end": st.sampled_from([None, "b"]),
            "length": st.sampled_from([1, 3, 50]),
            "loops": st.booleans(),
        }
    ),
    st.sampled_from([None, "3d"]),
    st.integers(1, 9),
    st.tuples(st.sampled_from([3, 64]), st.sampled_from([0, 100_000]), st.booleans(), st.booleans()),
    st.randoms(use_true_random=False),
)
def test_chunks_in_any_order_give_what_counting_by_hand_gives(chunks, fields, cut, top, how, random):
    bits, threads, sent, between = how
    between &= None not in (fields["start"], fields["end"])
    ends = {"start": None, "end": None, "between": (fields["start"], fields["end"])} if between else {}
    question = Paths(**(fields | ends), cut=cut, top=top)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("farled.questions.path_counts.KEY_BITS", bits)
        patch.setattr("farled.questions.path_counts.PATHS_WORTH_THREADS", threads)
        partials = [question.partial(walked(customers)) for customers in chunks]
        random.shuffle(partials)
        total = reduce(add, partials)
        answer = question.answer(pickle.loads(pickle.dumps(total)) if sent else total)
    expected = counted_by_hand(chunks, cut, between, fields)
    reached = [path.converted.part if path.converted else 0 for path in answer.paths]
    named = [(path.names, path.count, path.customers) for path in answer.paths]
    assert [(*path, part) for path, part in zip(named, reached, strict=True)] == expected[:top]
    assert (answer.total, answer.different) == (sum(path[1] for path in expected), len(expected))
    assert answer.rest == sum(path[1] for path in expected[top:])


def test_equal_counts_are_in_the_order_of_their_names_also_of_groups():
    chunk = walked(["b", "ba", "c", "a", "bb"])
    answer = Paths(group={"aa": ["b"]}).answer(Paths(group={"aa": ["b"]}).partial(chunk))
    assert [path.names for path in answer.paths] == [("a",), ("aa",), ("aa", "a"), ("aa", "aa"), ("c",)]


def test_a_length_beyond_all_journeys_costs_no_time():
    assert not fits_number(50, 10**11)
