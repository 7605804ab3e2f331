"""The properties of the demo shop's events as JSON text, written a column at a time."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from farled.demo import goods
from farled.demo.calendar import dates, day_of
from farled.demo.chain import CODE
from farled.demo.customers import COUNTRIES, LANGUAGES, ROLES, Customers
from farled.demo.ids import numbered
from farled.demo.states import STATES
from farled.demo.walk import Visits

Ints = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]

_DEVICE = ("web", "webshop", "search", "social", "ads", "video", "app")
_PIECE = ("item", "app_item", "size", "wishlist", "compare", "cart", "cart_less", "order", "store_order", "ok", "late")
_OF_ORDER = (
    "order",
    "store_order",
    "confirm",
    "receipt",
    "status",
    "tracked",
    "ok",
    "late",
    "return",
    "returned",
    "refund",
)
_TICKETS = ("where", "where_weekend", "told", "told_slow", "issue", "issue_weekend", "solved", "solved_slow")
_ASKED = ("where", "where_weekend", "issue", "issue_weekend")
_PAYS = ("payment", "payment_broken", "failed", "order")
_VARIANTS = ("family", "trend", "advice", "business", "standard")
_CAMPAIGNS = ("autumn", "winter", "spring", "back_to_school")
_STORES = ("Göteborg", "Stockholm", "Oslo", "Bergen", "København", "Helsinki")
_QUERIES = ("vinterjacka", "regnjacka", "overall", "ull", "vandringsskor", "ryggsäck", "mössa", "presentkort")
_REASONS = ("declined", "timeout", "3ds_failed")
_RETURNS = ("size", "not_as_shown", "regret", "faulty")


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What the events are about, one value per visit.

    Attributes:
        piece: Position of the piece.
        pieces: Pieces of an order.
        order: Number of the order.
        ticket: Number of the ticket.
        in_app: Happened in the app.
        chance: A random number, 0 to 1.
    """

    piece: Ints
    pieces: Ints
    order: Ints
    ticket: Ints
    in_app: npt.NDArray[np.bool_]
    chance: npt.NDArray[np.float64]

    @property
    def value(self) -> Ints:
        """Return what the pieces cost in kronor."""
        return goods.prices(self.piece) * self.pieces


def facts(visits: Visits, customers: Customers, rng: np.random.Generator) -> Facts:
    """Draw what the events are about."""
    is_order = goods.is_order(visits)
    is_asked = np.isin(visits.state, [CODE[name] for name in _ASKED])
    is_view = np.isin(visits.state, goods.VIEWS)
    drawn = goods.counts(visits, customers, rng)
    last_order = goods.latest(visits, is_order)
    return Facts(
        piece=goods.pieces(visits, customers, rng),
        pieces=drawn,
        order=is_order.cumsum()[last_order],
        ticket=is_asked.cumsum()[goods.latest(visits, is_asked)],
        in_app=visits.state[goods.latest(visits, is_view)] == CODE["app_item"],
        chance=rng.random(len(visits.state)),
    )


_Column = Callable[[Rows], pa.Array]


def properties(visits: Visits, customers: Customers, about: Facts) -> pa.Array:
    """Return the properties of each visit: a JSON object with sorted keys and no spaces."""
    makers = _makers(visits, customers, about)
    by_state = np.argsort(visits.state, kind="stable")
    borders = np.searchsorted(visits.state[by_state], np.arange(len(STATES) + 1))
    written = []
    for code, name in enumerate(STATES):
        rows = by_state[borders[code] : borders[code + 1]]
        if len(rows):
            written.append(_objects({key: makers[key] for key in keys_of(name)}, dict(STATES[name].properties), rows))
    back = np.empty(len(by_state), dtype=np.int64)
    back[by_state] = np.arange(len(by_state))
    return pa.concat_arrays(written).take(pa.array(back))


def keys_of(name: str) -> tuple[str, ...]:
    """Return the keys that vary of the properties of a state."""
    state = STATES[name]
    keys = ["device"] * (state.channel in _DEVICE)
    keys += ["category", "item", "price"] * (name in _PIECE)
    keys += ["eta_shown", "shipping_shown"] * (name in ("item", "app_item"))
    keys += ["order"] * (name in _OF_ORDER) + ["ticket"] * (name in _TICKETS)
    keys += ["items", "order_no", "shipping"] * (name in ("order", "store_order"))
    keys += ["method"] * (name in _PAYS) + ["variant"] * (state.channel == "email" and "flow" in dict(state.properties))
    special = {
        "ad_social": ["campaign"],
        "ad_search": ["campaign"],
        "video": ["campaign"],
        "search": ["query"],
        "store": ["advice", "store"],
        "store_order": ["store"],
        "club": ["store"],
        "failed": ["reason"],
        "ok": ["on_time", "promised"],
        "late": ["on_time", "promised"],
        "return": ["why"],
    }
    return tuple(keys + special.get(name, []))


