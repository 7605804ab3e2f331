"""DuckDB, with the fastest plan found for each question."""

from pathlib import Path
from typing import Any

import cases
import duckdb
from data import Files, name_of

VERSION = f"duckdb {duckdb.__version__}"
SORTED = "SELECT customer, name, lag(customer) OVER () AS owner, lag(name) OVER () AS before, {} FROM events"
FROM = f"CASE WHEN owner = customer THEN before ELSE {cases.START} END AS before"


def load(files: Files, store: Path) -> None:
    """Store the events as they come: sorted, customers and names as numbers."""
    store.mkdir()
    with duckdb.connect(store / "events.duckdb") as connection:
        connection.execute(f"CREATE TABLE events AS FROM '{files.ready}'")


def opened(store: Path) -> Any:
    """Open the database."""
    return duckdb.connect(store / "events.duckdb", read_only=True)


def read(path: Path) -> Any:
    """Name the file; only a question reads it."""
    connection = duckdb.connect()
    types = "" if path.suffix == ".parquet" else ", types={'time': 'TIMESTAMP'}"
    function = "read_parquet" if path.suffix == ".parquet" else "read_csv"
    connection.execute(f"CREATE VIEW log AS SELECT customer, time, name FROM {function}('{path}'{types})")
    return connection


def ask(connection: Any, question: str) -> Any:
    """Ask."""
    in_store = connection.execute("SELECT count(*) FROM duckdb_views() WHERE view_name = 'log'").fetchone()[0] == 0
    if in_store:
        return _STORED[question](connection)
    return _FILE[question](connection)


def compared(question: str, answer: Any) -> cases.Answer:
    """Return the answer in the form in which contenders are compared."""
    answer = [tuple(row.values()) for row in answer.to_pylist()]
    if question == "funnel":
        return cases.funnel(answer[0])
    if question == "paths":
        return cases.paths([row[:2] for row in answer], *answer[0][2:])
    if question in ("timing", "sessions"):
        return {"timing": cases.timing, "sessions": cases.sessions}[question](answer[0])
    if question == "variants":
        return cases.variants([row[:2] for row in answer], *answer[0][2:])
    if question in ("retention", "lifecycle"):
        return {"retention": cases.retention, "lifecycle": cases.lifecycle}[question](answer)
    if question == "times":
        answer = [(*row[:4], *(share / 1e6 for share in row[4])) for row in answer]
    return cases.flow(answer)


def _chain(table: str, steps: tuple[str, ...], window: str) -> str:
    """Return the funnel: for each event of a step the latest start of a chain that has come so far.

    A later start leaves more time, so no other has to be kept. Joins with a group beat ASOF joins and windows.
    """
    chains = [f"s0 AS (SELECT customer, time, time AS start FROM {table} WHERE name = {steps[0]})"]
    for at, step in enumerate(steps[1:]):
        chains.append(
            f"s{at + 1} AS (SELECT event.customer, event.time, max(start) AS start FROM s{at} JOIN {table} AS event"
            f" ON event.customer = s{at}.customer AND event.name = {step}"
            f" AND event.time BETWEEN s{at}.time AND s{at}.start + {window} GROUP BY ALL)"
        )
    reached = ", ".join(f"(SELECT count(DISTINCT customer) FROM s{at})" for at in range(len(steps)))
    return f"WITH {', '.join(chains)} SELECT {reached}"


def _stored_funnel(connection: Any) -> Any:
    steps = tuple(map(str, cases.STEPS))
    return connection.execute(_chain("events", steps, str(cases.WITHIN))).to_arrow_table()


def _stored_transitions(connection: Any) -> Any:
    events = SORTED.format("1")
    return connection.execute(f"SELECT {FROM}, name, count(*) FROM ({events}) GROUP BY 1, 2").to_arrow_table()


def _stored_flow(connection: Any) -> Any:
    each = f"SELECT {FROM}, name, customer, count(*) AS n FROM ({SORTED.format('1')}) GROUP BY ALL"
    return connection.execute(f"SELECT before, name, sum(n), count(*) FROM ({each}) GROUP BY 1, 2").to_arrow_table()


def _stored_times(connection: Any) -> Any:
    events = SORTED.format("time - lag(time) OVER () AS since")
    return connection.execute(
        f"SELECT {FROM}, name, count(*), count(DISTINCT customer), quantile_cont(since, [0.5, 0.9])"
        f" FROM ({events}) GROUP BY 1, 2"
    ).to_arrow_table()


def _stored_paths(connection: Any) -> Any:
    later = ", ".join(
        f"lead(customer, {at}) OVER () AS c{at}, lead(name, {at}) OVER () AS n{at}" for at in range(1, cases.LENGTH)
    )
    key = f"(name::BIGINT + 1) * {cases.digit(0)}" + "".join(
        f" + CASE WHEN c{at} = customer THEN (n{at}::BIGINT + 1) * {cases.digit(at)} ELSE 0 END"
        for at in range(1, cases.LENGTH)
    )
    keys = f"SELECT {key} AS key FROM ({SORTED.format(later)}) WHERE owner IS DISTINCT FROM customer"
    return connection.execute(_top(keys)).to_arrow_table()


