import pyarrow as pa
import pytest
from deltalake import DeltaTable
from events.imports_by_hand import NOW, File, Shop, visits

from farled.errors import ConflictError, DamagedError, InputError
from farled.events.customers import buckets_of
from farled.events.hashes import hashes
from farled.events.ingest import ingest
from farled.events.log import change
from farled.events.prepare import Arrival
from farled.events.schema import EVENT_SCHEMA
from farled.events.store import EventStore


def test_events_come_back_as_they_went_in(tmp_path):
    shop = Shop(tmp_path)
    shop.take("a", File(visits("1", "2", name="order")))
    found = shop.store.events()
    assert found.schema == EVENT_SCHEMA
    assert found.column("event_id").to_pylist() == ["1", "2"]
    assert found.to_pylist()[1]["identifiers"] == [{"type": "user_id", "value": "customer of 2"}]


def test_a_bucket_holds_whole_customers(tmp_path):
    shop = Shop(tmp_path, buckets=4)
    shop.load("a", *"abcdefgh")
    snapshot = shop.store.snapshot()
    for bucket in range(4):
        for batch in snapshot.batches(bucket):
            customers = shop.store.customer_of(pa.table(batch))
            assert set(buckets_of(customers, 4).tolist()) == {bucket}
    assert sum(batch.num_rows for bucket in range(4) for batch in snapshot.batches(bucket, ["time"])) == 8


def test_one_import_is_one_version(tmp_path):
    shop = Shop(tmp_path, buckets=4)
    before = shop.store.version
    shop.load("a", *"abcdefgh")
    assert shop.store.version == before + 1


def test_a_head_that_another_writer_overtook_is_refused(tmp_path):
    shop = Shop(tmp_path)
    late = shop.store.head()
    shop.load("a", "1")
    with pytest.raises(ConflictError):
        shop.store.commit(late, (), (), {}, NOW)


def test_delta_itself_would_take_the_same_number_twice(tmp_path):
    """Why all goes through the head: this is what a writer with a fresh handle would do."""
    shop = Shop(tmp_path)
    late = shop.store.head()
    shop.load("a", "1")
    fresh = type(late)(DeltaTable(str(shop.store.folder)), late.version, late.turn)
    shop.store.commit(fresh, shop.store.snapshot().stored[:0], (), {}, NOW)
    assert shop.store.head().turn == late.turn + 1


def test_compaction_disturbs_no_writer(tmp_path):
    shop = Shop(tmp_path, buckets=1)
    for number in range(3):
        shop.load(f"i{number}", str(number))
    head, seen = shop.store.newest()
    assert shop.store.compact(at=2) == 2
    assert shop.store.commit(head, (), (), {}, NOW) == head.version + 2
    assert seen.has(hashes(pa.array(["0", "1", "2", "3"]))).tolist() == [True, True, True, False]


def test_compaction_changes_files_and_no_row(tmp_path):
    shop = Shop(tmp_path)
    for number in range(6):
        shop.load(f"i{number}", str(number))
    before = shop.store.events()
    untouched = shop.store.snapshot().fingerprints()
    assert shop.store.compact(at=100) == 0
    assert shop.store.snapshot().fingerprints() == untouched
    shop.store.compact(at=2)
    assert shop.store.events().to_pylist() == before.to_pylist()
    assert max(len(shop.store.snapshot().files(bucket)) for bucket in (0, 1)) == 1
    assert shop.store.snapshot().fingerprints() != untouched


def test_a_bucket_without_new_events_keeps_its_fingerprint(tmp_path):
    shop = Shop(tmp_path, buckets=4)
    shop.load("a", *"abcdefgh")
    before = shop.store.snapshot()
    shop.load("b", "new")
    after = shop.store.snapshot()
    changed = [bucket for bucket in range(4) if before.fingerprint(bucket) != after.fingerprint(bucket)]
    assert len(changed) == 1


def test_new_files_are_read_last_even_when_the_clock_went_back(tmp_path):
    shop = Shop(tmp_path, buckets=1)
    for number in range(4):
        before = shop.store.snapshot().files(0)
        ingest(shop.store, shop.imports, File(visits(str(number))), Arrival(f"i{number}", NOW - number))
        assert shop.store.snapshot().files(0)[:-1] == before


def test_a_reader_starts_again_when_files_were_swept_away(tmp_path):
    shop = Shop(tmp_path, buckets=1)
    shop.load("a", "1")
    shop.load("b", "2")
    tries = []

    def reader(snapshot):
        if not tries:
            shop.store.compact(at=2)
            shop.store.sweep(0)
        tries.append(snapshot.version)
        return sorted(row for batch in snapshot.batches(0) for row in batch.column("event_id").to_pylist())

    assert shop.store.read(reader) == ["1", "2"]
    assert len(tries) == 2


def test_a_missing_file_is_damage(tmp_path):
    shop = Shop(tmp_path, buckets=1)
    shop.load("a", "1")
    shop.store.snapshot().stored[0].path.unlink()
    with pytest.raises(DamagedError, match="misses"):
        shop.store.events()


def test_sweeping_takes_files_of_killed_writers_and_leaves_young_ones(tmp_path):
    shop = Shop(tmp_path)
    shop.load("a", "1")
    orphan = shop.store.folder / "bucket=0" / "orphan.parquet"
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"half")
    assert shop.store.sweep() == []
    assert shop.store.sweep(0, dry_run=True) == ["bucket=0/orphan.parquet"]
    shop.store.sweep(0)
    assert not orphan.exists()
    assert shop.load("b", "1").known == 1


def test_evidence_is_found_by_id_and_by_customer(tmp_path):
    shop = Shop(tmp_path, buckets=4)
    shop.load("a", *"abcd")
    assert shop.store.events(event_ids=["b", "zz"]).column("event_id").to_pylist() == ["b"]
    assert shop.store.events(customers=["user_id:customer of c"]).column("event_id").to_pylist() == ["c"]


def test_the_number_of_buckets_is_fixed(tmp_path):
    EventStore(tmp_path, 2)
    assert EventStore(tmp_path, 2).version == 0
    with pytest.raises(InputError, match="buckets=2"):
        EventStore(tmp_path, 4)


def test_something_else_than_a_table_is_damage(tmp_path):
    shop = Shop(tmp_path)
    for file in (shop.store.folder / "_delta_log").iterdir():
        file.write_text("{")
    with pytest.raises(DamagedError):
        shop.store.snapshot()


def test_the_log_gets_checkpoints(tmp_path):
    shop = Shop(tmp_path, buckets=1)
    for number in range(21):
        shop.load(f"i{number}", str(number))
    assert list((shop.store.folder / "_delta_log").glob("*.checkpoint.parquet"))
    assert shop.ids() == sorted(str(number) for number in range(21))


def test_other_events_in_the_same_number_have_another_fingerprint(tmp_path):
    shop = Shop(tmp_path, buckets=1)
    shop.load("a", "1")
    before = shop.store.snapshot().fingerprint(0)
    shop.undo("a")
    shop.load("b", "2")
    assert shop.store.snapshot().fingerprint(0) != before


def test_compaction_brings_no_new_id(tmp_path):
    shop = Shop(tmp_path, buckets=1)
    shop.load("a", "1")
    shop.load("b", "2")
    shop.store.compact(at=2)
    assert change(shop.store.folder, shop.store.version).added == ()
    assert shop.store.newest()[1].size == 2
