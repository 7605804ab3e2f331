"""Privacy: Y01 to Y04; not from the articles, but from the law."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np

from farled.locale import N_
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.reasons import NOT_MEASURED
from farled.maps.audit.rule import Failed, Judged, Rule, Thresholds, cannot_tell, fails
from farled.maps.translate import texts
from farled.spans import instant, microseconds, moment
from farled.texts.identifying import identifying

COUNTS = frozenset({"n", "customers", "reached", "entered", "skipped", "now_here", "journeys"})
_GROUPS = frozenset({"phases", "touchpoints", "personas", "metrics"})
_NO_CONSENTS = N_("nobody has said which sources need consent")
KINDS = {
    "email": N_("an e-mail address"),
    "phone": N_("a phone number"),
    "national number": N_("a national identity number"),
}


def _small_cell(evidence: Evidence, _: Thresholds) -> Judged:
    if evidence.snapshot is None:
        return cannot_tell(NOT_MEASURED)
    smallest = evidence.map.map.privacy.min_customers
    found: dict[tuple[str, ...], list[str]] = {}
    for place in _small(evidence.snapshot, smallest, ()):
        found.setdefault(_object(place), []).append(".".join(place))
    failed = (Failed(objects, {"at": tuple(at), "smallest": smallest}) for objects, at in found.items())
    return fails(*failed)


def _small(found: Any, smallest: int, place: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the places of numbers and counts that rest on too few customers."""
    if isinstance(found, list):
        for at, inner in enumerate(found):
            yield from _small(inner, smallest, (*place, str(at)))
    if not isinstance(found, Mapping):
        return
    for key, inner in found.items():
        if key in COUNTS and isinstance(inner, int) and 0 < inner < smallest and not isinstance(inner, bool):
            yield (*place, key) if "value" not in found else place
        else:
            yield from _small(inner, smallest, (*place, key))


def _object(place: tuple[str, ...]) -> tuple[str, ...]:
    return (place[1],) if len(place) > 1 and place[0] in _GROUPS else ()


def _kept_too_long(evidence: Evidence, _: Thresholds) -> Judged:
    if evidence.measuring is None:
        return cannot_tell(NOT_MEASURED)
    keep = evidence.map.map.privacy.keep
    midnight = instant(datetime(evidence.today.year, evidence.today.month, evidence.today.day, tzinfo=UTC))
    oldest = midnight - microseconds(keep)
    parts = [part.chunk.time for part in evidence.measuring.facts.parts]
    number = sum(int(np.count_nonzero(times < oldest)) for times in parts)
    if not number:
        return fails()
    first = min(int(times.min()) for times in parts if len(times))
    values = {"events": number, "oldest": moment(first).date(), "keep": keep}
    return fails(Failed(values=values, distance=float(number)))


def _identifying_text(evidence: Evidence, _: Thresholds) -> Judged:
    found: dict[tuple[str, ...], dict[str, None]] = {}
    for key, text in texts(evidence.map).items():
        kinds = identifying(text)
        if kinds:
            group, name = key.split(".")[:2]
            objects = () if group == "map" else (name,)
            found.setdefault(objects, {}).update(dict.fromkeys(kinds))
    return fails(
        *(Failed(objects, {"kinds": tuple(KINDS[kind] for kind in kinds)}) for objects, kinds in found.items())
    )


def _no_consent(evidence: Evidence, _: Thresholds) -> Judged:
    if evidence.consents is None:
        return cannot_tell(_NO_CONSENTS)
    found = (each for each in evidence.consents if each.without)
    return fails(
        *(
            Failed(
                (each.source,),
                {"source": each.source, "without": each.without, "events": each.events, "purpose": each.purpose},
                {"purpose": each.purpose},
                float(each.without),
            )
            for each in found
        )
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "Y01",
        "small-cell",
        "E",
        "E",
        N_("A number is shown that rests on fewer than {smallest} customers, at: {at}."),
        N_("Widen the period or the group; the program hides the number."),
        _small_cell,
        sources=("GDPR",),
    ),
    Rule(
        "Y02",
        "kept-too-long",
        "E",
        "E",
        N_("{events} events are older than {keep}; the oldest is of {oldest}."),
        N_("Run the retention job; shorten or justify the period."),
        _kept_too_long,
        units={"keep": "seconds"},
        sources=("GDPR",),
    ),
    Rule(
        "Y03",
        "identifying-text",
        "MF",
        "E",
        N_("A text at {objects} holds: {kinds}."),
        N_("Remove it."),
        _identifying_text,
        units={"kinds": "word"},
        sources=("GDPR",),
    ),
    Rule(
        "Y04",
        "no-consent",
        "E",
        "E",
        N_("{without} of {events} events of the source {source} came without consent to the purpose {purpose}."),
        N_("Stop the source or obtain the consent."),
        _no_consent,
        sources=("GDPR",),
    ),
)
