"""Sentences of the guide that terminal and page share."""

from collections.abc import Mapping

from farled.locale import N_, interval, number, percent, signed, translator
from farled.maps.draw.words import Words
from farled.maps.guide.propose import Proposal

_ITEMS = {"done": N_("complete"), "open": N_("open"), "unknown": N_("cannot be told yet")}


def item_states() -> Mapping[str, str]:
    """Return how an item of the checklist may stand, in English, to be translated."""
    return _ITEMS


def proposal_text(proposal: Proposal, language: str) -> str:
    """Return why a place is proposed, with its number, interval and n, and whether another may be as bad."""
    text = _number_text(proposal, language)
    if proposal.worst:
        return text
    return f"{text}. {translator(language)(N_('Another phase may be as bad: the intervals overlap.'))}"


def _number_text(proposal: Proposal, language: str) -> str:
    told, found = translator(language), proposal.number
    low, high = found.get("low"), found.get("high")
    n = Words(language).n(number(found["n"], language))
    if proposal.reason == "drop_off":
        bounds = "" if low is None or high is None else interval(1 - high, 1 - low, language, digits=0)
        says = N_("Most fall away after {phase}: {value} ({bounds}, {n})")
        return told(says).format(
            phase=proposal.phase.name, value=percent(1 - found["value"], language, 0), bounds=bounds, n=n
        )
    bounds = "" if low is None or high is None else interval(low, high, language, percent=False)
    says = N_("It feels worst in {phase}: {value} ({bounds}, {n})")
    return told(says).format(phase=proposal.phase.name, value=signed(found["value"], language, 1), bounds=bounds, n=n)
