"""Small files for the tests of reading."""

from pathlib import Path

import numpy as np

from farled.sources.files import Columns, Options, Reading, read


class Desk:
    """Writes a file into a folder and reads it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, text: str | bytes, name: str = "events.csv", encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    def read(
        self,
        text: str | bytes,
        name: str = "events.csv",
        *,
        encoding: str = "utf-8",
        columns: Columns | None = None,
        **said: str,
    ) -> Reading:
        return read(self.write(text, name, encoding), columns, Options(**said))


def rows(reading: Reading) -> list[tuple[str, str, str]]:
    """Return (customer, time, name) of each event; times as ISO text to the minute, or finer where needed."""
    customers, names = reading.customer.to_pylist(), reading.name.to_pylist()
    return list(zip(customers, moments(reading), names, strict=True))


def moments(reading: Reading) -> list[str]:
    """Return the times as the shortest ISO text."""
    return [shortest(time) for time in reading.time.tolist()]


def shortest(time: int) -> str:
    text = str(np.datetime64(time, "us"))
    return text.removesuffix(".000000").removesuffix(":00")


def rejected(reading) -> list[tuple[int, str, str | None, str]]:
    """Return (line, column, value, reason) of each rejected row."""
    listed = reading.rejected.to_pylist()
    return [(row["line"], row["column"], row["value"], row["reason"]) for row in listed]


def report(reading) -> str:
    return "\n".join(map(str, reading.report))
