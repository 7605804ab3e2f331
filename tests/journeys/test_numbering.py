"""Customers as numbers: they stand to each other as the ids do, and lead back to them."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled.journeys import numbering, ordering
from farled.journeys.build import build
from farled.journeys.numbering import numbered
from farled.journeys.ordering import ordered


def found(chunks, room=64):
    with ThreadPoolExecutor(2) as pool:
        return numbered(pool, chunks if isinstance(chunks, pa.ChunkedArray) else pa.chunked_array(chunks), room)


def require_alike(chunks, values, key):
    made = found(chunks)
    assert made.ids(made.number).to_pylist() == values
    assert int(made.number.max()) < 1 << made.bits
    ordered_by_number = sorted(zip(made.number.tolist(), map(key, values), strict=True))
    assert ordered_by_number == sorted(ordered_by_number, key=lambda pair: pair[1])
    assert len(set(made.number.tolist())) == len(set(values))


alike = st.tuples(st.sampled_from(["", "no-", "customer-", "ÅÄÖ a long stem "]), st.sampled_from([3, 1 << 15])).flatmap(
    lambda given: st.tuples(
        st.lists(
            st.lists(
                st.text(st.sampled_from("0129abåΩ-z"), max_size=4).map(lambda end: given[0] + end + "!"), min_size=1
            ),
            min_size=1,
            max_size=3,
        ),
        st.just(given[1]),
    )
)


@given(alike)
def test_short_texts_with_one_stem_become_numbers_in_their_order(made):
    chunks, block = made
    values = [text for chunk in chunks for text in chunk]
    stem = numbering.stem_of([*chunks[0], *chunks[-1]])[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbering, "BLOCK", block)
        fits = all(text.encode().startswith(stem) and len(text.encode()) - len(stem) <= 8 for text in values)
        if fits:
            require_alike([pa.array(chunk, pa.string()) for chunk in chunks], values, str.encode)
        else:
            assert found([pa.array(chunk, pa.string()) for chunk in chunks]) is None


@given(st.lists(st.integers(-(2**62), 2**62), min_size=1))
def test_whole_numbers_count_from_the_least(values):
    require_alike([pa.array(values, pa.int64())], values, int)


@pytest.mark.parametrize("kind", [pa.int8(), pa.int16(), pa.uint32(), pa.int64()])
def test_ids_keep_their_type(kind):
    values = pa.array([9, 3, 7], kind).slice(1)
    made = found([values])
    assert (made.bits, made.ids(made.number).equals(values)) == (3, True)


@pytest.mark.parametrize("values", [["a\0", "a"], ["", ""], ["no-123456789", "x"], [1.5, 2.0], [True], []])
def test_others_become_none(values):
    assert found([pa.array(values, pa.string() if not values else None)]) is None


def test_digits_take_four_bits_and_letters_alike_none():
    assert found([["customer-00000017", "customer-00856399"]]).bits <= 24
    assert found([["user-1", "user-2", "user-199999"]], room=3) is None


def test_slices_are_what_they_show():
    values = pa.array(["x-longer-than-all", "no-1", "no-22", "no-1", "y"]).slice(1, 3)
    made = found([values])
    assert made.ids(made.number).to_pylist() == ["no-1", "no-22", "no-1"]


NAMES = st.sampled_from(["visit", "order", "identify", "cart"])


@given(
    st.lists(st.tuples(st.sampled_from(["no-1", "no-2", "no-30", "no-"]), st.integers(0, 4), NAMES), min_size=1),
    st.sampled_from([1, 2, 3]),
    st.booleans(),
)
def test_events_are_put_in_one_order_whatever_customers_are_known_by(rows, threads, with_sequence):
    who, when, what = (list(each) for each in zip(*rows, strict=True))
    order = list(reversed(range(len(rows)))) if with_sequence else None
    expected = sorted(
        (row for row in range(len(rows)) if what[row] != "identify"),
        key=lambda row: (who[row], when[row], order[row] if order else 0, row),
    )
    wide = pa.array([(2**62) * ["no-", "no-1", "no-2", "no-30"].index(each) - 2**63 for each in who], pa.int64())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ordering, "ROWS_WORTH_A_THREAD", 1)
        patch.setattr(ordering, "BLOCK", 2)
        for kernels_from in (0, 500_000):
            patch.setattr(ordering, "ROWS_WORTH_KERNELS", kernels_from)
            for customer in (pa.array(who), pa.array(who).dictionary_encode(), wide):
                made = ordered(customer, when, what, sequence=order, threads=threads)
                assert made.row.tolist() == expected
                assert made.time.tolist() == [when[row] for row in expected]
                assert [made.names[code] for code in made.name] == [what[row] for row in expected]
                firsts = [at for at, row in enumerate(expected) if at == 0 or who[row] != who[expected[at - 1]]]
                assert made.offsets.tolist() == [*firsts, len(expected)] if expected else [0]
                known = dict(zip(customer.to_pylist(), who, strict=True))
                assert [known[each] for each in made.customer.to_pylist()] == [who[expected[at]] for at in firsts]


def test_names_find_no_room_beside_wide_numbers():
    customer = pa.array([2**62, -(2**62), 2**62], pa.int64())
    made = build(customer, [3, 2, 1], ["x", "y", "z"])
    chunk = made.chunks()[0]
    assert ([chunk.names[code] for code in chunk.name], chunk.time.tolist()) == (["y", "z", "x"], [2, 1, 3])
    assert made.customer_ids(0, [0, 1]) == [str(-(2**62)), str(2**62)]


def test_events_behind_the_log_of_others_are_found_at_the_edges_of_blocks(monkeypatch):
    monkeypatch.setattr(ordering, "BLOCK", 4)
    time = np.array([5, 4, 3, 2, 1, 0, 6, 7, 9, 8])
    made = ordered(pa.array(["a"] * 5 + ["b"] * 5), time, ["x"] * 10)
    assert made.time.tolist() == [1, 2, 3, 4, 5, 0, 6, 7, 8, 9]
