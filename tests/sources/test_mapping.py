"""What the verbs of a mapping do."""

import json

import pytest
from sources.mapped import events, mapped, table, told
from sources.written import rejected, report

from farled.errors import InputError, NotFoundError
from farled.sources.mapping import Setting, apply

HEAD = """
preset: 1
id: shop
time: day
identifiers: [{type: user_id, column: who}]
"""
ROW = "who,day,what,price\nana,2026-05-01,order,12.50\n"


def one(desk, event: str, text: str = ROW, setting: Setting | None = None):
    """Return the only event of a mapping with one rule."""
    found = events(mapped(desk, HEAD + f"events: [{{{event}}}]\n", {"a.csv": text}, setting))
    assert len(found) == 1
    return found[0]


def test_a_rule_makes_an_event_of_each_row(desk):
    found = events(mapped(desk, table(), {"a.csv": ROW}))[0]
    found.pop("event_id")
    assert found == {
        "time": "2026-05-01T00:00",
        "sequence": 0,
        "name": "visit",
        "channel": "unknown",
        "identifiers": [("user_id", "ana")],
        "account": None,
        "value": None,
        "currency": None,
        "score": None,
        "scale": None,
        "text": None,
        "properties": "{}",
    }


def test_a_name_may_be_a_column_with_other_words_for_some_values(desk):
    assert one(desk, "name: {column: what}")["name"] == "order"
    assert one(desk, "name: {column: what, map: {order: order_placed}}")["name"] == "order_placed"


def test_a_channel_may_be_fixed_or_a_column_with_a_default(desk):
    assert one(desk, "name: x, channel: store")["channel"] == "store"
    assert (
        one(desk, "name: x, channel: {column: via, default: web}", "who,day,via\nana,2026-05-01,\n")["channel"] == "web"
    )


def test_value_and_currency_of_column_fixed_header_and_workspace(desk):
    found = one(desk, "name: x, value: price, currency: NOK")
    assert (found["value"], found["currency"]) == (12.5, "NOK")
    assert one(desk, "name: x, value: price", setting=Setting(currency="SEK"))["currency"] == "SEK"
    text = "who,day,Spent (DKK),c\nana,2026-05-01,5,nok\n"
    assert (
        one(desk, r"name: x, value: 'Spent (DKK)', currency: {from_header: '\(([A-Z]{3})\)'}", text)["currency"]
        == "DKK"
    )
    assert one(desk, "name: x, value: 'Spent (DKK)', currency: {column: c}", text)["currency"] == "NOK"


def test_score_with_its_scale_and_text_of_several_columns(desk):
    text = "who,day,stars,title,body\nana,2026-05-01,4,Good,Came late\nbo,2026-05-01,,,\n"
    rule = "{name: review, score: {column: stars, scale: stars}, text: {columns: [title, body], join: '. '}}"
    full, empty = events(mapped(desk, HEAD + f"events: [{rule}]\n", {"a.csv": text}))
    assert (full["score"], full["scale"], full["text"]) == (4, "stars", "Good. Came late")
    assert (empty["score"], empty["scale"], empty["text"]) == (None, None, None)


def test_properties_keep_their_names_or_get_new_ones_numbers_are_numbers_and_empty_ones_are_left_out(desk):
    text = 'who,day,size,zip,note\nana,2026-05-01,3,0150,"a ""b"""\nbo,2026-05-01,4,,\n'
    rule = "{name: x, properties: {size: n, zip: zip, note: note}}"
    found = events(mapped(desk, HEAD + f"events: [{rule}]\n", {"a.csv": text}))
    assert [row["properties"] for row in found] == ['{"n":3,"note":"a \\"b\\"","zip":"0150"}', '{"n":4}']


def test_when_chooses_rows_by_all_its_tests(desk):
    text = "who,day,state,n\na,2026-05-01,won,1\nb,2026-05-01,lost,1\nc,2026-05-01,won,\n"
    rule = "{name: x, when: [{column: state, is: [won, open]}, {column: n, filled: true}]}"
    assert told(mapped(desk, HEAD + f"events: [{rule}]\n", {"a.csv": text})) == [("a", "2026-05-01T00:00", "x")]
    rule = "{name: x, when: [{column: state, is_not: won}]}"
    assert told(mapped(desk, HEAD + f"events: [{rule}]\n", {"a.csv": text})) == [("b", "2026-05-01T00:00", "x")]
    rule = "{name: x, when: {column: state, matches: '^l'}}"
    assert told(mapped(desk, HEAD + f"events: [{rule}]\n", {"a.csv": text})) == [("b", "2026-05-01T00:00", "x")]


