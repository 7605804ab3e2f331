"""Serving to this computer only."""

import socket
import subprocess
import sys
import urllib.request

import pytest

from farled.errors import ConflictError, InputError
from farled.web import listen

PROGRAM = """
import pyarrow as pa
import farled
from farled.web import serve

events = pa.table({"customer": ["a", "a"], "time": [0.0, 1.0], "name": ["visit", "order"]})
serve(farled.read(events), port=0, ready=lambda address: print(address, flush=True))
"""


def test_a_taken_port_is_passed_over():
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with listen("127.0.0.1", port) as following:
            assert port < following.getsockname()[1] <= port + 20


def test_it_listens_on_this_computer_alone():
    with listen("localhost", 0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.org", "::"])
def test_other_addresses_are_refused(host):
    with pytest.raises(InputError, match="not this computer"):
        listen(host, 0)


def test_when_no_port_is_free_it_says_so(monkeypatch):
    def refuse(self, address):
        raise OSError

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(ConflictError, match="8765 to 8784"):
        listen("127.0.0.1", 8765)


def test_a_served_workspace_answers_at_the_address_it_says():
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True) as process:
        try:
            address = process.stdout.readline().strip()
            with urllib.request.urlopen(address) as answer:
                assert answer.status == 200
                assert b"Farled" in answer.read()
        finally:
            process.terminate()
