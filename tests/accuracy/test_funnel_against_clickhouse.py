"""The funnel against ClickHouse's ``windowFunnel`` in its mode ``strict_once``, by chDB."""

import numpy as np
import pyarrow as pa
import pytest

from farled import Funnel, read

chdb = pytest.importorskip("chdb", reason="chDB is in the extra 'dev'")

QUERY = """
select level, count() from (
    select windowFunnel({window}, 'strict_once')(toUInt64(time), {steps}) as level from Python(events) group by customer
) group by level order by level format CSV
"""


def clickhouse(events, window, steps):
    conditions = ", ".join(f"name = '{step}'" for step in steps)
    assert events.num_rows  # chDB finds the table by its name
    text = str(chdb.query(QUERY.format(window=window, steps=conditions)))
    return {int(level): int(count) for level, count in (line.split(",") for line in text.split())}


@pytest.mark.parametrize("seed", range(6))
def test_levels_are_those_of_window_funnel_strict_once(seed):
    rng = np.random.default_rng(seed)
    n, people = 40_000, 5_000
    time = np.sort(rng.integers(0, 400, n))  # seconds: full of ties
    events = pa.table(
        {
            "customer": [f"c{number}" for number in rng.integers(0, people, n)],
            "time": time,
            "name": np.array(list("abcdef"))[rng.integers(0, 6, n)],
        }
    )
    steps = [["a", "b", "c"], ["a", "b", "a", "c"], ["a", "a"], ["d", "e", "f", "a", "b"]][seed % 4]
    window = int(rng.choice([0, 5, 40, 400]))
    answer = read(events, time_format="epoch_s").ask(Funnel(steps, within=f"{window}s"))
    levels = clickhouse(events, window, steps)
    reached = [sum(count for level, count in levels.items() if level >= step) for step in range(1, len(steps) + 1)]
    assert [step.customers for step in answer.steps] == reached
