"""What the demo shop sells, and which piece each event is about."""

import numpy as np
import numpy.typing as npt

from farled.demo.chain import CODE
from farled.demo.customers import Customers
from farled.demo.walk import FIRST_ORDER, Visits

Ints = npt.NDArray[np.int64]

CATEGORIES = ("jackets", "kids", "shoes", "base_layer", "bags", "accessories")
PRICES = (
    (1899, 2499, 1299, 3299),
    (699, 899, 499, 1199),
    (999, 1499, 799, 1799),
    (399, 549, 699, 299),
    (649, 1199, 899, 449),
    (199, 249, 349, 129),
)
"""Price in kronor of each piece of each category."""

_TASTE = {"maja": 1, "sofie": 0, "arne": 2, "jonas": 0, "other": 3}
_IN_TASTE = 0.6
_WAYS = ("card", "swish", "invoice", "vipps", "mobilepay")

VIEWS = (CODE["item"], CODE["app_item"])


def pieces(visits: Visits, customers: Customers, rng: np.random.Generator) -> Ints:
    """Return the piece of each visit: drawn where a product page is seen, else that of the last page seen.

    Returns:
        Position of the piece, 0 to 23; category = piece // 4.
    """
    n = len(visits.state)
    taste = np.array(list(_TASTE.values()))[customers.persona]
    roam = rng.random(len(taste)) >= _IN_TASTE
    taste = np.where(roam, rng.integers(0, len(PRICES), len(taste)), taste)[visits.customer]
    other = rng.random(n) >= _IN_TASTE
    category = np.where(other, rng.integers(0, len(PRICES), n), taste)
    drawn = category * 4 + rng.integers(0, 4, n)
    return drawn[latest(visits, np.isin(visits.state, VIEWS))]


def latest(visits: Visits, is_source: npt.NDArray[np.bool_]) -> Ints:
    """Return for each visit the row of the customer's latest source up to it; its own row where there is none."""
    rows = np.arange(len(visits.customer))
    found = np.maximum.accumulate(np.where(is_source, rows, -1))
    first = np.searchsorted(visits.customer, visits.customer)
    return np.asarray(np.where(found >= first, found, rows))


def prices(piece: Ints) -> Ints:
    """Return the price of each piece in kronor."""
    return np.array(PRICES).ravel()[piece]


def is_order(visits: Visits) -> npt.NDArray[np.bool_]:
    """Tell which visits are orders, in web shop or store."""
    return np.isin(visits.state, FIRST_ORDER)


def counts(visits: Visits, customers: Customers, rng: np.random.Generator) -> Ints:
    """Draw how many pieces each visit would order; companies order more."""
    some = 1 + rng.poisson(0.6, len(visits.state))
    many = 3 + rng.poisson(3, len(visits.state))
    return np.where(customers.account[visits.customer] >= 0, many, some)


def shipping(price: Ints) -> Ints:
    """Return the shipping cost of an order in kronor: none from 1,500 kronor on."""
    return np.where(price >= 1500, 0, np.where(price >= 500, 59, 89))


def ways(customers: Customers) -> tuple[tuple[str, ...], Ints]:
    """Return the ways of payment and the one each customer takes: the mobile one of the country, card or invoice."""
    mobile = np.array([1, 3, 4, 0])[customers.country]
    desktop = np.where(customers.account >= 0, 2, 0)
    return _WAYS, np.where(customers.mobile, mobile, desktop)
