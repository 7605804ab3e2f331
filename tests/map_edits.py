"""Random maps and random changes of them, for property tests; one number makes one pair."""

from datetime import date
from random import Random

from farled.maps.model import MapFile

LETTERS = "abcåäöæøABC"
AWKWARD = [
    "yes",
    "null",
    "3,4 %",
    "a: b",
    "x #y",
    "- z",
    "'q'",
    '"',
    "tom\nrad",
    " kant ",
    "{a}",
    "2026-01-01",
    "☂",
    "~",
]
CONDITION = {"all": [{"attr": "plan", "in": ["a", True, 2]}, {"not": {"attr": "x.y", "known": False}}]}


def text(random):
    if random.random() < 0.15:
        return random.choice(AWKWARD)
    return " ".join("".join(random.choices(LETTERS, k=random.randint(1, 8))) for _ in range(random.randint(1, 4)))


def texts(random):
    return [text(random) for _ in range(random.randint(1, 3))]


def claim(random):
    found = {"claim": random.randint(-20, 20) / 10, "based_on": random.choice(["assumed", ["study"]])}
    return found | ({"words": texts(random)} if random.random() < 0.5 else {})


def one_of(*values):
    return lambda random: random.choice(values)


def maybe(make):
    return lambda random: make(random) if random.random() < 0.6 else None


TOUCHPOINT = {
    "name": text,
    "channel": one_of("web", "email", "store", "own"),
    "owner": one_of(None, "alpha", "beta"),
    "milestone": one_of(True, False),
    "observe": one_of(None, {"feedback": "csat"}, {"event": "visit", "where": CONDITION}, {"event": "buy"}),
    "feels": maybe(claim),
    "respond_within": one_of(None, "4h", "2d"),
    "personalised_by": maybe(texts),
    "blueprint": one_of(None, {}, {"evidence": "Kvitto", "backstage": [{"text": "Plock", "owner": "alpha"}]}),
    "note": maybe(text),
}
PHASE = {
    "name": text,
    "customer_goal": maybe(text),
    "covers": one_of(None, ["notice"], ["explore", "weigh"]),
    "kpis": one_of(
        None, [{"metric": "nps"}], [{"metric": "nps", "target": 40}, {"metric": "ease"}], [{"metric": "ease"}] * 2
    ),
    "feels": maybe(claim),
    "challenges": maybe(texts),
    "examples": one_of(None, {}, {"b2b": "Möte"}, {"b2c": "Köp", "b2b": "Möte"}),
    "owner": one_of(None, "alpha", "beta"),
}
PERSONA = {"name": text, "wants": maybe(texts), "segment": one_of(None, CONDITION), "why": maybe(text)}
PAIN = {"text": text, "topics": maybe(texts), "strength": one_of(None, 1, 3), "based_on": one_of("assumed", ["study"])}
OPPORTUNITY = {
    "text": text,
    "status": one_of("proposed", "planned", "testing"),
    "moves": one_of(None, {}, {"nps": "up"}),
    "effort": one_of(None, 1, 5),
    "done": one_of(None, date(2026, 11, 1)),
    "measured_by": one_of(None, {"experiment": "x"}, {"before_after": {"change": date(2026, 1, 1), "span": "7d"}}),
}
METRIC = one_of({"kind": "nps"}, {"kind": "repeat", "event": "order", "within": "90d"}, {"kind": "ces", "name": "Lätt"})
HEAD = {
    "title": text,
    "guards": one_of(None, ["nps"]),
    "owner": one_of(None, {"department": "alpha"}, {"department": "beta", "role": "Chef"}),
    "review": one_of({"every": "90d"}, {"every": "30d", "last": date(2026, 10, 1)}),
    "scope": one_of(None, CONDITION),
    "audit": one_of({}, {"S03": {"min_share": 0.1}}, {"S03": {"min_share": 0.2}, "O04": {"off": "Till våren"}}),
}


def record(random, fields, **ids):
    return {**ids, **{name: make(random) for name, make in fields.items()}}


