"""Personal and consistent: C01 and C04."""

from datetime import date, timedelta
from itertools import combinations
from math import sqrt

import numpy as np

from farled.locale import N_
from farled.maps.audit.compare import MIN_N, Comparison, of_shares, verdicts
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.meaning import is_message
from farled.maps.audit.reasons import NO_PERSONAS, NOT_MEASURED, TOO_FEW
from farled.maps.audit.rule import Failed, Judged, Rule, Thresholds, cannot_tell, fails
from farled.maps.model import MapFile
from farled.maps.touchpoint import Touchpoint
from farled.spans import DAY
from farled.stats.intervals import Z95

CONTENT = frozenset(
    {"web", "webshop", "app", "email", "content", "blog", "download", "social", "video", "influencer", "ads", "event"}
)
_ALIKE = N_("All personas get the same mix of messages: {objects}.")
_NEVER = N_("Nobody has attested that pictures and text at {places} match in tone.")
_NO_MESSAGES = N_("no touchpoint of the map is a message of the firm")


def _one_size_for_all(evidence: Evidence, thresholds: Thresholds) -> Judged:
    messages = [touchpoint for _, touchpoint in evidence.map.touchpoints() if is_message(touchpoint)]
    if not messages:
        return cannot_tell(_NO_MESSAGES, "customer_action", "email")
    return _personal(evidence, messages, thresholds) + _mixed(evidence, messages, thresholds)


def _personal(evidence: Evidence, messages: list[Touchpoint], thresholds: Thresholds) -> Judged:
    """Judge the share of messages that are varied; where all or none of the touchpoints are, the map alone tells it."""
    varied = [touchpoint.personalised_by is not None for touchpoint in messages]
    if all(varied):
        return fails()
    share = 0.0
    if any(varied):
        sent = _sent(evidence, messages)
        if sent is None:
            return cannot_tell(NOT_MEASURED, objects=[each.id for each in messages])
        if not sum(sent):
            return cannot_tell(TOO_FEW, objects=[each.id for each in messages])
        share = sum(events for events, is_varied in zip(sent, varied, strict=True) if is_varied) / sum(sent)
    least = thresholds.number("min_personal")
    return fails() if share >= least else fails(Failed(values={"share": share}, distance=least - share))


def _sent(evidence: Evidence, messages: list[Touchpoint]) -> list[int] | None:
    """Return how often each message came, as far as it is shown; None: nothing was measured."""
    if evidence.snapshot is None:
        return None
    numbers = [evidence.snapshot["touchpoints"].get(touchpoint.id, {}).get("events") for touchpoint in messages]
    return [found if isinstance(found, int) else 0 for found in numbers]


def _mixed(evidence: Evidence, messages: list[Touchpoint], thresholds: Thresholds) -> Judged:
    """Judge whether the personas meet the messages in different shares."""
    ids = [persona.id for persona in evidence.map.personas if persona.segment is not None]
    if len(messages) < 2:
        return fails()
    if evidence.measuring is None or evidence.period is None:
        return cannot_tell(NOT_MEASURED, objects=ids)
    ids = [id_ for id_ in ids if f"persona:{id_}" in evidence.measuring.facts.groups]
    if len(ids) < 2:
        return cannot_tell(NO_PERSONAS, "segment")
    met = _met(evidence, messages, ids)
    pairs = combinations(met, 2)
    found = [of_shares(k, n, j, m) for (ks, n), (js, m) in pairs for k, j in zip(ks, js, strict=True)]
    says = verdicts(found)
    if "higher" in says or "lower" in says:
        return fails()
    if not all(_is_fine(each, thresholds.number("detectable")) for each in found):
        return cannot_tell(TOO_FEW, objects=ids)
    return fails(Failed(tuple(ids), {"messages": len(messages)}, says=_ALIKE))


def _met(evidence: Evidence, messages: list[Touchpoint], personas: list[str]) -> list[tuple[list[int], int]]:
    """Return of each persona how many customers met each message, and how many customers it has."""
    assert evidence.measuring is not None and evidence.period is not None  # noqa: PT018  the caller has looked
    facts, view = evidence.measuring.facts, evidence.measuring.view(evidence.period)
    order = [touchpoint.id for _, touchpoint in evidence.map.touchpoints()]
    places = [order.index(message.id) for message in messages]
    found = []
    for persona in personas:
        group = view.of([f"persona:{persona}"])
        rows = group.rows
        customer, touchpoint = facts.customer[facts.meetings.journey[rows]], facts.meetings.touchpoint[rows]
        met = [len(np.unique(customer[touchpoint == place])) for place in places]
        found.append((met, len(np.unique(facts.customer[group.places]))))
    return found


def _is_fine(found: Comparison, detectable: float) -> bool:
    """Return whether a difference as small as that would have been seen."""
    if min(found.n, found.other_n) < MIN_N or found.value is None or found.other is None:
        return False
    spread = sqrt(found.value * (1 - found.value) / found.n + found.other * (1 - found.other) / found.other_n)
    return Z95 * spread <= detectable


def _tone_check(evidence: Evidence, thresholds: Thresholds) -> Judged:
    oldest = evidence.today - timedelta(days=thresholds.span("max_age") / DAY)
    found = []
    for phase in evidence.map.phases:
        last = {each.id: _last_attest(evidence.map, phase.id, each.id) for each in phase.touchpoints if _is_shown(each)}
        late = [day for day in last.values() if day is None or day < oldest]
        places = tuple(id_ for id_, day in last.items() if day in late)
        dates = [day for day in late if day is not None]
        if dates:
            newest = max(dates)
            found.append(
                Failed((phase.id,), {"places": places, "last": newest}, distance=float((oldest - newest).days))
            )
        elif late:
            found.append(Failed((phase.id,), {"places": places}, says=_NEVER))
    return fails(*found)


def _last_attest(map_: MapFile, *places: str) -> date | None:
    return max((attest.date for attest in map_.attests if set(places) & set(attest.at)), default=None)


def _is_shown(touchpoint: Touchpoint) -> bool:
    """Return whether the firm shows pictures and text at a touchpoint."""
    return touchpoint.channel in CONTENT


RULES: tuple[Rule, ...] = (
    Rule(
        "C01",
        "one-size-for-all",
        "ME",
        "W",
        N_("Only {share} of the messages to customers are varied; {min_personal} is the least."),
        N_("Fit content, recommendations and messages to interests and behaviour."),
        _one_size_for_all,
        {"min_personal": 0.2, "detectable": 0.05},
        {"share": "share", "min_personal": "share", "detectable": "share"},
        ("L05", "L18", "L23"),
        ("R157",),
    ),
    Rule(
        "C04",
        "tone-check",
        "M",
        "I",
        N_("That pictures and text at {places} match in tone was last attested on {last}."),
        N_("See that pictures and text match in tone."),
        _tone_check,
        {"max_age": "180d"},
        {"places": "object"},
        sources=("R073",),
    ),
)
