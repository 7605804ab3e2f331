"""What Farled measures on the demo shop, stored and indexed as by a user, against what is true of it."""

import json

import numpy as np
import pytest

from farled.stats.intervals import wilson
from farled.workspace.demo import MAP, demo

SEEDS = [7, 8]


@pytest.fixture(scope="module", params=SEEDS)
def shop(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(f"demo{request.param}")
    return demo(folder, seed=request.param), json.loads((folder / "truth.json").read_text())


def intervals(shop, kind):
    """(true, low, high) of every completion or feeling that is shown, in both periods, of all and of each persona."""
    workspace, truth = shop
    found = []
    for period, groups in truth["measured"].items():
        snapshot = workspace.measure(MAP, period)
        shown = {"all": snapshot["phases"], **{name: of["phases"] for name, of in snapshot["personas"].items()}}
        for group, phases in shown.items():
            for phase, numbers in phases.items():
                known = groups.get(group, {}).get(f"{kind} {phase}")
                measured = numbers.get(kind)
                if known and measured and measured.get("low") is not None and measured["n"] >= 30:
                    found.append((known["value"], measured["low"], measured["high"]))
    return found


def hits(found):
    return np.mean([low <= true <= high for true, low, high in found])


def test_drop_offs_lie_in_their_intervals_about_as_often_as_they_should(shop):
    found = intervals(shop, "completion")
    assert len(found) >= 30
    assert hits(found) >= 0.86


def test_feelings_lie_in_their_intervals_about_as_often_as_they_should(shop):
    found = intervals(shop, "feeling")
    assert len(found) >= 20
    assert hits(found) >= 0.84


def test_transition_shares_lie_in_their_intervals_about_as_often_as_they_should(shop):
    workspace, truth = shop
    counts = departures(workspace.measure(MAP, truth["clean"]))
    found = []
    for before, row in truth["transitions"]["all"].items():
        n = sum(counts.get(before, {}).values())
        for after, share in row.items():
            if n >= 30 and n * share >= 5:
                found.append((share, *wilson(counts[before].get(after, 0), n)))
    assert len(found) > 40
    assert 0.89 <= hits(found) <= 0.99


def departures(snapshot):
    """How often customers went from each touchpoint to each other, or nowhere any more; where no cell is hidden."""
    counts = {}
    for each in snapshot["transitions"]:
        counts.setdefault(each["from"], {})[each["to"]] = each["occurrences"]
    for name, count in snapshot["ends"].items():
        counts.setdefault(name, {})["end"] = count
    return {name: row for name, row in counts.items() if all(isinstance(count, int) for count in row.values())}


def test_the_planted_bottlenecks_are_seen_on_the_map(shop):
    workspace, truth = shop
    quarter = workspace.measure(MAP, truth["quarter"])
    before = workspace.measure(MAP, truth["clean"])
    assert quarter["metrics"]["payment_ok"]["high"] < before["metrics"]["payment_ok"]["low"]  # the broken payment
    completion = {
        name: phase["completion"]["value"] for name, phase in quarter["phases"].items() if phase.get("completion")
    }
    known = {name: value for name, value in completion.items() if value is not None}
    assert min(known, key=known.get) == "purchase"
    for name in ("payment_ok", "seen_eta"):
        assert quarter["metrics"][name]["state"] == "under"
