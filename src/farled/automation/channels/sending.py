"""Empties the outbox: one queue and one breaker per channel, so that a dead one slows no other."""

import random
import uuid
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

from sqlalchemy import Connection, RowMapping, select

from farled.automation.channels.limits import Limits
from farled.automation.channels.message import Channel, Handed, Message
from farled.automation.channels.outbox import Claimed, claim, mark
from farled.automation.clock import SECOND, Clock, now
from farled.state.database import Database
from farled.state.inserting import upsert
from farled.state.tables import DESTINATIONS

FIRST_WAIT, LONGEST_WAIT = 30.0, 4 * 3600.0
OPENS_AT = 20
"""Failures in a row that open the breaker."""
PROBES = (60.0, 300.0, 1800.0)
"""Seconds until the next try of an open breaker: the first, the second, every further one."""
SPARE = 15 * SECOND
"""A lease shorter than this is not used any more: the channel might outlast it."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a turn did.

    Attributes:
        sent: Messages that the channels took.
        retry: That will be tried again.
        failed: That will not.
        reasons: By channel, the last thing that went wrong.
    """

    sent: int = 0
    retry: int = 0
    failed: int = 0
    reasons: Mapping[str, str] = field(default_factory=dict)

    def __add__(self, other: "Delivered") -> "Delivered":
        sums = (self.sent + other.sent, self.retry + other.retry, self.failed + other.failed)
        return Delivered(*sums, {**self.reasons, **other.reasons})


class Sender:
    """Hands over what waits in the outbox.

    Any number of processes may do so at once: a message is claimed by one of them in a transaction.

    Args:
        database: Of the workspace.
        channels: By which messages leave.
        limits: How many may go.
        clock: Microseconds.
        chance: Between 0 and 1, for the waits between tries.
    """

    def __init__(
        self,
        database: Database,
        channels: Iterable[Channel],
        limits: Limits | None = None,
        clock: Clock = now,
        chance: random.Random | None = None,
    ) -> None:
        self._database = database
        self._channels = {channel.name: channel for channel in channels}
        self._limits = limits or Limits()
        self._clock = clock
        self._chance = chance or random.Random()

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels."""
        return tuple(self._channels)

    def deliver(self, stop: Event | None = None) -> Delivered:
        """Hand over all that is due, every channel in a thread of its own.

        Args:
            stop: Set when it is to end after the messages that are under way.
        """
        stop = stop or Event()
        with ThreadPoolExecutor(max(len(self._channels), 1), "farled-channel") as pool:
            turns = [pool.submit(self._empty, channel, stop) for channel in self._channels.values()]
            return sum((turn.result() for turn in turns), Delivered())

    def _empty(self, channel: Channel, stop: Event) -> Delivered:
        done = Delivered()
        while not stop.is_set():
            claimed = self._claimed(channel.name)
            if claimed is None:
                break
            if self._clock() > claimed.lease_until - SPARE:  # this process was frozen: it is another's turn
                continue
            handed = _handed(channel, claimed.message)
            done += self._marked(claimed, handed)
        return done

    def _claimed(self, name: str) -> Claimed | None:
        by = uuid.uuid4().hex
        with self._database.write() as connection:
            at = self._clock()
            breaker = _breaker(connection, name)
            if breaker is not None and breaker["closed_until"] > at:
                return None
            return claim(connection, name, at, by, self._limits)

    def _marked(self, claimed: Claimed, handed: Handed) -> Delivered:
        with self._database.write() as connection:
            at = self._clock()
            next_at = at + round(self._wait(claimed.attempts, handed.after) * SECOND)
            mark(connection, claimed, handed, at, next_at)
            _count(connection, claimed.channel, handed, at)
        if handed.outcome == "sent":
            return Delivered(sent=1)
        reasons = {claimed.channel: handed.reason}
        if handed.outcome == "retry" and next_at <= claimed.valid_until:
            return Delivered(retry=1, reasons=reasons)
        return Delivered(failed=1, reasons=reasons)

    def _wait(self, attempts: int, asked: float | None) -> float:
        """Return the seconds until the next try: any of the growing span (full jitter), or what the receiver asks."""
        longest = min(FIRST_WAIT * 2.0 ** (attempts - 1), LONGEST_WAIT)
        return max(asked or 0.0, 1.0, self._chance.random() * longest)


def _handed(channel: Channel, message: Message) -> Handed:
    """Hand a message over; what a channel did not foresee must not stop the others."""
    try:
        return channel.hand_over(message)
    except (OSError, ValueError) as error:
        return Handed("retry", f"{type(error).__name__} in {channel.name}")


def _breaker(connection: Connection, channel: str) -> RowMapping | None:
    return connection.execute(select(DESTINATIONS).where(DESTINATIONS.c.channel == channel)).mappings().one_or_none()


def _count(connection: Connection, channel: str, handed: Handed, at: int) -> None:
    """Open the breaker of a channel that fails again and again, and close it when it works."""
    found = _breaker(connection, channel)
    if handed.outcome != "retry":
        if found is not None and found["failures"]:
            row = {"channel": channel, "failures": 0, "probes": 0, "closed_until": 0}
            upsert(connection, DESTINATIONS, row)
        return
    failures = (found["failures"] if found else 0) + 1
    probes = found["probes"] if found else 0
    until = 0
    if failures >= OPENS_AT:
        until = at + round(PROBES[min(probes, len(PROBES) - 1)] * SECOND)
        probes += 1
    row = {"channel": channel, "failures": failures, "probes": probes, "closed_until": until}
    upsert(connection, DESTINATIONS, row)
