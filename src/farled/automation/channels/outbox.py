"""The outbox: messages wait in the database, are claimed by one process, handed over, and marked.

At least once: a process that dies between handing over and marking leaves a message that is handed over again, with the
same key, when its lease is over. No message is lost, since it is a row from the transaction that made it on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, func, or_, select, update

from farled.automation.channels.limits import Limits, digest_of, room
from farled.automation.channels.message import Handed, Message, idempotency_key
from farled.automation.clock import SECOND
from farled.state.inserting import hold, insert_new
from farled.state.tables import OUTBOX

LEASE = 90 * SECOND
VALID = 72 * 3600 * SECOND
READY, SENDING, SENT, SKIPPED, FAILED = "ready", "sending", "sent", "skipped", "failed"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process may hand over, until its lease ends.

    Attributes:
        id: Of its row.
        channel: Through which.
        message: What.
        attempts: Which time this is, from 1.
        lease_until: Microseconds; afterwards another process may hand it over.
        by: Who holds the lease.
        valid_until: Microseconds; afterwards nobody needs it.
    """

    id: int
    channel: str
    message: Message
    attempts: int
    lease_until: int
    by: str
    valid_until: int


def put(connection: Connection, message: Message, channels: Iterable[str], at: int, valid: int = VALID) -> int:
    """Put a message into the outbox, once for each channel; one that is there already stays as it is.

    Args:
        connection: In a transaction that writes: the one in which the cause of the message is written.
        message: Its key is made one per channel.
        channels: Names.
        at: Now, microseconds.
        valid: Microseconds for which it is worth sending.

    Returns:
        How many rows are new.
    """
    return sum(_put(connection, message, channel, at, at + valid) for channel in channels)


def _put(connection: Connection, message: Message, channel: str, at: int, until: int) -> bool:
    key = idempotency_key(message.key, channel)
    row = {
        "idempotency_key": key,
        "channel": channel,
        "kind": message.kind,
        "about": message.about,
        "payload": {**message.to_dict(), "key": key},
        "created_at": at,
        "valid_until": until,
        "next_at": at,
        "attempts": 0,
        "state": READY,
    }
    return insert_new(connection, OUTBOX, row)


def claim(connection: Connection, channel: str, at: int, by: str, limits: Limits) -> Claimed | None:
    """Take the next message of a channel that is due; messages over the limit wait, and then go as one digest.

    Args:
        connection: In a transaction that writes; the claim holds when it is committed.
        channel: Name.
        at: Now, microseconds.
        by: Who claims, different for each process and turn.
        limits: How many messages may go.
    """
    hold(connection, f"outbox {channel}")
    _skip_late(connection, channel, at)
    due = _due(connection, channel, at)
    if not due:
        return None
    fresh = [row for row in due if row["handed_at"] is None]
    again = [row for row in due if row["handed_at"] is not None]
    chosen = again[0] if again else _first_with_room(connection, channel, fresh, at, limits)
    return None if chosen is None else _taken(connection, chosen, at, by)


def _first_with_room(
    connection: Connection, channel: str, fresh: Sequence[RowMapping], at: int, limits: Limits
) -> RowMapping | None:
    """Return the message that may go now: the oldest, or a digest made of all where there are more than may go."""
    waiting = _about_with_room(connection, channel, fresh, at, limits)
    if not waiting:
        return None
    left, opens = room(_handed(connection, channel, at - limits.within), limits.messages, limits.within)
    if left == 0:
        _postpone(connection, waiting, opens)
        return None
    if len(waiting) <= left:
        return waiting[0]
    key = _make_digest(connection, channel, waiting, at)
    return connection.execute(select(OUTBOX).where(OUTBOX.c.idempotency_key == key)).mappings().one()


def _about_with_room(
    connection: Connection, channel: str, fresh: Sequence[RowMapping], at: int, limits: Limits
) -> list[RowMapping]:
    """Return the messages whose subject may be spoken of now; the others are postponed."""
    kept = []
    for about in dict.fromkeys(row["about"] for row in fresh):
        rows = [row for row in fresh if row["about"] == about]
        handed = _handed(connection, channel, at - limits.about_within, about)
        left, opens = room(handed, limits.about_messages, limits.about_within)
        if left == 0 and about:
            _postpone(connection, rows, opens)
        else:
            kept += rows
    return sorted(kept, key=lambda row: (row["created_at"], row["id"]))


def _make_digest(connection: Connection, channel: str, rows: Sequence[RowMapping], at: int) -> str:
    messages = [message_of(row["payload"]) for row in rows]
    digest = digest_of(messages)
    until = max(row["valid_until"] for row in rows)
    _put(connection, digest, channel, at, until)
    key = idempotency_key(digest.key, channel)
    told = {"state": SKIPPED, "reason": "in a digest", "part_of": key}
    connection.execute(update(OUTBOX).where(OUTBOX.c.id.in_([row["id"] for row in rows])).values(told))
    return key


