"""What the system refuses is one clear error: no traceback, and nothing half-written."""

import errno
import os

import pytest

from farled.cli.main import main

EVENTS = "customer,time,name\nana,2026-03-01,visit\nbo,2026-03-02,visit\n"


@pytest.fixture
def shop(typed, tmp_path):
    (tmp_path / "events.csv").write_text(EVENTS)
    typed("init", "shop")
    return tmp_path / "shop"


REFUSALS = [
    (errno.ENOSPC, "no room left on the disk", "Make room"),
    (errno.EFBIG, "no room left on the disk", "Make room"),
    (errno.EACCES, "permission denied", "Give yourself the right"),
    (errno.EROFS, "read-only file system", "name another place"),
    (errno.EIO, "input/output error", "run it again"),
]


@pytest.mark.parametrize(("number", "says", "hint"), REFUSALS, ids=[errno.errorcode[number] for number, *_ in REFUSALS])
def test_what_the_system_refuses_is_told_with_what_to_do(typed, shop, monkeypatch, number, says, hint):
    def refuse(*_args):
        raise OSError(number, os.strerror(number), str(shop / "events"))

    with monkeypatch.context() as closed:
        closed.setattr(os, "fsync", refuse)
        code, _, err = typed("ingest", "events.csv", "--workspace", shop)
    assert code == 1
    assert says in err
    assert hint in err
    assert "Traceback" not in err
    assert "2 new events of 2" in typed("ingest", "events.csv", "--workspace", shop)[1]


@pytest.mark.parametrize("depth", [1, 2])
def test_ctrl_c_within_a_kernel_ends_without_a_word(typed, monkeypatch, depth):
    def interrupted(*_words, **_options):
        error: BaseException = KeyboardInterrupt()
        for _ in range(depth):
            outer = SystemError("kernel returned a result with an exception set")
            outer.__cause__ = error
            error = outer
        raise error

    monkeypatch.setattr(main, "main", interrupted)
    assert typed("status") == (130, "", "")
