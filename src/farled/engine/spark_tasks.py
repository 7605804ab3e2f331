"""What the workers of Spark do. Each task is a value that pickles, with a ``run`` that gives a value that pickles."""

import os
import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from tempfile import gettempdir
from typing import Any, Protocol

import pyarrow as pa

from farled.engine.base import Question, View
from farled.engine.checks import Find, columns_of
from farled.engine.merging import merged
from farled.engine.shards import Facts, Shard
from farled.errors import FarledError
from farled.journeys.bucket_build import Job, make
from farled.journeys.columns import Scalar, Values
from farled.journeys.files import IndexFile, write
from farled.journeys.index import Chunk, Journeys
from farled.journeys.manifest import Bucket

SCHEMA = pa.schema([("task", pa.int32()), ("piece", pa.int32()), ("content", pa.binary())])
PIECE_BYTES = 1 << 24


class Task(Protocol):
    """One thing to do on a worker."""

    def run(self) -> Any:
        """Do it and return what came of it."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as every task of it has it.

    Attributes:
        question: What.
        view: How chunks are seen.
        names: By which events are coded.
        end: When the data ends.
        values: By which columns are coded.
    """

    question: Question[Any, Any]
    view: View | None
    names: tuple[str, ...]
    end: int | None
    values: Values

    def seen(self, shard: Shard, piece: int, pieces: int) -> Iterator[tuple[Journeys, int, Chunk]]:
        """Yield the chunks of a piece of a shard as the question sees them, with the journeys and their number."""
        journeys = shard.open(self.names, self.end, self.values)
        chunks = journeys.chunks(columns_of(self.question, self.view))
        for number in range(len(chunks) * piece // pieces, len(chunks) * (piece + 1) // pieces):
            chunk = chunks[number]
            yield journeys, number, chunk if self.view is None else self.view.prepare(journeys, number, chunk)


@dataclass(frozen=True, slots=True)
class Count:
    """Count a piece of a shard.

    Attributes:
        asked: The question.
        shard: Which.
        piece: Which of its chunks: of ``pieces`` equal shares, from 0.
        pieces: How many shares.
    """

    asked: Asked
    shard: Shard
    piece: int
    pieces: int

    def run(self) -> Any:
        """Return the merged partials; None where the piece has no chunk."""
        made = (
            self.asked.question.partial(chunk) for _, _, chunk in self.asked.seen(self.shard, self.piece, self.pieces)
        )
        return merged(made)


@dataclass(frozen=True, slots=True)
class Behind:
    """Find the customers behind a number in a piece of a shard; as `Count`.

    Attributes:
        count: Where to look.
        part: The number.
        answer: The whole answer.
    """

    count: Count
    part: str
    answer: Mapping[str, Any]

    def run(self) -> list[str]:
        """Return their ids."""
        found: list[str] = []
        question = self.count.asked.question
        for journeys, number, chunk in self.count.asked.seen(self.count.shard, self.count.piece, self.count.pieces):
            found += journeys.customer_ids(number, chunk.origin(question.behind(chunk, self.part, self.answer)))
        return found


@dataclass(frozen=True, slots=True)
class Survey:
    """Look what a shard holds.

    Attributes:
        shard: Which.
    """

    shard: Shard

    def run(self) -> Facts:
        """Return what is known of it."""
        return Facts.of(self.shard.open())


@dataclass(frozen=True, slots=True)
class Distinct:
    """Look which values columns of a shard have.

    Attributes:
        shard: Which.
        names: By which events are coded.
        columns: Which.
    """

    shard: Shard
    names: tuple[str, ...]
    columns: tuple[str, ...]

    def run(self) -> list[tuple[Scalar, ...] | None]:
        """Return the values of each column; None for floats."""
        journeys = self.shard.open(self.names)
        return [journeys.values(column) for column in self.columns]


@dataclass(frozen=True, slots=True)
class Search:
    """Look for names in a shard.

    Attributes:
        shard: Which.
        names: By which events are coded.
        find: What to look for.
    """

    shard: Shard
    names: tuple[str, ...]
    find: Find

    def run(self) -> set[str]:
        """Return the names found."""
        return self.find(self.shard.open(self.names))


@dataclass(frozen=True, slots=True)
class Build:
    """Make a bucket of the index in its folder.

    Attributes:
        job: What to make.
    """

    job: Job

    def run(self) -> tuple[Bucket, tuple[str, ...], IndexFile]:
        """Return the entry of the manifest, the names that occur, and the file that codes events by them."""
        made = make(self.job)
        file = write(self.job.folder, self.job.task.file("coded"), pa.record_batch({"name": pa.array(made.name)}))
        return made.entry, made.names, file


def run(tasks: Sequence[Task], batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Do tasks by their number, which the first column holds; an error comes back as a value too."""
    for batch in batches:
        for number in batch.column(0).to_pylist():
            yield from _told(number, lambda number=number: tasks[number].run())


def merge(table: pa.Table) -> pa.Table:
    """Merge what some tasks gave into one, under the number of the first; the first error stands for all."""
    results = told(table)
    first = min(results)
    return pa.Table.from_batches(list(_told(first, lambda: merged(_raised(results)))), SCHEMA)


def told(table: pa.Table) -> dict[int, Any]:
    """Return what tasks gave by their number, rising; an error is given as such."""
    rows = sorted(table.to_pylist(), key=lambda row: (row["task"], row["piece"]))
    return {
        task: pickle.loads(b"".join(row["content"] for row in pieces))
        for task, pieces in groupby(rows, key=lambda row: row["task"])
    }


def _raised(results: Mapping[int, Any]) -> Iterator[Any]:
    for result in results.values():
        if isinstance(result, FarledError):
            raise result
        yield result


def _told(number: int, give: Any) -> Iterator[pa.RecordBatch]:
    """Give a result in pieces that fit a batch."""
    try:
        result = give()
    except FarledError as error:
        result = error
    content = pickle.dumps(result, protocol=pickle.HIGHEST_PROTOCOL)
    for piece in range(max(1, -(-len(content) // PIECE_BYTES))):
        part = content[piece * PIECE_BYTES : (piece + 1) * PIECE_BYTES]
        row = {"task": number, "piece": piece, "content": part}
        yield pa.RecordBatch.from_pylist([row], SCHEMA)


def settle() -> None:
    """Let compiled kernels lie where a worker may write: beside the package, else with what Spark keeps here."""
    spec = find_spec("farled.journeys")
    package = Path(spec.origin).parent if spec and spec.origin else Path()
    if not os.access(package, os.W_OK):
        scratch = os.environ.get("SPARK_LOCAL_DIRS", "").split(",")[0] or gettempdir()
        with suppress(OSError):
            (Path(scratch) / "farled" / "kernels").mkdir(parents=True, exist_ok=True)
            os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(scratch) / "farled" / "kernels"))
