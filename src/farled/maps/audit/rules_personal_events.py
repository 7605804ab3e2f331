"""Personal and consistent, as events show it: C02, C03."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from farled.journeys.answers import means
from farled.locale import N_
from farled.maps.audit import meaning
from farled.maps.audit.compare import MIN_N, Comparison, of_means, of_numbers, verdicts
from farled.maps.audit.ground import Ground, as_number, is_over, joined, measured, of_events
from farled.maps.audit.reasons import NO_RULE, TOO_FEW
from farled.maps.audit.rule import Failed, Judged, Rule, Thresholds, Unknown, cannot_tell, fails
from farled.maps.measuring.facts import Ints
from farled.maps.measuring.touchpoints import onward
from farled.maps.recode import Mask
from farled.spans import DAY
from farled.stats.intervals import Rate

FELT = N_("In the channel {channel} customers feel {feeling} about {objects}, in others {other_feeling}.")
SAID = N_("Channels disagree about {measure}: for {apart} of the items on one and the same day.")
ONE_CHANNEL = N_("no touchpoint is met in two channels by enough customers")
NO_RECOVERY = N_("no message of the map brings customers back: if_fails names no touchpoint of the firm's own")
NO_ITEMS = N_("no item is seen in two channels on one day, or events do not say item and price")


class _Step(NamedTuple):
    touchpoint: str
    measure: str
    channel: str
    pair: Comparison


def _disagree(ground: Ground, thresholds: Thresholds) -> Judged:
    """Compare the channels in which a touchpoint is met: who goes on, and how they feel about it.

    ``facts`` names properties that must not differ between channels for the same ``item`` on the same day.
    """
    steps = [step for at in range(len(ground.touchpoints)) for step in (*_going_on(ground, at), *_feeling(ground, at))]
    said = verdicts([step.pair for step in steps])
    failed = tuple(
        Failed(
            (step.touchpoint,),
            _told(step),
            {"channel": step.channel, "measure": step.measure},
            says=FELT if step.measure == "feeling" else "",
        )
        for step, verdict in zip(steps, said, strict=True)
        if verdict in ("higher", "lower")
    )
    facts = joined(_facts_apart(ground, thresholds, name) for name in thresholds.names("facts"))
    if any(verdict != "unknown" for verdict in said):
        return Judged(failed + facts.failed)
    return Judged(facts.failed, (Unknown((), ONE_CHANNEL), *facts.unknown))


def _told(step: _Step) -> dict[str, object]:
    names = ("rate", "other_rate") if step.measure == "completion" else ("feeling", "other_feeling")
    return {"channel": step.channel, names[0]: step.pair.value, names[1]: step.pair.other, "n": step.pair.n}


def _going_on(ground: Ground, at: int) -> Iterator[_Step]:
    """Compare how many go on from a touchpoint in each channel, by the channel of the first meeting."""
    rows = ground.facts.meetings
    here = np.flatnonzero(ground.view.rows & (rows.touchpoint == at))
    here = here[np.argsort(rows.position[here])]
    coded = ground.channel(ground.at(rows.position[here]))
    code = coded.code
    for value, chosen in _channels(code):
        numbers = []
        for part in (chosen, ~chosen & (code >= 0)):
            only = np.zeros(len(rows.journey), dtype=np.bool_)
            only[here[part]] = True
            numbers.append(as_number(onward(ground.view, at, only=only).share))
        yield _Step(ground.touchpoints[at], "completion", str(coded.values[value]), of_numbers(numbers[0], numbers[1]))


def _feeling(ground: Ground, at: int) -> Iterator[_Step]:
    """Compare the feeling of answers about a touchpoint by the channel in which the touchpoint was met before."""
    answers = ground.measuring.answers
    mine = answers.only(ground.view.journeys[answers.journey] & (answers.touchpoint == at))
    if len(set(mine.customer.tolist())) < 2 * MIN_N:
        return
    met = ground.all(ground.touchpoints[at])
    place = ground.at(mine.position).preceding(met)
    mine, place = mine.only(place >= 0), place[place >= 0]
    coded = ground.channel(met)
    code = coded.code[place]
    for value, chosen in _channels(code):
        groups = [mine.only(part) for part in (chosen, ~chosen & (code >= 0))]
        values = [means(group.customer, group.feeling, np.ones(len(group.feeling))) for group in groups]
        yield _Step(ground.touchpoints[at], "feeling", str(coded.values[value]), of_means(values[0], values[1]))


def _channels(code: Ints) -> Iterator[tuple[int, Mask]]:
    """Yield each of several channels; of two only one, since the other is its rest."""
    found = np.unique(code[code >= 0]).tolist()
    if len(found) > 1:
        yield from ((value, code == value) for value in (found[:1] if len(found) == 2 else found))


def _facts_apart(ground: Ground, thresholds: Thresholds, name: str) -> Judged:
    """Judge whether what is said of an item, such as its price, is the same in all channels on one day."""
    mapped = ground.within(ground.view, ground.mapped())
    item = ground.property(thresholds.names("item")[0], mapped)
    said = ground.property(name, mapped)
    if item is None or said is None:
        return cannot_tell(NO_ITEMS, *thresholds.names("item"), name)
    channel = ground.channel(mapped)
    rows = (item.code >= 0) & (said.code >= 0) & (channel.code >= 0)
    day = (mapped.time[rows] - ground.facts.start) // DAY
    key = day * (len(item.values) + 1) + item.code[rows]
    seen, times = np.unique(
        np.unique(key * len(channel.values) + channel.code[rows]) // len(channel.values), return_counts=True
    )
    both = seen[times > 1]
    if len(both) < MIN_N:
        return cannot_tell(NO_ITEMS, name)
    apart = _apart(key, channel.code[rows], said.code[rows], both)
    share, limit = Rate(apart, len(both)), thresholds.number("max_apart")
    if not is_over(as_number(share), limit):
        return fails()
    values = {"measure": name, "apart": share.value, "n": share.n}
    return fails(Failed((), values, {"measure": name}, (share.value or 0.0) - limit, SAID))


def _apart(key: Ints, channel: Ints, said: Ints, both: Ints) -> int:
    """Return of how many items and days the channels have nothing in common that they say."""
    chosen = np.isin(key, both)
    key, channel, said = np.searchsorted(both, key[chosen]), channel[chosen], said[chosen]
    channels, values = int(channel.max()) + 1, int(said.max()) + 1
    told = np.unique((key * values + said) * channels + channel)
    in_channels = np.bincount(np.unique(key * channels + channel) // channels, minlength=len(both))
    saying, times = np.unique(told // channels, return_counts=True)
    most = np.zeros(len(both), dtype=np.int64)
    np.maximum.at(most, saying // values, times)
    return int((most < in_channels).sum())


def _wrong_moment(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge the messages that ``if_fails`` names, by the last time the customer was where they are named."""
    recovery = _recovery(ground)
    orders = meaning.orders(ground.map)
    if not recovery or not orders:
        return cannot_tell(NO_RECOVERY if orders else NO_RULE)
    return joined(_late(ground, thresholds, offer, interest) for offer, interest in recovery.items())


