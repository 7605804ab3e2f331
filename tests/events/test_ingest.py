import csv

import pyarrow as pa
import pytest
from events.imports_by_hand import File, Shop, rejected, visits
from hypothesis import given, settings
from hypothesis import strategies as st

from farled.errors import ConflictError, InputError
from farled.events.report import read_report
from farled.events.store import EventStore

ids = st.lists(st.sampled_from("abcdef"), max_size=8)


def numbers(report):
    return report.events, report.new, report.known, report.repeated


def test_the_same_file_twice_changes_nothing(tmp_path):
    shop = Shop(tmp_path)
    assert numbers(shop.load("first", "a", "b", "b")) == (3, 2, 0, 1)
    version = shop.store.version
    second = shop.load("second", "a", "b", "b")
    assert numbers(second) == (3, 0, 2, 1)
    assert str(second).startswith("0 new events of 3")
    assert shop.ids() == ["a", "b"]
    assert shop.store.version == version


def test_the_first_of_two_events_with_one_id_wins(tmp_path):
    shop = Shop(tmp_path)
    shop.take("first", File(pa.concat_tables([visits("a", name="first"), visits("a", name="second")])))
    shop.take("second", File(visits("a", name="third")))
    assert shop.store.events().column("name").to_pylist() == ["first"]


@settings(max_examples=20)
@given(st.lists(ids, max_size=4), st.integers(1, 3))
def test_whatever_comes_in_however_cut_each_id_is_stored_once(tmp_path_factory, files, size):
    shop = Shop(tmp_path_factory.mktemp("shop"))
    stored = set()
    for number, file in enumerate(files):
        parts = [visits(*file[at : at + size]) for at in range(0, len(file), size)]
        report = shop.take(f"i{number}", File(parts))
        assert numbers(report) == (
            len(file),
            len(set(file) - stored),
            len(set(file) & stored),
            len(file) - len(set(file)),
        )
        stored |= set(file)
    assert shop.ids() == sorted(stored)


