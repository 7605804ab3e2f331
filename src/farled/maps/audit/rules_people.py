"""Customers and needs: P01, P05 to P07."""

from collections.abc import Iterator
from datetime import date, timedelta

from farled.locale import N_
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.rule import Failed, Judged, Rule, Thresholds, fails
from farled.maps.audit.terms import company_words
from farled.spans import DAY

_ASSUMED = N_("The persona {objects} is assumed: it rests on no source.")


def _one_persona(evidence: Evidence, thresholds: Thresholds) -> Judged:
    number, least = len(evidence.map.personas), thresholds.number("min_personas")
    return fails() if number >= least else fails(Failed(values={"personas": number}, distance=least - number))


def _persona_invented(evidence: Evidence, thresholds: Thresholds) -> Judged:
    sources = evidence.map.sources
    oldest = evidence.today - timedelta(days=thresholds.span("max_age") / DAY)
    found = []
    for persona in evidence.map.personas:
        dates = [sources[name].date for name in persona.based_on if name in sources]
        newest: date | None = max(dates, default=None)
        if newest is None or newest < oldest:
            beyond = None if newest is None else float((oldest - newest).days)
            says = _ASSUMED if newest is None else ""
            found.append(Failed((persona.id,), {"sources": len(dates), "newest": newest}, distance=beyond, says=says))
    return fails(*found)


def _need_forgotten(evidence: Evidence, _: Thresholds) -> Judged:
    found = [
        Failed((phase.id,), {"missing": (N_("what customers want"),)})
        for phase in evidence.map.phases
        if not phase.customer_goal
    ]
    for persona in evidence.map.personas:
        missing = [] if persona.wants else [N_("what the persona wants")]
        missing += [] if persona.struggles else [N_("what the persona struggles with")]
        found += [Failed((persona.id,), {"missing": tuple(missing)})] if missing else []
    return fails(*found)


def _company_words(evidence: Evidence, _: Thresholds) -> Judged:
    language = evidence.map.map.language
    found = [(id_, company_words(text, language)) for id_, text in _said_as_customers(evidence)]
    return fails(*(Failed((id_,), {"words": words}) for id_, words in found if words))


def _said_as_customers(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Yield the texts that should speak as customers do, with the object at which each stands."""
    for phase in evidence.map.phases:
        if phase.customer_goal:
            yield phase.id, phase.customer_goal
        yield from ((touchpoint.id, touchpoint.name) for touchpoint in phase.touchpoints)


RULES: tuple[Rule, ...] = (
    Rule(
        "P01",
        "one-persona",
        "M",
        "W",
        N_("The map has {personas} personas; at least {min_personas} are needed to see different needs."),
        N_("Make several personas, each a distinct group with its own needs and its own way to decide."),
        _one_persona,
        {"min_personas": 2.0},
        sources=("R153",),
    ),
    Rule(
        "P05",
        "persona-invented",
        "M",
        "W",
        N_("The newest source of the persona {objects} is of {newest}: older than {max_age}."),
        N_("Base personas on customer data: talk to customers, use surveys and the CRM."),
        _persona_invented,
        {"max_age": "730d"},
        sources=("R076",),
    ),
    Rule(
        "P06",
        "need-forgotten",
        "M",
        "E",
        N_("{objects} does not say: {missing}."),
        N_("Write what customers want to find out in each phase; put yourself in their place."),
        _need_forgotten,
        units={"missing": "word"},
        sources=("R160", "R063"),
    ),
    Rule(
        "P07",
        "company-words",
        "M",
        "I",
        N_("{objects} speaks as the firm does, not as customers do: {words}."),
        N_("Say it as the customer would: begin with “I …”."),
        _company_words,
        sources=("R160",),
    ),
)
