"""A map as a planned journey in CJML 2 (XML).

No schema of the notation is published in a form that could be checked against; element names follow its published
examples. Claimed feelings are not written: the notation has feelings on actual journeys only.
"""

from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from farled.maps.draw.content import department, owner_of
from farled.maps.export.lanes import one_line
from farled.maps.export.mermaid import everyone
from farled.maps.export.taken import Taken
from farled.maps.touchpoint import Phase, Touchpoint

FIRM: Final = "firm"
FIRM_BEGINS: Final = frozenset({"email", "ads", "survey", "delivery"})
"""Channels by which the firm turns to the customer; on others the customer begins."""


def cjml(taken: Taken) -> bytes:
    """Return phases, actors and touchpoints: communication points, or actions where the customer takes no part."""
    map_ = taken.map
    root = Element("CJML", version="2.0")
    journey = SubElement(root, "plannedJourney")
    _told(journey, "journeyID", map_.map.id)
    _told(journey, "journeyTitle", map_.map.title)
    phases = SubElement(journey, "journeyPhases")
    for phase in map_.phases:
        element = SubElement(phases, "journeyPhase", phaseID=phase.id)
        _told(element, "phaseName", phase.name)
        _told(element, "phaseDescription", phase.customer_goal or "")
    _told(journey, "journeyShortSummary", map_.map.goal.text)
    _actors(SubElement(journey, "actors"), taken)
    points = SubElement(journey, "touchpoints")
    for phase in map_.phases:
        for point in phase.touchpoints:
            _point(points, taken, phase, point)
    indent(root, "  ")
    body: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def _actors(actors: Element, taken: Taken) -> None:
    for id_, name in _people(taken).items():
        _told(SubElement(actors, "endUser", actorID=id_), "actorName", name)
    owners = dict.fromkeys(_provider(phase, point) for phase, point in taken.map.touchpoints())
    for owner in owners:
        name = taken.map.map.title if owner == FIRM else department(taken.map, owner)
        _told(SubElement(actors, "serviceProvider", actorID=owner), "companyName", name)


def _people(taken: Taken) -> dict[str, str]:
    """Return the customers by id: the personas, or one that stands for all."""
    return {persona.id: persona.name for persona in taken.map.personas} or {"customer": everyone(taken.language)}


def _provider(phase: Phase, point: Touchpoint) -> str:
    return owner_of(point, phase) or FIRM


def _point(points: Element, taken: Taken, phase: Phase, point: Touchpoint) -> None:
    provider = _provider(phase, point)
    kind = "plannedCommunicationPoint" if point.customer_action else "plannedAction"
    element = SubElement(points, kind)
    _told(element, "touchpointID", point.id)
    SubElement(element, "belongsTo", phaseIDref=phase.id)
    if not point.customer_action:
        _end(element, "initiator", [provider], point.name)
        return
    people = list(point.personas or _people(taken))
    begins = point.channel in FIRM_BEGINS
    _end(element, "initiator", [provider] if begins else people, point.name)
    _end(element, "receiver", people if begins else [provider], point.name)
    _told(SubElement(element, "channel"), "channelName", taken.map.channel(point.channel).name)


def _end(element: Element, side: str, actors: list[str], label: str) -> None:
    end = SubElement(element, side)
    for actor in actors:
        SubElement(end, "refersTo", actorIDref=actor)
    _told(end, f"{side}Label", label)


def _told(element: Element, name: str, text: str) -> None:
    SubElement(element, name).text = "".join(letter for letter in one_line(text) if letter.isprintable())
