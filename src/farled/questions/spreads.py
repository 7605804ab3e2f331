"""How far every number of an answer would vary with other customers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from farled.journeys.customer_marks import CUSTOMER
from farled.journeys.distinct import distinct
from farled.journeys.index import Chunk
from farled.journeys.pieces import marks, pieces
from farled.questions.asker import Asker, Side
from farled.questions.numbers import Name, Number, is_quantile, numbers, values
from farled.stats.jackknife import Spread, half_samples, influences, leave_one_out, spread, spread_of_halves

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
AnyQuestion = Any

GROUPS = 64
WIDE = 1_000


@dataclass(frozen=True, slots=True)
class Spreads:
    """Ask a question and, once for each group of customers, how the answer would be without them.

    A customer's group follows from its id alone, so that it does not hang on chunks, rows or threads.

    Args:
        question: Any question that counts.
        groups: How many groups.
    """

    question: AnyQuestion
    groups: int = GROUPS

    @property
    def judges_by_all(self) -> bool:
        """Whether the question looks at all events of a customer, not only those of the period."""
        return bool(getattr(self.question, "judges_by_all", False))

    def mentions(self) -> Iterable[str]:
        """Return what the question names."""
        names: Iterable[str] = self.question.mentions()
        return names

    def columns(self) -> Iterable[str]:
        """Return the columns of the question, and the customers' marks."""
        return (*self.question.columns(), CUSTOMER)

    def partial(self, chunk: Chunk) -> "SpreadsPartial":
        """Count each group for itself."""
        mark = marks(chunk)
        return SpreadsPartial(partials(self.question, chunk, mark % self.groups), (mark,))

    def answer(self, total: "SpreadsPartial") -> "SpreadsAnswer":
        """Answer the question for all, and without each group."""
        mark = distinct(np.concatenate(total.marks))
        size = np.bincount(mark % self.groups, minlength=self.groups)
        parts = {group: counts for group, counts in total.parts.items() if size[group]}  # without chunks of nobody
        return varied(self.question, parts or total.parts, size, mark)


@dataclass(frozen=True, slots=True, eq=False)
class SpreadsPartial:
    """Counts that add up.

    Attributes:
        parts: The question's own counts, per group.
        marks: Of the customers seen.
    """

    parts: Mapping[int, Any]
    marks: tuple[Ints, ...]

    def __add__(self, other: "SpreadsPartial") -> "SpreadsPartial":
        return SpreadsPartial(added(self.parts, other.parts), self.marks + other.marks)


@dataclass(frozen=True, slots=True, eq=False)
class SpreadsAnswer:
    """An answer and what each group of customers adds to its numbers.

    Attributes:
        answer: Of all customers.
        named: The numbers that the answer names.
        numbers: Those, and such as it would name with more room.
        is_full: Whether there may be more that even then have no name.
        grows: Whether each number grows with the number of customers, as a count does. Shape (numbers,).
        dropped: How far each number falls without each group. Shape (groups, numbers).
        halves: How far each number of balanced half samples lies from that of all; NaN where a half has none. Shape
            (half samples, numbers).
        influence: Of each group on each number, by `farled.stats.jackknife.influences`; of a number that grows, on the
            number per customer. NaN where a number cannot be known without a group. Shape (groups, numbers).
        size: Customers in each group. Shape (groups,).
        marks: Of the customers seen, rising.
    """

    answer: Any
    named: tuple[Name, ...]
    numbers: Mapping[Name, Number]
    is_full: bool
    grows: npt.NDArray[np.bool_]
    dropped: Floats
    influence: Floats
    halves: Floats
    size: Ints
    marks: Ints
    place: Mapping[Name, int]

    @property
    def customers(self) -> int:
        """How many customers were seen."""
        return int(self.size.sum())

    def number(self, name: Name, *, grows: bool) -> Number:
        """Return a number; one that is not there is 0 where it counts something and all that is there is named."""
        if name in self.numbers:
            return self.numbers[name]
        return Number(name, "", 0 if grows and not self.is_full else None)

    def is_fixed(self, name: Name) -> bool:
        """Return whether a number is a setting: no count, no share, and the same whoever is left out."""
        if name not in self.numbers:
            return True
        number = self.numbers[name]
        return number.n is None and number.value is not None and not self.does_grow(name) and not self.behind(name)

    def does_grow(self, name: Name) -> bool:
        """Return whether a number grows with the number of customers."""
        return name in self.place and bool(self.grows[self.place[name]])

    def influence_of(self, name: Name, *, total: bool = False) -> Floats:
        """Return what each group adds to a number, or with ``total`` to a count as it is. Shape (groups,)."""
        if name not in self.place:
            return np.zeros(len(self.size))
        return (self.dropped if total else self.influence)[:, self.place[name]]

    def halves_of(self, name: Name) -> Floats:
        """Return how far a number of each half sample lies from that of all. Shape (half samples,)."""
        if name not in self.place:
            return np.full(len(self.halves), np.nan)
        return self.halves[:, self.place[name]]

    def spread_of(self, name: Name, *, total: bool = False) -> Spread | None:
        """Return how far a number varies: a count per customer, or with ``total`` as it is."""
        if is_quantile(name) and name in self.place:
            return spread_of_halves(self.halves_of(name))
        return spread(self.influence_of(name, total=total), np.ones_like(self.size) if total else self.size)

    def behind(self, name: Name) -> int:
        """Return how many groups have customers behind a number."""
        return int(np.count_nonzero(self.dropped[:, self.place[name]])) if name in self.place else 0