def _taken(connection: Connection, row: RowMapping, at: int, by: str) -> Claimed | None:
    attempts = row["attempts"] + 1
    same = and_(OUTBOX.c.id == row["id"], OUTBOX.c.state == row["state"], OUTBOX.c.attempts == row["attempts"])
    lease = {"state": SENDING, "lease_by": by, "lease_until": at + LEASE, "attempts": attempts, "handed_at": at}
    if connection.execute(update(OUTBOX).where(same).values(lease)).rowcount != 1:
        return None  # its late holder has just said what became of it
    message = message_of(row["payload"])
    return Claimed(row["id"], row["channel"], message, attempts, at + LEASE, by, row["valid_until"])


def mark(connection: Connection, claimed: Claimed, handed: Handed, at: int, next_at: int) -> bool:
    """Write down what became of a claimed message.

    Args:
        connection: In a transaction that writes.
        claimed: The message.
        handed: What the channel said.
        at: Now, microseconds.
        next_at: When to try again, microseconds; past the end of its validity: not any more.

    Returns:
        Whether the lease was still ours; else another process has it, and says what becomes of it.
    """
    if handed.outcome == "sent":
        told: dict[str, Any] = {"state": SENT, "sent_at": at, "reason": handed.reason or None}
    elif handed.outcome == "retry" and next_at <= claimed.valid_until:
        told = {"state": READY, "next_at": next_at, "reason": handed.reason}
    else:
        told = {"state": FAILED, "reason": handed.reason}
    ours = and_(OUTBOX.c.id == claimed.id, OUTBOX.c.lease_by == claimed.by, OUTBOX.c.state == SENDING)
    freed = {"lease_by": None, "lease_until": None}
    return connection.execute(update(OUTBOX).where(ours).values(told | freed)).rowcount == 1


def next_due(connection: Connection, channels: Iterable[str]) -> int | None:
    """Return when the next message of some channels is due, microseconds; None where none waits."""
    waits = and_(OUTBOX.c.channel.in_(list(channels)), OUTBOX.c.state.in_([READY, SENDING]))
    when = func.min(func.coalesce(OUTBOX.c.lease_until, OUTBOX.c.next_at))
    found: int | None = connection.execute(select(when).where(waits)).scalar()
    return found


def counts(connection: Connection) -> dict[str, dict[str, int]]:
    """Return how many messages each channel has in each state."""
    found: dict[str, dict[str, int]] = {}
    query = select(OUTBOX.c.channel, OUTBOX.c.state, func.count()).group_by(OUTBOX.c.channel, OUTBOX.c.state)
    for channel, state, number in connection.execute(query.order_by(OUTBOX.c.channel, OUTBOX.c.state)):
        found.setdefault(channel, {})[state] = number
    return found


def message_of(payload: Mapping[str, Any]) -> Message:
    """Return the message of a row."""
    return Message(**payload)


def _due(connection: Connection, channel: str, at: int) -> Sequence[RowMapping]:
    is_due = or_(
        and_(OUTBOX.c.state == READY, OUTBOX.c.next_at <= at),
        and_(OUTBOX.c.state == SENDING, OUTBOX.c.lease_until <= at),
    )
    query = select(OUTBOX).where(OUTBOX.c.channel == channel, is_due).order_by(OUTBOX.c.next_at, OUTBOX.c.id)
    return connection.execute(query).mappings().all()


def _skip_late(connection: Connection, channel: str, at: int) -> None:
    late = and_(OUTBOX.c.channel == channel, OUTBOX.c.valid_until < at)
    waiting = and_(late, OUTBOX.c.state == READY)
    connection.execute(update(OUTBOX).where(waiting).values(state=SKIPPED, reason="late"))
    left_behind = and_(late, OUTBOX.c.state == SENDING, OUTBOX.c.lease_until <= at)
    connection.execute(update(OUTBOX).where(left_behind).values(state=FAILED, reason="late; it may have been sent"))


def _handed(connection: Connection, channel: str, since: int, about: str | None = None) -> list[int]:
    """Return when messages were first or last handed to a channel, oldest first."""
    query = select(OUTBOX.c.handed_at).where(OUTBOX.c.channel == channel, OUTBOX.c.handed_at > since)
    if about is not None:
        query = query.where(OUTBOX.c.about == about)
    return sorted(connection.execute(query).scalars())


def _postpone(connection: Connection, rows: Sequence[RowMapping], until: int) -> None:
    connection.execute(update(OUTBOX).where(OUTBOX.c.id.in_([row["id"] for row in rows])).values(next_at=until))
