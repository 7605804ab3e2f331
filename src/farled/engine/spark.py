"""Run a question on Spark: the workers count buckets, and what they counted is merged.

    farled.open("/shared/shop", engine="spark://head:7077")

Spark moves no events. Each task opens a bucket of the index (or makes one from the event table's files, on the
worker's own disk) and runs the question's own ``partial`` over it in ``mapInArrow``.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from farled.engine.base import A_co, P, Question, View
from farled.engine.checks import Find, columns_of, require_events, require_properties
from farled.engine.merging import merged
from farled.engine.shards import Facts, Shard, Spread
from farled.engine.spark_session import require_same, session_of, translated
from farled.engine.spark_tasks import Asked, Behind, Build, Count, Distinct, Search, Survey, Task, told
from farled.errors import FarledError, InputError
from farled.journeys.bucket_build import Job, Made
from farled.journeys.coding import plain
from farled.journeys.columns import recoded
from farled.journeys.files import IndexFile, Mapped
from farled.journeys.index import Codes, Journeys
from farled.journeys.source import Source
from farled.journeys.stored import IndexStore

Progress = Callable[[int, int], None]
Over = Literal["index", "events"]

RESULT = "task int, piece int, content binary"
OTHER_VERSION = -1
MOST_EVENTS = 8_000_000
TURN_EVENTS = 1_000_000
FAN_IN = 32


class Spark:
    """An engine: questions are counted by the workers of a Spark session.

    Args:
        session: A ``SparkSession``, also one of Spark Connect; or the address of a cluster, such as
            ``spark://head:7077``, ``local[2]`` or ``sc://head:15002``.
        over: ``index``: the workspace's index, which the workers bring up to date, lies where all of them see it.
            ``events``: only the event table does; each worker makes what it needs of the index on its own disk.
        fan_in: How many results are merged at once; more are merged by the workers first.

    Raises:
        MissingExtraError: PySpark is not installed.
        InputError: There is no Spark at the address, or ``over`` is neither.
    """

    def __init__(self, session: Any, over: Over = "index", fan_in: int = FAN_IN) -> None:
        if over not in ("index", "events"):
            raise InputError(f"over is {over!r}, but Spark counts over the index or the events.", "Say over='index'.")
        self.session = session_of(session)
        self.over = over
        self.fan_in = fan_in

    def journeys(self, index: Path, source: Source, progress: Progress | None = None) -> Spread:
        """Return the journeys of a workspace folder; what the index lacks is made by the workers.

        Args:
            index: Its folder, under a path that all workers know too.
            source: The events.
            progress: Called with buckets done and to do.
        """
        store = IndexStore(index)
        if self.over == "events":
            shards = [Shard(index, number, source) for number in source.buckets()]
            facts = list(self._run([Survey(shard) for shard in shards]).values())
            full = [
                Shard(index, shard.number, source, None, one.events)
                for shard, one in zip(shards, facts, strict=True)
                if one.events
            ]
            return Spread(full, Facts.together(facts), lambda: store.refresh(source, progress))
        here = store.refresh(source, progress, makers=self._made)
        entries = store.manifest().buckets
        shards = [Shard(index, number, source, entry, entry.events) for number, entry in sorted(entries.items())]
        return Spread([shard for shard in shards if shard.events], Facts.of(here), lambda: here)

    def ask(self, journeys: Journeys, question: Question[P, A_co], view: View | None = None) -> A_co:
        """Return the answer to a question.

        Args:
            journeys: Of whom; those that ``journeys`` of this engine gave.
            question: What.
            view: What part of the journeys, seen how; default: all as they are.

        Raises:
            NotFoundError: The question names an event that does not occur; the nearest names are in the hint.
            InputError: There are no events to ask, the journeys lie in memory, or the workers cannot count.
        """
        counts = self._counts(journeys, question, view)
        return question.answer(merged(self._run(counts, self._turns(journeys), merges=True).values()))

    def customers_behind(
        self, journeys: Journeys, question: Question[P, A_co], part: str, view: View | None = None
    ) -> list[str]:
        """Return the ids of the customers behind a number of the answer.

        Args:
            journeys: As for ``ask``.
            question: As for ``ask``.
            part: A JSON pointer into the answer's ``to_dict()``, lists from 0: ``/steps/2/dropped``.
            view: As for ``ask``.

        Raises:
            NotFoundError: There is no such number, or no customers stand behind it.
        """
        answer = self.ask(journeys, question, view).to_dict()
        counts = self._counts(journeys, question, view)
        found = self._run([Behind(count, part, answer) for count in counts], self._turns(journeys))
        return [id_ for ids in found.values() for id_ in ids]

    def _counts(self, journeys: Journeys, question: Question[Any, Any], view: View | None) -> list[Count]:
        if not isinstance(journeys, Spread):
            raise InputError(
                "Spark counts the journeys of a workspace folder, but these lie in memory.",
                "Open a folder: farled.open(FOLDER, engine=…).",
            )
        require_events(journeys, question.mentions(), view, lambda find: self._found(journeys, find))
        self._learn(journeys, columns_of(question, view))
        require_properties(question, journeys.values, view)
        values = {name: known for name in columns_of(question, view) if (known := journeys.known[name]) is not None}
        asked = Asked(question, view, journeys.names, journeys.end, values)
        return [
            Count(asked, shard, piece, pieces)
            for shard in journeys.shards
            for pieces in [self._pieces(shard)]
            for piece in range(pieces)
        ]

    def _pieces(self, shard: Shard) -> int:
        """Return into how many tasks a shard is cut; what a worker has to make first is not cut."""
        return 1 if shard.entry is None else -(-shard.events // MOST_EVENTS)

    def _found(self, journeys: Spread, find: Find) -> set[str]:
        """Return what is found in any shard."""
        tasks = [Search(shard, journeys.names, find) for shard in journeys.shards]
        return set().union(*self._run(tasks, self._turns(journeys)).values())

    def _learn(self, journeys: Spread, columns: Iterable[str]) -> None:
        """Find out the values of columns, in the order in which one process alone would find them."""
        new = tuple(name for name in columns if name not in journeys.known)
        if not new:
            return
        found = self._run([Distinct(shard, journeys.names, new) for shard in journeys.shards], self._turns(journeys))
        for name, values in zip(new, zip(*found.values(), strict=True), strict=True):
            coded = [each for each in values if each is not None]
            every = [value for each in coded for value in each]
            journeys.known[name] = recoded(every)[0] if len(coded) == len(values) else None

    def _made(self, jobs: Sequence[Job], progress: Progress) -> list[Made]:
        """Make buckets of the index; the workers write the files."""
        built = self._run([Build(job) for job in jobs]).values()
        progress(len(jobs), len(jobs))
        return [
            Made(job.task, entry, _codes(job.folder, file), names)
            for job, (entry, names, file) in zip(jobs, built, strict=True)
        ]

    def _turns(self, journeys: Journeys) -> int | None:
        """Return how often a worker is called for a question: small buckets are counted in one turn."""
        context = getattr(self.session, "sparkContext", None)  # Spark Connect has none
        return None if context is None else max(context.defaultParallelism, journeys.events // TURN_EVENTS)

    def _run(self, tasks: Sequence[Task], turns: int | None = None, *, merges: bool = False) -> dict[int, Any]:
        """Let the workers do tasks.

        Args:
            tasks: What to do.
            turns: In how many turns, tasks side by side in one; default: one task in each.
            merges: Whether results may be merged on the workers, so that few come back.

        Returns:
            What each gave, in the order of the tasks.
        """
        if not tasks:
            return {}
        with translated():
            numbers = self.session.range(0, len(tasks), 1, min(turns or len(tasks), len(tasks)))
            frame = numbers.mapInArrow(_runner(tasks), RESULT)
            width = 1
            while merges and -(-len(tasks) // width) > self.fan_in:
                width *= self.fan_in
                frame = _in_groups(frame, width)
            results = told(frame.toArrow())
        for number, result in results.items():
            if number == OTHER_VERSION:
                require_same(version("farled"), result)
            if isinstance(result, FarledError):
                raise result
        return results


def _codes(folder: Path, file: IndexFile) -> Codes:
    """Return the codes that a worker wrote, mapped."""
    codes = Mapped(folder, file).batch.column("name")
    return plain(codes, np.uint16 if codes.type == pa.uint16() else np.uint32)


# The functions below are sent to the workers by value: they may name nothing of Farled before its version is known.


def _runner(tasks: Sequence[Task]) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Return what does tasks on a worker."""
    from pyspark import cloudpickle

    pickled: Callable[[Any], bytes] = cloudpickle.dumps
    content, here, other = pickled(tuple(tasks)), version("farled"), _other_version()

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pickle

        wrong = other(here)
        if wrong is not None:
            yield wrong.to_batches()[0]
            return
        from farled.engine.spark_tasks import run as do
        from farled.engine.spark_tasks import settle

        settle()
        yield from do(pickle.loads(content), batches)

    return run


def _in_groups(frame: Any, width: int) -> Any:
    """Merge the results of neighbouring tasks on the workers."""
    from pyspark.sql import functions

    here, other = version("farled"), _other_version()

    def merge(results: pa.Table) -> pa.Table:
        wrong = other(here)
        if wrong is not None:
            return wrong
        from farled.engine.spark_tasks import merge as do

        return do(results)

    group = functions.floor(functions.col("task") / width)
    return frame.groupBy(group.alias("group")).applyInArrow(merge, RESULT)


def _other_version() -> Callable[[str], pa.Table | None]:
    def other(here: str) -> Any:
        """Return what tells of another version; None if it is the same."""
        import pickle
        from importlib.metadata import version as installed

        import pyarrow as pa

        try:
            there = installed("farled")
        except ImportError:
            there = ""
        if there == here:
            return None
        kinds = pa.schema([("task", pa.int32()), ("piece", pa.int32()), ("content", pa.binary())])
        row = {"task": -1, "piece": 0, "content": pickle.dumps(there)}
        return pa.Table.from_pylist([row], kinds)

    return other
