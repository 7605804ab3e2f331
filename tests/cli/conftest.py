"""The command line as somebody types it, in a folder of their own."""

import sys

import pytest

from farled.cli.main import run


@pytest.fixture
def typed(monkeypatch, capsys, tmp_path):
    """Type a command in the folder of the test: its exit code, what it prints, and what it says beside that."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FARLED_WORKSPACE", raising=False)

    def typed(*words):
        monkeypatch.setattr(sys, "argv", ["farled", *map(str, words)])
        code = 0
        try:
            run()
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return typed
