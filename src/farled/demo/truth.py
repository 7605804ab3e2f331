"""What is true of the demo shop, for tests that ask whether measured numbers lie within their intervals.

Words as in the definitions of the journey map: a customer *reached* a phase on entering it or any later one;
*completion* of a phase is the share that reached the next one within 60 days of reaching it. In the demo shop every
customer has exactly one journey: no silence is as long as the 180 days after which the demo map ends one, and every
customer's first event is at a touchpoint, so that the customers on the map of a period are those whose first event
lies in it.

Two kinds of number:

* *exact*: computed from the branch probabilities. They hold for journeys that have ended and never met the broken
  payment, which is certain for those that begin in `Truth.clean`. Phase completions are exact as well for every journey
  whose first order or last try came before the payment broke: before the first order, and from there to loyalty, all
  steps are made to fit in 56 days, so no completion is missed by the 60 days, and any longer horizon gives the same.
* *simulated*: means over millions of simulated customers, with n and standard error. For completions the 60 days are
  always observed, but a phase must have been reached before the data end; for feelings only answers before the data end
  count, as when measuring.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise

from farled.demo.branches import INFORMED, PERSONAS
from farled.demo.calendar import CLEAN, OUTAGE, QUARTER, YEAR
from farled.demo.chain import LEAVES, NAMES, chain
from farled.demo.customers import NAMES as PERSONA_NAMES
from farled.demo.customers import Customers
from farled.demo.exact import GROUPS, feelings, reached, transitions
from farled.demo.limits import limits
from farled.demo.scores import SCALES, distributions
from farled.demo.states import PHASE, PHASES, STATES


@dataclass(frozen=True, slots=True)
class Known:
    """One true number.

    Attributes:
        value: The number.
        method: ``exact`` or ``simulated``.
        error: Standard error of a simulated number; 0 for an exact one.
        n: Customers it is simulated with; 0 for an exact one.
    """

    value: float
    method: str
    error: float = 0.0
    n: int = 0


@dataclass(frozen=True, slots=True)
class Branch:
    """Where customers go from a state.

    Attributes:
        state: The state left.
        kinds: Kinds of customer for which it holds: persona, informed or not, mobile or not, returning or not.
        to: Probability of each next state; ``end`` ends the journey.
    """

    state: str
    kinds: tuple[str, ...]
    to: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Planted:
    """What was planted, for analyses to find.

    Attributes:
        informed_share: Share of the customers who are shown delivery day and shipping cost on product pages
            (properties ``eta_shown`` and ``shipping_shown``); drawn independently of everything else, so the
            difference is the effect.
        informed_completion: Completion of the purchase phase of customers who are shown them; exact.
        uninformed_completion: The same of those who are not; exact.
        weekday_reply_hours: Median hours from ``ticket_opened`` on Monday to Friday (Stockholm) to its answer.
        weekend_reply_hours: The same for Saturday and Sunday.
        weekday_csat: Mean of the CSAT answers after a fast reply, by persona; exact.
        weekend_csat: The same after a slow one.
        payment_broken: First day, and day on which all is well again, of the broken payment on mobile.
        payment_failure: Probability that a started payment fails at other times or on desktop.
        payment_failure_broken: The same on mobile in those days.
    """

    informed_share: float
    informed_completion: float
    uninformed_completion: float
    weekday_reply_hours: float
    weekend_reply_hours: float
    weekday_csat: Mapping[str, float]
    weekend_csat: Mapping[str, float]
    payment_broken: tuple[str, str]
    payment_failure: float
    payment_failure_broken: float


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of the demo shop. Groups are ``all``, the personas, informed, uninformed, mobile and desktop.

    Attributes:
        customers: How many.
        seed: Where chance began.
        year: Period of the events.
        clean: Journeys that begin in it have ended and met nothing broken.
        quarter: The last quarter.
        within: Horizon of completions, as on the demo map.
        ends_after: Longest silence within a journey.
        persona: Of each customer; the first is ``c-000001``.
        informed: Whether each customer is shown delivery day and shipping cost.
        mobile: Whether each customer shops on the phone.
        personas: Probability of each persona.
        touchpoints: Phase of each touchpoint.
        states: Event, channel and touchpoint of each state.
        branches: The Markov chain of the walk, state by state.
        transitions: By group and touchpoint: share of the departures to each other touchpoint, or to ``end`` if none
            follows. Every occurrence counts, a run at one touchpoint once; exact for journeys that begin in ``clean``.
        reached: By group: probability that a journey ever reaches a phase; exact, nothing broken.
        completion: By group: completion of a phase within 60 days or any longer horizon; exact, nothing broken.
        feeling: By group: mean feeling of awareness, consideration and loyalty over the customers who answer there, the
            mean over a customer's answers taken first; exact, nothing broken and no answer cut off by the data end.
        measured: By period, group and name: what a number measured in that period tends to, simulated. Names:
            ``completion PHASE``, ``feeling PHASE`` (mean over customers of the mean of their CSAT, CES and star answers
            that belong to the phase, -2 to +2), ``purchase_rate`` (first awareness event to first later order within
            60 days), ``cart_completion`` (first event of the purchase phase to first order in web shop or app within 60
            days), ``share on_time`` (of the deliveries).
        scores: By state that asks, persona and whether informed: probability of each score, lowest first.
        planted: The three bottlenecks.
    """

    customers: int
    seed: int
    year: str
    clean: str
    quarter: str
    within: str
    ends_after: str
    persona: tuple[str, ...]
    informed: tuple[bool, ...]
    mobile: tuple[bool, ...]
    personas: Mapping[str, float]
    touchpoints: Mapping[str, str]
    states: Mapping[str, Mapping[str, str]]
    branches: tuple[Branch, ...]
    transitions: Mapping[str, Mapping[str, Mapping[str, float]]]
    reached: Mapping[str, Mapping[str, float]]
    completion: Mapping[str, Mapping[str, Known]]
    feeling: Mapping[str, Mapping[str, Known]]
    measured: Mapping[str, Mapping[str, Mapping[str, Known]]]
    scores: Mapping[str, Mapping[str, tuple[float, ...]]]
    planted: Planted

    def to_json(self) -> str:
        """Return everything as JSON, two spaces of indent and one line per value."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


def truth_of(who: Customers, seed: int) -> Truth:
    """Return the truth about customers that were drawn."""
    return Truth(
        customers=len(who.entry),
        seed=seed,
        year=str(YEAR),
        clean=str(CLEAN),
        quarter=str(QUARTER),
        within="60d",
        ends_after="180d",
        persona=tuple(PERSONA_NAMES[code] for code in who.persona.tolist()),
        informed=tuple(who.informed.tolist()),
        mobile=tuple(who.mobile.tolist()),
        personas=PERSONAS,
        touchpoints=PHASE,
        states={
            name: {"event": state.event, "channel": state.channel, "touchpoint": state.touchpoint}
            for name, state in STATES.items()
        },
        branches=branches(),
        transitions=transitions(),
        reached=reached(),
        completion=_completion(),
        feeling={
            group: {phase: Known(round(value, 6), "exact") for phase, value in found.items()}
            for group, found in feelings().items()
        },
        measured={
            period: {group: _known(numbers) for group, numbers in groups.items()} for period, groups in limits().items()
        },
        scores=_scores(),
        planted=_planted(),
    )


def branches() -> tuple[Branch, ...]:
    """Return the chain, equal rows together."""
    shop = chain()
    found = []
    for code, state in enumerate(NAMES):
        alike: dict[tuple[float, ...], list[str]] = {}
        for number, kind in enumerate(shop.kinds):
            for returning, word in enumerate(("new", "returning")):
                traits = ("informed" if kind.informed else "uninformed", "mobile" if kind.mobile else "desktop", word)
                row = tuple(shop.step[number, returning, code].round(12).tolist())
                alike.setdefault(row, []).append(" ".join((kind.persona, *traits)))
        for row, kinds in alike.items():
            to = {NAMES[at] if at < LEAVES else "end": share for at, share in enumerate(row) if share}
            found.append(Branch(state, tuple(kinds), to))
    return tuple(found)


def _completion() -> Mapping[str, Mapping[str, Known]]:
    result = {}
    for group in GROUPS:
        share = reached()[group]
        steps = pairwise(PHASES)
        result[group] = {phase: Known(round(share[after] / share[phase], 6), "exact") for phase, after in steps}
    return result


def _known(numbers: Mapping[str, list[float]]) -> Mapping[str, Known]:
    return {name: Known(mean, "simulated", error, int(n)) for name, (mean, error, n) in numbers.items()}


def _scores() -> Mapping[str, Mapping[str, tuple[float, ...]]]:
    table = distributions()
    result: dict[str, dict[str, tuple[float, ...]]] = {}
    for state in SCALES:
        for informed, word in enumerate(("uninformed", "informed")):
            for code, persona in enumerate(PERSONA_NAMES):
                row = table[NAMES.index(state), informed, code]
                result.setdefault(state, {})[f"{persona} {word}"] = tuple(row[row > 0].round(12).tolist())
    return result


def _planted() -> Planted:
    shop, names = chain(), list(NAMES)
    failing = [
        float(shop.step[0, 0, names.index(state), names.index("failed")]) for state in ("payment", "payment_broken")
    ]
    share = reached()
    return Planted(
        informed_share=INFORMED,
        informed_completion=share["informed"]["post_purchase"] / share["informed"]["purchase"],
        uninformed_completion=share["uninformed"]["post_purchase"] / share["uninformed"]["purchase"],
        weekday_reply_hours=STATES["solved"].seconds / 3600,
        weekend_reply_hours=STATES["solved_slow"].seconds / 3600,
        weekday_csat=_means("csat_fast"),
        weekend_csat=_means("csat_slow"),
        payment_broken=(OUTAGE.first.isoformat(), OUTAGE.last.isoformat()),
        payment_failure=failing[0],
        payment_failure_broken=failing[1],
    )


def _means(state: str) -> Mapping[str, float]:
    table = distributions()[NAMES.index(state), 1]
    points = range(1, table.shape[1] + 1)
    return {name: float(table[code] @ list(points)) for code, name in enumerate(PERSONA_NAMES)}
