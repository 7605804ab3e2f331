"""Organisation, as events show it: O02, O03."""

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from farled.journeys.index import Floats
from farled.locale import N_
from farled.maps.audit import meaning
from farled.maps.audit.compare import MIN_N, Comparison, verdicts
from farled.maps.audit.ground import Ground, Happenings, Number, as_number, is_over, measured, of_events
from farled.maps.audit.reasons import NO_RULE, TOO_FEW
from farled.maps.audit.rule import Failed, Judged, Rule, Thresholds, Unknown, cannot_tell, fails
from farled.maps.measuring.touchpoints import onward
from farled.maps.recode import Mask
from farled.stats.intervals import Z95
from farled.stats.proportions import mantel_haenszel

FROM_NOWHERE = N_("{orders} of the orders have no campaign and no other event before them.")
Names = npt.NDArray[np.str_]

NO_OWNERS = N_("fewer than two departments own what customers meet")
NO_CAMPAIGN = N_("no event says which campaign it belongs to")
FEWEST = 10
MOST_TOLD = 5


class _Handover(NamedTuple):
    giver: str
    taker: str
    pair: Comparison


def _broken_handoff(ground: Ground, _: Thresholds) -> Judged:
    """Compare those who come to a touchpoint from another department with those who come from its own.

    Each touchpoint is compared with itself, so that one where journeys naturally end does not count as a bad hand-over.
    """
    owners = [ground.map.owner_of(name) for name in ground.touchpoints]
    if len({owner for owner in owners if owner}) < 2:
        return cannot_tell(NO_OWNERS)
    found = list(_handovers(ground, owners))
    said = verdicts([each.pair for each in found])
    if not found or all(verdict == "unknown" for verdict in said):
        return cannot_tell(TOO_FEW)
    return fails(
        *(
            Failed(
                (each.giver, each.taker),
                {
                    "giver": each.giver,
                    "taker": each.taker,
                    "rate": each.pair.value,
                    "other_rate": each.pair.other,
                    "n": each.pair.n,
                },
            )
            for each, verdict in zip(found, said, strict=True)
            if verdict == "lower"
        )
    )


def _handovers(ground: Ground, owners: Sequence[str | None]) -> Iterator[_Handover]:
    rows = ground.facts.meetings
    code = {owner: at for at, owner in enumerate(sorted({str(owner) for owner in owners}))}
    owner = np.array([code[str(each)] for each in owners])
    comes = ground.view.rows & (rows.before >= 0)
    giver, taker = owner[rows.before], owner[rows.touchpoint]
    for (one, from_), (other, to) in permutations(code.items(), 2):
        changed = comes & (giver == from_) & (taker == to)
        if "None" in (one, other) or changed.sum() < MIN_N:
            continue
        stays = comes & (giver == taker) & (taker == to)
        found = (_cells(ground, at, changed, stays) for at in np.flatnonzero(owner == to).tolist())
        cells = [cell for cell in found if cell is not None and min(cell[1], cell[3]) >= FEWEST]
        if cells:
            yield _Handover(one, other, _stratified(np.array(cells)))


def _cells(ground: Ground, at: int, changed: Mask, stays: Mask) -> tuple[float, float, float, float] | None:
    """Return how many went on of those who came from elsewhere, and of those who came from within, at a touchpoint."""
    found = []
    for rows in (changed, stays):
        share = as_number(onward(ground.view, at, only=rows).share)
        if share["value"] is None:
            return None
        n = _worth(share)
        found += [share["value"] * n, n]
    return found[0], found[1], found[2], found[3]


def _worth(share: Number) -> float:
    """Return how many fully watched customers a share rests on, by its interval."""
    value, n = float(share["value"]), float(share["n"])
    if not 0 < value < 1 or share["low"] is None or share["high"] is None:
        return n
    deviation = (share["high"] - share["low"]) / (2 * Z95)
    return min(n, value * (1 - value) / float(deviation) ** 2)


