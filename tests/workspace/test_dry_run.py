"""What a dry run tells, and that it leaves nothing behind."""

import json
from dataclasses import replace

import pytest

from farled.events.report import read_report
from farled.workspace.dry_run import try_out
from farled.workspace.dry_run_text import text_of
from farled.workspace.storing import add, create, reading

MAPPING = """
preset: 1
id: till
tables:
  - files: orders*
    time: day
    identifiers: [{type: email, column: who}]
    lookup: {file: goods*, key: item, take: {name: product}}
    events:
      - {name: order, id: [order], value: paid, properties: {order: number, product: product}, attributes: [city]}
      - {name: sent, id: [order], time: sent}
"""
ORDERS = """order,who,day,sent,paid,item,city,colour
1,ana@a.no,2026-05-01,2026-05-03,10.5,t,Oslo,red
2,bo@a.no,2026-05-02,,20,c,Bergen,
3,,2026-05-02,,20,c,,
4,cy@a.no,some day,,20,c,,
5,dag@a.no,2026-05-04,,much,c,,
6,eva@a.no,,,20,c,,
1,ana@a.no,2026-05-01,2026-05-03,10.5,t,Oslo,red
"""
GOODS = "item,name\nt,Tea\nc,Cup\n"


def made(folder):
    for name, text in {"m.yaml": MAPPING, "orders.csv": ORDERS, "goods.csv": GOODS}.items():
        (folder / name).write_text(text)
    return create(folder / "shop")


@pytest.fixture
def shop(tmp_path):
    return made(tmp_path)


def named(shop, *files):
    return [str(shop.path.parent / file) for file in files or ("orders.csv", "goods.csv")]


def tried(shop, *files):
    return try_out(shop, reading(shop, named(shop, *files), str(shop.path.parent / "m.yaml")))


def guessed(shop, file):
    return try_out(shop, reading(shop, named(shop, file)))


def added(shop):
    return add(shop, named(shop), str(shop.path.parent / "m.yaml"), max_rejected=1)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return tried(made(tmp_path_factory.mktemp("tried")))


def tree(folder):
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def test_its_numbers_are_those_of_the_import_that_follows(shop):
    dry, done = tried(shop).report, added(shop)
    told = ("rows", "events", "new", "known", "repeated", "rejected", "names", "reasons", "first", "last")
    assert [getattr(dry, name) for name in told] == [getattr(done, name) for name in told]
    assert dry.names == {"order": 3, "identify": 4, "sent": 2}


@pytest.mark.parametrize("is_filled", [False, True])
def test_nothing_is_written(shop, is_filled):
    if is_filled:
        added(shop)
    before = tree(shop.path)
    tried(shop)
    assert tree(shop.path) == before


def test_customers_are_known_who_have_an_event_already_and_new_else(shop, tmp_path):
    added(shop)
    (tmp_path / "orders-2.csv").write_text("order,who,day,sent,paid,item,city\n7,ANA@a.no,2026-06-01,,1,t,\n")
    (tmp_path / "orders-3.csv").write_text("order,who,day,sent,paid,item,city\n8,fia@a.no,2026-06-01,,1,t,\n")
    later = tried(shop, "orders-2.csv", "orders-3.csv", "goods.csv")
    assert (later.new_customers, later.known_customers) == (1, 1)


def test_rejected_rows_are_told_by_reason_with_column_lines_and_a_value(found):
    rejects = {(one.reason, one.column): (one.rows, one.lines, one.value) for one in found.rejects}
    assert rejects == {
        ("missing_identifier", "who"): (1, (4,), None),
        ("bad_time", "day"): (2, (5, 7), "some day"),
        ("bad_value", "paid"): (1, (6,), "much"),
    }


def test_columns_become_properties_or_attributes_or_are_named_as_not_used(found):
    (orders,) = found.columns
    assert orders.properties == {"order": "number", "product": "product"}
    assert (orders.attributes, orders.unused) == ({"city": "city"}, ("colour",))


