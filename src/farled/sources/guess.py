"""Which column is what: by its name in English, Swedish, Norwegian and Danish, then by what it holds."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from farled.errors import InputError
from farled.sources.kinds import as_text, is_single
from farled.sources.names import NAMES, SCALES
from farled.sources.numbers import read_numbers, signs
from farled.sources.times import detect

_PLAIN = re.compile(r"[\s_\-./\\()]+")
REQUIRED = {"customer": "who the customer is", "time": "when it happened", "name": "what happened"}
"""Roles without which a row is no event, and what they tell."""

Samples = Mapping[str, pa.ChunkedArray]


@dataclass(frozen=True, slots=True)
class Guess:
    """Something that was not said and had to be told from the file.

    Attributes:
        what: Role of a column, or ``"encoding"``, ``"delimiter"``, ``"time zone"`` …
        value: What was taken.
        why: The reason, without a full stop.
    """

    what: str
    value: str
    why: str

    def __str__(self) -> str:
        return f"{self.what}: {self.value} ({self.why})."


def plain(name: str) -> str:
    """Return a column's name without case, blanks, underscores and the like.

    >>> plain("Kund-ID"), plain("event_name")
    ('kundid', 'eventname')
    """
    return _PLAIN.sub("", name.strip().casefold())


def guess_roles(sample: Samples, taken: Mapping[str, str], zone: str) -> tuple[dict[str, str], list[Guess]]:
    """Find the columns of the roles that nobody has named.

    Args:
        sample: The first values by column; text or typed.
        taken: Column by role, as somebody said.
        zone: For times, to see whether they can be read.

    Returns:
        Column by role, with those given, and why.

    Raises:
        InputError: No column can be the customer, the time or the name.
    """
    roles = dict(taken)
    guesses: list[Guess] = []
    for role, words in NAMES.items():
        if role in roles:
            continue
        free = [column for column in sample if column not in roles.values()]
        column = _by_name(sample, role, words, free, zone)
        if column is not None:
            roles[role] = column
            guesses.append(Guess(role, f"column {column!r}", "its name says so"))
        elif role in {"value", "score"} and (misnamed := _named(words, free)):
            guesses.append(Guess(role, "none", f"column {misnamed!r} is named so, but its values are not all numbers"))
    for role in REQUIRED:
        if role in roles:
            continue
        free = [column for column in sample if column not in roles.values()]
        column, why = _by_content(sample, role, free, zone)
        roles[role] = column
        guesses.append(Guess(role, f"column {column!r}", why))
    return roles, guesses


def scale_of(column: str) -> str | None:
    """Return the scale that a score column's name tells: nps, csat, ces or stars."""
    return SCALES.get(plain(column))


def is_named(column: str, roles: Sequence[str]) -> bool:
    """Tell whether a column has a name of one of some roles."""
    return any(_named(NAMES[role], [column]) for role in roles)


def _by_name(sample: Samples, role: str, words: Sequence[str], free: Sequence[str], zone: str) -> str | None:
    named = [column for column in free if _named(words, [column])]
    return _named(words, [column for column in named if _suits(sample[column], role, zone)])


def _named(words: Sequence[str], columns: Sequence[str]) -> str | None:
    """Return the column with the best of some names."""
    named = {plain(column): column for column in reversed(columns)}
    return next((named[found] for word in words if (found := plain(word)) in named), None)


def _suits(column: pa.ChunkedArray, role: str, zone: str) -> bool:
    """Tell whether a column can hold what its name says, so that a misleading name does no harm."""
    kind = column.type
    if not is_single(kind):
        return False
    if role == "time":
        return not _is_text(kind) or detect(_texts(column), zone) is not None
    if role in {"value", "score"}:
        tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
        return any(test(kind) for test in tests) or _is_number(column)
    if role == "event_id":
        return bool(column.null_count == 0 and _distinct(column) == len(column))
    if role in {"name", "channel"} and len(column) >= 200:
        return _distinct(column) * 2 <= len(column)
    return True


def _is_text(kind: pa.DataType) -> bool:
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_dictionary)
    return any(test(kind) for test in tests)


def _is_number(column: pa.ChunkedArray) -> bool:
    if not _is_text(column.type):
        return False
    values = pa.array(_texts(column), pa.string())
    sign = signs(values)
    if not len(values) or (sign.point and sign.comma):
        return False
    _, wrong = read_numbers(values, sign.decimal or ".")
    return not wrong.any()


def _texts(column: pa.ChunkedArray) -> list[str]:
    return [text for text in column.cast(pa.string()).to_pylist() if text and text.strip()]


def _by_content(sample: Samples, role: str, free: Sequence[str], zone: str) -> tuple[str, str]:
    if role == "time":
        fits = [column for column in free if _holds_times(sample[column], zone)]
        why = "the only column that holds times" if len(fits) == 1 else "the first column that holds times"
        if not fits and (named := _named(NAMES["time"], [column for column in free if is_single(sample[column].type)])):
            return named, "its name says so"
    elif role == "customer":
        fits = sorted(
            (c for c in free if _repeats(sample[c]) > 0 and _is_key(sample[c])), key=lambda c: -_repeats(sample[c])
        )
        why = "its values repeat and are many"
    else:
        fits = sorted(
            (c for c in free if _is_text(sample[c].type) and _repeats(sample[c]) > 0), key=lambda c: _repeats(sample[c])
        )
        why = "its values are few and repeat"
    if not fits:
        named = _named(NAMES[role], free)
        if named and not is_single(sample[named].type):
            as_text(sample[named], named)  # says what it holds
        if named and role == "name":
            said = f"Nearly every row of {named!r} has a value of its own, as no name of what happened has."
            raise InputError(
                said, f"If it tells what happened all the same, say so with name={named}; else another column."
            )
        columns = ", ".join(map(repr, sample))
        raise InputError(
            f"No column tells {REQUIRED[role]}; there are {columns}.", f"Say which column it is with {role}=…."
        )
    return fits[0], why


def _holds_times(column: pa.ChunkedArray, zone: str) -> bool:
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return True
    if not _is_text(column.type):
        return False
    form = detect(_texts(column), zone, share=0.9)
    return form is not None and getattr(form, "kind", "") != "epoch_s"


def _repeats(column: pa.ChunkedArray) -> float:
    """Return distinct values per row, or 0 where every value or no value differs."""
    distinct = _distinct(column) if is_single(column.type) else 0
    return distinct / len(column) if 1 < distinct < len(column) else 0.0


def _distinct(column: pa.ChunkedArray) -> int:
    """Return how many different values there are; of a dictionary, those that occur."""
    plain = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
    return int(pc.count_distinct(plain).as_py())


def _is_key(column: pa.ChunkedArray) -> bool:
    return _is_text(column.type) or pa.types.is_integer(column.type)
