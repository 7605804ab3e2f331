"""Nordbod, the demo shop: a Nordic web shop with stores, made up from a seed, with the truth about it.

Twelve months of events from 2025-10-01 to 2026-10-01 (Stockholm). The same number of customers and the same seed give
the same bytes. Every customer is *identified* one second before the first event; the `identify` event carries the
attributes by which the personas of the demo map are told apart.

All money is in Swedish kronor, wherever the customer lives, as in the books of one company: sums and means over the
whole shop can then be computed, which two currencies would forbid. The customer's country stays an attribute.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from farled.demo.calendar import YEAR
from farled.demo.chain import NAMES
from farled.demo.customers import Customers
from farled.demo.customers import customers as draw_customers
from farled.demo.feedback import texts
from farled.demo.goods import is_order
from farled.demo.ids import numbered
from farled.demo.properties import Facts, attributes, facts, properties
from farled.demo.scores import SCALES, scores
from farled.demo.states import STATES
from farled.demo.truth import Truth, truth_of
from farled.demo.walk import Visits, walk
from farled.errors import InputError
from farled.spans import SECOND

CUSTOMERS = 20_000
SEED = 7

_SOURCES = {
    "social": "ads",
    "ads": "ads",
    "video": "ads",
    "app": "app",
    "store": "till",
    "email": "mail",
    "support": "desk",
    "chatbot": "desk",
    "survey": "survey",
    "reviews": "reviews",
    "delivery": "logistics",
    "event": "crm",
    "crm": "crm",
}
_IN_APP = ("wishlist", "cart", "cart_less", "shipping", "payment", "payment_broken", "failed", "order")
_MOMENT = pa.timestamp("us", tz="UTC")


class Shop(NamedTuple):
    """The demo shop.

    Attributes:
        events: In the event schema without ``received``; sorted by time.
        truth: What is true of them.
    """

    events: pa.Table
    truth: Truth


def make(customers: int = CUSTOMERS, seed: int = SEED) -> Shop:
    """Make the demo shop.

    Args:
        customers: How many, 1 to 900,000.
        seed: Where chance begins, 0 or more.

    Raises:
        InputError: A number is out of range.

    Example:
        >>> shop = make(customers=50, seed=1)
        >>> shop.events.num_rows > 500, round(shop.truth.completion["all"]["awareness"].value, 3)
        (True, 0.721)
    """
    who, events = _make(customers, seed)
    return Shop(events, truth_of(who, seed))


def events(customers: int = CUSTOMERS, seed: int = SEED) -> pa.Table:
    """Make the events of the demo shop; arguments as for `make`."""
    return _make(customers, seed)[1]


def truth(customers: int = CUSTOMERS, seed: int = SEED) -> Truth:
    """Return what is true of the demo shop; arguments as for `make`."""
    _require_numbers(customers, seed)
    return truth_of(draw_customers(customers, _generator(seed)), seed)


def write(folder: Path, customers: int = CUSTOMERS, seed: int = SEED) -> tuple[Path, Path]:
    """Write ``events.parquet`` and ``truth.json`` into a folder, which is made if need be.

    Returns:
        The two files. The same numbers give the same bytes.
    """
    shop = make(customers, seed)
    folder.mkdir(parents=True, exist_ok=True)
    stored, known = folder / "events.parquet", folder / "truth.json"
    pq.write_table(shop.events, stored, compression="zstd", row_group_size=1 << 18)
    known.write_text(shop.truth.to_json(), encoding="utf-8")
    return stored, known


def _require_numbers(customers: int, seed: int) -> None:
    if not 1 <= customers <= 900_000:
        raise InputError(f"The demo shop cannot have {customers} customers.", "Ask for 1 to 900000.")
    if seed < 0:
        raise InputError(f"The seed is {seed}, but must not be negative.", "Take any whole number from 0 on.")


def _generator(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def _make(customers: int, seed: int) -> tuple[Customers, pa.Table]:
    _require_numbers(customers, seed)
    rng = _generator(seed)
    who = draw_customers(customers, rng)
    visits = walk(who, rng, YEAR.end)
    about = facts(visits, who, rng)
    score = scores(visits, who, rng)
    written = texts(visits, score, who, rng)
    time = np.concatenate([who.entry - SECOND, visits.time])
    order = np.argsort(time, kind="stable")
    time = time[order]
    customer = np.concatenate([np.arange(customers), visits.customer])[order]
    columns = {
        "event_id": numbered(f"nordbod-{seed}-", np.arange(len(time)), 8),
        "time": pa.array(time).cast(_MOMENT),
        "sequence": pa.array(_among_equals(time), pa.int32()),
        **{key: column.take(pa.array(order)) for key, column in _words(visits, about, customers).items()},
        "identifiers": _identifiers(customer),
        "account": _accounts(who.account[customer]),
        **_numbers(visits, about, score, order, customers),
        "text": pa.concat_arrays([pa.nulls(customers, pa.string()), written]).take(pa.array(order)),
        "properties": pa.concat_arrays([attributes(who), properties(visits, who, about)]).take(pa.array(order)),
    }
    return who, pa.table(columns)


def _words(visits: Visits, about: Facts, customers: int) -> dict[str, pa.Array]:
    """Return name, channel and source, coded; the identify events first."""
    app = len(NAMES)
    code = np.where(about.in_app & np.isin(visits.state, [NAMES.index(name) for name in _IN_APP]), app, 0)
    names = [state.event for state in STATES.values()]
    channels = [state.channel for state in STATES.values()]
    state = np.concatenate([np.full(customers, app), visits.state])
    place = np.concatenate([np.full(customers, app), np.where(code > 0, app + 1, visits.state)])
    sources = [_SOURCES.get(channel, "web") for channel in [*channels, "crm", "app"]]
    return {
        "name": _coded([*names, "identify"], state),
        "channel": _coded([*channels, "crm", "app"], place),
        "source": _coded(sources, place),
    }


def _coded(words: list[str], code: npt.NDArray[np.int64]) -> pa.DictionaryArray:
    known = sorted(set(words))
    position = np.array([known.index(word) for word in words], dtype=np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(position[code]), pa.array(known))


def _numbers(
    visits: Visits, about: Facts, score: npt.NDArray[np.float64], order: npt.NDArray[np.int64], customers: int
) -> dict[str, pa.Array]:
    """Return value, currency, score and scale in the order of the table; null for the identify events."""
    before = np.full(customers, np.nan)
    value = np.concatenate([before, np.where(is_order(visits), about.value, np.nan)])[order]
    given = np.concatenate([before, score])[order]
    scales = sorted({scale for scale, _ in SCALES.values()})
    of_state = np.array([scales.index(SCALES[name][0]) if name in SCALES else 0 for name in NAMES], dtype=np.int32)
    scale = np.concatenate([np.zeros(customers, np.int32), of_state[visits.state]])[order]
    kronor = pa.array(np.zeros(len(value), dtype=np.int32), mask=np.isnan(value))
    return {
        "value": pa.array(value, from_pandas=True),
        "currency": pa.DictionaryArray.from_arrays(kronor, pa.array(["SEK"])),
        "score": pa.array(given, from_pandas=True),
        "scale": pa.DictionaryArray.from_arrays(pa.array(scale, mask=np.isnan(given)), pa.array(scales)),
    }


def _identifiers(customer: npt.NDArray[np.int64]) -> pa.Array:
    one = pa.StructArray.from_arrays(
        [
            pa.array(["customer_id"]).take(pa.array(np.zeros(len(customer), dtype=np.int64))),
            numbered("c-", customer + 1, 6),
        ],
        names=["type", "value"],
    )
    return pa.ListArray.from_arrays(pa.array(np.arange(len(customer) + 1, dtype=np.int32)), one)


def _accounts(account: npt.NDArray[np.int64]) -> pa.Array:
    return numbered("a-", np.arange(max(account.max() + 1, 1)), 5).take(pa.array(account, mask=account < 0))


def _among_equals(time: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the position of each time among its equals; times are sorted."""
    rows = np.arange(len(time))
    is_new = np.concatenate([[True], time[1:] != time[:-1]])
    return rows - np.maximum.accumulate(np.where(is_new, rows, 0))
