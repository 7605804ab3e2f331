"""Texts of customers as answers: the feeling that each tells, and what it names."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from farled.journeys.answers import scored
from farled.journeys.index import Chunk, Column, Floats
from farled.maps.belonging import belonging
from farled.maps.measuring.facts import Facts, Ints, Places
from farled.maps.model import MapFile
from farled.maps.recode import Mapped, Mask
from farled.texts.reading import accuracies, read

OF_TEXTS = frozenset({"sentiment", "topic"})


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """One row per text, in the order of customers and time.

    Attributes:
        journey: In which it stands.
        customer: Who wrote it.
        time: When, microseconds.
        sentiment: From -1 to +1; NaN in a language that is not judged.
        feeling: From -2 to +2: of the score given with the text, else of the text; NaN where neither is known.
        has_score: Whether a score was given with it.
        touchpoint: That it speaks of, -1: the journey as a whole.
        is_named: Whether the answer itself names the touchpoint.
        position: Among all events.
        code: Position in ``texts``.
        texts: The different texts.
        language: Of each different text.
    """

    journey: Ints
    customer: Ints
    time: Ints
    sentiment: Floats
    feeling: Floats
    has_score: Mask
    touchpoint: Places
    is_named: Mask
    position: Ints
    code: Ints
    texts: tuple[str, ...]
    language: tuple[str, ...]

    def accuracy(self, rows: Ints) -> Mapping[str, float]:
        """Return how often the model is right on texts it has not seen, by language of rows."""
        spoken = {self.language[at] for at in np.unique(self.code[rows]).tolist()}
        return {name: found["accuracy"] for name, found in sorted(accuracies().items()) if name in spoken}


def needs_texts(map_: MapFile) -> bool:
    """Return whether a map measures what customers write."""
    return "text" in map_.map.feeling.from_ or any(metric.kind in OF_TEXTS for metric in map_.metrics.values())


def texts_of(facts: Facts) -> Texts:
    """Return the texts that a map needs, each different one read once; none if it needs none."""
    parts = facts.each(partial(_of_part, facts))
    values = tuple(dict.fromkeys(text for found in parts for text in found[-1]))
    place = {text: at for at, text in enumerate(values)}
    said = read(values)
    arrays = [np.concatenate(column) for column in zip(*(found[:-1] for found in parts), strict=True)]
    journey, time, scored_feeling, touchpoint, is_named, position = arrays
    code = np.array([place[text] for found in parts for text in found[-1]], dtype=np.int64)
    sentiment = said.feeling[code]
    has_score = ~np.isnan(scored_feeling)
    feeling = np.where(has_score, scored_feeling, 2 * sentiment)
    customer = facts.customer[journey]
    return Texts(
        journey, customer, time, sentiment, feeling, has_score, touchpoint, is_named, position, code, values,
        said.language,
    )  # fmt: skip


def _of_part(facts: Facts, number: int, part: Mapped) -> tuple[npt.NDArray[np.generic] | list[str], ...]:
    chunk = part.chunk
    column = chunk.columns.get("text")
    if not needs_texts(facts.map) or not isinstance(column, Column):
        place, texts = np.empty(0, dtype=np.int64), []
    else:
        filled = np.array([bool(str(value).strip()) for value in column.values] + [False])
        place = np.flatnonzero(filled[column.code])
        texts = [str(column.values[code]) for code in column.code[place].tolist()]
    feeling = _of_scores(chunk)[place] if len(place) else np.empty(0)
    touchpoint, is_named = belonging(facts.map, part, place)
    first = facts.first_event[number]
    journey = facts.journeys_at(number, place)
    return journey, chunk.time[place], feeling, touchpoint, is_named, place + first, texts


def _of_scores(chunk: Chunk) -> Floats:
    """Return the feeling of each event's score, from -2 to +2; NaN where it has none."""
    answers = scored(chunk)
    answers = answers.only(answers.is_on_scale)
    feeling = np.full(len(chunk.time), np.nan)
    feeling[answers.place] = 4 * (answers.score - answers.low) / (answers.high - answers.low) - 2
    return feeling
