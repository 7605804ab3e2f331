import json

import numpy as np
import pyarrow.compute as pc
import pytest

from farled.demo.drafts import drafts, write_drafts
from farled.demo.shop import make
from farled.demo.states import PHASE, STATES
from farled.journeys.attributes import Attributes
from farled.journeys.build import build
from farled.journeys.segments import Moments, select
from farled.maps.load import load, load_catalog
from farled.maps.translate import load_sidecar, texts, translated
from farled.maps.yaml import read_yaml, yaml_text

MAP = "maps/nordbod-purchase.yaml"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    write_drafts(folder)
    return folder


@pytest.fixture(scope="module")
def nordbod(workspace):
    return load(workspace / MAP, load_catalog(workspace / "catalog.yaml"))


def test_the_map_has_the_phases_and_touchpoints_of_the_shop(nordbod):
    assert {touchpoint.id: phase.id for phase, touchpoint in nordbod.touchpoints()} == PHASE


def test_the_map_comes_back_byte_for_byte():
    for text in drafts().values():
        assert yaml_text(read_yaml(text, "draft")) == text


@pytest.mark.parametrize("language", ["nb", "da", "en"])
def test_every_text_is_translated_and_no_translation_is_stale(workspace, nordbod, language):
    sidecar = load_sidecar(workspace / f"maps/i18n/nordbod-purchase.{language}.yaml")
    found = translated(nordbod, sidecar)
    assert (found.missing, found.stale) == ((), ())
    assert set(sidecar.texts) == set(texts(nordbod))


def test_segments_select_exactly_the_personas(nordbod):
    shop = make(customers=1500, seed=7)
    table = shop.events
    who = pc.list_element(table["identifiers"].combine_chunks(), 0).field("value")
    journeys = build(who, table["time"], table["name"], load=lambda name: table[name])
    chunk = journeys.chunks()[0]
    attributes = Attributes.from_identify(*journeys.identified(0))
    entry = Moments(np.arange(chunk.customers), chunk.time[chunk.offsets[:-1]])
    ids = journeys.customer_ids(0, np.arange(chunk.customers))
    for persona in nordbod.personas:
        chosen = select(persona.segment, chunk, entry, attributes)
        found = {customer for customer, is_one in zip(ids, chosen, strict=True) if is_one}
        assert found == {f"c-{at + 1:06d}" for at, name in enumerate(shop.truth.persona) if name == persona.id}
        assert found


def test_each_event_belongs_to_the_touchpoint_that_truth_says(nordbod):
    shop = make(customers=600, seed=7)
    rules = [(touchpoint.id, plain_rule(touchpoint)) for _, touchpoint in nordbod.touchpoints() if touchpoint.observe]
    seen = set()
    for row in shop.events.select(["name", "channel", "score", "scale", "properties"]).to_pylist():
        if row["name"] != "identify":
            event = {**json.loads(row["properties"]), **row}
            said, meant = by_map(event, rules), by_truth(event)
            assert said == meant, event
            seen.add(said)
    assert len(seen) > 35


def plain_rule(touchpoint):
    return touchpoint.observe.model_dump(by_alias=True, exclude_none=True)


def by_map(event, rules):
    """The touchpoint whose rule matches; of several the one with more comparisons, then the earlier one."""
    found = ("", -1)
    for touchpoint, rule in rules:
        hits = event["name"] == rule["event"] if "event" in rule else event["scale"] == rule["feedback"]
        compared = comparisons(rule.get("where"))
        if hits and all(is_true(event, one) for one in compared) and len(compared) > found[1]:
            found = (touchpoint, len(compared))
    return found[0]


def comparisons(where):
    if where is None:
        return []
    return [one for part in where["all"] for one in comparisons(part)] if "all" in where else [where]


def is_true(event, one):
    value = event.get(one["attr"])
    if "min" in one:
        return value is not None and value >= one["min"]
    return value in one["in"] if "in" in one else value == one["is"]


def by_truth(event):
    channel = event["channel"]
    found = {
        state.touchpoint
        for state in STATES.values()
        if state.event == event["name"]
        and (
            state.channel == channel or (channel == "app" and state.channel == "webshop" and state.event != "view_item")
        )
        and all(event.get(key) == value for key, value in state.properties)
    }
    assert len(found) == 1, event
    return "repurchase" if event["name"] == "order" and event["order_no"] > 1 else found.pop()


def test_what_is_planted_stands_on_the_map_as_pain(nordbod):
    assert {pain.at for pain in nordbod.pain_points} >= {"product-page", "payment", "ticket"}
