import itertools
import json
import random
from dataclasses import replace

import numpy as np
import pytest

from farled.errors import InputError
from farled.journeys.accounts import ACTOR, ROLE, by_account
from farled.journeys.build import journeys_of
from farled.journeys.columns import Column
from farled.journeys.index import Journeys


def at(account, **more):
    return {"account": account, **more}


def told(journeys, column=None):
    """Each unit's events as ``(name, day)``, or ``(name, day, value of a column)``."""
    found = {}
    for number, chunk in enumerate(journeys.chunks([column] if column else [])):
        values = [None] * len(chunk.time) if column is None else plain(chunk.columns[column])
        names = [chunk.names[code] for code in chunk.name]
        days = [int(time) // 86_400_000_000 for time in chunk.time]
        rows = [row if column else row[:2] for row in zip(names, days, values, strict=True)]
        for unit, id_ in enumerate(journeys.customer_ids(number, range(chunk.customers))):
            found[id_] = rows[chunk.offsets[unit] : chunk.offsets[unit + 1]]
    return found


def plain(column):
    if isinstance(column, Column):
        return [column.values[code] if code >= 0 else None for code in column.code]
    return column.tolist()


FJORD = {
    "ida": [("read", 0, at("fjord")), ("train", 9, at("fjord"))],
    "per": [("pay", 5, at("fjord")), ("read", 6, at("berg"))],
    "bo": [("read", 1, {})],
}


def test_the_events_of_all_customers_of_an_account_are_one_journey_and_the_others_are_left_out():
    assert told(by_account(journeys_of(FJORD))) == {
        "berg": [("read", 6)],
        "fjord": [("read", 0), ("pay", 5), ("train", 9)],
    }


def test_the_data_end_for_accounts_when_they_end_for_customers():
    assert by_account(journeys_of(FJORD, end=40)).end == journeys_of(FJORD, end=40).end


def test_each_event_tells_who_of_the_account_acted():
    actors = told(by_account(journeys_of(FJORD)), ACTOR)["fjord"]
    assert [who for _, _, who in actors] == [1.0, 2.0, 1.0]


def test_a_role_is_the_events_own_or_else_what_was_last_said_of_its_customer():
    made = {
        "ida": [
            ("identify", 0, {"role": "uses"}),
            ("read", 1, at("fjord")),
            ("identify", 2, {"role": "decides"}),
            ("sign", 3, at("fjord")),
            ("pay", 4, at("fjord", role="pays")),
        ],
        "per": [("read", 2, at("fjord"))],
    }
    roles = told(by_account(journeys_of(made)), ROLE)["fjord"]
    assert [(name, role) for name, _, role in roles] == [
        ("read", "uses"), ("read", None), ("sign", "decides"), ("pay", "pays"),
    ]  # fmt: skip


def test_what_is_said_of_a_customer_is_said_of_all_its_accounts():
    made = {
        "ida": [("identify", 0, {"size": 30}), ("read", 1, at("fjord")), ("read", 2, at("berg"))],
        "per": [("identify", 3, {"size": 40}), ("read", 4, at("fjord"))],
    }
    journeys = by_account(journeys_of(made))
    said = journeys.identified(0)
    names = journeys.customer_ids(0, said.customer)
    assert list(zip(names, said.properties, strict=True)) == [
        ("berg", '{"size": 30}'), ("fjord", '{"size": 30}'), ("fjord", '{"size": 40}'),
    ]  # fmt: skip


def test_without_accounts_there_are_no_journeys_of_accounts():
    with pytest.raises(InputError, match="No event says which account"):
        by_account(journeys_of({"ana": [("visit", 0)]}))
    with pytest.raises(InputError, match="No event says which account"):
        by_account(journeys_of({"ana": [("visit", 0, {"account": None})]}))


def test_accounts_are_the_same_from_one_part_and_from_many():
    """The oracle: events sorted by account and time, whoever acts and in whatever bucket the customer lies."""
    chance = random.Random(7)
    made = {
        f"c{number:02}": [
            (chance.choice("abc"), number + 100 * step, at(chance.choice(["x", "y", "z", None]), value=step * 1.0))
            for step in range(4)
        ]
        for number in range(30)
    }
    expected = {}
    for customer in sorted(made):
        for name, day, told_ in made[customer]:
            if told_["account"] is not None:
                expected.setdefault(told_["account"], []).append((day, name, told_["value"]))
    wanted = {account: [(name, day, value) for day, name, value in sorted(rows)] for account, rows in expected.items()}
    whole = journeys_of(made)
    assert told(by_account(whole), "value") == wanted
    halves = [journeys_of({customer: made[customer] for customer in list(made)[half::2]}) for half in (0, 1)]
    assert all(half.names == whole.names for half in halves)
    parts = by_account(Journeys([half.parts[0] for half in halves], whole.names))
    assert told(parts, "value") == wanted
    people = {
        account: {who for who in made if account in {row[2]["account"] for row in made[who]}} for account in "xyz"
    }
    for journeys in (by_account(whole), parts):
        actors = {account: {row[2] for row in rows} for account, rows in told(journeys, ACTOR).items()}
        assert {account: len(found) for account, found in actors.items()} == {a: len(who) for a, who in people.items()}
        assert len(set().union(*actors.values())) == len(set().union(*people.values()))


def test_what_several_customers_do_and_are_said_to_be_at_one_time_is_in_the_order_of_their_ids_in_any_parts():
    made = {
        who: [("identify", 1, {"size": who}), (f"by {who}", 2, at("fjord")), (f"{who} again", 2, at("fjord"))]
        for who in ("ada", "bo", "cy")
    }
    parts = [journeys_of({who: events}) for who, events in made.items()]
    names = tuple(sorted({name for each in parts for name in each.names}))
    for order in itertools.permutations(parts):
        moved = [
            replace(
                each.parts[0], name=np.array([names.index(name) for name in each.names], np.uint16)[each.parts[0].name]
            )
            for each in order
        ]
        accounts = by_account(Journeys(moved, names))
        assert [name for name, _ in told(accounts)["fjord"]] == [
            "by ada", "ada again", "by bo", "bo again", "by cy", "cy again"
        ]  # fmt: skip
        assert json.loads(accounts.identified(0).properties[-1]) == {"size": "cy"}


def test_arrays_of_accounts_are_read_only_like_those_of_customers():
    chunk = by_account(journeys_of(FJORD)).chunks()[0]
    with pytest.raises(ValueError, match="read-only"):
        chunk.time[0] = np.int64(0)
