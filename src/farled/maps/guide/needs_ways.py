"""What the steps of data and ways ask for: data, touchpoints, milestones, the typical journey, feedback."""

from collections.abc import Iterator, Mapping
from typing import Any

from farled.locale import N_
from farled.maps.guide.case import Case, Gap, Need
from farled.maps.guide.needs_intent import NOTHING_MEASURED
from farled.maps.touchpoint import FeedbackRule, Touchpoint

MIN_TOUCHPOINTS = 5
MIN_COVERAGE = 0.5
MIN_UNMAPPED = 0.05
MIN_REPLAYED = 0.8
MIN_ANSWERS = 30


def data_needs(case: Case) -> tuple[Need, ...]:
    """Return what step 2 asks for."""
    no_events = Gap(N_("The workspace holds no events"), rule="D01", command="farled ingest FILES…")
    return (
        Need(N_("Events of what customers did"), () if case.facts.events else (no_events,)),
        Need(N_("Every event that the map names"), tuple(_unknown_events(case)), (), _no_events(case)),
        Need(N_("Every phase measured"), tuple(_unmeasured(case)), ("D01", "D02"), _unmeasured_at_all(case)),
        Need(N_("At least half of each phase covered"), tuple(_coverage(case)), ("D03",), _unmeasured_at_all(case)),
        Need(N_("Talks and numbers, both"), tuple(_one_sided(case)), ("D06",)),
    )


def touchpoint_needs(case: Case) -> tuple[Need, ...]:
    """Return what step 5 asks for."""
    return (
        Need(N_("Touchpoints in every phase, at least five in all"), tuple(_too_few(case)), ("S01",)),
        Need(N_("Somebody who answers for each"), tuple(_ownerless(case)), ("O01",)),
        Need(N_("A rule that finds each among the events"), tuple(_unobserved(case))),
        Need(N_("What customers do is on the map"), tuple(_unmapped(case)), ("S03",), _unmeasured_at_all(case)),
        Need(N_("Each is met by customers"), tuple(_never_seen(case)), ("S04",), _unmeasured_at_all(case)),
    )


def milestone_needs(case: Case) -> tuple[Need, ...]:
    """Return what step 6 asks for."""
    map_ = case.map
    marked = [touchpoint for _, touchpoint in map_.touchpoints() if touchpoint.milestone]
    none = Gap(N_("No touchpoint is marked as a milestone"), ("phases",), "S07")
    no_moment = Gap(N_("No moment of truth is named"), ("moments_of_truth",))
    no_way = Gap(N_("No touchpoint says what happens if it fails"), ("phases",), "S06")
    return (
        Need(N_("Milestones, such as registration, activation, order"), () if marked else (none,), ("S07",)),
        Need(N_("Moments of truth"), () if map_.moments_of_truth else (no_moment,)),
        Need(
            N_("What happens if a step fails"),
            () if any(touchpoint.if_fails for _, touchpoint in map_.touchpoints()) else (no_way,),
            ("S06",),
        ),
        Need(
            N_("Each milestone says what comes next"),
            tuple(_silent_milestones(case, marked)) or (() if marked else (none,)),
        ),
    )


def journey_needs(case: Case) -> tuple[Need, ...]:
    """Return what step 7 asks for."""
    journeys: Mapping[str, Any] = (case.snapshot or {}).get("journeys") or {}
    replayed = (journeys.get("replayed") or {}).get("value")
    off = replayed is not None and (journeys["replayed"].get("high") or replayed) < case.threshold(
        "S05", "min_replayed", MIN_REPLAYED
    )
    says = N_("Only {share} of the journeys go as the map says")
    stray = Gap(
        says, ("phases",), "S05", command=f"farled variants --map {case.map.map.id}", fields={"share": replayed or 0.0}
    )
    untypical = Gap(N_("Too few customers go the same way to call it typical"), ("phases",))
    return (
        Need(
            N_("A typical journey, and how much it explains"),
            () if journeys.get("typical") else (untypical,) if case.snapshot is not None else (),
            (),
            _unmeasured_at_all(case),
        ),
        Need(N_("Customers go as the map says"), (stray,) if off else (), ("S05",), _unmeasured_at_all(case)),
        Need(N_("How many complete each phase"), tuple(_incomplete(case)), (), _unmeasured_at_all(case)),
        Need(N_("A KPI with a target in each phase"), tuple(_without_kpi(case)), ("D04",)),
    )


