import datetime as dt

import pytest
from sqlalchemy import func, select

from farled.automation.alerts import Audience, Happened, Look, Measurement, Ways, record
from farled.automation.history import alerts, kpi_history
from farled.automation.kpis import Band, Kpi
from farled.automation.wording import Said
from farled.state.tables import OUTBOX
from farled.stats.intervals import wilson

DAY = dt.timedelta(days=1)
START = dt.date(2026, 6, 1)
CSAT = Kpi("csat", "Satisfied", "share", Band(low=0.7), 28)


class Plain:
    """Says what happened in one word, and the language."""

    def __init__(self, language):
        self.language = language

    def off_target(self, kpi, number, direction, days, rate):
        return Said(f"{kpi.id} {direction} {self.language}", "")

    def recovered(self, kpi, number, days):
        return Said(f"{kpi.id} recovered {self.language}", "")

    def drifted(self, found, review):
        return Said(f"drift {len(found)} {self.language}", "")

    def settled(self, review):
        return Said(f"settled {self.language}", "")


TOLD = Audience({"ops": "sv", "team": "en"}, Plain)


def number(part, n=400):
    low, high = wilson(part, n)
    return {"value": part / n, "low": low, "high": high, "n": n, "unit": "share", "state": "under"}


def look(day, part, *, kpi=CSAT, ways=None, version=1, n=400):
    end = START + day * DAY
    measured = [] if kpi is None else [Measurement(kpi, number(part, n), end - 28 * DAY, end)]
    return Look("shop", "hash", version, end, day * 86_400_000_000, measured, ways)


def titles(database):
    with database.read() as connection:
        return list(connection.execute(select(OUTBOX.c.payload).order_by(OUTBOX.c.id)).scalars())


def titles_in(database, language):
    return [payload["title"] for payload in titles(database) if payload["title"].endswith(language)]


def test_an_alert_is_told_to_every_channel_in_its_language_when_it_opens_and_when_it_is_over(database):
    events = [record(database, look(day, part), TOLD) for day, part in enumerate((320, 200, 200, 320, 320, 320))]
    assert events[1] == [Happened("off_target", "csat", "opened")]
    assert events[5] == [Happened("off_target", "csat", "recovered")]
    assert sum(map(len, events)) == 2
    assert titles_in(database, "sv") == ["csat under sv", "csat recovered sv"]
    assert titles_in(database, "en") == ["csat under en", "csat recovered en"]
    (found,) = alerts(database, "shop")
    assert (found["state"], found["opened_at"], found["ended_at"]) == (
        "recovered",
        "1970-01-02T00:00:00+00:00",
        "1970-01-06T00:00:00+00:00",
    )


def test_the_same_look_again_changes_nothing(database):
    assert record(database, look(0, 200), TOLD)
    assert record(database, look(0, 200), TOLD) == []
    assert record(database, look(0, 390, version=2), TOLD) == []
    assert len(titles(database)) == 2


def test_days_are_judged_once_but_written_down_as_last_measured(database):
    record(database, look(0, 320), TOLD)
    record(database, look(0, 330, version=2), TOLD)
    record(database, look(1, 340, version=3), TOLD)
    rows = kpi_history(database, "shop")["csat"]
    assert [(row["value"], row["table_version"]) for row in rows] == [(0.825, 2), (0.85, 3)]
    assert rows[0]["period"] == ["2026-05-04", "2026-06-01"]
    assert kpi_history(database, "shop", most=1)["csat"] == rows[1:]
    assert kpi_history(database, "other") == {}


def test_a_look_at_earlier_days_is_not_judged(database):
    record(database, look(5, 320), TOLD)
    assert record(database, look(4, 100), TOLD) == []


def test_a_kpi_without_a_band_is_only_written_down(database):
    free = Kpi("csat", "Satisfied", "share", None, 28)
    assert record(database, look(0, 10, kpi=free), TOLD) == []
    assert kpi_history(database, "shop")["csat"][0]["target"] is None


def test_an_alert_of_a_kpi_that_is_not_looked_at_any_more_ends_in_silence(database):
    record(database, look(0, 200), TOLD)
    assert record(database, look(1, 0, kpi=None), TOLD) == []
    assert [found["state"] for found in alerts(database)] == ["ended"]
    assert record(database, look(2, 200), TOLD) == [Happened("off_target", "csat", "opened")]


def test_what_fails_midway_leaves_nothing(database):
    class Broken(Plain):
        def off_target(self, *_):
            raise KeyError

    with pytest.raises(KeyError):
        record(database, look(0, 200), Audience({"ops": "sv"}, Broken))
    assert kpi_history(database, "shop") == {}
    assert alerts(database) == []
    assert record(database, look(0, 200), TOLD)


def snapshot(first, completion, n=2000, transition=800, hash_="hash"):
    low, high = wilson(round(completion * n), n)
    return {
        "period": [first, "2026-07-01"],
        "map_hash": hash_,
        "journeys": {"n": n},
        "phases": {
            "buy": {"completion": {"value": completion, "low": low, "high": high, "n": n}},
            "use": {"completion": {"value": None, "reason": "open", "n": 0}},
        },
        "transitions": [{"from": "cart", "to": "checkout", "journeys": transition}],
    }


def ways(now, then, review=START):
    return Ways(now, then, review)


SAME, THEN = snapshot("2026-06-01", 0.30), snapshot("2026-03-01", 0.30)


def test_other_ways_than_at_the_review_are_one_alert_until_they_are_the_same_again(database):
    other = snapshot("2026-06-01", 0.22, transition=600)
    days = (SAME, other, other, SAME, SAME, SAME)
    events = [record(database, look(day, 320, ways=ways(now, THEN)), TOLD) for day, now in enumerate(days)]
    assert [[each.event for each in found] for found in events] == [[], ["opened"], [], [], [], ["recovered"]]
    (found,) = alerts(database, state="recovered")
    assert found["kind"] == "drift"
    assert titles_in(database, "sv") == ["drift 2 sv", "settled sv"]


def test_a_small_change_is_no_drift_however_many_customers_show_it(database):
    now, then = (
        snapshot("2026-06-01", 0.31, n=10**6, transition=400_000),
        snapshot("2026-03-01", 0.30, n=10**6, transition=400_000),
    )
    assert record(database, look(0, 320, ways=ways(now, then)), TOLD) == []


def test_a_new_review_begins_anew(database):
    other = snapshot("2026-06-01", 0.22)
    record(database, look(0, 320, ways=ways(other, THEN)), TOLD)
    later = ways(other, other, START + DAY)
    assert record(database, look(1, 320, ways=later), TOLD) == []
    assert [found["state"] for found in alerts(database)] == ["ended"]


def test_every_message_has_a_key_of_its_own(database):
    for day, part in enumerate((200, 320, 320, 320, 200)):
        record(database, look(day, part), TOLD)
    with database.read() as connection:
        assert connection.execute(select(func.count(OUTBOX.c.idempotency_key.distinct()))).scalar() == 6
