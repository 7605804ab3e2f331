import random

import pytest
from sqlalchemy import insert, select

from farled.automation.channels.limits import Limits
from farled.automation.channels.message import Handed, Message, idempotency_key
from farled.automation.channels.outbox import LEASE, VALID, claim, counts, mark, next_due, put
from farled.automation.channels.sending import OPENS_AT, PROBES, Delivered, Sender
from farled.automation.clock import SECOND
from farled.state.tables import DESTINATIONS, OUTBOX

MINUTE, HOUR = 60 * SECOND, 3600 * SECOND
MANY = Limits(messages=1000, about_messages=1000)


class Recorder:
    """A channel that says what it is told to, in turn, and then takes all."""

    def __init__(self, name="ops", answers=()):
        self.name, self.answers, self.taken = name, list(answers), []

    def hand_over(self, message):
        answer = self.answers.pop(0) if self.answers else "sent"
        handed = answer if isinstance(answer, Handed) else Handed(answer, "because")
        if handed.outcome == "sent":
            self.taken.append(message)
        return handed


class Clock:
    def __init__(self):
        self.at = 0

    def __call__(self):
        return self.at


class Highest(random.Random):
    def random(self):
        return 1.0


def told(number=0, about=None, kind="alert"):
    return Message(f"m{number}", kind, f"about {number}" if about is None else about, f"Title {number}", "Text")


def fill(database, *messages, channels=("ops",), at=0, valid=VALID):
    with database.write() as connection:
        return sum(put(connection, message, channels, at, valid) for message in messages)


def rows(database, *columns):
    with database.read() as connection:
        found = connection.execute(select(*[OUTBOX.c[name] for name in columns]).order_by(OUTBOX.c.id)).all()
    return [row[0] if len(columns) == 1 else tuple(row) for row in found]


def sender(database, *channels, clock=None, limits=MANY):
    return Sender(database, channels, limits, clock or Clock(), Highest())


def test_a_message_goes_once_to_each_channel(database):
    ops, team = Recorder("ops"), Recorder("team")
    fill(database, told(), channels=("ops", "team"))
    sending = sender(database, ops, team)
    assert sending.deliver().sent == 2
    assert sending.deliver().sent == 0
    assert [len(ops.taken), len(team.taken)] == [1, 1]


def test_the_same_message_put_twice_is_one(database):
    assert fill(database, told()) == 1
    assert fill(database, told()) == 0


def test_its_key_is_its_own_on_each_channel(database):
    ops, team = Recorder("ops"), Recorder("team")
    fill(database, told(), channels=("ops", "team"))
    sender(database, ops, team).deliver()
    assert ops.taken[0].key == idempotency_key("m0", "ops")
    assert team.taken[0].key == idempotency_key("m0", "team")


def test_what_is_claimed_is_claimed_by_nobody_else_until_its_lease_ends(database):
    fill(database, told())
    with database.write() as connection:
        assert claim(connection, "ops", 0, "first", MANY) is not None
        assert claim(connection, "ops", LEASE - 1, "second", MANY) is None
        again = claim(connection, "ops", LEASE, "second", MANY)
    assert (again.attempts, again.message.key) == (2, idempotency_key("m0", "ops"))


def test_one_who_comes_late_does_not_say_what_became_of_it(database):
    fill(database, told())
    with database.write() as connection:
        late = claim(connection, "ops", 0, "first", MANY)
        claim(connection, "ops", LEASE, "second", MANY)
        assert not mark(connection, late, Handed("failed"), LEASE + 1, 0)
    assert rows(database, "state") == ["sending"]


