"""The form of a mapping file: how the rows of exports become events. A preset has the same form.

The verbs are a closed set; unknown keys are errors. One file holds one table, or several under ``tables``.
"""

import re
from typing import Annotated, Any, Literal, Self

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, model_validator

from farled.errors import InputError
from farled.sources.time_forms import given
from farled.spans import time_zone

NOT_READ = {
    "consents": "list columns of consent under attributes of an event to keep what they say",
    "suppressions": "let an event such as 'unsubscribed' tell it, with the time as its own",
    "accounts": "name the organisation of an event with account: COLUMN, and a contact's role as the attribute role",
    "cost": "keep what a single event costs as a property: {COLUMN: cost}",
    "webhook": "save what it sends as JSON lines, and import that file",
}
"""Keys that the form has room for and nothing reads yet, with what can be done instead; an empty one says nothing."""

SCALE = re.compile(r"nps|csat|ces|stars|-?\d+(?:\.\d+)?\.\.-?\d+(?:\.\d+)?")


def _listed(value: object) -> object:
    """Take one thing for a list of one."""
    return value if isinstance(value, list) or value is None else [value]


def _renamed(value: object) -> object:
    """Take a name, or a list of names, for a mapping of each to itself."""
    listed = [value] if isinstance(value, str) else value
    return {name: name for name in listed} if isinstance(listed, list) else listed


