"""Movement and friction: F01 to F05."""

from collections import Counter
from collections.abc import Iterator
from math import log, sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from farled.journeys.distinct import distinct_pairs
from farled.locale import N_
from farled.maps.audit import meaning
from farled.maps.audit.compare import MIN_COVERAGE, MIN_N, Comparison, is_off, of_numbers, verdicts
from farled.maps.audit.cuts import of_happenings, of_journeys
from farled.maps.audit.ground import Ground, Happenings, Number, as_number, is_over, measured, of_events, rest_of
from farled.maps.audit.reasons import LOW_COVERAGE, NO_RULE, TOO_FEW
from farled.maps.audit.rule import Failed, Judged, Rule, Thresholds, Unknown, cannot_tell, fails
from farled.maps.measuring.facts import Ints
from farled.maps.measuring.metric_steps import loops
from farled.maps.measuring.phases import dwell_number
from farled.maps.metric import DropOff, Dwell, Loops, StepCompletion
from farled.maps.recode import Mask
from farled.stats.intervals import Z95

MOST_TOLD = 10
FEW_VISITS = 0.2
FELL = N_("{objects} is the narrowest place: {completion} go on, before {before}; fewest among {worst}.")
SLOWER = N_("Half stay {median} or longer in {objects}; before {before}.")
LEFT_MORE = N_("{share} of those who begin at {objects} have not ordered within {span}; before {before}.")
LANDED = N_("{share} of the visits that begin at {objects} end there.")
NO_VISITS = N_("visits are not recorded view by view: most hold one event")
NO_EARLIER = N_("nothing is known of the period before")