def test_one_row_becomes_an_event_for_each_of_its_times_that_is_filled(desk):
    mapping = (
        HEAD + "events: [{name: order, time: ordered}, {name: paid, time: {column: paid, formats: ['%d.%m.%Y']}}]\n"
    )
    text = "who,day,ordered,paid\nana,x,2026-05-01,02.05.2026\nbo,x,2026-05-01,\n"
    imported = mapped(desk, mapping, {"a.csv": text})
    assert told(imported) == [
        ("ana", "2026-05-01T00:00", "order"),
        ("ana", "2026-05-02T00:00", "paid"),
        ("bo", "2026-05-01T00:00", "order"),
    ]
    assert imported.rejected.num_rows == 0


def test_sequence_is_the_order_of_rows_and_within_a_row_that_of_the_rules(desk):
    mapping = HEAD + "events: [{name: a}, {name: b}]\n"
    found = events(mapped(desk, mapping, {"a.csv": "who,day\nana,2026-05-01\nbo,2026-05-01\n"}))
    assert [(row["sequence"], row["name"]) for row in found] == [(0, "a"), (1, "b"), (2, "a"), (3, "b")]


def test_attributes_become_an_identify_event(desk):
    found = events(mapped(desk, HEAD + "events: [{name: order, attributes: {what: kind}}]\n", {"a.csv": ROW}))
    assert [(row["name"], row["properties"]) for row in found] == [("order", "{}"), ("identify", '{"kind":"order"}')]


def test_identifiers_are_normalised_and_those_that_mean_nobody_are_left_out(desk):
    text = "who,day,mail\nana,2026-05-01, Ana@B.NO \nbo,2026-05-01,null\n"
    rule = "{name: x, identifiers: [{type: user_id, column: who}, {type: email, column: mail, optional: true}]}"
    found = events(mapped(desk, HEAD + f"events: [{rule}]\n", {"a.csv": text}))
    assert [row["identifiers"] for row in found] == [[("user_id", "ana"), ("email", "ana@b.no")], [("user_id", "bo")]]


def test_rows_are_rejected_once_for_each_reason_with_line_column_and_value(desk):
    text = "who,day,n\nguest,2026-05-01,1\nana,soon,1\n,2026-05-01,1\nbo,2026-05-01,many\nx\n"
    mapping = HEAD + "events: [{name: a, value: n}, {name: b, value: n}]\n"
    imported = mapped(desk, mapping, {"a.csv": text})
    assert told(imported) == []
    assert imported.rows == 5
    assert rejected(imported) == [
        (2, "who", "guest", "missing_identifier"),
        (3, "day", "soon", "bad_time"),
        (4, "who", None, "missing_identifier"),
        (5, "n", "many", "bad_value"),
        (6, "", "x", "unreadable"),
    ]


def test_a_row_without_any_of_its_optional_identifiers_is_rejected(desk):
    mapping = HEAD + "events: [{name: x, identifiers: [{type: email, column: mail, optional: true}]}]\n"
    imported = mapped(desk, mapping, {"a.csv": "who,day,mail\nana,2026-05-01,example@shop.se\n"})
    assert told(imported) == []
    assert rejected(imported) == [(2, "mail", "example@shop.se", "missing_identifier")]


def test_lines_above_the_header_and_rows_of_totals_are_left_out(desk):
    changed = table(rows="{skip_top: 2, drop_when: [{column: who, is: ''}, {column: who, matches: '^Total'}]}")
    text = "Report\nMay 2026\nwho,day\nana,2026-05-01\n,2026-05-01\nTotal: 1,2026-05-01\n"
    imported = mapped(desk, changed, {"a.csv": text})
    assert told(imported) == [("ana", "2026-05-01T00:00", "visit")]
    assert imported.rejected.num_rows == 0


def test_aliases_give_columns_the_names_of_the_mapping(desk):
    changed = table(aliases="{who: {sv: [Kund], nb: [Kunde]}, day: [Dato]}")
    assert told(mapped(desk, changed, {"a.csv": "KUNDE;dato\nana;2026-05-01\n"})) == [
        ("ana", "2026-05-01T00:00", "visit")
    ]


def test_a_prefix_is_taken_off(desk):
    changed = table(strip_prefix='{columns: who, prefix: "\'"}')
    assert told(mapped(desk, changed, {"a.csv": "who,day\n'007,2026-05-01\nbo,2026-05-01\n"}))[0][0] == "007"


def test_empty_cells_are_filled_from_above_within_a_key(desk):
    changed = table(carry_down="{key: order, columns: [who, day]}")
    text = "order,who,day\n1,ana,2026-05-01\n1,,\n2,,2026-05-02\n2,bo,\n"
    imported = mapped(desk, changed, {"a.csv": text})
    assert told(imported) == [
        ("ana", "2026-05-01T00:00", "visit"),
        ("ana", "2026-05-01T00:00", "visit"),
        ("bo", "2026-05-02T00:00", "visit"),
    ]
    assert rejected(imported) == [(4, "who", None, "missing_identifier")]


