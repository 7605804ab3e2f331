"""What the map says that events are: orders, deliveries, messages of the firm, questions with their answers.

Nothing is read off the name of an event. Where the map does not say it, the answer is empty, and the rule cannot tell.
"""

from collections.abc import Iterator
from typing import NamedTuple

from farled.journeys.grammar import Then, walk
from farled.maps.measuring.waits import Selector
from farled.maps.metric import EventRule, MedianTime, PercentileTime, Response, Share, WithinTime
from farled.maps.model import MapFile
from farled.maps.touchpoint import FeedbackRule, Phase, Touchpoint

BUYING, USING, RETURNING = "buy", "use", "return"
LOOKING = frozenset({"notice", "explore", "weigh"})
MAIL, PARCEL = "email", "delivery"
PAGES = frozenset({"web", "webshop", "app"})
SATISFACTION = frozenset({"csat", "ces", "stars", "nps", "sentiment", "feeling"})
ANSWERS = tuple(FeedbackRule(feedback=kind) for kind in ("csat", "ces", "nps", "stars", "text"))
_GOAL_KEYS = ("to", "at", "event")


class Question(NamedTuple):
    """Where customers ask, and what answers them.

    Attributes:
        touchpoint: Where they ask.
        start: The event with which they ask.
        answer: The event that answers; None: no metric of the map says which.
        match: A property in which both agree.
    """

    touchpoint: Touchpoint
    start: Selector
    answer: Selector | None
    match: str | None


def covering(map_: MapFile, *parts: str) -> tuple[Phase, ...]:
    """Return the phases that cover one of some parts of the common axis."""
    return tuple(phase for phase in map_.phases if set(phase.covers or ()) & set(parts))


def goal(map_: MapFile) -> Selector | None:
    """Return which events reach the goal: ``to``, ``at`` or ``event`` of its metric; None: it is no reaching."""
    metric = map_.metrics.get(map_.map.goal.metric)
    for key in _GOAL_KEYS:
        found = getattr(metric, key, None)
        if key == "event" and isinstance(found, str):
            return EventRule(event=found, where=getattr(metric, "where", None))
        if found is not None:
            selector: Selector = found
            return selector
    return None


def goal_place(map_: MapFile) -> int | None:
    """Return the position of the first touchpoint at which the goal is reached; None: it is on no touchpoint."""
    wanted = goal(map_)
    for at, (phase, touchpoint) in enumerate(map_.touchpoints()):
        if wanted in (touchpoint.id, phase.id) or (wanted is not None and _is_of(touchpoint, wanted)):
            return at
    return None


def orders(map_: MapFile) -> tuple[Selector, ...]:
    """Return which events are orders: milestones where the map covers *buy*, and the goal where it is one of these."""
    buying = covering(map_, BUYING)
    milestones = [touchpoint for phase in buying for touchpoint in phase.touchpoints if touchpoint.milestone]
    found: list[Selector] = [touchpoint.id for touchpoint in milestones if touchpoint.observe is not None]
    wanted = goal(map_)
    events = {getattr(touchpoint.observe, "event", None) for touchpoint in milestones}
    if isinstance(wanted, EventRule) and wanted.event in events:
        found.append(wanted)
    if not found and wanted is not None and map_.map.journey_type == "purchase":
        places = {phase.id for phase in buying} | {each.id for phase in buying for each in phase.touchpoints}
        found += [wanted] if wanted in places else []
    return tuple(found)


def deliveries(map_: MapFile) -> tuple[Selector, ...]:
    """Return which events are deliveries: milestones in the channel *delivery* where the map covers *use*."""
    return tuple(
        touchpoint.id
        for phase in covering(map_, USING)
        for touchpoint in phase.touchpoints
        if touchpoint.milestone and touchpoint.channel == PARCEL and touchpoint.observe is not None
    )


def is_message(touchpoint: Touchpoint) -> bool:
    """Return whether the firm speaks to the customer: it acts alone, or writes by e-mail.

    What has a way back for when it fails (``if_fails``) is no message, but what may go wrong.
    """
    is_said = not touchpoint.customer_action or touchpoint.channel == MAIL
    return touchpoint.observe is not None and is_said and not touchpoint.if_fails


def messages(map_: MapFile, since: str | None = None) -> tuple[str, ...]:
    """Return the touchpoints at which the firm speaks to the customer.

    Args:
        map_: Whose.
        since: Only in phases from the first on that covers this part of the common axis.
    """
    covers = [since in (phase.covers or ()) for phase in map_.phases]
    first = covers.index(True) if since is not None and True in covers else 0
    return tuple(point.id for phase in map_.phases[first:] for point in phase.touchpoints if is_message(point))


def questions(map_: MapFile) -> Iterator[Question]:
    """Yield the touchpoints where customers ask: those with a promise, and the starts of times that metrics measure.

    The answer is the end of a metric of time that begins there.
    """
    times = [metric for metric in map_.metrics.values() if isinstance(metric, MedianTime | PercentileTime | WithinTime)]
    for _, touchpoint in map_.touchpoints():
        if touchpoint.respond_within is None or touchpoint.observe is None:
            continue
        answering = next((each for each in times if _begins_at(each.from_, touchpoint)), None)
        if answering is None:
            yield Question(touchpoint, touchpoint.id, None, None)
        else:
            yield Question(touchpoint, answering.from_, answering.to, answering.match)


def asks(map_: MapFile) -> tuple[Response, ...]:
    """Return the metrics that say how customers are asked for feedback."""
    return tuple(metric for metric in map_.metrics.values() if isinstance(metric, Response))


def shares_of(map_: MapFile, selectors: tuple[Selector, ...], better: str) -> dict[str, Share]:
    """Return the shares among some events that are to rise, or to fall, by id."""
    events = _events(map_, selectors)
    return {
        name: metric
        for name, metric in map_.metrics.items()
        if isinstance(metric, Share) and metric.better == better and metric.of.event in events
    }


def mentions(map_: MapFile, metric: Share, selectors: tuple[Selector, ...]) -> bool:
    """Return whether a share is of some events, or asks whether they follow."""
    following = {part.event for part in walk(metric.where) if isinstance(part, Then)}
    return bool(_events(map_, selectors) & {metric.of.event, *following})


def _events(map_: MapFile, selectors: tuple[Selector, ...]) -> set[str]:
    names = {selector.event for selector in selectors if isinstance(selector, EventRule)}
    for phase, touchpoint in map_.touchpoints():
        if (touchpoint.id in selectors or phase.id in selectors) and isinstance(touchpoint.observe, EventRule):
            names.add(touchpoint.observe.event)
    return names


def _is_of(touchpoint: Touchpoint, wanted: Selector) -> bool:
    same = isinstance(touchpoint.observe, EventRule) and isinstance(wanted, EventRule)
    return same and touchpoint.observe.event == wanted.event  # type: ignore[union-attr]  # both are rules


def _begins_at(selector: Selector, touchpoint: Touchpoint) -> bool:
    return selector == touchpoint.id or _is_of(touchpoint, selector)
