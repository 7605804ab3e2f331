"""An import that is killed leaves the store as it was or with the whole import, and the next run completes it."""

import random
import time

import pytest
from events.imports_by_hand import Shop
from faults.processes import FORKS, day_of, ids_of, load, load_and_die, part_of, replace_and_die, start

from farled.events.doctor import doctor
from farled.events.folder import Settings, init
from farled.events.undo import report_of

INGEST, STORE, WRITING = "farled.events.ingest", "farled.events.store", "farled.events.writing"
BEFORE_THE_COMMIT = [
    f"before:{INGEST}:prepare:1",
    f"before:{WRITING}:BucketFiles.write:1",
    f"after:{WRITING}:BucketFiles.write:2",
    f"before:{WRITING}:BucketFiles.finish:1",
    f"after:{INGEST}:prepare:1",
    f"after:{INGEST}:write_rejects:1",
    f"after:{INGEST}:write_keys:1",
    "before:os:replace:2",
    f"after:{INGEST}:write_report:1",
    f"before:{STORE}:EventStore.commit:1",
]
AFTER_THE_COMMIT = [
    f"after:{STORE}:EventStore.commit:1",
    f"before:{STORE}:EventStore.remember:1",
    f"before:{STORE}:write_keys:1",
    f"after:{STORE}:write_keys:1",
    f"after:{STORE}:EventStore.remember:1",
    f"before:{INGEST}:write_report:2",
    f"before:{STORE}:EventStore.compact:1",
]


def shop_with_import(tmp_path):
    init(tmp_path, Settings(name="shop", buckets=2))
    shop = Shop(tmp_path)
    shop.take("base", part_of(0))
    return shop


def assert_whole(shop):
    """No id stands twice, the memory of ids agrees with the table, and nothing needs a hand."""
    assert len(set(shop.ids())) == len(shop.ids())
    _, seen = shop.store.newest()
    assert seen.size == len(shop.ids())
    assert [str(check) for check in doctor(shop.path) if not check.ok and check.name != "imports"] == []


@pytest.mark.parametrize("point", BEFORE_THE_COMMIT)
def test_killed_before_the_commit_the_store_is_as_before(tmp_path, point):
    shop = shop_with_import(tmp_path)
    process = start(load_and_die, tmp_path, "more", 50, point)
    process.join()
    assert process.exitcode == -9
    assert set(shop.ids()) == ids_of(0)
    assert_whole(shop)
    report = shop.take("more", part_of(50))
    assert (report.new, report.known) == (50, 50)
    assert set(shop.ids()) == ids_of(0) | ids_of(50)
    assert_whole(shop)


@pytest.mark.parametrize("point", AFTER_THE_COMMIT)
def test_killed_after_the_commit_the_import_is_complete(tmp_path, point):
    shop = shop_with_import(tmp_path)
    process = start(load_and_die, tmp_path, "more", 50, point)
    process.join()
    assert process.exitcode == -9
    assert set(shop.ids()) == ids_of(0) | ids_of(50)
    assert report_of(shop.store, shop.imports, "more").state == "loaded"
    report = shop.take("more", part_of(50))
    assert report.new == 0
    assert set(shop.ids()) == ids_of(0) | ids_of(50)
    assert_whole(shop)


DAYS = "farled.events.days"
BEFORE_THE_DAY = [
    f"after:{INGEST}:gone_days:1",
    f"after:{DAYS}:write_keys:1",
    f"after:{INGEST}:write_days:1",
    f"after:{INGEST}:without:1",
    f"before:{STORE}:EventStore.commit:1",
]
AFTER_THE_DAY = [f"after:{STORE}:EventStore.commit:1", f"before:{INGEST}:write_report:2"]


@pytest.mark.parametrize("point", [*BEFORE_THE_DAY, *AFTER_THE_DAY])
def test_killed_while_it_replaces_a_day_the_day_is_the_old_one_or_the_new_one(tmp_path, point):
    init(tmp_path, Settings(name="shop", buckets=2))
    shop = Shop(tmp_path)
    shop.take("base", day_of(0))
    shop.take("other", part_of(500))
    process = start(replace_and_die, tmp_path, "more", 50, point)
    process.join()
    assert process.exitcode == -9
    assert set(shop.ids()) == ids_of(500) | (ids_of(50) if point in AFTER_THE_DAY else ids_of(0))
    assert_whole(shop)
    report = shop.take("more", day_of(50))
    assert (report.new, report.replaced) == ((0, 0) if point in AFTER_THE_DAY else (100, 100))
    assert set(shop.ids()) == ids_of(500) | ids_of(50)
    assert_whole(shop)
    assert shop.take("last", day_of(900)).replaced == 100
    assert set(shop.ids()) == ids_of(500) | ids_of(900)


def rounds_of_killing(path, rounds, seed):
    """Kill an import at a random moment, again and again, over the same store; sometimes let it be completed."""
    chance = random.Random(seed)
    shop = shop_with_import(path)
    begun = time.perf_counter()
    shop.take("timed", part_of(10_000))
    usual = time.perf_counter() - begun
    expected = ids_of(0) | ids_of(10_000)
    for number in range(rounds):
        first, ready = 60 * number, FORKS.Event()
        process = start(load, path, f"i{number}", first, ready)
        assert ready.wait(60)
        process.join(timeout=chance.uniform(0, 1.5 * usual))
        process.kill()
        process.join()
        found = set(shop.ids())
        told = f"seed {seed}, round {number}"
        assert found in (expected, expected | ids_of(first)), told
        assert_whole(shop)
        if chance.random() < 0.5:
            shop.take(f"i{number}", part_of(first))
            found = expected | ids_of(first)
            assert set(shop.ids()) == found, told
        expected = found


def test_killed_at_any_moment_the_store_is_as_before_or_complete(tmp_path):
    rounds_of_killing(tmp_path, 20, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_killed_at_any_moment_for_long(tmp_path, seed):
    rounds_of_killing(tmp_path, 200, seed)
