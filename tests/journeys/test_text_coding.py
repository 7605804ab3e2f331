"""Coding and sorting many texts, against Arrow."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled.journeys import text_coding, text_kernels
from farled.journeys.ordering import ordered
from farled.journeys.text_coding import coded_texts, text_order

texts = st.lists(st.text(st.sampled_from("ab\x00åΩ-"), max_size=20), min_size=1, max_size=40)


@given(st.lists(texts, min_size=1, max_size=3))
def test_equal_texts_get_one_code_and_others_another(chunks):
    source = pa.chunked_array(chunks, pa.string())
    code, distinct = coded_texts(source)
    assert distinct.take(pa.array(code)).to_pylist() == source.to_pylist()
    assert len(distinct) == len(set(source.to_pylist()))


def test_slices_are_coded_as_what_they_show():
    source = pa.chunked_array([pa.array(["x", "a", "b", "a", "y"]).slice(1, 3)])
    code, distinct = coded_texts(source)
    assert distinct.take(pa.array(code)).to_pylist() == ["a", "b", "a"]


def test_texts_whose_hashes_collide_are_not_taken_for_one_another(monkeypatch):
    def hash_badly(offsets, letters, hashes, counts):
        hashes[:] = 7
        counts[0] += len(hashes)

    monkeypatch.setattr(text_kernels, "hash_texts", hash_badly)
    assert coded_texts(pa.chunked_array([["ana-who-orders", "bo"]])) is None
    assert coded_texts(pa.chunked_array([["a-12345678", "b-12345678"]])) is None


def test_texts_with_one_stem_need_no_comparison(monkeypatch):
    monkeypatch.setattr(text_kernels, "hash_texts", None)
    for made in (
        ["no-1", "no-22", "no-1", "no-"],
        ["customer-00000017", "customer-10000017"],
        ["12345678"],
        ["å", "Å"],
    ):
        code, distinct = coded_texts(pa.chunked_array([made]))
        assert distinct.take(pa.array(code)).to_pylist() == made
        assert len(distinct) == len(set(made))


@pytest.mark.parametrize("odd", ["no-12345678", "no", "xo-1", "", "no-\0"])
def test_one_text_may_be_unlike_the_others(monkeypatch, odd):
    monkeypatch.setattr(text_coding, "SAMPLE", 2)
    made = ["no-1", "no-2", "no-3", odd, "no-1", "no-33", odd]
    code, distinct = coded_texts(pa.chunked_array([made[:5], made[5:6]]))
    assert distinct.take(pa.array(code)).to_pylist() == made[:6]
    code, distinct = coded_texts(pa.chunked_array([made]))
    assert distinct.take(pa.array(code)).to_pylist() == made
    assert len(distinct) == 5


@given(texts)
def test_texts_are_sorted_by_their_bytes(made):
    values = pa.array(made, pa.string())
    assert values.take(pa.array(text_order(values))).to_pylist() == values.take(pc.sort_indices(values)).to_pylist()


@pytest.mark.parametrize("prefix", ["", "customer-"])
def test_many_numbered_texts_are_sorted(prefix):
    numbers = np.random.default_rng(1).permutation(3_000)
    values = pa.array([f"{prefix}{number}" for number in numbers])
    assert values.take(pa.array(text_order(values))).to_pylist() == sorted(values.to_pylist())


CUSTOMERS = st.sampled_from(["no-1", "no-2", "no-30", "somebody with a long name", ""])
NAMES = st.sampled_from(["visit", "order", "identify"])


@given(st.lists(st.lists(st.tuples(CUSTOMERS, st.integers(0, 4), NAMES), min_size=1), min_size=1, max_size=3))
def test_events_of_many_texts_are_put_in_the_same_order_as_those_of_codes(chunks):
    customer = pa.chunked_array([[who for who, _, _ in chunk] for chunk in chunks], pa.string())
    time = [when for chunk in chunks for _, when, _ in chunk]
    name = [what for chunk in chunks for _, _, what in chunk]
    expected = ordered(customer.dictionary_encode(), time, name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_coding, "WORTH_THREADS", 1)
        made = ordered(customer, time, name)
    assert made.customer.to_pylist() == expected.customer.to_pylist()
    assert made.names == expected.names
    for array in ("offsets", "time", "name", "row"):
        assert getattr(made, array).tolist() == getattr(expected, array).tolist()
        assert getattr(made, array).dtype == getattr(expected, array).dtype