def small_map(random):
    """A valid map of one to four phases, with its references in order."""
    phases = [record(random, PHASE, id=f"p{at}", touchpoints=[]) for at in range(random.randint(1, 4))]
    for at in range(random.randint(0, 7)):
        random.choice(phases)["touchpoints"].append(_touchpoint(random, f"t{at}"))
    return MapFile.model_validate(
        {
            "farled": 1,
            "map": {
                "id": "random",
                "language": "sv",
                "journey_type": "purchase",
                "goal": {"text": text(random), "metric": "nps", "target": 40, "by": date(2027, 1, 1)},
                **record(random, HEAD),
            },
            "departments": {"alpha": text(random), "beta": text(random)},
            "channels": {"own": {"name": text(random)}},
            "sources": {"study": {"kind": "survey", "title": text(random), "date": date(2026, 9, 1)}},
            "metrics": {"nps": {"kind": "nps"}, "ease": METRIC(random)},
            "personas": [record(random, PERSONA, id=f"q{at}") for at in range(random.randint(0, 3))],
            "phases": phases,
            "pain_points": [record(random, PAIN, id=f"pp{at}", at="p0") for at in range(random.randint(0, 2))],
            "opportunities": [record(random, OPPORTUNITY, id=f"op{at}") for at in range(random.randint(0, 2))],
        }
    )


def edited(random, map_):
    """The map with some of its fields changed, objects added, removed, moved and put in another order."""
    plain = map_.model_dump(by_alias=True)
    plain["phases"] = _phases(random, plain["phases"])
    for name, fields in (("personas", PERSONA), ("pain_points", PAIN), ("opportunities", OPPORTUNITY)):
        kept = [each for each in plain[name] if random.random() < 0.7]
        for each in kept:
            _change(random, each, fields)
        if random.random() < 0.3:
            kept.append(
                record(
                    random,
                    fields,
                    id=f"new{random.randint(0, 10**6)}",
                    **({"at": "p0"} if name == "pain_points" else {}),
                )
            )
        plain[name] = random.sample(kept, len(kept))
    _change(random, plain["map"], HEAD)
    if random.random() < 0.3:
        plain["metrics"]["ease"] = METRIC(random)
    if random.random() < 0.3:
        plain["departments"] |= {"gamma": text(random)}
    return MapFile.model_validate(plain)


def _phases(random, phases):
    phases = [{**phase, "touchpoints": list(phase["touchpoints"])} for phase in phases]
    loose = []
    for phase in phases:
        _change(random, phase, PHASE)
        for touchpoint in list(phase["touchpoints"]):
            _change(random, touchpoint, TOUCHPOINT)
            _once(random, touchpoint)
            if random.random() < 0.25:
                phase["touchpoints"].remove(touchpoint)
                loose.append(touchpoint)
        if random.random() < 0.2:
            random.shuffle(phase["touchpoints"])
    if len(phases) > 1 and random.random() < 0.3:
        loose += phases.pop(random.randrange(1, len(phases)))["touchpoints"]
    if random.random() < 0.3:
        phases.insert(
            random.randint(0, len(phases)), record(random, PHASE, id=f"p{random.randint(10, 10**6)}", touchpoints=[])
        )
    loose += [_touchpoint(random, f"n{random.randint(0, 10**6)}") for _ in range(random.randint(0, 2))]
    for touchpoint in loose:
        if random.random() < 0.7:
            home = random.choice(phases)["touchpoints"]
            home.insert(random.randint(0, len(home)), touchpoint)
    if random.random() < 0.2:
        random.shuffle(phases)
    return phases


def two_versions(seed):
    """A map and a later version of it, both with nearly everything that a map may hold."""
    random = Random(seed)
    first = edited(random, small_map(random))
    return first, edited(random, first)


def _touchpoint(random, id_):
    made = record(random, TOUCHPOINT, id=id_)
    _once(random, made)
    return made


def _once(random, touchpoint):
    """No two touchpoints observe the same."""
    if touchpoint["observe"] is not None:
        touchpoint["observe"] = {
            **touchpoint["observe"],
            "where": {"attr": touchpoint["id"], "is": random.randint(0, 1)},
        }


def _change(random, plain, fields):
    for name in random.sample(sorted(fields), random.choice([0, 0, 1, 2])):
        plain[name] = fields[name](random)
