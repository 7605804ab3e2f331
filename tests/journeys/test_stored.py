import errno
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journeys.events_in_memory import Events, event
from journeys.telling import told

from farled.errors import DamagedError, NotFoundError
from farled.journeys.attributes import Attributes
from farled.journeys.build import build
from farled.journeys.files import Mapped, write
from farled.journeys.index import Journeys
from farled.journeys.manifest import read_manifest, writing
from farled.journeys.stored import IndexStore

COLUMNS = ("channel", "value", "scale", "size")


@pytest.fixture
def store(tmp_path):
    return IndexStore(tmp_path / "index")


def shop():
    source = Events()
    source.add("a", [event("bo", "1", 9, "order", value=5.0), event("ana", "2", 5, "visit", channel="web", size="L")])
    source.add("b", [event("bo", "3", 2, "visit"), event("cai", "4", 2, "cart", size=3)])
    return source


ORDER = [("ana", 5, "visit"), ("bo", 2, "visit"), ("bo", 9, "order"), ("cai", 2, "cart")]


def everything(journeys, columns=()):
    """As ``told``, in an order that does not depend on the bucket."""
    return sorted(told(journeys, columns), key=lambda row: row[0])


def expected(source):
    rows = [row for rows in source.stored.values() for row in rows if row["name"] != "identify"]
    rows.sort(key=lambda row: (row["customer"], row["time"], row["sequence"], row["event_id"]))
    return [
        (
            row["customer"],
            row["time"],
            row["name"],
            *(row.get(key) for key in COLUMNS[:-1]),
            json.loads(row["properties"]).get("size"),
        )
        for row in rows
    ]


def test_the_index_holds_all_events_in_order(store):
    journeys = store.refresh(shop())
    assert everything(journeys) == ORDER
    assert (journeys.customers, journeys.events, journeys.start, journeys.end) == (3, 4, 2, 9)
    assert journeys.names == ("cart", "order", "visit")


def test_open_gives_what_refresh_gave(store):
    source = shop()
    assert everything(store.refresh(source), COLUMNS) == everything(store.open(source), COLUMNS) == expected(source)


def test_without_an_index_open_says_so(store):
    with pytest.raises(NotFoundError, match="no index"):
        store.open()


def test_a_source_without_events_is_an_empty_index(store):
    journeys = store.refresh(Events())
    assert (journeys.events, journeys.chunks(["channel"])[0].n, journeys.start) == (0, 0, None)


def test_nothing_is_read_again_when_nothing_changed(store):
    source = shop()
    store.refresh(source)
    source.read.clear()
    store.refresh(source)
    assert (source.read, store.is_fresh(source)) == ([], True)


def test_only_new_files_are_read_when_events_come(store):
    source = shop()
    store.refresh(source)
    source.read.clear()
    source.add("c", [event("ana", "5", 1, "ad"), event("ana", "6", 5, "zap", sequence=-1)])
    assert not store.is_fresh(source)
    assert everything(store.refresh(source), COLUMNS) == expected(source)
    assert {name.partition(":")[0][2:] for name in source.read if ":" not in name} == {"c"}


def test_codes_of_names_stay_when_names_come(store):
    source = shop()
    store.refresh(source)
    source.add("c", [event("ana", "5", 1, "ad")])
    assert store.refresh(source).names == ("cart", "order", "visit", "ad")


def test_removed_files_make_a_bucket_new(store):
    source = shop()
    store.refresh(source)
    del source.stored[
        next(name for name in source.stored if any(row["customer"] == "cai" for row in source.stored[name]))
    ]
    assert everything(store.refresh(source), COLUMNS) == expected(source)


def test_another_version_makes_a_bucket_new_and_leaves_the_others(store):
    source = shop()
    store.refresh(source)
    source.read.clear()
    source.versions[1] = "identities changed"
    store.refresh(source)
    assert {name[0] for name in source.read} == {"1"}


def test_ties_are_those_of_a_full_build_whichever_came_first(store):
    source = Events(1)
    source.add("a", [event("ana", "m", 1, "b"), event("ana", "z", 1, "d")])
    store.refresh(source)
    source.add("b", [event("ana", "a", 1, "a"), event("ana", "o", 1, "c")])
    journeys = store.refresh(source)
    assert [row[2] for row in told(journeys)] == ["a", "b", "c", "d"]
    assert journeys.event_ids(0, range(4)) == ["a", "m", "o", "z"]


