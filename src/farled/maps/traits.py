"""What the events alone say of an event name: its place in journeys, and how it stands to the goal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from farled.journeys.distinct import distinct
from farled.journeys.index import Chunk, Column, Journeys
from farled.journeys.measure_kernels import next_ends
from farled.journeys.truth import customer_offsets
from farled.maps.measuring.facts import with_columns
from farled.maps.recode import cut
from farled.spans import DAY, MINUTE

GOAL_WORDS = (
    "order_completed", "purchase", "order", "checkout_completed", "bought", "buy", "kop", "köp", "kjop", "kjøp", "kob",
    "køb", "bestallning", "beställning", "bestilling", "booking", "contract", "subscribe", "subscription", "signup",
    "sign_up", "registration", "register", "lead",
)  # fmt: skip
SILENCE = 60 * DAY
BESIDE = 10 * MINUTE
MOSTLY = 0.4
SAME_PEOPLE = 0.01
MOST_NAMES = 300


@dataclass(frozen=True, slots=True)
class Trait:
    """What is known of an event name.

    Attributes:
        name: Of the event.
        customers: Who has it.
        share: Of all customers.
        place: Mean relative place in its journeys, 0 first to 1 last.
        channel: The most frequent one, ``None`` where the events are spread over many.
        scale: The most frequent scale of its scores; ``None``: no feedback.
        money: Share of its events that carry a value.
        leads_on: Share of its events with the goal later in the same customer.
        after_goal: Share of its events of customers who have reached the goal before.
        lag: Mean days since that goal.
        beside_goal: Share of its events within ten minutes after a goal of the same customer.
        group: Names with customers in common, directly or through others, have the same one.
    """

    name: str
    customers: int
    share: float
    place: float
    channel: str | None
    scale: str | None
    money: float
    leads_on: float = 0.0
    after_goal: float = 0.0
    lag: float = 0.0
    beside_goal: float = 0.0
    group: int = 0


def traits_of(journeys: Journeys) -> list[Trait]:
    """Return the traits of the event names that most customers have, by name."""
    chunks = with_columns(journeys, ("channel", "value", "score", "scale"))
    common = sorted(_plain_traits(chunks), key=lambda trait: (-trait.customers, trait.name))[:MOST_NAMES]
    groups = _groups(chunks, [trait.name for trait in common])
    found = [replace(trait, group=groups[trait.name]) for trait in sorted(common, key=lambda trait: trait.name)]
    goal = goal_of(found)
    return [_seen_from_goal(trait, goal, chunks) for trait in found]


def goal_of(traits: Sequence[Trait]) -> Trait:
    """Return the trait of the likely goal: by its name, else by the money it carries, else the last in journeys."""
    spoken = {trait.name.lower(): trait for trait in reversed(traits) if not trait.scale}
    for word in GOAL_WORDS:
        exact = spoken.get(word)
        within = [spoken[name] for name in sorted(spoken) if word in name.replace("-", "_").split("_")]
        if exact or (within and len(word) > 3):
            return exact or within[0]
    return max(traits, key=lambda trait: (not trait.scale, round(trait.money, 2), trait.place, trait.name))


def _plain_traits(chunks: Sequence[Chunk]) -> list[Trait]:
    n = len(chunks[0].names)
    parts = [_counts(chunk, n) for chunk in chunks]
    events, places, customers, money = (np.sum([part[at] for part in parts], axis=0) for at in range(4))
    channels, scales = (_most(chunks, column, n) for column in ("channel", "scale"))
    total = sum(chunk.customers for chunk in chunks)
    return [
        Trait(
            name=name,
            customers=int(customers[at]),
            share=float(customers[at]) / total,
            place=float(places[at] / events[at]),
            channel=channels[at],
            scale=scales[at],
            money=float(money[at] / events[at]),
        )
        for at, name in enumerate(chunks[0].names)
        if events[at]
    ]


Floats = npt.NDArray[np.float64]


def _counts(chunk: Chunk, n: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return per name: events, sum of relative places, customers, events with a value."""
    offsets = cut(chunk, SILENCE).offsets
    length = np.diff(offsets)
    at = np.arange(len(chunk.time)) - np.repeat(offsets[:-1], length)
    place = np.where(np.repeat(length, length) > 1, at / np.maximum(np.repeat(length, length) - 1, 1), 0.5)
    whose = customer_offsets(chunk)
    customer = np.repeat(np.arange(len(whose) - 1), np.diff(whose))
    pairs = distinct(customer * n + chunk.name)
    value = chunk.columns.get("value")
    has = ~np.isnan(value) if isinstance(value, np.ndarray) else np.zeros(len(chunk.time), dtype=np.bool_)
    code = chunk.name.astype(np.int64)
    counted = (
        np.bincount(code, minlength=n),
        np.bincount(code, place, minlength=n),
        np.bincount(pairs % n, minlength=n),
        np.bincount(code, has, minlength=n),
    )
    events, places, customers, money = (found.astype(np.float64) for found in counted)
    return events, places, customers, money


