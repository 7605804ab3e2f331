"""Goal and scope: G01, G03 to G05."""

from collections.abc import Sequence

from farled.locale import N_
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.meaning import goal_place
from farled.maps.audit.rule import Failed, Judged, Rule, Thresholds, cannot_tell, fails
from farled.maps.audit.terms import PARTS, Scope, called
from farled.maps.model import MapFile

BUYING = frozenset({"explore", "weigh", "buy"})
BEGIN = frozenset({"notice"})
END = frozenset({"use", "return"})
_OF_CUSTOMERS = frozenset({"csat", "ces", "stars", "nps", "feeling", "sentiment"})
_COMPANY_STEPS = N_("The map is called a customer journey, but in {share} of its touchpoints the company acts alone.")
_NO_COVERS = N_("not every phase says which part of the journey it covers")


def _goal_unclear(evidence: Evidence, _: Thresholds) -> Judged:
    goal = evidence.map.map.goal
    missing = [] if any(letter.isalpha() for letter in goal.text) else [N_("its text")]
    missing += [] if goal.metric in evidence.map.metrics else [N_("its metric")]
    return fails(Failed(values={"missing": tuple(missing)})) if missing else fails()


def _terms_mixed(evidence: Evidence, thresholds: Thresholds) -> Judged:
    """A map is a customer journey unless its title calls it a buying journey or a sales process."""
    map_ = evidence.map
    if called(map_) != Scope.CUSTOMER_JOURNEY:
        return fails()
    touchpoints = [touchpoint for _, touchpoint in map_.touchpoints()]
    own = sum(not touchpoint.customer_action for touchpoint in touchpoints)
    share = own / len(touchpoints) if touchpoints else 0.0
    covered, is_whole = _covered(map_)
    most = thresholds.number("max_company_steps")
    values = {"share": share, "covered": _parts(covered)}
    if share > most:
        return fails(Failed(values=values, distance=share - most, says=_COMPANY_STEPS))
    if is_whole:
        return fails(Failed(values=values)) if covered <= BUYING else fails()
    return cannot_tell(_NO_COVERS, "covers") if covered <= BUYING else fails()


def _journey_cut(evidence: Evidence, _: Thresholds) -> Judged:
    """A map that details a phase of another may be cut: that one goes on."""
    map_ = evidence.map
    if map_.map.parent is not None:
        return fails()
    covered, is_whole = _covered(map_)
    place = None if is_whole else _goal_phase(map_)
    if place is None and not is_whole and not (covered & BEGIN and covered & END):
        return cannot_tell(_NO_COVERS, "covers")
    missing = [] if covered & BEGIN or (place is not None and place > 0) else [PARTS["notice"]]
    goes_on = covered & END or (place is not None and place < len(map_.phases) - 1)
    missing += [] if goes_on else [PARTS["use"], PARTS["return"]]
    return fails(Failed(values={"missing": tuple(missing)})) if missing else fails()


def _no_guard(evidence: Evidence, _: Thresholds) -> Judged:
    guards = evidence.map.map.guards or ()
    metrics = [evidence.map.metrics.get(guard) for guard in guards]
    is_guarded = any(m is not None and m.kind in _OF_CUSTOMERS and getattr(m, "at", None) is None for m in metrics)
    return fails() if is_guarded else fails(Failed(values={"guards": guards}))


def _covered(map_: MapFile) -> tuple[frozenset[str], bool]:
    """Return which parts of the axis the phases cover, and whether every phase says so."""
    parts = frozenset(part for phase in map_.phases for part in phase.covers or ())
    return parts, all(phase.covers for phase in map_.phases)


def _parts(covered: frozenset[str]) -> Sequence[str]:
    return tuple(word for part, word in PARTS.items() if part in covered)


def _goal_phase(map_: MapFile) -> int | None:
    """Return the position of the phase in which the goal is reached; None: the map does not say."""
    place = goal_place(map_)
    if place is None:
        return None
    phase = [phase for phase, _ in map_.touchpoints()][place]
    return map_.phases.index(phase)


RULES: tuple[Rule, ...] = (
    Rule(
        "G01",
        "goal-unclear",
        "M",
        "E",
        N_("The goal of the map lacks: {missing}."),
        N_(
            "Decide first what you want to achieve: a better experience, more sales, more loyalty. "
            "Name metric, target and date."
        ),
        _goal_unclear,
        units={"missing": "word"},
        sources=("R146", "R131"),
    ),
    Rule(
        "G03",
        "terms-mixed",
        "M",
        "W",
        N_("The map is called a customer journey, but it covers only: {covered}."),
        N_(
            "Say which you map: the whole experience, the buying journey, or your own sales process. "
            "Best map the whole experience."
        ),
        _terms_mixed,
        {"max_company_steps": 0.5},
        {"share": "share", "max_company_steps": "share", "covered": "word"},
        sources=("R161", "R004"),
    ),
    Rule(
        "G04",
        "journey-cut",
        "M",
        "E",
        N_("The map leaves out a part of the journey: {missing}."),
        N_("Begin where customers first notice you and end at loyalty."),
        _journey_cut,
        units={"missing": "word"},
        sources=("R048", "R156"),
    ),
    Rule(
        "G05",
        "no-guard",
        "M",
        "I",
        N_("No guard of the map measures satisfaction as a whole."),
        N_("Add overall satisfaction as guard: improve without hurting it."),
        _no_guard,
        sources=("R032",),
    ),
)
