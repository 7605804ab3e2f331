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
