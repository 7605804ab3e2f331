"""ClickHouse, as chDB in this process, with the fastest plan found for each question."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cases
from chdb.session import Session
from data import Files, name_of

VERSION = f"chdb {version('chdb')}"
BEFORE = "OVER (ORDER BY customer, time, place ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)"
EVENTS = (
    f"SELECT customer, name, lagInFrame(customer, 1, -1) {BEFORE} AS owner, lagInFrame(name) {BEFORE} AS name_before,"
    f" if(owner = customer, name_before, {cases.START}) AS before"
)


def load(files: Files, store: Path) -> None:
    """Store the events sorted, with their place, customers and names as numbers; in one part."""
    session = Session(str(store))
    columns = "customer Int32, time Int64, name UInt8, place UInt32"
    session.query("CREATE DATABASE bench ENGINE = Atomic")
    session.query(f"CREATE TABLE bench.events ({columns}) ENGINE = MergeTree ORDER BY (customer, time, place)")
    session.query(
        "INSERT INTO bench.events SELECT customer, time, name, rowNumberInAllBlocks()"
        f" FROM file('{files.ready}') SETTINGS max_threads = 1, max_insert_threads = 1"
    )
    session.query("OPTIMIZE TABLE bench.events FINAL")
    session.close()


def opened(store: Path) -> Any:
    """Open the database."""
    return Session(str(store)), None


def read(path: Path) -> Any:
    """Name the file; only a question reads it."""
    return Session(), path


def ask(opened: Any, question: str) -> Any:
    """Ask."""
    session, path = opened
    sql = _STORED[question]() if path is None else _FILE[question](path)
    return session.query(sql, "JSONCompact")


def compared(question: str, answer: Any) -> cases.Answer:
    """Return the answer in the form in which contenders are compared."""
    answer = json.loads(str(answer))["data"]
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
    return cases.flow([(*row[:2], *map(_number, row[2:])) for row in answer])


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) else value


def _funnel(table: str, time: str, window: int, steps: tuple[str, ...]) -> str:
    """``strict_once`` counts each event for one step only, as the others do; the default mode does not."""
    wanted = ", ".join(f"name = {step}" for step in steps)
    level = f"windowFunnel({window}, 'strict_once')({time}, {wanted})"
    each = f"SELECT {level} AS level FROM {table} WHERE name IN ({', '.join(steps)}) GROUP BY customer"
    return f"SELECT {', '.join(f'countIf(level >= {at})' for at in range(1, len(steps) + 1))} FROM ({each})"


def _stored_funnel() -> str:
    return _funnel("bench.events", "toUInt64(time)", cases.WITHIN, tuple(map(str, cases.STEPS)))


def _stored_transitions() -> str:
    return f"SELECT before, name, count() FROM ({EVENTS} FROM bench.events) GROUP BY before, name"


def _stored_flow() -> str:
    each = f"SELECT before, name, count() AS n FROM ({EVENTS} FROM bench.events) GROUP BY customer, before, name"
    return f"SELECT before, name, sum(n), count() FROM ({each}) GROUP BY before, name"


def _stored_times() -> str:
    events = f"{EVENTS}, time - lagInFrame(time) {BEFORE} AS since FROM bench.events"
    shares = "quantilesExactInclusive(0.5, 0.9)(since)"
    return f"SELECT before, name, count(), uniqExact(customer), {shares} FROM ({events}) GROUP BY before, name"


def _stored_paths() -> str:
    """Only the first names of each customer are read on; ``groupArray`` alone would not promise their order."""
    order = "ORDER BY customer, time, place"
    first = f"SELECT customer, name, place FROM bench.events {order} LIMIT {cases.LENGTH} BY customer"
    names = "arrayMap(pair -> pair.2, arraySort(groupArray((place, name))))"
    digits = [cases.digit(place) for place in range(cases.LENGTH)]
    key = f"arraySum((name, at) -> (toUInt64(name) + 1) * {digits}[at], {names} AS path, arrayEnumerate(path))"
    counted = f"SELECT key, count() AS n FROM (SELECT {key} AS key FROM ({first}) GROUP BY customer) GROUP BY key"
    whole = f"SELECT key, n, count() OVER () AS different, sum(n) OVER () AS total FROM ({counted})"
    return f"{whole} ORDER BY n DESC, key LIMIT {cases.TOP}"


def _stored_timing() -> str:
    start = f"minIf(time, name = {cases.FROM}) AS start, countIf(name = {cases.FROM}) AS starts"
    ends = f"arrayFilter(t -> t >= start, groupArrayIf(time, name = {cases.TO})) AS ends"
    each = f"SELECT {start}, {ends} FROM bench.events WHERE name IN ({cases.FROM}, {cases.TO}) GROUP BY customer"
    end = "(SELECT max(time) FROM bench.events)"
    waits = (
        f"SELECT notEmpty(ends) AS came, if(came, arrayMin(ends), {end}) - start AS passed FROM ({each}) WHERE starts"
    )
    alike = "SELECT passed, sum(came) AS n, count() AS gone FROM waits GROUP BY passed"
    risk = f"SELECT passed, n, sum(gone) OVER (ORDER BY passed DESC) AS there FROM ({alike})"
    waiting = "exp(sum(log(1 - n / there)) OVER (ORDER BY passed))"
    curve = f"SELECT passed, {waiting} AS waiting FROM ({risk}) WHERE n > 0 AND n < there"
    shares = "quantilesExactInclusiveIf(0.1, 0.5, 0.9)(passed, came) AS q"
    half = "(SELECT min(passed) FROM curve WHERE waiting <= 0.5)"
    month = f"(SELECT 1 - min(waiting) FROM curve WHERE passed <= {cases.MONTH})"
    whole = f"SELECT count() AS started, sum(came) AS n, {shares}, avgIf(passed, came) AS mean FROM waits"
    return (
        f"WITH waits AS ({waits}), curve AS ({curve})"
        f" SELECT started, n, q[1], q[2], q[3], mean, {half}, {month} FROM ({whole})"
    )


def _stored_sessions() -> str:
    """Only the first events of sessions are kept, as in DuckDB."""
    at = "row_number() OVER (ORDER BY customer, time, place) AS at"
    places = f"{EVENTS}, time, lagInFrame(time) {BEFORE} AS last, {at} FROM bench.events"
    is_first = f"owner != customer OR time - last > {cases.GAP}"
    begun = f"SELECT customer, time, at, last FROM ({places}) WHERE {is_first}"
    after = "OVER (ORDER BY at ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING)"
    events = "assumeNotNull((SELECT count() + 1 FROM bench.events))"
    latest = "assumeNotNull((SELECT argMax(time, (customer, time)) FROM bench.events))"
    each = (
        f"SELECT customer, leadInFrame(at, 1, {events}) {after} - at AS size,"
        f" leadInFrame(last, 1, {latest}) {after} - time AS took FROM ({begun})"
    )
    shares = "quantilesExactInclusive(0.5, 0.9)"
    customers = f"SELECT count() AS m, {shares}(n) AS q FROM (SELECT count() AS n FROM sessions GROUP BY customer)"
    counts = "count() AS s, sum(size) AS e, countIf(size = 1) AS z"
    whole = f"SELECT {counts}, {shares}(size) AS a, {shares}(took) AS b, avg(took) AS l FROM sessions"
    return (
        f"WITH sessions AS ({each}) SELECT s, m, e, z, q[1], q[2], a[1], a[2], b[1], b[2], l"
        f" FROM ({whole}) AS w CROSS JOIN ({customers}) AS c"
    )


def _stored_retention() -> str:
    """The weeks of a customer are bits of one number, as in DuckDB."""
    week = f"intDiv(time + {cases.MONDAY}, {cases.WEEK})"
    number = f"toUInt8({week} - (SELECT min({week}) FROM bench.events))"
    starts = f"minIf({number}, name = {cases.STEPS[0]}) AS cohort, countIf(name = {cases.STEPS[0]}) AS starts"
    each = (
        f"SELECT {starts}, groupBitOr(bitShiftLeft(toUInt64(1), {number})) AS weeks FROM bench.events GROUP BY customer"
    )
    later = "bitShiftRight(weeks, cohort) AS later"
    alike = f"SELECT cohort, {later}, count() AS n FROM ({each}) WHERE starts > 0 GROUP BY cohort, later"
    cells = f"SELECT cohort, n, arrayJoin(bitPositionsToArray(later)) AS k FROM ({alike})"
    return f"SELECT cohort, k, sum(n) FROM ({cells}) GROUP BY cohort, k"


def _stored_variants() -> str:
    """``groupArray`` alone would not promise the order of the names."""
    names = "arrayMap(pair -> pair.2, arraySort(groupArray((place, name))))"
    counted = f"SELECT key, count() AS n FROM (SELECT {names} AS key FROM bench.events GROUP BY customer) GROUP BY key"
    whole = f"SELECT key, n, count() OVER () AS different, sum(n) OVER () AS total FROM ({counted})"
    return f"{whole} ORDER BY n DESC, key LIMIT {cases.TOP}"


def _stored_lifecycle() -> str:
    """The months of a customer are bits of one number, as in DuckDB."""
    month = f"toUInt8(dateDiff('month', toDate('{cases.MONTHS}'), fromUnixTimestamp64Micro(time, 'UTC')))"
    each = f"SELECT groupBitOr(bitShiftLeft(toUInt64(1), {month})) AS months FROM bench.events GROUP BY customer"
    return f"SELECT months, count() FROM ({each}) GROUP BY months"


def _file_funnel(path: Path) -> str:
    steps = tuple(f"'{name_of(code)}'" for code in cases.STEPS)
    if path.suffix == ".parquet":
        return _funnel(f"file('{path}')", "toUInt64(toUnixTimestamp64Micro(time))", cases.WITHIN, steps)
    schema = "customer String, time DateTime, name LowCardinality(String)"
    return _funnel(f"file('{path}', 'CSVWithNames', '{schema}')", "time", cases.WITHIN // 1_000_000, steps)


def _file_transitions(path: Path) -> str:
    source = f"file('{path}')"
    if path.suffix != ".parquet":
        source = f"file('{path}', 'CSVWithNames', 'customer String, time DateTime, name LowCardinality(String)')"
    code = "toUInt8(substring(name, 7)) - 1"
    place = "rowNumberInAllBlocks() AS place"
    numbered = f"SELECT customer, time, {code} AS name, {place} FROM {source} SETTINGS max_threads = 1"
    names = "arrayMap(event -> event.3, arraySort(groupArray((time, place, name))))"
    journeys = f"SELECT {names} AS l FROM ({numbered}) GROUP BY customer"
    pairs = f"SELECT arrayJoin(arrayZip(arrayPushFront(arrayPopBack(l), {cases.START}), l)) AS pair FROM ({journeys})"
    return f"SELECT pair.1 AS before, pair.2 AS name, count() FROM ({pairs}) GROUP BY before, name"


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
