from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled.errors import DamagedError
from farled.events.hashes import Keys
from farled.events.seen import Run, Seen, complete, covering, read_keys, stored_runs, tidy, write_keys


def keys(*numbers):
    return Keys(np.array(numbers, dtype=np.uint64), np.array(numbers, dtype=np.uint64))


def run(first, last, *numbers):
    return Run(first, last, keys(*numbers))


def store(folder, *runs):
    for one in runs:
        write_keys(folder / one.file_name, one.keys)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def spans(runs):
    return [(one.first, one.last) for one in runs]


def never(*_versions):
    raise AssertionError("The table was read without need.")


def test_keys_come_back_from_the_file(tmp_path):
    write_keys(tmp_path / "a.run", keys(1, 5))
    assert [half.tolist() for half in read_keys(tmp_path / "a.run")] == [[1, 5], [1, 5]]
    write_keys(tmp_path / "b.run", keys())
    assert read_keys(tmp_path / "b.run").size == 0
    assert names(tmp_path) == ["a.run", "b.run"]


def test_every_flipped_byte_and_every_cut_is_found(tmp_path):
    path = tmp_path / "000000000000-000000000001.run"
    write_keys(path, keys(1, 5))
    whole = path.read_bytes()
    checked = [at for at in range(len(whole)) if not 24 <= at < 32]  # these eight bytes mean nothing
    for at in checked:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 64]) + whole[at + 1 :])
        with pytest.raises(DamagedError):
            read_keys(path)
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(DamagedError):
            read_keys(path)
    assert stored_runs(tmp_path) == ()


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=8), st.integers(0, 9))
def test_what_is_covered_and_the_gaps_make_up_all_versions(found, version):
    chosen, gaps = covering([run(*sorted(pair)) for pair in found], version)
    together = sorted([*spans(chosen), *gaps])
    assert [at for first, last in together for at in range(first, last + 1)] == list(range(version + 1))


def test_a_run_beyond_the_version_is_of_another_history():
    chosen, gaps = covering([run(0, 3), run(4, 9)], 5)
    assert (spans(chosen), gaps) == ([(0, 3)], ((4, 5),))


def test_what_a_killed_writer_left_out_is_read_from_the_table(tmp_path):
    store(tmp_path, run(0, 2, 1), run(4, 4, 3))
    asked = []

    def added(first, last):
        asked.append((first, last))
        return keys(2 + first)

    seen = complete(tmp_path, stored_runs(tmp_path), 5, added, never)
    assert asked == [(3, 3), (5, 5)]
    assert seen.has(keys(1, 2, 3, 5, 7)).tolist() == [True, False, True, True, True]
    again = complete(tmp_path, stored_runs(tmp_path), 5, never, never)
    assert again.size == seen.size == 4


def test_all_is_read_when_a_version_took_rows_away(tmp_path):
    store(tmp_path, run(0, 2, 1, 2))
    seen = complete(tmp_path, stored_runs(tmp_path), 3, lambda _first, _last: None, lambda: keys(2))
    assert seen.has(keys(1, 2)).tolist() == [False, True]
    assert spans(seen.runs) == [(0, 3)]


@given(st.lists(st.integers(0, 40), max_size=10))
def test_tidying_keeps_every_id_in_few_runs(tmp_path_factory, sizes):
    folder = tmp_path_factory.mktemp("seen")
    seen = Seen(())
    for version, size in enumerate(sizes):
        added = run(version, version, *range(100 * version, 100 * version + size))
        store(folder, added)
        seen = tidy(folder, Seen((*seen.runs, added)))
    assert seen.size == sum(sizes)
    assert names(folder) == [one.file_name for one in seen.runs]
    assert covering(seen.runs, len(sizes) - 1)[1] == ()
    lengths = [one.keys.size for one in seen.runs]
    assert all(before >= 2 * max(after, 1) for before, after in pairwise(lengths))
