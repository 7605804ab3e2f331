"""Every rule of the catalogue: it finds what is planted for it in the demo, and nothing on clean input.

Mistakes are planted one at a time in the map of the demo or in the events of its shop. What a rule finds then and not
before is exactly what was planted, at the objects where it was planted.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from audit_demo import (
    BEFORE,
    QUARTER,
    RULE,
    TODAY,
    YEAR,
    apart,
    changed,
    copied,
    demo_map,
    evidence,
    findings,
    lost,
    named,
    shop,
    since,
    some,
    stopped,
    with_more,
)
from audit_maps import OF_MAPS, sound
from audit_maps import TODAY as MAPS_TODAY
from audit_shop import MAP as SHOP_MAP
from audit_shop import evidence as shop_evidence
from audit_shop import half
from audit_shop import shop as other_shop

from farled.maps.audit.evidence import Change, Evidence, Experiment, Forecast, History, SourceConsent
from farled.maps.audit.run import audit
from farled.spans import Period

PHASES = ("awareness", "consideration", "purchase", "post_purchase", "loyalty")
MILESTONES = (
    "consideration/touchpoints/signup",
    "purchase/touchpoints/checkout",
    "purchase/touchpoints/store-till",
    "post_purchase/touchpoints/delivery",
    "loyalty/touchpoints/member",
    "loyalty/touchpoints/repurchase",
)
STAYING = ("newsletter", "member", "app-offer", "club-evening", "nps-survey", "repurchase", "referral")
PERSONALISED = ("awareness/touchpoints/ad-social", "consideration/touchpoints/product-page",
                "consideration/touchpoints/app-start", "consideration/touchpoints/welcome-mail",
                "purchase/touchpoints/cart-mail", "post_purchase/touchpoints/care-tips",
                "loyalty/touchpoints/newsletter", "loyalty/touchpoints/app-offer")  # fmt: skip
BEGINNING = ("ad_click", "video_view", "referral_visit", "fair_visit", "page_view")
ANSWERS = ("csat_answered", "nps_answered", "ces_answered", "quick_poll", "review_posted")
MAJA = {"all": [{"attr": "children", "is": True}, {"attr": "orders_12m", "max": 1}]}
TWIN = {"id": "twin", "name": "Twin", "segment": MAJA, "wants": ["W"], "struggles": ["S"], "based_on": ["src-crm"]}
LEAFLET = {"id": "leaflet", "name": "Leaflet", "channel": "store", "observe": {"event": "leaflet"}}
WRITTEN = ("Storleken stämde inte alls, byxorna var små", "Byxorna var för små, fel storlek",
           "Storlekstabellen stämmer inte, tröjan var liten", "Helt fel storlek på tröjan")  # fmt: skip
DWELL = {
    "metrics/wait": {"kind": "dwell", "at": "awareness"},
    "phases/awareness/kpis": [{"metric": "wait", "target": "5d"}],
}
CHAT = {"metrics/chat": {"kind": "median_time", "from": {"event": "chat_started"}, "to": {"event": "chat_answered"}}}
TONE = {"what": "tone", "by": "mkt", "date": date(2026, 8, 20)}
SHARED = [{"metric": "csat_all", "target": 0.8}]
HURT = {"csat_all": {"value": -0.1, "low": -0.15, "high": -0.05, "n": 900}}
TRIAL = Experiment("exp-eta-26", "cart_completion", effect=0.02, baseline=0.3)
MEASURED = {"opportunities/op-payment/measured_by": {"experiment": "exp-payment"}}
FOUND = Experiment("exp-payment", "payment_ok", "done", found={"value": 0.2, "low": 0.15, "high": 0.25, "n": 900})


def of_phases(**fields):
    """The same fields in all phases."""
    return {f"phases/{phase}/{name}": value for phase in PHASES for name, value in fields.items()}


def without(field_, *places):
    return {f"phases/{place}/{field_}": None for place in places}


def again():
    """Three more visits of a search and the cart after half of the first ones."""
    rows = some(named("add_to_cart"), 0.5)
    visits = [
        (f"{20 * at + minutes}min", name)
        for at in range(3)
        for minutes, name in ((5, "site_search"), (9, "add_to_cart"))
    ]
    return pd.concat([shop(), *(copied(rows, after, name=name) for after, name in visits)])


def maja_on_mobile():
    """Of the persona Maja who came with a mobile nobody goes on."""
    people = shop()[named("identify")]
    told = people.set_index("who").properties.map(json.loads)
    is_maja = told.map(lambda each: each["children"] and each["orders_12m"] <= 1 and not each["app"])
    mobile = shop()[named("ad_click", device="mobile")].who
    return stopped(named("ad_click") & shop().who.isin(set(is_maja.index[is_maja]) & set(mobile)))


def shuffled():
    """Customers do what they do in any order."""
    frame, rows = shop(), named("identify")
    ordered, mixed = (
        each.sort_values("who", kind="stable") for each in (frame[~rows], frame[~rows].sample(frac=1, random_state=1))
    )
    return pd.concat([frame[rows], mixed.assign(time=ordered.time.to_numpy())])


def after(name):
    """Which events on a page come directly after one of some name."""
    frame = shop()
    return (frame.groupby("who").name.shift(1) == name) & frame.name.isin(["view_item", "view_category", "add_to_cart"])


def leavers():
    """Who does nothing but answer after the first survey of a delivery."""
    last, asked = (
        shop()[rows].groupby("who").time for rows in (~named(*ANSWERS), named("survey_sent", survey="delivery"))
    )
    return set(asked.min().index[last.max()[asked.min().index] <= asked.min()])


def as_then(found):
    """The evidence with a snapshot of the last review in which the shop was as it is without a mistake."""
    then = {**evidence(when=QUARTER).snapshot, "period": [str(BEFORE.first), str(BEFORE.last)]}
    return replace(found, history=[then])


def small_cell(found):
    phases = {**found.snapshot["phases"]}
    phases["loyalty"] = {**phases["loyalty"], "completion": {"value": 0.5, "low": 0.1, "high": 0.9, "n": 4}}
    return replace(found, snapshot={**found.snapshot, "phases": phases})


@dataclass(frozen=True, kw_only=True)
class Planted:
    """A mistake, and how to find it.

    Attributes:
        finds: The objects of each finding.
        map: Changes of the demo's map.
        events: The events of the demo shop, changed.
        given: Changes of the map that are there without the mistake too.
        cured: The events without a mistake that the shop itself has.
        changes: Changes of the evidence.
        beside: What is known beside map and events.
        when: The period; None: nothing is measured.
    """

    finds: set[tuple[str, ...]]
    map: Mapping[str, Any] = field(default_factory=dict)
    events: Callable[[], Any] = lambda: None
    given: Mapping[str, Any] = field(default_factory=dict)
    cured: Callable[[], Any] = lambda: None
    changes: Callable[[Evidence], Evidence] = lambda found: found
    beside: Mapping[str, Any] = field(default_factory=dict)
    when: Period | None = YEAR

    def without(self):
        """The evidence without the mistake."""
        return self._evidence(self.given, self.cured)

    def evidence(self):
        """The evidence with the mistake."""
        return replace(self.changes(self._evidence({**self.given, **self.map}, self.events)), **self.beside)

    def _evidence(self, changes, events):
        map_ = demo_map(changes) if changes else None
        if self.when is None:
            return Evidence(map_ or demo_map(), TODAY)
        return evidence(map_, events(), self.when)


def in_map(*objects, map=(), given=(), **beside):  # noqa: A002  the map
    return Planted(finds=set(objects), map=dict(map), given=dict(given), beside=beside, when=None)


def in_shop(*objects, **planted):
    return Planted(finds=set(objects), **planted)


ALL = ()
PLANTED = {
    "G01": in_map(ALL, map={"map/goal/text": "…"}),
    "G02": in_shop(("purchase_rate",), map={"metrics/purchase_rate/to": {"event": "subscription"}}),
    "G03": in_map(
        ALL,
        map={"map/title": "Kundresan", **dict.fromkeys(("phases/awareness", "phases/post_purchase", "phases/loyalty"))},
    ),
    "G04": in_map(ALL, map=dict.fromkeys(("phases/post_purchase", "phases/loyalty")), given={"map/title": "Kundresan"}),
    "G05": in_map(ALL, map={"map/guards": ["return_rate"]}),
    "P01": in_map(ALL, map=dict.fromkeys(("personas/sofie", "personas/arne", "personas/jonas"))),
    "P02": in_shop(ALL, map=dict.fromkeys(("personas/maja", "personas/sofie"))),
    "P03": in_shop(("maja", "twin"), map={"personas/+": TWIN}),
    "P04": in_shop(("maja", "awareness"), events=maja_on_mobile, given={"map/audit/P04": {"cuts": "device"}}),
    "P05": in_map(("maja",), map={"personas/maja/based_on": "assumed"}),
    "P06": in_map(("arne",), map={"personas/arne/struggles": None}),
    "P07": in_map(("purchase",), map={"phases/purchase/customer_goal": "Konvertera leads"}),
    "P08": in_map(ALL, map={"map/market": "b2b"}),
    "S01": in_map(("loyalty",), map={"phases/loyalty/touchpoints": []}),
    "S02": in_shop(
        ("leaflet",),
        given={"map/audit/S02": {"min_share": 0.02}},
        map={"phases/awareness/touchpoints/+": LEAFLET},
        events=lambda: with_more(some(named("ad_click"), 0.02), "10min", name="leaflet", channel="store"),
    ),
    "S03": in_shop(("view_category (webshop)",), map={"phases/consideration/touchpoints/category": None}),
    "S04": in_shop(("video",), events=lambda: lost("video_view")),
    "S05": in_shop(ALL, events=shuffled, given={"map/audit/S05": {"min_replayed": 0.5}}),
    "S06": in_shop(
        ("cart",),
        map={"phases/purchase/touchpoints/cart/if_fails": None},
        events=lambda: lost("reminder_sent", "email_click"),
    ),
    "S07": in_map(ALL, map=without("milestone", *MILESTONES)),
    "D01": in_map(("loyalty",), map=without("observe", *(f"loyalty/touchpoints/{name}" for name in STAYING))),
    "D02": in_shop(("tracking",), events=lambda: shop()[~(named("parcel_tracked") & since("2026-07-01"))]),
    "D03": in_shop(("checkout", "store-till"), events=lambda: apart(some(named("order"), 0.95))),
    "D04": in_map(("loyalty",), map={"phases/loyalty/kpis": None}),
    "D05": in_map(("ad_onward",), map={"phases/awareness/touchpoints/ad-social/observe": None}),
    "D06": in_map(
        ALL,
        map={f"sources/{name}/kind": "crm" for name in ("src-interviews", "src-workshop", "src-support", "src-survey")},
    ),
    "D07": in_map(("mot-reply",), map={"moments_of_truth/mot-reply/based_on": "assumed"}),
    "D08": in_map(ALL, map={"map/review/last": date(2026, 3, 1)}),
    "D09": in_shop(
        ("payment", "checkout"),
        ("payment", "confirmation"),
        ("checkout", "confirmation"),
        events=lambda: shop()[~(some(named("order"), 0.7) & since("2026-07-01"))],
        changes=as_then,
        when=QUARTER,
    ),
    "D10": in_shop(ALL, map={"channels/webshop/owner": "mkt"}),
    "F01": in_shop(
        ("consideration",),
        events=lambda: lost("add_to_cart", "checkout_started", "payment_started", "order", share=0.6),
    ),
    "F02": in_shop(
        ("awareness",),
        events=lambda: changed(~named("identify", *BEGINNING), time=lambda found: found.time + pd.Timedelta("20D")),
        given=DWELL,
    ),
    "F03": in_shop(("cart",), events=again),
    "F04": in_shop(
        ("cart",), events=lambda: shop()[~(named("order", device="desktop") & since("2026-07-01"))], when=QUARTER
    ),
    "F05": in_shop(
        ("home",),
        events=lambda: with_more(
            some(named("identify"), 0.9), "-20D", name="page_view", channel="web", medium="direct"
        ),
    ),
    "O01": in_map(ALL, map={"map/owner": None}),
    "O02": in_shop(("crm", "shop"), events=lambda: stopped(after("email_open"))),
    "O03": in_shop(ALL, events=lambda: apart(some(named("ad_click"), 0.95))),
    "O04": in_map(
        ("post_purchase", "loyalty"),
        map={"phases/loyalty/kpis": [{"metric": "nps", "target": 20}]},
        given={"map/audit/O04": None, **of_phases(kpis=SHARED)},
    ),
    "A01": in_shop(ALL, events=lambda: lost("order_confirmed", "status_sent", "email_open", share=0.8)),
    "A02": in_shop(ALL, events=lambda: lost("order_confirmed", "status_sent", share=0.7)),
    "A03": in_shop(
        ("loyalty",), events=lambda: shop()[~(named("nps_answered") | named("quick_poll", touchpoint="newsletter"))]
    ),
    "A04": in_shop(
        ALL, cured=lambda: with_more(named("order"), "170D", name="email_open", channel="email", flow="newsletter")
    ),
    "A05": in_shop(
        ("return_rate",),
        events=lambda: with_more(some(named("order") & since("2026-07-01"), 0.6), "5D", name="return_requested"),
        when=QUARTER,
    ),
    "A06": in_shop(("on_time",), cured=lambda: changed(named("delivered"), on_time=True)),
    "A07": in_map(ALL, map={"phases/loyalty/covers": ["use"]}),
    "V01": in_shop(
        ("chatbot",),
        events=lambda: changed(named("chat_answered"), time=lambda found: found.time + pd.Timedelta("1h")),
        given=CHAT,
    ),
    "V02": in_shop(("ticket",), events=lambda: lost("ticket_answered", share=0.6)),
    "V03": in_map(("checkout",), map=without("tells_next_step", "purchase/touchpoints/checkout")),
    "E01": in_shop(("post_purchase",), map={"phases/post_purchase/feels/claim": -1.5}),
    "E02": in_shop(
        ("product-page",), events=lambda: changed(named("quick_poll", touchpoint="product-page"), score=1.0)
    ),
    "E03": in_shop(
        ("loyalty",), events=lambda: shop()[~(named("nps_answered") | named("quick_poll", touchpoint="newsletter"))]
    ),
    "E04": in_shop(
        ALL, events=lambda: shop()[~(named("csat_answered", survey="delivery") & shop().who.isin(leavers()))]
    ),
    "E05": in_shop(
        ALL,
        events=lambda: changed(
            named("quick_poll", "csat_answered"), score=1.0, text=lambda found: np.resize(WRITTEN, len(found))
        ),
    ),
    "C01": in_map(ALL, map=without("personalised_by", *PERSONALISED)),
    "C02": in_shop(
        ALL,
        events=lambda: changed(named("view_item", "add_to_cart", channel="app"), price=lambda found: found.price + 50),
    ),
    "C03": in_shop(
        ("cart-mail",), events=lambda: with_more(named("order"), "1h", name="email_click", channel="email", flow="cart")
    ),
    "C04": in_map(
        ("loyalty",), map={"attests": [{**TONE, "at": PHASES[:-1]}]}, given={"attests": [{**TONE, "at": PHASES}]}
    ),
    "X01": in_map(("op-payment",), map={"opportunities/op-payment/measured_by": None}),
    "X02": in_map(
        ("purchase",),
        versions=History(
            date(2026, 1, 1), tuple(Change(date(2026, 9, day), f"thing{day}", "purchase") for day in range(1, 7))
        ),
    ),
    "X03": in_map(("op-eta", "csat_all"), experiments=[replace(TRIAL, guards=HURT)]),
    "X04": in_map(("op-eta",), experiments=[replace(TRIAL, expected=900)]),
    "X05": in_map(
        ("op-weekend",),
        versions=History(
            date(2026, 1, 1),
            tuple(Change(date(2026, 9, 20), id_) for id_ in ("op-eta", "op-late", "op-stock", "op-club")),
        ),
    ),
    "X06": in_map(
        ("op-payment", "payment_ok"),
        given=MEASURED,
        experiments=[FOUND],
        forecasts=[Forecast("op-payment", "payment_ok", 0.01, 0.05, date(2026, 7, 1))],
    ),
    "Y01": in_shop(("loyalty",), changes=small_cell),
    "Y02": in_shop(ALL, events=lambda: with_more(named("identify", who="c-000001"), "-1200D", name="page_view")),
    "Y03": in_map(("maja",), map={"personas/maja/quote": "Ring mig: 070-123 45 67"}),
    "Y04": in_map(("web",), consents=[SourceConsent("web", "marketing", 100, 7)]),
}


@pytest.mark.parametrize("rule", PLANTED)
def test_a_rule_finds_exactly_the_mistake_that_is_planted(rule):
    planted = PLANTED[rule]
    before, after = (findings(rule, found) for found in (planted.without(), planted.evidence()))
    assert {objects for objects, _ in after - before} == planted.finds


@cache
def sound_shop():
    return shop_evidence()


def calm():
    """The sound shop with a snapshot of its last review."""
    found = shop_evidence(sound_shop().measuring.journeys, SHOP_MAP.replace("last: 2025-12-20", "last: 2025-07-05"))
    return replace(found, history=[found.measuring.snapshot(half(0))])


def listed():
    """A shop where the unhappy write of what pain points list."""
    unhappy = other_shop(unhappy_page=0.9, unlisted=0.7, poll=0.4)
    return shop_evidence(unhappy, SHOP_MAP.replace("[leverans]", "[leverans, storlek, byxorna, tröjan, paketet]"))


OF_SHOP = (
    "G02 P02 P03 P04 P08 S01 S02 S03 S04 S05 S06 D01 D02 D03 D05 D10 F01 F02 F03 F04 F05 O02 O03 A01 A02 A03 A04 A05"
    " A06 A07 V01 V02 V03 E01 E02 E03 E04 C02 C03 Y01 Y02"
)
CLEAN = {
    **dict.fromkeys(OF_MAPS, lambda: Evidence(sound(), MAPS_TODAY)),
    **dict.fromkeys(OF_SHOP.split(), sound_shop),
    "D09": calm,
    "E05": listed,
    "C01": evidence,
    "X02": lambda: Evidence(sound(), MAPS_TODAY, versions=History(date(2026, 1, 1))),
    "Y04": lambda: Evidence(sound(), MAPS_TODAY, consents=[SourceConsent("web", "marketing", 100, 0)]),
}


@pytest.mark.parametrize("rule", CLEAN)
def test_a_rule_is_silent_on_clean_input(rule):
    (outcome,) = audit(CLEAN[rule](), [RULE[rule]]).outcomes
    assert (outcome.outcome, outcome.findings, outcome.unknown) == ("pass", (), ())


def test_every_rule_has_a_mistake_that_is_planted_and_clean_input():
    assert PLANTED.keys() == RULE.keys()
    assert CLEAN.keys() == RULE.keys()
