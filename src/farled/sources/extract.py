"""The role columns of one input, taken out in one pass, before anything is rejected."""

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from farled.sources.connection import evaluate, quoted
from farled.sources.kinds import as_text, require_moments
from farled.sources.scan import Scan
from farled.sources.time_numbers import UNITS
from farled.sources.times import TimeForm, all_plausible, careful, expression, local, plausible, typed
from farled.sources.zones import to_utc

CODED = pa.dictionary(pa.int32(), pa.string())
_FEW = frozenset({"name", "channel", "currency", "scale", "value", "score"})
_UNZONED, _ZONED = {19, 23, 26}, {20, 24, 27}  # letters of 2026-05-01T12:30:00, of that with .000, and with Z
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """The times of an input.

    Attributes:
        time: Microseconds UTC; anything where ``good`` is false.
        good: Which rows have a time.
        written: What stands in the rows that have none, in their order; null: nothing.
        unsure: How many lay in a gap or fold of the zone.
    """

    time: npt.NDArray[np.int64]
    good: Mask
    written: pa.Array
    unsure: int


@dataclass(frozen=True, slots=True, eq=False)
class Extract:
    """The columns of one input by role.

    Attributes:
        texts: By role, without blanks around them, null where empty; coded where values are few.
        times: The times.
    """

    texts: Mapping[str, pa.ChunkedArray]
    times: Times


def extract(scan: Scan, roles: Mapping[str, str], form: TimeForm | None, zone: str) -> Extract:
    """Take the columns of the roles out of an input.

    Args:
        scan: The input.
        roles: Column by role; ``"time"`` is one of them.
        form: How times are written, if as text.
        zone: Of times that name none.
    """
    if scan.is_text and form is not None:
        while True:
            taken = _from_text(scan, roles, form)
            if not scan.repair():
                return taken
    texts = {role: column for role, column in roles.items() if role != "time"}
    table = scan.load(list(dict.fromkeys(roles.values())), [texts[role] for role in texts if role in _FEW])
    columns = {role: _clean(table[column], column, role in _FEW) for role, column in texts.items()}
    return Extract(columns, _times(table[roles["time"]], roles["time"], form, zone))


