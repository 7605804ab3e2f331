from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import farled
from farled.errors import InputError, NotFoundError
from farled.maps.load import load
from farled.sources.files import Columns
from farled.workspace.storing import add, create

DAY = 86_400_000_000
EVENTS = [
    ("ida", "fjord", "content_view", 0),
    ("ida", "fjord", "pricing_view", 1),
    ("per", "fjord", "contract_signed", 9),
    ("ana", "berg", "pricing_view", 2),
    ("bo", None, "pricing_view", 3),
    ("bo", None, "order", 4),
]


def table():
    customer, account, name, day = zip(*EVENTS, strict=True)
    times = pa.array([each * DAY for each in day], pa.timestamp("us", "UTC"))
    return pa.table({"customer": customer, "account": pa.array(account, pa.string()), "time": times, "name": name})


@pytest.fixture(scope="module")
def shop():
    return farled.read(table(), customer="customer", account="account")


@pytest.fixture
def folder(tmp_path):
    pq.write_table(table(), tmp_path / "events.parquet")
    made = create(tmp_path / "shop")
    add(made, [str(tmp_path / "events.parquet")], columns=Columns(customer="customer", account="account"))
    return farled.open(made.path)


def steps(answer):
    return [step.customers for step in answer.steps]


SIGNED = farled.Funnel(["pricing_view", "contract_signed"])


def test_questions_may_be_asked_of_accounts(shop):
    assert steps(shop.ask(SIGNED)) == [3, 0]
    assert steps(shop.ask(SIGNED, unit="account")) == [2, 1]
    assert steps(shop.ask({"question": "funnel", "steps": ["pricing_view", "contract_signed"], "unit": "account"})) == [
        2,
        1,
    ]
    assert shop.customers_behind(SIGNED, "/steps/1/customers", unit="account") == ["fjord"]


def test_a_folder_answers_for_accounts_as_memory_does(shop, folder):
    assert steps(folder.ask(SIGNED, unit="account")) == [2, 1]
    assert (folder.accounts.customers, folder.accounts.events) == (shop.accounts.customers, shop.accounts.events)


def test_a_rule_over_accounts_asks_its_question_of_accounts(shop):
    def rule(**more):
        asked = {"question": "funnel", "steps": ["pricing_view", "contract_signed"], **more}
        return {"behind": asked, "part": "/steps/0/customers"}

    assert steps(shop.ask(SIGNED, where=rule(unit="account"), unit="account")) == [2, 1]
    with pytest.raises(InputError, match="chooses customers, but the journeys are of accounts") as raised:
        shop.ask(SIGNED, where=rule(), unit="account")
    assert "unit: account" in raised.value.hint


def test_a_new_map_is_valid_in_the_language_of_the_workspace_and_measured_by_its_unit(folder):
    path = folder.new_map("firms", "b2b6")
    made = folder.map("firms")
    assert path == folder.folder.maps / "firms.yaml"
    assert (made.map.language, made.map.unit) == (folder.language, "account")
    assert made.map.goal.by > date.today()
    assert steps(folder.ask(farled.Funnel(["price-page", "contract"]), map="firms")) == [2, 1]
    with pytest.raises(InputError, match="exists already"):
        folder.new_map("firms")


def test_a_plan_stands_beside_the_map_that_it_changes(folder):
    folder.new_map("firms", "b2b6")
    folder.plan_map("next", "firms", title="Next year")
    plan = folder.map("next").map
    assert (plan.state, plan.base, plan.title) == ("to_be", "firms", "Next year")
    assert folder.measure("next", "1970")["journeys"]["n"] == {"value": None, "reason": "hidden", "n": "1-9"}
    base = folder.folder.maps / "firms.yaml"
    text = base.read_text(encoding="utf-8").replace("  market: b2b", "  state: to_be\n  base: next\n  market: b2b")
    base.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="firms → next → firms"):
        farled.open(folder.folder.path).map("firms")
    with pytest.raises(NotFoundError, match="map named 'firm'"):
        folder.plan_map("other", "firm")


def test_maps_of_different_phases_stand_side_by_side(folder):
    folder.new_map("one", "research5")
    folder.new_map("other", "coarse3")
    found = folder.cross_maps("one", "other", "1970")
    assert [stretch.parts for stretch in found.stretches] == [
        ("notice", "explore", "weigh"), ("buy",), ("use", "return"),
    ]  # fmt: skip
    assert folder.advise_type(change="more_sales").recommended is None


def test_a_map_may_begin_without_a_workspace(shop, tmp_path):
    path = shop.new_map("mine", "coarse3", out=tmp_path / "mine.yaml", journey_type="service", language="da")
    assert load(path).map.journey_type == "service"
