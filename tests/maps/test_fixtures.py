"""The worked examples: customers written out event by event, measured on maps that begin as templates."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

import farled
from farled.maps.templates.writing import new_map
from farled.maps.yaml import plain_values, read_yaml, yaml_text

FOLDER = Path(__file__).parents[1] / "fixtures"
CLONES = 10
MINUTE, HOUR, DAY = 60, 3600, 86_400


def told(name):
    return plain_values(read_yaml((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), name))


def whose(events):
    """The customer of each event: identifiers that one event names belong together."""
    same = {}

    def root(key):
        while same.setdefault(key, key) != key:
            key = same[key]
        return key

    for event in events:
        keys = sorted(f"{kind}:{value}" for kind, value in event["by"].items())
        for key in keys:
            same[root(key)] = root(keys[0])
    return [root(sorted(f"{kind}:{value}" for kind, value in event["by"].items())[0]) for event in events]


def read(events, contacts=None):
    """The events of ten such customers each, so that no number is too small to be shown."""
    people = [f"email:{contacts[event['contact']]['email']}" for event in events] if contacts else whose(events)
    rows = []
    for clone in range(CLONES):
        for event, who in zip(events, people, strict=True):
            more = event.get("properties", {})
            roles = " ".join(contacts[event["contact"]]["roles"]) if contacts else None
            account = f"fjord-{clone}" if contacts else None
            rows.append(
                {
                    **{
                        key: event.get(key)
                        for key in ("time", "name", "channel", "value", "currency", "score", "scale")
                    },
                    "customer": f"{who}-{clone}",
                    "text": event.get("text"),
                    "account": account,
                    "role": roles,
                    "at": f"{event['phase']}/{event['touchpoint']}",
                    "ticket": more.get("ticket"),
                }
            )
    columns = {key: [row[key] for row in rows] for key in rows[0]}
    kept = {key: values for key, values in columns.items() if any(value is not None for value in values)}
    kept["time"] = pa.array(kept["time"], pa.timestamp("us", "UTC"))
    return farled.read(pa.table(kept), scale="scale" if "scale" in kept else None)


def measured(shop, fixture, tmp_path, metrics, own_touchpoints=()):
    """The snapshot of the template's map over all data; metrics are added to it."""
    document = read_yaml(new_map("example", fixture["phase_model"], language=fixture["language"], today=TODAY), "map")
    document["map"]["journey"] = {"ends_after": fixture.get("ends_after", "400d"), "within": "365d"}
    document["metrics"].update(metrics)
    for phase in document["phases"] if own_touchpoints else ():
        phase["touchpoints"] = [
            {"id": id_, "name": id_, "channel": channel, "observe": {"event": name, "where": {"attr": "at", "is": at}}}
            for id_, channel, name, at in own_touchpoints
            if at.startswith(f"{phase['id']}/")
        ]
    if own_touchpoints:
        replaced = yaml_text(document).replace("to: checkout,", "to: goal,").replace("at: checkout,", "at: goal,")
        document = read_yaml(replaced, "map")
    path = tmp_path / "example.yaml"
    path.write_text(yaml_text(document), encoding="utf-8")
    return shop.measure(str(path), "2024-01-01..2028-01-01")


TODAY = date(2026, 1, 1)


def own(events, goal):
    """Touchpoints as the example names them; the goal is called so, and a second one of a name gets its phase."""
    found = {}
    for event in events:
        at = f"{event['phase']}/{event['touchpoint']}"
        taken = {id_ for id_, *_ in found.values()}
        id_ = "goal" if at == goal else event["touchpoint"]
        id_ = id_ if id_ not in taken else f"{event['phase']}-{id_}"
        found.setdefault(at, (id_, event["channel"], event["name"], at))
    return tuple(found.values())


def value(snapshot, metric):
    return snapshot["metrics"][metric]["value"]


def reached(snapshot):
    return [name for name, found in snapshot["phases"].items() if found["reached"] == CLONES]


def time_between(start, end):
    return {"kind": "median_time", "from": start, "to": end}


def test_mobile_phone(tmp_path):
    fixture = told("mobile-phone")
    expect = fixture["expect"]
    shop = read(fixture["events"])
    touchpoints = own(fixture["events"], "purchase/checkout")
    metrics = {
        "before": {"kind": "touchpoint_count", "before": "goal"},
        "to_purchase": time_between("phone-ad", "goal"),
        "to_follow_up": time_between("goal", "usage-tips"),
        "recommended": {"kind": "conversion", "from": "goal", "to": "recommendation", "within": "90d"},
    }
    snapshot = measured(shop, fixture, tmp_path, metrics, touchpoints)
    assert shop.customers == CLONES * expect["customers"]
    assert reached(snapshot) == expect["phases_reached"]
    assert value(snapshot, "before") == expect["touchpoints_before_purchase"]
    assert value(snapshot, "to_purchase") == 8570 * MINUTE
    assert value(snapshot, "to_follow_up") == 15 * HOUR
    assert value(snapshot, "recommended") == 1


