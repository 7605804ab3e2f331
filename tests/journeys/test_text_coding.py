"""Coding and sorting many texts, against Arrow."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled.journeys import text_kernels
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
    assert coded_texts(pa.chunked_array([["ana", "bo"]])) is None
    assert coded_texts(pa.chunked_array([["12345678-a", "12345678-b"]])) is None


@given(texts)
def test_texts_are_sorted_by_their_bytes(made):
    values = pa.array(made, pa.string())
    assert values.take(pa.array(text_order(values))).to_pylist() == values.take(pc.sort_indices(values)).to_pylist()


@pytest.mark.parametrize("prefix", ["", "customer-"])
def test_many_numbered_texts_are_sorted(prefix):
    numbers = np.random.default_rng(1).permutation(3_000)
    values = pa.array([f"{prefix}{number}" for number in numbers])
    assert values.take(pa.array(text_order(values))).to_pylist() == sorted(values.to_pylist())