def feedback_needs(case: Case) -> tuple[Need, ...]:
    """Return what step 8 asks for."""
    asks = [touchpoint for _, touchpoint in case.map.touchpoints() if isinstance(touchpoint.observe, FeedbackRule)]
    nobody = Gap(N_("No touchpoint asks for feedback"), ("phases",), "A03")
    late = {"use", "return"}
    after = any(
        isinstance(touchpoint.observe, FeedbackRule) and late & set(phase.covers or ())
        for phase, touchpoint in case.map.touchpoints()
    )
    return (
        Need(N_("A place where customers are asked"), () if asks else (nobody,)),
        Need(
            N_("A question after the purchase"),
            () if after else (Gap(N_("Nobody is asked after the purchase"), ("phases",), "A03"),),
            ("A03",),
        ),
        Need(
            N_("Enough answers in each phase to know the feeling"),
            tuple(_few_answers(case)),
            ("E03",),
            _unmeasured_at_all(case),
        ),
    )


def _unmeasured_at_all(case: Case) -> str:
    return "" if case.snapshot is not None else NOTHING_MEASURED


def _no_events(case: Case) -> str:
    return "" if case.facts.events else N_("The workspace holds no events")


def _observed(case: Case) -> Iterator[tuple[int, int, Touchpoint]]:
    for at, phase in enumerate(case.map.phases):
        for number, touchpoint in enumerate(phase.touchpoints):
            yield at, number, touchpoint


def _unknown_events(case: Case) -> Iterator[Gap]:
    if not case.facts.events:
        return
    for at, number, touchpoint in _observed(case):
        event = getattr(touchpoint.observe, "event", None)
        if event is not None and event not in case.facts.names:
            yield Gap(
                N_("{name}: the event {event} never comes"),
                ("phases", at, "touchpoints", number, "observe"),
                "S04",
                fields={"name": touchpoint.name, "event": event},
            )


def _unmeasured(case: Case) -> Iterator[Gap]:
    for at, phase in enumerate(case.map.phases):
        coverage = ((case.snapshot or {}).get("phases", {}).get(phase.id) or {}).get("coverage") or {}
        if case.snapshot is not None and not coverage.get("value"):
            yield Gap(N_("{phase} is not measured"), ("phases", at, "touchpoints"), "D01", fields={"phase": phase.name})


def _coverage(case: Case) -> Iterator[Gap]:
    for at, phase in enumerate(case.map.phases):
        found = case.phase_number(phase.id, "coverage")
        if found is not None and 0 < found["value"] < case.threshold("D03", "min_coverage", MIN_COVERAGE):
            yield Gap(
                N_("{phase}: only {share} is covered"),
                ("phases", at),
                "D03",
                fields={"phase": phase.name, "share": float(found["value"])},
            )


def _one_sided(case: Case) -> Iterator[Gap]:
    sources = case.map.sources.values()
    if not sources:
        yield Gap(N_("No source is named"), ("sources",), "D06")
    elif not any(source.is_qualitative for source in sources):
        yield Gap(N_("All sources are numbers: talk to customers and colleagues too"), ("sources",), "D06")
    elif not any(source.is_quantitative for source in sources):
        yield Gap(N_("All sources are talks: count as well"), ("sources",), "D06")


def _too_few(case: Case) -> Iterator[Gap]:
    total = sum(len(phase.touchpoints) for phase in case.map.phases)
    if total < case.threshold("S01", "min_touchpoints", MIN_TOUCHPOINTS):
        yield Gap(N_("Only {n} touchpoints in all"), ("phases",), "S01", fields={"n": total})
    for at, phase in enumerate(case.map.phases):
        if not phase.touchpoints:
            yield Gap(
                N_("{phase} has no touchpoint"), ("phases", at, "touchpoints"), "S01", fields={"phase": phase.name}
            )


