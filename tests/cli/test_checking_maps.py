"""What ``farled map check`` says of a map that knows something which is not there."""

from functools import partial

import pytest
from maps_example import MAP

EVENTS = """user_id,time,event
a,2026-05-01T10:00:00Z,view
a,2026-05-01T11:00:00Z,click
b,2026-05-01T10:00:00Z,view
b,2026-05-02T10:00:00Z,orders
"""
WRITTEN = MAP.replace("{attr: plan, is: pro}", "{all: [{sequence: [view, orders, answer]}, {event: klick}]}")
NEVER = [
    "personas[0].segment.all[0].sequence[2]: No event 'answer' ever came.",
    "personas[0].segment.all[1].event: No event 'klick' ever came. Did you mean 'click'?",
    "metrics.reply.from.event: No event 'ask' ever came.",
    "metrics.reply.to.event: No event 'answer' ever came.",
    "phases[1].touchpoints[1].observe.event: No event 'order' ever came. Did you mean 'orders'?",
]


@pytest.fixture
def check(typed, tmp_path):
    """A workspace with a map that names events of the data and others."""
    (tmp_path / "events.csv").write_text(EVENTS)
    assert typed("init", "shop")[0] == 0
    assert typed("ingest", "events.csv", "--workspace", "shop")[0] == 0
    (tmp_path / "shop" / "maps").mkdir(exist_ok=True)
    (tmp_path / "shop" / "maps" / "shop.yaml").write_text(WRITTEN, encoding="utf-8")
    return partial(typed, "map", "check")


def test_events_that_never_came_are_told_with_their_place_and_the_map_can_be_used(check):
    code, out, _ = check("--workspace", "shop")
    *told, last = out.splitlines()
    assert (code, last) == (0, "shop: can be used, but names events that never came")
    lines = [WRITTEN.splitlines()[int(line.split(":")[1]) - 1] for line in told]
    assert [line.split(": ", 1)[1][: len(says)] for line, says in zip(told, NEVER, strict=True)] == NEVER
    assert all(says.split("'")[1] in line for says, line in zip(NEVER, lines, strict=True))


def test_a_map_whose_events_all_came_is_in_order(check, tmp_path):
    text = (
        WRITTEN.replace("order}", "orders}").replace("ask", "view").replace("answer", "click").replace("klick", "view")
    )
    (tmp_path / "shop" / "maps" / "shop.yaml").write_text(text, encoding="utf-8")
    assert check("--workspace", "shop") == (0, "shop: in order\n", "")


def test_a_catalogue_is_looked_through_too(check, tmp_path):
    (tmp_path / "shop" / "catalog.yaml").write_text(
        "farled: 1\nsegments:\n  late: {name: Late, rule: {event: clik, min: 2}}\n", encoding="utf-8"
    )
    _, out, _ = check("--workspace", "shop")
    assert "catalog.yaml:3: segments.late.rule.event: No event 'clik' ever came. Did you mean 'click'?" in out


def test_a_file_is_checked_against_the_events_of_the_workspace_that_is_named(check, tmp_path):
    (tmp_path / "mine.yaml").write_text(WRITTEN, encoding="utf-8")
    assert check("mine.yaml") == (0, "mine.yaml: in order\n", "")
    code, out, _ = check("mine.yaml", "--workspace", "shop")
    assert (code, out.count("No event")) == (0, len(NEVER))


def test_an_unknown_icon_is_refused_with_its_place_and_the_nearest(check, tmp_path):
    (tmp_path / "mine.yaml").write_text(MAP.replace("icon: globe", "icon: glob"), encoding="utf-8")
    code, _, err = check("mine.yaml")
    assert code == 2
    assert "mine.yaml:14: channels.web.icon: There is no icon 'glob'. Did you mean 'globe'?" in err


def test_a_workspace_without_maps_says_how_to_begin_one(typed):
    assert typed("init", "bare")[0] == 0
    code, out, _ = typed("map", "check", "--workspace", "bare")
    assert (code, out) == (0, "There are no maps yet. Next: farled map draft --workspace bare\n")


def test_a_saved_segment_whose_events_never_came_is_told(check, typed):
    code, out, _ = typed("segment", "save", "late", "{event: clik}", "--workspace", "shop")
    told, saved = out.splitlines()
    assert code == 0
    assert "segments.late.rule.event: No event 'clik' ever came. Did you mean 'click'?" in told
    assert saved.startswith("The segment late is saved.")
