"""A small workspace to keep an eye on: orders day by day, of which a share is large."""

import csv
import datetime as dt

from farled.events.folder import Settings, init, load
from farled.workspace.storing import add

FIRST = dt.date(2026, 3, 1)
MAP = """\
farled: 1
map:
  id: shop
  title: Köpresan
  language: sv
  journey_type: purchase
  goal: {text: Större köp, metric: large, target: 0.5, by: 2027-01-01}
  review: {every: 90d, last: 2026-04-20}
  journey: {ends_after: 5d, within: 3d}
departments: {shop: Butik}
metrics:
  large: {kind: share, name: Stora köp, better: up, of: {event: order}, where: {attr: value, min: 100}}
  order_rate: {kind: conversion, name: Köp, better: up, from: visit, to: order, within: 3d}
phases:
  - id: look
    name: Titta
    kpis:
      - {metric: order_rate, target: 0.3}
    touchpoints:
      - {id: visit, name: Besök, channel: web, observe: {event: visit}}
  - id: buy
    name: Köpa
    touchpoints:
      - {id: order, name: Köp, channel: web, observe: {event: order}}
"""
ALERTS = """
alerts:
  window: 7d
  channels:
    terminal: {kind: console, language: en}
"""


def shop(path, alerts=ALERTS):
    """Make the workspace, without events."""
    folder = init(path, Settings(name="Shop", language="sv", time_zone="UTC", buckets=2))
    with (path / "farled.yaml").open("a") as file:
        file.write(alerts)
    folder.maps.mkdir()
    (folder.maps / "shop.yaml").write_text(MAP)
    return load(path)


def orders(folder, first, days, large, per_day=40):
    """Bring in days of visits, half of them with an order an hour later, of which a share is large."""
    rows = []
    for day in range(first, first + days):
        at = dt.datetime.combine(FIRST + dt.timedelta(days=day), dt.time(8), dt.UTC)
        for number in range(per_day):
            who = f"c{day}-{number}"
            rows.append((who, at.isoformat(), "visit", ""))
            if number % 2 == 0:
                value = 150 if (number // 2) % 10 < 10 * large else 50
                rows.append((who, (at + dt.timedelta(hours=1)).isoformat(), "order", value))
    file = folder.path.parent / f"days-{first}.csv"
    with file.open("w", newline="") as stream:
        csv.writer(stream).writerows([("customer", "time", "name", "value"), *rows])
    add(folder, [str(file)])


def moment_of(day, hour=12):
    """Microseconds of a day of the shop."""
    at = dt.datetime.combine(FIRST + dt.timedelta(days=day), dt.time(hour), dt.UTC)
    return int(at.timestamp() * 1_000_000)
