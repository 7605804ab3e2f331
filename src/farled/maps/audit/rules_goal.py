"""Goal and scope: G01, G03 to G05."""

from farled.locale import N_
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.rule import Failed, Judged, Rule, Thresholds, fails

BUYING = frozenset({"explore", "weigh", "buy"})
GOAL_KEYS = ("to", "at", "event", "before", "of")
_OF_CUSTOMERS = frozenset({"csat", "ces", "stars", "nps", "feeling", "sentiment"})


def _goal_unclear(evidence: Evidence, _: Thresholds) -> Judged:
    goal = evidence.map.map.goal
    missing = [name for name, value in (("text", goal.text.strip()), ("metric", goal.metric)) if not value]
    missing += [] if goal.metric in evidence.map.metrics or "metric" in missing else ["metric"]
    return fails(Failed(values={"missing": tuple(missing)})) if missing else fails()


def _no_guard(evidence: Evidence, _: Thresholds) -> Judged:
    guards = evidence.map.map.guards or ()
    metrics = [evidence.map.metrics.get(guard) for guard in guards]
    is_guarded = any(m is not None and m.kind in _OF_CUSTOMERS and getattr(m, "at", None) is None for m in metrics)
    return fails() if is_guarded else fails(Failed(values={"guards": guards}))


RULES: tuple[Rule, ...] = (
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
