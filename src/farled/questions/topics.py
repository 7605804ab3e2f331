"""Topics: what customers write about."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from farled.engine.base import TableAnswer
from farled.errors import InputError
from farled.figures.bars import Bars, Series
from farled.figures.figure import Figure
from farled.figures.quantity import Word
from farled.figures.table import Table
from farled.journeys.index import Chunk
from farled.locale import N_
from farled.questions.members import members, number_in
from farled.questions.places import PERIODS, columns_of, groups_in, names_of, places_in, require_places
from farled.questions.written import EASY_TO_READ, checked_language, drawn, quoted, read_otherwise, seeming, written
from farled.spans import time_zone
from farled.stats.intervals import Estimate, Rate
from farled.stats.scores import FEWEST

MOST_TEXTS = 100_000
QUOTES = 3
SHOWN_WORDS = 6
MOST = 30


@dataclass(frozen=True, slots=True)
class Topics:
    """Ask what customers write about: groups of words, each with its share of the texts and some quotes.

    A customer's last text counts, in every group for itself. Topics are found in each language for itself, in at least
    fifty texts; a text speaks of the topic whose words it has most of. How many topics there are is the largest number
    at which two halves of the texts give nearly the same ones. Of more than 100,000 texts a sample of that size is
    read, always the same. Needs the extra ``text``.

    Args:
        at: Touchpoints that the texts speak of, phases of the map, or names of the texts' events; none: all.
        by: ``name`` (the touchpoint), ``phase``, ``day``, ``week``, ``month``, ``quarter`` or ``year``, a property of
            the text's event, or a list of segments.
        topics: How many in each language; None: as many as are stable.
        texts_in: Language of all texts: sv, nb, da or en; None: found out for each.
        time_zone: Where days begin; default: the workspace's.

    Raises:
        InputError: ``at`` is no name, or the number of topics or the language is not possible.
        NotFoundError: There is no such touchpoint or event.
        MissingExtraError: The extra ``text`` is not installed.

    Example:
        >>> from farled.engine.local import ask
        >>> from farled.journeys.build import journeys_of
        >>> said = ["Paketet kom sent, dålig leverans", "Returen tog tid och pengarna dröjde"] * 40
        >>> texts = {str(at): [("review", 0, {"text": text})] for at, text in enumerate(said)}
        >>> answer = ask(journeys_of(texts), Topics(topics=2, texts_in="sv"))
        >>> [str(topic.share) for topic in answer.topics]
        ['50.0 % [39.3, 60.7] of 80', '50.0 % [39.3, 60.7] of 80']

    Source:
        Lee and Seung (1999), Nature 401, 788-791 (the factorisation); number of topics: Greene, O'Callaghan and
        Cunningham (2014), ECML PKDD.
    """

    at: Any = field(default=(), metadata={"help": "Touchpoints, phases or event names; several by commas."})
    by: str | Sequence[str] | None = field(
        default=None, metadata={"help": "Group by name, phase, day to year, a property, or by segments."}
    )
    topics: int | None = field(
        default=None, metadata={"help": "How many in each language; default: as many as are stable."}
    )
    texts_in: str | None = field(
        default=None,
        metadata={"help": "Language of all texts; default: found out for each.", "choices": ("sv", "nb", "da", "en")},
    )
    time_zone: str | None = field(default=None, metadata={"help": "Where days begin; default: the workspace's."})

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", names_of(self.at))
        object.__setattr__(self, "by", self.by if self.by is None or isinstance(self.by, str) else tuple(self.by))
        if self.topics is not None and not 2 <= self.topics <= MOST:
            raise InputError(f"topics is {self.topics}.", f"Use 2 to {MOST}, or leave it out.")
        checked_language(self.texts_in)
        if self.time_zone is not None:
            time_zone(self.time_zone)

    def mentions(self) -> Iterable[str]:
        """Return nothing: ``at`` may name touchpoints and is checked in the answer."""
        return ()

    def columns(self) -> Iterable[str]:
        """Return the text, and what places and groups need."""
        return dict.fromkeys(["text", *columns_of(self.by)])

    def partial(self, chunk: Chunk) -> "TopicsPartial":
        """Take the texts of a chunk that count; of very many a sample."""
        texts = written(chunk, self.at)
        whole = set(texts.last(np.ones(len(texts.place), dtype=np.bool_)).tolist())
        group: dict[int, Any] = {}
        for value, rows in groups_in(chunk, texts.place, self.by, self.time_zone):
            group.update(dict.fromkeys(texts.last(rows).tolist(), (value,)))
        kept = []
        for row in sorted(whole | set(group)):
            text, value = texts.texts[texts.code[row]], group.get(row)
            key = drawn(text, int(chunk.time[texts.place[row]]), repr(value), row in whole)
            kept.append(Kept(key, text, row in whole, value))
        groups = Counter(value for (value,) in group.values())
        return TopicsPartial(_fewer(kept), len(whole), dict(groups), places_in(chunk, texts.place), chunk.names)

    def answer(self, total: "TopicsPartial") -> "TopicsAnswer":
        """Find the topics and count the texts of each.

        Raises:
            NotFoundError: ``at`` is neither an event name nor a place that texts speak of.
            MissingExtraError: The extra ``text`` is not installed.
        """
        from farled.texts.cleaning import cleaned
        from farled.texts.language import languages_of
        from farled.texts.lexicon import LANGUAGES
        from farled.texts.topics import found_topics, require_topics

        require_places(self.at, total.places, total.names)
        require_topics()
        kept = sorted(total.kept, key=_order_of)
        languages = languages_of([cleaned(each.text) for each in kept], self.texts_in)
        values = sorted(total.groups, key=lambda value: self._order(value, total))
        groups: dict[Any, list[Rate | Estimate]] = {value: [] for value in values}
        spoken, topics = [], []
        for language in LANGUAGES:
            texts = [each for each, found in zip(kept, languages, strict=True) if found == language]
            if not texts:
                continue
            found = found_topics([each.text for each in texts if each.is_whole], language, self.topics)
            counted = _Counted.of(texts, language, [topic.weights for topic in found.topics])
            n = sum(each.is_whole for each in texts)
            rest = Estimate.unknown(found.reason, n) if found.reason else _rate(counted.whole[-1], n)
            spoken.append(Spoken(language, n, found.reason, found.stability, rest))
            for at in sorted(range(len(found.topics)), key=lambda at: (-counted.whole[at], at)):
                topic, share = found.topics[at], _rate(counted.whole[at], n)
                topics.append(FoundTopic(language, topic.words, topic.weights, share, counted.quotes(at)))
                for value, shares in groups.items():
                    there = counted.groups.get(value, Counter())
                    shares.append(_rate(there[at], sum(there.values())))
        whole = tuple((found, each.text) for each, found in zip(kept, languages, strict=True) if each.is_whole)
        seem = Counter(filter(None, seeming([text for _, text in whole], self.texts_in)))
        return TopicsAnswer(self, tuple(topics), tuple(spoken), total.n, groups, whole, dict(seem))

    def regrouped(self, answer: "TopicsAnswer", groups: Mapping[str, "TopicsAnswer"]) -> "TopicsAnswer":
        """Return the answer with the shares of the same topics in groups that were asked for themselves."""
        shares = {name: _shares_of(answer.topics, group.texts) for name, group in groups.items()}
        return replace(answer, question=self, groups=shares)

    def behind(self, chunk: Chunk, part: str, answer: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
        """Return the customers behind ``/topics/0/share``."""
        from farled.texts.cleaning import cleaned
        from farled.texts.language import languages_of

        place, _ = number_in(part, "topics", len(answer["topics"]), ("share",))
        wanted = answer["topics"][place]
        alike = [topic for topic in answer["topics"] if topic["language"] == wanted["language"]]
        texts = written(chunk, self.at)
        last = texts.last(np.ones(len(texts.place), dtype=np.bool_))
        languages = languages_of([cleaned(text) for text in texts.texts], self.texts_in)
        own = [text for text, found in zip(texts.texts, languages, strict=True) if found == wanted["language"]]
        spoken = _speaking(own, wanted["language"], [topic["weights"] for topic in alike])
        speaks = np.array(
            [text in spoken and alike[spoken[text][0]] is wanted and spoken[text][0] >= 0 for text in texts.texts],
            dtype=np.bool_,
        )
        return members(chunk, texts.customer[last[speaks[texts.code[last]]]])

    def _order(self, value: Any, total: "TopicsPartial") -> tuple[Any, ...]:
        return (str(value),) if self.by in PERIODS else (value is None, -total.groups.get(value, 0), str(value))


class Kept(NamedTuple):
    """A text that is read: in the order of ``key``, which looks drawn."""

    key: int
    text: str
    is_whole: bool
    group: tuple[Any] | None


@dataclass(frozen=True, slots=True, eq=False)
class TopicsPartial:
    """Texts that add up; of more than 100,000 those with the smallest keys, a sample that no order changes.

    Attributes:
        kept: The texts that are read.
        n: Customers with a text.
        groups: The same per value of ``by``.
        places: Touchpoints and phases that texts speak of.
        names: The event names.
    """

    kept: tuple[Kept, ...]
    n: int
    groups: Mapping[Any, int]
    places: frozenset[str]
    names: tuple[str, ...]

    def __add__(self, other: "TopicsPartial") -> "TopicsPartial":
        groups = Counter(self.groups)
        groups.update(other.groups)
        kept = _fewer([*self.kept, *other.kept])
        return TopicsPartial(kept, self.n + other.n, dict(groups), self.places | other.places, self.names)


@dataclass(frozen=True, slots=True)
class FoundTopic:
    """A topic of a language.

    Attributes:
        language: Of its texts.
        words: The heaviest first, as they are mostly written.
        weights: Of their stems.
        share: Of the texts of the language; None below five.
        quotes: Texts that have most of its words.
    """

    language: str
    words: tuple[str, ...]
    weights: Mapping[str, float]
    share: Rate | Estimate
    quotes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        numbers = {"share": self.share.to_dict(), "quotes": list(self.quotes), "weights": dict(self.weights)}
        return {"language": self.language, "words": list(self.words), **numbers}


@dataclass(frozen=True, slots=True)
class Spoken:
    """What came of the texts of a language.

    Attributes:
        language: Which.
        n: Customers whose last text is in it.
        reason: Why there are no topics: ``too_few`` or ``no_clear_topics``; else None.
        stability: How alike the topics of two halves of the texts are, 0 to 1; None where not measured.
        rest: Share of the texts that speak of no topic.
    """

    language: str
    n: int
    reason: str | None
    stability: float | None
    rest: Rate | Estimate

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        numbers = {"reason": self.reason, "stability": self.stability, "rest": self.rest.to_dict()}
        return {"language": self.language, "n": self.n, **numbers}


@dataclass(frozen=True, slots=True)
class TopicsAnswer(TableAnswer):
    """What customers write about.

    Attributes:
        question: What was asked.
        topics: Of all languages, each language's most frequent first.
        languages: What came of each language.
        n: Customers with a text.
        groups: Per value of ``by`` the share of each topic among the group's texts of that language.
        texts: Those read, each with its language; fewer than ``n`` are a sample.
        seem: With ``texts_in``, how many of those read seem to be in which other language.
    """

    question: Topics
    topics: tuple[FoundTopic, ...]
    languages: tuple[Spoken, ...]
    n: int
    groups: Mapping[Any, Sequence[Rate | Estimate]]
    texts: tuple[tuple[str, str], ...] = field(repr=False)
    seem: Mapping[str, int]

    @property
    def read(self) -> int:
        """How many texts were read."""
        return len(self.texts)

    @property
    def other(self) -> int:
        """How many of the texts read are in other languages."""
        return self.read - sum(spoken.n for spoken in self.languages)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        groups = [
            {"value": value, "shares": [share.to_dict() for share in shares]} for value, shares in self.groups.items()
        ]
        return {
            "topics": [topic.to_dict() for topic in self.topics],
            "languages": [spoken.to_dict() for spoken in self.languages],
            "n": self.n,
            "read": self.read,
            "other": self.other,
            "seem": dict(self.seem),
            "groups": groups,
        }

    def figure(self) -> Figure:
        """Return the share of the texts of its language that speak of each topic."""
        several = len({topic.language for topic in self.topics}) > 1
        words = [", ".join(topic.words[:SHOWN_WORDS]) for topic in self.topics]
        names = tuple(
            f"{said} ({topic.language})" if several else said for said, topic in zip(words, self.topics, strict=True)
        )
        series = Series("", tuple(topic.share for topic in self.topics))
        return Bars(Word(N_("What customers write about")), names, (series,))

    def table(self) -> Table:
        """Return one row per topic, with a column per group."""
        names = ["–" if value is None else str(value) for value in self.groups]
        rows = [
            (
                topic.language,
                ", ".join(topic.words[:SHOWN_WORDS]),
                topic.share,
                *(shares[at] for shares in self.groups.values()),
                topic.quotes[0] if topic.quotes else "",
            )
            for at, topic in enumerate(self.topics)
        ]
        return Table("Topics", ("language", "words", "share", *names, "quote"), tuple(rows), None, self._note())

    def _note(self) -> str:
        said = [f"{self.n} customers have written."]
        if self.read < self.n:
            said.append(f"A sample of {self.read} texts was read.")
        few = [f"{each.n} in {each.language}" for each in self.languages if each.reason == "too_few"]
        unclear = [each.language for each in self.languages if each.reason == "no_clear_topics"]
        said += [f"Too few texts for topics: {', '.join(few)}."] if few else []
        said += [f"No clear topics in {', '.join(unclear)}."] if unclear else []
        said += [f"{self.other} texts are in other languages."] if self.other else []
        return " ".join([*said, *read_otherwise(self.seem, self.question.texts_in)])


@dataclass(frozen=True, slots=True)
class _Counted:
    """How many texts of a language speak of each topic; -1 is of none."""

    whole: Counter[int]
    groups: Mapping[Any, Counter[int]]
    texts: Mapping[int, Sequence[tuple[float, str]]]

    @classmethod
    def of(cls, kept: Sequence[Kept], language: str, topics: Sequence[Mapping[str, float]]) -> "_Counted":
        spoken = _speaking([each.text for each in kept], language, topics)
        whole: Counter[int] = Counter()
        groups: dict[Any, Counter[int]] = {}
        texts: dict[int, list[tuple[float, str]]] = {}
        for each in kept:
            at, _ = spoken[each.text]
            whole[at] += each.is_whole
            if each.group is not None:
                groups.setdefault(each.group[0], Counter())[at] += 1
        for text, (at, weight) in spoken.items():
            texts.setdefault(at, []).append((-weight, text))
        return cls(whole, groups, texts)

    def quotes(self, topic: int) -> tuple[str, ...]:
        """Return texts that have most of the topic's words, those of a good length first; none of under five texts."""
        if self.whole[topic] < FEWEST:
            return ()
        ordered = sorted(self.texts[topic], key=lambda item: (len(item[1]) not in EASY_TO_READ, item))
        return tuple(quoted(text) for _, text in ordered[:QUOTES])


