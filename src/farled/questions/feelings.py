"""What the texts of some customers say: counts that add up, and the shares, mean and quotes made of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

from farled.questions.written import quoted
from farled.stats.intervals import Estimate, Rate
from farled.stats.scores import FEW, FEWEST

LABELS = ("negative", "neutral", "positive", "unsure")
QUOTES = 3
EXACT = 1_000_000  # feelings are added up as whole millionths, so that the order does not matter


@dataclass(frozen=True, slots=True)
class Quote:
    """A text that shows a label.

    Attributes:
        label: Of the text.
        language: Of the text.
        text: As the customer wrote it; addresses and long numbers are hidden in the answer.
        order: Which of several is shown first.
        because: The words that led to the label.
    """

    label: str
    language: str
    text: str
    order: tuple[bool, float, str]
    because: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        shown = quoted(self.text)
        return {"label": self.label, "language": self.language, "text": shown, "because": list(self.because)}


@dataclass(frozen=True, slots=True)
class Feelings:
    """Counts of texts that add up.

    Attributes:
        labels: How many of each of ``LABELS``.
        other: How many in a language that is not judged.
        total: Sum of the feelings, in millionths.
        squares: Sum of their squares.
        languages: How many of each language.
        seem: How many of those read in a language that was said seem to be in which other one.
        quotes: The clearest of each label.
    """

    labels: tuple[int, ...] = (0, 0, 0, 0)
    other: int = 0
    total: int = 0
    squares: int = 0
    languages: Mapping[str, int] = field(default_factory=dict)
    seem: Mapping[str, int] = field(default_factory=dict)
    quotes: tuple[Quote, ...] = ()

    @property
    def judged(self) -> int:
        """How many texts have a label or are unsure."""
        return sum(self.labels)

    def __add__(self, other: "Feelings") -> "Feelings":
        labels = tuple(own + more for own, more in zip(self.labels, other.labels, strict=True))
        return Feelings(
            labels,
            self.other + other.other,
            self.total + other.total,
            self.squares + other.squares,
            _added(self.languages, other.languages),
            _added(self.seem, other.seem),
            best_quotes([*self.quotes, *other.quotes]),
        )

    def mean(self) -> Estimate:
        """Return the mean feeling, -1 to +1, with the t interval."""
        n = self.judged
        if n < FEWEST:
            return Estimate.unknown("too_few" if n else "nobody", n)
        from scipy.special import stdtrit

        mean = self.total / n / EXACT
        spread = max(self.squares - self.total * self.total / n, 0) / (n - 1)
        half = float(stdtrit(n - 1, 0.975)) * sqrt(spread / n) / EXACT
        return Estimate(mean, max(-1.0, mean - half), min(1.0, mean + half), n, method="t")


@dataclass(frozen=True, slots=True)
class Felt:
    """What a group of customers feels.

    Attributes:
        n: Customers whose last text is judged.
        other: Customers whose last text is in a language that is not judged.
        mean: From -1 to +1; None below five texts.
        shares: Of negative, neutral, positive and unsure texts; None below five.
        languages: Texts by language.
        seem: Those of them that were read in the language said and seem to be in another, by that one.
    """

    n: int
    other: int
    mean: Estimate
    shares: Mapping[str, Rate | Estimate]
    languages: Mapping[str, int]
    seem: Mapping[str, int]

    @classmethod
    def of(cls, counts: Feelings) -> "Felt":
        """Turn counts into shares."""
        n = counts.judged
        shares: dict[str, Rate | Estimate] = {
            name: Rate(part, n) if n >= FEWEST else Estimate.unknown("too_few" if n else "nobody", n)
            for name, part in zip(LABELS, counts.labels, strict=True)
        }
        languages, seem = (
            {} if n + counts.other < FEWEST else dict(sorted(each.items(), key=_most_first))
            for each in (counts.languages, counts.seem)
        )
        return cls(n, counts.other, counts.mean(), shares, languages, seem)

    @property
    def few(self) -> bool:
        """Whether the numbers rest on fewer than thirty texts."""
        return FEWEST <= self.n < FEW

    @property
    def feeling(self) -> Estimate:
        """The mean on the scale of feelings, -2 to +2."""
        value, low, high = (
            None if each is None else 2 * each for each in (self.mean.value, self.mean.low, self.mean.high)
        )
        return Estimate(value, low, high, self.mean.n, self.mean.reason, self.mean.method)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        shares = {name: share.to_dict() for name, share in self.shares.items()}
        numbers = {"mean": self.mean.to_dict(), "feeling": self.feeling.to_dict()}
        return {
            "n": self.n,
            "other": self.other,
            "few": self.few,
            **numbers,
            **shares,
            "languages": dict(self.languages),
            "seem": dict(self.seem),
        }


def best_quotes(quotes: Iterable[Quote]) -> tuple[Quote, ...]:
    """Return the first quotes of each label, each text once."""
    ordered = sorted({quote.text: quote for quote in quotes}.values(), key=lambda quote: quote.order)
    return tuple(quote for label in LABELS for quote in [each for each in ordered if each.label == label][:QUOTES])


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in sorted({*one, *other})}


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]