def _bottleneck(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge the phase of lowest completion by a ``step_completion`` or ``drop_off`` of it with a target, and by before.

    Before is the same period a year ago where it was measured then, else the period directly before.
    """
    phases = ground.snapshot["phases"]
    known = {
        name: found["completion"]
        for name, found in phases.items()
        if (found["completion"] or {}).get("value") is not None
    }
    usable = {name: number for name, number in known.items() if number["n"] >= MIN_N}
    if not usable:
        return cannot_tell(TOO_FEW)
    name = min(usable, key=lambda phase: usable[phase]["value"])
    if phases[name]["coverage"]["value"] < MIN_COVERAGE:
        return cannot_tell(LOW_COVERAGE, objects=[name])
    at = [phase.id for phase in ground.map.phases].index(name)
    now = usable[name]
    before = ground.completion(ground.before, at) if ground.before is not None else None
    target, is_off_target = _target(ground, name)
    verdict = verdicts([of_numbers(now, before)])[0]
    if not is_off_target and verdict != "lower":
        return cannot_tell(NO_EARLIER, objects=[name]) if target is None and verdict == "unknown" else fails()
    earlier = before["value"] if before is not None and verdict != "unknown" else None
    values = {"completion": now["value"], "n": now["n"], "target": target, "before": earlier}
    says = "" if is_off_target else FELL
    return fails(Failed((name,), {**values, "worst": _worst(ground, at, thresholds)}, says=says))


def _target(ground: Ground, phase: str) -> tuple[float | None, bool]:
    """Return what is wanted of the completion of a phase, and whether it is off that."""
    for key, metric in ground.map.metrics.items():
        found = ground.snapshot["metrics"].get(key, {})
        if not isinstance(metric, StepCompletion | DropOff) or metric.at != phase or found.get("target") is None:
            continue
        is_drop = isinstance(metric, DropOff)
        target = 1 - found["target"] if is_drop else found["target"]
        return target, bool(is_off(found, found["target"], "down" if is_drop else "up"))
    return None, False


def _worst(ground: Ground, at: int, thresholds: Thresholds) -> str | None:
    """Return the device or channel with the lowest completion, of those with enough journeys."""
    found = []
    view = ground.view
    for name, value, journeys, _ in of_journeys(ground, view, thresholds.names("cuts")):
        share = ground.completion(ground.narrowed(view, journeys), at)
        if name != "customer" and share["n"] >= MIN_N and share["value"] is not None:
            found.append((share["value"], value))
    return min(found)[1] if found else None


def _slow_phase(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge each phase by a ``dwell`` of it with a target, and by before; medians are compared as logarithms."""
    before, pairs, numbers = ground.before, [], []
    for at, phase in enumerate(ground.map.phases):
        now = ground.snapshot["phases"][phase.id]["dwell"]
        if now is None or now.get("value") is None:
            continue
        earlier = None if before is None else dwell_number(before, at)
        numbers.append((phase.id, now, earlier))
        pairs.append(_of_times(now, earlier))
    said = verdicts(pairs)
    failed, unknown = [], []
    for (name, now, _), pair, verdict in zip(numbers, pairs, said, strict=True):
        target, is_slow = _dwell_target(ground, name)
        is_slower = verdict == "higher" and (pair.value or 0) > thresholds.number("factor") * (pair.other or 0)
        values = {"median": now["value"], "n": now["n"], "target": target, "before": pair.other}
        if is_slow or is_slower:
            failed.append(Failed((name,), values, says="" if is_slow else SLOWER))
        elif verdict == "unknown" and target is None:
            unknown.append(name)
    reason = TOO_FEW if before is not None else NO_EARLIER
    return Judged(tuple(failed), (Unknown(tuple(unknown), reason),) if unknown else ())


def _of_times(now: Number, earlier: Number | None) -> Comparison:
    """Compare two medians by their intervals, on the scale of logarithms since times are skewed."""
    n, other_n = now["n"], 0 if earlier is None or not isinstance(earlier["n"], int) else earlier["n"]
    parts = [None if found is None else _log(found) for found in (now, earlier)]
    if parts[0] is None or parts[1] is None or earlier is None:
        return Comparison(None, None, n, other_n, None, "seconds")
    (a, spread), (b, other_spread) = parts[0], parts[1]
    both = sqrt(spread**2 + other_spread**2)
    p = None if both == 0 else 2 * NormalDist().cdf(-abs(a - b) / both)
    return Comparison(now["value"], earlier["value"], n, other_n, p, "seconds")


def _log(found: Number) -> tuple[float, float] | None:
    value, low, high = (found.get(key) for key in ("value", "low", "high"))
    if not value or not low or not high:
        return None
    return log(value), (log(high) - log(low)) / (2 * Z95)


def _dwell_target(ground: Ground, phase: str) -> tuple[float | None, bool]:
    for key, metric in ground.map.metrics.items():
        found = ground.snapshot["metrics"].get(key, {})
        if isinstance(metric, Dwell) and metric.at == phase and found.get("target") is not None:
            return found["target"], bool(is_off(found, found["target"], "down"))
    return None, False


def _repeated_step(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge touchpoints but messages in phases that cover ``parts``: to look around again and again is no trouble."""
    parts = set(thresholds.names("parts"))
    times = int(thresholds.number("times"))
    failed, unknown = [], []
    for phase, point in ground.map.touchpoints():
        is_judged = phase.covers is None or parts & set(phase.covers)
        if point.observe is None or not is_judged or meaning.is_message(point):
            continue
        share = loops(ground.facts, Loops(kind="loops", at=point.id, times=times))(ground.view)
        if share["value"] is None or share["n"] < MIN_N:
            unknown.append(point.id)
        elif share["low"] >= thresholds.number("max_loops"):
            distance = share["value"] - thresholds.number("max_loops")
            failed.append(Failed((point.id,), {key: share[key] for key in ("value", "low", "high", "n")}, {}, distance))
    return Judged(tuple(failed), (Unknown(tuple(unknown), TOO_FEW),) if unknown else ())


def _cart(ground: Ground, thresholds: Thresholds) -> str | None:
    """Return the touchpoint that is the cart: as said, else the first where the map covers *buy*, if it is no order."""
    named = thresholds.names("cart")
    if named:
        return named[0] if named[0] in ground.touchpoints else None
    buying = [point for phase in meaning.covering(ground.map, meaning.BUYING) for point in phase.touchpoints]
    first = next((point for point in buying if point.observe is not None), None)
    return None if first is None or first.milestone else first.id


class _Left(NamedTuple):
    cut: dict[str, str]
    now: Number
    before: Number | None


def _cart_left(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge how many have not ordered within ``span`` after first coming to the cart.

    The cart is the touchpoint that ``cart`` names, else the first where the map covers *buy*, unless it is a milestone.
    The target is that of the order's ``step_completion``; ``cuts`` names properties of the event at the cart.
    """
    cart, orders = _cart(ground, thresholds), meaning.orders(ground.map)
    if cart is None or not orders:
        return cannot_tell(NO_RULE, "cart" if cart is None else "order")
    span = thresholds.span("span")
    begun, bought = ground.all(cart), ground.all(*orders)
    now = ground.within(ground.view, begun).firsts()
    if len(now) < MIN_N:
        return cannot_tell(TOO_FEW, objects=[cart])
    earlier = ground.within(ground.before, begun).firsts() if ground.before is not None else None
    found = list(_left_by_cut(ground, now, earlier, bought, span, thresholds.names("cuts")))
    said = verdicts([of_numbers(left.now, left.before) for left in found])
    failed = [
        Failed((cart,), _left_values(left), left.cut, says=LEFT_MORE)
        for left, verdict in zip(found, said, strict=True)
        if verdict == "higher"
    ]
    target = _cart_target(ground, cart)
    if target is not None and not any(not each.cut for each in failed):
        failed.insert(0, Failed((cart,), {**_left_values(found[0]), "target": target}))
    unclear = not failed and target is None and said[0] == "unknown"
    return cannot_tell(NO_EARLIER, objects=[cart]) if unclear else fails(*failed)


def _left_by_cut(
    ground: Ground, now: Happenings, earlier: Happenings | None, bought: Happenings, span: int, names: tuple[str, ...]
) -> Iterator[_Left]:
    def left(found: Happenings) -> Number:
        return rest_of(as_number(ground.followed(found, bought, span).share))

    yield _Left({}, left(now), None if earlier is None else left(earlier))
    before = (
        {} if earlier is None else {str(cut): earlier.only(rows) for cut, rows in of_happenings(ground, earlier, names)}
    )
    for cut, rows in of_happenings(ground, now, names):
        others = before.get(str(cut))
        yield _Left(cut, left(now.only(rows)), None if others is None else left(others))


def _left_values(left: _Left) -> dict[str, object]:
    before = None if left.before is None else left.before["value"]
    return {"share": left.now["value"], "n": left.now["n"], "before": before, "target": None}


def _cart_target(ground: Ground, cart: str) -> float | None:
    """Return the target of the completed purchase where it is missed: of an order, or of the phase just before it."""
    ids = [phase.id for phase in ground.map.phases]
    orders = {point.id: phase.id for phase, point in ground.map.touchpoints() if point.id in meaning.orders(ground.map)}
    here = next(phase.id for phase, point in ground.map.touchpoints() if point.id == cart)
    following = ids[ids.index(here) + 1 : ids.index(here) + 2]
    places = {*(point for point, phase in orders.items() if phase == here)}
    places |= {here} if set(following) & set(orders.values()) else set()
    for key, metric in ground.map.metrics.items():
        found = ground.snapshot["metrics"].get(key, {})
        if isinstance(metric, StepCompletion) and metric.at in places and is_off(found, found.get("target"), "up"):
            return 1 - float(found["target"])
    return None


def _hard_to_find(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge visits that begin at a page (web, webshop, app; where the map covers notice, explore, weigh) and end there.

    Of the touchpoints that ``searches`` names every event counts, lost if no other touchpoint follows in the visit. A
    visit ends after a silence longer than ``gap``. ``query`` names the property that says what was searched for.
    """
    places = list(_looked_at(ground, thresholds))
    if not places:
        return cannot_tell(NO_RULE, "F05.searches")
    gap = thresholds.span("gap")
    mapped = ground.mapped()
    place = ground.touchpoint_of(mapped)
    goes_on = np.zeros(len(mapped) + 1, dtype=np.bool_)
    goes_on[1:-1] = (mapped.customer[1:] == mapped.customer[:-1]) & (np.diff(mapped.time) <= gap)
    if not len(mapped) or (goes_on[1:] & ~goes_on[:-1]).sum() < FEW_VISITS * (~goes_on[:-1]).sum():
        return cannot_tell(NO_VISITS)
    leads_on = _leads_on(place, np.cumsum(~goes_on[:-1]))
    chosen = ground.view.holds(mapped.time, mapped.journey) & (mapped.time <= ground.facts.end - gap)
    failed, unknown, judged = [], [], 0
    for at, is_search in places:
        rows = chosen & (place == at) & (is_search | ~goes_on[:-1])
        lost = ~(leads_on if is_search else goes_on[1:])[rows]
        looked = mapped.only(rows)
        if looked.customers < MIN_N:
            unknown.append(ground.touchpoints[at])
            continue
        judged += 1
        share = of_events(lost, looked.customer)
        if is_over(share, thresholds.number("max_lost")):
            distance = share["value"] - thresholds.number("max_lost")
            top = _top(ground, looked.only(lost), thresholds) if is_search else ()
            values = {"share": share["value"], "low": share["low"], "n": share["n"], "searches": top}
            failed.append(Failed((ground.touchpoints[at],), values, {}, distance, "" if is_search else LANDED))
    return Judged(tuple(failed), () if judged else (Unknown(tuple(unknown), TOO_FEW),))


def _leads_on(place: Ints, session: Ints) -> Mask:
    """Return of each event whether another touchpoint follows in its session."""
    n = len(place)
    if not n:
        return np.empty(0, dtype=np.bool_)
    change = np.ones(n, dtype=np.bool_)
    change[:-1] = (place[1:] != place[:-1]) | (session[1:] != session[:-1])
    ends = np.flatnonzero(change)
    following = ends[np.searchsorted(ends, np.arange(n))] + 1
    found: Mask = (following < n) & (session[np.minimum(following, n - 1)] == session)
    return found


def _looked_at(ground: Ground, thresholds: Thresholds) -> Iterator[tuple[int, bool]]:
    """Yield the touchpoints where customers look for something: the searches named, else pages they may land on."""
    searches = thresholds.names("searches")
    for at, (phase, point) in enumerate(ground.map.touchpoints()):
        is_looking = bool(meaning.LOOKING & set(phase.covers or ())) and point.channel in meaning.PAGES
        if point.observe is not None and (point.id in searches or is_looking):
            yield at, point.id in searches


def _top(ground: Ground, lost: Happenings, thresholds: Thresholds) -> tuple[str, ...]:
    """Return what most customers searched for in vain; only what as many looked for as a number may rest on."""
    names = thresholds.names("query")
    coded = ground.property(names[0], lost) if names else None
    if coded is None:
        return ()
    told = coded.code >= 0
    _, sought = distinct_pairs(lost.customer[told], coded.code[told])
    counted = Counter(sought.tolist())
    smallest = ground.map.map.privacy.min_customers
    return tuple(str(coded.values[code]) for code, times in counted.most_common(MOST_TOLD) if times >= smallest)


RULES: tuple[Rule, ...] = (
    Rule(
        "F01",
        "bottleneck",
        "E",
        "E",
        N_("{objects} is the narrowest place: {completion} go on, wanted {target}; fewest among {worst}."),
        N_("Find the friction point at this step; give what is missing: simple and safe purchase, clear terms, help."),
        measured(_bottleneck),
        {"cuts": "device channel"},
        {"completion": "share", "target": "share", "before": "share"},
        ("L07", "L09", "L10", "L13"),
        ("R027", "R101"),
    ),
    Rule(
        "F02",
        "slow-phase",
        "E",
        "W",
        N_("Half stay {median} or longer in {objects}; wanted {target}."),
        N_("Give tips and instructions on the way; remove waiting."),
        measured(_slow_phase),
        {"factor": 2.0},
        {"median": "seconds", "target": "seconds", "before": "seconds"},
        ("L02",),
        ("R027",),
    ),
    Rule(
        "F03",
        "repeated-step",
        "E",
        "W",
        N_("{value} of those who come to {objects} come there {times} times or more before they go on."),
        N_("The step does not work at first try: simplify it."),
        measured(_repeated_step),
        {"max_loops": 0.1, "times": 3.0, "parts": "buy use"},
        {"value": "share"},
        ("L02", "L07", "L13"),
        ("R102",),
    ),
    Rule(
        "F04",
        "cart-left",
        "E",
        "W",
        N_("{share} of those who begin at {objects} have not ordered within {span}; wanted at most {target}."),
        N_("Simple and safe payment, delivery terms before checkout, reliable help."),
        measured(_cart_left),
        {"span": "7d", "cart": "", "cuts": "device method"},
        {"share": "share", "target": "share", "before": "share"},
        ("L07", "L11", "L13"),
        ("R101", "R056"),
    ),
    Rule(
        "F05",
        "hard-to-find",
        "E",
        "I",
        N_("{share} of the searches at {objects} lead nowhere. Most often in vain: {searches}."),
        N_("Make it easy to find what they look for."),
        measured(_hard_to_find),
        {"max_lost": 0.2, "gap": "30min", "searches": "", "query": "query"},
        {"share": "share"},
        ("L01",),
        ("R167",),
    ),
)