def _rate(part: int, n: int) -> Rate | Estimate:
    return Rate(part, n) if n >= FEWEST else Estimate.unknown("too_few" if n else "nobody", n)


def _speaking(
    texts: Iterable[str], language: str, topics: Sequence[Mapping[str, float]]
) -> dict[str, tuple[int, float]]:
    """Return for each different text its topic, -1 for none, and the weight of the topic's words that it has."""
    from farled.texts.topics import stems, topic_of

    spoken = {}
    for text in dict.fromkeys(texts):
        found = [stem for stem, _ in stems(text, language)] if topics else []
        at = topic_of(found, topics)
        spoken[text] = at, round(sum(topics[at].get(stem, 0.0) for stem in set(found)), 4) if at >= 0 else 0.0
    return spoken


def _order_of(kept: Kept) -> tuple[int, str, bool]:
    return kept.key, kept.text, kept.is_whole


def _fewer(kept: Sequence[Kept]) -> tuple[Kept, ...]:
    """Return the texts, of too many those with the smallest keys."""
    return tuple(kept) if len(kept) <= MOST_TEXTS else tuple(sorted(kept, key=_order_of)[:MOST_TEXTS])


def _shares_of(topics: Sequence[FoundTopic], texts: Sequence[tuple[str, str]]) -> list[Rate | Estimate]:
    """Return the shares of topics among texts, each of those in the topic's language."""
    shares: list[Rate | Estimate] = []
    for language in dict.fromkeys(topic.language for topic in topics):
        own = [text for found, text in texts if found == language]
        alike = [topic.weights for topic in topics if topic.language == language]
        spoken = _speaking(own, language, alike)
        counts = Counter(spoken[text][0] for text in own)
        shares += [_rate(counts[at], len(own)) for at in range(len(alike))]
    return shares
