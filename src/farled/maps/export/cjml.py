"""A map as a planned journey in CJML 2 (XML), and beside it the actual journey of one customer where one is drawn.

No schema of the notation is published in a form that could be checked against; element names follow its published
examples. Claimed feelings are not written: the notation has feelings on actual journeys only, here from 1 to 5.
"""

from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from farled.maps.draw.content import department, owner_of
from farled.maps.export.lanes import one_line
from farled.maps.export.mermaid import everyone
from farled.maps.export.taken import Taken
from farled.maps.touchpoint import Phase, Touchpoint
from farled.spans import moment

if TYPE_CHECKING:  # a picture without a journey needs no kernels
    from farled.maps.walk import Walk

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
    _actors(SubElement(journey, "actors"), taken, _people(taken))
    points = SubElement(journey, "touchpoints")
    for phase in map_.phases:
        for point in phase.touchpoints:
            _point(points, taken, phase, point)
    walk = taken.showing.walk
    if walk is not None and walk.kind == "customer":
        _actual(SubElement(root, "actualJourney"), taken, walk)
    indent(root, "  ")
    body: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def _actors(actors: Element, taken: Taken, people: dict[str, str]) -> None:
    for id_, name in people.items():
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
    kind = "plannedCommunicationPoint" if point.customer_action else "plannedAction"
    element = SubElement(points, kind)
    _told(element, "touchpointID", point.id)
    SubElement(element, "belongsTo", phaseIDref=phase.id)
    _ends(element, taken, (phase, point), list(point.personas or _people(taken)))


def _ends(element: Element, taken: Taken, place: tuple[Phase, Touchpoint], people: list[str]) -> None:
    """Say who begins, who receives, and where they meet."""
    phase, point = place
    provider = _provider(phase, point)
    if not point.customer_action:
        _end(element, "initiator", [provider], point.name)
        return
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


def _actual(journey: Element, taken: Taken, walk: "Walk") -> None:
    """Tell one journey; what is not on the map deviates from the plan."""
    _told(journey, "journeyID", f"{walk.name}-{walk.number}")
    _told(journey, "plannedReference", taken.map.map.id)
    _actors(SubElement(journey, "actors"), taken, {walk.name: walk.name})
    points = SubElement(journey, "touchpoints")
    places = {point.id: (phase, point) for phase, point in taken.map.touchpoints()}
    for stop in walk.stops:
        place = places.get(stop.touchpoint or "")
        acts = place is None or not place[1].customer_action
        element = SubElement(points, "actualAction" if acts else "actualCommunicationPoint")
        _told(element, "touchpointID", f"D{stop.number}" if place is None else place[1].id)
        if place is None:
            _end(element, "initiator", [walk.name], stop.event)
        else:
            SubElement(element, "belongsTo", phaseIDref=place[0].id)
            _ends(element, taken, place, [walk.name])
        if stop.first is not None:
            times = SubElement(element, "timestamps")
            _told(times, "timeStarted", moment(stop.first, walk.zone).isoformat(timespec="seconds"))
        if stop.feeling is not None:
            felt = SubElement(element, "touchpointExperience")
            _told(felt, "experienceRating", f"{stop.feeling + 3:g}")
