"""After the purchase: A01 to A07."""

from typing import NamedTuple

import numpy as np

from farled.journeys.truth import instant_of
from farled.locale import N_
from farled.maps.audit import meaning
from farled.maps.audit.compare import MIN_N, is_off, of_numbers, verdicts
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.ground import (
    Ground,
    Happenings,
    as_number,
    is_over,
    is_under,
    measured,
    of_events,
    rest_of,
)
from farled.maps.audit.reasons import NO_ASK, NO_RULE, STILL_OPEN, TOO_FEW
from farled.maps.audit.rule import Failed, Judged, Rule, Thresholds, Unknown, cannot_tell, fails
from farled.maps.measuring.waits import Selector
from farled.maps.metric import Nps, Repeat, Retention, Share
from farled.spans import DAY, SECOND
from farled.stats.intervals import Rate

NO_VOICE = N_("No customer has said anything at all: there is no feedback in the period.")
UNHEARD = N_("No customer has said anything about {objects}.")
HIGHER = N_("{objects}: {share}, before {before}.")
LATE = N_("{share} of the orders are delivered later than promised.")
NO_STEP = N_("a touchpoint where customers return")
NO_REPEAT = N_("a metric of repurchase or recommendation")
NO_MESSAGE = N_("no touchpoint of the map is the firm's own: customer_action: false, or the channel email")
NO_SHARE = N_("no metric of the map says it")


class _Buyers(NamedTuple):
    orders: Happenings
    firsts: Happenings


def _buyers(ground: Ground) -> _Buyers | Judged:
    """Return the orders of the period and the first one of each customer, or why not."""
    selectors = meaning.orders(ground.map)
    if not selectors:
        return cannot_tell(NO_RULE, "order")
    orders = ground.now(*selectors)
    firsts = orders.firsts()
    return cannot_tell(TOO_FEW) if len(firsts) < MIN_N else _Buyers(orders, firsts)


