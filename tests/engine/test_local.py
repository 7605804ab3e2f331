import threading
from dataclasses import dataclass

import pytest

from farled.engine.local import ask
from farled.journeys import threads
from farled.journeys.build import journeys_of
from farled.journeys.index import Journeys

SHOP = {f"c{number}": [("visit", 0)] for number in range(9)}


@dataclass(frozen=True)
class Who:
    """Counts who counts; each chunk waits for as many others at the same time as ``together`` says."""

    together: threading.Barrier

    def mentions(self):
        return ()

    def columns(self):
        return ()

    def partial(self, chunk):
        self.together.wait()
        return [threading.current_thread()]

    def answer(self, total):
        return total


@pytest.fixture
def shop(monkeypatch):
    monkeypatch.setattr(threads, "cores", lambda: 3)
    whole = journeys_of(SHOP)
    return Journeys(whole.parts, whole.names, chunk_events=3)


def test_a_question_is_counted_by_several_threads(shop):
    assert len(set(ask(shop, Who(threading.Barrier(3, timeout=30))))) == 3


def test_a_question_that_was_quick_last_time_is_counted_by_the_thread_that_asks(shop):
    ask(shop, Who(threading.Barrier(3, timeout=30)))
    assert set(ask(shop, Who(threading.Barrier(1)))) == {threading.current_thread()}
    shop.spent[Who] = 1.0
    assert len(set(ask(shop, Who(threading.Barrier(3, timeout=30))))) == 3
