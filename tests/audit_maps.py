"""A map in which no rule over the map finds anything, and changes of it; random maps that are as sound."""

from copy import deepcopy
from datetime import date, timedelta
from random import Random

from farled.maps.audit.catalog import RULES
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.run import audit
from farled.maps.model import MapFile

TODAY = date(2026, 11, 1)
RULE = {rule.id: rule for rule in RULES}
OF_MAPS = tuple(
    "G01 G03 G04 G05 P01 P05 P06 P07 S07 D04 D06 D07 D08 O01 O04 C04 X01 X03 X04 X05 X06 Y03".split()  # noqa: SIM905  a list of words is read more easily so
)
MAP = {
    "farled": 1,
    "map": {
        "id": "sound",
        "title": "The whole journey",
        "language": "en",
        "journey_type": "purchase",
        "goal": {"text": "More customers buy", "metric": "bought", "target": 0.2, "by": date(2027, 1, 1)},
        "guards": ["happy"],
        "owner": {"department": "shop"},
        "review": {"every": "90d", "last": date(2026, 9, 1)},
    },
    "departments": {"shop": "Shop", "care": "Care"},
    "sources": {
        "talks": {"kind": "interview", "title": "Talks", "n": 12, "date": date(2026, 5, 1)},
        "crm": {"kind": "crm", "title": "CRM", "date": date(2026, 6, 1)},
    },
    "metrics": {
        "bought": {"kind": "conversion", "from": "ad", "to": "checkout", "better": "up"},
        "happy": {"kind": "csat", "better": "up"},
    },
    "personas": [
        {"id": "ana", "name": "Ana", "wants": ["Speed"], "struggles": ["No time"], "based_on": ["talks"]},
        {"id": "bo", "name": "Bo", "wants": ["Advice"], "struggles": ["Doubt"], "based_on": ["crm"]},
    ],
    "phases": [
        {
            "id": "find", "name": "Find", "covers": ["notice", "explore"], "owner": "shop", 
            "customer_goal": "See what there is",
            "kpis": [{"metric": "bought", "target": 0.2}],
            "touchpoints": [{"id": "ad", "name": "Advert", "channel": "ads", "observe": {"event": "click"}}],
        },
        {
            "id": "buy", "name": "Buy", "covers": ["weigh", "buy"], "owner": "shop", "customer_goal": "Pay safely",
            "kpis": [{"metric": "bought", "target": 0.2}, {"metric": "happy", "target": 0.8}],
            "touchpoints": [
                {
                    "id": "checkout", "name": "Checkout", "channel": "store", "milestone": True,
                    "observe": {"event": "order"},
                },
            ],
        },
        {
            "id": "use", "name": "Use", "covers": ["use", "return"], "owner": "care", "customer_goal": "Get help",
            "kpis": [{"metric": "happy", "target": 0.8}],
            "touchpoints": [{"id": "help", "name": "Help desk", "channel": "support", "observe": {"event": "ask"}}],
        },
    ],
    "attests": [{"what": "tone", "at": ["ad"], "by": "shop", "date": date(2026, 10, 1)}],
}  # fmt: skip
PAIN = {"id": "slow", "at": "help", "text": "Slow answers", "based_on": ["talks"]}
CHANCE = {"id": "faster", "text": "Answer sooner", "solves": ["slow"], "status": "proposed"}


def sound(**changes):
    """The map with some of its parts changed; ``phases__0__owner=None`` removes the owner of the first phase."""
    made = deepcopy(MAP)
    for path, value in changes.items():
        *parents, last = [int(key) if key.isdigit() else key for key in path.split("__")]
        place = made
        for key in parents:
            place = place[key]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return MapFile.model_validate(made)


def chance(**changes):
    """An opportunity that solves the one pain point of the map."""
    return {"pain_points": [PAIN], "opportunities": [{**CHANCE, **changes}]}


def judged(rule, map_=None, **known):
    """What one rule says of a map, or of the sound one."""
    evidence = Evidence(map_ or sound(), known.pop("today", TODAY), **known)
    return audit(evidence, [RULE[rule]]).outcomes[0]


def outcome(rule, map_=None, **known):
    """Its outcome alone."""
    return judged(rule, map_, **known).outcome


def objects(rule, map_=None, **known):
    """What fails."""
    return [finding.failed.objects for finding in judged(rule, map_, **known).findings]