def test_rows_of_one_key_become_one_with_a_list_of_items(desk):
    mapping = (
        HEAD
        + "group_by: {key: order, items: {item: name, n: n}}\nevents: [{name: order, properties: [order, items]}]\n"
    )
    text = "order,who,day,item,n\n1,ana,2026-05-01,tea,2\n2,bo,2026-05-02,,\n1,ana,2026-05-01,cup,1\n"
    found = events(mapped(desk, mapping, {"a.csv": text}))
    assert [json.loads(row["properties"]) for row in found] == [
        {"order": 1, "items": [{"name": "tea", "n": "2"}, {"name": "cup", "n": "1"}]},
        {"order": 2},
    ]


SOLD = """
preset: 1
id: shop
files: sold*
time: day
identifiers: [{type: user_id, column: who}]
lookup: {file: goods*, key: item, take: {name: product, kind: kind}}
group_by: {key: order, items: {product: name, n: n, kind: kind}}
events: [{name: order, id: [order], properties: [order, items]}]
"""
GOODS = "item,name,kind\nt1,Tea,drink\nc1,Cup,china\n"


def test_what_is_looked_up_for_a_line_stands_in_the_items_of_its_order(desk):
    sold = "order,who,day,item,n\n1,ana,2026-05-01,t1,2\n1,ana,2026-05-01,c1,1\n2,bo,2026-05-02,c1,3\n"
    found = events(mapped(desk, SOLD, {"sold.csv": sold, "goods.csv": GOODS}))
    assert [json.loads(row["properties"])["items"] for row in found] == [
        [{"name": "Tea", "n": "2", "kind": "drink"}, {"name": "Cup", "n": "1", "kind": "china"}],
        [{"name": "Cup", "n": "3", "kind": "china"}],
    ]


def test_a_cut_column_may_be_the_key_and_in_the_items_of_a_group(desk):
    mapping = SOLD.replace("key: order,", "key: number,").replace("[order, items]", "[items]")
    mapping += "split: {column: order, by: /, into: [number, line]}\n"
    sold = "order,who,day,item,n\n1/1,ana,2026-05-01,t1,2\n1/2,ana,2026-05-01,c1,1\n"
    found = events(mapped(desk, mapping.replace("n: n", "line: n"), {"sold.csv": sold, "goods.csv": GOODS}))
    assert [[one["n"] for one in json.loads(row["properties"])["items"]] for row in found] == [["1", "2"]]


def test_a_rejected_row_brings_those_along_that_share_a_key_which_was_looked_up(desk):
    mapping = SOLD.replace("key: order,", "key: kind,")
    sold = "order,who,day,item,n\n1,,2026-05-01,t1,2\n2,bo,2026-05-02,c1,3\n3,ana,2026-05-03,t1,1\n"
    imported = mapped(desk, mapping, {"sold.csv": sold, "goods.csv": GOODS})
    assert told(imported) == [("bo", "2026-05-02T00:00", "order")]
    (back,) = imported.rejected_rows
    assert back.table["order"].to_pylist() == ["1", "3"]


def test_a_column_is_cut_into_columns_or_rows(desk):
    text = "who,day\nana;bo,2026-05-01\n"
    assert [who for who, *_ in told(mapped(desk, table(split="{column: who, by: ';'}"), {"a.csv": text}))] == [
        "ana",
        "bo",
    ]
    mapping = (
        HEAD.replace("column: who", "column: second")
        + "split: {column: who, by: ';', into: [first, second]}\nevents: [{name: x}]\n"
    )
    assert [who for who, *_ in told(mapped(desk, mapping, {"a.csv": text}))] == ["bo"]


def test_columns_are_looked_up_in_other_files_one_after_the_other(desk):
    mapping = table(
        files="orders*.csv",
        lookup="[{file: 'visits*', key: {visit: id}, take: {person: p}}, {file: people*, key: p, take: {name: who}}]",
    )
    files = {
        "orders-2026.csv": "visit,day\n7,2026-05-01\n8,2026-05-01\n",
        "visits.csv": "id,person\n7,p1\n7,p2\n",
        "people.csv": "p,name\np1,ana\n",
    }
    imported = mapped(desk, mapping, files)
    assert told(imported) == [("ana", "2026-05-01T00:00", "visit")]
    assert rejected(imported) == [(3, "who", None, "missing_identifier")]
    assert "lookup: 1 rows (their 'visit' is not in 'visits*')" in report(imported)
    assert "a 'id' seen before" in report(imported)


