import os

import pytest
from events.imports_by_hand import Shop

from farled.events.doctor import Check, doctor
from farled.events.folder import Settings, init
from farled.events.report import write_report


@pytest.fixture
def shop(tmp_path):
    init(tmp_path, Settings(name="shop", buckets=2))
    shop = Shop(tmp_path)
    shop.load("a", "1", "2")
    return shop


def problems(path):
    return {check.name: check for check in doctor(path) if not check.ok}


def test_a_sound_workspace_has_no_problem(shop):
    checks = doctor(shop.path)
    assert [check.name for check in checks] == [
        "settings", "permissions", "space", "events", "leftovers", "seen", "imports"
    ]  # fmt: skip
    assert problems(shop.path) == {}
    assert "2 events" in str(checks[3])


def test_a_workspace_without_events_is_sound(tmp_path):
    init(tmp_path, Settings(name="shop"))
    assert problems(tmp_path) == {}
    assert not (tmp_path / "events").exists()


def test_every_problem_says_what_to_do(shop):
    for path in shop.store.seen_folder.iterdir():
        path.write_bytes(b"x")
    shop.store.snapshot().stored[0].path.write_bytes(b"x")
    found = problems(shop.path)
    assert set(found) == {"events", "seen"}
    assert all(check.hint and "\n" not in str(check) for check in found.values())


def test_a_missing_file_of_the_table_is_found(shop):
    shop.store.snapshot().stored[0].path.unlink()
    assert "missing" in problems(shop.path)["events"].message


def test_settings_that_cannot_be_read_end_the_visit(shop):
    (shop.path / "farled.yaml").write_text("nme: x")
    assert [check.name for check in doctor(shop.path)] == ["settings"]


def test_an_interrupted_import_is_named(shop):
    report = shop.load("b", "3", dry_run=True)
    write_report(shop.imports, type(report)("b", "loading"))
    assert "'b' was interrupted" in problems(shop.path)["imports"].message


def test_files_of_killed_writers_are_told_when_old(shop):
    orphan = shop.store.folder / "bucket=0" / "orphan.parquet"
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"half")
    os.utime(orphan, (0, 0))
    told = {check.name: check for check in doctor(shop.path)}["leftovers"]
    assert told.ok
    assert told.message.startswith("1 file")


def test_missing_memory_of_ids_is_no_problem(shop):
    for path in shop.store.seen_folder.iterdir():
        path.unlink()
    assert problems(shop.path) == {}
    shop.load("b", "1")
    assert shop.ids() == ["1", "2"]


def test_the_index_is_looked_at_by_whoever_knows_it(shop):
    def index(folder, snapshot):
        return Check("index", False, f"behind version {snapshot.version} of {folder.path.name}", "Build it.")

    assert doctor(shop.path, index)[-1] == index(init_folder(shop), shop.store.snapshot())


def init_folder(shop):
    return type("Folder", (), {"path": shop.path})


def test_the_doctor_changes_nothing(shop):
    def state():
        return {path: path.stat().st_mtime_ns for path in shop.path.rglob("*")}

    before = state()
    doctor(shop.path)
    assert state() == before
