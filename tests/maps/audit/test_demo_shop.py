"""What is planted in the demo shop, or on its map, is found there."""

import json
import re
from datetime import date
from functools import cache
from importlib.resources import files

import pyarrow as pa

from farled.demo.shop import events
from farled.journeys.build import build
from farled.maps.audit.catalog import RULES
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.run import audit
from farled.maps.load import loads
from farled.maps.measure import Measuring, Stamp
from farled.spans import period

ZONE = "Europe/Stockholm"
YEAR = period("2025-10-01..2026-10-01", ZONE)
QUARTER = period("2026-07-01..2026-10-01", ZONE)
MAP = (files("farled.demo") / "maps" / "nordbod-purchase.yaml").read_text(encoding="utf-8")
BY_ID = {rule.id: rule for rule in RULES}


@cache
def journeys():
    """The demo shop in memory; the customer of an event is its only identifier."""
    table = events(4000, 7)
    who = table["identifiers"].combine_chunks().flatten().field("value")
    told = [json.loads(text) for text in table["properties"].to_pylist()]

    def load(wanted):
        return table[wanted] if wanted in table.column_names else pa.array([each.get(wanted) for each in told])

    return build(who, table["time"], table["name"], sequence=table["sequence"], load=load)


@cache
def measuring(text):
    return Measuring(loads(text), journeys(), None, Stamp(ZONE))


@cache
def evidence(when=YEAR, text=MAP):
    counted = measuring(text)
    return Evidence(counted.map, date(2026, 10, 1), when, counted.snapshot(when), counted)


def findings(rule, *given):
    return [finding.failed for finding in audit(evidence(*given), [BY_ID[rule]]).findings]


def test_the_payment_that_broke_on_mobile_leaves_carts_there():
    cuts = [found.cut for found in findings("F04", QUARTER)]
    assert {"device": "mobile"} in cuts
    assert {"device": "desktop"} not in cuts


def test_tickets_are_answered_later_than_promised_at_weekends():
    found = {tuple(each.cut.values()): each.values for each in findings("V01")}
    assert found[("weekend",)]["median"] > 30 * 3600
    assert ("weekday",) not in found


def test_a_late_delivery_in_five_breaks_the_promise():
    (found,) = findings("A06")
    assert found.objects == ("on_time",)
    assert 0.1 < found.values["share"] < 0.3


def test_a_claim_far_from_what_customers_feel_is_misjudged():
    wrong = MAP.replace("feels: {claim: 0.5, words: [förväntansfull]", "feels: {claim: -1.5, words: [förväntansfull]")
    assert [found.objects for found in findings("E01", YEAR, wrong)] == [("post_purchase",)]
    assert not findings("E01")


def test_a_touchpoint_taken_off_the_map_is_found_missing():
    without = re.sub(r"      - \{id: category,.*\n", "", MAP)
    assert ("view_category (webshop)",) in [found.objects for found in findings("S03", YEAR, without)]
    assert ("view_category (webshop)",) not in [found.objects for found in findings("S03")]


def test_a_phase_whose_rules_are_lost_is_unmeasured():
    head, tail = MAP.split("  - id: loyalty\n")
    without = f"{head}  - id: loyalty\n" + re.sub(r", observe: \{.*\}\}?(?=[,}])", "", tail)
    assert [found.objects for found in findings("D01", YEAR, without)] == [("loyalty",)]
    assert not findings("D01")
