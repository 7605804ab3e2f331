"""What the steps of intent ask for: goal, personas, phases."""

from collections.abc import Iterator

from farled.locale import N_
from farled.maps.guide.case import Case, Gap, Need, Word
from farled.maps.touchpoint import AXIS

SATISFACTION = frozenset({"csat", "ces", "nps", "stars", "feeling", "sentiment"})
MIN_PERSONAS = 2
NOTHING_MEASURED = N_("Nothing was measured yet.")


def goal_needs(case: Case) -> tuple[Need, ...]:
    """Return what step 1 asks for."""
    head = case.map.map
    return (
        Need(N_("A goal with metric, target and a date to come"), tuple(_goal(case)), ("G01",)),
        Need(N_("The present value of the metric, to start from"), tuple(_start(case)), (), _measured(case)),
        Need(
            N_("Guards that must not get worse, satisfaction among them"),
            ()
            if _guards_satisfaction(case)
            else (Gap(N_("No guard measures satisfaction"), ("map", "guards"), "G05"),),
            ("G05",),
        ),
        Need(
            N_("A type of journey that fits"),
            ()
            if _has_covered_type(case)
            else (
                Gap(
                    N_("The phases do not lead to what a journey of the type {type} is for"),
                    ("map", "journey_type"),
                    "G02",
                    command="farled guide types",
                    fields={"type": Word(head.journey_type.replace("_", " "))},
                ),
            ),
            ("G02",),
        ),
    )


def persona_needs(case: Case) -> tuple[Need, ...]:
    """Return what step 3 asks for."""
    map_ = case.map
    few = len(map_.personas) < MIN_PERSONAS
    more = Gap(
        N_("{n} of at least two personas is described") if map_.personas else N_("No persona is described"),
        ("personas",),
        "P01",
        fields={"n": len(map_.personas)},
    )
    return (
        Need(N_("At least two personas"), (more,) if few else (), ("P01",)),
        Need(N_("What each wants, struggles with and how they decide"), tuple(_persona_texts(case)), ("P06",)),
        Need(N_("Each rests on what customers said or did"), tuple(_evidence(case)), ("P05",)),
        Need(
            N_("A rule that finds each among the customers"),
            tuple(
                Gap(
                    N_("{name} cannot be counted: there is no rule"),
                    ("personas", at, "segment"),
                    fields={"name": p.name},
                )
                for at, p in enumerate(map_.personas)
                if p.segment is None
            )
            or _nobody(few, more),
        ),
        Need(N_("Hardly anybody who is none of them"), tuple(_rest(case)), ("P02",), _measured(case)),
    )


def phase_needs(case: Case) -> tuple[Need, ...]:
    """Return what step 4 asks for."""
    return (
        Need(N_("The whole way, from first notice to coming back"), tuple(_axis(case)), ("G03", "G04")),
        Need(
            N_("What the customer wants in each phase"),
            tuple(_lacking(case, "customer_goal", N_("{phase}: the customer's goal is missing"), "P06")),
            ("P06",),
        ),
        Need(
            N_("What they do, think and feel in each phase"),
            (
                *_lacking(case, "does", N_("{phase}: what the customer does is missing")),
                *_lacking(case, "thinks", N_("{phase}: what the customer thinks is missing")),
                *_lacking(case, "feels", N_("{phase}: what the customer feels is missing")),
            ),
        ),
        Need(
            N_("Somebody who answers for each phase"), tuple(_lacking(case, "owner", N_("{phase} has no owner"), "O01"))
        ),
    )


def _measured(case: Case) -> str:
    return "" if case.snapshot is not None else NOTHING_MEASURED


def _nobody(few: bool, more: Gap) -> tuple[Gap, ...]:
    return (more,) if few else ()


def _goal(case: Case) -> Iterator[Gap]:
    goal = case.map.map.goal
    if goal.by < case.facts.today:
        yield Gap(
            N_("The day of the goal, {day}, has passed"), ("map", "goal", "by"), "G01", fields={"day": str(goal.by)}
        )
    if goal.metric not in case.map.metrics:
        yield Gap(N_("The goal's metric is not defined"), ("map", "goal", "metric"), "G01")


def _start(case: Case) -> Iterator[Gap]:
    goal = case.map.map.goal
    if case.snapshot is not None and case.metric(goal.metric) is None:
        yield Gap(
            N_("{metric} has no value in this period"), ("metrics", goal.metric), "D05", fields={"metric": goal.metric}
        )


def _guards_satisfaction(case: Case) -> bool:
    metrics = case.map.metrics
    return any(metrics[name].kind in SATISFACTION for name in case.map.map.guards or () if name in metrics)


def _has_covered_type(case: Case) -> bool:
    wanted = {
        "purchase": {"buy"},
        "lead_generation": {"weigh"},
        "engagement": {"use"},
        "retention": {"return"},
        "service": {"use"},
    }[case.map.map.journey_type]
    covered = {part for phase in case.map.phases for part in phase.covers or ()}
    return not covered or bool(wanted & covered)


def _persona_texts(case: Case) -> Iterator[Gap]:
    if not case.map.personas:
        yield Gap(N_("No persona is described"), ("personas",), "P01")
    for at, persona in enumerate(case.map.personas):
        told = {"name": persona.name}
        if not persona.wants:
            yield Gap(N_("{name}: wants are missing"), ("personas", at, "wants"), "P06", fields=told)
        if not persona.struggles:
            yield Gap(N_("{name}: struggles are missing"), ("personas", at, "struggles"), "P06", fields=told)
        if not persona.decides:
            yield Gap(N_("{name}: how they decide is missing"), ("personas", at, "decides"), fields=told)


def _evidence(case: Case) -> Iterator[Gap]:
    if not case.map.personas:
        yield Gap(N_("No persona is described"), ("personas",), "P01")
    for at, persona in enumerate(case.map.personas):
        if not persona.based_on:
            yield Gap(N_("{name} is assumed"), ("personas", at, "based_on"), "P05", fields={"name": persona.name})


def _rest(case: Case) -> Iterator[Gap]:
    rest = (case.snapshot or {}).get("personas", {}).get("rest")
    if case.snapshot is not None and not rest:
        yield Gap(N_("No persona can be counted"), ("personas",), "P02")
    share = ((rest or {}).get("share") or {}).get("value")
    if share is not None and share > 0.25:
        yield Gap(
            N_("{share} of the customers are none of the personas"), ("personas",), "P02", fields={"share": share}
        )


def _axis(case: Case) -> Iterator[Gap]:
    covered = {part for phase in case.map.phases for part in phase.covers or ()}
    if not covered:
        yield Gap(N_("No phase says which part of the journey it covers"), ("phases", 0, "covers"), "G04")
        return
    for part in AXIS:
        if part not in covered:
            yield Gap(N_("No phase covers: {part}"), ("phases",), "G04", fields={"part": Word(PARTS[part])})


def _lacking(case: Case, name: str, says: str, rule: str = "") -> Iterator[Gap]:
    for at, phase in enumerate(case.map.phases):
        if getattr(phase, name) is None:
            yield Gap(says, ("phases", at, name), rule, fields={"phase": phase.name})


PARTS = {
    "notice": N_("notice"),
    "explore": N_("explore"),
    "weigh": N_("weigh"),
    "buy": N_("buy"),
    "use": N_("use"),
    "return": N_("return"),
}
