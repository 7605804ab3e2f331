"""What customers of the demo shop write: sentences with slots, in the customer's language and mood."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from ruamel.yaml import YAML

from farled.demo.branches import TOPICS
from farled.demo.chain import CODE, weights
from farled.demo.customers import LANGUAGES, Customers
from farled.demo.scores import SCALES
from farled.demo.walk import Visits

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TOPIC_NAMES = (
    "delivery_time",
    "shipping_cost",
    "mobile_payment",
    "returns",
    "store_advice",
    "quality",
    "reply_time",
    "general",
)
MOODS = ("negative", "neutral", "positive")

_WRITES = {"stars_ok": 0.85, "stars_late": 0.9, "csat_late": 0.6, "csat_slow": 0.6, "ces_fail": 0.6, "feedback": 1.0}
_WRITES_ELSE = 0.55
_SECOND = 0.25
_BOUNDS = {"csat": (2, 3), "stars": (2, 3), "ces": (3, 4), "nps": (6, 8)}


@cache
def phrases() -> Mapping[str, Any]:
    """Return the sentences by language, topic and mood, with the words for the slots."""
    text = files("farled.demo").joinpath("phrases.yaml").read_text(encoding="utf-8")
    return dict(YAML(typ="safe", pure=True).load(text))


@cache
def sentences(language: str, topic: str, mood: str) -> tuple[str, ...]:
    """Return all sentences with their slots filled in every way, capital first.

    >>> sentences("en", "shipping_cost", "neutral")
    ('Shipping costs about the same as in other shops.',)
    """
    words = phrases()[language]
    found = []
    for sentence in words[topic][mood]:
        slots = {"item": words["items"], "city": words["cities"], "days": range(3, 10)}
        asked = [name for name in slots if f"{{{name}}}" in sentence]
        for values in product(*(slots[name] for name in asked)):
            filled = sentence.format(**dict(zip(asked, values, strict=True)))
            found.append(filled[0].upper() + filled[1:])
    return tuple(found)


def texts(visits: Visits, score: Floats, customers: Customers, rng: np.random.Generator) -> pa.Array:
    """Draw the text of each visit; null for those without.

    Args:
        visits: What happened.
        score: Of each visit; NaN for those without.
        customers: All customers.
        rng: Where chance comes from.
    """
    asks = np.zeros(len(CODE), dtype=bool)
    asks[[CODE[state] for state in TOPICS]] = True
    writes = np.full(len(CODE), _WRITES_ELSE)
    for state, share in _WRITES.items():
        writes[CODE[state]] = share
    rows = np.flatnonzero(asks[visits.state])
    rows = rows[rng.random(len(rows)) < writes[visits.state[rows]]]
    at, who = visits.state[rows], visits.customer[rows]
    mood = _moods(at, score[rows], rng)
    topic = _topics(at, rng)
    language = customers.language[who]
    first = _sentences(language, topic, mood, rng)
    second = _sentences(language, np.full(len(rows), TOPIC_NAMES.index("general")), mood, rng)
    more = (rng.random(len(rows)) < _SECOND) & (first != second)
    written = np.where(more, first + " " + second, first)
    column = np.full(len(visits.state), None, dtype=object)
    column[rows] = written
    return pa.array(column, pa.string())


def _moods(state: Ints, score: Floats, rng: np.random.Generator) -> Ints:
    """Return the position in `MOODS`; who gives no score mostly complains."""
    low, high = (np.full(len(CODE), value, dtype=float) for value in (0, 0))
    for name, (scale, _) in SCALES.items():
        low[CODE[name]], high[CODE[name]] = _BOUNDS[scale]
    scored = np.where(score <= low[state], 0, np.where(score <= high[state], 1, 2))
    return np.where(np.isnan(score), (rng.random(len(state)) > 0.75).astype(np.int64), scored)


def _topics(state: Ints, rng: np.random.Generator) -> Ints:
    shares = np.zeros((len(CODE), len(TOPIC_NAMES)))
    for name, row in TOPICS.items():
        for topic, weight in weights(row).items():
            shares[CODE[name], TOPIC_NAMES.index(topic)] = weight
    reached = shares.cumsum(axis=1)[state]
    return np.asarray((rng.random((len(state), 1)) * reached[:, -1:] >= reached).sum(axis=1))


def _sentences(language: Ints, topic: Ints, mood: Ints, rng: np.random.Generator) -> npt.NDArray[np.object_]:
    """Draw one sentence for each row."""
    chance = rng.random(len(language))
    group = (language * len(TOPIC_NAMES) + topic) * len(MOODS) + mood
    result = np.empty(len(language), dtype=object)
    for code in np.unique(group):
        here = np.flatnonzero(group == code)
        rest, mood_code = divmod(int(code), len(MOODS))
        language_code, topic_code = divmod(rest, len(TOPIC_NAMES))
        known = sentences(LANGUAGES[language_code], TOPIC_NAMES[topic_code], MOODS[mood_code])
        result[here] = np.array(known, dtype=object)[(chance[here] * len(known)).astype(int)]
    return result
