"""Several processes write and read one store at once."""

from events.imports_by_hand import Shop
from faults.processes import FORKS, PARTS, PER_PART, ids_of, load_many, read_until, start, write_and_sweep

WHOLE = PARTS * PER_PART


def test_two_writers_at_once_store_each_event_once(tmp_path):
    shop = Shop(tmp_path)
    begin = FORKS.Event()
    writers = [
        start(load_many, tmp_path, "one-", [0, 50, 100, 150, 400], begin),
        start(load_many, tmp_path, "two-", [25, 50, 75, 150, 600], begin),
    ]
    begin.set()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    expected = set().union(*(ids_of(first) for first in (0, 25, 50, 75, 100, 150, 400, 600)))
    assert shop.ids() == sorted(expected)
    assert shop.store.newest()[1].size == len(expected)


def test_readers_never_fail_and_never_see_half_an_import(tmp_path):
    shop = Shop(tmp_path)
    begin, done, found = FORKS.Event(), FORKS.Event(), FORKS.Queue()
    readers = [start(read_until, tmp_path, begin, done, found) for _ in range(2)]
    writer = start(write_and_sweep, tmp_path, [WHOLE * number for number in range(9)], begin, done)
    begin.set()
    writer.join()
    done.set()
    told = [found.get(timeout=60) for _ in readers]
    for reader in readers:
        reader.join()
    assert [process.exitcode for process in (writer, *readers)] == [0, 0, 0]
    for counts in told:
        assert all(count % WHOLE == 0 for count in counts)
        assert counts == sorted(counts)
        assert counts[-1] == 9 * WHOLE
    assert len(shop.ids()) == 9 * WHOLE