LOYALTY = {"again": {"kind": "repeat", "event": "event 0 0", "within": "90d"}, "tell": {"kind": "nps"}}
AXIS = ("notice", "explore", "weigh", "buy", "use", "return")
CHANNELS = ("store", "support", "web", "email", "app", "social", "phone")
WORDS = {
    "sv": ("Hitta", "rätt", "storlek", "i lugn", "och ro", "få svar", "betala", "tryggt", "hemma", "vänta på paketet"),
    "nb": ("Finne", "riktig", "størrelse", "i ro", "og mak", "få svar", "betale", "trygt", "hjemme", "vente på pakken"),
    "da": (
        "Finde",
        "den rette",
        "størrelse",
        "i ro",
        "og mag",
        "få svar",
        "betale",
        "trygt",
        "hjemme",
        "vente på pakken",
    ),
    "en": (
        "Find",
        "the right",
        "size",
        "in peace",
        "and quiet",
        "get answers",
        "pay",
        "safely",
        "at home",
        "wait for it",
    ),
}


def random_sound(seed):
    """A random map that a careful team might have drawn; one seed makes one map."""
    random = Random(seed)
    language = random.choice(sorted(WORDS))
    phases = _phases(random, language)
    places = [phase["id"] for phase in phases]
    personas = [
        {
            "id": f"p{at}", "name": f"Persona {at}", "wants": [_text(random, language)],
            "struggles": [_text(random, language)], "based_on": [random.choice(["talks", "crm"])],
        }
        for at in range(random.randint(2, 5))
    ]  # fmt: skip
    pains = [
        {"id": f"pain{at}", "at": random.choice(places), "text": _text(random, language), "based_on": ["talks"]}
        for at in range(random.randint(0, 4))
    ]
    head = {
        **MAP["map"], "title": _text(random, language), "language": language,
        "review": {"every": "90d", "last": TODAY - timedelta(days=random.randint(0, 90))},
    }  # fmt: skip
    made = {
        **MAP, "map": head, "phases": phases, "personas": personas, "pain_points": pains,
        "metrics": {**MAP["metrics"], "bought": {"kind": "conversion", "from": places[0], "to": places[-1]}, **LOYALTY},
        "opportunities": [_opportunity(random, at, pains, language) for at in range(random.randint(0, 3))],
        "attests": [{**MAP["attests"][0], "at": places, "date": TODAY - timedelta(days=random.randint(0, 180))}],
    }  # fmt: skip
    return MapFile.model_validate(made)


def _phases(random, language):
    number = random.randint(4, 6)
    cuts = [0, *sorted(random.sample(range(1, 6), number - 1)), 6]
    phases = []
    for at in range(number):
        owner = random.choice(["shop", "care"])
        feels = {"claim": random.randint(-20, 20) / 10, "based_on": ["talks"]}
        touchpoints = [
            {
                "id": f"t{at}-{n}", "name": _text(random, language), "channel": random.choice(CHANNELS),
                "observe": {"event": f"event {at} {n}"}, "milestone": (at, n) == (number - 1, 0),
                "tells_next_step": random.random() < 0.3 or (at, n) == (number - 1, 0), "personalised_by": ["plan"],
                "customer_action": n == 0 or random.random() < 0.8,
            }
            for n in range(random.randint(2, 8))
        ]  # fmt: skip
        phases.append(
            {
                "id": f"f{at}", "name": f"Phase {at}", "covers": list(AXIS[cuts[at] : cuts[at + 1]]), "owner": owner,
                "customer_goal": _text(random, language), "does": _text(random, language), "based_on": ["crm"],
                "kpis": [{"metric": "happy", "target": 0.8}], "touchpoints": touchpoints,
                **({"feels": feels} if random.random() < 0.7 else {}),
            }
        )  # fmt: skip
    return phases


def _opportunity(random, at, pains, language):
    status = random.choice(["proposed", "planned", "done"])
    on = TODAY - timedelta(days=random.randint(200, 700))
    effect = {"measured_by": {"before_after": {"change": on, "span": "30d"}}} if status == "done" else {}
    solves = {"solves": [random.choice(pains)["id"]]} if pains else {"at": "f0"}
    return {"id": f"op{at}", "text": _text(random, language), "status": status, **solves, **effect}


def _text(random, language):
    return " ".join(random.sample(WORDS[language], random.randint(1, 4)))
