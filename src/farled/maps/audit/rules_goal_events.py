"""Goal and scope, as events show them: G02."""

from collections.abc import Mapping

import numpy as np

from farled.locale import N_
from farled.maps.audit import meaning
from farled.maps.audit.compare import MIN_N
from farled.maps.audit.ground import Ground, as_number, is_under, measured
from farled.maps.audit.reasons import NO_RULE, TOO_FEW
from farled.maps.audit.rule import Failed, Judged, Rule, Thresholds, Unknown, fails
from farled.maps.measuring.phases import is_observed, seen
from farled.stats.intervals import Rate

NO_GOAL = N_("Nobody reaches the goal {objects} in the period: is the type of journey right?")
NO_RETURN = N_("Only {again} of those who buy do so again: is retention the right type of journey?")


def _wrong_type(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge start and goal by the events of the period, and retention by who buys twice.

    The goal is ``to``, ``at`` or ``event`` of the goal metric; a goal metric without one leaves the goal untold. On a
    map of retention the share is of all who ever bought.
    """
    events = seen(ground.view).touchpoint_events
    starts = int(events[ground.phase_of[:-1] == 0].sum())
    goal, metric = meaning.goal(ground.map), ground.map.map.goal.metric
    goals = None if goal is None else len(ground.now(goal))
    values = {"type": ground.map.map.journey_type, "starts": starts, "goals": goals}
    failed, unknown = [], []
    if not is_observed(ground.facts, 0):
        unknown.append(Unknown((ground.map.phases[0].id,), NO_RULE))
    elif not starts:
        failed.append(Failed((ground.map.phases[0].id,), values))
    if goals is None:
        unknown.append(Unknown((metric,), NO_RULE, ("to", "at", "event")))
    elif not goals:
        failed.append(Failed((metric,), values, says=NO_GOAL))
    found = Judged(tuple(failed), tuple(unknown))
    return found + _few_return(ground, thresholds, values) if ground.map.map.journey_type == "retention" else found


def _few_return(ground: Ground, thresholds: Thresholds, values: Mapping[str, object]) -> Judged:
    selectors = meaning.orders(ground.map)
    if not selectors:
        return Judged(unknown=(Unknown((), NO_RULE, ("order",)),))
    orders = ground.all(*selectors)
    times = np.bincount(orders.customer[ground.view.mask[orders.journey]])
    buyers = Rate(int((times > 1).sum()), int((times > 0).sum()))
    if buyers.n < MIN_N:
        return Judged(unknown=(Unknown((), TOO_FEW),))
    least = thresholds.number("min_second_order")
    if not is_under(as_number(buyers), least):
        return fails()
    return fails(Failed((), {**values, "again": buyers.value}, {}, least - (buyers.value or 0.0), NO_RETURN))


RULES: tuple[Rule, ...] = (
    Rule(
        "G02",
        "wrong-journey-type",
        "ME",
        "E",
        N_("Nobody begins in {objects} in the period: is the type of journey right?"),
        N_("Find out which type of journey fits before any campaign starts; the type advisor helps."),
        measured(_wrong_type),
        {"min_second_order": 0.05},
        {"again": "share"},
        sources=("R163", "R193"),
    ),
)