def _column(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


def _fixed(value: object) -> object:
    return {"fixed": value} if isinstance(value, str) else value


def _scale(value: "Word") -> "Word":
    if value.fixed is not None and not SCALE.fullmatch(value.fixed):
        raise ValueError(f"{value.fixed!r} is not a scale: write nps, csat, ces, stars or a range such as '0..100'")
    return value


def _zone(value: str | None) -> str | None:
    try:
        if value is not None:
            time_zone(value)
    except InputError as problem:
        raise ValueError(f"{problem.message.rstrip('.')}; {problem.hint[0].lower()}{problem.hint[1:]}") from problem
    return value


def _formats(value: list[str]) -> list[str]:
    try:
        if value:
            given(value, "UTC")
    except InputError as problem:
        raise ValueError(f"{problem.message.rstrip('.')}; {problem.hint[0].lower()}{problem.hint[1:]}") from problem
    return value


Names = Annotated[list[str], BeforeValidator(_listed), Field(min_length=1)]
Renamed = Annotated[dict[str, str], BeforeValidator(_renamed)]
Text = dict[str, str] | str


class Form(BaseModel):
    """What all parts share: unknown keys are errors, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, coerce_numbers_to_str=True)


class Detect(Form):
    """By what a file is known."""

    required: list[str] = []
    delimiter: str | None = None


class Test(Form):
    """A test of one column: exactly one of ``is``, ``is_not``, ``filled``, ``matches``."""

    column: str
    is_: Annotated[list[str] | None, BeforeValidator(_listed)] = Field(default=None, alias="is")
    is_not: Annotated[list[str] | None, BeforeValidator(_listed)] = None
    filled: bool | None = None
    matches: str | None = None

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        if sum(test is not None for test in (self.is_, self.is_not, self.filled, self.matches)) != 1:
            raise ValueError("a test needs exactly one of is, is_not, filled, matches")
        if self.matches is not None:
            try:
                pc.match_substring_regex(pa.array([""]), self.matches)
            except pa.ArrowInvalid as problem:
                why = str(problem).removeprefix("Invalid regular expression: ")
                raise ValueError(f"{self.matches!r} is not a regular expression of RE2: {why}") from problem
        return self


Tests = Annotated[list[Test], BeforeValidator(_listed)]


class Rows(Form):
    """Which rows count: lines above the header are skipped, rows that pass any of the tests are left out."""

    skip_top: int = Field(default=0, ge=0, le=1000)
    drop_when: Tests = []


class Time(Form):
    """When: a column, how it is written (told from the values if not said), the zone of times without one."""

    column: str
    formats: Annotated[list[str], BeforeValidator(_listed), AfterValidator(_formats)] = []
    zone: Annotated[str | None, AfterValidator(_zone)] = None


class Word(Form):
    """A word: fixed, or of a column, there renamed by ``map`` (others keep theirs), else the ``default``."""

    fixed: str | None = None
    column: str | None = None
    map: dict[str, str] = {}
    default: str | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.fixed is None) == (self.column is None):
            raise ValueError("name a column, or write the word itself")
        if self.fixed == "":
            raise ValueError("the word is empty")
        return self


class Currency(Form):
    """A currency: of a column, fixed, or found in the header of the value's column by a pattern."""

    column: str | None = None
    fixed: str | None = None
    from_header: str | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if sum(origin is not None for origin in (self.column, self.fixed, self.from_header)) != 1:
            raise ValueError("a currency needs exactly one of column, fixed, from_header")
        try:
            re.compile(self.from_header or "")
        except re.error as problem:
            raise ValueError(f"{self.from_header!r} is not a regular expression: {problem}") from problem
        return self


class Number(Form):
    """A number of a column, with its decimal sign if the values do not tell."""

    column: str
    decimal: Literal[".", ","] | None = None


class Score(Number):
    """A feedback score and its scale."""

    scale: Annotated[Word, BeforeValidator(_fixed), AfterValidator(_scale)] | None = None


class Columns(Form):
    """Texts of one or more columns, those that are filled joined."""

    columns: Names
    join: str = "\n"


class Identifier(Form):
    """How the row knows the customer. A row without one that is not optional is rejected."""

    type: str = Field(min_length=1)
    column: str
    optional: bool = False


class Event(Form):
    """One kind of event that a row may become.

    An event with a ``time`` of its own exists only where that column is filled.
    """

    name: Annotated[Word, BeforeValidator(_fixed)]
    when: Tests = []
    id: Names | None = None
    time: Annotated[Time, BeforeValidator(_column)] | None = None
    channel: Annotated[Word, BeforeValidator(_fixed)] | None = None
    score: Score | None = None
    text: Annotated[Columns, BeforeValidator(lambda v: {"columns": v} if isinstance(v, str | list) else v)] | None = (
        None
    )
    value: Annotated[Number, BeforeValidator(_column)] | None = None
    currency: Annotated[Currency, BeforeValidator(_fixed)] | None = None
    identifiers: list[Identifier] | None = None
    account: str | None = None
    properties: Renamed = {}
    attributes: Renamed = {}


class CarryDown(Form):
    """Fill empty cells from the row above, as long as ``key`` stays the same."""

    key: str
    columns: Names


class StripPrefix(Form):
    """Take a prefix off values, such as the ``'`` that guards long numbers."""

    columns: Names
    prefix: str = Field(min_length=1)


class Split(Form):
    """Cut a column at a mark: into new columns, or, without ``into``, into one row for each part."""

    column: str
    by: str = Field(min_length=1)
    into: list[str] = []


class Lookup(Form):
    """Take columns from another file of the same import, by a key; the first of equal keys counts.

    Attributes:
        file: Pattern of the file's name.
        key: One name on both sides, or ours: theirs.
        take: Names, or theirs: ours.
    """

    file: str
    key: Annotated[dict[str, str], BeforeValidator(_renamed), Field(min_length=1, max_length=1)]
    take: Renamed


class GroupBy(Form):
    """Make one row of all rows with the same key: the first, with ``items`` as a list in the column ``into``."""

    key: str
    items: Renamed
    into: str = "items"


class Replace(Form):
    """What a newer file puts in place of: the days that it has."""

    by: Literal["day"]
    column: str


class Table(Form):
    """How the rows of some files become events; the verbs act in this order.

    Attributes:
        files: Patterns of file names; without them the columns required decide.
        aliases: Other names of columns by language.
        lookup: One or more, each may use what an earlier one took.
        group_by: Its key and items may be columns that were cut or looked up.
    """

    files: Annotated[list[str] | None, BeforeValidator(_listed)] = None
    detect: Detect = Detect()
    aliases: dict[str, dict[str, Names] | Names] = {}
    rows: Rows = Rows()
    strip_prefix: Annotated[list[StripPrefix], BeforeValidator(_listed)] = []
    carry_down: CarryDown | None = None
    split: Annotated[list[Split], BeforeValidator(_listed)] = []
    lookup: Annotated[list[Lookup], BeforeValidator(_listed)] = []
    group_by: GroupBy | None = None
    time: Annotated[Time, BeforeValidator(_column)] | None = None
    identifiers: list[Identifier] = []
    events: list[Event] = Field(min_length=1)
    replace: Replace | None = None

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, value: Any) -> Any:
        """Take an empty list of what is not read yet for what it says: nothing."""
        if not isinstance(value, dict):
            return value
        return {key: item for key, item in value.items() if key not in NOT_READ or item not in (None, [], {})}

    @model_validator(mode="after")
    def _one_maker_of_a_column(self) -> Self:
        into = self.group_by.into if self.group_by is not None else None
        if into in {new for lookup in self.lookup for new in lookup.take.values()}:
            raise ValueError(f"lookup and group_by both make a column {into!r}: let one take another name")
        return self

    @model_validator(mode="after")
    def _every_event_is_whole(self) -> Self:
        for event in self.events:
            shown = event.name.fixed or event.name.column
            if event.time is None and self.time is None:
                raise ValueError(f"event {shown!r} has no time: give it one, or the table")
            if not (self.identifiers if event.identifiers is None else event.identifiers):
                raise ValueError(f"event {shown!r} has no identifiers: give it one, or the table")
        return self


class Mapping(Form):
    """A mapping file.

    Attributes:
        preset: Version of the form.
        id: Part of the ids of events, so it must not change.
        title: For people, also by language.
        tables: What to do with which files.
    """

    preset: Literal[1]
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text = ""
    note: str = ""
    tables: list[Table] = Field(min_length=1)
    _read_from: tuple[str, bool] = PrivateAttr(("mapping", False))

    def named(self, shown: str, is_one_table: bool) -> Self:
        """Remember the name of the file, and whether the keys of its only table stand at the top."""
        self._read_from = (shown, is_one_table)
        return self

    def where(self, table: Table, key: str) -> str:
        """Return file and path of a key of a table."""
        shown, is_one_table = self._read_from
        at = next(at for at, own in enumerate(self.tables) if own is table)
        return f"{shown}: {key}" if is_one_table else f"{shown}: tables[{at}].{key}"

    @model_validator(mode="before")
    @classmethod
    def _one_table(cls, value: Any) -> Any:
        """Take the keys of a table at the top for the only table."""
        if not isinstance(value, dict) or "tables" in value:
            return value
        head = {key: item for key, item in value.items() if key in cls.model_fields}
        table = {key: item for key, item in value.items() if key not in cls.model_fields}
        return {**head, "tables": [table]}
