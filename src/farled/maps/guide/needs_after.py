"""What the steps of use ask for: the picture, findings and priorities, change."""

from collections.abc import Iterator
from datetime import timedelta

from farled.locale import N_
from farled.maps.guide.case import Case, Gap, Need, place_of
from farled.maps.guide.needs_intent import NOTHING_MEASURED
from farled.maps.guide.propose import proposals
from farled.spans import DAY, microseconds

NOT_AUDITED = N_("The map has not been looked over yet.")
ATTESTED_FOR = timedelta(days=180)


def picture_needs(case: Case) -> tuple[Need, ...]:
    """Return what step 9 asks for."""
    return (
        Need(N_("An icon for each phase"), tuple(_iconless(case))),
        Need(N_("Names that customers would understand"), tuple(_of_rule(case, "P07")), ("P07",)),
        Need(N_("The map in the languages of its readers"), tuple(_untranslated(case))),
        Need(N_("Somebody attests that pictures and texts match in tone"), tuple(_tone(case)), ("C04",)),
    )


def priority_needs(case: Case) -> tuple[Need, ...]:
    """Return what step 10 asks for."""
    open_errors = [
        Gap(told=found.says, keys=_first_place(case, found.objects), rule=rule)
        for rule, ruled in (case.audit or {}).items()
        for found in ruled.findings
        if found.severity == "E" and found.is_open
    ]
    return (
        Need(
            N_("Every error accepted or dismissed"),
            tuple(open_errors),
            (),
            "" if case.audit is not None else NOT_AUDITED,
        ),
        Need(N_("Pain points, each with its place"), () if case.map.pain_points else (_no_pain(),)),
        Need(
            N_("Something to do where most fall away and where it feels worst"),
            tuple(_untaken(case)),
            (),
            _measured(case),
        ),
        Need(N_("Opportunities with owner, lever, effort and what they move"), tuple(_vague(case))),
    )


def change_needs(case: Case) -> tuple[Need, ...]:
    """Return what step 11 asks for."""
    under_way = [each for each in case.map.opportunities if each.status in ("planned", "testing", "done")]
    nothing = Gap(N_("Nothing is planned, tested or done yet"), ("opportunities",), command="farled map priorities")
    return (
        Need(N_("A change under way"), () if under_way else (nothing,)),
        Need(
            N_("A way to measure each change"), tuple(_unmeasured(case)) or (() if under_way else (nothing,)), ("X01",)
        ),
        Need(N_("One change at a time in each place"), tuple(_at_once(case)), ("X02",)),
        Need(N_("A review that is not overdue"), tuple(_review(case)), ("D08",)),
    )


def _measured(case: Case) -> str:
    return "" if case.snapshot is not None else NOTHING_MEASURED


def _first_place(case: Case, objects: tuple[str, ...]) -> tuple[str | int, ...]:
    return next((place for id_ in objects if (place := place_of(case.map, id_))), ())


def _of_rule(case: Case, rule: str) -> Iterator[Gap]:
    ruled = (case.audit or {}).get(rule)
    for found in ruled.findings if ruled is not None else ():
        if found.is_open:
            yield Gap(told=found.says, keys=_first_place(case, found.objects), rule=rule)


def _iconless(case: Case) -> Iterator[Gap]:
    for at, phase in enumerate(case.map.phases):
        if phase.icon is None:
            yield Gap(N_("{phase} has no icon of its own"), ("phases", at, "icon"), fields={"phase": phase.name})


def _untranslated(case: Case) -> Iterator[Gap]:
    for language, n in case.facts.untranslated.items():
        if n:
            command = f"farled map translate {case.map.map.id} --language {language}"
            yield Gap(
                N_("{n} texts are not translated into: {language}"),
                command=command,
                fields={"n": n, "language": language},
            )


def _tone(case: Case) -> Iterator[Gap]:
    fresh = [each for each in case.map.attests if case.facts.today - each.date <= ATTESTED_FOR]
    if not fresh:
        yield Gap(N_("Nobody has attested the tone in the last half year"), ("attests",), "C04")


def _no_pain() -> Gap:
    return Gap(N_("No pain point is on the map"), ("pain_points",))


def _untaken(case: Case) -> Iterator[Gap]:
    for found in proposals(case.map, case.snapshot):
        if not found.taken:
            says = {
                "drop_off": N_("{phase}: nothing is meant for the place where most fall away"),
                "feeling": N_("{phase}: nothing is meant for the place where it feels worst"),
            }[found.reason]
            yield Gap(says, ("opportunities",), command="farled guide levers", fields={"phase": found.phase.name})


def _vague(case: Case) -> Iterator[Gap]:
    if not case.map.opportunities:
        yield Gap(N_("No opportunity is on the map"), ("opportunities",))
    for at, each in enumerate(case.map.opportunities):
        if each.status in ("done", "dropped"):
            continue
        asked = {
            "owner": N_("{name}: the owner is missing"),
            "lever": N_("{name}: the lever is missing"),
            "effort": N_("{name}: the effort is missing"),
            "moves": N_("{name}: what it is to move is missing"),
        }
        for key, says in asked.items():
            if getattr(each, key) is None:
                yield Gap(says, ("opportunities", at, key), fields={"name": each.text})


def _unmeasured(case: Case) -> Iterator[Gap]:
    for at, each in enumerate(case.map.opportunities):
        if each.status in ("testing", "done") and each.measured_by is None:
            place = ("opportunities", at, "measured_by")
            yield Gap(
                N_("{name}: nobody has said how the effect is measured"), place, "X01", fields={"name": each.text}
            )


def _at_once(case: Case) -> Iterator[Gap]:
    testing: dict[str, str] = {}
    for at, each in enumerate(case.map.opportunities):
        if each.status != "testing":
            continue
        for metric in each.moves or ():
            if metric in testing:
                fields = {"name": each.text, "metric": metric, "other": testing[metric]}
                says = N_("{name} is tested on {metric} at the same time as {other}")
                yield Gap(says, ("opportunities", at), "X02", fields=fields)
            testing.setdefault(metric, each.text)


def _review(case: Case) -> Iterator[Gap]:
    review = case.map.map.review
    if review.last is None:
        yield Gap(N_("The map was never reviewed"), ("map", "review"), "D08")
        return
    due = review.last + timedelta(days=microseconds(review.every) // DAY)
    if due < case.facts.today:
        yield Gap(N_("The review was due on {day}"), ("map", "review", "last"), "D08", fields={"day": due.isoformat()})
