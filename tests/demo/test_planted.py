"""The three bottlenecks can be seen in the events alone."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from farled.demo.calendar import OUTAGE, is_weekend
from farled.demo.shop import make
from farled.spans import HOUR


@pytest.fixture(scope="module")
def shop():
    return make(customers=8000, seed=7)


def named(shop, *names):
    table = shop.events
    chosen = table.filter(pc.is_in(table["name"].cast(pa.string()), pa.array(names)))
    rows = chosen.select(["time", "name", "score", "properties", "identifiers"]).to_pylist()
    times = chosen["time"].cast(pa.int64()).to_pylist()
    return [
        {**row, **json.loads(row["properties"]), "at": at, "who": row["identifiers"][0]["value"]}
        for row, at in zip(rows, times, strict=True)
    ]


def test_who_is_not_shown_shipping_completes_checkout_less_often(shop):
    informed = {row["who"]: row["shipping_shown"] for row in named(shop, "view_item")}
    begun = {row["who"] for row in named(shop, "checkout_started")}
    bought = {row["who"] for row in named(shop, "order")}
    share = {shown: np.mean([who in bought for who in begun if informed.get(who) is shown]) for shown in (False, True)}
    assert share[True] - share[False] > 0.15
    planted = shop.truth.planted
    assert planted.informed_completion - planted.uninformed_completion > 0.15


def test_what_customers_are_shown_is_what_truth_says(shop):
    for row in named(shop, "view_item"):
        assert row["eta_shown"] is row["shipping_shown"] is shop.truth.informed[int(row["who"][2:]) - 1]


def test_weekend_tickets_are_answered_slowly_and_please_less(shop):
    rows = named(shop, "ticket_opened", "ticket_answered", "csat_answered")
    wait, score, last = {False: [], True: []}, {False: [], True: []}, {}
    for row in rows:
        if row["name"] == "ticket_opened":
            last[row["who"]] = row["at"]
        elif row["name"] == "ticket_answered":
            opened = last[row["who"]]
            wait[bool(is_weekend(np.array([opened]))[0])].append((row["at"] - opened) / HOUR)
        elif row["survey"] == "support":
            score[bool(is_weekend(np.array([last[row["who"]]]))[0])].append(row["score"])
    planted = shop.truth.planted
    assert abs(np.median(wait[False]) / planted.weekday_reply_hours - 1) < 0.25
    assert abs(np.median(wait[True]) / planted.weekend_reply_hours - 1) < 0.25
    assert np.mean(score[False]) - np.mean(score[True]) > 1


def test_payment_on_mobile_fails_in_the_six_weeks_and_only_there(shop):
    started = named(shop, "payment_started")
    failed = {(row["who"], row["device"], in_outage(row)) for row in named(shop, "payment_failed")}
    for device, broken in (("mobile", True), ("mobile", False), ("desktop", True), ("desktop", False)):
        tried = {(row["who"], device, broken) for row in started if (row["device"], in_outage(row)) == (device, broken)}
        share = len(tried & failed) / len(tried)
        assert (share > 0.5) is (device == "mobile" and broken)


def in_outage(row):
    return OUTAGE.start <= row["at"] < OUTAGE.end
