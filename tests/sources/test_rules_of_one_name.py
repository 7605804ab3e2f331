"""Rules of one name: two events of one row stay two, and one fact told in two ways stays one."""

import pytest
from sources.mapped import events, mapped

HEAD = "preset: 1\nid: calls\nidentifiers: [{type: user_id, column: who}]\n"
TWICE = "who,first,second,nr,paid\nana,2026-07-01,2026-07-02,7,yes\nbo,,2026-07-03,8,no\n"


def ids(desk, rules: str, text: str = TWICE) -> dict[tuple[str, str], str]:
    """Return the id of each event by customer and day."""
    listed = events(mapped(desk, HEAD + f"time: first\nevents: [{rules}]\n", {"calls.csv": text}))
    return {(row["identifiers"][0][1], row["time"][:10]): row["event_id"] for row in listed}


@pytest.mark.parametrize("own", ["", ", id: nr"])
def test_a_row_may_have_two_events_of_one_name_at_two_times(desk, own):
    rules = f"{{name: call, time: first{own}}}, {{name: call, time: second{own}}}"
    found = ids(desk, rules)
    assert list(found) == [("ana", "2026-07-01"), ("ana", "2026-07-02"), ("bo", "2026-07-03")]
    assert len(set(found.values())) == 3


def test_an_event_with_an_id_keeps_it_when_another_of_its_row_comes_later(desk):
    rules = "{name: call, time: first, id: nr}, {name: call, time: second, id: nr}"
    later = ids(desk, rules, TWICE.replace("bo,,", "bo,2026-07-02,"))
    assert later[("bo", "2026-07-03")] == ids(desk, rules)[("bo", "2026-07-03")]


def test_one_fact_that_two_rules_tell_in_two_ways_has_one_id(desk):
    rules = (
        "{name: order, id: nr, when: {column: paid, is: 'yes'}}, {name: order, id: nr, when: {column: paid, is: 'no'}}"
    )
    before, after = ids(desk, rules), ids(desk, rules, TWICE.replace("7,yes", "7,no"))
    assert before[("ana", "2026-07-01")] == after[("ana", "2026-07-01")]


def test_a_corrected_row_brings_only_the_event_that_was_missing(desk):
    rules = HEAD + "events: [{name: call, time: first}, {name: call, time: second}]\n"
    imported = mapped(desk, rules, {"calls.csv": "who,first,second\nana,2026-07-01,soon\nbo,2026-07-01,2026-07-02\n"})
    assert len(events(imported)) == 3
    (rejected,) = imported.rejected_rows
    assert rejected.table["rejected_event"].to_pylist() == ["call #2"]


TABLE = "  - {{files: '*.csv', time: {time}, identifiers: [{{type: user_id, column: who}}], events: [{rules}]}}\n"


def tables(*rules):
    """Return a mapping of tables that fit the same file; each has the time and the rules given."""
    return "preset: 1\nid: calls\ntables:\n" + "".join(TABLE.format(time=time, rules=own) for time, own in rules)


@pytest.mark.parametrize("own", ["", ", id: nr"])
def test_two_tables_that_one_file_fits_make_two_events_of_one_name(desk, own):
    mapping = tables(("first", f"{{name: call{own}}}"), ("second", f"{{name: call{own}}}"))
    text = TWICE.replace("bo,,", "bo,2026-07-02,")
    listed = events(mapped(desk, mapping, {"calls.csv": text}))
    assert len(listed) == len({row["event_id"] for row in listed}) == 4
    alone = events(mapped(desk, tables(("first", f"{{name: call{own}}}")), {"alone.csv": text}))
    assert [row["event_id"] for row in alone] == [row["event_id"] for row in listed[:2]]


def test_one_fact_that_two_tables_tell_has_one_id(desk):
    mapping = tables(("first", "{name: order, id: nr}"), ("first", "{name: order, id: nr, channel: web}"))
    listed = events(mapped(desk, mapping, {"orders.csv": TWICE.replace("bo,,", "bo,2026-07-02,")}))
    assert (len(listed), len({row["event_id"] for row in listed})) == (4, 2)


def test_tables_that_say_other_things_of_a_customer_make_two_events_and_those_that_say_the_same_one(desk):
    rule = "{{name: {}, attributes: {{{}: of}}}}"
    text = TWICE.replace("bo,,", "bo,2026-07-02,")

    def said(one, other):
        mapping = tables(("first", rule.format("call", one)), ("first", rule.format("visit", other)))
        found = events(mapped(desk, mapping, {"calls.csv": text}))
        return len({row["event_id"] for row in found if row["name"] == "identify"})

    assert (said("nr", "paid"), said("paid", "paid")) == (4, 2)


def test_a_corrected_row_brings_only_the_event_of_the_table_in_which_it_was_missing(desk):
    mapping = tables(("first", "{name: call}"), ("second", "{name: call}"))
    imported = mapped(desk, mapping, {"calls.csv": TWICE.replace("bo,,2026-07-03", "bo,2026-07-02,soon")})
    assert len(events(imported)) == 3
    (rejected,) = imported.rejected_rows
    assert rejected.table["rejected_event"].to_pylist() == ["call #2"]
