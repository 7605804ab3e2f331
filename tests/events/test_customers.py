import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from farled.events.customers import buckets_of, first_identifier
from farled.events.schema import IDENTIFIERS

people = st.lists(st.tuples(st.sampled_from(["email", "user_id"]), st.text(max_size=3)), max_size=3)


def events(lists, accounts):
    rows = [[{"type": kind, "value": value} for kind, value in one] for one in lists]
    return pa.table({"identifiers": pa.array(rows, IDENTIFIERS), "account": pa.array(accounts, pa.string())})


@given(st.lists(people, max_size=5), st.integers(0, 4))
def test_the_first_identifier_is_the_customer_else_the_account(lists, skipped):
    expected = [":".join(one[0]) if one else "account:acme" for one in lists]
    table = events(lists, ["acme"] * len(lists))
    assert first_identifier(table).to_pylist() == expected
    assert first_identifier(table.slice(skipped)).to_pylist() == expected[skipped:]


def test_buckets_never_change():
    customers = pa.array(["email:a@b.no", "user_id:å", "account:acme"])
    assert buckets_of(customers, 16).tolist() == [11, 13, 2]
    assert buckets_of(customers, 3).tolist() == [0, 1, 0]


@given(st.lists(st.text(max_size=4), max_size=20), st.integers(1, 8))
def test_one_customer_has_one_bucket(customers, buckets):
    found = buckets_of(pa.array(customers, pa.string()), buckets).tolist()
    assert len(set(zip(customers, found, strict=True))) == len(set(customers))
    assert all(0 <= bucket < buckets for bucket in found)
