"""Proposes a map from events alone: touchpoints, channels and an order of phases, as YAML to edit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from farled.errors import InputError
from farled.journeys.index import Journeys
from farled.maps.channels import BUILT_IN
from farled.maps.ids import free, slug
from farled.maps.load import loads
from farled.maps.phase_models import LANGUAGES, MODELS
from farled.maps.traits import Trait, goal_of, traits_of
from farled.maps.yaml import scalar
from farled.spans import moment

MODEL = "loyalty5"
FEW = 8
MOST = 24
RARE = 0.005
LOYAL = 28.0
SHARED_SIDES = frozenset({"ads", "social", "search", "video", "influencer", "referral", "content", "blog", "reviews"})

_TEXTS = {
    "sv": {
        "title": "Kundresa",
        "goal": "Fler ska nå fram till {goal}",
        "head": "Utkast ur händelserna. Läs igenom, döp om, flytta och stryk; allt här är förslag.",
        "tenth": "förslag: dagens andel plus en tiondel; bestäm själva",
        "halfway": "förslag: halvvägs från dagens andel till alla; bestäm själva",
        "held": "förslag: i dag når alla fram, så andelen ska hållas; bestäm själva",
        "unknown": "förslag: dagens andel är okänd; bestäm själva",
        "order": "faserna följer ordningen i kundernas resor; målet är {goal}",
        "owner": "skriv vem som ansvarar: owner: avdelning (lägg till departments)",
        "apart": "Inte med, eftersom inga av kunderna också har {goal} (en egen karta?): {names}",
        "after": "Fler ska komma från {goal} till {end}",
        "rest": "Inte med, för sällsynta eller för många: {names}",
    },
    "nb": {
        "title": "Kundereise",
        "goal": "Flere skal nå fram til {goal}",
        "head": "Utkast fra hendelsene. Les gjennom, gi nye navn, flytt og stryk; alt her er forslag.",
        "tenth": "forslag: dagens andel pluss en tidel; bestem selv",
        "halfway": "forslag: halvveis fra dagens andel til alle; bestem selv",
        "held": "forslag: i dag når alle fram, så andelen skal holdes; bestem selv",
        "unknown": "forslag: dagens andel er ukjent; bestem selv",
        "order": "fasene følger rekkefølgen i kundenes reiser; målet er {goal}",
        "owner": "skriv hvem som har ansvaret: owner: avdeling (legg til departments)",
        "apart": "Ikke med, fordi ingen av kundene også har {goal} (et eget kart?): {names}",
        "after": "Flere skal komme fra {goal} til {end}",
        "rest": "Ikke med, for sjeldne eller for mange: {names}",
    },
    "da": {
        "title": "Kunderejse",
        "goal": "Flere skal nå frem til {goal}",
        "head": "Udkast fra hændelserne. Læs igennem, omdøb, flyt og slet; alt her er forslag.",
        "tenth": "forslag: dagens andel plus en tiendedel; bestem selv",
        "halfway": "forslag: halvvejs fra dagens andel til alle; bestem selv",
        "held": "forslag: i dag når alle frem, så andelen skal holdes; bestem selv",
        "unknown": "forslag: dagens andel er ukendt; bestem selv",
        "order": "faserne følger rækkefølgen i kundernes rejser; målet er {goal}",
        "owner": "skriv hvem der har ansvaret: owner: afdeling (tilføj departments)",
        "apart": "Ikke med, fordi ingen af kunderne også har {goal} (et eget kort?): {names}",
        "after": "Flere skal komme fra {goal} til {end}",
        "rest": "Ikke med, for sjældne eller for mange: {names}",
    },
    "en": {
        "title": "Customer journey",
        "goal": "More customers reach {goal}",
        "head": "A draft from the events. Read it through, rename, move and delete; all of it is a proposal.",
        "tenth": "a proposal: today's share plus a tenth; decide yourselves",
        "halfway": "a proposal: halfway from today's share to everybody; decide yourselves",
        "held": "a proposal: today all of them do, so the share is to be held; decide yourselves",
        "unknown": "a proposal: today's share is not known; decide yourselves",
        "order": "the phases follow the order in customers' journeys; the goal is {goal}",
        "owner": "say who answers for it: owner: department (add departments)",
        "apart": "Left out, since none of these customers also has {goal} (a map of its own?): {names}",
        "after": "More customers get from {goal} to {end}",
        "rest": "Left out, too rare or too many: {names}",
    },
}


def draft(journeys: Journeys, language: str = "en", title: str | None = None, map_id: str = "draft") -> str:
    """Propose a map.

    Event names become touchpoints. The goal is the event that names a purchase or carries money; what mostly comes
    after it goes to the phases after the purchase, what leads on to it most or happens with it goes beside it, the
    rest is ordered by where it stands in customers' journeys. Feedback comes last. Names of other people than those who
    reach the goal are left out: they deserve a map of their own. Where nothing comes before the goal, the map's goal is
    what comes last after it.

    Args:
        journeys: Of the customers.
        language: Of names and comments: sv, nb, da or en.
        title: Of the map.
        map_id: Its id.

    Returns:
        YAML that reads without errors.

    Raises:
        InputError: There are no events, or the language is not shipped.
    """
    if language not in LANGUAGES:
        raise InputError(f"There are no texts in {language!r}.", f"Use one of: {', '.join(LANGUAGES)}.")
    if not journeys.events or journeys.end is None:
        raise InputError("There are no events to draft a map from.", "Load events first.")
    found = traits_of(journeys)
    goal = goal_of(found)
    related = [trait for trait in found if trait.group == goal.group]
    kept = _kept(related)
    plan = _Plan(language, kept, goal_of(kept), _ids(kept))
    by = moment(journeys.end).date() + timedelta(days=365)
    text = _head(plan, title, map_id, by) + _phases(plan) + _rest(plan, found)
    loads(text, map_id)
    return text


@dataclass(frozen=True, slots=True)
class _Plan:
    language: str
    traits: Sequence[Trait]
    goal: Trait
    ids: dict[str, str]

    def say(self, key: str, **values: str) -> str:
        return _TEXTS[self.language][key].format(**values)


def _kept(found: Sequence[Trait]) -> list[Trait]:
    """Return the most frequent names and all that is feedback; rare ones only while there are few."""
    ranked = sorted(found, key=lambda trait: (-trait.customers, trait.name))
    return [
        trait for at, trait in enumerate(ranked) if at < FEW or ((at < MOST or trait.scale) and trait.share >= RARE)
    ]


def _head(plan: _Plan, title: str | None, map_id: str, by: date) -> str:
    names = {slug(channel): channel for channel in (trait.channel for trait in plan.traits) if channel}
    custom = sorted(slug for slug in names if slug and slug not in BUILT_IN)
    aim = _aim(plan)
    lines = [
        f"# {plan.say('head')}",
        "farled: 1",
        "map:",
        f"  id: {map_id}",
        f"  title: {scalar(title or plan.say('title'))}",
        f"  language: {plan.language}",
        "  journey_type: purchase",
        f"  phase_model: {MODEL}",
        f"  goal: {{text: {scalar(aim.text)}, metric: goal_rate, target: {aim.target:g}, "
        f"by: {by.isoformat()}}}   # {plan.say(aim.why)}",
    ]
    if custom:
        lines += ["channels:", *(f"  {slug}: {{name: {scalar(_title(names[slug]))}}}" for slug in custom)]
    repeat = f"{{kind: repeat, event: {scalar(plan.goal.name)}, within: 90d, better: up}}"
    metrics = [f"  goal_rate: {aim.metric or repeat}", f"  repeat_90d: {repeat}"]
    scales = sorted({trait.scale for trait in plan.traits if trait.scale} & {"csat", "ces", "nps", "stars"})
    metrics += [f"  {scale}: {{kind: {scale}, better: up}}" for scale in scales]
    return "\n".join([*lines, "metrics:", *metrics, ""])


class _Aim(NamedTuple):
    text: str
    target: float
    why: str
    metric: str


def _aim(plan: _Plan) -> _Aim:
    """Return the goal of the map; where nothing comes before it: to get from there to what comes last."""
    goal, name = plan.goal, _title(plan.goal.name)
    groups = _groups(plan)
    start = next((phase.id for phase, group in zip(MODELS[MODEL][:2], groups, strict=False) if group), "")
    if not start and groups[2][0] is not goal:
        start = MODELS[MODEL][2].id
    if start:
        rate = f"{{kind: conversion, from: {start}, to: {{event: {scalar(goal.name)}}}, better: up}}"
        return _Aim(plan.say("goal", goal=name), *_more(goal.share), rate)
    after = [trait for trait in (*groups[3], *groups[4]) if not trait.scale]
    if not after:
        return _Aim(plan.say("goal", goal=name), 0.1, "unknown", "")
    end = after[-1]
    rate = f"{{kind: conversion, from: {{event: {scalar(goal.name)}}}, to: {{event: {scalar(end.name)}}}, better: up}}"
    reached = min(1.0, end.customers / goal.customers)
    return _Aim(plan.say("after", goal=name, end=_title(end.name)), *_more(reached), rate)


def _more(share: float) -> tuple[float, str]:
    """Return a target above today's share, and the key of the text that says why: never less than today.

    >>> _more(0.5), _more(0.95), _more(1.0)
    ((0.55, 'tenth'), (0.975, 'halfway'), (1.0, 'held'))
    """
    if share >= 1:
        return 1.0, "held"
    more, halfway = share * 1.1, (1 + share) / 2
    return (max(0.01, round(more, 3)), "tenth") if more <= halfway else (round(halfway, 3), "halfway")


def _phases(plan: _Plan) -> str:
    lines = [f"phases:   # {plan.say('order', goal=_title(plan.goal.name))}"]
    for at, (phase, traits) in enumerate(zip(MODELS[MODEL], _groups(plan), strict=True)):
        lines += [
            f"  - id: {phase.id}",
            f"    name: {scalar(phase.name(plan.language))}",
            f"    covers: [{', '.join(phase.covers)}]",
        ]
        lines += [f"    # {plan.say('owner')}"] if at == 0 else []
        lines += _kpis(plan, phase.id)
        lines += ["    touchpoints:", *(_touchpoint(plan, trait) for trait in traits)] if traits else []
    return "\n".join([*lines, ""])


def _kpis(plan: _Plan, phase: str) -> list[str]:
    if phase == "purchase":
        return ["    kpis:", "      - metric: goal_rate"]
    return ["    kpis:", "      - metric: repeat_90d"] if phase == "loyalty" else []


def _touchpoint(plan: _Plan, trait: Trait) -> str:
    channel = (slug(trait.channel) if trait.channel else "") or "unknown"
    fields = [f"id: {plan.ids[trait.name]}", f"name: {scalar(_title(trait.name))}", f"channel: {channel}"]
    fields += [f"observe: {{event: {scalar(trait.name)}}}"]
    fields += ["milestone: true"] if trait is plan.goal else []
    return f"      - {{{', '.join(fields)}}}"


def _rest(plan: _Plan, found: Sequence[Trait]) -> str:
    """Name what is left out, and why."""
    kept = {trait.name for trait in plan.traits}
    apart = [trait.name for trait in found if trait.group != plan.goal.group]
    rare = [trait.name for trait in found if trait.group == plan.goal.group and trait.name not in kept]
    lines = []
    for key, names in (("apart", apart), ("rest", rare)):
        told = ", ".join(" ".join(name.split()) for name in names)
        lines += [f"# {plan.say(key, goal=_title(plan.goal.name), names=told)}\n"] if names else []
    return "".join(lines)


def _groups(plan: _Plan) -> tuple[list[Trait], ...]:
    """Return the touchpoints of the five phases, in order."""
    others = [trait for trait in plan.traits if trait is not plan.goal]
    feedback = sorted((trait for trait in others if trait.scale), key=_by_place)
    plain = [trait for trait in others if not trait.scale]
    beside = sorted((trait for trait in plain if trait.after_goal > 0.6 and trait.beside_goal > 0.6), key=_by_place)
    after = sorted(
        (trait for trait in plain if trait.after_goal > 0.6 and trait not in beside), key=lambda t: (t.lag, t.name)
    )
    before = sorted((trait for trait in plain if trait.after_goal <= 0.6), key=_by_place)
    near = _near(before)
    early = [trait for trait in before if trait not in near]
    outside = [trait for trait in early if trait.channel in SHARED_SIDES]
    awareness = outside or early[: max(1, len(early) // 2)]
    late = [trait for trait in after[(2 * len(after) + 1) // 3 :] if trait.lag >= LOYAL] if len(after) > 1 else []
    soon = [trait for trait in after if trait not in late]
    return (
        awareness,
        [trait for trait in early if trait not in awareness],
        [trait for trait in before if trait in near] + [plan.goal, *beside],
        soon + feedback,
        late,
    )


def _near(before: Sequence[Trait]) -> list[Trait]:
    """Return what leads on to the goal clearly more than the rest, at most a third."""
    inside = [trait for trait in before if trait.channel not in SHARED_SIDES]
    if not inside:
        return []
    shares = sorted(trait.leads_on for trait in before)
    clearly = (shares[-1] + 3 * shares[len(shares) // 2]) / 4
    most = sorted(inside, key=lambda trait: (-trait.leads_on, -trait.place, trait.name))[: (len(before) + 1) // 3]
    return [trait for trait in most if trait is most[0] or trait.leads_on >= clearly]


def _by_place(trait: Trait) -> tuple[float, str]:
    return (trait.place, trait.name)


def _ids(traits: Sequence[Trait]) -> dict[str, str]:
    taken = {phase.id for phase in MODELS[MODEL]}
    found: dict[str, str] = {}
    for trait in traits:
        found[trait.name] = free(trait.name, taken, "touchpoint")
        taken.add(found[trait.name])
    return found


def _title(name: str) -> str:
    """Return an event name as people write it.

    >>> _title("add_to_cart")
    'Add to cart'
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    words = " ".join(re.sub(r"[_\-.:/]+", " ", spaced).split()) or name
    return words[:1].upper() + words[1:]
