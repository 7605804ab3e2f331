"""Times that are no text: timestamps, dates, and numbers that count from a day."""

from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from farled.sources.zones import to_utc
from farled.spans import DAY, SECOND, instant

Times = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

EPOCHS = {"epoch_s": SECOND, "epoch_ms": 1_000, "epoch_us": 1, "epoch_ns": 0}
"""Microseconds of one, by kind; of nanoseconds there are many in one."""
EXCEL = "excel_days"
"""Days since 1899-12-30 on a local clock, as spreadsheets count them."""
UNITS = frozenset({*EPOCHS, EXCEL})
_SERIALS = (30_000, 60_000)  # 1982 to 2064
_DAYS_TO_1970 = 25_569
_FIRST_SERIAL, _LAST_SERIAL = 61, 200_000  # before March 1900 spreadsheets disagree
_MILLISECONDS = 86_400_000  # of a day; a cell holds no finer times
_EARLIEST = instant(datetime(1700, 1, 1, tzinfo=UTC))
_LATEST = instant(datetime(2300, 1, 1, tzinfo=UTC))


def plausible(time: Times) -> Mask:
    """Tell which times lie between the years 1700 and 2300; others are slips, such as a year of two digits."""
    return (time >= _EARLIEST) & (time < _LATEST)


def all_plausible(time: Times) -> bool:
    """Tell whether all times lie between these years."""
    return not len(time) or bool(time.min() >= _EARLIEST and time.max() < _LATEST)


def number_sql(kind: str, column: str) -> str:
    """Write SQL that turns the text of a number into microseconds; NULL: cannot.

    Args:
        kind: Of ``EPOCHS``, or ``EXCEL``, which may have a decimal comma.
        column: SQL of the text.
    """
    if kind == EXCEL:
        days = f"try_cast(replace({column}, ',', '.') AS DOUBLE)"
        since = f"CAST(round(({days} - {_DAYS_TO_1970}) * {_MILLISECONDS}) AS BIGINT) * 1000"
        return f"CASE WHEN {days} BETWEEN {_FIRST_SERIAL} AND {_LAST_SERIAL} THEN {since} END"
    scaled = f"(try_cast({column} AS DECIMAL(28, 6)) * {EPOCHS[kind]})"
    return f"try_cast({scaled if EPOCHS[kind] else f'(try_cast({column} AS HUGEINT) // 1000)'} AS BIGINT)"


def typed(column: pa.ChunkedArray, zone: str, unit: str | None = None) -> tuple[Times, Mask, Mask]:
    """Turn a column of timestamps, dates or numbers into microseconds UTC.

    Args:
        column: No text.
        zone: Of timestamps without one, of dates, and of days of a spreadsheet.
        unit: ``"epoch_ms"`` and the like for numbers; None: told by their size.

    Returns:
        Microseconds, which of them are given at all, and which lay in a gap or fold of the zone.
    """
    has = _given(column)
    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        column = _within_reach(column)
        has = _given(column)
        time = _whole(column.cast(pa.timestamp("us", tz=getattr(kind, "tz", None)), safe=False))
        if getattr(kind, "tz", None) is None and zone != "UTC":
            return _on_clock(time, has, zone)
        return time, has, np.zeros(len(time), dtype=np.bool_)
    number = _whole(column) if pa.types.is_int64(kind) else None
    if number is not None and (unit or magnitude(number[has])) == "epoch_us":
        return number, has, np.zeros(len(number), dtype=np.bool_)
    real = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False) if number is None else number
    has = has & np.isfinite(real)
    unit = unit or magnitude(real[has])
    if unit == EXCEL:
        has = has & (real >= _FIRST_SERIAL) & (real <= _LAST_SERIAL)
        days = np.where(has, real, _DAYS_TO_1970)
        return _on_clock(np.rint((days - _DAYS_TO_1970) * _MILLISECONDS).astype(np.int64) * 1000, has, zone)
    factor = EPOCHS[unit]
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = np.where(has, real, 0) * factor if factor else np.where(has, real, 0) // 1000
        inside = np.abs(scaled) < 2.0**62
        time = np.rint(np.where(inside, scaled, 0)).astype(np.int64) if number is None else scaled.astype(np.int64)
    return time, has & inside, np.zeros(len(time), dtype=np.bool_)


def magnitude(number: npt.NDArray[np.int64] | npt.NDArray[np.float64]) -> str:
    """Tell what times that are numbers count, by their size.

    Numbers that nearly all lie between 30,000 and 60,000 are days of a spreadsheet: as seconds they would all lie
    between breakfast and tea of the first day of 1970. Other small numbers are seconds.
    """
    first = number[:100_000]
    size = float(np.median(np.abs(first))) if len(first) else 0.0
    if _SERIALS[0] <= size < _SERIALS[1] and np.mean((first >= _SERIALS[0]) & (first < _SERIALS[1])) > 0.9:
        return EXCEL
    limits = ((1e11, "epoch_s"), (1e14, "epoch_ms"), (1e17, "epoch_us"))
    return next((unit for limit, unit in limits if size < limit), "epoch_ns")


def _on_clock(local: Times, has: Mask, zone: str) -> tuple[Times, Mask, Mask]:
    time, unsure = to_utc(np.where(has, local, 0), zone)
    return time, has, unsure


def _within_reach(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Take out timestamps and days that lie beyond what microseconds can count, instead of letting them wrap round."""
    kind = column.type
    if getattr(kind, "unit", None) in {"us", "ns"}:
        return column
    are_days = pa.types.is_date32(kind)
    count = column.cast(pa.int32() if are_days else pa.int64()).cast(pa.int64())
    reach = 2**62 // (DAY if are_days else SECOND if getattr(kind, "unit", None) == "s" else 1_000)
    inside = pc.and_(pc.less(count, reach), pc.greater(count, -reach))
    return column if pc.all(inside).as_py() is not False else pc.if_else(inside, column, None)


def _given(column: pa.ChunkedArray) -> Mask:
    if column.null_count == 0:
        return np.ones(len(column), dtype=np.bool_)
    return np.asarray(column.is_valid().to_numpy(zero_copy_only=False), dtype=np.bool_)


def _whole(column: pa.ChunkedArray) -> Times:
    """Return the 64-bit integers behind a column, without a copy where it is one piece; nulls hold anything."""
    parts = [
        np.frombuffer(chunk.buffers()[1], dtype=np.int64, count=len(chunk) + chunk.offset)[chunk.offset :]
        for chunk in column.chunks
        if len(chunk)
    ]
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