def _stratified(cells: Floats) -> Comparison:
    """Compare over touchpoints, each weighed by how well it can be compared (Mantel-Haenszel)."""
    k, n, other_k, other_n = cells.T
    weight = n * other_n / (n + other_n)
    rate, other = (float((part / whole * weight).sum() / weight.sum()) for part, whole in ((k, n), (other_k, other_n)))
    p = mantel_haenszel(k, n, other_k, other_n).p
    return Comparison(rate, other, int(n.sum()), int(other_n.sum()), p)


def _not_tied(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge the clicks that a property ``campaign`` marks, and the orders that nothing precedes."""
    return _clicks_untied(ground, thresholds) + _orders_blind(ground, thresholds)


def _clicks_untied(ground: Ground, thresholds: Thresholds) -> Judged:
    clicks, names = _clicks(ground, thresholds)
    if not len(clicks):
        return cannot_tell(NO_CAMPAIGN, *thresholds.names("campaign"))
    watched = clicks.time <= ground.facts.end - thresholds.span("span")
    clicks, names = clicks.only(watched), names[watched]
    if clicks.customers < MIN_N:
        return cannot_tell(TOO_FEW)
    limit = thresholds.number("max_unlinked")
    alone = ground.last_event[clicks.customer] <= clicks.position
    share = of_events(alone, clicks.customer)
    if not is_over(share, limit):
        return fails()
    campaigns = _by_campaign(clicks, names, alone)
    values = {"clicks": share["value"], "n": share["n"], "campaigns": campaigns}
    return fails(Failed((), values, {"part": "clicks"}, share["value"] - limit))


def _clicks(ground: Ground, thresholds: Thresholds) -> tuple[Happenings, Names]:
    """Return the events of the period that say which campaign brought them, and that campaign."""
    mapped = ground.within(ground.view, ground.mapped())
    names = thresholds.names("campaign")
    coded = ground.property(names[0], mapped) if names else None
    if coded is None:
        return mapped.only(np.zeros(len(mapped), dtype=np.bool_)), np.empty(0, dtype=np.str_)
    rows = coded.code >= 0
    return mapped.only(rows), np.array([str(value) for value in coded.values])[coded.code[rows]]


def _by_campaign(clicks: Happenings, names: Names, alone: Mask) -> tuple[str, ...]:
    found = []
    for name in np.unique(names).tolist():
        rows = names == name
        if clicks.only(rows).customers >= MIN_N:
            found.append((float(alone[rows].mean()), name))
    return tuple(f"{name} {100 * share:.0f} %" for share, name in sorted(found, reverse=True)[:MOST_TOLD])


def _orders_blind(ground: Ground, thresholds: Thresholds) -> Judged:
    selectors = meaning.orders(ground.map)
    if not selectors:
        return cannot_tell(NO_RULE, "order")
    orders = ground.now(*selectors)
    if orders.customers < MIN_N:
        return Judged(unknown=(Unknown((), TOO_FEW),))
    share = of_events(ground.first_event[orders.customer] >= orders.time, orders.customer)
    limit = thresholds.number("max_blind")
    if not is_over(share, limit):
        return fails()
    values = {"orders": share["value"], "n": share["n"]}
    return fails(Failed((), values, {"part": "orders"}, share["value"] - limit, FROM_NOWHERE))


RULES: tuple[Rule, ...] = (
    Rule(
        "O02",
        "broken-handoff",
        "ME",
        "E",
        N_("Where {giver} hands over to {taker}, {rate} go on; of those who come from within {taker} {other_rate}."),
        N_("The departments on both sides agree on one hand-over: same data, one strategy over all touchpoints."),
        measured(_broken_handoff),
        {},
        {"rate": "share", "other_rate": "share", "giver": "department", "taker": "department"},
        ("L20", "L21"),
        ("R154", "R068"),
    ),
    Rule(
        "O03",
        "campaign-not-tied",
        "E",
        "W",
        N_("{clicks} of the campaign clicks are followed by nothing of the same customer ({campaigns})."),
        N_("Tie campaigns to the sales process: tag links, pass identifiers on."),
        measured(_not_tied),
        {"max_unlinked": 0.5, "max_blind": 0.6, "campaign": "campaign", "span": "1d"},
        {"clicks": "share", "orders": "share"},
        ("L08",),
        ("R154", "R086"),
    ),
)