def test_trouble_that_may_pass_is_tried_again_after_a_growing_wait(database):
    clock, ops = Clock(), Recorder(answers=["retry"] * 3)
    fill(database, told())
    sending, waits = sender(database, ops, clock=clock), []
    while rows(database, "state") != ["sent"]:
        sending.deliver()
        (next_at,) = rows(database, "next_at")
        waits.append((next_at - clock.at) // SECOND)
        clock.at = max(next_at, clock.at)
    assert waits[:3] == [30, 60, 120]


def test_a_wait_that_the_receiver_asks_for_is_kept(database):
    clock, ops = Clock(), Recorder(answers=[Handed("retry", "busy", 900.0)])
    fill(database, told())
    sender(database, ops, clock=clock).deliver()
    assert rows(database, "next_at") == [900 * SECOND]


def test_a_refusal_for_good_is_not_tried_again(database):
    ops = Recorder(answers=["failed"])
    fill(database, told())
    assert sender(database, ops).deliver().failed == 1
    assert rows(database, "state", "reason") == [("failed", "because")]


def test_a_message_that_nobody_needs_any_more_is_not_sent(database):
    clock, ops = Clock(), Recorder(answers=["retry"])
    fill(database, told(), valid=HOUR)
    sending = sender(database, ops, clock=clock)
    sending.deliver()
    clock.at = HOUR + 1
    sending.deliver()
    assert ops.taken == []
    assert rows(database, "state", "reason") == [("skipped", "late")]


def test_it_is_not_tried_beyond_that(database):
    ops = Recorder(answers=["retry"])
    fill(database, told(), valid=10 * SECOND)
    assert sender(database, ops).deliver().failed == 1
    assert rows(database, "state") == ["failed"]


def test_more_messages_than_the_limit_go_as_one_digest(database):
    ops = Recorder()
    fill(database, *map(told, range(5)))
    sender(database, ops, limits=Limits(messages=3)).deliver()
    (digest,) = ops.taken
    assert digest.kind == "digest"
    assert digest.title == "Title 0 (+ 4)"
    assert digest.text.splitlines() == [f"- Title {number}" for number in range(5)]
    assert rows(database, "state") == ["skipped"] * 5 + ["sent"]
    assert rows(database, "part_of")[:5] == [digest.key] * 5


def test_beyond_the_limit_messages_wait_until_the_window_moves_on(database):
    clock, ops = Clock(), Recorder()
    sending = sender(database, ops, clock=clock, limits=Limits(messages=2, within=HOUR))
    fill(database, told(0), told(1))
    sending.deliver()
    clock.at = 10 * MINUTE
    fill(database, *map(told, range(2, 6)), at=clock.at)
    sending.deliver()
    assert len(ops.taken) == 2
    with database.read() as connection:
        assert next_due(connection, ["ops"]) == HOUR
    clock.at = HOUR
    sending.deliver()
    assert [message.kind for message in ops.taken] == ["alert", "alert", "digest"]


def test_one_subject_is_not_spoken_of_too_often_and_does_not_hold_up_others(database):
    clock, ops = Clock(), Recorder()
    limits = Limits(messages=100, about_messages=2, about_within=24 * HOUR)
    sending = sender(database, ops, clock=clock, limits=limits)
    fill(database, *[told(number, about="csat") for number in range(3)], told(9))
    sending.deliver()
    assert [message.title for message in ops.taken] == ["Title 0", "Title 1", "Title 9"]
    clock.at = 24 * HOUR
    sending.deliver()
    assert ops.taken[-1].title == "Title 2"


def broken(database, channel="ops"):
    """As after many failures in a row: one more opens the breaker."""
    with database.write() as connection:
        row = {"channel": channel, "failures": OPENS_AT - 1, "probes": 0, "closed_until": 0}
        connection.execute(insert(DESTINATIONS).values(row))


def test_a_dead_channel_is_left_alone_and_then_probed(database):
    clock, ops = Clock(), Recorder(answers=["retry"] * 9)
    fill(database, *map(told, range(4)))
    broken(database)
    sending = sender(database, ops, clock=clock)
    assert sending.deliver().retry == 1
    for wait in (*PROBES, PROBES[-1]):
        clock.at += round(wait * SECOND) - 1
        assert sending.deliver().retry == 0
        clock.at += 1
        assert sending.deliver().retry == 1


def test_a_channel_that_works_again_closes_its_breaker(database):
    clock, ops = Clock(), Recorder(answers=["retry", "sent", "retry"])
    fill(database, *map(told, range(3)))
    broken(database)
    sending = sender(database, ops, clock=clock)
    sending.deliver()
    clock.at = HOUR
    assert sending.deliver() == Delivered(sent=2, retry=1, reasons={"ops": "because"})


def test_a_channel_that_breaks_down_is_tried_again(database):
    class Breaking(Recorder):
        def hand_over(self, message):
            if not self.taken:
                self.taken.append(message)
                raise UnicodeError
            return super().hand_over(message)

    clock, ops = Clock(), Breaking()
    fill(database, told())
    sending = sender(database, ops, clock=clock)
    assert sending.deliver().reasons == {"ops": "UnicodeError in ops"}
    clock.at = HOUR
    assert sending.deliver().sent == 1


def test_a_dead_channel_slows_no_other(database):
    dead, ops = Recorder("dead", ["retry"] * 100), Recorder("ops")
    fill(database, told(0), told(1), channels=("dead", "ops"))
    sender(database, dead, ops).deliver()
    assert len(ops.taken) == 2


def test_how_many_wait_and_went_is_counted(database):
    fill(database, told(0), told(1))
    sender(database, Recorder(answers=["failed"])).deliver()
    with database.read() as connection:
        assert counts(connection) == {"ops": {"failed": 1, "sent": 1}}


def test_a_message_is_a_line_and_a_text():
    assert Message("k", "alert", "", "One\nTwo\x00\u2028", "Text").title == "One Two"
    with pytest.raises(ValueError, match="characters"):
        Message("k", "alert", "", "T", "x" * 100_000)
