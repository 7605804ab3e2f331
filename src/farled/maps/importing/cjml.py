"""Reads the journeys of CJML 2: phases, actors, communication points and actions."""

from typing import Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from farled.errors import InputError
from farled.maps.importing.build import Build
from farled.maps.importing.xml import Element, read_xml

_JOURNEYS: Final = ("plannedJourney", "actualJourney")
_POINTS: Final = ("plannedCommunicationPoint", "actualCommunicationPoint", "plannedAction", "actualAction")
_READ: Final = frozenset({"touchpointID", "belongsTo", "initiator", "receiver", "channel"})
_READ_ABOVE: Final = frozenset(
    {"journeyID", "journeyTitle", "journeyShortSummary", "journeyPhases", "actors", "touchpoints"}
)


def read_cjml(content: bytes, build: Build, name: str) -> None:
    """Put the planned journey of a file into a map, or its actual one where none is planned.

    Raises:
        InputError: The file holds no journey.
    """
    root = read_xml(content, name)
    journeys = [one for tag in _JOURNEYS for one in root.all(tag)] if root.tag == "CJML" else []
    if not journeys:
        message = f"{name}:{root.line}: the file holds no journey of CJML, but <{root.tag}>."
        raise InputError(message, "Export a plannedJourney in CJML 2.")
    first, *others = journeys
    for other in others:
        build.leave(other.line, other.told("journeyID"), "A file makes one map, of its first journey.")
    build.title = first.told("journeyTitle") or first.told("journeyID") or build.title
    build.goal = first.told("journeyShortSummary")
    for part in first.inside:
        if part.tag not in _READ_ABOVE:
            build.leave(part.line, f"{part.tag} {_all_text(part)}".strip(), "A map has no place for it.")
    reader = _Reader(build, first)
    points = first.first("touchpoints")
    for point in points.inside if points is not None else ():
        reader.point(point)
    reader.end(name, first.line)


class _Reader:
    def __init__(self, build: Build, journey: Element) -> None:
        self.build = build
        self.phases: dict[str, CommentedMap] = {}
        self.people: dict[str, str | None] = {}
        self.firms: dict[str, str] = {}
        self.met: list[tuple[CommentedMap, list[str]]] = []
        self._phases(journey)
        self._actors(journey)

    def _phases(self, journey: Element) -> None:
        phases = journey.first("journeyPhases")
        for phase in phases.all("journeyPhase") if phases is not None else ():
            id_ = phase.attributes.get("phaseID", "").strip()
            made = self.build.phase(phase.told("phaseName") or id_, phase.line, id_)
            self.phases[id_] = made
            goal = phase.told("phaseDescription")
            if goal:
                made["customer_goal"] = goal

    def _actors(self, journey: Element) -> None:
        actors = journey.first("actors")
        for actor in actors.inside if actors is not None else ():
            id_ = actor.attributes.get("actorID") or actor.attributes.get("actorIDref") or ""
            if actor.tag == "endUser":
                self.people[id_] = self.build.persona(actor.told("actorName") or id_, actor.line, id_)
            elif actor.tag == "serviceProvider":
                self.firms[id_] = actor.told("companyName") or actor.told("actorName") or id_
            else:
                self.build.leave(actor.line, f"{actor.tag} {id_}", "Only end users and service providers are read.")

    def point(self, element: Element) -> None:
        """Read a communication point or an action."""
        if element.tag not in _POINTS:
            self.build.leave(element.line, element.tag, "This is no touchpoint of CJML.")
            return
        is_action = element.tag.endswith("Action")
        sides = [side for side in map(element.first, ("initiator", "receiver")) if side is not None]
        label = element.told("initiator", "initiatorLabel") or element.told("receiver", "receiverLabel")
        id_ = element.told("touchpointID")
        point = self.build.touchpoint(self._phase(element), label or id_, element.line, id_)
        actors = [actor.attributes.get("actorIDref", "") for side in sides for actor in side.all("refersTo")]
        point["channel"] = self.build.channel(element.told("channel", "channelName"), element.line)
        owner = next((self.firms[actor] for actor in actors if actor in self.firms), None)
        if owner:
            point["owner"] = self.build.department(owner, element.line)
        if is_action and not any(actor in self.people for actor in actors):
            point["customer_action"] = False
        self.met.append((point, [who for actor in actors if (who := self.people.get(actor))]))
        receiver = element.told("receiver", "receiverLabel")
        if receiver and receiver != label:
            self.build.leave(element.line, receiver, "The label of the receiver: a touchpoint has one name.")
        for part in element.inside:
            if part.tag not in _READ and _all_text(part):
                self.build.leave(part.line, f"{part.tag} {_all_text(part)}", "A map has no place for it.")

    def end(self, name: str, line: int) -> None:
        """Give the personas to their touchpoints; one that all of them meet names none."""
        if not self.build.phases:
            raise InputError(f"{name}:{line}: the journey has no phase and no touchpoint.", "Export one that has.")
        everyone = {known["id"] for known in self.build.personas}
        for point, ids in self.met:
            if ids and set(ids) != everyone:
                point["personas"] = CommentedSeq(dict.fromkeys(ids))

    def _phase(self, element: Element) -> CommentedMap:
        found = element.first("belongsTo")
        id_ = found.attributes.get("phaseIDref", "").strip() if found is not None else ""
        if id_ not in self.phases:
            self.phases[id_] = self.build.phase(id_ or self.build.title or "Journey", element.line, id_)
        return self.phases[id_]


def _all_text(element: Element) -> str:
    told = [" ".join(element.text.split()), *map(_all_text, element.inside)]
    return " ".join(part for part in told if part)