def _ownerless(case: Case) -> Iterator[Gap]:
    if case.map.map.owner is None:
        yield Gap(N_("The map has no owner"), ("map", "owner"), "O01")
    for at, number, touchpoint in _observed(case):
        if case.map.owner_of(touchpoint.id) is None:
            place = ("phases", at, "touchpoints", number, "owner")
            yield Gap(N_("{name} has no owner"), place, "O01", fields={"name": touchpoint.name})


def _unobserved(case: Case) -> Iterator[Gap]:
    for at, number, touchpoint in _observed(case):
        if touchpoint.observe is None:
            place = ("phases", at, "touchpoints", number, "observe")
            yield Gap(
                N_("{name} cannot be seen in the events: there is no rule"), place, fields={"name": touchpoint.name}
            )


def _unmapped(case: Case) -> Iterator[Gap]:
    least = case.threshold("S03", "min_share", MIN_UNMAPPED)
    for found in (case.snapshot or {}).get("unmapped", ()):
        share = found["share"].get("value") if isinstance(found["share"], Mapping) else found["share"]
        if share is not None and share >= least:
            fields: dict[str, str | int | float] = {
                "event": f"{found['event']} ({found['channel']})",
                "share": float(share),
            }
            yield Gap(
                N_("{event} is in {share} of the journeys, but not on the map"), ("phases",), "S03", fields=fields
            )


def _never_seen(case: Case) -> Iterator[Gap]:
    measured = (case.snapshot or {}).get("touchpoints", {})
    for at, number, touchpoint in _observed(case):
        if touchpoint.observe is not None and (measured.get(touchpoint.id) or {}).get("events", 1) == 0:
            place = ("phases", at, "touchpoints", number, "observe")
            yield Gap(N_("{name} was never met in this period"), place, "S04", fields={"name": touchpoint.name})


def _silent_milestones(case: Case, marked: list[Touchpoint]) -> Iterator[Gap]:
    silent = {touchpoint.id for touchpoint in marked if not touchpoint.tells_next_step}
    for at, number, touchpoint in _observed(case):
        if touchpoint.id in silent:
            place = ("phases", at, "touchpoints", number, "tells_next_step")
            yield Gap(N_("{name} does not say what comes next"), place, "V03", fields={"name": touchpoint.name})


def _incomplete(case: Case) -> Iterator[Gap]:
    if case.snapshot is None:
        return
    for at, phase in enumerate(case.map.phases[:-1]):
        if case.phase_number(phase.id, "completion") is None:
            yield Gap(N_("{phase}: how many go on is not known"), ("phases", at), fields={"phase": phase.name})


def _without_kpi(case: Case) -> Iterator[Gap]:
    for at, phase in enumerate(case.map.phases):
        if not phase.kpis:
            yield Gap(N_("{phase} has no KPI"), ("phases", at, "kpis"), "D04", fields={"phase": phase.name})
        for number, kpi in enumerate(phase.kpis or ()):
            if kpi.target is None:
                fields = {"phase": phase.name, "metric": kpi.metric}
                yield Gap(N_("{phase}: {metric} has no target"), ("phases", at, "kpis", number), "D04", fields=fields)


def _few_answers(case: Case) -> Iterator[Gap]:
    if case.snapshot is None:
        return
    for at, phase in enumerate(case.map.phases):
        feeling = (case.snapshot["phases"].get(phase.id) or {}).get("feeling") or {}
        n = feeling.get("n")
        if feeling.get("value") is None or (
            isinstance(n, int) and n < case.threshold("E03", "min_answers", MIN_ANSWERS)
        ):
            says = (
                N_("{phase}: {n} answers, 30 are needed")
                if isinstance(n, int)
                else N_("{phase}: too few answers to show")
            )
            fields: dict[str, str | int | float] = {"phase": phase.name, "n": n if isinstance(n, int) else 0}
            yield Gap(says, ("phases", at), "E03", fields=fields)
