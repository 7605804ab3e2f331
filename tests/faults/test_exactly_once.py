"""The scenes that tell a store that keeps its promises from one that does not; the mutants show that they do."""

import pytest
from events.imports_by_hand import Shop
from faults.mutants import Forgetful, FreshHandle, Halving, Trusting

from farled.events.store import EventStore


class Killed(BaseException):
    """Stands for a process that is gone."""


def dying(kind):
    """A kind of store whose process dies right after its first commit."""

    class Dying(kind):
        def commit(self, *arguments):
            super().commit(*arguments)
            raise Killed

    return Dying


def twice(path, kind):
    shop = Shop(path, kind=kind)
    shop.load("one", "a", "b")
    shop.load("two", "a", "b")
    return shop.ids() == ["a", "b"]


def overtaken(path, kind):
    class Slow(kind):
        fast = True

        def commit(self, *arguments):
            if self.fast:
                self.fast = False
                Shop(path).load("fast", "a")
            return super().commit(*arguments)

    shop = Shop(path, kind=Slow)
    shop.load("slow", "a", "b")
    return shop.ids() == ["a", "b"]


def dead_after_the_commit(path, kind):
    with pytest.raises(Killed):
        Shop(path, kind=dying(kind)).load("one", "a", "b")
    shop = Shop(path, kind=kind)
    shop.load("two", "a", "b")
    return shop.ids() == ["a", "b"]


def one_version(path, kind):
    shop = Shop(path, buckets=2, kind=kind)
    shop.load("one", *"abcdefgh")
    return shop.store.version == 1


SCENES = (twice, overtaken, dead_after_the_commit, one_version)


@pytest.mark.parametrize("scene", SCENES)
def test_the_store_keeps_its_promises(tmp_path, scene):
    assert scene(tmp_path, EventStore)


@pytest.mark.parametrize(
    ("mutant", "broken"),
    [
        (FreshHandle, {overtaken}),
        (Forgetful, {twice, overtaken, dead_after_the_commit}),
        (Trusting, {dead_after_the_commit}),
        (Halving, {one_version}),
    ],
)
def test_each_broken_promise_is_found_where_it_shows(tmp_path, mutant, broken):
    assert {scene for scene in SCENES if not scene(tmp_path / scene.__name__, mutant)} == broken
