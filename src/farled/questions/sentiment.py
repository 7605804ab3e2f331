"""Sentiment: what customers feel in what they write."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from farled.engine.base import TableAnswer
from farled.errors import InputError, NotFoundError
from farled.figures.bars import Bars, Series
from farled.figures.figure import Figure
from farled.figures.quantity import Word
from farled.figures.table import Table
from farled.journeys.index import Chunk
from farled.locale import N_
from farled.questions.feelings import EXACT, LABELS, Feelings, Felt, Quote, best_quotes
from farled.questions.groups import added
from farled.questions.members import members
from farled.questions.places import PERIODS, columns_of, groups_in, names_of, places_in, require_places
from farled.questions.written import EASY_TO_READ, Written, checked_language, quoted, read_otherwise, seeming, written
from farled.spans import time_zone
from farled.stats.intervals import Estimate, Rate
from farled.stats.scores import FEW, FEWEST
from farled.texts.own import OwnModel

NOTHING_LEARNED = "nothing_learned"


@dataclass(frozen=True, slots=True)
class Sentiment:
    """Ask what customers feel in what they write: the shares of negative, neutral and positive texts, and their mean.

    A customer's last text counts, in every group for itself. A text is judged in its language by a model with
    calibrated probabilities; what has no probability of 0.5 is unsure, what is in another language than Swedish,
    Norwegian, Danish or English is not judged. The mean, -1 to +1, takes every judged text at its probability of
    positive minus that of negative. Fewer than five texts give no number. How often the models are right is part of
    the answer; they know words, not irony.

    Args:
        at: Touchpoints that the texts speak of, phases of the map, or names of the texts' events; none: all.
        by: ``name`` (the touchpoint), ``phase``, ``day``, ``week``, ``month``, ``quarter`` or ``year``, a property of
            the text's event, or a list of segments.
        texts_in: Language of all texts: sv, nb, da or en; None: found out for each.
        model: ``shipped``, or ``own``: bent by the workspace's own scores and comments where that is better on pairs
            held out; or what was learned, as plain values.
        time_zone: Where days begin; default: the workspace's.

    Raises:
        InputError: ``at`` is no name, or the language or model is not known.
        NotFoundError: There is no such touchpoint or event.

    Example:
        >>> from farled.engine.local import ask
        >>> from farled.journeys.build import journeys_of
        >>> said = ["Bra service!", "Inte nöjd.", "Fick fel vara.", "Mycket nöjd", "Sämst", "Toppen, tack!"]
        >>> texts = {str(at): [("review", 0, {"text": text})] for at, text in enumerate(said)}
        >>> ask(journeys_of(texts), Sentiment(texts_in="sv")).shares["negative"].part
        3

    Source:
        Own models; data, accuracy and calibration are in the model card (explanation/sentiment-model-card).
    """

    at: Any = field(default=(), metadata={"help": "Touchpoints, phases or event names; several by commas."})
    by: str | Sequence[str] | None = field(
        default=None, metadata={"help": "Group by name, phase, day to year, a property, or by segments."}
    )
    texts_in: str | None = field(
        default=None,
        metadata={"help": "Language of all texts; default: found out for each.", "choices": ("sv", "nb", "da", "en")},
    )
    model: Any = field(
        default="shipped",
        metadata={"help": "shipped, or own: bent by the workspace's own scores and comments where that is better."},
    )
    time_zone: str | None = field(default=None, metadata={"help": "Where days begin; default: the workspace's."})

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", names_of(self.at))
        object.__setattr__(self, "by", self.by if self.by is None or isinstance(self.by, str) else tuple(self.by))
        checked_language(self.texts_in)
        if isinstance(self.model, str) and self.model not in ("shipped", "own", NOTHING_LEARNED):
            raise InputError(f"model is {self.model!r}.", "Write own or shipped.")
        object.__setattr__(self, "model", self.model if isinstance(self.model, str) else OwnModel.of(self.model))
        if self.time_zone is not None:
            time_zone(self.time_zone)

    def mentions(self) -> Iterable[str]:
        """Return nothing: ``at`` may name touchpoints and is checked in the answer."""
        return ()

    def columns(self) -> Iterable[str]:
        """Return the text, and what places and groups need."""
        return dict.fromkeys(["text", *columns_of(self.by)])

    def partial(self, chunk: Chunk) -> "SentimentPartial":
        """Judge the texts of a chunk, each different one once."""
        texts = written(chunk, self.at)
        judged = _Judged.of(self, texts)
        everywhere = np.ones(len(texts.place), dtype=np.bool_)
        groups = {
            value: judged.counted(texts.last(rows))
            for value, rows in groups_in(chunk, texts.place, self.by, self.time_zone)
        }
        whole = judged.counted(texts.last(everywhere))
        return SentimentPartial(whole, groups, places_in(chunk, texts.place), chunk.names)

    def answer(self, total: "SentimentPartial") -> "SentimentAnswer":
        """Turn the counts into shares and means.

        Raises:
            NotFoundError: ``at`` is neither an event name nor a place that texts speak of.
        """
        require_places(self.at, total.places, total.names)
        ordered = sorted(total.groups.items(), key=self._order)
        groups = {value: Felt.of(counts) for value, counts in ordered}
        quotes = _quotes(total.whole, self._own) if total.whole.judged >= FEWEST else ()
        return SentimentAnswer(self, Felt.of(total.whole), groups, quotes)

    def regrouped(self, answer: "SentimentAnswer", groups: Mapping[str, "SentimentAnswer"]) -> "SentimentAnswer":
        """Return the answer with groups that were asked for themselves."""
        return replace(answer, question=self, groups={name: group.whole for name, group in groups.items()})

    def behind(self, chunk: Chunk, part: str, answer: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
        """Return the customers behind ``/n``, ``/other``, a label such as ``/negative``, or a group's."""
        keys = part.strip("/").split("/")
        texts = written(chunk, self.at)
        rows = np.ones(len(texts.place), dtype=np.bool_)
        if keys[0] == "groups" and len(keys) == 3 and keys[1].isdecimal() and int(keys[1]) < len(answer["groups"]):
            value = answer["groups"][int(keys[1])]["value"]
            found = groups_in(chunk, texts.place, self.by, self.time_zone)
            rows = next((rows for each, rows in found if each == value), ~rows)
            keys = keys[2:]
        if len(keys) != 1 or keys[0] not in ("n", "other", *LABELS):
            raise NotFoundError.named("number with customers behind it", part, ["/n", *(f"/{name}" for name in LABELS)])
        last = texts.last(rows)
        label = _Judged.of(self, texts).label[texts.code[last]]
        wanted = label >= 0 if keys[0] == "n" else label == (-1 if keys[0] == "other" else LABELS.index(keys[0]))
        return members(chunk, texts.customer[last[wanted]])

    @property
    def _own(self) -> OwnModel | None:
        if self.model == "own":
            raise InputError("What model=own has learned is known to a workspace.", "Ask it with Workspace.ask.")
        return self.model if isinstance(self.model, OwnModel) else None

    def _order(self, item: tuple[Any, "Feelings"]) -> tuple[Any, ...]:
        """Put periods in their order, other groups by size; the one without a value last."""
        value, counts = item
        return (str(value),) if self.by in PERIODS else (value is None, -counts.judged, str(value))


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """The different texts of a chunk with what they say."""

    texts: tuple[str, ...]
    language: tuple[str, ...]
    seems: list[str]
    label: npt.NDArray[np.int64]
    top: npt.NDArray[np.float64]
    feeling: npt.NDArray[np.int64]
    code: npt.NDArray[np.int64]

    @classmethod
    def of(cls, question: Sentiment, written_: Written) -> "_Judged":
        from farled.texts.reading import read

        found = read(written_.texts, question.texts_in, question._own)
        feeling = np.where(found.label < 0, 0, np.round(np.nan_to_num(found.feeling) * EXACT)).astype(np.int64)
        top = np.nan_to_num(found.chance).max(axis=1, initial=0)
        seems = seeming(written_.texts, question.texts_in)
        return cls(written_.texts, found.language, seems, found.label, top, feeling, written_.code)

    def counted(self, rows: npt.NDArray[np.int64]) -> "Feelings":
        """Add up the texts of some rows."""
        code = self.code[rows]
        label, feeling = self.label[code], self.feeling[code]
        languages = Counter(self.language[at] for at in code.tolist())
        seem = Counter(self.seems[at] for at in code.tolist() if self.seems[at])
        quotes = [self._quote(at) for at in np.unique(code[(label >= 0) & (label < 3)]).tolist()]
        return Feelings(
            tuple(int((label == at).sum()) for at in range(len(LABELS))),
            int((label < 0).sum()),
            int(feeling.sum()),
            sum(int(each) ** 2 for each in feeling.tolist()),
            dict(languages),
            dict(seem),
            best_quotes(quotes),
        )

    def _quote(self, at: int) -> "Quote":
        text = self.texts[at]
        order = (len(text) not in EASY_TO_READ, -round(float(self.top[at]), 4), text)
        return Quote(LABELS[self.label[at]], self.language[at], text, order)


