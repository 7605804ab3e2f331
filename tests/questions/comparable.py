"""Shops written by hand or drawn, as workspaces that can be asked."""

from farled.journeys.build import journeys_of
from farled.workspace.asking import Loaded, Workspace

START = 1_767_225_600_000_000  # 2026-01-01


def shop_of(events, end=None):
    journeys = journeys_of(events, start=START, end=end)
    return Workspace(lambda: Loaded(journeys, None))


def drawn(rng, customers, order=0.4, days=59, first=0, prefix="c"):
    """Customers that visit once and order with some chance, a while later."""
    made = {}
    for at in range(customers):
        day = float(first + rng.uniform(0, days))
        made[f"{prefix}{at}"] = [("visit", day, {"plan": ["free", "pro"][at % 2]})]
        if rng.random() < order:
            made[f"{prefix}{at}"].append(("order", day + float(rng.exponential(0.2))))
    return made
