"""Which column is what and how it is written: as somebody says, else as the first rows tell."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import pyarrow as pa
import pyarrow.compute as pc

from farled.errors import InputError, NotFoundError
from farled.sources.damage import is_object
from farled.sources.guess import REQUIRED, Guess, guess_roles, is_named, scale_of
from farled.sources.jsonlines import JsonScan
from farled.sources.scan import SAMPLE, Scan, is_absent, require_column
from farled.sources.times import Doubt, TimeForm, detect, given, settle
from farled.spans import time_zone

_SCALE = re.compile(r"nps|csat|ces|stars|-?\d+(?:\.\d+)?\.\.-?\d+(?:\.\d+)?")
_SHOWN = 80
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column is what. What is not said is guessed, and the guess is reported.

    Attributes:
        customer: Who.
        time: When.
        name: What happened.
        channel, value, currency, score, scale, text, account, event_id: Optional. ``scale`` may also be a scale
            (nps, csat, ces, stars, ``"0..100"``), ``currency`` a currency (SEK).
        properties: Further columns to keep; None: all others.
    """

    customer: str | None = None
    time: str | None = None
    name: str | None = None
    channel: str | None = None
    value: str | None = None
    currency: str | None = None
    score: str | None = None
    scale: str | None = None
    text: str | None = None
    account: str | None = None
    event_id: str | None = None
    properties: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How values are written, where a file does not tell.

    Attributes:
        time_zone: Of times that name none; None: UTC, and said so.
        time_format: ``"iso"``, ``"epoch_s"``, ``"epoch_ms"``, ``"epoch_us"``, ``"excel_days"`` or formats
            of ``strptime``.
        decimal: ``"."`` or ``","``.
        delimiter: Of text tables.
    """

    time_zone: str | None = None
    time_format: str | Sequence[str] | None = None
    decimal: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True, slots=True)
class Roles:
    """What was decided before the first row is read.

    Attributes:
        columns: Column by role.
        fixed: Scale or currency of all rows.
        form: How times are written; None: they are no text.
        zone: Of times that name none.
    """

    columns: dict[str, str]
    fixed: dict[str, str]
    form: TimeForm | None
    zone: str


def decide_roles(scans: Sequence[Scan], columns: Columns, options: Options) -> tuple[Roles, list[Guess]]:
    """Decide which column is what, and how times are written.

    Raises:
        NotFoundError: A column named does not exist.
        InputError: A column that is needed cannot be told, or times can be read in two ways.
    """
    zone = options.time_zone or "UTC"
    time_zone(zone)
    known = scans[0].columns
    taken, fixed = _said(columns, known)
    samples = _samples(scans)
    found, report = guess_roles(samples, {role: name for role, name in taken.items() if name in samples}, zone)
    found = {**found, **taken}
    for role in REQUIRED:
        _require_everywhere(scans, role, found[role])
    _require_ids(scans, found["customer"])
    if "score" in found and "scale" not in found | fixed and (scale := scale_of(found["score"])):
        fixed["scale"] = scale
        report.append(Guess("scale", scale, f"the score's column is named {found['score']!r}"))
    form, why = _time_form(scans, found["time"], zone, options)
    report += why
    names_zone = getattr(samples[found["time"]].type, "tz", None) if found["time"] in known else None
    if options.time_zone is None and names_zone is None and not (form and form.kind.startswith("epoch")):
        report.append(Guess("time zone", "UTC", "for times that name none; another: time_zone=…"))
    return Roles(found, fixed, form, zone), report


def _said(columns: Columns, known: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    taken, fixed = {}, {}
    for field in fields(columns):
        name = getattr(columns, field.name)
        if name is None or field.name == "properties":
            continue
        pattern = {"scale": _SCALE, "currency": _CURRENCY}.get(field.name)
        if pattern and name not in known and pattern.fullmatch(name):
            fixed[field.name] = name
        else:
            taken[field.name] = column_in(name, known)
    for name in columns.properties or ():
        column_in(name, known)
    return taken, fixed


def columns_in(scan: Scan, columns: Mapping[str, str]) -> dict[str, str]:
    """Return the columns of the roles as a file names them."""
    return {role: column_in(name, scan.columns) for role, name in columns.items()}


def _require_everywhere(scans: Sequence[Scan], role: str, name: str) -> None:
    """Check that every file has a column without which a row is no event."""
    for scan in scans:
        if is_absent(scan, column_in(name, scan.columns)):
            own = [column for column in scan.columns if column not in scan.absent]
            raise InputError(
                f"{scan.shown!r} has no column {name!r}, which tells {REQUIRED[role]} in the other files.",
                NotFoundError.named("column", name, own).hint,
            )


def _require_ids(scans: Sequence[Scan], name: str) -> None:
    """Check that the customers of a JSON file are no objects: a value in these is one."""
    for scan in scans:
        filled = (_first_texts(scan, name) or []) if isinstance(scan, JsonScan) else []
        if filled and is_object(pa.array(filled, pa.string())).all():
            known = json.loads(filled[0]) if filled[0].startswith("{") else {}
            inner = "id" if "id" in known else next(iter(known), "…")
            raise InputError(
                f"Column {name!r} of {scan.shown!r} holds objects such as {filled[0][:_SHOWN]!r}, which name nobody.",
                f"Name the value in them that tells who the customer is, such as customer='{name}.{inner}'.",
            )


def _samples(scans: Sequence[Scan]) -> dict[str, pa.ChunkedArray]:
    """Return the first values of each column, of the first file that has some.

    Where no file begins with any, and the column is named as one of numbers or times, they are looked for further down.
    """
    first = scans[0].sample()
    if not first.num_rows and scans[0].repair():  # a quote that never closes has swallowed the rows
        first = scans[0].sample()
    found = {name: first[name] for name in first.column_names}
    for name in [name for name, column in found.items() if _is_hollow(column)]:
        others = (scan.sample()[column_in(name, scan.columns)] for scan in scans[1:] if not is_absent(scan, name))
        sample = next((column for column in others if not _is_hollow(column)), None)
        if sample is None and is_named(name, ("value", "score", "time")):
            further = (scan.filled(column_in(name, scan.columns)) for scan in scans if not is_absent(scan, name))
            sample = next((column for column in further if len(column)), None)
        found[name] = found[name] if sample is None else sample
    return found


def _is_hollow(column: pa.ChunkedArray) -> bool:
    """Tell whether a column holds nothing."""
    if column.null_count == len(column) or not pa.types.is_string(column.type):
        return bool(column.null_count == len(column))
    return not pc.max(pc.binary_length(pc.utf8_trim_whitespace(column))).as_py()


def column_in(name: str, known: Sequence[str]) -> str:
    """Return a column as the file writes it; ``a.b`` may lie inside the column ``a`` of JSON.

    Raises:
        NotFoundError: There is no such column.
    """
    top = name.partition(".")[0]
    return name if name not in known and "." in name and top in known else require_column(name, known)


def _time_form(scans: Sequence[Scan], column: str, zone: str, options: Options) -> tuple[TimeForm | None, list[Guess]]:
    if options.time_format is not None:
        return given(options.time_format, zone), []
    samples = [_first_texts(scan, column) for scan in scans[:20]]
    if all(sample is None for sample in samples):
        return None, []
    values = [text for sample in samples for text in sample or ()]
    if not values:
        further = [scan.filled(column_in(column, scan.columns)) for scan in scans if scan.is_text]
        values = [text for found in further for text in found.to_pylist()]
    if not values:
        raise InputError(f"Column {column!r} holds no times.", "Say which column it is with time=….")
    form = detect(values, zone)
    if isinstance(form, Doubt):
        form = settle(_largest(scans, column, form.separator), form, zone, column)
    if form is None:
        strange = next((text for text in values if detect([text], zone) is None), values[0])
        raise InputError(
            f"Column {column!r} holds {strange!r}, which is not a time that Farled knows.",
            "Say how it is written with time_format, such as '%d %b %Y %H:%M'.",
        )
    if form.kind == "iso":
        return form, []
    shown = form.kind if form.kind != "formats" else form.formats[0]
    return form, [Guess("time format", shown, f"column {column!r} holds {values[0]!r}")]


def _first_texts(scan: Scan, column: str) -> list[str] | None:
    """Return the first values of a text column; None if it is no text."""
    exact = column_in(column, scan.columns)
    if exact in scan.columns:
        sample = scan.sample(SAMPLE if scan.is_text else 1000)[exact]
    else:  # inside a column of JSON
        batch = next(iter(scan.batches({"value": scan.sql(exact)})), None)
        values = [] if batch is None else [batch["value"].slice(0, SAMPLE)]
        sample = pa.chunked_array(values, pa.string())
    if not (pa.types.is_string(sample.type) or pa.types.is_dictionary(sample.type)):
        return None
    return [text for text in sample.to_pylist() if text and text.strip()]


def _largest(scans: Sequence[Scan], column: str, separator: str) -> tuple[int, int]:
    """Return the largest first and second number of a column of days, over all rows of all files."""
    largest = [0, 0]
    for scan in scans:
        text = scan.sql(column_in(column, scan.columns))
        mark = separator.replace("'", "''")
        parts = [f"try_cast(split_part(trim({text}), '{mark}', {place}) AS INTEGER)" for place in (1, 2)]
        for batch in scan.batches({"first": parts[0], "second": parts[1]}):
            for place, name in enumerate(("first", "second")):
                largest[place] = max(largest[place], pc.max(batch[name]).as_py() or 0)
    return largest[0], largest[1]
