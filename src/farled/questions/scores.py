"""What the questions Nps, Csat and Ces share: which answers count, where they belong, and how few are withheld."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from farled.engine.base import TableAnswer
from farled.errors import NotFoundError
from farled.figures.bars import Bars, Series
from farled.figures.figure import Figure
from farled.figures.quantity import Unit, Word
from farled.figures.table import Table
from farled.journeys.answers import Scored, is_last, means, scored
from farled.journeys.index import Chunk, Column
from farled.locale import N_
from farled.questions.members import members
from farled.questions.places import (
    PERIODS,
    columns_of,
    customers_of,
    groups_in,
    is_at,
    names_of,
    places_in,
    require_places,
)
from farled.questions.responses import Asked, Response, ResponsePartial, asked_of, in_time
from farled.questions.steps import Step, mentioned, needed
from farled.spans import microseconds, time_zone
from farled.stats import scores as stats
from farled.stats.intervals import Estimate, Rate

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Parts(NamedTuple):
    """How a scale falls into three: from ``least`` up, up to ``most``, and in between."""

    top: str
    least: float
    middle: str
    bottom: str
    most: float


PARTS = {
    "nps": Parts("promoters", 9, "passives", "detractors", 6),
    "csat": Parts("satisfied", 4, "neutral", "dissatisfied", 2),
    "ces": Parts("easy", 5, "neutral", "hard", 3),
}


_READ = {"stars": ", read by the metric stars of a map", **{name: f", ask {name}" for name in PARTS}}


@dataclass(frozen=True, slots=True)
class ScoreQuestion:
    """The fields and the counting of the three questions; each of them says what its number is."""

    at: Any = field(default=(), metadata={"help": "Touchpoints, phases or event names; several by commas."})
    by: str | Sequence[str] | None = field(
        default=None, metadata={"help": "Group by name, phase, day to year, a property, or by segments."}
    )
    ask: Any = field(
        default=None, metadata={"help": "Event by which customers are asked: gives the response rate.", "step": True}
    )
    within: str = field(default="30d", metadata={"help": "Longest time from being asked to the answer."})
    time_zone: str | None = field(default=None, metadata={"help": "Where days begin; default: the workspace's."})

    scale: ClassVar[str] = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", names_of(self.at))
        object.__setattr__(self, "by", self.by if self.by is None or isinstance(self.by, str) else tuple(self.by))
        object.__setattr__(self, "ask", None if self.ask is None else Step.of(self.ask, "ask"))
        microseconds(self.within)
        if self.time_zone is not None:
            time_zone(self.time_zone)

    def mentions(self) -> Iterable[str]:
        """Return the event by which customers are asked; ``at`` may name touchpoints and is checked in the answer."""
        return () if self.ask is None else mentioned([self.ask])

    def columns(self) -> Iterable[str]:
        """Return what makes an answer, and the property of ``by``."""
        asked = [] if self.ask is None else ["channel", *needed([self.ask])]
        return dict.fromkeys(["score", "scale", *columns_of(self.by), *asked])

    def partial(self, chunk: Chunk) -> "ScorePartial":
        """Take the answers of a chunk."""
        answers = self._answers(chunk)
        on = answers.only(answers.is_on_scale)
        groups = {value: self._values(chunk, on.only(rows)) for value, rows in self._groups(chunk, on)}
        asked = self._asked(chunk, answers)
        return ScorePartial(
            self._values(chunk, on),
            groups,
            len(answers.place) - len(on.place),
            _without_scale(chunk),
            self._others(chunk),
            places_in(chunk, _of_scale(chunk, self.scale).place),
            chunk.names,
            None if asked is None else ResponsePartial.of(asked, microseconds(self.within)),
        )

    def answer(self, total: "ScorePartial") -> "ScoreAnswer":
        """Turn the answers into numbers with intervals.

        Raises:
            NotFoundError: ``at`` is neither an event name nor a place that answers speak of.
        """
        require_places(self.at, total.places, total.names)
        ordered = sorted(total.groups.items(), key=self._order)
        return ScoreAnswer(
            self,
            self._score(total.whole),
            {value: self._score(values) for value, values in ordered},
            total.off_scale,
            total.without_scale,
            {} if len(total.whole) else dict(total.other_scales),
            None if total.asked is None else Response.of(total.asked, microseconds(self.within)),
        )

    def regrouped(self, answer: "ScoreAnswer", groups: Mapping[str, "ScoreAnswer"]) -> "ScoreAnswer":
        """Return the answer with groups that were asked for themselves."""
        return replace(answer, question=self, groups={name: group.whole for name, group in groups.items()})

    def behind(self, chunk: Chunk, part: str, answer: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
        """Return the customers behind ``/n``, a part such as ``/promoters``, a group's, or ``/response/silent``."""
        keys = part.strip("/").split("/")
        answers = self._answers(chunk)
        if keys[0] == "response" and self.ask is not None and keys[1:] in (["asked"], ["answered"], ["silent"]):
            return self._behind_response(chunk, answers, keys[1])
        on = answers.only(answers.is_on_scale)
        if keys[0] == "groups" and len(keys) == 3 and keys[1].isdecimal() and int(keys[1]) < len(answer["groups"]):
            value = answer["groups"][int(keys[1])]["value"]
            found = [rows for of, rows in self._groups(chunk, on) if of == value]
            on = on.only(found[0] if found else np.zeros(len(on.place), dtype=np.bool_))
            keys = keys[2:]
        parts = PARTS[self.scale]
        if len(keys) != 1 or keys[0] not in ("n", parts.top, parts.middle, parts.bottom):
            known = ["/n", *(f"/{name}" for name in (parts.top, parts.middle, parts.bottom)), "/groups/0/n"]
            raise NotFoundError.named("number with customers behind it", part, known)
        values = self._values(chunk, on)
        rows = np.ones(len(values), dtype=np.bool_) if keys[0] == "n" else _in_part(values, parts, keys[0])
        return members(chunk, np.unique(customers_of(chunk, on.place))[rows])

    def _behind_response(self, chunk: Chunk, answers: Scored, what: str) -> npt.NDArray[np.bool_]:
        asked = asked_of(self.ask, chunk, answers.place)
        answered, silent = in_time(asked.waited, asked.watched, microseconds(self.within))
        rows = {"asked": asked.watched >= 0, "answered": answered, "silent": silent}[what]
        return members(chunk, asked.customer[rows])

    def _asked(self, chunk: Chunk, answers: Scored) -> Asked | None:
        return None if self.ask is None else asked_of(self.ask, chunk, answers.place)

    def _answers(self, chunk: Chunk) -> Scored:
        """Return the answers on the question's scale at the places asked for, those off the scale too."""
        found = _of_scale(chunk, self.scale)
        return found.only(is_at(chunk, found.place, self.at))

    def _others(self, chunk: Chunk) -> Counter[str]:
        """Return how many answers at the places asked for are on which other scale."""
        found = scored(chunk)
        there = found.only(is_at(chunk, found.place, self.at))
        many = Counter(there.scales[code] for code in there.scale.tolist())
        del many[self.scale]
        return many

    def _values(self, chunk: Chunk, answers: Scored) -> Floats:
        """Return one number per customer: the last answer, for effort the mean."""
        customer = customers_of(chunk, answers.place)
        return means(customer, answers.score) if self.scale == "ces" else answers.score[is_last(customer)]

    def _groups(self, chunk: Chunk, answers: Scored) -> Iterable[tuple[Any, Mask]]:
        """Yield the value of each group and its answers."""
        return groups_in(chunk, answers.place, self.by, self.time_zone)

    def _score(self, values: Floats) -> "Score":
        values = np.sort(values)
        parts, n = PARTS[self.scale], len(values)
        number: Rate | Estimate = stats.mean_score(values, self.scale)
        mean = number
        if self.scale == "nps":
            number = stats.net_promoter(values)
        elif self.scale == "csat":
            number = stats.satisfied(values)
        shares = {
            name: stats.withheld(Rate(int(_in_part(values, parts, name).sum()), n))
            for name in (parts.top, parts.middle, parts.bottom)
        }
        return Score(n, stats.withheld(number), stats.withheld(mean), shares)

    def _order(self, item: tuple[Any, Floats]) -> tuple[Any, ...]:
        """Put periods in their order, other groups by how many answered; the one without a value last."""
        value, values = item
        if self.by in PERIODS:
            return (str(value),)
        return value is None, -len(values), str(value)


