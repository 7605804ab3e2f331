"""Steps and shape: S01 to S06."""

from datetime import date
from functools import partial

import numpy as np

from farled.locale import N_
from farled.maps.audit import meaning
from farled.maps.audit.compare import MIN_N, of_numbers, verdicts
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.ground import Ground, Number, as_number, is_under, joined, measured
from farled.maps.audit.reasons import HIDDEN, NO_RULE, NOT_MEASURED, TOO_FEW
from farled.maps.audit.rule import Failed, Judged, Rule, Thresholds, Unknown, cannot_tell, fails
from farled.maps.audit.ways import other_ways, phases_of_names
from farled.maps.measuring.facts import Ints
from farled.maps.measuring.phases import completion, seen
from farled.maps.measuring.touchpoints import onward
from farled.maps.metric import EventRule
from farled.maps.model import MapFile
from farled.stats.intervals import Rate

TOLD = 3
EMPTY_PHASE = N_("{objects} has no touchpoint.")
FEWER_THAN_MET = N_("Before the goal {mapped} touchpoints are mapped, but half of the customers meet {met} or more.")
NEVER_AT_ALL = N_("{objects} has a rule, but no event has ever come.")
AT_THE_START = N_(
    "The event {event} in the channel {channel} occurs in {share} of the journeys, but is on no touchpoint."
)


def _too_few_steps(evidence: Evidence, thresholds: Thresholds) -> Judged:
    """Judge the number of phases and touchpoints of a map of purchases, and all maps by what customers meet.

    Met before the goal are distinct touchpoints; an unmapped event name counts as one.
    """
    map_ = evidence.map
    number = sum(1 for _ in map_.touchpoints())
    values = {"phases": len(map_.phases), "touchpoints": number}
    few = len(map_.phases) < thresholds.number("min_phases") or number < thresholds.number("min_touchpoints")
    found = [Failed(values=values)] if few and map_.map.journey_type == "purchase" else []
    found += [Failed((phase.id,), values, says=EMPTY_PHASE) for phase in map_.phases if not phase.touchpoints]
    if found:
        return fails(*found)
    ground = Ground.of(evidence)
    return cannot_tell(NOT_MEASURED) if ground is None else _before_the_goal(ground)


def _before_the_goal(ground: Ground) -> Judged:
    """Compare the touchpoints mapped before the goal with how many customers meet; an unmapped event name is one."""
    goal, place = meaning.goal(ground.map), meaning.goal_place(ground.map)
    if goal is None or place is None:
        return cannot_tell(NO_RULE, ground.map.map.goal.metric)
    reached = ground.now(goal)
    reached = reached.only(np.unique(reached.journey, return_index=True)[1])
    if len(reached) < MIN_N:
        return cannot_tell(TOO_FEW, objects=[ground.map.map.goal.metric])
    mapped = place + 1 if isinstance(goal, str) and goal in [phase.id for phase in ground.map.phases] else place
    met = _kinds_before(ground, reached.journey, reached.position)
    median = float(np.median(met))
    if mapped >= median:
        return fails()
    return fails(Failed(values={"mapped": mapped, "met": median}, distance=median - mapped, says=FEWER_THAN_MET))


