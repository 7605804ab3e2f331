"""Whether the columns that a mapping names are there; where one is not, with file and key."""

from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa

from farled.errors import NotFoundError
from farled.sources.mapping_model import Event, Mapping, Number, Table, Test, Word
from farled.sources.rows import renamed
from farled.sources.scan import Scan, require_column

Named = tuple[str, str]
"""A key of the mapping file, and the column that it names."""


def require_columns(mapping: Mapping, scan: Scan, spec: Table, found: Callable[[str], Sequence[Scan]]) -> None:
    """Check that a file has every column that its part of a mapping reads.

    Args:
        mapping: For its name in the message.
        scan: The file.
        spec: Part of the mapping.
        found: Other files of the import, for lookups.

    Raises:
        NotFoundError: A column is missing; the message names mapping file, key and file.
    """
    known = renamed(pa.table({name: pa.array([], pa.string()) for name in scan.columns}), spec).column_names
    for named, added in _verbs(spec):
        _require(mapping, spec, scan.shown, named, known)
        known = [*known, *added]
    for at, lookup in enumerate(spec.lookup):
        (theirs,) = lookup.key.values()
        wanted = [(f"lookup[{at}].key", theirs), *((f"lookup[{at}].take", name) for name in lookup.take)]
        for other in found(lookup.file):
            _require(mapping, spec, other.shown, wanted, other.columns)
    _require(mapping, spec, scan.shown, list(_read(spec)), known)


def _require(mapping: Mapping, spec: Table, shown: str, named: Sequence[Named], known: Sequence[str]) -> None:
    for key, name in named:
        try:
            require_column(name, known)
        except NotFoundError as problem:
            where = mapping.where(spec, key)
            raise NotFoundError(f"{where}: {shown!r} has no column named {name!r}.", problem.hint) from problem


def _verbs(spec: Table) -> Iterator[tuple[list[Named], list[str]]]:
    """Return the columns that each verb reads and those that it adds, in the order in which they act."""
    for at, strip in enumerate(spec.strip_prefix):
        yield [(f"strip_prefix[{at}].columns", name) for name in strip.columns], []
    yield list(_tests("rows.drop_when", spec.rows.drop_when)), []
    if spec.carry_down is not None:
        yield [("carry_down.columns", name) for name in spec.carry_down.columns], []
        yield [("carry_down.key", spec.carry_down.key)], []
    for at, split in enumerate(spec.split):
        yield [(f"split[{at}].column", split.column)], list(split.into)
    for at, lookup in enumerate(spec.lookup):
        yield [(f"lookup[{at}].key", name) for name in lookup.key], list(lookup.take.values())
    if spec.group_by is not None:
        items = [("group_by.items", name) for name in spec.group_by.items]
        yield [*items, ("group_by.key", spec.group_by.key)], [spec.group_by.into]


def _read(spec: Table) -> Iterator[Named]:
    """Return the columns of which events are made."""
    if spec.time is not None and any(event.time is None for event in spec.events):
        yield "time.column", spec.time.column
    if any(event.identifiers is None for event in spec.events):
        for at, identifier in enumerate(spec.identifiers):
            yield f"identifiers[{at}].column", identifier.column
    for at, event in enumerate(spec.events):
        for key, name in _of_event(event):
            yield f"events[{at}].{key}", name
    if spec.replace is not None:
        yield "replace.column", spec.replace.column


def _of_event(event: Event) -> Iterator[Named]:
    yield from _tests("when", event.when)
    parts: list[tuple[str, Word | Number | None]] = [("name", event.name), ("channel", event.channel)]
    parts += [("value", event.value), ("score", event.score), ("score.scale", event.score and event.score.scale)]
    for key, part in parts:
        if part is not None and part.column is not None:
            yield f"{key}.column", part.column
    if event.time is not None:
        yield "time.column", event.time.column
    if event.value is not None and event.currency is not None and event.currency.column is not None:
        yield "currency.column", event.currency.column
    for at, identifier in enumerate(event.identifiers or ()):
        yield f"identifiers[{at}].column", identifier.column
    if event.account is not None:
        yield "account", event.account
    texts = event.text.columns if event.text is not None else ()
    for key, names in (
        ("id", event.id or ()),
        ("text", texts),
        ("properties", event.properties),
        ("attributes", event.attributes),
    ):
        for name in names:
            yield key, name


def _tests(key: str, tests: Sequence[Test]) -> Iterator[Named]:
    for at, test in enumerate(tests):
        yield f"{key}[{at}].column", test.column