@settings(max_examples=20)
@given(ids, ids)
def test_a_dry_run_tells_the_numbers_of_the_run_and_writes_nothing(tmp_path_factory, before, after):
    shop = Shop(tmp_path_factory.mktemp("shop"))
    shop.load("before", *before)
    file = File(visits(*after), rejected(*["bad_time"] * (len(after) // 5)))
    stored = sorted(path for path in shop.path.rglob("*") if path.parent.name != "_seen")
    dry = shop.take("after", file, dry_run=True)
    assert sorted(path for path in shop.path.rglob("*") if path.parent.name != "_seen") == stored
    run = shop.take("after", file)
    assert {**dry.to_dict(), "state": run.state, "version": run.version} == run.to_dict()


def test_the_report_tells_names_times_and_reasons(tmp_path):
    shop = Shop(tmp_path)
    events = pa.concat_tables([visits("1", "2", "3"), visits("4", name="order")])
    report = shop.take("a", File(events, rejected("bad_time")))
    assert dict(report.names) == {"visit": 3, "order": 1}
    assert (report.first, report.last, report.rows, report.rejected) == (0, 2, 5, 1)
    assert dict(report.reasons) == {"bad_time": 1}
    assert report.state == "loaded"
    assert read_report(shop.imports, "a") == report


def test_more_rejects_than_allowed_stop_the_import_and_can_be_looked_at(tmp_path):
    shop = Shop(tmp_path)
    file = File(visits("1", "2", "3"), rejected("bad_time"))
    with pytest.raises(InputError, match="1 of 4 rows was rejected, most as 'bad_time'"):
        shop.take("a", file)
    assert shop.ids() == []
    assert not list(shop.store.folder.rglob("*.parquet"))
    assert read_report(shop.imports, "a").state == "stopped"
    assert (shop.imports / "a" / "rejects.csv").exists()
    assert shop.take("a", file, max_rejected=0.25).new == 3


def test_a_fifth_of_the_rows_may_be_rejected(tmp_path):
    assert Shop(tmp_path).take("a", File(visits(*"abcd"), rejected("bad_time"))).new == 4


def test_a_row_that_is_wrong_twice_is_one_rejected_row(tmp_path):
    lines, reasons = [2, 2, 3, None, None], ["bad_time", "bad_value", "bad_time", "unreadable", "unreadable"]
    table = pa.table({"file": ["a.csv"] * 5, "line": pa.array(lines, pa.int64()), "reason": reasons})
    report = Shop(tmp_path).take("a", File(visits("1"), table), max_rejected=1)
    assert report.rejected == 4
    assert report.reasons["bad_time"] == 2


def test_rejects_keep_their_columns_and_never_run_as_formulas(tmp_path):
    shop = Shop(tmp_path)
    cells = ["=1+2", "@x", "\tx", "-5", "+47 912 34 567", "-x", "plain"]
    table = pa.table({"cell": cells, "reason": ["bad_value"] * len(cells)})
    shop.take("a", File(visits("1"), table), max_rejected=1)
    with (shop.imports / "a" / "rejects.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["cell"] for row in rows] == ["'=1+2", "'@x", "'\tx", "-5", "+47 912 34 567", "'-x", "plain"]
    assert rows[0]["reason"] == "bad_value"


def test_events_say_which_import_brought_them(tmp_path):
    shop = Shop(tmp_path)
    shop.load("spring-2026", "a")
    assert shop.sources() == {"a": "import/spring-2026"}


def test_an_id_that_a_folder_cannot_have_is_refused(tmp_path):
    for bad in ("", "../x", "a/b", ".hidden", "a b"):
        with pytest.raises(InputError, match="cannot name an import"):
            Shop(tmp_path).load(bad, "a")


def test_an_id_is_for_one_import(tmp_path):
    shop = Shop(tmp_path)
    shop.load("a", "1")
    with pytest.raises(InputError, match="loaded already"):
        shop.load("a", "2")
    assert shop.ids() == ["1"]
    assert shop.load("a", "1").new == 0
    assert read_report(shop.imports, "a").new == 1


def test_an_import_that_fails_midway_leaves_nothing(tmp_path):
    shop = Shop(tmp_path)
    broken = visits("2").append_column("properties", [["no json"]])
    with pytest.raises(InputError):
        shop.take("a", File([visits("1").append_column("properties", [["{}"]]), broken]))
    assert shop.ids() == []
    assert not list(shop.store.folder.rglob("*.parquet"))


class Overtaken(EventStore):
    """A store in which another writer commits the given ids just before each of ours, as long as there are some."""

    others = ()

    def commit(self, head, add, remove, turns, now):
        if self.others:
            mine, *self.others = self.others
            other = Shop(self.folder.parent)
            other.load(f"other-{mine[0]}", *mine)
        return super().commit(head, add, remove, turns, now)


@pytest.mark.parametrize("others", [[["x"]], [["a"]], [["x"], ["a", "b"], ["y"]], [["a"], ["b"], ["c"]]])
def test_a_writer_that_was_overtaken_checks_again(tmp_path, others):
    shop = Shop(tmp_path, kind=Overtaken)
    shop.store.others = others
    taken = {one for other in others for one in other}
    report = shop.load("mine", "a", "b", "c")
    assert numbers(report) == (3, 3 - len(taken & set("abc")), len(taken & set("abc")), 0)
    assert shop.ids() == sorted(taken | set("abc"))


def test_files_of_a_refused_commit_are_used_again_or_deleted(tmp_path):
    shop = Shop(tmp_path, kind=Overtaken)
    shop.store.others = [["x"], ["a"]]
    shop.load("mine", "a", "b")
    assert shop.store.sweep(0, dry_run=True) == []


def test_a_writer_that_never_gets_through_says_so(tmp_path):
    shop = Shop(tmp_path, kind=Overtaken)
    shop.store.others = [[f"x{number}"] for number in range(100)]
    waited = []
    with pytest.raises(ConflictError, match="faster"):
        shop.load("mine", "a", wait=waited.append)
    assert waited == list(range(30))


def test_many_small_imports_are_compacted(tmp_path):
    shop = Shop(tmp_path, buckets=1)
    for number in range(51):
        shop.load(f"i{number}", str(number))
    assert len(shop.store.snapshot().stored) == 2
    assert len(shop.ids()) == 51