def _recovery(ground: Ground) -> dict[str, tuple[str, ...]]:
    """Return the messages that bring customers back, each with the touchpoints whose failure it follows."""
    written = meaning.messages(ground.map)
    found: dict[str, tuple[str, ...]] = {}
    for _, point in ground.map.touchpoints():
        for offer in point.if_fails or ():
            if offer in written and point.observe is not None:
                found[offer] = (*found.get(offer, ()), point.id)
    return found


def _late(ground: Ground, thresholds: Thresholds, offer: str, interest: tuple[str, ...]) -> Judged:
    sent, shown = ground.now(offer), ground.all(*interest)
    last = sent.preceding(shown)
    sent, last = sent.only(last >= 0), last[last >= 0]
    if sent.customers < MIN_N:
        return cannot_tell(TOO_FEW, objects=[offer])
    since = shown.only(last)
    bought = ground.all(*meaning.orders(ground.map))
    order = since.wait(bought)
    waited = sent.time - since.time
    after = (order >= 0) & (order < waited)
    late = waited > thresholds.span("span")
    share, limit = of_events(after | late, sent.customer), thresholds.number("max_late")
    if not is_over(share, limit):
        return fails()
    values = {
        "share": share["value"],
        "n": share["n"],
        "after": float(after.mean()),
        "late": float((late & ~after).mean()),
    }
    return fails(Failed((offer,), values, {}, share["value"] - limit))


RULES: tuple[Rule, ...] = (
    Rule(
        "C02",
        "channels-disagree",
        "EF",
        "W",
        N_("In the channel {channel} {rate} go on from {objects}, in others {other_rate}."),
        N_("One brand experience over all contact points."),
        measured(_disagree),
        {"max_apart": 0.02, "item": "item", "facts": "price promised"},
        {
            "rate": "share",
            "other_rate": "share",
            "feeling": "score",
            "other_feeling": "score",
            "apart": "share",
            "channel": "channel",
        },
        ("L20", "L21"),
        ("R028", "R071"),
    ),
    Rule(
        "C03",
        "wrong-moment",
        "E",
        "I",
        N_(
            "{share} of the messages {objects} come at the wrong moment: {after} after the purchase,"
            " {late} more than {span} after the last sign of interest."
        ),
        N_("Follow up exactly when the customer is most interested."),
        measured(_wrong_moment),
        {"max_late": 0.3, "span": "7d"},
        {"share": "share", "after": "share", "late": "share"},
        ("L19",),
        ("R022", "R187"),
    ),
)