def test_without_a_mapping_every_further_column_becomes_a_property(shop, tmp_path):
    (tmp_path / "plain.csv").write_text("customer,time,event,size\nana,2026-05-01,visit,3\nbo,2026-05-02,visit,4\n")
    (columns,) = guessed(shop, "plain.csv").columns
    assert (dict(columns.properties), columns.unused) == ({"size": "size"}, ())


def test_the_first_rows_stand_beside_what_they_become(found):
    (sample,) = found.samples
    first, second, third = sample.rows[:3]
    assert (first.line, first.cells["who"], first.cells["colour"], second.cells["colour"]) == (
        2,
        "ana@a.no",
        "red",
        None,
    )
    assert [event["name"] for event in first.events] == ["order", "sent", "identify"]
    assert first.events[0] == {
        "name": "order",
        "time": "2026-04-30T22:00:00Z",
        "identifiers": ["email:ana@a.no"],
        "channel": "unknown",
        "value": 10.5,
        "currency": "SEK",
        "properties": {"number": 1, "product": "Tea"},
    }
    assert (third.events, third.rejected) == ((), ({"column": "who", "value": None, "reason": "missing_identifier"},))


def test_at_most_ten_rows_are_shown_of_a_file(shop, tmp_path):
    rows = "".join(f"c{at},2026-05-{at % 28 + 1:02},visit\n" for at in range(40))
    (tmp_path / "plain.csv").write_text("customer,time,event\n" + rows)
    (sample,) = guessed(shop, "plain.csv").samples
    assert [len(row.events) for row in sample.rows] == [1] * 10


def test_an_import_that_would_stop_is_told_so_and_is_no_error(found):
    assert found.stops
    assert "would stop: more than 20% of the rows" in " ".join(text_of(found).split())
    assert not replace(found, max_rejected=1.0).stops


def test_what_is_noticed_while_rows_are_read_is_told_too_and_kept_with_the_import(shop, tmp_path):
    (tmp_path / "goods.csv").write_text("item,name\nt,Tea\n")
    report = added(shop)
    for told in (tried(shop).report, report, read_report(shop.imports, report.import_id)):
        assert any("is not in 'goods*'" in note for note in told.notes)


def test_the_text_fits_into_eighty_columns_and_says_all_parts(found):
    text = text_of(found, 80)
    assert max(map(len, text.splitlines())) <= 80
    for said in (
        "Events by name",
        "Rejected rows",
        "bad_time in day, 2 rows, such as some day: lines 5, 7",
        "not used: colour",
        "order (as number)",
        "3 new customers, 0 known",
        "-> rejected, missing_identifier: who is empty",
        "-> order 2026-04-30T22:00:00Z",
    ):
        assert said in " ".join(text.split())


def test_lines_that_follow_each_other_are_a_range_and_many_are_counted(shop, tmp_path):
    bad = "".join(f"c,{'when' if at % 3 else '2026-05-01'},visit\n" for at in range(60))
    (tmp_path / "plain.csv").write_text("customer,time,event\n" + bad)
    text = " ".join(text_of(guessed(shop, "plain.csv")).split())
    assert "40 rows, such as when: lines 3-4, 6-7," in text
    assert "and 16 more" in text


def test_signs_that_a_terminal_obeys_are_not_shown(shop, tmp_path):
    (tmp_path / "plain.csv").write_text("customer,time,event,note\nana,2026-05-01,visit,a\x1b[2Jb\n")
    assert "\x1b" not in text_of(guessed(shop, "plain.csv"))


def test_it_is_json(found):
    told = json.loads(json.dumps(found.to_dict()))
    assert told["customers"] == {"new": 3, "known": 0}
    assert {one["reason"]: one["lines"] for one in told["rejects"]}["bad_time"] == [5, 7]
    assert told["names"]["order"] == 3
    assert told["columns"][0]["unused"] == ["colour"]
    assert len(told["samples"][0]["rows"]) == 7
