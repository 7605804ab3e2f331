"""Robust: how far the numbers of an answer hang on windows, tie rules, cuts and models."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from farled.engine.base import TableAnswer
from farled.errors import InputError, NotFoundError
from farled.figures.bars import Bars, Series
from farled.figures.figure import Figure
from farled.figures.quantity import Label, Quantity, Unit, Word
from farled.figures.table import Cell, Table
from farled.locale import N_
from farled.questions.asker import Asker
from farled.questions.compare import require_counting
from farled.questions.numbers import Name, Number, labels, numbers
from farled.spans import SECOND, microseconds, span
from farled.stats.intervals import Estimate, Rate

SPANS: Mapping[str, tuple[str, ...]] = {
    "within": ("30d", "90d"),
    "cut": ("30min", "12h"),
    "gap": (),
    "lookback": ("30d", "90d"),
    "half_life": (),
    "max_gap": (),
}
"""Fields that hold a span, and what is tried where there is none; a span is halved and doubled."""

CHOICES = ("ties", "model")


@dataclass(frozen=True, slots=True)
class Robust:
    """Ask a question again under other windows, tie rules, cuts and models, and how far each number moves.

    One thing is changed at a time: a window, silence or look-back is halved and doubled (where there is none, two
    usual ones are set), the rule for events of one time and the model of attribution take each other value. A number
    that stays where it is does not hang on that choice; one that moves more than its interval is wide does.

    Args:
        question: Any question that counts and has such a field.

    Raises:
        InputError: The question has nothing to change, or is one over questions itself.

    Example:
        >>> import farled, pyarrow as pa
        >>> rows = [(f"c{at}", f"2026-01-{day:02}", name) for at in range(20)
        ...     for name, day in (("visit", 1), ("order", 2 + at))]
        >>> shop = farled.read(pa.table(dict(zip(("customer", "time", "name"), zip(*rows, strict=True), strict=True))))
        >>> answer = shop.robust(farled.Funnel(["visit", "order"], within="10d"))
        >>> conversion = answer.numbers["conversion"]
        >>> conversion.asked.value, conversion.lowest, conversion.highest
        (0.5, (0.25, 'within=5d'), (1.0, 'within=20d'))

    Source:
        Own definition: a multiverse of one change at a time, after Steegen et al. (2016), Perspectives on
        Psychological Science 11(5), 702-712.
    """

    question: Any = field(metadata={"help": "The question that is asked again.", "over": "of"})

    def __post_init__(self) -> None:
        require_counting(self.question, "robust")
        if not list(_changes(self.question)):
            name = type(self.question).__name__.lower()
            hint = "Ask it of a question with a window, a cut, a tie rule or a model."
            raise InputError(f"A question about {name} has nothing that could be chosen otherwise.", hint)

    def asked(self, asker: Asker) -> "RobustAnswer":
        """Ask the question as it is, and with each change."""
        asked = numbers(asker.ask(self.question).to_dict())
        variants = tuple(self.variants())
        found = [numbers(asker.ask(variant.question).to_dict()) for variant in variants]
        rows = {}
        for (name, number), label in zip(asked.items(), labels(asked), strict=True):
            values = tuple(each.get(name, Number(name, "", None)) for each in found)
            rows[label] = RobustNumber(name, label, number, values, tuple(v.label for v in variants))
        return RobustAnswer(self, variants, rows)

    def variants(self) -> Iterator["Variant"]:
        """Return the question with each change that it takes."""
        for name, value in _changes(self.question):
            try:
                yield Variant(name, value, replace(self.question, **{name: value}))
            except InputError:
                continue  # fields that do not go together

    def behind_asked(self, asker: Asker, part: str) -> list[str]:
        """Return the customers behind ``/numbers/i/asked`` or ``/numbers/i/values/k``, the number with a change."""
        answer = self.asked(asker)
        keys, rows = part.strip("/").split("/"), list(answer.numbers.values())
        known = [f"/numbers/{at}/asked" for at in range(min(3, len(rows)))]
        if len(keys) < 3 or keys[0] != "numbers" or not keys[1].isdecimal() or int(keys[1]) >= len(rows):
            raise NotFoundError.named("number with customers behind it", part, known)
        row = rows[int(keys[1])]
        if keys[2:] == ["asked"]:
            return asker.customers_behind(self.question, row.asked.pointer)
        if keys[2] != "values" or len(keys) != 4 or not keys[3].isdecimal() or int(keys[3]) >= len(row.values):
            raise NotFoundError.named("number with customers behind it", part, known)
        at = int(keys[3])
        return asker.customers_behind(answer.variants[at].question, row.values[at].pointer)


def _changes(question: Any) -> Iterator[tuple[str, Any]]:
    """Return each field that is changed, with its other values."""
    for each in fields(question):
        value = getattr(question, each.name)
        if each.name in SPANS and (value is None or isinstance(value, str)):
            others = SPANS[each.name] if value is None else _around(value)
            yield from ((each.name, other) for other in others)
        elif each.name in CHOICES:
            choices = each.metadata.get("choices", ())
            yield from ((each.name, other) for other in choices if other not in (value, "all"))


def _around(text: str) -> tuple[str, str]:
    """Return half a span, in whole seconds, and twice the span.

    >>> _around("30d"), _around("1s")
    (('15d', '60d'), ('1s', '2s'))
    """
    whole = microseconds(text)
    half = max(SECOND, whole // 2 // SECOND * SECOND)
    return span(half), span(2 * whole)


@dataclass(frozen=True, slots=True)
class Variant:
    """A question with one thing changed.

    Attributes:
        field: What was changed.
        value: To what.
        question: The question.
    """

    field: str
    value: Any
    question: Any

    @property
    def label(self) -> str:
        """How people call it: ``within=60d``."""
        return Label(Word(self.field), "=", Word(self.value) if self.field in CHOICES else str(self.value))

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {"field": self.field, "value": self.value, "label": self.label}


@dataclass(frozen=True, slots=True)
class RobustNumber:
    """A number under all changes.

    Attributes:
        name: Where it stands in the answer, with names in place of positions.
        label: How people call it.
        asked: As asked.
        values: With each change.
        changes: How each change is called.
    """

    name: Name
    label: str
    asked: Number
    values: tuple[Number, ...]
    changes: tuple[str, ...]

    @property
    def lowest(self) -> tuple[float, str] | None:
        """The smallest value and the change that makes it; ``as asked`` where none is smaller."""
        return min(self._known(), key=lambda each: each[0], default=None)

    @property
    def highest(self) -> tuple[float, str] | None:
        """The largest value and the change that makes it."""
        return max(self._known(), key=lambda each: each[0], default=None)

    @property
    def moves(self) -> float | None:
        """The longest way from the number as asked, below zero where it falls; None where it is not known."""
        if self.asked.value is None:
            return None
        asked = self.asked.value
        return max((value - asked for value, _ in self._known()), key=abs, default=None)

    def _known(self) -> list[tuple[float, str]]:
        every = [
            (self.asked.value, Word("as asked")),
            *((v.value, c) for v, c in zip(self.values, self.changes, strict=True)),
        ]
        return [(value, change) for value, change in every if value is not None]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "name": list(self.name),
            "label": self.label,
            "unit": self.asked.unit,
            "asked": self.asked.to_dict(),
            "values": [number.to_dict() for number in self.values],
            "lowest": _told(self.lowest),
            "highest": _told(self.highest),
            "moves": self.moves,
        }


@dataclass(frozen=True, slots=True)
class RobustAnswer(TableAnswer):
    """How far every number moves.

    Attributes:
        question: What was asked.
        variants: The changes.
        numbers: By label.
    """

    question: Robust
    variants: tuple[Variant, ...]
    numbers: Mapping[str, RobustNumber]

    @property
    def most(self) -> RobustNumber | None:
        """The number that moves most, a share where there is one; None where none can move."""
        moving = [number for number in self.numbers.values() if number.moves is not None]
        return max(moving, key=lambda number: (number.asked.unit == "share", abs(number.moves or 0.0)), default=None)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "variants": [variant.to_dict() for variant in self.variants],
            "numbers": [number.to_dict() for number in self.numbers.values()],
        }

    def figure(self) -> Figure:
        """Return the number that moves most, a share where there is one, as asked and with each change."""
        most = self.most
        if most is None:
            return Bars(Word(N_("How far the number moves")), (), (Series("", ()),))
        units: dict[str, Unit] = {"share": "share", "seconds": "seconds"}
        names = (Word(N_("as asked")), *most.changes)
        cells = tuple(_quantity(number.cell()) for number in (most.asked, *most.values))
        return Bars(most.label, names, (Series("", cells),), units.get(most.asked.unit, "number"))

    def table(self) -> Table:
        """Return one row per number that moves or has an interval."""
        headings = ("number", "as asked", "moves", "lowest", "with", "highest", "with this", "per")
        kinds = {"as asked": "@per", "lowest": "@per", "highest": "@per", "moves": "change@per"}
        rows = tuple(self._row(number) for number in self.numbers.values() if number.moves or number.asked.n)
        nothing = "" if rows else "No number rests on any customer, so none can move. "
        said = f"{nothing}Changed, one at a time: {', '.join(variant.label for variant in self.variants)}."
        return Table("Robust", headings, rows, kinds, said, {"with": "lowest", "with this": "highest"})

    def _row(self, number: RobustNumber) -> tuple[Any, ...]:
        ends = [each for end in (number.lowest, number.highest) for each in (end or (None, None))]
        return number.label, number.asked.cell(), number.moves, *ends, Word(number.asked.unit)


def _quantity(cell: Cell) -> Quantity:
    return cell if isinstance(cell, Rate | Estimate | int | float) else None


def _told(end: tuple[float, str] | None) -> dict[str, Any] | None:
    return None if end is None else {"value": end[0], "change": end[1]}