def named_by_all(answers: Sequence[SpreadsAnswer]) -> list[Name]:
    """Return the numbers that one of some answers names.

    What is left of an answer beside all that it names, such as the ``rest`` of paths, is none where more is looked at
    than is named: with more room it is another number.
    """
    names = dict.fromkeys(name for answer in answers for name in answer.named)
    named = [(answer.numbers, frozenset(answer.named)) for answer in answers]
    return [
        name for name in names if len(name) > 1 or all(name in known or name not in numbers for numbers, known in named)
    ]


def spreads_of(asker: Asker, question: AnyQuestion, side: Side) -> SpreadsAnswer:
    """Return the answer of one side with its spreads; groups that are segments are asked for themselves."""
    segments = asker.segments(question)
    if not segments:
        found: SpreadsAnswer = asker.ask(Spreads(question), side)
        return found
    alone = replace(question, by=None)
    whole: SpreadsAnswer = asker.ask(Spreads(alone), side)
    for segment in segments:
        part: SpreadsAnswer = asker.ask(Spreads(alone), replace(side, also=segment))
        whole = _beside(whole, part, ("groups", str(segment)))
    return whole


def _beside(whole: SpreadsAnswer, part: SpreadsAnswer, group: Name) -> SpreadsAnswer:
    """Return an answer with the numbers of a group after its own; counts are per customer of the whole."""
    called = {
        (*group, *name): replace(number, name=(*group, *name), pointer="") for name, number in part.numbers.items()
    }
    own = _own(part.numbers)
    kept = np.maximum(whole.customers - whole.size, 1)[:, None]
    per_customer = influences(own / max(whole.customers, 1), (own - part.dropped) / kept, whole.size)
    return replace(
        whole,
        named=(*whole.named, *((*group, *name) for name in part.named)),
        numbers={**whole.numbers, **called},
        grows=np.concatenate((whole.grows, part.grows)),
        dropped=np.hstack((whole.dropped, part.dropped)),
        halves=np.hstack((whole.halves, part.halves)) if len(whole.halves) == len(part.halves) else whole.halves,
        influence=np.hstack((whole.influence, np.where(part.grows, per_customer, part.influence))),
        place={**whole.place, **{name: len(whole.place) + at for at, name in enumerate(called)}},
    )


def partials(question: AnyQuestion, chunk: Chunk, group: Ints) -> dict[int, Any]:
    """Return the question's counts of each group of customers.

    Args:
        question: Any that counts.
        chunk: Of any journeys.
        group: Of each customer. Shape (customers,).
    """
    if not chunk.n:
        return {0: question.partial(chunk)}
    journeys = group if chunk.owner is None else group[chunk.owner]
    of_event = np.repeat(journeys, np.diff(chunk.offsets))
    return {code: question.partial(piece) for code, piece in pieces(chunk, of_event)}


