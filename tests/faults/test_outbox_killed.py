"""A sender that is killed loses no message, and what goes out twice carries the same key."""

import random
from collections import Counter

import pytest
from automation.servers import Hook, Mailbox, http_server, smtp_server
from faults.processes import start
from faults.senders import POINTS, TURNS, deliver, deliver_marked_first, look
from sqlalchemy import select

from farled.automation.channels.message import Message, idempotency_key
from farled.automation.channels.outbox import LEASE, put
from farled.automation.history import alerts
from farled.state.tables import OUTBOX


def fill(database, number):
    with database.write() as connection:
        for each in range(number):
            put(connection, Message(f"m{each}", "alert", "", f"Title {each}", "Text"), ["out"], 0)
    return {idempotency_key(f"m{each}", "out") for each in range(number)}


def keys_of(server, kind):
    if kind == "mail":
        return [mail["Message-ID"].partition("@")[0].strip("<") for _, _, mail in server.mails]
    return [headers["Idempotency-Key"] for _, headers, _ in server.requests]


def states(database):
    with database.read() as connection:
        return Counter(connection.execute(select(OUTBOX.c.state)).scalars())


def killed_again_and_again(database, kind, server, port, points):
    """Let senders die one after the other, each a lease after the one before, and then one that lives."""
    url = database.url.render_as_string(hide_password=False)
    for turn, point in enumerate(points):
        process = start(deliver, url, kind, port, turn * LEASE, point)
        process.join(60)
        assert process.exitcode in (-9, 0), point
    deliver(url, kind, port, len(points) * LEASE)
    return keys_of(server, kind)


def test_killed_at_every_step_nothing_is_lost_and_a_copy_has_the_key_of_the_first(database):
    assert_survives_every_step(database, "mail" if database.is_sqlite else "hook")


@pytest.mark.slow
def test_the_same_the_other_way_round(database):
    assert_survives_every_step(database, "hook" if database.is_sqlite else "mail")


def assert_survives_every_step(database, kind):
    wanted = fill(database, 6)
    points = [f"{when}:{what}:2" for what in (*TURNS.values(), POINTS[kind]) for when in ("before", "after")]
    server = Mailbox() if kind == "mail" else Hook()
    with smtp_server(server) if kind == "mail" else http_server(server) as port:
        keys = killed_again_and_again(database, kind, server, port, points)
    assert set(keys) == wanted
    assert len(keys) - len(wanted) <= len(points)
    assert len(keys) > len(wanted), "no sender died between handing over and marking: this tests nothing"
    assert states(database) == {"sent": 6}


@pytest.mark.parametrize("point", ["before", "after"])
def test_killed_before_handing_over_a_message_goes_once_and_after_it_twice(database, point):
    (key,) = fill(database, 1)
    hook = Hook()
    with http_server(hook) as port:
        keys = killed_again_and_again(database, "hook", hook, port, [f"{point}:{POINTS['hook']}:1"])
    assert keys == [key] * (1 if point == "before" else 2)


def test_several_senders_at_once_send_nothing_twice(database):
    wanted, hook = fill(database, 15), Hook()
    url = database.url.render_as_string(hide_password=False)
    with http_server(hook) as port:
        processes = [start(deliver, url, "hook", port, 0) for _ in range(3)]
        for process in processes:
            process.join(60)
        assert [process.exitcode for process in processes] == [0] * 3
    assert sorted(keys_of(hook, "hook")) == sorted(wanted)


def test_several_monitors_at_once_raise_one_alert(database):
    url = database.url.render_as_string(hide_password=False)
    processes = [start(look, url) for _ in range(3)]
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 3
    assert len(alerts(database)) == 1
    assert states(database) == {"ready": 1}


@pytest.mark.slow
def test_a_soak_of_kills_at_random_loses_nothing(database):
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    wanted, hook = fill(database, 400), Hook()
    names = [*TURNS.values(), POINTS["hook"], "farled.state.database:Database.write"]
    points = [
        f"{chance.choice(['before', 'after'])}:{chance.choice(names)}:{chance.randrange(1, 30)}" for _ in range(40)
    ]
    with http_server(hook) as port:
        keys = killed_again_and_again(database, "hook", hook, port, points)
    assert set(keys) == wanted, seed
    assert len(keys) - len(wanted) <= len(points), seed


def test_the_test_would_notice_a_sender_that_marks_before_it_hands_over(database):
    """Break the promise on purpose: what is marked first is lost when the sender dies."""
    fill(database, 1)
    hook = Hook()
    with http_server(hook) as port:
        url = database.url.render_as_string(hide_password=False)
        process = start(deliver_marked_first, url, port)
        process.join(60)
        deliver(url, "hook", port, LEASE)
    assert keys_of(hook, "hook") == []