def _stored_timing(connection: Any) -> Any:
    """Two groups and a join; a window over both names, or lists per customer, take longer."""
    curve = "quantile_cont(took, 0.1), quantile_cont(took, 0.5), quantile_cont(took, 0.9), avg(took)"
    return connection.execute(
        f"""
        WITH begun AS (SELECT customer, min(time) AS start FROM events WHERE name = {cases.FROM} GROUP BY 1),
        came AS (
            SELECT begun.customer, min(events.time) - any_value(start) AS took FROM begun JOIN events
            ON events.customer = begun.customer AND name = {cases.TO} AND events.time >= start GROUP BY 1
        ),
        waits AS (
            SELECT took, (SELECT max(time) FROM events) - start AS watched FROM begun LEFT JOIN came USING (customer)
        ),
        alike AS (SELECT coalesce(took, watched) AS passed, count(took) AS n, count(*) AS gone FROM waits GROUP BY 1),
        risk AS (SELECT passed, n, sum(gone) OVER (ORDER BY passed DESC) AS there FROM alike),
        curve AS (SELECT passed, exp(sum(ln(1 - n / there)) OVER (ORDER BY passed)) AS waiting FROM risk
                  WHERE 0 < n AND n < there)
        SELECT count(*), count(took), {curve}, (SELECT min(passed) FROM curve WHERE waiting <= 0.5),
            (SELECT 1 - min(waiting) FROM curve WHERE passed <= {cases.MONTH}) FROM waits
        """
    ).to_arrow_table()


def _stored_sessions(connection: Any) -> Any:
    """Only the first events of sessions are kept: the next one's place and the time before it say the rest."""
    spread = "quantile_cont(size, 0.5), quantile_cont(size, 0.9), quantile_cont(took, 0.5), quantile_cont(took, 0.9)"
    return connection.execute(
        f"""
        WITH places AS (
            SELECT customer, time, row_number() OVER () AS place, lag(customer) OVER () AS owner,
                lag(time) OVER () AS before FROM events
        ),
        begun AS (
            SELECT customer, time, place, before FROM places
            WHERE owner IS DISTINCT FROM customer OR time - before > {cases.GAP}
        ),
        sessions AS (
            SELECT customer, lead(place, 1, (SELECT count(*) + 1 FROM events)) OVER () - place AS size,
                lead(before, 1, (SELECT max_by(time, rowid) FROM events)) OVER () - time AS took FROM begun
        ),
        customers AS (SELECT count(*) AS n FROM sessions GROUP BY customer)
        SELECT count(*), (SELECT count(*) FROM customers), sum(size), count(*) FILTER (size = 1),
            (SELECT quantile_cont(n, 0.5) FROM customers), (SELECT quantile_cont(n, 0.9) FROM customers), {spread},
            avg(took) FROM sessions
        """
    ).to_arrow_table()


def _stored_retention(connection: Any) -> Any:
    """The weeks of a customer are bits of one number: one group, where pairs of customer and week would be a second."""
    week = f"(time + {cases.MONDAY}) // {cases.WEEK}"
    first = f"(SELECT min({week}) FROM events)"
    weeks = f"SELECT customer, name, ({week} - {first})::INTEGER AS week FROM events"
    each = (
        f"SELECT min(week) FILTER (name = {cases.STEPS[0]}) AS cohort, bit_or(1::BIGINT << week) AS weeks"
        f" FROM ({weeks}) GROUP BY customer"
    )
    alike = (
        f"SELECT cohort, weeks >> cohort AS weeks, count(*) AS n FROM ({each}) WHERE cohort IS NOT NULL GROUP BY ALL"
    )
    cells = f"SELECT cohort, unnest(range(63)) AS later, weeks, n FROM ({alike})"
    return connection.execute(
        f"SELECT cohort, later, sum(n) FROM ({cells}) WHERE weeks >> later & 1 = 1 GROUP BY 1, 2"
    ).to_arrow_table()


def _stored_variants(connection: Any) -> Any:
    """The log is sorted, but only an order in the list promises that threads keep it."""
    each = "SELECT list(name ORDER BY rowid) AS key FROM events GROUP BY customer"
    return connection.execute(_top(each)).to_arrow_table()


def _stored_lifecycle(connection: Any) -> Any:
    """The months of a customer are bits of one number, as the weeks are for retention; few numbers differ."""
    month = f"datediff('month', DATE '{cases.MONTHS}', make_timestamp(time))"
    each = f"SELECT bit_or(1::BIGINT << {month}) AS months FROM events GROUP BY customer"
    return connection.execute(f"SELECT months, count(*) FROM ({each}) GROUP BY 1").to_arrow_table()


def _top(keys: str) -> str:
    counted = f"SELECT key, count(*) AS n FROM ({keys}) GROUP BY 1"
    with_whole = f"SELECT key, n, count(*) OVER () AS different, sum(n) OVER () AS total FROM ({counted})"
    return f"{with_whole} ORDER BY n DESC, key LIMIT {cases.TOP}"


def _file_funnel(connection: Any) -> Any:
    steps = tuple(f"'{name_of(code)}'" for code in cases.STEPS)
    connection.execute(f"CREATE TEMP TABLE kept AS FROM log WHERE name IN ({', '.join(steps)})")
    return connection.execute(_chain("kept", steps, f"INTERVAL {cases.WITHIN_DAYS} DAY")).to_arrow_table()


def _file_transitions(connection: Any) -> Any:
    code = "CAST(name[7:] AS UTINYINT) - 1"
    connection.execute(f"CREATE TEMP TABLE kept AS SELECT customer, time, ({code})::UTINYINT AS name FROM log")
    connection.execute("CREATE TEMP TABLE events AS SELECT * FROM kept ORDER BY customer, time, rowid")
    return _stored_transitions(connection)


_STORED = {
    "funnel": _stored_funnel,
    "transitions": _stored_transitions,
    "flow": _stored_flow,
    "times": _stored_times,
    "paths": _stored_paths,
    "timing": _stored_timing,
    "sessions": _stored_sessions,
    "variants": _stored_variants,
    "lifecycle": _stored_lifecycle,
    "retention": _stored_retention,
}
_FILE = {"funnel": _file_funnel, "transitions": _file_transitions}