@dataclass(frozen=True, slots=True, eq=False)
class ScorePartial:
    """Answers that add up.

    Attributes:
        whole: One number per customer.
        groups: The same per value of ``by``.
        off_scale: Answers off their scale.
        without_scale: Scores without a scale, of which nobody knows what they mean.
        other_scales: Answers on other scales, by scale.
        places: Touchpoints and phases that answers speak of.
        names: The event names.
        asked: Of those asked; None if not wanted.
    """

    whole: Floats
    groups: Mapping[Any, Floats]
    off_scale: int
    without_scale: int
    other_scales: Counter[str]
    places: frozenset[str]
    names: tuple[str, ...]
    asked: ResponsePartial | None

    def __add__(self, other: "ScorePartial") -> "ScorePartial":
        none = np.empty(0)
        return ScorePartial(
            np.concatenate((self.whole, other.whole)),
            {
                value: np.concatenate((self.groups.get(value, none), other.groups.get(value, none)))
                for value in {**self.groups, **other.groups}
            },
            self.off_scale + other.off_scale,
            self.without_scale + other.without_scale,
            self.other_scales + other.other_scales,
            self.places | other.places,
            self.names,
            None if self.asked is None or other.asked is None else self.asked + other.asked,
        )


@dataclass(frozen=True, slots=True)
class Score:
    """The number of one group of customers.

    Attributes:
        n: Customers who answered.
        score: The number with its interval; None below five answers.
        mean: The mean answer.
        parts: Shares of the upper, middle and lower answers.
    """

    n: int
    score: Rate | Estimate
    mean: Rate | Estimate
    parts: Mapping[str, Rate | Estimate]

    @property
    def few(self) -> bool:
        """Whether the number rests on fewer than thirty answers."""
        return stats.FEWEST <= self.n < stats.FEW

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        parts = {name: share.to_dict() for name, share in self.parts.items()}
        return {"n": self.n, "few": self.few, "score": self.score.to_dict(), "mean": self.mean.to_dict(), **parts}


