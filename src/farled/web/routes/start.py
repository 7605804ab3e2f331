"""The start page: the maps of the workspace, and what the workspace holds."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from farled.errors import FarledError
from farled.figures.table import Table
from farled.locale import N_, interval, number, percent, period
from farled.questions.flow import Flow
from farled.stats.intervals import Rate
from farled.web.cells import Sheet, sheet
from farled.web.pages import page
from farled.web.reader import reader_of, workspace_of
from farled.web.routes.overviews import atlas_page
from farled.web.routes.questions import topics
from farled.workspace import Workspace

SHOWN = 12


@dataclass(frozen=True, slots=True)
class MapCard:
    """A map as the start page shows it.

    Attributes:
        id: Of the map.
        title: In the language of the map.
        language: Of the map.
        goal: What is to become better.
        customers: Who is on it, as written; empty when it could not be measured.
        journeys: How many they made, where some made several; else empty.
        period: What it was measured for.
        value: Of the goal's metric, as written.
        bounds: Its interval.
        state: How it lies to its target.
        of_accounts: Whether it counts accounts instead of customers.
        fault: Why it could not be measured.
    """

    id: str
    title: str
    language: str
    goal: str
    customers: str = ""
    journeys: str = ""
    period: str = ""
    value: str = ""
    bounds: str = ""
    state: str = ""
    of_accounts: bool = False
    fault: str = ""


def get_start(request: Request) -> Response:
    """Show the maps and what the workspace holds, or how to begin."""
    workspace = workspace_of(request)
    language = reader_of(request).language
    cards = _cards(workspace, language)
    if not workspace.events:
        return page(request, "empty.html", cards=cards)
    held = _held(workspace, language)
    return page(request, "start.html", cards=cards, facts=_facts(workspace, language), held=held, topics=topics())


def get_maps(request: Request) -> Response:
    """Show all maps on one axis; a single one at once."""
    ids = workspace_of(request).maps()
    if len(ids) == 1:
        return RedirectResponse(f"/maps/{ids[0]}", 303)
    return atlas_page(request) if ids else page(request, "maps.html", cards=[])


def _facts(workspace: Workspace, language: str) -> dict[str, str]:
    start, end = workspace.start or 0, workspace.end or 0
    return {
        "customers": number(workspace.customers, language),
        "events": number(workspace.events, language),
        "names": number(len(workspace.names), language),
        "period": period(start, end + 1, language, workspace.zone),
    }


def _held(workspace: Workspace, language: str) -> Sheet:
    """Return the most frequent kinds of event, with the share of customers that have them."""
    nodes = workspace.ask(Flow()).nodes
    most = sorted(nodes, key=lambda name: (-nodes[name].events, name))[:SHOWN]
    rows = tuple((name, nodes[name].events, Rate(nodes[name].customers, workspace.customers)) for name in most)
    headings = (N_("Event"), N_("Events"), N_("Share of the customers"))
    return sheet(Table(N_("The most frequent events"), headings, rows), language)


def _cards(workspace: Workspace, language: str) -> list[MapCard]:
    return [_card(workspace, id_, language) for id_ in workspace.maps()]


def _card(workspace: Workspace, id_: str, language: str) -> MapCard:
    try:
        head = workspace.map(id_, language).map
    except FarledError as error:
        return MapCard(id_, id_, language, "", fault=error.message)
    try:
        snapshot = workspace.measure(id_)
    except FarledError as error:
        return MapCard(id_, head.title, head.language, head.goal.text, fault=error.message)
    goal = snapshot["goal"]
    return MapCard(
        id_,
        head.title,
        head.language,
        head.goal.text,
        *_counts(snapshot["journeys"], language),
        _days(snapshot["period"], language),
        *_value(goal, language),
        state=goal.get("state", "no_target"),
        of_accounts=head.unit == "account",
    )


def _counts(journeys: dict[str, Any], language: str) -> tuple[str, str]:
    """Return the customers, and their journeys where these are more; of too few only their class."""
    n, customers = journeys["n"], journeys.get("customers")
    if not isinstance(customers, int) or customers == n:
        return _count(n, language), ""
    return _count(customers, language), _count(n, language)


def _count(found: int | dict[str, Any], language: str) -> str:
    return number(found, language) if isinstance(found, int) else str(found["n"]).replace("-", "–")


def _days(days: list[str], language: str) -> str:
    first, last = (dt.date.fromisoformat(day[:10]) for day in days)
    return period(first, last, language)


def _value(goal: dict[str, Any], language: str) -> tuple[str, str]:
    if goal.get("value") is None:
        return "", ""
    if goal.get("unit", "share") != "share":
        return number(goal["value"], language, 1), ""
    return percent(goal["value"], language), interval(goal["low"], goal["high"], language)


routes = [Route("/", get_start), Route("/maps", get_maps)]