def _kinds_before(ground: Ground, journeys: Ints, until: Ints) -> Ints:
    """Return how many touchpoints and unmapped event names each of some journeys has before a position."""
    facts = ground.facts
    limit = np.full(len(facts.entry), -1, dtype=np.int64)
    limit[journeys] = until
    found = []
    for number, part in enumerate(facts.parts):
        journey = facts.journey_of[number]
        position = np.arange(len(journey)) + facts.first_event[number]
        earlier = position < limit[journey]
        names = len(part.chunk.names)
        kind = np.where(part.touchpoint >= 0, part.touchpoint + names, part.chunk.name.astype(np.int64))
        found.append(np.unique(journey[earlier] * (names + 1 + len(ground.touchpoints)) + kind[earlier]))
    width = len(facts.parts[0].chunk.names) + 1 + len(ground.touchpoints)
    counts: Ints = np.bincount(np.concatenate(found) // width, minlength=len(facts.entry))
    return counts[journeys]


def _irrelevant_step(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge touchpoints that few meet, but 30 journeys or more; those of the last phase cannot be told."""
    view, facts = ground.view, ground.facts
    if view.n < MIN_N:
        return cannot_tell(TOO_FEW)
    rows = facts.meetings
    rare, unknown = [], []
    for at, touchpoint in enumerate(ground.touchpoints):
        met = np.unique(rows.journey[view.rows & (rows.touchpoint == at)])
        share = len(met) / view.n
        if not len(met) or share >= thresholds.number("min_share"):
            continue
        phase = int(ground.phase_of[at])
        if phase + 1 == len(ground.map.phases) or len(met) < MIN_N:
            unknown.append(touchpoint)
            continue
        without = view.places[~np.isin(view.places, met)]
        numbers = [as_number(completion(ground.narrowed(view, each), phase).share) for each in (met, without)]
        rare.append((touchpoint, share, of_numbers(numbers[0], numbers[1])))
    failed = []
    for (touchpoint, share, pair), verdict in zip(rare, verdicts([each[2] for each in rare]), strict=True):
        if verdict == "unknown":
            unknown.append(touchpoint)
        elif verdict != "higher":
            values = {"share": share, "with": pair.value, "without": pair.other, "n": pair.n}
            failed.append(Failed((touchpoint,), values))
    return Judged(tuple(failed), (Unknown(tuple(unknown), TOO_FEW),) if unknown else ())


def _unmapped(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge each event name in each channel of which no event has a place on the map.

    Feedback is no touchpoint and is left out; so are names of which a rule takes only some events.
    """
    n = ground.view.n
    if n < MIN_N:
        return cannot_tell(TOO_FEW)
    least = thresholds.number("min_share")
    often = [each for each in ground.snapshot["unmapped"] if (each["share"] or 0) >= least]
    often = [each for each in often if not _is_elsewhere(ground, each["event"], each["channel"])]
    names = [each["event"] for each in often]
    places = phases_of_names(ground, names)
    return fails(
        *(
            Failed(
                (f"{each['event']} ({each['channel']})",),
                {
                    "event": each["event"],
                    "channel": each["channel"],
                    "share": each["share"],
                    "where": places[each["event"]],
                },
                distance=each["share"] - least,
                says="" if places[each["event"]] else AT_THE_START,
            )
            for each in often
        )
    )


def _is_elsewhere(ground: Ground, name: str, channel: str | None) -> bool:
    """Return whether events of a name and channel have a place on the map: as feedback, or some of them by a rule."""
    events = ground.now(EventRule(event=name))
    coded = ground.channel(events)
    values = [*map(str, coded.values), None]
    events = events.only(coded.code == values.index(channel)) if channel in values[:-1] else events
    answers = np.union1d(ground.measuring.answers.position, ground.measuring.texts.position)
    are_answers = 2 * np.isin(events.position, answers).sum() > len(events)
    return bool(are_answers or (ground.touchpoint_of(events) >= 0).any())


def _never_seen(ground: Ground, _: Thresholds) -> Judged:
    """Judge each touchpoint with a rule by the events of the period, whoever's journey they are in."""
    events = seen(ground.view).touchpoint_events
    if ground.view.n < MIN_N:
        return cannot_tell(TOO_FEW)
    found = ground.snapshot["touchpoints"]
    return fails(
        *(
            Failed((touchpoint.id,), {"last": _day(last)}) if last else Failed((touchpoint.id,), says=NEVER_AT_ALL)
            for at, (_, touchpoint) in enumerate(ground.map.touchpoints())
            for last in [found[touchpoint.id]["last_seen"]]
            if touchpoint.observe is not None and not events[at]
        )
    )


def _day(moment: str) -> date:
    return date.fromisoformat(moment[:10])


def _off_the_map(ground: Ground, thresholds: Thresholds) -> Judged:
    share: Number = ground.snapshot["journeys"]["replayed"]
    if share["value"] is None or share["n"] < MIN_N:
        return cannot_tell(HIDDEN if share.get("reason") == "hidden" else TOO_FEW)
    limit = thresholds.number("min_replayed")
    if not is_under(share, limit):
        return fails()
    values = {"share": share["value"], "low": share["low"], "high": share["high"], "n": share["n"]}
    others = other_ways(ground)
    told = {**values, "ways": others[:TOLD], "others": others}
    return fails(Failed(values=told, distance=limit - share["value"]))


def _no_recovery(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge touchpoints without ``if_fails`` where more leave than at half of the others, and ``min_drop_off`` or more.

    Who stops there does nothing within ``span`` at a touchpoint that is no message; a message is a touchpoint of the
    firm's own (``customer_action: false``, or the channel email) that has no ``if_fails``. ``parts`` are the parts of
    the common axis where somebody can be written to; messages and the last phase are not judged.
    """
    points = [touchpoint for _, touchpoint in ground.map.touchpoints()]
    judged = [at for at, touchpoint in enumerate(points) if touchpoint.observe is not None]
    left = {at: _drop_off(ground, at) for at in judged}
    known = {at: share for at, share in left.items() if share is not None}
    if not known:
        return cannot_tell(TOO_FEW)
    median = float(np.median(list(known.values())))
    least = max(median, thresholds.number("min_drop_off"))
    above = [at for at in judged if at in known and known[at] > least and not points[at].if_fails]
    above = [at for at in above if not meaning.is_message(points[at])]
    above = [at for at in above if _can_be_reached(ground, at, thresholds.names("parts"))]
    written = meaning.messages(ground.map)
    if not written:
        reason = Unknown(tuple(points[at].id for at in above), NO_RULE, ("customer_action: false",))
        return Judged(unknown=(reason,) if above else ())
    return joined(map(partial(_recovered, ground, thresholds, known), above))


def _can_be_reached(ground: Ground, at: int, parts: tuple[str, ...]) -> bool:
    """Return whether the firm could write to who stops there, and the journey has further to go."""
    phase = int(ground.phase_of[at])
    covers = ground.map.phases[phase].covers
    return phase + 1 < len(ground.map.phases) and (covers is None or bool(set(covers) & set(parts)))


def _recovered(ground: Ground, thresholds: Thresholds, left: dict[int, float], at: int) -> Judged:
    """Judge whether those who stop at a touchpoint hear from the firm."""
    span = thresholds.span("span")
    ids = ground.touchpoints
    written = meaning.messages(ground.map)
    messages = ground.all(*written)
    own = ground.all(*(name for name in _observed(ground.map) if name not in written))
    met = ground.now(ids[at])
    wait = met.wait(own)
    stopped = met.only(((wait < 0) | (wait > span)) & (ground.facts.end - met.time >= span))
    stopped = stopped.firsts()
    if len(stopped) < MIN_N:
        return cannot_tell(TOO_FEW, objects=[ids[at]])
    wait = stopped.wait(messages)
    contacted = Rate(int(((wait >= 0) & (wait <= span)).sum()), len(stopped))
    least = thresholds.number("min_contacted")
    if not is_under(as_number(contacted), least):
        return fails()
    values = {"drop_off": left[at], "contacted": contacted.value, "n": contacted.n}
    return fails(Failed((ids[at],), values, distance=least - (contacted.value or 0.0)))


def _drop_off(ground: Ground, at: int) -> float | None:
    found = onward(ground.view, at).share
    return None if found.value is None or found.n < MIN_N else 1 - found.value


def _observed(map_: MapFile) -> tuple[str, ...]:
    return tuple(touchpoint.id for _, touchpoint in map_.touchpoints() if touchpoint.observe is not None)


RULES: tuple[Rule, ...] = (
    Rule(
        "S01",
        "too-few-steps",
        "ME",
        "W",
        N_("The map has only {phases} phases and {touchpoints} touchpoints."),
        N_("Include everything from first contact to end result; list every conceivable touchpoint."),
        _too_few_steps,
        {"min_phases": 4.0, "min_touchpoints": 5.0},
        sources=("R158", "R067"),
    ),
    Rule(
        "S02",
        "irrelevant-step",
        "E",
        "I",
        N_("Only {share} of the journeys meet {objects}, and those go on no more often: {with} against {without}."),
        N_("All steps should help the customer reach the goal: repair it or remove it."),
        measured(_irrelevant_step),
        {"min_share": 0.01},
        {"share": "share", "with": "share", "without": "share"},
        sources=("R143", "R162"),
    ),
    Rule(
        "S03",
        "touchpoint-unmapped",
        "E",
        "W",
        N_(
            "The event {event} in the channel {channel} occurs in {share} of the journeys, mostly around {where},"
            " but is on no touchpoint."
        ),
        N_("Put it on the map, or name it as noise."),
        measured(_unmapped),
        {"min_share": 0.05},
        {"share": "share", "where": "object", "channel": "channel"},
        sources=("R065",),
    ),
    Rule(
        "S04",
        "mapped-never-seen",
        "E",
        "W",
        N_("{objects} has a rule, but no event in the period; last seen: {last}."),
        N_("Correct the rule, restore the tracking, or remove the touchpoint."),
        measured(_never_seen),
        sources=("R065",),
    ),
    Rule(
        "S05",
        "off-the-map",
        "E",
        "W",
        N_("Only {share} of the journeys go the way of the map. The most frequent other ways: {ways}."),
        N_("Customers go other ways: correct the order of the phases, or add the ways they take."),
        measured(_off_the_map),
        {"min_replayed": 0.8},
        {"share": "share"},
        sources=("R006", "R005"),
    ),
    Rule(
        "S06",
        "no-recovery",
        "ME",
        "W",
        N_(
            "{drop_off} leave at {objects}. Of those who stop there {contacted} hear from the firm within {span},"
            " and the map does not say what happens then."
        ),
        N_("Say what happens if the customer does not reach the goal, and which steps solve it."),
        measured(_no_recovery),
        {"min_contacted": 0.1, "min_drop_off": 0.1, "span": "7d", "parts": "explore weigh buy use"},
        {"drop_off": "share", "contacted": "share"},
        sources=("R117", "R101"),
    ),
)