def one_piece(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return a column as one array."""
    if isinstance(column, pa.Array):
        return column
    chunks = column.chunks
    return chunks[0] if len(chunks) == 1 else pa.concat_arrays(chunks) if chunks else pa.nulls(0, column.type)


def times_of(column: pa.ChunkedArray, form: TimeForm) -> Times:
    """Read the times of a text column."""
    return _read_times([_times_by_sql(column.cast(pa.string()), form)], form)


def _from_text(scan: Scan, roles: Mapping[str, str], form: TimeForm) -> Extract:
    others = [role for role in roles if role != "time"]
    wanted = {role: scan.sql(column) for role, column in roles.items()}
    if form.kind != "iso":
        wanted |= _time_columns(_trimmed(scan.sql(roles["time"])), form)

    def take(batch: pa.RecordBatch) -> tuple[dict[str, pa.Array], pa.RecordBatch | pa.Table]:
        trimmed = {role: _trim(batch[role]) for role in others}
        texts = {role: text.dictionary_encode() if role in _FEW else text for role, text in trimmed.items()}
        if form.kind != "iso":
            return texts, batch.select([name for name in batch.schema.names if name not in others])
        return texts, _plain_times(batch["time"], form) or _times_by_sql(batch["time"], form)

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the reader goes on meanwhile
        taken = list(pool.map(take, scan.batches(wanted)))
    texts = {
        role: pa.chunked_array(
            [parts[role] for parts, _ in taken], CODED if role in _FEW else pa.string()
        ).unify_dictionaries()
        for role in others
    }
    return Extract(texts, _read_times([times for _, times in taken], form))


def _plain_times(text: pa.Array, form: TimeForm) -> pa.RecordBatch | None:
    """Read times that all have the commonest form of ISO 8601, each as long as the others; None if they have not.

    Arrow reads them in a tenth of what the expression for any form takes, and to the same times.
    """
    lengths = pc.min_max(pc.binary_length(text))
    length = lengths["min"].as_py()
    zoned = length in _ZONED
    if length != lengths["max"].as_py() or not (zoned or length in _UNZONED):
        return None
    try:
        time = text.cast(pa.timestamp("us", "UTC" if zoned else None)).cast(pa.int64())
    except pa.ArrowInvalid:
        return None
    columns = {"time": time, "time text": pa.nulls(len(text), pa.string())}
    if form.zone != "UTC":
        local = pa.repeat(pa.scalar(not zoned), len(text))
        columns["time local"] = pc.if_else(text.is_valid(), local, pa.scalar(None, pa.bool_()))
    return pa.record_batch(columns)


def _times_by_sql(text: pa.Array | pa.ChunkedArray, form: TimeForm) -> pa.Table:
    return evaluate(pa.table({"given": text}), _time_columns(_trimmed(quoted("given")), form))


def _trimmed(sql: str) -> str:
    return f"nullif(trim({sql}), '')"


def _time_columns(sql: str, form: TimeForm) -> dict[str, str]:
    time = expression(form, sql)
    columns = {"time": time, "time text": f"CASE WHEN {time} IS NULL THEN {sql} END"}
    if form.zone != "UTC":
        columns["time local"] = f"CASE WHEN {sql} IS NOT NULL THEN {local(form, sql)} END"
    return columns


def _read_times(batches: Iterable[pa.RecordBatch | pa.Table], form: TimeForm) -> Times:
    """Put the batches together; correct local times; read carefully what the fast way could not."""
    parts, goods, raws, unsure, at = [], [], [], 0, 0
    for batch in batches:
        column = one_piece(batch["time"])
        good = _valid(column)
        time = (
            np.frombuffer(column.buffers()[1], dtype=np.int64)[column.offset : column.offset + len(column)]
            if len(column)
            else np.empty(0, np.int64)
        )
        if form.zone != "UTC":
            time = time.copy()
            on_clock = good & _truth(batch["time local"])
            time[on_clock], doubtful = to_utc(time[on_clock], form.zone)
            unsure += int(doubtful.sum())
        if not good.all():
            time, good = time.copy(), good.copy()
            raws.append(_rescue(one_piece(batch["time text"]), time, good, form))
        goods.append(good)
        parts.append(time)
        at += len(time)
    time = np.concatenate(parts) if parts else np.empty(0, np.int64)
    good = np.concatenate(goods) if goods else np.empty(0, np.bool_)
    return _settled(time, good, one_piece(pa.chunked_array(raws, pa.string())), unsure)


def _rescue(written: pa.Array, time: npt.NDArray[np.int64], good: Mask, form: TimeForm) -> pa.Array:
    """Read what is left in rare forms, in place; return the text of all rows that were not good before."""
    rows = np.flatnonzero(~good)
    texts = written.take(pa.array(rows))
    known: dict[str | None, int | None] = {None: None}
    for row, text in zip(rows.tolist(), texts.to_pylist(), strict=True):
        if text not in known:
            known[text] = careful(text, form)
        moment = known[text]
        if moment is not None:
            time[row], good[row] = moment, True
    return texts.filter(pa.array(~good[rows]))


def _settled(time: npt.NDArray[np.int64], good: Mask, written: pa.Array, unsure: int) -> Times:
    """Take out times beyond all calendars, such as the year 26."""
    if good.all() and all_plausible(time):
        return Times(time, good, written, unsure)
    odd = good & ~plausible(time)
    if not odd.any():
        return Times(time, good, written, unsure)
    labels = np.full(len(time), None, dtype=object)
    labels[~good] = written.to_pylist()
    labels[odd] = [str(text) for text in time[odd].astype("datetime64[us]")]
    good = good & ~odd
    return Times(time, good, pa.array(labels[~good].tolist(), pa.string()), unsure)


def _times(column: pa.ChunkedArray, name: str, form: TimeForm | None, zone: str) -> Times:
    if form is not None and (pa.types.is_string(column.type) or pa.types.is_dictionary(column.type)):
        return times_of(column, form)
    return typed_times(column, name, zone, form.kind if form is not None and form.kind in UNITS else None)


def typed_times(column: pa.ChunkedArray, name: str, zone: str, unit: str | None = None) -> Times:
    """Read the times of a column that is no text.

    Args:
        column: As `farled.sources.kinds.plain_types` leaves it.
        name: For messages.
        zone: Of times that name none.
        unit: What numbers count; None: told by their size.

    Raises:
        InputError: The column holds lists, truths or the like.
    """
    require_moments(column, name)
    time, good, unsure = typed(column, zone, unit)
    missing = column.filter(pa.array(~good)) if not good.all() else column.slice(0, 0)
    return _settled(time, good, one_piece(missing.cast(pa.string())), int(np.count_nonzero(unsure & good)))


def _clean(column: pa.ChunkedArray, name: str, coded: bool) -> pa.ChunkedArray:
    """Make a column text without blanks around it; empty is null."""
    if pa.types.is_dictionary(column.type):
        return _clean_dictionary(column)
    if not pa.types.is_string(column.type):
        column = as_text(column, name)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        cleaned = pa.chunked_array(list(pool.map(_trim, column.chunks)), pa.string())
    return cleaned.dictionary_encode().unify_dictionaries() if coded else cleaned


def _clean_dictionary(column: pa.ChunkedArray) -> pa.ChunkedArray:
    column = column.unify_dictionaries()
    words = [chunk.dictionary for chunk in column.chunks]
    if words and len(_trim(words[0]).filter(pc.is_null(_trim(words[0])))) == 0 and _trim(words[0]).equals(words[0]):
        return column.cast(CODED)
    texts = pa.chunked_array([_trim(chunk) for chunk in column.cast(pa.string()).chunks], pa.string())
    return texts.dictionary_encode().unify_dictionaries()


def _trim(chunk: pa.Array) -> pa.Array:
    if not len(chunk) or not _has_blank_edges(chunk):
        return chunk
    trimmed = pc.utf8_trim_whitespace(chunk)
    return pc.if_else(pc.equal(pc.binary_length(trimmed), 0), pa.scalar(None, pa.string()), trimmed)


def _has_blank_edges(chunk: pa.Array) -> bool:
    """Tell whether some text is empty or may begin or end with a blank, by looking at two bytes of each at most."""
    buffers = chunk.buffers()
    if buffers[2] is None or not buffers[2].size:
        return True
    offsets = np.frombuffer(buffers[1], dtype=np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
    letters = np.frombuffer(buffers[2], dtype=np.uint8)
    first, last = offsets[:-1], offsets[1:] - 1
    if (first > last).any():
        return True
    inside = letters[offsets[0] : offsets[-1]]
    if inside.min() > 32 and inside.max() < 0x80:  # no blank anywhere: ids as most are
        return False
    edges = (letters[first], letters[last])
    return any(bool(((edge <= 32) | (edge >= 0x80)).any()) for edge in edges)


def _valid(column: pa.Array) -> Mask:
    if not column.null_count:
        return np.ones(len(column), dtype=np.bool_)
    return np.asarray(column.is_valid().to_numpy(zero_copy_only=False), dtype=np.bool_)


def _truth(column: pa.Array | pa.ChunkedArray) -> Mask:
    filled = pc.fill_null(one_piece(column), False)
    return np.asarray(filled.to_numpy(zero_copy_only=False), dtype=np.bool_)