@dataclass(frozen=True, slots=True)
class ScoreAnswer(TableAnswer):
    """A score of the whole and of each group.

    Attributes:
        question: What was asked.
        whole: Of all answers asked for.
        groups: Per value of ``by``; None is no value.
        off_scale: Answers off their scale: not used.
        without_scale: Scores that no scale goes with: not used.
        other_scales: Where nobody answered on the question's scale, how many answers are on which other one.
        response: Who answers when asked; None where the ask is not known.
    """

    question: ScoreQuestion
    whole: Score
    groups: Mapping[Any, Score]
    off_scale: int
    without_scale: int
    other_scales: Mapping[str, int]
    response: Response | None

    @property
    def score(self) -> Rate | Estimate:
        """The number of the whole."""
        return self.whole.score

    @property
    def n(self) -> int:
        """Customers who answered."""
        return self.whole.n

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            **self.whole.to_dict(),
            "groups": [{"value": value, **score.to_dict()} for value, score in self.groups.items()],
            "off_scale": self.off_scale,
            "without_scale": self.without_scale,
            "other_scales": dict(self.other_scales),
            "response": self.response.to_dict() if self.response else None,
        }

    def figure(self) -> Figure:
        """Return the score of the whole and of each group."""
        groups = {"–" if value is None else str(value): each.score for value, each in self.groups.items()}
        scores = {Word(N_("all")): self.whole.score, **groups}
        name = type(self.question).__name__.upper()
        unit: Unit = "share" if self.question.scale == "csat" else "number"
        ends = (-100.0, 100.0) if self.question.scale == "nps" else None
        return Bars(name, tuple(scores), (Series("", tuple(scores.values())),), unit, ends)

    def table(self) -> Table:
        """Return one row for the whole and one per group."""
        by, title = self.question.by, type(self.question).__name__
        grouped = () if by is None else (by,) if isinstance(by, str) else ("segment",)
        scale = self.question.scale
        said = [name for name in self.whole.parts if scale != "csat" or name != PARTS[scale].top]  # that is the score
        headings = (*grouped, title.upper(), *said, *(() if scale == "ces" else ("mean",)), "customers", "few")
        scores = [(Word("all"), self.whole), *self.groups.items()]
        rows = [self._row(value, score, said) for value, score in scores]
        return Table(title.upper(), headings, tuple(rows), None, self._note(), {"few": "customers"})

    def _row(self, value: Any, score: Score, said: Sequence[str]) -> tuple[Any, ...]:
        name = "–" if value is None else value if isinstance(value, str) else str(value)
        group = () if self.question.by is None else (name,)
        mean = () if self.question.scale == "ces" else (score.mean,)
        few = Word("few") if score.few else ""
        return (*group, score.score, *(score.parts[each] for each in said), *mean, score.n, few)

    def _note(self) -> str:
        scale = self.question.scale
        said = [] if self.n else [f"Nobody has answered on the scale {scale!r} there."]
        if self.other_scales:
            others = ", ".join(f"{name} ({n}{_READ.get(name, '')})" for name, n in self.other_scales.items())
            said.append(f"Answers there are on other scales: {others}.")
            said.append(f"If they answer the same question, bring them in with {scale!r} as their scale.")
        if self.off_scale:
            said.append(f"{self.off_scale} answers are off the scale and not used.")
        if self.without_scale:
            said.append(f"{self.without_scale} scores have no scale and are not used.")
        if any(score.few for score in (self.whole, *self.groups.values())):
            said.append(f"Few: under {stats.FEW} answers.")
        if self.response:
            said.append(str(self.response))
        return " ".join(said)


def _in_part(values: Floats, parts: Parts, name: str) -> Mask:
    is_top, is_bottom = values >= parts.least, values <= parts.most
    found: Mask = {parts.top: is_top, parts.bottom: is_bottom, parts.middle: ~is_top & ~is_bottom}[name]
    return found


def _of_scale(chunk: Chunk, scale: str) -> Scored:
    found = scored(chunk)
    return found.only(found.scale == (found.scales.index(scale) if scale in found.scales else -2))


def _without_scale(chunk: Chunk) -> int:
    score, scale = chunk.columns.get("score"), chunk.columns.get("scale")
    if not isinstance(score, np.ndarray):
        return 0
    return int((~np.isnan(score) & (scale.code < 0 if isinstance(scale, Column) else True)).sum())
