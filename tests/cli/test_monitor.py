import os
import signal
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner
from workspace.watched_shop import MAP, orders, shop

from farled.cli.main import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = shop(tmp_path_factory.mktemp("cli") / "shop")
    orders(made, 0, 14, large=0.1)
    return made


def run(*arguments):
    return CliRunner().invoke(main, [*arguments], catch_exceptions=False)


def test_one_look_prints_what_it_found_and_tells_of_alerts(folder):
    result = run("monitor", "--once", "--workspace", str(folder.path))
    assert result.exit_code == 0
    assert "Stora köp is below its target: 10%" in result.output
    assert "shop: 2 of 2 KPIs known, whole days up to 2026-03-15; new alert: large" in result.output
    assert "messages: sent 1" in result.output


def test_a_broken_map_makes_one_look_fail(folder):
    (folder.maps / "broken.yaml").write_text("farled: 1")
    result = run("monitor", "--once", "--workspace", str(folder.path))
    (folder.maps / "broken.yaml").unlink()
    assert result.exit_code == 2
    assert "broken" in result.output


def test_a_test_message_is_sent(folder):
    result = run("monitor", "--test", "--workspace", str(folder.path))
    assert result.exit_code == 0
    assert "1 of 1 channels took the message." in result.output


def lines_until(process, wanted, seconds=120):
    """Read what a process prints until a text comes."""
    deadline, read = time.monotonic() + seconds, []
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        read.append(line)
        if wanted in line:
            return read
        if not line:
            break
    pytest.fail(f"{wanted!r} did not come: {read}")


def started(*arguments):
    command = [sys.executable, "-c", "from farled.cli.main import run; run()", *arguments]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "COLUMNS": "200"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)


def ended(process, number):
    process.send_signal(number)
    rest, _ = process.communicate(timeout=60)
    return process.returncode, rest


def test_it_goes_on_until_it_is_told_to_stop(folder):
    process = started("monitor", "--every", "1h", "--workspace", str(folder.path))
    lines_until(process, "KPIs known")
    code, rest = ended(process, signal.SIGTERM)
    assert (code, rest.strip()) == (0, "Stopped.")


def test_a_map_is_drawn_again_when_it_changes(folder, tmp_path):
    out = tmp_path / "map.svg"
    process = started("map", "draw", "shop", "--watch", "--out", str(out), "--workspace", str(folder.path))
    lines_until(process, "The map is in")
    assert "Köpresan" in out.read_text()
    (folder.maps / "shop.yaml").write_text("farled: [")
    lines_until(process, "Hint:")
    (folder.maps / "shop.yaml").write_text(MAP.replace("Köpresan", "Kundresan"))
    lines_until(process, "The map is in")
    assert "Kundresan" in out.read_text()
    code, rest = ended(process, signal.SIGINT)
    assert (code, rest.strip()) == (0, "Stopped.")
