"""Use of data, as events and snapshots show it: D01 to D03, D09, D10."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from farled.locale import N_
from farled.maps.audit import meaning
from farled.maps.audit.compare import MIN_N, Comparison, of_snapshots, verdicts
from farled.maps.audit.evidence import Evidence, Snapshot
from farled.maps.audit.ground import Ground, is_under, measured, of_events
from farled.maps.audit.reasons import NO_RULE, NOT_MEASURED, TOO_FEW
from farled.maps.audit.rule import Failed, Judged, Rule, Thresholds, Unknown, cannot_tell, fails
from farled.maps.measuring.phases import is_observed, seen
from farled.maps.measuring.waits import Selector
from farled.spans import SECOND, moment

LARGEST = 5
WITHOUT_PAST = N_("Only {earlier} of the orders have an earlier event of the same customer.")
PHASE_EMPTY = N_("Not one event came in the period from {objects}.")
FEW_EVENTS = N_("too few earlier events")
NO_REVIEW = N_("no snapshot was made at the last review")
CHANGED_SINCE = N_("the map was changed since its last review")


class _Silence(NamedTuple):
    touchpoint: str
    last: int
    usual: float


def _phase_unmeasured(evidence: Evidence, _: Thresholds) -> Judged:
    unseen = [phase for phase in evidence.map.phases if all(point.observe is None for point in phase.touchpoints)]
    found = tuple(Failed((phase.id,)) for phase in unseen)
    ground = Ground.of(evidence)
    if ground is None:
        return fails(*found) if found else cannot_tell(NOT_MEASURED)
    events = seen(ground.view).phase_events
    if not ground.view.n:
        return Judged(found, cannot_tell(TOO_FEW).unknown)
    places = [at for at in range(len(ground.map.phases)) if is_observed(ground.facts, at) and not events[at]]
    return fails(*found, *(Failed((ground.map.phases[at].id,), says=PHASE_EMPTY) for at in places))


def _tracking_stopped(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge each touchpoint at the end of the period: silent for ``factor`` times the 95th percentile of its gaps.

    Touchpoints of one event that have all fallen silent are one finding.
    """
    mapped = ground.mapped()
    until = min(ground.view.end, ground.facts.end)
    mapped = mapped.only(mapped.time <= until)
    touchpoint = ground.touchpoint_of(mapped)
    silent: dict[str, list[_Silence]] = {}
    heard, unknown = set(), []
    for at, (_, point) in enumerate(ground.map.touchpoints()):
        if point.observe is None:
            continue
        event = getattr(point.observe, "event", point.id)
        time = np.sort(mapped.time[touchpoint == at])
        if len(time) < thresholds.number("min_events"):
            unknown.append(point.id)
            continue
        usual = float(np.quantile(np.diff(time), 0.95))
        if until - int(time[-1]) > thresholds.number("factor") * usual:
            silent.setdefault(event, []).append(_Silence(point.id, int(time[-1]), usual))
        else:
            heard.add(event)
    found = [each for event, of in silent.items() for each in ([of] if event not in heard else [[one] for one in of])]
    failed = tuple(_silence(ground, each, until) for each in found)
    return Judged(failed, (Unknown(tuple(unknown), FEW_EVENTS),) if unknown else ())


def _silence(ground: Ground, of: Sequence[_Silence], until: int) -> Failed:
    """Return one finding of touchpoints that fell silent together: all those of one event."""
    last = max(each.last for each in of)
    values = {
        "last": moment(last, ground.measuring.stamp.zone).date(),
        "silent": (until - last) / SECOND,
        "usual": min(each.usual for each in of) / SECOND,
    }
    return Failed(tuple(each.touchpoint for each in of), values)


