import numpy as np

from farled.demo.goods import CATEGORIES, PRICES, latest, prices, shipping
from farled.demo.walk import Visits


def test_the_latest_source_is_the_same_customers_and_not_later():
    customer = np.array([0, 0, 0, 1, 1])
    visits = Visits(customer, customer, np.arange(5), customer)
    assert latest(visits, np.array([False, True, False, False, False])).tolist() == [0, 1, 1, 3, 4]


def test_every_piece_has_a_price():
    assert prices(np.arange(24)).tolist() == [price for row in PRICES for price in row]
    assert len(PRICES) == len(CATEGORIES)


def test_shipping_is_free_from_1500_kronor_on():
    assert shipping(np.array([499, 500, 1499, 1500])).tolist() == [89, 59, 59, 0]