def test_many_appends_keep_few_files(store):
    source = Events(1)
    for day in range(30):
        source.add(f"{day:02}", [event("ana", f"{99 - day}", day, "x", size=day)])
        journeys = store.refresh(source)
    assert journeys.event_ids(0, range(30)) == [f"{99 - day}" for day in range(30)]
    assert len(list(store.folder.iterdir())) < 20


def test_identify_is_kept_as_what_is_known_of_customers_in_the_index(store):
    source = Events(1)
    source.add("a", [event("nobody", "0", 0, "identify", plan="free"), event("bo", "1", 1, "visit")])
    source.add("b", [event("bo", "2", 5, "identify", plan="pro")])
    store.refresh(source)
    source.add("c", [event("bo", "3", 3, "identify", plan="free"), event("ana", "4", 1, "visit")])
    journeys = store.refresh(source)
    known = Attributes.from_identify(*journeys.identified(0))
    assert journeys.names == ("visit",)
    assert [known.values[code] for code in known.at("plan", [1, 1], [4, 6]).code] == ["free", "pro"]


def test_properties_keep_their_types_and_equal_numbers_are_one_value(store):
    source = Events(1)
    source.add(
        "a", [event("ana", str(at), at, "x", size=size) for at, size in enumerate([1, True, "1", 1.0, None, [1]])]
    )
    column = store.refresh(source).chunks(["size"])[0].columns["size"]
    assert column.code.tolist() == [0, 1, 2, 0, -1, -1]
    assert [(type(value), value) for value in column.values] == [(int, 1), (bool, True), (str, "1")]


def test_a_property_is_read_once_and_kept_while_its_bucket_stays(store):
    source = shop()
    store.refresh(source).chunks(["size"])
    source.read.clear()
    assert everything(store.open(source), ["size"])
    assert source.read == []
    assert everything(store.open(), ["size"])
    source.add("c", [event("ana", "5", 1, "ad", size="S")])
    assert everything(store.refresh(source), ["size"])[0] == ("ana", 1, "ad", "S")
    assert {name[0] for name in source.read if name.endswith(":size")} == {source.read[0][0]}


def test_a_property_is_found_by_event_when_the_rows_moved(store):
    source = shop()
    journeys = store.refresh(source)
    source.stored = {name: rows[::-1] for name, rows in reversed(source.stored.items())}
    source.add("c", [event("ana", "unknown to the index", 1, "ad", size="S")])
    assert [row[3] for row in everything(journeys, ["size"])] == ["L", None, None, 3]


def test_without_its_events_an_index_has_no_new_property(store):
    store.refresh(shop())
    with pytest.raises(NotFoundError, match="'size'"):
        store.open().chunks(["size"])


def test_journeys_stay_readable_when_the_index_is_replaced_and_deleted(store):
    source = shop()
    old = store.refresh(source)
    source.versions = {0: "x", 1: "x"}
    source.add("c", [event("ana", "5", 1, "ad", channel="app", value=1.0)])
    store.refresh(source)
    shutil.rmtree(store.folder)
    assert [row[:3] for row in everything(old, ["channel", "value"])] == ORDER
    assert old.event_ids(0, [0]) == ["2"]
    assert len(everything(store.refresh(source))) == 5


@pytest.mark.parametrize("kind", ["events", "name", "customers", "cold", "identified"])
@pytest.mark.parametrize("damage", ["cut", "gone", "long"])
def test_damaged_files_are_told_and_repaired(store, kind, damage):
    source = shop()
    store.refresh(source)
    path = next(store.folder.glob(f"*.{kind}.arrow"))
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-9] if damage == "cut" else path.read_bytes() + b"x")
    with pytest.raises(DamagedError):
        store.open()
    assert everything(store.refresh(source), COLUMNS) == expected(source)


@pytest.mark.parametrize("text", ["", "{", '{"format": 99}', "[]", '{"format": 1, "buckets": {"0": 5}}'])
def test_a_damaged_manifest_is_told_and_repaired(store, text):
    source = shop()
    store.refresh(source)
    (store.folder / "manifest.json").write_text(text)
    with pytest.raises(DamagedError):
        store.open()
    assert everything(store.refresh(source), COLUMNS) == expected(source)


