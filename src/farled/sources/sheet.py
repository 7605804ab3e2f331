"""One file under one part of a mapping: what is decided once for all its rows, and its rows piece by piece."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from farled.errors import InputError
from farled.sources.extract import Times, one_piece, times_of, typed_times
from farled.sources.ids import occurrences
from farled.sources.mapping_model import Table, Time
from farled.sources.numbers import decide, signs
from farled.sources.rows import Rows
from farled.sources.scan import Scan
from farled.sources.time_numbers import UNITS
from farled.sources.times import Doubt, TimeForm, detect, given, settle

PIECE = 1 << 19


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for all files of an import.

    Attributes:
        zone: Of times that name none.
        currency: Of values without one.
        decimal: Where somebody says it for all columns.
        sent_ids: Column whose values are the events' ids as they are; None: ids are made.
        block: Further identifiers of a workspace that mean nobody.
    """

    zone: str = "UTC"
    currency: str | None = None
    decimal: str | None = None
    sent_ids: str | None = None
    block: tuple[str, ...] = ()


@dataclass(slots=True)
class Sheet:
    """Some rows of a file, and what was decided for all of them.

    Attributes:
        preset: Id of the mapping.
        forms: How each time column that is text is written, by column and zone.
        decimals: Sign of each column of numbers.
        occurrence: Of each row among the equal rows of the file, from 0; None: not needed.
        times: Of each time column, read once.
        used: Columns that were read; one set for all pieces.
        asked: Of rejected rows that come back: names of the events to make of each row of the file; None: all.
        before: The tables that the same file fits before this one.
    """

    rows: Rows
    spec: Table
    setting: Setting
    preset: str
    scan: Scan
    forms: dict[tuple[str, str], TimeForm] = field(default_factory=dict)
    decimals: Mapping[str, str] = field(default_factory=dict)
    occurrence: npt.NDArray[np.int64] | None = None
    times: dict[tuple[str, str], Times] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    asked: pa.ChunkedArray | None = None
    before: tuple[Table, ...] = ()

    @property
    def specs(self) -> tuple[Table, ...]:
        """The tables that the file fits, as far as this one."""
        return (*self.before, self.spec)

    def text(self, name: str) -> pa.ChunkedArray:
        """Return a column as text, and remember that it was used."""
        self.used.add(name)
        return self.rows.text(name)

    def time(self, spec: Time) -> Times:
        """Return the times of a column."""
        key = (spec.column, self.zone(spec))
        if key not in self.times:
            self.used.add(spec.column)
            self.times[key] = self._read(spec)
        return self.times[key]

    def zone(self, spec: Time) -> str:
        """Return the zone of a column's times that name none."""
        return spec.zone or self.setting.zone

    def is_asked(self, event: str) -> npt.NDArray[np.bool_]:
        """Return of which rows an event is to be made: rejected rows become only what they did not become before."""
        if self.asked is None:
            return np.ones(len(self.rows.row), dtype=np.bool_)
        coded = one_piece(self.asked.take(pa.array(self.rows.row)).dictionary_encode())
        words = [event in text.split("; ") for text in coded.dictionary.to_pylist()]
        codes = pc.fill_null(coded.indices.cast(pa.int64()), len(words)).to_numpy(zero_copy_only=False)
        asked: npt.NDArray[np.bool_] = np.append(np.array(words, dtype=np.bool_), True)[codes]
        return asked

    def pieces(self) -> Iterator["Sheet"]:
        """Cut the rows into pieces that fit into memory with their events."""
        for at in range(0, len(self.rows.row), PIECE):
            occurrence = None if self.occurrence is None else self.occurrence[at : at + PIECE]
            yield replace(self, rows=self.rows.slice(at, PIECE), occurrence=occurrence, times={})

    def _read(self, spec: Time) -> Times:
        column = self.rows.column(spec.column)
        if is_text(column):
            return times_of(self.rows.text(spec.column), self.forms[spec.column, self.zone(spec)])
        unit = spec.formats[0] if len(spec.formats) == 1 and spec.formats[0] in UNITS else None
        return typed_times(column, spec.column, self.zone(spec), unit)


def is_text(column: pa.ChunkedArray) -> bool:
    """Tell whether a column holds texts."""
    return bool(pa.types.is_string(column.type) or pa.types.is_dictionary(column.type))


def decided(sheet: Sheet) -> Sheet:
    """Decide what needs all rows: how times are written, the signs of decimals, which rows are equal.

    Raises:
        InputError: Times or numbers can be read in two ways.
    """
    specs = [event.time or sheet.spec.time for event in sheet.spec.events]
    for spec in (spec for spec in specs if spec is not None):
        if is_text(sheet.rows.column(spec.column)):
            zone = sheet.zone(spec)
            form = given(spec.formats, zone) if spec.formats else _form(sheet.text(spec.column), spec.column, zone)
            sheet.forms[spec.column, zone] = form
    numbers = {part.column: part.decimal for event in sheet.spec.events for part in (event.value, event.score) if part}
    unsaid = [name for name, decimal in numbers.items() if decimal is None]
    found = {name: signs(pc.unique(sheet.text(name)).drop_null()) for name in unsaid}
    said = {name: sign for name, sign in numbers.items() if sign is not None}
    sheet.decimals = decide(found, sheet.setting.decimal) | said
    sent = sheet.setting.sent_ids
    are_made = sent is None or sheet.text(sent).null_count > 0
    if are_made and any(event.id is None or event.attributes for event in sheet.spec.events):
        sheet.occurrence = occurrences(sheet.rows.table.select(list(sheet.rows.original)))
    return sheet


def _form(text: pa.ChunkedArray, column: str, zone: str) -> TimeForm:
    filled = text.drop_null()
    form = detect(filled.slice(0, 5000).to_pylist(), zone)
    if isinstance(form, Doubt):
        mark = re.escape(form.separator)
        parts = pc.extract_regex(filled, rf"^(?P<first>\d+){mark}(?P<second>\d+){mark}")
        largest = [pc.max(pc.struct_field(parts, name).cast(pa.int64())).as_py() or 0 for name in ("first", "second")]
        form = settle((largest[0], largest[1]), form, zone, column)
    if form is None and len(filled):
        shown = filled[0].as_py()
        raise InputError(
            f"Column {column!r} holds {shown!r}, which is not a time that Farled knows.",
            "Say how it is written: time: {column: …, formats: ['%d %b %Y %H:%M']}.",
        )
    return form or TimeForm("iso", zone)
