"""Files of the index: uncompressed Arrow, written whole beside and put in place, mapped into memory to read."""

import os
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from uuid import uuid4

import pyarrow as pa

from farled.errors import DamagedError

HINT = "Delete the folder index of the workspace: it is built again from the events."


@dataclass(frozen=True, slots=True)
class IndexFile:
    """A file that never changes.

    Attributes:
        name: In the folder of the index.
        size: Bytes.
        checksum: CRC-32 of all bytes.
    """

    name: str
    size: int
    checksum: int


def write(folder: Path, name: str, batch: pa.RecordBatch) -> IndexFile:
    """Write a batch to a new file, so that it is there whole or not at all, also after a loss of power."""
    path, beside = folder / name, folder / f".{name}.{uuid4().hex}"  # two threads may write the same
    try:
        with pa.OSFile(str(beside), "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
            writer.write_batch(batch)
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        written = IndexFile(name, beside.stat().st_size, checksum(beside))
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)  # of a full disk
        raise
    return written


def checksum(path: Path) -> int:
    """Return the CRC-32 of a file."""
    with pa.memory_map(str(path)) as mapped:
        return zlib.crc32(mapped.read_buffer())


class Mapped:
    """A file of the index, open for as long as this lives, also when a writer deletes it meanwhile.

    Raises:
        FileNotFoundError: It is not there.
        DamagedError: It is not as long as it was when written.
    """

    def __init__(self, folder: Path, file: IndexFile) -> None:
        self._path = folder / file.name
        self._map = pa.memory_map(str(self._path))
        if self._map.size() != file.size:
            raise DamagedError(f"{self._path} has {self._map.size()} bytes instead of {file.size}.", HINT)

    @cached_property
    def batch(self) -> pa.RecordBatch:
        """The content; nothing of it is read from the disk before it is used."""
        try:
            return pa.ipc.open_file(self._map).get_batch(0)
        except (pa.ArrowInvalid, OSError) as error:
            raise DamagedError(f"{self._path} cannot be read: {error}.", HINT) from error
