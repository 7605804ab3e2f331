"""Segments: in every question, saved, counted, overlapping, exported."""

import csv
import json
import stat
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from questions.test_contract import EXAMPLES, an_index

import farled
from farled import Compare, Flow, Funnel, InputError, NotFoundError, Paths
from farled.engine.grouped import GroupedAnswer
from farled.journeys.build import journeys_of
from farled.questions.forms import beside_of, to_plain
from farled.workspace.asking import Loaded, Workspace
from farled.workspace.storing import create

TRIPS = {
    "ana": [("identify", 0, {"plan": "pro", "note": "=1+1"}), ("visit", 0), ("chat", 1), ("order", 2)],
    "bo": [("visit", 0), ("order", 20)],
    "cy": [("visit", 3), ("wave", 4)],
    "+di": [("identify", 2, {"plan": "free"}), ("visit", 5)],
}
RULES = {
    "pro": {"attr": "plan", "is": "pro"},
    "buyers": {"event": "order"},
    "nobody": {"event": "wave", "min": 9},
    "left": {"behind": {"question": "funnel", "steps": ["visit", "order"]}, "part": "/steps/1/dropped"},
}


def in_memory(trips):
    return Workspace(lambda: Loaded(journeys_of(trips), None))


@pytest.fixture
def shop():
    made = in_memory(TRIPS)
    for id_, rule in RULES.items():
        made.save_segment(id_, rule)
    return made


@pytest.fixture(scope="module")
def many():
    made = in_memory(an_index(11))
    made.save_segment("callers", {"event": "call"})
    made.save_segment("nobody", {"event": "call", "min": 99})
    return made


@pytest.mark.parametrize("question", EXAMPLES, ids=lambda question: str(to_plain(question)))
def test_every_question_can_be_asked_by_segments(many, question):
    """The whole is that of everybody, each group that of its segment, an empty one included."""
    if getattr(question, "by", None) is not None:
        question = replace(question, by=None)
    over_others = hasattr(question, "asked")  # may have nothing to say of nobody, and says so
    ids = ["callers"] if over_others else ["callers", "nobody"]
    grouped = many.ask(question, by=ids)
    found = grouped.to_dict()
    whole, alone = many.ask(question).to_dict(), many.ask(question, where="callers").to_dict()
    assert [group["value"] for group in found["groups"]] == ids
    assert {**found, "groups": None} == {**whole, "groups": None}
    shared = set(alone) & set(found["groups"][0])
    assert shared or hasattr(question, "regrouped")  # a question may tell of a group in its own way
    assert {key: found["groups"][0][key] for key in shared} == {key: alone[key] for key in shared}
    if isinstance(grouped, GroupedAnswer):
        assert grouped.table().headings[0] == "segment"
        assert {row[0] for row in grouped.table().rows} <= {"all", "callers", "nobody"}
    assert json.loads(json.dumps(found, default=float))


def test_by_stands_beside_where_for_questions_without_such_a_field(shop):
    assert "by" in beside_of(Paths)
    assert "by" not in beside_of(Funnel)
    answer = shop.ask(Paths(), by=["pro", "left"])
    assert answer.whole.total == 4
    assert {name: group.total for name, group in answer.groups.items()} == {"pro": 1, "left": 2}
    for by in ("pro,left", '["pro", "left"]', ("pro", "left")):
        assert shop.ask(Paths(), by=by).to_dict() == answer.to_dict()
    assert shop.ask({"question": "paths", "by": ["pro", "left"]}).to_dict() == answer.to_dict()
    assert shop.ask(Paths(), by="pro").to_dict()["groups"][0]["total"] == 1


def test_a_question_with_such_a_field_takes_it_either_way(shop):
    steps = ["visit", "order"]
    within = shop.ask(Funnel(steps, by=["pro", "left"])).to_dict()
    assert shop.ask(Funnel(steps), by="pro,left").to_dict() == within
    assert shop.ask({"question": "funnel", "steps": steps, "by": ["pro", "left"]}).to_dict() == within
    with pytest.raises(InputError, match="grouped by 'plan'"):
        shop.ask(Funnel(steps, by="plan"), by=["pro"])


def test_groups_are_cut_from_the_customers_of_where(shop):
    answer = shop.ask(Paths(), where="buyers", by=["pro", "left"])
    assert (answer.whole.total, answer.groups["pro"].total, answer.groups["left"].total) == (2, 1, 0)