def _no_follow_up(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge the first order of each customer in the period by the messages that the map has from *buy* on.

    A message is a touchpoint of the firm's own (``customer_action: false``, or the channel email) without ``if_fails``.
    """
    buyers, messages = _buyers(ground), meaning.messages(ground.map, meaning.BUYING)
    if isinstance(buyers, Judged) or not messages:
        return buyers if isinstance(buyers, Judged) else cannot_tell(NO_MESSAGE)
    span, least = thresholds.span("span"), thresholds.number("min_contacted")
    found = as_number(ground.followed(buyers.firsts, ground.all(*messages), span).share)
    if found["value"] is None:
        return cannot_tell(STILL_OPEN)
    if not is_under(found, least):
        return fails()
    values = {"share": found["value"], "high": found["high"], "n": found["n"]}
    channels = _by_channel(ground, buyers.firsts, messages, span)
    return fails(Failed((), {**values, "channels": channels}, distance=least - found["value"]))


def _by_channel(ground: Ground, buyers: Happenings, messages: tuple[str, ...], span: int) -> tuple[str, ...]:
    """Return the channels through which buyers hear from the firm, each with its share."""
    by_channel: dict[str, list[Selector]] = {}
    for _, point in ground.map.touchpoints():
        if point.id in messages:
            by_channel.setdefault(ground.map.channel(point.channel).name, []).append(point.id)
    found = []
    for name, selectors in by_channel.items():
        share = ground.followed(buyers, ground.all(*selectors), span).share
        if share.value is not None:
            found.append(f"{name} {100 * share.value:.0f} %")
    return tuple(found)


def _order_silence(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge orders that were delivered: milestones in the channel delivery where the map covers *use*."""
    buyers, arrivals = _buyers(ground), meaning.deliveries(ground.map)
    if isinstance(buyers, Judged):
        return buyers
    if not arrivals:
        return cannot_tell(NO_RULE, "delivery")
    messages = tuple(name for name in meaning.messages(ground.map) if name not in arrivals)
    if not messages:
        return cannot_tell(NO_MESSAGE)
    orders, delivered = buyers.orders, ground.all(*arrivals)
    wait, heard = orders.wait(delivered), orders.wait(ground.all(*messages))
    again = orders.wait(ground.all(*meaning.orders(ground.map)))
    arrived = (wait >= 0) & ((again < 0) | (wait <= again))
    if orders.only(arrived).customers < MIN_N:
        return cannot_tell(STILL_OPEN)
    share = of_events(((heard >= 0) & (heard <= wait))[arrived], orders.customer[arrived])
    least = thresholds.number("min_status")
    if not is_under(share, least):
        return fails()
    values = {"share": share["value"], "high": share["high"], "n": share["n"]}
    return fails(Failed((), values, distance=least - share["value"]))


def _no_feedback_asked(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge who is asked by metrics of the kind ``response``; whoever answers was asked. And phases without answers."""
    return _asked(ground, thresholds) + _phases_without_feedback(ground)


def _asked(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge how many buyers are asked; whoever answers was asked."""
    buyers = _buyers(ground)
    if isinstance(buyers, Judged):
        return buyers
    asks = tuple(metric.ask for metric in meaning.asks(ground.map))
    found = as_number(ground.followed(buyers.firsts, ground.all(*asks, meaning.ANSWERS), thresholds.span("span")).share)
    least = thresholds.number("min_asked")
    if found["value"] is None:
        return cannot_tell(STILL_OPEN)
    if not is_under(found, least):
        return fails()
    if not asks:
        return cannot_tell(NO_ASK)
    return fails(Failed((), {"share": found["value"], "n": found["n"]}, distance=least - found["value"]))


def _phases_without_feedback(ground: Ground) -> Judged:
    if ground.view.n < MIN_N:
        return cannot_tell(TOO_FEW)
    answers, texts = ground.measuring.answers, ground.measuring.texts
    phases = [
        np.unique(ground.phase_of[each.touchpoint[ground.holds(each.time, each.journey)]]) for each in (answers, texts)
    ]
    if not len(np.concatenate(phases)):
        return fails(Failed(says=NO_VOICE))
    heard = set(np.concatenate(phases).tolist())
    silent = [phase.id for at, phase in enumerate(ground.map.phases) if at not in heard]
    return fails(*(Failed((name,), says=UNHEARD) for name in silent))


def _forgotten(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge buyers by their silence: of those who bought at least so long ago, who has no event since."""
    selectors = meaning.orders(ground.map)
    if not selectors:
        return cannot_tell(NO_RULE, "order")
    span, end = thresholds.span("span"), min(ground.view.end, ground.facts.end)
    orders = ground.all(*selectors)
    earlier = orders.only((orders.time <= end - span) & ground.view.mask[orders.journey]).firsts()
    if len(earlier) < MIN_N:
        return cannot_tell(STILL_OPEN)
    silent = Rate(int((~ground.is_active(end - span, end)[earlier.customer]).sum()), len(earlier))
    share, limit = as_number(silent), thresholds.number("max_silent")
    if not is_over(share, limit):
        return fails()
    values = {"share": silent.value, "customers": silent.part, "n": silent.n}
    return fails(Failed((), values, distance=(silent.value or 0.0) - limit))


def _regret(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge shares of the orders that are to fall (``kind: share``, ``better: down``), against target and before."""
    metrics = meaning.shares_of(ground.map, meaning.orders(ground.map), "down")
    if not metrics:
        return cannot_tell(NO_SHARE, "kind: share", "better: down")
    before = ground.before
    numbers = {name: ground.snapshot["metrics"][name] for name in metrics}
    earlier = {name: None if before is None else ground.measuring.number(name, before) for name in metrics}
    said = verdicts([of_numbers(numbers[name], earlier[name]) for name in metrics])
    failed, unknown = [], []
    for (name, metric), verdict in zip(metrics.items(), said, strict=True):
        now, target = numbers[name], numbers[name].get("target")
        if verdict == "higher" or is_off(now, target, "down"):
            then = None if earlier[name] is None else earlier[name]["value"]  # type: ignore[index]  # is a number here
            values = {"share": now["value"], "n": now["n"], "before": then, "target": target}
            says = HIGHER if verdict == "higher" else ""
            failed.append(Failed((name,), {**values, "groups": _by_group(ground, metric, thresholds)}, says=says))
        elif verdict == "unknown" and (target is None or now["value"] is None):
            unknown.append(name)
    return Judged(tuple(failed), (Unknown(tuple(unknown), TOO_FEW),) if unknown else ())


def _by_group(ground: Ground, metric: Share, thresholds: Thresholds) -> tuple[str, ...]:
    """Return the shares of the groups of items, the highest first; small groups are left out."""
    found, true = ground.share_events(metric)
    names = thresholds.names("group")
    rows = ground.view.holds(found.time, found.journey)
    found, true = found.only(rows), true[rows]
    coded = ground.property(names[0], found) if names else None
    if coded is None:
        return ()
    shares = []
    for code in np.unique(coded.code[coded.code >= 0]).tolist():
        rows = coded.code == code
        if found.only(rows).customers >= MIN_N:
            shares.append((float(true[rows].mean()), str(coded.values[code])))
    return tuple(f"{name} {100 * share:.0f} %" for share, name in sorted(shares, reverse=True)[:5])


def _promise_broken(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge the shares that ``metric`` names, else those to rise that are of deliveries or ask whether they follow."""
    metrics = _promises(ground, thresholds)
    if not metrics:
        return cannot_tell(NO_SHARE, "kind: share", "better: up")
    failed, unknown = [], []
    for name, metric in metrics.items():
        number = ground.snapshot["metrics"][name]
        if number["value"] is None or number["n"] < MIN_N:
            unknown.append(name)
            continue
        late, limit = rest_of(number), thresholds.number("max_late")
        if is_over(late, limit):
            values = {"share": late["value"], "low": late["low"], "n": late["n"]}
            delay = _median_delay(ground, metric, thresholds)
            says = LATE if delay is None else ""
            failed.append(Failed((name,), {**values, "delay": delay}, {}, late["value"] - limit, says))
    return Judged(tuple(failed), (Unknown(tuple(unknown), TOO_FEW),) if unknown else ())


def _promises(ground: Ground, thresholds: Thresholds) -> dict[str, Share]:
    """Return the shares of kept promises: as named, else those over deliveries, or over what deliveries follow."""
    named = thresholds.names("metric")
    arrivals = meaning.deliveries(ground.map)
    return {
        name: metric
        for name, metric in ground.map.metrics.items()
        if isinstance(metric, Share)
        and (name in named if named else metric.better == "up" and meaning.mentions(ground.map, metric, arrivals))
    }


def _median_delay(ground: Ground, metric: Share, thresholds: Thresholds) -> float | None:
    """Return by how many seconds the late ones come after the end of the promised day, where events say that day."""
    found, kept = ground.share_events(metric)
    late = found.only(~kept & ground.view.holds(found.time, found.journey))
    names = thresholds.names("promised")
    coded = ground.property(names[0], late) if names else None
    if coded is None:
        return None
    ends = np.array([_end_of_day(value) for value in coded.values] + [np.nan])
    delay = late.time - ends[coded.code]
    delay = delay[delay > 0]
    return float(np.median(delay)) / SECOND if len(delay) else None


def _end_of_day(value: object) -> float:
    found = instant_of(value)
    return np.nan if found is None else float(found + DAY)


def _no_loyalty_step(evidence: Evidence, _: Thresholds) -> Judged:
    """Judge whether a phase covers *return*, and whether there is a ``repeat``, ``retention`` or ``nps``."""
    map_ = evidence.map
    if not any(phase.covers for phase in map_.phases):
        return cannot_tell(NO_RULE, "covers")
    missing = []
    if not any(phase.touchpoints for phase in meaning.covering(map_, meaning.RETURNING)):
        missing.append(NO_STEP)
    if not any(isinstance(metric, Repeat | Retention | Nps) for metric in map_.metrics.values()):
        missing.append(NO_REPEAT)
    return fails(Failed((), {"missing": tuple(missing)})) if missing else fails()


RULES: tuple[Rule, ...] = (
    Rule(
        "A01",
        "no-follow-up",
        "E",
        "E",
        N_("Only {share} of those who buy hear from the firm within {span} ({channels})."),
        N_("Have a plan for follow-up: support, how-to, the chance to give feedback."),
        measured(_no_follow_up),
        {"min_contacted": 0.6, "span": "14d"},
        {"share": "share"},
        ("L14", "L17"),
        ("R156",),
    ),
    Rule(
        "A02",
        "order-silence",
        "E",
        "W",
        N_("Only {share} of the orders have a message between order and delivery."),
        N_("Keep customers informed on how the order proceeds."),
        measured(_order_silence),
        {"min_status": 0.9},
        {"share": "share"},
        ("L03",),
        ("R169",),
    ),
    Rule(
        "A03",
        "no-feedback-asked",
        "EF",
        "W",
        N_("Only {share} of those who buy are asked what they think within {span}."),
        N_("Collect feedback systematically: surveys, reviews, social media."),
        measured(_no_feedback_asked),
        {"min_asked": 0.2, "span": "30d"},
        {"share": "share"},
        ("L15",),
        ("R122", "R118"),
    ),
    Rule(
        "A04",
        "forgotten-customers",
        "E",
        "W",
        N_("{share} of those who bought ({customers} customers) have had no contact for {span}."),
        N_("Loyalty programme, exclusive offers, regular contact: nobody should feel forgotten."),
        measured(_forgotten),
        {"max_silent": 0.5, "span": "90d"},
        {"share": "share"},
        ("L16", "L17"),
        ("R060", "R166"),
    ),
    Rule(
        "A05",
        "regret-signal",
        "E",
        "W",
        N_("{objects}: {share}, wanted at most {target}."),
        N_("Proactive follow-up and good support, so that they do not regret."),
        measured(_regret),
        {"group": "category"},
        {"share": "share", "before": "share", "target": "share"},
        ("L04", "L14"),
        ("R058",),
    ),
    Rule(
        "A06",
        "promise-broken",
        "E",
        "W",
        N_("{share} of the orders are delivered later than promised; half of these more than {delay} too late."),
        N_("Promise what is kept; say at once when it is not."),
        measured(_promise_broken),
        {"max_late": 0.05, "metric": "", "promised": "promised"},
        {"share": "share", "delay": "seconds"},
        ("L03", "L04"),
        ("R116", "R170"),
    ),
    Rule(
        "A07",
        "no-loyalty-step",
        "ME",
        "W",
        N_("Loyalty is not mapped and measured; missing: {missing}."),
        N_("Map and measure loyalty: do they come back, do they recommend?"),
        _no_loyalty_step,
        {},
        {"missing": "word"},
        ("L16",),
        ("R107", "R048"),
    ),
)
