from hashlib import blake2b

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from farled.events.blake import blake2b_128
from farled.events.hashes import SMALL, Keys, hashes, joined

pairs = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=12)


def keys_of(found):
    return Keys(*(np.array([pair[at] for pair in found], dtype=np.uint64) for at in (0, 1)))


def told(keys):
    return list(zip(keys.high.tolist(), keys.low.tolist(), strict=True))


def expected(texts):
    digests = [blake2b(text.encode(), digest_size=16).digest() for text in texts]
    return [(int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")) for digest in digests]


@given(st.lists(st.text(max_size=400), max_size=5))
def test_hashes_are_blake2b(texts):
    assert told(hashes(pa.array(texts, pa.string()))) == expected(texts)


@given(st.lists(st.text(max_size=400), min_size=1, max_size=5))
def test_the_kernel_hashes_like_the_standard_library(texts):
    array = pa.array(texts, pa.string())
    offsets = np.frombuffer(array.buffers()[1], dtype=np.int32)[: len(texts) + 1]
    content = np.frombuffer(array.buffers()[2] or b"", dtype=np.uint8)
    assert told(Keys(*blake2b_128(offsets, content))) == expected(texts)


def test_blocks_end_where_the_algorithm_says():
    texts = ["x" * length for length in (0, 1, 127, 128, 129, 255, 256, 257)]
    assert told(hashes(pa.array(texts * (SMALL // 8 + 1)))) == expected(texts) * (SMALL // 8 + 1)


def test_a_slice_of_many_hashes_like_its_texts():
    texts = [f"event {number}" for number in range(SMALL + 5)]
    assert told(hashes(pa.array(["before", *texts, "after"])[1:-1]))[:3] == expected(texts[:3])


@given(pairs)
def test_the_first_of_equals_is_no_repeat(found):
    assert keys_of(found).repeats().tolist() == [pair in found[:at] for at, pair in enumerate(found)]


@given(pairs)
def test_sorted_hashes_rise_and_stand_once(found):
    assert told(keys_of(found).sorted()) == sorted(set(found))


@given(pairs, pairs)
def test_within_compares_both_halves(found, other):
    mine, theirs = keys_of(found), keys_of(other).sorted()
    assert mine.within(theirs).tolist() == [pair in other for pair in found]
    assert told(mine.without(theirs)) == [pair for pair in found if pair not in other]
    assert told(joined([mine, theirs])) == found + sorted(set(other))
