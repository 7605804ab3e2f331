import pytest
from events.imports_by_hand import Shop
from hypothesis import given, settings
from hypothesis import strategies as st

from farled.errors import InputError, NotFoundError
from farled.events.report import read_report, write_report
from farled.events.undo import report_of, reports

acts = st.lists(st.tuples(st.sampled_from("xyz"), st.sets(st.sampled_from("abcd"), min_size=1)), max_size=6)


def test_an_import_can_be_undone_and_done_again(tmp_path):
    shop = Shop(tmp_path)
    shop.load("x", "a", "b")
    shop.load("y", "c")
    assert shop.undo("x").state == "undone"
    assert shop.ids() == ["c"]
    assert shop.load("x", "a", "b").new == 2
    assert shop.ids() == ["a", "b", "c"]


def test_what_another_import_brought_too_stays_under_that_one(tmp_path):
    shop = Shop(tmp_path)
    shop.load("x", "a", "b")
    shop.load("y", "b", "c")
    shop.undo("x")
    assert shop.sources() == {"b": "import/y", "c": "import/y"}
    shop.undo("y")
    assert shop.ids() == []


def test_an_import_without_new_events_still_holds_them(tmp_path):
    shop = Shop(tmp_path)
    shop.load("x", "a")
    shop.load("y", "a")
    shop.undo("x")
    assert shop.sources() == {"a": "import/y"}
    shop.undo("y")
    assert shop.ids() == []


@settings(max_examples=12)
@given(acts)
def test_the_store_holds_what_the_standing_imports_brought(tmp_path_factory, acts):
    shop = Shop(tmp_path_factory.mktemp("shop"))
    standing = {}
    for import_id, ids in acts:
        if import_id in standing:
            shop.undo(import_id)
            del standing[import_id]
        else:
            shop.load(import_id, *sorted(ids))
            standing[import_id] = ids
    assert shop.ids() == sorted(set().union(*standing.values()))
    assert all(one in standing[source.removeprefix("import/")] for one, source in shop.sources().items())


def test_undoing_is_one_commit_and_keeps_other_files(tmp_path):
    shop = Shop(tmp_path, buckets=1)
    shop.load("x", "a")
    shop.load("y", "b")
    before = shop.store.snapshot()
    shop.undo("x")
    after = shop.store.snapshot()
    assert after.version == before.version + 1
    assert after.stored == before.stored[1:]


def test_only_what_stands_can_be_undone(tmp_path):
    shop = Shop(tmp_path)
    shop.load("x", "a")
    shop.undo("x")
    with pytest.raises(InputError, match="undone"):
        shop.undo("x")
    with pytest.raises(NotFoundError, match="'z'"):
        shop.undo("z")


@pytest.mark.parametrize(("written", "told"), [("loading", "loaded"), ("loaded", "loaded")])
def test_the_table_says_whether_an_import_is_loaded(tmp_path, written, told):
    shop = Shop(tmp_path)
    report = shop.load("x", "a")
    write_report(shop.imports, type(report)(report.import_id, written))
    assert report_of(shop.store, shop.imports, "x").state == told
    shop.load("x", "a")
    assert read_report(shop.imports, "x").state == told


def test_an_import_that_never_was_committed_is_interrupted(tmp_path):
    shop = Shop(tmp_path)
    report = shop.load("x", "a", dry_run=True)
    write_report(shop.imports, type(report)("x", "loading"))
    assert [one.state for one in reports(shop.store, shop.imports)] == ["interrupted"]