def _most(chunks: Sequence[Chunk], name: str, n: int) -> list[str | None]:
    """Return the most frequent value of a column for each event name; ``None`` where too few events have it."""
    column = chunks[0].columns.get(name)
    if not isinstance(column, Column) or not column.values:
        return [None] * n
    total = np.zeros((n, len(column.values) + 1), dtype=np.int64)
    for chunk in chunks:
        found = chunk.columns[name]
        if isinstance(found, Column):
            pair = chunk.name.astype(np.int64) * total.shape[1] + found.code + 1
            total += np.bincount(pair, minlength=total.size).reshape(total.shape)
    best, events = total.argmax(axis=1), total.sum(axis=1)
    is_usual = total.max(axis=1) >= MOSTLY * events
    return [str(column.values[at - 1]) if at and usual else None for at, usual in zip(best, is_usual, strict=True)]


def _groups(chunks: Sequence[Chunk], names: Sequence[str]) -> dict[str, int]:
    """Return the group of each name: two names belong together that share one in a hundred of the rarer's customers."""
    n = len(names)
    place = np.full(len(chunks[0].names), -1, dtype=np.int64)
    place[chunks[0].codes(names)] = np.arange(n)
    shared = csr_array((n, n), dtype=np.int64)
    for chunk in chunks:
        whose, at = customer_offsets(chunk), place[chunk.name]
        customer = np.repeat(np.arange(len(whose) - 1), np.diff(whose))
        met = distinct(customer[at >= 0] * n + at[at >= 0])
        has = csr_array((np.ones(len(met), dtype=np.int64), (met // n, met % n)), shape=(len(whose) - 1, n))
        shared = shared + has.T @ has
    pairs, customers = shared.tocoo(), shared.diagonal()
    rarer = np.minimum(customers[pairs.row], customers[pairs.col])
    together = pairs.data >= np.maximum(SAME_PEOPLE * rarer, 1)
    linked = csr_array((together[together], (pairs.row[together], pairs.col[together])), shape=(n, n))
    _, group = connected_components(linked, directed=False)
    return {name: int(found) for name, found in zip(names, group, strict=True)}


def _seen_from_goal(trait: Trait, goal: Trait, chunks: Sequence[Chunk]) -> Trait:
    events = leads = after = beside = 0
    lag = 0.0
    for chunk in chunks:
        own, aim = (chunk.name == int(chunk.codes([name])[0]) for name in (trait.name, goal.name))
        offsets = customer_offsets(chunk)
        places, following = next_ends(offsets, own, aim)
        first = _first_goal(offsets, aim)[np.searchsorted(offsets, places, side="right") - 1]
        later = (first >= 0) & (places > first)
        events, leads, after = events + len(places), leads + int((following >= 0).sum()), after + int(later.sum())
        beside += int((_since_goal(chunk, aim, places)[later] <= BESIDE).sum())
        lag += float((chunk.time[places[later]] - chunk.time[first[later]]).sum()) / DAY
    return replace(
        trait,
        leads_on=leads / events,
        after_goal=after / events,
        lag=lag / after if after else 0.0,
        beside_goal=beside / events,
    )


def _since_goal(chunk: Chunk, aim: npt.NDArray[np.bool_], places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the microseconds since the last goal before each place; of no use where the customer has none before."""
    goals = np.flatnonzero(aim)
    if not len(goals):
        return np.zeros(len(places), dtype=np.int64)
    last = goals[np.maximum(np.searchsorted(goals, places, side="left") - 1, 0)]
    since: npt.NDArray[np.int64] = chunk.time[places] - chunk.time[last]
    return since


def _first_goal(offsets: npt.NDArray[np.int64], aim: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return the position of each customer's first goal, -1 if none."""
    goals = np.append(np.flatnonzero(aim), len(aim))
    first = goals[np.searchsorted(goals, offsets[:-1])]
    found: npt.NDArray[np.int64] = np.where(first < offsets[1:], first, -1)
    return found
