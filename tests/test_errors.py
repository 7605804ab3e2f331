"""Errors survive the way back from a worker, and say what to do."""

import pickle

import pytest

from farled import ConflictError, DamagedError, InputError, MissingExtraError, NotFoundError

EVERY = [InputError, NotFoundError, ConflictError, MissingExtraError, DamagedError]


@pytest.mark.parametrize("kind", EVERY)
def test_an_error_survives_pickling(kind):
    back = pickle.loads(pickle.dumps(kind("The value 3 is odd.", "Use 2.")))
    assert (type(back), back.message, back.hint) == (kind, "The value 3 is odd.", "Use 2.")


def test_each_kind_has_its_own_exit_code_and_status():
    assert [kind.exit_code for kind in EVERY] == [2, 3, 4, 5, 6]
    assert [kind.http_status for kind in EVERY] == [422, 404, 409, 501, 500]
