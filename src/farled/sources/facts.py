"""Rows become events: one rule of a mapping at a time, a whole file at once."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from farled.errors import InputError
from farled.sources.connection import evaluate, literal, quoted
from farled.sources.damage import has_nul, is_object
from farled.sources.extract import CODED, one_piece
from farled.sources.identifiers import normalised
from farled.sources.ids import content_ids, json_rows, natural_ids
from farled.sources.jsonlines import JsonScan
from farled.sources.mapping_model import Event, Identifier, Number, Word
from farled.sources.numbers import read_numbers
from farled.sources.reading import typed_text
from farled.sources.returned import Wrong
from farled.sources.rows import pass_all
from farled.sources.rules import label, turn
from farled.sources.scan import require_column
from farled.sources.sheet import Sheet, is_text

MOMENT = pa.timestamp("us", tz="UTC")
IDENTIFIERS = pa.list_(pa.struct([("type", pa.string()), ("value", pa.string())]))
FACTS = pa.schema(
    [
        ("event_id", pa.string()),
        ("time", MOMENT),
        ("sequence", pa.int32()),
        ("name", CODED),
        ("channel", CODED),
        ("identifiers", IDENTIFIERS),
        ("account", pa.string()),
        ("value", pa.float64()),
        ("currency", CODED),
        ("score", pa.float64()),
        ("scale", CODED),
        ("text", pa.string()),
        ("properties", pa.string()),
    ]
)
"""Events as a file brings them: the event schema without what an arrival adds."""

_RANGES = {"nps": (0.0, 10.0), "csat": (1.0, 5.0), "ces": (1.0, 7.0), "stars": (1.0, 5.0)}
Mask = npt.NDArray[np.bool_]


class _Draft:
    """The events of one rule; rows fall out with the first reason."""

    def __init__(self, sheet: Sheet, event: Event) -> None:
        self.sheet = sheet
        self.label = label(sheet.specs, event)
        self.mask = pass_all(sheet.rows, event.when) & _exists(sheet, event) & sheet.is_asked(self.label)
        self.faults: list[Wrong] = []

    def reject(self, bad: Mask, column: str, reason: str) -> None:
        bad = bad & self.mask
        if bad.any():
            values = one_piece(self.sheet.text(column).filter(pa.array(bad)))
            self.faults.append(Wrong(self.sheet.rows.row[bad], column, values, reason, self.label))
            self.mask = self.mask & ~bad

    def take(self, column: pa.ChunkedArray | pa.Array) -> pa.Array:
        return one_piece(column.filter(pa.array(self.mask)))


def facts(sheet: Sheet, event: Event) -> tuple[pa.Table, list[Wrong]]:
    """Make the events of one rule.

    Args:
        sheet: The file.
        event: The rule.

    Returns:
        Events in the order of the rows, with the column ``row`` beside those of `FACTS`; and what was rejected.
    """
    rows = sheet.rows
    draft = _Draft(sheet, event)
    sheet.used |= {test.column for test in event.when}
    identifiers = _identifiers(draft, sheet.spec.identifiers if event.identifiers is None else event.identifiers)
    time = _time(draft, event)
    name = _word(sheet, event.name)
    if event.name.column is not None:
        draft.reject(_null(name), event.name.column, "missing_name")
        draft.reject(has_nul(name), event.name.column, "unreadable")
    value, score = _number(draft, event.value), _number(draft, event.score)
    if event.score is not None and score is not None and event.score.scale is not None and event.score.scale.fixed:
        low, high = bounds(event.score.scale.fixed)
        draft.reject((score < low) | (score > high), event.score.column, "bad_value")
    n = int(draft.mask.sum())
    currency = None if value is None else _currency(sheet, event)
    ids = _ids(draft, event, name)
    columns = {
        "event_id": ids,
        "time": pa.array(time[draft.mask]).cast(pa.timestamp("us")).cast(MOMENT),
        "sequence": pa.array(np.zeros(n, dtype=np.int32)),
        "name": draft.take(name).dictionary_encode(),
        "channel": draft.take(_word(sheet, event.channel or Word(fixed="unknown"), "unknown")).dictionary_encode(),
        "identifiers": _listed(draft, identifiers),
        "account": _optional(draft, event.account),
        "value": _floats(draft, value),
        "currency": pa.nulls(n, CODED)
        if currency is None
        else _where(draft.take(currency), value, draft).dictionary_encode(),
        "score": _floats(draft, score),
        "scale": _scale(draft, event, score),
        "text": _text(draft, event),
        "properties": _properties(draft, event.properties),
    }
    table = pa.table(columns, schema=FACTS) if n else FACTS.empty_table()
    return table.append_column("row", pa.array(rows.row[draft.mask])), draft.faults


def bounds(scale: str) -> tuple[float, float]:
    """Return the lowest and highest score of a scale."""
    low, _, high = scale.partition("..")
    return _RANGES.get(scale) or (float(low), float(high))


def _exists(sheet: Sheet, event: Event) -> Mask:
    """Tell in which rows the time of an event with a time of its own is filled: only there it happened."""
    if event.time is None:
        return np.ones(len(sheet.rows.row), dtype=np.bool_)
    column = sheet.rows.column(event.time.column)
    return ~_null(sheet.text(event.time.column) if is_text(column) else column)


def _time(draft: _Draft, event: Event) -> npt.NDArray[np.int64]:
    spec = event.time or draft.sheet.spec.time
    if spec is None:
        raise InputError(f"Event {event.name.fixed or event.name.column!r} has no time.", "Give it one, or its table.")
    times = draft.sheet.time(spec)
    draft.reject(~times.good, spec.column, "bad_time")
    return times.time


def _identifiers(draft: _Draft, specs: Sequence[Identifier]) -> list[tuple[str, pa.ChunkedArray]]:
    found, any_given = [], np.zeros(len(draft.mask), dtype=np.bool_)
    for spec in specs:
        value = normalised(spec.type, draft.sheet.text(spec.column), draft.sheet.setting.block)
        draft.reject(has_nul(value), spec.column, "unreadable")
        if isinstance(draft.sheet.scan, JsonScan):
            draft.reject(is_object(value), spec.column, "missing_identifier")
        if not spec.optional:
            draft.reject(_null(value), spec.column, "missing_identifier")
        any_given |= ~_null(value)
        found.append((spec.type, value))
    draft.reject(~any_given, specs[0].column, "missing_identifier")
    return found


def _listed(draft: _Draft, identifiers: Sequence[tuple[str, pa.ChunkedArray]]) -> pa.Array:
    """Lay the identifiers of each row beside each other."""
    taken = [draft.take(value) for _, value in identifiers]
    has = np.column_stack([~_null(value) for value in taken])
    n = len(has)
    row, place = np.nonzero(has)
    values = pa.concat_arrays(taken).take(pa.array(place * n + row))
    kinds = pa.array([kind for kind, _ in identifiers], pa.string()).take(pa.array(place))
    offsets = np.concatenate([[0], np.cumsum(has.sum(axis=1))]).astype(np.int32)
    structs = pa.StructArray.from_arrays([kinds, values], names=["type", "value"])
    return pa.ListArray.from_arrays(pa.array(offsets), structs)


def _word(sheet: Sheet, word: Word, missing: str | None = None) -> pa.ChunkedArray:
    n = len(sheet.rows.row)
    if word.column is None:
        return pa.chunked_array([pa.repeat(pa.scalar(word.fixed, pa.string()), n)])
    text = sheet.text(word.column)
    if word.map:
        at = pc.index_in(text, pa.array(list(word.map), pa.string()))
        text = pc.coalesce(pa.array(list(word.map.values()), pa.string()).take(one_piece(at)), one_piece(text))
    default = word.default or missing
    text = pc.fill_null(text, default) if default else text
    return text if isinstance(text, pa.ChunkedArray) else pa.chunked_array([text])


def _number(draft: _Draft, spec: Number | None) -> npt.NDArray[np.float64] | None:
    """Read a column of numbers, each distinct text once."""
    if spec is None:
        return None
    coded = one_piece(draft.sheet.text(spec.column).dictionary_encode().unify_dictionaries())
    values, wrong = read_numbers(coded.dictionary, draft.sheet.decimals[spec.column])
    codes = pc.fill_null(coded.indices.cast(pa.int64()), len(values)).to_numpy(zero_copy_only=False)
    draft.reject(np.append(wrong, False)[codes], spec.column, "bad_value")
    spread: npt.NDArray[np.float64] = np.append(values, np.nan)[codes]
    return spread


def _floats(draft: _Draft, values: npt.NDArray[np.float64] | None) -> pa.Array:
    if values is None:
        return pa.nulls(int(draft.mask.sum()), pa.float64())
    kept = values[draft.mask]
    return pa.array(kept, mask=np.isnan(kept))


def _where(words: pa.Array, values: npt.NDArray[np.float64] | None, draft: _Draft) -> pa.Array:
    """Keep a word only where its number is given."""
    if values is None:
        return words
    return pc.if_else(pa.array(~np.isnan(values[draft.mask])), words, pa.scalar(None, pa.string()))


def _scale(draft: _Draft, event: Event, score: npt.NDArray[np.float64] | None) -> pa.DictionaryArray:
    if event.score is None or event.score.scale is None:
        return pa.nulls(int(draft.mask.sum()), CODED)
    return _where(draft.take(_word(draft.sheet, event.score.scale)), score, draft).dictionary_encode()


def _currency(sheet: Sheet, event: Event) -> pa.ChunkedArray:
    spec, n = event.currency, len(sheet.rows.row)
    word: str | None = sheet.setting.currency
    if spec is not None and spec.column is not None:
        text = pc.utf8_upper(sheet.text(spec.column))
        return pc.fill_null(text, word) if word else text
    if spec is not None and spec.fixed is not None:
        word = spec.fixed
    elif spec is not None and spec.from_header is not None and event.value is not None:
        header = require_column(event.value.column, sheet.rows.table.column_names)
        match = re.search(spec.from_header, header)
        word = match[1] if match and match.groups() else match[0] if match else word
    return pa.chunked_array([pa.repeat(pa.scalar(word, pa.string()), n)])


def _text(draft: _Draft, event: Event) -> pa.Array:
    if event.text is None:
        return pa.nulls(int(draft.mask.sum()), pa.string())
    columns = {name: draft.take(draft.sheet.text(name)) for name in event.text.columns}
    joined = f"nullif(concat_ws({literal(event.text.join)}, {', '.join(map(quoted, columns))}), '')"
    return one_piece(evaluate(pa.table(columns), {"text": joined})["text"])


def _optional(draft: _Draft, column: str | None) -> pa.Array:
    if column is None:
        return pa.nulls(int(draft.mask.sum()), pa.string())
    return draft.take(draft.sheet.text(column))


def _properties(draft: _Draft, names: Mapping[str, str]) -> pa.Array:
    sheet = draft.sheet
    exact = {require_column(name, sheet.rows.table.column_names): key for name, key in names.items()}
    sheet.used |= set(exact)
    raw = [sheet.spec.group_by.into] if sheet.spec.group_by and sheet.spec.group_by.into in exact else []
    columns = {name: sheet.rows.table[name] if name in raw else typed_text(_blankless(sheet, name)) for name in exact}
    table = pa.table(columns).filter(pa.array(draft.mask)) if columns else None
    if table is None:
        return pa.repeat(pa.scalar("{}"), int(draft.mask.sum()))
    return one_piece(json_rows(table, exact, raw))


def _blankless(sheet: Sheet, name: str) -> pa.ChunkedArray:
    column = sheet.rows.column(name)
    return sheet.rows.text(name) if pa.types.is_string(column.type) else column


def _ids(draft: _Draft, event: Event, name: pa.ChunkedArray) -> pa.Array:
    sheet, n = draft.sheet, int(draft.mask.sum())
    made: pa.Array = pa.nulls(n, pa.string())
    named, nth_fact = pa.chunked_array([draft.take(name)]), turn(sheet.specs, event)
    if nth_fact:
        named = pc.binary_join_element_wise(named, str(nth_fact), "\n")
    if sheet.setting.sent_ids is not None:
        made = draft.take(sheet.text(sheet.setting.sent_ids))
    elif event.id is not None:
        parts = [pa.chunked_array([draft.take(sheet.text(column))]) for column in event.id]
        made = natural_ids(sheet.preset, named, parts)
    if not made.null_count:
        return made
    content = pa.chunked_array([draft.take(json_rows(sheet.rows.table.select(list(sheet.rows.original))))])
    nth = np.zeros(len(draft.mask), dtype=np.int64) if sheet.occurrence is None else sheet.occurrence
    return pc.coalesce(made, content_ids(content, named, nth[draft.mask]))


def _null(column: pa.Array | pa.ChunkedArray) -> Mask:
    return np.asarray(one_piece(column).is_null().to_numpy(zero_copy_only=False), dtype=np.bool_)
