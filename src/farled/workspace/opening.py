"""Two ways to a workspace: a folder, or files and tables in memory."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from farled.engine import local
from farled.engine.base import Engine
from farled.errors import NotFoundError
from farled.workspace.asking import Loaded, Workspace

if TYPE_CHECKING:  # a folder and a file need different things
    from farled.events.snapshot import Snapshot
    from farled.events.source import EventSource
    from farled.sources.files import Reading

Progress = Callable[[int, int], None]


def open(  # noqa: A001  the field's verb
    folder: str | PathLike[str] | None = None, progress: Progress | None = None, engine: Any = None
) -> Workspace:
    """Open a workspace folder; its journeys are brought up to date when they are first asked for.

    Args:
        folder: Of the workspace; default: ``FARLED_WORKSPACE``, else the nearest folder upwards.
        progress: Called with buckets done and to do while the index is built.
        engine: Where questions are counted; default: on this machine. The address of a Spark cluster
            (``spark://HOST:7077``), a ``SparkSession``, or ``farled.engine.spark.Spark(…)``; every worker must find the
            folder under the same path.

    Raises:
        NotFoundError: There is no workspace there.
        MissingExtraError: The engine is Spark, and PySpark is not installed.
        InputError: The engine is none, or does not answer.
    """
    from farled.events.folder import find, load
    from farled.events.source import EventSource

    path = Path(folder) if folder is not None else find()
    opened = load(path if engine is None else path.absolute())
    counting = _engine(engine)

    def journeys() -> Loaded:
        source = EventSource.of(opened)
        try:
            made = counting.journeys(opened.index, source, progress)
        except FileNotFoundError:  # a vacuum took a file away meanwhile
            from farled.events.store import EventStore

            return EventStore(opened.events, opened.settings.buckets).read(loaded)
        return Loaded(made, source.table_version)

    def loaded(snapshot: "Snapshot") -> Loaded:
        return Loaded(counting.journeys(opened.index, source_of(snapshot), progress), snapshot.version)

    return Workspace(journeys, opened, engine=counting)


def _engine(given: Any) -> Engine:
    """Return the engine that somebody means."""
    if given is None:
        return local
    if hasattr(given, "customers_behind"):
        engine: Engine = given
        return engine
    from farled.engine.spark import Spark

    return Spark(given)


def read(
    source: Any,
    *,
    time_zone: str | None = None,
    time_format: str | Sequence[str] | None = None,
    decimal: str | None = None,
    **columns: Any,
) -> Workspace:
    """Read events into memory.

    Args:
        source: A path, a glob, a list of paths (CSV, TSV, JSON lines, Parquet; ``.gz``, ``.zst``), or anything with
            ``__arrow_c_stream__``; also a mapping of columns.
        time_zone: Of times that name none; default UTC, and the report says so.
        time_format: Where times can be read in two ways.
        decimal: ``"."`` or ``","``, where numbers can be read in two ways.
        columns: ``customer``, ``time``, ``name``, ``channel``, ``value``, ``currency``, ``score``, ``scale``, ``text``,
            ``account``, ``event_id``: which column is what; what is not said is guessed. ``properties``: which further
            columns to keep, default all.

    Raises:
        NotFoundError: A file or a column does not exist.
        InputError: A file cannot be read, or can be read in two ways; the hint says how to decide.

    Example:
        >>> import pyarrow as pa
        >>> import farled
        >>> shop = farled.read(pa.table({"user": ["a", "a"], "ts": [0, 60], "event": ["visit", "order"]}))
        >>> shop.customers, shop.events, shop.names
        (1, 2, ('order', 'visit'))
    """
    from farled.journeys.build import build
    from farled.journeys.text_coding import needs_kernels, start_kernels
    from farled.sources.files import Columns, Options
    from farled.sources.files import read as read_files

    known = Columns.__dataclass_fields__
    for name in columns:
        if name not in known:
            raise NotFoundError.named("role of a column", name, known)
    options = Options(time_zone=time_zone, time_format=time_format, decimal=decimal)
    if isinstance(source, Mapping):
        import pyarrow as pa

        source = pa.table(dict(source))

    def begun(customers: Sequence[str], rows: int) -> None:
        """Start Numba while the files are being read, if it will be needed."""
        if needs_kernels(customers, rows):
            pool.submit(start_kernels)

    with ThreadPoolExecutor(1) as pool:
        reading = read_files(source, Columns(**columns), options, begun)
    journeys = build(
        reading.customer,
        reading.time,
        reading.name,
        event_id=reading.event_id,
        load=lambda name: _column(reading, name),
    )
    return Workspace(lambda: Loaded(journeys, None), reading=reading)


def source_of(snapshot: "Snapshot") -> "EventSource":
    """Return the events as the index is built from them: a customer is one identifier."""
    from farled.events.customers import first_identifier
    from farled.events.source import EventSource

    return EventSource(snapshot, first_identifier)


def _column(reading: "Reading", name: str) -> Any:
    """Return a column of what was read, by role or name."""
    if name in ("channel", "value", "currency", "score", "scale", "text", "account"):
        held = getattr(reading, name)
        if held is not None:
            return held
    if name in reading.columns or "." in name:
        return reading.column(name)
    if name == "properties":
        return _said(reading)
    if name in ("channel", "currency", "score", "scale", "text", "touchpoint"):  # events may lack them
        import pyarrow as pa

        return pa.nulls(len(reading.customer), pa.float64() if name == "score" else pa.string())
    raise NotFoundError.named("property", name, [*reading.columns, *reading.roles])


def _said(reading: "Reading") -> Any:
    """Return the further columns of ``identify`` events as JSON objects, as an import keeps them; null elsewhere."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from farled.journeys.index import IDENTIFY
    from farled.sources.ids import json_rows

    says = pc.equal(pc.cast(reading.name, pa.string()), IDENTIFY)
    told = json_rows(pa.table({name: reading.column(name).filter(says) for name in reading.columns}))
    position = pc.subtract(pc.cumulative_sum(says.cast(pa.int64())), 1)
    return told.take(pc.if_else(says, position, None))
