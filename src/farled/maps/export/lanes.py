"""The lanes of a map as a grid of text: their names in four languages, and the lines in their cells."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

from farled.locale import LANGUAGES, N_, translator

LANES: Final[Mapping[str, str]] = {
    "phase": N_("Phase"),
    "owner": N_("Owner"),
    "customer_goal": N_("Customer goal"),
    "does": N_("Does"),
    "thinks": N_("Thinks"),
    "feels": N_("Feels"),
    "expects": N_("Expects"),
    "supports": N_("What we do"),
    "touchpoints": N_("Touchpoints"),
    "pain_points": N_("Pain points"),
    "opportunities": N_("Opportunities"),
    "kpis": N_("Key figures"),
}
"""Key of each lane and its name, from top to bottom."""
STATUSES: Final[Mapping[str, str]] = {
    "proposed": N_("proposed"),
    "planned": N_("planned"),
    "testing": N_("being tested"),
    "done": N_("done"),
    "dropped": N_("dropped"),
}

_ALSO: Final[Mapping[str, str]] = {
    "phase": "lane lane/phase stage stages phases steg skede faser trin etapp etappe fase fas",
    "owner": "ansvarig ansvarlig eier ejer ägare avdelning avdeling afdeling department responsible",
    "customer_goal": "goal goals kundmål kundemål mål målsättning customer-goals customer-needs",
    "does": "action actions doing gör gjør gør handling handlingar handlinger aktivitet activity customer-action",
    "thinks": "thought thoughts thinking tanke tankar tanker tänker tenker tænker",
    "feels": "feeling feelings emotion emotions feel känsla känslor känner følelse følelser føler",
    "expects": "expectation expectations förväntning förväntningar forventning forventninger",
    "supports": "support our-support supports vi-gör vi-gjør vi-gør vårt-stöd vår-støtte vores-støtte",
    "touchpoints": "touchpoint channel-touchpoints kontaktpunkt kontaktpunkter berøringspunkter touch-points",
    "pain_points": "pain-point pains pain-points smärtpunkt smärtpunkter smertepunkt smertepunkter problem problemer",
    "opportunities": "opportunity möjlighet möjligheter mulighet muligheter idé idéer ideas forslag förslag",
    "kpis": "kpi kpis key-figure nyckeltal nøkkeltall nøgletal mätetal måltall måletal metrics metric",
}
_POINT: Final = re.compile(r"(.+?)(?:\s+\[([^\[\]]+)\])?(?:\s+\(([^()]+)\))?")
_STATUS: Final = re.compile(r"(.+?)\s*\(([^()]+)\)", re.DOTALL)


class PointLine(NamedTuple):
    """A touchpoint as a line of a cell; channel and owner may be empty."""

    name: str
    channel: str
    owner: str


def lane_of(name: str) -> str | None:
    """Return the key of a lane by its name in any of the four languages, or None.

    >>> lane_of("Kundens mål"), lane_of("Smertepunkter"), lane_of("Weather")
    ('customer_goal', 'pain_points', None)
    """
    return _lanes().get(_plain(name))


def lane_name(key: str, language: str) -> str:
    """Return the name of a lane in a language."""
    return translator(language)(LANES[key])


def point_line(name: str, channel: str, owner: str = "") -> str:
    """Write a touchpoint as one line.

    >>> point_line("Varukorg", "Webbshop", "E-handel")
    'Varukorg [Webbshop] (E-handel)'
    """
    return f"{one_line(name)} [{one_line(channel)}]" + (f" ({one_line(owner)})" if owner else "")


def read_point(line: str) -> PointLine:
    """Read a line as ``point_line`` writes it; brackets that stand alone belong to the name.

    >>> read_point("Varukorg [Webbshop] (E-handel)")
    PointLine(name='Varukorg', channel='Webbshop', owner='E-handel')
    """
    found = _POINT.fullmatch(line.strip())
    return PointLine(*(part or "" for part in found.groups())) if found else PointLine(line.strip(), "", "")


def opportunity_line(text: str, status: str, language: str) -> str:
    """Write an opportunity with its status in words."""
    return f"{one_line(text)} ({translator(language)(STATUSES[status])})"


def read_opportunity(line: str) -> tuple[str, str | None]:
    """Read text and status of an opportunity; None where no status is recognised.

    >>> read_opportunity("Visa leveransdag (prövas)")
    ('Visa leveransdag', 'testing')
    """
    found = _STATUS.fullmatch(line.strip())
    status = _statuses().get(_plain(found[2])) if found else None
    return (found[1], status) if found and status else (line.strip(), None)


def one_line(text: str) -> str:
    """Return a text without line breaks."""
    return " ".join(text.split())


@cache
def _lanes() -> dict[str, str]:
    names = {_plain(word.replace("-", " ")): key for key, words in _ALSO.items() for word in words.split()}
    return names | {_plain(translator(language)(name)): key for key, name in LANES.items() for language in LANGUAGES}


@cache
def _statuses() -> dict[str, str]:
    named = {_plain(translator(language)(name)): key for key, name in STATUSES.items() for language in LANGUAGES}
    return {key: key for key in STATUSES} | named


def _plain(name: str) -> str:
    """Return a name without case, spaces at the ends and a colon."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().replace("\u2019", "'").strip(" :*").split())
