import hashlib
import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from farled.demo.calendar import YEAR
from farled.demo.shop import events, make, truth, write
from farled.demo.tiny import small
from farled.errors import InputError
from farled.events.schema import conform


@pytest.fixture(scope="module")
def table():
    return events(customers=2000, seed=7)


def times(table):
    return table["time"].cast(pa.int64()).to_numpy()


def customers(table):
    return pc.list_element(table["identifiers"].combine_chunks(), 0).field("value")


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    digests = [
        [hashlib.sha256(path.read_bytes()).hexdigest() for path in write(tmp_path / run, customers=300, seed=7)]
        for run in ("first", "second")
    ]
    assert digests[0] == digests[1]


def test_another_seed_gives_other_events():
    assert not events(customers=300, seed=1)["time"].equals(events(customers=300, seed=2)["time"])


def test_numbers_out_of_range_are_refused():
    with pytest.raises(InputError, match="0 customers"):
        events(customers=0)
    with pytest.raises(InputError, match="seed is -1"):
        truth(customers=10, seed=-1)


def test_events_fit_the_event_schema_as_they_are(table):
    stored = conform(table, received=YEAR.end, source="demo")
    assert stored.num_rows == table.num_rows
    assert stored["properties"].equals(table["properties"])


def test_there_are_many_kinds_of_event_in_many_channels(table):
    assert len(pc.unique(table["name"].cast(pa.string()))) >= 30
    assert len(pc.unique(table["channel"].cast(pa.string()))) >= 8


def test_all_events_lie_in_the_year_and_stand_in_order_of_time(table):
    time = times(table)
    assert (np.diff(time) >= 0).all()
    assert YEAR.start <= time[0]
    assert time[-1] < YEAR.end
    assert len(pc.unique(table["event_id"])) == table.num_rows


def test_sequence_counts_events_of_the_same_time(table):
    is_new = np.diff(times(table), prepend=-1) > 0
    sequence = table["sequence"].to_numpy()
    assert (sequence[is_new] == 0).all()
    assert (np.diff(sequence)[~is_new[1:]] == 1).all()


def test_every_customer_is_identified_just_before_the_first_event(table):
    who = customers(table).to_pylist()
    names = table["name"].to_pylist()
    first = {}
    for customer, name in zip(who, names, strict=True):
        first.setdefault(customer, name)
    assert len(first) == 2000
    assert set(first.values()) == {"identify"}
    assert names.count("identify") == 2000


def test_properties_are_json_objects_with_sorted_keys(table):
    for text in pc.unique(table["properties"]).to_pylist():
        held = json.loads(text)
        assert list(held) == sorted(held)


def test_every_order_has_a_value_in_kronor_and_a_number_counted_per_customer(table):
    orders = table.filter(pc.equal(table["name"].cast(pa.string()), "order"))
    assert set(orders["currency"].to_pylist()) == {"SEK"}
    assert pc.min(orders["value"]).as_py() > 0
    counted = {}
    for customer, text in zip(customers(orders).to_pylist(), orders["properties"].to_pylist(), strict=True):
        counted.setdefault(customer, []).append(json.loads(text)["order_no"])
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in counted.values())


def test_deliveries_after_the_promised_day_are_late(table):
    delivered = table.filter(pc.equal(table["name"].cast(pa.string()), "delivered"))
    day = pc.strftime(delivered["time"].cast(pa.timestamp("us", "Europe/Stockholm")), "%Y-%m-%d").to_pylist()
    held = [json.loads(text) for text in delivered["properties"].to_pylist()]
    assert all((today <= told["promised"]) == told["on_time"] for today, told in zip(day, held, strict=True))
    assert {told["on_time"] for told in held} == {True, False}


def test_an_answer_carries_the_ticket_it_answers(table):
    wanted = pc.is_in(table["name"].cast(pa.string()), pa.array(["ticket_opened", "ticket_answered"]))
    opened = {}
    for row in table.filter(wanted).to_pylist():
        ticket = json.loads(row["properties"])["ticket"]
        if row["name"] == "ticket_opened":
            assert ticket not in opened
            opened[ticket] = row["identifiers"]
        else:
            assert opened[ticket] == row["identifiers"]


def test_contacts_of_an_account_have_roles_and_the_first_decides(table):
    known = table.filter(pc.and_(pc.equal(table["name"].cast(pa.string()), "identify"), pc.is_valid(table["account"])))
    roles = {}
    for account, text in zip(known["account"].to_pylist(), known["properties"].to_pylist(), strict=True):
        roles.setdefault(account, set()).add(json.loads(text)["role"])
    assert len(roles) > 20
    whole = [held for held in roles.values() if len(held) > 1]
    assert all("decides" in held for held in whole)


def test_truth_alone_is_the_truth_of_the_events():
    assert truth(customers=50, seed=3) == make(customers=50, seed=3).truth


def test_the_tiny_shop_is_sorted_and_fits_the_schema():
    assert conform(small(), received=0, source="demo").num_rows == small().num_rows
    assert (np.diff(times(small())) >= 0).all()
