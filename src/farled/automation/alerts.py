"""Writes down a look at a map: KPIs over time, alerts that open and end, and the messages that tell of them.

One look is one transaction: history, episodes, what is remembered, and the outbox change together or not at all. The
same look made twice, or by two processes, changes nothing the second time.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, and_, select, update

from farled.automation.channels.message import Message, idempotency_key
from farled.automation.channels.outbox import put
from farled.automation.drift import Snapshot, judge_drift
from farled.automation.judging import Judged, Standing, judge
from farled.automation.kpis import Kpi
from farled.automation.wording import Said, Wording
from farled.state.database import Database
from farled.state.inserting import hold, insert_new, upsert
from farled.state.tables import ALERTS, CHECKPOINTS, KPI_HISTORY

OFF_TARGET, DRIFT = "off_target", "drift"
OPEN, RECOVERED, ENDED = "open", "recovered", "ended"
WAYS = "ways"
"""The object of an alert of drift: there is one for the whole map."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """A KPI as it was measured.

    Attributes:
        kpi: Which.
        number: ``value``, ``low``, ``high``, ``n``, or ``value`` None with its ``reason``.
        first: First day of the window.
        last: The day after its last.
    """

    kpi: Kpi
    number: Mapping[str, Any]
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Ways:
    """How customers went then and now.

    Attributes:
        now: A snapshot.
        then: The one at the last review.
        review: Its day.
    """

    now: Snapshot
    then: Snapshot
    review: dt.date


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a map.

    Attributes:
        map: Id.
        map_hash: Of its file.
        version: Of the event table.
        end: The first day that is not whole in the data: KPIs are judged once for each.
        at: When, microseconds.
        measured: The KPIs.
        ways: Where they can be compared.
    """

    map: str
    map_hash: str
    version: int
    end: dt.date
    at: int
    measured: Sequence[Measurement]
    ways: Ways | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told.

    Attributes:
        channels: Names, each with its language.
        wording: Writes in a language.
        rate: Chance of a false alarm in a year, per KPI and for the ways.
    """

    channels: Mapping[str, str]
    wording: Callable[[str], Wording]
    rate: float = 0.05


@dataclass(frozen=True, slots=True)
class Happened:
    """An alert that opened or ended.

    Attributes:
        kind: ``off_target`` or ``drift``.
        object: A metric, or ``ways``.
        event: ``opened`` or ``recovered``.
    """

    kind: str
    object: str
    event: str


@dataclass(frozen=True, slots=True)
class _Turn:
    """What a judgement goes by."""

    connection: Connection
    look: Look
    audience: Audience
    happened: list[Happened] = field(default_factory=list)


def record(database: Database, look: Look, audience: Audience) -> list[Happened]:
    """Write down a look, and put into the outbox what is to be told.

    Args:
        database: Of the workspace.
        look: At a map.
        audience: Who is told.

    Returns:
        Alerts that opened or ended now.
    """
    with database.write() as connection:
        hold(connection, f"monitor {look.map}")
        turn = _Turn(connection, look, audience)
        for measurement in look.measured:
            _keep(connection, look, measurement)
        for measurement in look.measured:
            _judge_kpi(turn, measurement)
        if look.ways is not None:
            _judge_ways(turn, look.ways)
        _end_others(turn)
    return turn.happened


def _keep(connection: Connection, look: Look, measurement: Measurement) -> None:
    number, band = measurement.number, measurement.kpi.band
    n = number.get("n")
    row = {
        "map": look.map,
        "kpi": measurement.kpi.id,
        "at": look.at,
        "period_from": measurement.first,
        "period_to": measurement.last,
        "table_version": look.version,
        "map_hash": look.map_hash,
        "value": number.get("value"),
        "low": number.get("low"),
        "high": number.get("high"),
        "n": n if isinstance(n, int) else None,
        "unit": measurement.kpi.unit,
        "target": None if band is None else band.low if band.low is not None else band.high,
        "state": number.get("state"),
        "reason": number.get("reason"),
    }
    upsert(connection, KPI_HISTORY, row, ("map", "kpi", "period_from", "period_to", "map_hash"))


def _judge_kpi(turn: _Turn, measurement: Measurement) -> None:
    kpi, number, look = measurement.kpi, measurement.number, turn.look
    if kpi.band is None or number.get("value") is None:
        return
    days, standing = _remembered(turn, OFF_TARGET, kpi.id)
    if days <= 0:
        return
    judged = judge(standing, number, kpi.band, rate=turn.audience.rate, days=days)
    window = measurement.first, measurement.last
    evidence = {
        "value": number["value"],
        "low": number.get("low"),
        "high": number.get("high"),
        "n": number.get("n"),
        "unit": kpi.unit,
        "min": kpi.band.low,
        "max": kpi.band.high,
        "period": [day.isoformat() for day in window],
        "chance": judged.chance,
        "level": judged.level,
    }

    def said(wording: Wording) -> Said:
        if judged.event == "recovered":
            return wording.recovered(kpi, number, window)
        return wording.off_target(kpi, number, judged.direction or "under", window, turn.audience.rate)

    _settle(turn, OFF_TARGET, kpi.id, judged, evidence, said)
    _remember(look, turn, OFF_TARGET, kpi.id, judged.standing)


def _judge_ways(turn: _Turn, ways: Ways) -> None:
    days, standing = _remembered(turn, DRIFT, WAYS, ways.review.isoformat())
    if days <= 0:
        return
    judged, moved = judge_drift(standing, ways.now, ways.then, rate=turn.audience.rate, days=days)
    periods = {"period": list(ways.now["period"]), "then": list(ways.then["period"]), "review": ways.review.isoformat()}
    evidence = {"moved": [each.to_dict() for each in moved], **periods, "level": judged.level}

    def said(wording: Wording) -> Said:
        return wording.settled(ways.review) if judged.event == "recovered" else wording.drifted(moved, ways.review)

    _settle(turn, DRIFT, WAYS, judged, evidence, said)
    _remember(turn.look, turn, DRIFT, WAYS, judged.standing, ways.review.isoformat())


def _settle(
    turn: _Turn,
    kind: str,
    object_: str,
    judged: Judged,
    evidence: Mapping[str, Any],
    said: Callable[[Wording], Said],
) -> None:
    """Open, renew or end an alert, and tell of it when it opened or ended."""
    look, connection = turn.look, turn.connection
    live = and_(ALERTS.c.map == look.map, ALERTS.c.kind == kind, ALERTS.c.object == object_, ALERTS.c.live == 1)
    if judged.event is None:
        if judged.standing.is_open:
            connection.execute(update(ALERTS).where(live).values(last_seen=look.at, evidence=dict(evidence)))
        return
    if judged.event == "opened":
        id_ = idempotency_key("alert", look.map, kind, object_, look.end, judged.standing.looks)
        direction = judged.direction or "changed"
        insert_new(connection, ALERTS, _alert(look, id_, (kind, object_, direction), evidence))
    else:
        id_ = connection.execute(select(ALERTS.c.id).where(live)).scalar_one()
        over = {"state": RECOVERED, "ended_at": look.at, "last_seen": look.at, "live": None}
        connection.execute(update(ALERTS).where(live).values(over))
    turn.happened.append(Happened(kind, object_, judged.event))
    _tell(turn, id_, judged.event, Happened(kind, object_, judged.event), evidence, said)


def _alert(look: Look, id_: str, what: tuple[str, str, str], evidence: Mapping[str, Any]) -> dict[str, Any]:
    kind, object_, direction = what
    return {
        "id": id_,
        "map": look.map,
        "kind": kind,
        "object": object_,
        "direction": direction,
        "state": OPEN,
        "opened_at": look.at,
        "last_seen": look.at,
        "evidence": dict(evidence),
        "live": 1,
    }


def _tell(
    turn: _Turn, id_: str, event: str, what: Happened, evidence: Mapping[str, Any], said: Callable[[Wording], Said]
) -> None:
    for channel, language in turn.audience.channels.items():
        text = said(turn.audience.wording(language))
        about = f"{turn.look.map}:{what.kind}:{what.object}"
        body = {
            "alert": id_,
            "map": turn.look.map,
            "kind": what.kind,
            "object": what.object,
            "event": event,
            "evidence": dict(evidence),
        }
        kind = "recovery" if event == "recovered" else "alert"
        message = Message(idempotency_key(id_, event), kind, about, text.title, text.text, body)
        put(turn.connection, message, [channel], turn.look.at)


def _consumer(look: Look, kind: str, object_: str) -> str:
    return f"judged:{look.map}:{kind}:{object_}"


def _remembered(turn: _Turn, kind: str, object_: str, against: str | None = None) -> tuple[int, Standing]:
    """Return the days since the look before (0: this one was made already), and what is remembered of it."""
    query = select(CHECKPOINTS.c.position).where(CHECKPOINTS.c.consumer == _consumer(turn.look, kind, object_))
    found = turn.connection.execute(query).scalar_one_or_none()
    if found is None:
        return 1, Standing()
    days = (turn.look.end - dt.date.fromisoformat(found["day"])).days
    if found.get("against") != against:  # a new review: what was known of the ways before says nothing
        _end(turn, kind, object_)
        return max(days, 1), Standing()
    return days, Standing(found["open"], found["inside"], found["looks"])


def _remember(look: Look, turn: _Turn, kind: str, object_: str, standing: Standing, against: str | None = None) -> None:
    position = {
        "day": look.end.isoformat(),
        "open": standing.is_open,
        "inside": standing.inside,
        "looks": standing.looks,
        "against": against,
    }
    row = {"consumer": _consumer(look, kind, object_), "position": position, "at": look.at}
    upsert(turn.connection, CHECKPOINTS, row)


def _end_others(turn: _Turn) -> None:
    """End alerts of KPIs that have no band any more: nobody will say that they recovered."""
    judged = {each.kpi.id for each in turn.look.measured if each.kpi.band is not None}
    live = and_(ALERTS.c.map == turn.look.map, ALERTS.c.kind == OFF_TARGET, ALERTS.c.live == 1)
    for object_ in turn.connection.execute(select(ALERTS.c.object).where(live)).scalars().all():
        if object_ not in judged:
            _end(turn, OFF_TARGET, object_)
            _remember(turn.look, turn, OFF_TARGET, object_, Standing())


def _end(turn: _Turn, kind: str, object_: str) -> None:
    same = and_(ALERTS.c.map == turn.look.map, ALERTS.c.kind == kind, ALERTS.c.object == object_, ALERTS.c.live == 1)
    over = {"state": ENDED, "ended_at": turn.look.at, "live": None}
    turn.connection.execute(update(ALERTS).where(same).values(over))