@pytest.fixture(scope="module")
def health():
    fixture = told("health-product")
    return fixture, {
        variant: [event for event in fixture["events"] if event.get("variant", variant) == variant]
        for variant in fixture["variants"]
    }


def test_health_product_bought_on_the_web(tmp_path, health):
    fixture, variants = health
    expect = fixture["expect"]["web"]
    shop = read(variants["web"])
    metrics = {
        "before": {"kind": "touchpoint_count", "before": "goal"},
        "to_purchase": time_between("energy-ad", "goal"),
        "again_in_33": {"kind": "repeat", "event": "order", "within": "33d"},
        "again_in_31": {"kind": "repeat", "event": "order", "within": "31d"},
        "revenue": {"kind": "value", "event": "order", "per": "unit"},
    }
    snapshot = measured(shop, fixture, tmp_path, metrics, own(variants["web"], "purchase/checkout"))
    assert shop.customers == CLONES * expect["customers"]
    assert reached(snapshot) == expect["phases_reached"]
    assert value(snapshot, "before") == expect["touchpoints_before_purchase"]
    assert value(snapshot, "to_purchase") == 4910 * MINUTE
    assert (value(snapshot, "again_in_33"), value(snapshot, "again_in_31")) == (1, 0)
    assert value(snapshot, "revenue") == fixture["expect"]["both"]["revenue"]


def test_health_product_bought_in_a_store_breaks_the_journey(tmp_path, health):
    fixture, variants = health
    expect = fixture["expect"]["store"]
    shop = read(variants["store"])
    metrics = {"bought": {"kind": "conversion", "from": "awareness", "to": {"event": "order"}, "within": "30d"}}
    snapshot = measured(shop, fixture, tmp_path, metrics, own(variants["store"], "purchase/store-till"))
    assert shop.customers == CLONES * expect["customers"]
    assert value(snapshot, "bought") == 0
    assert snapshot["starts"]["goal"] == CLONES * expect["orders_without_earlier_event"]


def test_it_company_on_the_template_as_it_is(tmp_path):
    fixture = told("it-company")
    expect = fixture["expect"]
    shop = read(fixture["events"], fixture["contacts"])
    metrics = {
        "before": {"kind": "touchpoint_count", "before": "contract"},
        "to_contract": time_between("article", "contract"),
        "reply": {**time_between({"event": "ticket_opened"}, {"event": "ticket_answered"}), "match": "ticket"},
        "contracts": {"kind": "value", "event": "contract_signed", "per": "unit"},
        "renewals": {"kind": "value", "event": "renewal", "per": "unit"},
    }
    snapshot = measured(shop, fixture, tmp_path, metrics)
    journeys = snapshot["journeys"]
    assert (shop.accounts.customers, shop.customers) == (
        CLONES * expect["journeys_by_account"],
        CLONES * expect["journeys_by_customer"],
    )
    assert journeys["n"] == CLONES
    assert journeys["actors"]["value"] == expect["actors"]
    assert list(journeys["roles"]) == expect["roles_present"]
    assert {found["value"] for found in journeys["roles"].values()} == {1}
    assert reached(snapshot) == list(snapshot["phases"])
    assert value(snapshot, "before") == expect["touchpoints_before_purchase"]
    assert value(snapshot, "to_contract") == 66 * DAY
    assert value(snapshot, "reply") == 150 * MINUTE
    assert value(snapshot, "contracts") + value(snapshot, "renewals") == expect["revenue"]
    assert snapshot["touchpoints"]["renewal"]["events"] == CLONES * expect["renewals"]
    assert list(snapshot["touchpoints"]["invoice"]["roles"]) == ["pays"]
    assert list(snapshot["touchpoints"]["article"]["roles"]) == ["influences", "uses"]


def test_lead_journey_on_the_template_as_it_is(tmp_path):
    fixture = told("lead-journey")
    expect = fixture["expect"]
    shop = read(fixture["events"])
    metrics = {
        "before": {"kind": "touchpoint_count", "before": "purchase"},
        "lead_after": time_between("ad", "sign-up"),
        "lead_to_purchase": time_between("sign-up", "purchase"),
        "reply": {**time_between({"event": "ticket_opened"}, {"event": "ticket_answered"}), "match": "ticket"},
        "again": {"kind": "repeat", "event": "order", "within": f"{expect['days_to_second_order']}d"},
        "again_sooner": {"kind": "repeat", "event": "order", "within": f"{expect['days_to_second_order'] - 1}d"},
        "recommended": {"kind": "conversion", "from": "purchase", "to": "recommendation", "within": "90d"},
    }
    snapshot = measured(shop, fixture, tmp_path, metrics)
    assert shop.customers == CLONES * expect["customers"]
    assert reached(snapshot) == expect["phases_reached"]
    assert value(snapshot, "before") == expect["touchpoints_before_purchase"]
    assert value(snapshot, "lead_after") == 1090 * MINUTE
    assert value(snapshot, "lead_to_purchase") == 33290 * MINUTE
    assert value(snapshot, "reply") == HOUR
    assert (value(snapshot, "again"), value(snapshot, "again_sooner")) == (1, 0)
    assert value(snapshot, "recommended") == 1