def test_customers_behind_a_number_of_a_group(shop):
    funnel = Funnel(["visit", "order"])
    assert shop.customers_behind(funnel, "/groups/1/steps/0/customers", by="pro,buyers") == ["ana", "bo"]
    assert shop.customers_behind(funnel, "/steps/0/customers", by="pro,buyers") == ["+di", "ana", "bo", "cy"]
    assert shop.customers_behind(Flow(), "/groups/0/nodes/visit/customers", by=["left"]) == ["+di", "cy"]
    assert shop.customers_behind(Paths(), "/groups/0/paths/0/customers", by=["pro"]) == ["ana"]
    for part in ("/groups/7/steps/0/customers", "/groups/0", "/groups/x/steps/0/customers"):
        with pytest.raises(NotFoundError, match="number with customers behind it"):
            shop.customers_behind(funnel, part, by="pro,buyers")


def test_an_unknown_segment_is_named_with_the_nearest(shop):
    with pytest.raises(NotFoundError, match="segment named 'buyer'") as raised:
        shop.ask(Paths(), by=["buyer"])
    assert "buyers" in raised.value.hint


WRONG = [
    ({"all": [{"event": "order"}, {"event": "ordr"}]}, "there is no event named 'ordr'."),
    ({"not": {"attr": "plann", "is": "pro"}}, "there is no attribute named 'plann'."),
    ({"event": "order", "where": {"attr": "sise", "is": "L"}}, "no event has a property named 'sise'."),
    (
        {"behind": {"question": "funnel", "steps": ["visit", "ordr"]}, "part": "/steps/1/dropped"},
        "no event named 'ordr'",
    ),
]


@pytest.mark.parametrize(("rule", "says"), WRONG)
def test_a_fault_within_a_saved_segment_names_the_segment(shop, tmp_path, rule, says):
    shop.save_segment("loyal", rule)
    funnel = Funnel(["visit", "order"])
    for asked in (
        lambda: shop.ask(funnel, where="loyal"),
        lambda: shop.ask(funnel, where="buyers", by=["pro", "loyal"]),
        lambda: shop.ask(Compare(funnel, a="buyers", b="loyal")),
        lambda: shop.robust(funnel, where="loyal"),
        lambda: shop.customers_behind(funnel, "/steps/0/customers", where="loyal"),
        lambda: shop.segment_sizes(["buyers", "loyal"]),
        lambda: shop.overlap(["buyers", "loyal"]),
        lambda: shop.export_segment("loyal", tmp_path / "loyal.csv"),
    ):
        with pytest.raises(NotFoundError, match="Segment 'loyal': ") as raised:
            asked()
        assert says in raised.value.message


def test_a_fault_outside_a_saved_segment_names_none(shop):
    shop.save_segment("loyal", WRONG[0][0])
    for rule in ({"event": "ordr"}, {"event": "order", "where": {"attr": "sise", "is": "L"}}):
        with pytest.raises(NotFoundError, match=r"^(There is n|N)o ") as raised:
            shop.ask(Funnel(["visit", "order"]), where=rule, by=["buyers"])
        assert "Segment" not in str(raised.value)


def test_a_segment_of_what_did_not_occur_yet_is_listed_and_is_empty(shop):
    shop.save_segment("later", {"event": "return"})
    assert {each.id: each.customers for each in shop.segment_sizes().segments}["later"] == 0
    assert shop.overlap().sizes["later"] == 0


def test_a_segment_made_of_itself_is_refused(shop):
    of = {"question": "funnel", "steps": ["visit", "order"], "where": "ring"}
    with pytest.raises(InputError, match="'ring' is made of itself: ring → ring"):
        shop.save_segment("ring", {"behind": of, "part": "/steps/1/dropped"})
    shop.save_segment("ring", {"event": "visit"})
    shop.save_segment("round", {"behind": of, "part": "/steps/1/dropped"})
    back = {"behind": {**of, "where": {"not": {"behind": {**of, "where": "round"}, "part": "/steps/1/dropped"}}}}
    with pytest.raises(InputError, match="ring → round → ring"):
        shop.save_segment("ring", {**back, "part": "/steps/1/dropped"})


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"evnt": "order"}, r"rule.evnt: 'evnt' is not a key"),
        ("{event: order", "rule: '{event: order' cannot be read"),
        ("{all: [{event: order}, {attr: plan}]}", r"rule.all\[1\]: A comparison of 'plan' needs"),
        (None, "needs a rule"),
        ({"then": "order", "within": "1d"}, "is not a condition over a customer"),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused_with_its_place(shop, rule, says):
    with pytest.raises(InputError, match=says):
        shop.save_segment("new", rule)
    assert "new" not in shop.segments()


def test_rules_are_given_as_values_json_or_yaml_and_copied_from_another(shop):
    for rule in ({"event": "order", "min": 1}, '{"event": "order"}', "{event: order}", "buyers"):
        shop.save_segment("copy", rule)
        assert shop.segment_sizes(["copy"]).segments[0].customers == 2
    assert shop.ask(Paths(), where="{event: order}").total == 2


