from maps_example import MAP

from farled.maps.diff.measured import differences, differences_table
from farled.maps.load import loads


def share(value, half, n):
    return {"value": value, "low": value - half, "high": value + half, "n": n, "unit": "share"}


def snapshot(completion, rate, n=4000):
    """What was measured on the example: how many complete the first phase, and the goal's metric."""
    found = {"reached": n, "completion": completion, "feeling": {"value": None, "reason": "hidden", "n": "1-9"}}
    return {
        "period": ["2026-01-01", "2026-04-01"],
        "journeys": {"n": n},
        "phases": {"see": found},
        "metrics": {"rate": rate},
    }


def verdicts(before, after):
    return {(each.id, each.field): each.verdict for each in differences(before, after)}


def test_a_difference_beyond_chance_is_told_apart_from_one_within():
    found = verdicts(
        snapshot(share(0.5, 0.015, 4000), share(0.10, 0.01, 4000)),
        snapshot(share(0.6, 0.015, 4000), share(0.105, 0.01, 4000)),
    )
    assert (found["see", "completion"], found["rate", "value"]) == ("higher", "same")


def test_what_is_hidden_or_rests_on_few_cannot_be_told():
    found = verdicts(
        snapshot(share(0.5, 0.2, 20), share(0.1, 0.01, 4000)), snapshot(share(0.9, 0.1, 20), share(0.1, 0.01, 4000))
    )
    assert (found["see", "completion"], found["see", "feeling"]) == ("unknown", "unknown")


def test_the_difference_has_its_interval():
    old, new = (
        snapshot(share(0.5, 0.03, 4000), share(0.1, 0.01, 4000)),
        snapshot(share(0.6, 0.04, 4000), share(0.1, 0.01, 4000)),
    )
    found = next(each for each in differences(old, new) if each.field == "completion")
    assert round(found.difference["value"], 6) == 0.1
    assert round(found.difference["high"] - found.difference["value"], 6) == 0.05


def test_the_table_has_both_numbers_in_the_language_of_its_reader():
    old, new = (
        snapshot(share(0.5, 0.03, 4000), share(0.1, 0.01, 4000)),
        snapshot(share(0.6, 0.04, 4000), share(0.1, 0.01, 4000)),
    )
    table = differences_table(loads(MAP), differences(old, new), ("Q1", "Q2"), "sv")
    row = next(row for row in table.rows if row[0] == "Se: fullföljande")
    assert row[1:] == (
        "50\u00a0% [47,0–53,0\u00a0%]",
        "60\u00a0% [56,0–64,0\u00a0%]",
        "+10,0\u00a0pe [+5,0 – +15,0]",
        "högre",
    )