def test_a_lookup_without_its_file_is_an_error(desk):
    with pytest.raises(InputError, match=r"looks things up in 'people\*'"):
        told(mapped(desk, table(lookup="{file: people*, key: who, take: [age]}"), {"a.csv": ROW}))


def test_a_lookup_may_not_put_a_column_over_another(desk):
    with pytest.raises(InputError, match="there is such a column already"):
        told(
            mapped(
                desk, table(files="a.csv", lookup="{file: b*, key: who, take: [price]}"), {"a.csv": ROW, "b.csv": ROW}
            )
        )


def test_several_tables_each_take_the_files_that_they_name(desk):
    mapping = """
preset: 1
id: shop
tables:
  - {files: visits*, time: day, identifiers: [{type: user_id, column: who}], events: [{name: visit}]}
  - {files: [orders*], time: day, identifiers: [{type: user_id, column: who}], events: [{name: order}]}
"""
    imported = mapped(desk, mapping, {"orders.csv": ROW, "visits.csv": ROW, "more.csv": ROW})
    assert [name for *_, name in told(imported)] == ["order", "visit"]
    assert "file not used: more.csv" in report(imported)
    assert imported.unused_columns[str(desk.folder / "orders.csv")] == ("what", "price")


def test_without_names_of_files_the_table_with_the_most_required_columns_takes_a_file(desk):
    mapping = """
preset: 1
id: shop
tables:
  - {detect: {required: [who]}, time: day, identifiers: [{type: user_id, column: who}], events: [{name: visit}]}
  - {detect: {required: [who, price]}, time: day, identifiers: [{type: user_id, column: who}], events: [{name: order}]}
"""
    assert [name for *_, name in told(mapped(desk, mapping, {"a.csv": ROW, "b.csv": "who,day\nbo,2026-05-01\n"}))] == [
        "order",
        "visit",
    ]


def test_files_that_do_not_fit_are_an_error(desk):
    with pytest.raises(InputError, match="No file fits the mapping 'shop'"):
        mapped(desk, table(files="b*.csv"), {"a.csv": ROW})
    with pytest.raises(NotFoundError, match=r"a\.csv' has no column named 'price'"):
        mapped(desk, table(files="a.csv", detect="{required: [price]}"), {"a.csv": "who,day\nbo,2026-05-01\n"})
    with pytest.raises(NotFoundError, match="no column named 'day'"):
        told(mapped(desk, table(), {"a.csv": "who,dag\nbo,2026-05-01\n"}))


def test_the_days_that_an_import_replaces_are_told(desk):
    imported = mapped(
        desk, table(replace="{by: day, column: day}"), {"a.csv": "who,day\nbo,2026-05-02\nbo,2026-05-01T10:00\n"}
    )
    told(imported)
    assert imported.replaced_days == ("2026-05-01", "2026-05-02")


def test_a_file_of_events_needs_no_mapping(desk):
    head = "user_id,time,event,channel,amount,nps,shop\n"
    text = head + "ana,2026-05-01,order,web,12.5,,Oslo\nbo,2026-05-02,survey,mail,,9,\n"
    found = events(apply(None, desk.write(text)))
    assert [
        (row["name"], row["channel"], row["value"], row["score"], row["scale"], row["properties"]) for row in found
    ] == [
        ("order", "web", 12.5, None, None, '{"shop":"Oslo"}'),
        ("survey", "mail", None, 9, "nps", "{}"),
    ]


def test_customers_that_are_addresses_are_known_by_email(desk):
    found = events(apply(None, desk.write("customer,time,event\nANA@b.no,2026-05-01,visit\n")))
    assert found[0]["identifiers"] == [("email", "ana@b.no")]


def test_ids_that_a_file_brings_are_taken_as_they_are(desk):
    text = "user,time,event,event_id\nana,2026-05-01,visit,m-1\nana,2026-05-01,visit,m-2\n"
    assert [row["event_id"] for row in events(apply(None, desk.write(text)))] == ["m-1", "m-2"]


def test_the_events_of_an_import_can_be_read_again(desk):
    imported = mapped(desk, table(), {"a.csv": "who,day\nana,2026-05-01\n,2026-05-01\n"})
    assert events(imported) == events(imported)
    assert (imported.rows, imported.rejected.num_rows) == (2, 1)


def test_a_column_of_ids_that_repeat_is_not_taken_for_the_ids_of_events(desk):
    text = "user,time,event,event_id\nana,2026-05-01,visit,5\nana,2026-05-02,visit,5\n"
    found = events(apply(None, desk.write(text)))
    assert [row["properties"] for row in found] == ['{"event_id":5}'] * 2