def test_a_changed_byte_is_found_by_reading_all_and_repaired_when_forgotten(store):
    source = shop()
    store.refresh(source)
    path = next(store.folder.glob("001.*.events.arrow"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert store.damaged() == [1]
    store.forget([1])
    assert (everything(store.refresh(source), COLUMNS), store.damaged()) == (expected(source), [])


def test_a_damaged_column_is_made_again(store):
    source = shop()
    store.refresh(source).chunks(["size"])
    for path in (store.folder / "columns").iterdir():
        path.write_bytes(path.read_bytes()[:40])
    assert everything(store.open(source), COLUMNS) == expected(source)


def test_progress_tells_buckets_done_and_to_do(store):
    told_so_far = []
    store.refresh(shop(), lambda done, total: told_so_far.append((done, total)))
    assert told_so_far == [(0, 2), (1, 2), (2, 2)]


def test_a_second_writer_who_does_not_wait_reads(store):
    source = shop()
    store.refresh(source)
    source.add("c", [event("ana", "5", 1, "ad")])
    with writing(store.folder):
        assert store.refresh(source, wait=False).events == 4
    assert store.refresh(source, wait=False).events == 5


def test_a_second_writer_waits_and_then_has_nothing_to_do(store):
    source = shop()
    with writing(store.folder):
        other = threading.Thread(target=store.refresh, args=(source,))
        other.start()
    other.join()
    source.read.clear()
    assert (store.refresh(source).events, source.read) == (4, [])


def test_readers_beside_a_writer_see_the_old_index_or_the_new_one(store):
    source = shop()
    store.refresh(source)
    is_done = threading.Event()

    def write():
        for run in range(15):
            source.versions = {0: str(run), 1: str(run)}
            store.refresh(source)
        is_done.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not is_done.is_set():
        assert everything(store.open(), ["channel"])[0] == ("ana", 5, "visit", "web")
    writer.join()


def test_buckets_that_went_away_are_left_out(store):
    source = shop()
    store.refresh(source)
    source.number_of_buckets = 1
    assert not store.is_fresh(source)
    left = {row["customer"] for name in source.files(0) for row in source.stored[name]}
    assert {row[0] for row in told(store.refresh(source))} == left


def test_an_error_of_the_source_leaves_the_old_index(store):
    source = shop()
    store.refresh(source)
    source.add("c", [event("ana", "5", 1, "ad")])
    broken = Events(2, source.stored)
    broken.batches = lambda bucket, files: 1 / 0
    with pytest.raises(ZeroDivisionError):
        store.refresh(broken)
    assert everything(store.open()) == ORDER


KILLED = """
import os, sys
from pathlib import Path
from journeys.test_stored import shop, event
from farled.journeys.stored import IndexStore

left = int(sys.argv[2])

def dying(step):
    def count_down(self, *given, **more):
        global left
        if left == 0:
            os._exit(9)
        left -= 1
        return step(self, *given, **more)
    return count_down

Path.replace, Path.unlink = dying(Path.replace), dying(Path.unlink)
source = shop()
source.add("c", [event("ana", "5", 1, "ad"), event("bo", "6", 1, "ad"), event("cai", "7", 1, "ad")])
IndexStore(Path(sys.argv[1])).refresh(source)
"""


@pytest.mark.parametrize("steps", [0, 4, 10, 11, 13])
def test_a_killed_writer_leaves_the_old_index_or_the_new_one(store, steps):
    source = shop()
    store.refresh(source)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", KILLED, store.folder, str(steps)], env=environment, check=False)
    assert run.returncode == 9
    is_new = steps > 10  # five files in each of two buckets, then the manifest; then old files go
    if is_new:
        source.add("c", [event("ana", "5", 1, "ad"), event("bo", "6", 1, "ad"), event("cai", "7", 1, "ad")])
    assert everything(store.open(source), COLUMNS) == expected(source)
    source.add("d", [event("ana", "8", 1, "ad"), event("bo", "9", 1, "ad")])
    assert everything(store.refresh(source), COLUMNS) == expected(source)
    named = {file.name for bucket in read_manifest(store.folder).buckets.values() for file in bucket.all_files()}
    assert {path.name for path in store.folder.iterdir() if path.is_file()} == {*named, "manifest.json", "lock"}


rows = st.lists(
    st.builds(
        event,
        customer=st.sampled_from(["ana", "bo", "cai", "dag"]),
        event_id=st.just(""),
        time=st.integers(0, 3),
        name=st.sampled_from(["a", "b", "identify"]),
        sequence=st.integers(0, 1),
        channel=st.sampled_from([None, "web", "app"]),
        value=st.sampled_from([None, 1.0]),
        size=st.sampled_from([None, 1, "L", True]),
    ),
    max_size=5,
)


@settings(max_examples=60)
@given(st.lists(rows, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_refresh_step_by_step_equals_a_full_build(loads, random):
    ids = [f"{at:03}" for at in range(20)]
    random.shuffle(ids)
    with TemporaryDirectory() as folder:
        source, store = Events(), IndexStore(Path(folder) / "index")
        for at, load in enumerate(loads):
            source.add(str(at), [{**row, "event_id": ids.pop()} for row in load])
            journeys = store.refresh(source)
        full = IndexStore(Path(folder) / "full").refresh(source)
        assert everything(journeys, COLUMNS) == everything(full, COLUMNS) == expected(source)
        assert [journeys.identified(at)[2] for at in range(len(journeys.chunks()))] == [
            full.identified(at)[2] for at in range(len(full.chunks()))
        ]


def test_buckets_with_many_names_and_few_have_one_width(store):
    source = Events(1)
    source.add("a", [event("ana", "0", 0, "first")])
    store.refresh(source)
    source.number_of_buckets = 2
    source.stored["1/b"] = [event("bo", f"{at}", at, f"name {at}") for at in range(65_536)]
    chunks = store.refresh(source).chunks()
    assert {chunk.name.dtype for chunk in chunks} == {np.dtype(np.uint32)}
    assert chunks[0].names[chunks[0].name[0]] == "first"


def test_in_memory_and_stored_agree(store):
    source = shop()
    made = [row for rows in source.stored.values() for row in rows]
    memory = build(*([row[key] for row in made] for key in ("customer", "time", "name")))
    assert everything(memory) == everything(store.refresh(source))


def test_a_name_that_no_event_has_any_more_is_forgotten(store):
    source = shop()
    source.add("c", [event("bo", "5", 3, "oops")])
    assert "oops" in store.refresh(source).names
    source.stored = {file: rows for file, rows in source.stored.items() if not file.endswith("/c")}
    assert everything(store.refresh(source), COLUMNS) == expected(source)
    assert store.open().names == ("cart", "order", "visit")
    source.add("d", [event("cai", "6", 4, "again"), event("dan", "7", 4, "visit")])
    assert everything(store.refresh(source), COLUMNS) == expected(source)


def test_two_threads_may_write_the_same_column(tmp_path, monkeypatch):
    batch = pa.record_batch({"number": pa.array(range(1000))})
    sync, others = os.fsync, [threading.Thread(target=write, args=(tmp_path, "same.arrow", batch))]

    def meanwhile(handle):
        while others:
            other = others.pop()
            other.start()
            other.join()
        sync(handle)

    monkeypatch.setattr(os, "fsync", meanwhile)
    file = write(tmp_path, "same.arrow", batch)
    assert Mapped(tmp_path, file).batch.equals(batch)
    assert [path.name for path in tmp_path.iterdir()] == ["same.arrow"]


def test_a_column_of_an_index_that_was_deleted_is_not_taken_for_one_of_the_next(store):
    source = shop()
    old = store.refresh(source)
    shutil.rmtree(store.folder)
    changed = Events()
    changed.add("a", [event("bo", "8", 9, "order", size=1), event("ana", "9", 5, "visit", size=2)])
    changed.add("b", [event("bo", "10", 2, "visit", size=3), event("cai", "11", 2, "cart", size=4)])
    store.refresh(changed)
    told(old, ("size",))
    assert sorted(row[3] for row in told(store.open(changed), ("size",))) == [1, 2, 3, 4]


def test_true_in_one_bucket_and_one_in_another_are_two_values(store):
    source = Events()
    source.add("a", [event("bo", "1", 9, "order", size=1), event("ana", "2", 5, "visit", size=True)])
    assert {file.partition("/")[0] for file in source.stored} == {"0", "1"}
    store.refresh(source)
    apart = [store.part(number, entry, source) for number, entry in store.manifest().buckets.items()]
    for journeys in (store.open(source), Journeys(apart, store.manifest().names)):
        assert {(row[0], str(row[3])) for row in told(journeys, ("size",))} == {("ana", "True"), ("bo", "1")}
        assert len({tuple(map(str, chunk.columns["size"].values)) for chunk in journeys.chunks(["size"])}) == 1


def test_a_property_is_told_where_its_column_cannot_be_kept(store):
    source = shop()
    store.refresh(source)
    (store.folder / "columns").write_text("in the way")
    assert everything(store.open(source), COLUMNS) == expected(source)


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path, "number.arrow", pa.record_batch({"number": pa.array([1])}))
    assert list(tmp_path.iterdir()) == []
