"""Scores with comments: what a workspace can learn the feeling of words from. Asked by the workspace, not by people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from farled.errors import NotFoundError
from farled.figures.table import Cell, Table
from farled.journeys.answers import scored
from farled.journeys.index import Chunk
from farled.questions.written import drawn, written
from farled.texts.own import OwnModel

MOST_PAIRS = 6_000
EDGE = 0.5


class Pair(NamedTuple):
    """A comment and what its score says: 0 negative, 1 neutral, 2 positive. In the order of ``key``."""

    key: int
    text: str
    label: int


@dataclass(frozen=True, slots=True)
class Pairs:
    """Ask for comments that came with a score; feelings below -0.5 are negative, above 0.5 positive (-2 to +2)."""

    def mentions(self) -> Iterable[str]:
        """Return nothing."""
        return ()

    def columns(self) -> Iterable[str]:
        """Return what makes a pair."""
        return ("text", "score", "scale")

    def partial(self, chunk: Chunk) -> "PairsPartial":
        """Take the pairs of a chunk; of very many a sample."""
        texts, answers = written(chunk, ()), scored(chunk)
        answers = answers.only(answers.is_on_scale)
        feeling = np.full(len(chunk.time), np.nan)
        feeling[answers.place] = 4 * (answers.score - answers.low) / (answers.high - answers.low) - 2
        felt = feeling[texts.place]
        label = 1 + (felt >= EDGE).astype(int) - (felt <= -EDGE)
        rows = np.flatnonzero(~np.isnan(felt)).tolist()
        pairs = [(texts.texts[texts.code[row]], int(label[row])) for row in rows]
        return PairsPartial(_fewer({Pair(drawn(text), text, kind) for text, kind in pairs}))

    def answer(self, total: "PairsPartial") -> "PairsAnswer":
        """Learn from the pairs; a text with two labels teaches nothing."""
        from farled.texts.cleaning import cleaned
        from farled.texts.own import learned
        from farled.texts.reading import read

        labels: dict[str, set[int]] = {}
        for pair in total.pairs:
            labels.setdefault(pair.text, set()).add(pair.label)
        clear = {text: min(found) for text, found in labels.items() if len(found) == 1}
        said = read(list(clear))
        rows = np.flatnonzero(said.label >= 0)
        texts = [cleaned(text) for text in clear]
        model = learned(
            [texts[at] for at in rows.tolist()],
            [said.language[at] for at in rows.tolist()],
            said.chance[rows],
            np.array(list(clear.values()), dtype=np.int64)[rows],
        )
        return PairsAnswer(len(rows), model)

    def behind(self, chunk: Chunk, part: str, answer: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
        """Nobody stands behind what was learned."""
        raise NotFoundError.named("number with customers behind it", part, [])


@dataclass(frozen=True, slots=True, eq=False)
class PairsPartial:
    """Different pairs that add up; of more than 6,000 those with the smallest keys."""

    pairs: tuple[Pair, ...]

    def __add__(self, other: "PairsPartial") -> "PairsPartial":
        return PairsPartial(_fewer({*self.pairs, *other.pairs}))


@dataclass(frozen=True, slots=True)
class PairsAnswer:
    """What was learned.

    Attributes:
        pairs: How many different comments with one label there are.
        model: None where they are too few, or the shipped models do as well on those held out.
    """

    pairs: int
    model: OwnModel | None

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {"pairs": self.pairs, "model": self.model.to_plain() if self.model else None}

    def table(self) -> Table:
        """Return the words learned."""
        words = self.model.words if self.model else {}
        rows: tuple[tuple[Cell, ...], ...] = tuple((word, *weights) for word, weights in words.items())
        return Table("Learned", ("word", "negative", "neutral", "positive"), rows)


def _fewer(pairs: set[Pair]) -> tuple[Pair, ...]:
    return tuple(sorted(pairs)[:MOST_PAIRS])