def added(one: Mapping[Any, Any], other: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return two mappings of counts as one."""
    made = dict(one)
    for key, counts in other.items():
        made[key] = made[key] + counts if key in made else counts
    return made


def varied(question: AnyQuestion, parts: Mapping[int, Any], size: Ints, mark: Ints) -> SpreadsAnswer:
    """Return an answer with what each group adds to its numbers.

    Args:
        question: What was counted.
        parts: Its counts per group.
        size: Customers in each group.
        mark: Of all customers.
    """
    groups = sorted(parts)
    counts = [parts[group] for group in groups]
    wide, together = widened(question), getattr(question, "together", _as_it_is)
    bare = _bare(wide)
    total = together(reduce(_plus, counts))
    answer = question.answer(total)
    plain = numbers(answer.to_dict())
    found = plain if wide is question else numbers(wide.answer(total).to_dict())
    whole = _own(found)
    grows = _growing(found, whole, _values(found, values(bare.answer(total + total).to_dict())))
    without = np.broadcast_to(whole, (len(size), len(whole))).copy()
    if len(counts) > 1:
        for at, rest in leave_one_out(counts, lambda one, other: together(one + other)):
            without[groups[at]] = _values(found, values(bare.answer(rest).to_dict()), gone=grows)
    n = int(size.sum())
    kept = np.maximum(n - size, 1)[:, None]
    per, per_without = np.where(grows, whole / max(n, 1), whole), np.where(grows, without / kept, without)
    named = tuple(name for name in plain if name in found and plain[name].value == found[name].value)
    place = {name: at for at, name in enumerate(found)}
    added_to = influences(per, per_without, size)
    halves = _halves(bare, parts, found, len(size)) - whole
    dropped = whole - without
    return SpreadsAnswer(
        answer, named, found, _is_full(wide, found), grows, dropped, added_to, halves, size, mark, place
    )


def _halves(question: AnyQuestion, parts: Mapping[int, Any], found: Mapping[Name, Number], groups: int) -> Floats:
    """Return the numbers of balanced half samples, where any of them needs it. Shape (half samples, numbers)."""
    if not any(is_quantile(name) for name in found):
        return np.full((0, len(found)), np.nan)
    made = []
    for halves in half_samples(groups // 2):
        chosen = [parts[group] for group in (2 * np.arange(len(halves)) + halves).tolist() if group in parts]
        made.append(_values(found, values(question.answer(_sum(chosen)).to_dict()) if chosen else {}))
    return np.array(made)


def _sum(parts: list[Any]) -> Any:
    """Return the sum of parts, added in pairs so that long ones are copied few times."""
    while len(parts) > 1:
        parts = [*map(_plus, parts[::2], parts[1::2]), *(parts[-1:] if len(parts) % 2 else [])]
    return parts[0]


def _growing(found: Mapping[Name, Number], whole: Floats, twice: Floats) -> npt.NDArray[np.bool_]:
    """Return which numbers double when every customer is counted twice."""
    plain = np.array([number.part is None for number in found.values()], dtype=np.bool_)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(whole == 0, np.nan, twice / whole)
    counts = np.array([isinstance(number.value, int) for number in found.values()], dtype=np.bool_)
    return plain & np.where(np.isnan(ratio), counts, ratio > 1.5)


def _is_full(wide: AnyQuestion, found: Mapping[Name, Number]) -> bool:
    """Return whether a question that names at most so many has named as many."""
    entries = {name[:2] for name in found if len(name) > 2}
    most = max(Counter(first for first, _ in entries).values(), default=0)
    return most >= getattr(wide, "top", most + 1)


def _plus(one: Any, other: Any) -> Any:
    return one + other


def _as_it_is(counts: Any) -> Any:
    return counts


def _own(found: Mapping[Name, Number]) -> Floats:
    """Return the values of the numbers found; NaN where there is none."""
    return _values(found, {name: number.value for name, number in found.items()})


def _values(
    wanted: Mapping[Name, Number], found: Mapping[Name, float | None], gone: npt.NDArray[np.bool_] | None = None
) -> Floats:
    """Return the values of the numbers wanted; NaN where there is none, 0 where nothing is left to count."""
    there = np.array([found.get(name) for name in wanted], dtype=np.float64)
    return there if gone is None else np.where(np.isnan(there) & gone, 0.0, there)


def widened(question: AnyQuestion) -> AnyQuestion:
    """Return the question with room for more than it names, so that what is named there is found elsewhere too."""
    if not any(field.name == "top" for field in fields(question)):
        return question
    return replace(question, top=max(WIDE, 10 * question.top))


def _bare(question: AnyQuestion) -> AnyQuestion:
    """Return the question without the resamples that only its intervals need: its values are the same."""
    return replace(question, resamples=0) if any(field.name == "resamples" for field in fields(question)) else question