def _coverage_low(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge the coverage of each phase, and how many orders have an earlier event of the same customer.

    Orders are milestones where the map covers *buy*, and the goal where it is one of these events.
    """
    least = thresholds.number("min_coverage")
    failed = []
    for phase in ground.map.phases:
        found = ground.snapshot["phases"][phase.id]["coverage"]
        if found["observed"] and found["value"] < least:
            values = {"coverage": found["value"], **{part: found[part] for part in ("observed", "linked", "seen")}}
            failed.append(Failed((phase.id,), values, distance=least - found["value"]))
    return Judged(tuple(failed)) + _orders_without_past(ground, thresholds)


def _orders_without_past(ground: Ground, thresholds: Thresholds) -> Judged:
    selectors = meaning.orders(ground.map)
    if not selectors:
        return cannot_tell(NO_RULE, "order") if meaning.covering(ground.map, meaning.BUYING) else Judged()
    orders = ground.now(*selectors)
    if orders.customers < MIN_N:
        return cannot_tell(TOO_FEW, objects=_ids(selectors))
    share = of_events(ground.first_event[orders.customer] < orders.time, orders.customer)
    least = thresholds.number("min_earlier")
    if not is_under(share, least):
        return fails()
    values = {"earlier": share["value"], "n": share["n"]}
    return fails(Failed(_ids(selectors), values, distance=least - share["value"], says=WITHOUT_PAST))


def _behaviour_drift(evidence: Evidence, _: Thresholds) -> Judged:
    """Compare completions and shares of transitions with the snapshot at the last review; the five largest changes."""
    now, last = evidence.snapshot, evidence.map.map.review.last
    if now is None:
        return cannot_tell(NOT_MEASURED)
    earlier = [each for each in evidence.history if last is not None and each["period"][0] <= last.isoformat()]
    if not earlier or earlier[-1]["period"] == now["period"]:
        return cannot_tell(NO_REVIEW)
    then: Snapshot = max(earlier, key=lambda each: (each["period"][1] <= str(last), each["period"][1]))
    if then["map_hash"] != now["map_hash"]:
        return cannot_tell(CHANGED_SINCE)
    pairs = of_snapshots(now, then)
    said = dict(zip(pairs, verdicts(list(pairs.values())), strict=True))
    moved = [objects for objects, verdict in said.items() if verdict in ("higher", "lower")]
    moved.sort(key=lambda objects: -abs(pairs[objects].difference or 0.0))
    if not moved and all(verdict == "unknown" for verdict in said.values()):
        return cannot_tell(TOO_FEW)
    return fails(*(_drifted(objects, pairs[objects], then) for objects in moved[:LARGEST]))


def _drifted(objects: tuple[str, ...], pair: Comparison, then: Snapshot) -> Failed:
    values = {"now": pair.value, "then": pair.other, "n": pair.n, "since": then["period"][1]}
    return Failed(objects, values, {"share": "completion" if len(objects) == 1 else "transition"})


def _one_department(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge by the owner of each touchpoint's channel, else of the touchpoint or its phase."""
    owners = {phase.owner for phase in ground.map.phases if phase.owner}
    if len(owners) < thresholds.number("min_departments"):
        return fails()
    events = seen(ground.view).touchpoint_events
    by_department: Counter[str] = Counter()
    for at, (phase, point) in enumerate(ground.map.touchpoints()):
        department = ground.map.channel(point.channel).owner or point.owner or phase.owner
        by_department[department or ""] += int(events[at])
    total = sum(by_department.values())
    if total < MIN_N:
        return cannot_tell(TOO_FEW)
    department, most = by_department.most_common(1)[0]
    limit = thresholds.number("max_share")
    if most / total < limit or not department:
        return fails()
    values = {"department": department, "share": most / total, "owners": len(owners)}
    return fails(Failed((), values, {"department": department}, distance=most / total - limit))


def _ids(selectors: tuple[Selector, ...]) -> tuple[str, ...]:
    return tuple(selector for selector in selectors if isinstance(selector, str))


RULES: tuple[Rule, ...] = (
    Rule(
        "D01",
        "phase-unmeasured",
        "ME",
        "E",
        N_("Nothing can be measured in {objects}: no touchpoint there has a rule."),
        N_("Collect data at every step; until then the map says so."),
        _phase_unmeasured,
        sources=("R155", "R037"),
    ),
    Rule(
        "D02",
        "tracking-stopped",
        "E",
        "E",
        N_("{objects} has been silent for {silent}, since {last}; otherwise an event comes at least every {usual}."),
        N_("Check the source: the tracking has probably broken."),
        measured(_tracking_stopped),
        {"min_events": 20.0, "factor": 5.0},
        {"silent": "seconds", "usual": "seconds"},
        sources=("R037",),
    ),
    Rule(
        "D03",
        "coverage-low",
        "E",
        "W",
        N_(
            "Too little is seen of {objects}: coverage {coverage}"
            " (touchpoints with events {observed}, linked events {linked}, journeys seen there {seen})."
        ),
        N_("Connect the identifiers (sign-in, e-mail, loyalty card) and the missing source."),
        measured(_coverage_low),
        {"min_coverage": 0.5, "min_earlier": 0.3},
        dict.fromkeys(("coverage", "observed", "linked", "seen", "earlier"), "share"),
        sources=("R037", "R045"),
    ),
    Rule(
        "D09",
        "behaviour-drift",
        "S",
        "W",
        N_("Since the last review customers have changed their ways at {objects}: {then} then, {now} now."),
        N_("Customers have changed their ways: review these places."),
        _behaviour_drift,
        {},
        {"now": "share", "then": "share"},
        sources=("R039", "R133"),
    ),
    Rule(
        "D10",
        "one-department-data",
        "ME",
        "W",
        N_("{share} of the events come from channels of {department}, while {owners} departments own phases."),
        N_("Let all departments bring their data; all see the same customer data."),
        measured(_one_department),
        {"max_share": 0.8, "min_departments": 3.0},
        {"share": "share", "department": "department"},
        sources=("R154", "R094"),
    ),
)