def _makers(visits: Visits, customers: Customers, about: Facts) -> Mapping[str, _Column]:
    def choice(values: Sequence[object], code: npt.NDArray[np.int64]) -> _Column:
        words = pa.array([json.dumps(value, ensure_ascii=False) for value in values])
        return lambda rows: words.take(pa.array(code[rows]))

    def chance(values: Sequence[object]) -> _Column:
        return choice(values, (about.chance * len(values)).astype(np.int64))

    who = visits.customer
    informed = choice((False, True), customers.informed[who].astype(np.int64))
    methods, method = goods.ways(customers)
    late = np.isin(visits.state, [CODE["late"]])
    day = day_of(visits.time)
    promised = np.where(late, day - 1 - (about.chance * 3).astype(np.int64), day + (about.chance * 2).astype(np.int64))
    return {
        "advice": choice((False, True), (about.chance < 0.7).astype(np.int64)),
        "campaign": choice(_CAMPAIGNS, np.array([1, 1, 2, 3])[np.minimum(day // 92, 3)]),
        "category": choice(goods.CATEGORIES, about.piece // 4),
        "device": choice(("desktop", "mobile"), customers.mobile[who].astype(np.int64)),
        "eta_shown": informed,
        "item": choice([f"p-{number:02d}" for number in range(1, 25)], about.piece),
        "items": choice(range(40), np.minimum(about.pieces, 39)),
        "method": choice(methods, method[who]),
        "on_time": choice((True, False), late.astype(np.int64)),
        "order": lambda rows: numbered('"o-', about.order[rows], 7, '"'),
        "order_no": choice(range(1, 100), np.minimum(visits.orders, 98)),
        "price": choice([price for row in goods.PRICES for price in row], about.piece),
        "promised": choice(dates(), np.maximum(promised, 0)),
        "query": chance(_QUERIES),
        "reason": chance(_REASONS),
        "shipping": choice(range(90), goods.shipping(about.value)),
        "shipping_shown": informed,
        "store": choice(
            _STORES, np.array([0, 2, 4, 5])[customers.country][who] + (customers.country[who] < 2) * (who % 2)
        ),
        "ticket": lambda rows: numbered('"t-', about.ticket[rows], 7, '"'),
        "variant": choice(_VARIANTS, np.where(about.chance < 0.55, customers.persona[who], 4)),
        "why": chance(_RETURNS),
    }


def _objects(varying: Mapping[str, _Column], fixed: Mapping[str, str], rows: Rows) -> pa.Array:
    """Write one JSON object for each row."""
    parts: list[pa.Array | str] = []
    keys = sorted({*varying, *fixed})
    between = "{"
    for key in keys:
        between += f"{json.dumps(key)}:"
        if key in fixed:
            between += json.dumps(fixed[key])
        else:
            parts += [between, varying[key](rows)]
            between = ""
        between += "," if key != keys[-1] else ""
    parts.append(between + "}")
    if len(parts) == 1:
        return pa.array([parts[0]]).take(pa.array(np.zeros(len(rows), dtype=np.int64)))
    return pc.binary_join_element_wise(*(pa.scalar(part) if isinstance(part, str) else part for part in parts), "")


def attributes(customers: Customers) -> pa.Array:
    """Return what each customer's identify event says, as JSON."""
    columns = {
        "age": [str(age) for age in range(120)],
        "app": ["false", "true"],
        "children": ["false", "true"],
        "country": [f'"{name}"' for name in COUNTRIES],
        "customer_type": ['"private"', '"business"'],
        "language": [f'"{name}"' for name in LANGUAGES],
        "loyalty_member": ["false", "true"],
        "may_quote": ["false", "true"],
        "orders_12m": [str(count) for count in range(60)],
        "store_visits_12m": [str(count) for count in range(60)],
    }
    codes = {
        "age": customers.age,
        "app": (customers.persona == 1).astype(np.int64),
        "children": customers.children.astype(np.int64),
        "country": customers.country,
        "customer_type": (customers.account >= 0).astype(np.int64),
        "language": customers.language,
        "loyalty_member": customers.member.astype(np.int64),
        "may_quote": customers.may_quote.astype(np.int64),
        "orders_12m": customers.orders_12m,
        "store_visits_12m": customers.store_visits_12m,
    }
    everybody = np.arange(len(customers.age))
    private = np.flatnonzero(customers.account < 0)
    business = np.flatnonzero(customers.account >= 0)
    makers: dict[str, _Column] = {key: _coded(values, codes[key]) for key, values in columns.items()}
    role = {"role": _coded([f'"{name}"' for name in ROLES], np.maximum(customers.role, 0))}
    written = pa.concat_arrays([_objects(makers, {}, private), _objects({**makers, **role}, {}, business)])
    back = np.empty(len(everybody), dtype=np.int64)
    back[np.concatenate([private, business])] = everybody
    return written.take(pa.array(back))


def _coded(values: Sequence[str], code: Ints) -> _Column:
    words = pa.array(list(values))
    return lambda rows: words.take(pa.array(code[rows]))
