"""What stands beside the tables of a map: sources, what its words mean, and how it was measured."""

from collections.abc import Mapping
from typing import Any, Final

from farled.locale import N_, date
from farled.maps.draw.words import DASH, Words
from farled.maps.model import MapFile

SEVERITIES: Final = {"E": N_("error"), "W": N_("warning"), "I": N_("hint")}
_KINDS: Final = {
    "survey": N_("survey"),
    "interview": N_("interview"),
    "observation": N_("observation"),
    "workshop": N_("workshop"),
    "organisation": N_("the organisation's own knowledge"),
    "crm": N_("customer register"),
    "web_analytics": N_("web analytics"),
    "ads": N_("advertising data"),
    "sales": N_("sales data"),
    "support": N_("support data"),
    "reviews": N_("reviews"),
    "social": N_("social media"),
    "other": N_("other"),
}
_WORDS: Final = (
    (N_("Journey"), N_("A customer's events in order; a silence of more than {silence} ends it.")),
    (
        N_("Customers of a phase"),
        N_("Those who came to the phase or to a later one, so the numbers never rise along the map."),
    ),
    (
        N_("Drop-off"),
        N_("Share of those in a phase who do not come to the next within {within}; journeys still open count as open."),
    ),
    (N_("Transition"), N_("From one touchpoint of the map to the next different one of the same journey.")),
    (
        N_("Data coverage"),
        N_("The smallest of three shares: touchpoints seen, events linked to customers, journeys seen in the phase."),
    ),
    (N_("Feeling"), N_("From −2 to +2, from answers and texts of customers; hollow points rest on fewer than 30.")),
    (
        N_("Assumed"),
        N_("Said by the team without a source; drawn dotted or dashed, never mixed with measured values."),
    ),
    (N_("over, under, unclear"), N_("Over or under a target only where the whole interval lies on that side.")),
)
_METHOD: Final = (
    (
        N_("Intervals"),
        N_(
            "All are 95 % intervals: Wilson for shares, Kaplan–Meier for what some have not had the time to do yet, "
            "t for means over customers; n says on how many a number rests."
        ),
    ),
    (N_("Few"), N_("Numbers that rest on 5 to 29 are marked few; under 5 no number is given.")),
    (N_("Privacy"), N_("Groups of fewer than {least} customers are hidden, and so is what would give them away.")),
)


def source_rows(map_: MapFile, words: Words) -> list[tuple[str, ...]]:
    """Return title, kind, n and date of each source."""
    return [
        (
            source.title,
            words._(_KINDS[source.kind]),
            words.count(source.n) if source.n else DASH,
            date(source.date, words.language),
        )
        for source in map_.sources.values()
    ]


def definitions(map_: MapFile, words: Words) -> list[tuple[str, str]]:
    """Return the words of the map and what they mean."""
    within = words.span(map_.map.journey.within)
    silence = words.span(map_.map.journey.ends_after)
    fields = {"within": within, "silence": silence}
    return [(words._(name), words._(text).format(**fields)) for name, text in _WORDS]


def method(map_: MapFile, snapshot: Mapping[str, Any] | None, words: Words) -> list[tuple[str, str]]:
    """Return how the numbers came about; nothing where nothing was measured."""
    if not snapshot:
        return []
    least = words.count(map_.map.privacy.min_customers)
    told = [(words._(name), words._(text).format(least=least)) for name, text in _METHOD]
    rows = [
        words._("{source}: {events} events, {start} to {end}").format(
            source=one.get("source", ""),
            events=words.count(one.get("events") or 0),
            start=one.get("from", ""),
            end=one.get("to", ""),
        )
        for one in snapshot.get("inputs") or ()
    ]
    return [*told, *([(words._("Data"), "; ".join(rows))] if rows else [])]