def test_segments_of_a_folder_stand_in_its_catalogue(tmp_path):
    shop = farled.open(create(tmp_path / "shop").path)
    assert shop.segments() == {}
    shop.save_segment("buyers", "{event: order, min: 2}", "Who buys")
    text = shop.folder.catalog.read_text()
    assert "  buyers: {name: Who buys, rule: {event: order, min: 2}}\n" in text
    shop.save_segment("buyers", {"event": "order", "min": 3})
    assert shop.folder.catalog.read_text() == text.replace("min: 2", "min: 3")
    assert farled.open(tmp_path / "shop").segments().keys() == {"buyers"}
    shop.delete_segment("buyers")
    assert shop.segments() == {}
    with pytest.raises(NotFoundError):
        shop.delete_segment("buyers")


def test_sizes_are_live(shop):
    sizes = {each.id: each.customers for each in shop.segment_sizes().segments}
    assert sizes == {"pro": 1, "buyers": 2, "nobody": 0, "left": 2}
    found = shop.segment_sizes(["buyers"])
    assert (found.customers, found.segments[0].share.value, found.segments[0].rule) == (4, 0.5, {"event": "order"})
    assert shop.segment_sizes(["left"]).segments[0].rule == RULES["left"]  # who is meant, and not their ids
    shop.delete_segment("buyers")
    assert "buyers" not in shop.segments()


def test_overlap_tells_pairs_and_combinations_that_add_up(shop):
    found = shop.overlap(["pro", "buyers", "nobody"])
    pair = found.pairs[0]
    assert (pair.first, pair.second, pair.customers, pair.jaccard, pair.lift) == ("pro", "buyers", 1, 0.5, 2.0)
    assert (pair.of_first.value, pair.of_second.value) == (1.0, 0.5)
    assert found.pairs[1].lift is None
    assert [(each.segments, each.customers) for each in found.combinations] == [
        ((), 2),
        (("buyers",), 1),
        (("pro", "buyers"), 1),
    ]
    cut = shop.overlap(["pro", "buyers", "nobody"], top=1)
    assert (cut.rest, cut.different) == (2, 3)
    assert "(2 other combinations)" in str(cut.combinations_table())
    for ids in (["pro"], [f"s{at}" for at in range(99)]):
        with pytest.raises((InputError, NotFoundError)):
            shop.overlap(ids)


names = st.sampled_from(["e", "f", "g"])
trips = st.dictionaries(st.text("abcd", min_size=1, max_size=3), st.lists(names, min_size=1, max_size=4), min_size=1)


@settings(max_examples=40, deadline=None)
@given(trips)
def test_overlap_is_that_of_sets(trips):
    shop = in_memory({who: [(name, day) for day, name in enumerate(events)] for who, events in trips.items()})
    sets = {name: {who for who, events in trips.items() if name in events} for name in "efg"}
    for name in "efg":
        shop.save_segment(name, {"event": name})
    found = shop.overlap()
    assert found.sizes == {name: len(who) for name, who in sets.items()}
    for pair in found.pairs:
        a, b = sets[pair.first], sets[pair.second]
        assert pair.customers == len(a & b)
        assert pair.jaccard == (len(a & b) / len(a | b) if a | b else None)
        assert pair.lift == (pytest.approx(len(a & b) * len(trips) / len(a) / len(b)) if a and b else None)
    expected = {}
    for who in trips:
        key = tuple(name for name in "efg" if who in sets[name])
        expected[key] = expected.get(key, 0) + 1
    assert {each.segments: each.customers for each in found.combinations} == expected
    assert list(np.diff([-each.customers for each in found.combinations]) >= 0) == [True] * (len(expected) - 1)


def test_export_writes_ids_and_attributes_that_no_spreadsheet_runs(shop, tmp_path):
    out = tmp_path / "new" / "all.csv"
    assert shop.export_segment(None, out) == 4
    rows = list(csv.reader(out.read_text().splitlines()))
    assert rows[0] == ["customer", "note", "plan"]
    assert {row[0]: row[1:] for row in rows[1:]} == {
        "ana": ["'=1+1", "pro"],
        "bo": ["", ""],
        "cy": ["", ""],
        "'+di": ["", "free"],
    }
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert shop.export_segment("left", out, ["plan"]) == 2
    assert [row[0] for row in csv.reader(out.read_text().splitlines())] == ["customer", "'+di", "cy"]


def test_an_export_that_fails_leaves_the_old_file(shop, tmp_path):
    out = tmp_path / "all.csv"
    out.write_text("old")
    with pytest.raises(NotFoundError, match="attribute named 'plam'"):
        shop.export_segment(None, out, ["plam"])
    assert out.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["all.csv"]
