import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farled.journeys import threads
from farled.journeys.threads import over_threads


@given(st.integers(1, 5), st.lists(st.integers(), max_size=30))
def test_gives_what_map_gives_however_many_processors_there_are(cores, given):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threads, "cores", lambda: cores)
        assert list(over_threads(str, given)) == list(map(str, given))


def test_the_thread_that_asks_works_too(monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: 3)
    together = threading.Barrier(3, timeout=30)

    def job(_):
        together.wait()  # passes only if three work at once
        return threading.current_thread()

    assert threading.current_thread() in set(over_threads(job, range(3)))


def test_one_processor_needs_no_other_thread(monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: 1)
    assert set(over_threads(lambda _: threading.current_thread(), range(5))) == {threading.current_thread()}


@pytest.mark.parametrize("cores", [1, 2, 4])
def test_an_error_is_raised_and_nothing_more_is_begun(monkeypatch, cores):
    monkeypatch.setattr(threads, "cores", lambda: cores)
    begun = []

    def job(number):
        begun.append(number)
        if number == 0:
            raise ValueError("first")
        time.sleep(0.001)

    with pytest.raises(ValueError, match="first"):
        list(over_threads(job, range(5_000)))
    assert len(begun) < 5_000


def test_results_come_as_they_are_taken(monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: 2)
    results = over_threads(str, range(1000))
    assert [next(results), next(results)] == ["0", "1"]
    results.close()