@dataclass(frozen=True, slots=True, eq=False)
class SentimentPartial:
    """Texts of the whole, and of each group.

    Attributes:
        whole: Each customer's last text.
        groups: Per value of ``by``, each customer's last text there.
        places: Touchpoints and phases that texts speak of.
        names: The event names.
    """

    whole: Feelings
    groups: Mapping[Any, Feelings]
    places: frozenset[str]
    names: tuple[str, ...]

    def __add__(self, other: "SentimentPartial") -> "SentimentPartial":
        groups = added(self.groups, other.groups)
        return SentimentPartial(self.whole + other.whole, groups, self.places | other.places, self.names)


@dataclass(frozen=True, slots=True)
class SentimentAnswer(TableAnswer):
    """What the texts say, of the whole and of each group.

    Attributes:
        question: What was asked.
        whole: Of all texts asked for.
        groups: Per value of ``by``; None is no value.
        quotes: The clearest texts of each label, with the words that led to it; none below five texts.
    """

    question: Sentiment
    whole: Felt
    groups: Mapping[Any, Felt]
    quotes: tuple[Quote, ...]

    @property
    def n(self) -> int:
        """Customers whose last text is judged."""
        return self.whole.n

    @property
    def mean(self) -> Estimate:
        """The mean of the whole, -1 to +1."""
        return self.whole.mean

    @property
    def shares(self) -> Mapping[str, Rate | Estimate]:
        """The shares of the whole by label."""
        return self.whole.shares

    @property
    def accuracy(self) -> Mapping[str, float]:
        """How often the shipped model is right on texts it has not seen, by language of these texts."""
        from farled.texts.reading import accuracies

        known = accuracies()
        return {name: known[name]["accuracy"] for name in self.whole.languages if name in known}

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        groups = [{"value": value, **felt.to_dict()} for value, felt in self.groups.items()]
        quotes = [quote.to_dict() for quote in self.quotes]
        return {**self.whole.to_dict(), "groups": groups, "quotes": quotes, "model": self._model()}

    def figure(self) -> Figure:
        """Return the shares of positive, neutral and negative texts, of the whole and of each group."""
        felt = {Word(N_("all")): self.whole, **{"–" if v is None else str(v): each for v, each in self.groups.items()}}
        called = {
            "positive": N_("positive"),
            "neutral": N_("neutral"),
            "negative": N_("negative"),
            "unsure": N_("unsure"),
        }
        series = tuple(
            Series(Word(called.get(label, label)), tuple(each.shares[label] for each in felt.values()))
            for label in self.whole.shares
        )
        return Bars(Word(N_("What the texts say")), tuple(felt), series)

    def table(self) -> Table:
        """Return one row for the whole and one per group."""
        by = self.question.by
        grouped = () if by is None else (by,) if isinstance(by, str) else ("segment",)
        rows = []
        for value, felt in ((Word("all"), self.whole), *self.groups.items()):
            name = "–" if value is None else value if isinstance(value, str) else str(value)
            group = () if by is None else (name,)
            shares = (felt.shares[each] for each in LABELS)
            rows.append((*group, felt.mean, *shares, felt.n, Word("few") if felt.few else ""))
        headings = (*grouped, "mean", *LABELS, "customers", "few")
        return Table("Sentiment", headings, tuple(rows), None, self._note(), {"few": "customers"})

    def _model(self) -> dict[str, Any]:
        model = self.question.model
        if not isinstance(model, OwnModel):
            return {"kind": model, "accuracy": dict(self.accuracy)}
        numbers = {"pairs": model.pairs, "shipped_accuracy": model.shipped_accuracy}
        return {"kind": "own", "accuracy": model.accuracy, **numbers}

    def _note(self) -> str:
        model = self.question.model
        if not self.whole.n and not self.whole.other:
            return "Nobody has written there."
        if isinstance(model, OwnModel):
            said = [
                f"Learned from {model.pairs} scores with comments: right for {100 * model.accuracy:.0f} % of those "
                f"held out, the shipped models for {100 * model.shipped_accuracy:.0f} %."
            ]
        else:
            right = ", ".join(f"{name} {100 * share:.0f} %" for name, share in self.accuracy.items())
            said = [f"Labels are right for {right} of texts like those of the model card."] if right else []
            if model == NOTHING_LEARNED:
                said.append("The workspace's own scores and comments are too few, or taught nothing better.")
        if self.whole.other:
            said.append(f"{self.whole.other} texts are in other languages and not judged.")
        said += read_otherwise(self.whole.seem, self.question.texts_in)
        if any(felt.few for felt in (self.whole, *self.groups.values())):
            said.append(f"Few: under {FEW} texts.")
        said += [
            f"{quote.label}: “{quoted(quote.text)}” ({', '.join(quote.because)})" for quote in self._first_quotes()
        ]
        return "\n".join(said)

    def _first_quotes(self) -> list[Quote]:
        first = {quote.label: quote for quote in reversed(self.quotes)}
        return [first[label] for label in LABELS if label in first]


def _quotes(counts: Feelings, own: OwnModel | None) -> tuple[Quote, ...]:
    from farled.texts.reading import because

    return tuple(replace(quote, because=because(quote.text, quote.language, own)) for quote in counts.quotes)
