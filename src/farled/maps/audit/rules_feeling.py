"""Feeling: E01 to E05."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from farled.errors import MissingExtraError
from farled.journeys.answers import means
from farled.journeys.index import Floats
from farled.locale import N_
from farled.maps.audit import meaning
from farled.maps.audit.compare import MIN_N, Comparison, of_means, of_shares, verdicts
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.ground import Ground, Happenings, is_over, measured, of_events
from farled.maps.audit.reasons import HIDDEN, NO_ASK, NOT_MEASURED, TOO_FEW
from farled.maps.audit.rule import Failed, Judged, Rule, Thresholds, Unknown, cannot_tell, fails
from farled.maps.measuring.feeling import KINDS, Answers
from farled.maps.measuring.phases import horizon
from farled.maps.metric import Response
from farled.maps.recode import Mask
from farled.maps.touchpoint import Claim, FeedbackRule
from farled.spans import microseconds
from farled.texts.language import languages_of
from farled.texts.lexicon import LANGUAGES
from farled.texts.naming import names
from farled.texts.topics import Topic, found_topics, stems, topic_of

COMPARED_WORDS = 8
TOLD_WORDS = 3
SCALES_DISAGREE = N_("the scales do not agree there")
LEAVERS = N_("Those who leave after being asked answer at {rate}, those who go on at {other_rate}.")
NO_CLAIM = N_("no feeling is claimed")
NO_ANSWERS = N_("customers have given no answers")
NO_WORDS = N_("too few unhappy customers wrote why")
NO_CLEAR_TOPICS = N_("what the unhappy write shows no clear topics in a language that is read")
NO_TOPICS = N_("topics cannot be found: the extra text is not installed")


def _misjudged(evidence: Evidence, thresholds: Thresholds) -> Judged:
    """Judge claims of phases and touchpoints against what 30 customers or more say."""
    if evidence.snapshot is None:
        return cannot_tell(NOT_MEASURED)
    failed, unknown = [], []
    claims = list(_claims(evidence))
    for place, claim, number in claims:
        if number["value"] is None or number["n"] < MIN_N:
            unknown.append(Unknown((place,), _why(number)))
        elif not number["low"] <= claim <= number["high"]:
            gap = abs(claim - number["value"])
            if gap >= thresholds.number("min_gap"):
                values = {"claim": claim, **{key: number[key] for key in ("value", "low", "high", "n")}}
                failed.append(Failed((place,), values, {}, gap - thresholds.number("min_gap")))
    if not claims:
        return cannot_tell(NO_CLAIM)
    return Judged(tuple(failed), tuple(unknown))


def _claims(evidence: Evidence) -> Iterator[tuple[str, float, Mapping[str, Any]]]:
    snapshot = evidence.snapshot or {}
    for phase in evidence.map.phases:
        yield from _claim(phase.id, phase.feels, snapshot["phases"])
        for point in phase.touchpoints:
            yield from _claim(point.id, point.feels, snapshot["touchpoints"])


def _claim(place: str, feels: Claim | None, found: Mapping[str, Any]) -> Iterator[tuple[str, float, Mapping[str, Any]]]:
    if feels is not None:
        yield place, feels.claim, found[place]["feeling"]


def _why(number: Mapping[str, Any]) -> str:
    if number.get("reason") == "hidden":
        return HIDDEN
    return SCALES_DISAGREE if "apart" in number else TOO_FEW


def _weak_touchpoint(ground: Ground, _: Thresholds) -> Judged:
    """Compare the feeling at each touchpoint with that of all other answers, one mean per customer."""
    answers = _felt(ground)
    whole = _means(ground, answers)
    if len(whole) < MIN_N:
        return cannot_tell(NO_ANSWERS if not len(whole) else TOO_FEW)
    observed = [at for at, (_, point) in enumerate(ground.map.touchpoints()) if point.observe is not None]
    observed = [at for at in observed if (answers.touchpoint == at).any()]
    here = [_means(ground, answers.only(answers.touchpoint == at)) for at in observed]
    elsewhere = [_means(ground, answers.only(answers.touchpoint != at)) for at in observed]
    pairs = [of_means(one, other) for one, other in zip(here, elsewhere, strict=True)]
    failed, unknown = [], []
    for at, pair, verdict in zip(observed, pairs, verdicts(pairs), strict=True):
        name = ground.touchpoints[at]
        if verdict == "unknown":
            unknown.append(name)
        elif verdict == "lower":
            values = {
                "value": pair.value,
                "mean": pair.other,
                "n": pair.n,
                "share": _share_below(here[observed.index(at)]),
            }
            failed.append(Failed((name,), values, {}, (pair.other or 0.0) - (pair.value or 0.0)))
    return Judged(tuple(failed), (Unknown(tuple(unknown), TOO_FEW),) if unknown else ())


def _felt(ground: Ground) -> Answers:
    """Return the answers of the journeys on the map that make the feeling of phases."""
    answers = ground.measuring.answers
    taken = [KINDS.index(kind) for kind in (*ground.map.map.feeling.from_, "other")]
    rows = ground.view.journeys[answers.journey] & np.isin(answers.kind, taken)
    rows &= (answers.kind != KINDS.index("nps")) | answers.is_named
    return answers.only(rows)


def _means(ground: Ground, answers: Answers) -> Floats:
    weights = np.array([ground.map.map.feeling.weight(kind) for kind in KINDS])[answers.kind]
    return means(answers.customer, answers.feeling, weights)


def _share_below(feelings: Floats) -> float:
    return float((feelings < 0).mean())


def _too_few_answers(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge the phases with a KPI of satisfaction: who answered about the phase, or what the KPI itself rests on."""
    least = thresholds.number("min_answers")
    answers = ground.measuring.answers
    now = answers.only(ground.view.holds(answers.time, answers.journey))
    failed = []
    for at, phase in enumerate(ground.map.phases):
        kpis = [kpi.metric for kpi in phase.kpis or () if ground.map.metrics[kpi.metric].kind in meaning.SATISFACTION]
        if not kpis:
            continue
        here = len(np.unique(now.customer[ground.phase_of[now.touchpoint] == at]))
        rests = [ground.snapshot["metrics"][kpi]["n"] for kpi in kpis]
        n = max([here, *(each for each in rests if isinstance(each, int))])
        if n < least:
            failed.append(Failed((phase.id,), {"n": n, "kpis": tuple(kpis)}, {}, least - n))
    return fails(*failed)


def _feedback_bias(ground: Ground, thresholds: Thresholds) -> Judged:
    """Compare the shares that answer of those whom metrics of the kind ``response`` say are asked.

    Who leaves has no event but answers after being asked. Without such a metric only personas are compared.
    """
    asks = meaning.asks(ground.map)
    answered = ground.all(meaning.ANSWERS)
    if not len(answered):
        return cannot_tell(NO_ANSWERS)
    asked = ground.now(*(metric.ask for metric in asks)).firsts() if asks else _on_the_map(ground)
    gave = _gave(ground, asked, asks) if asks else asked.wait(answered) >= 0
    groups = dict(_by_persona(ground, asked))
    pairs = {
        (one, other): of_shares(
            gave[groups[one]].sum(), groups[one].sum(), gave[groups[other]].sum(), groups[other].sum()
        )
        for one, other in combinations(groups, 2)
    }
    if asks:
        pairs[("left", "went_on")] = _left_and_went_on(ground, asked, answered, gave)
    judged = verdicts(list(pairs.values()))
    failed = [
        Failed(
            tuple(name for name in names_ if name in groups),
            _rates(names_, pair),
            _bias_cut(names_, groups),
            says="" if names_[0] in groups else LEAVERS,
        )
        for (names_, pair), verdict in zip(pairs.items(), judged, strict=True)
        if verdict in ("higher", "lower") and _factor(pair) > thresholds.number("factor")
    ]
    small = tuple(name for pair, verdict in zip(pairs, judged, strict=True) if verdict == "unknown" for name in pair)
    unknown: tuple[Unknown, ...] = (Unknown(tuple(dict.fromkeys(small)), TOO_FEW),) if small else ()
    unknown += () if asks else (Unknown((), NO_ASK, ("kind: response",)),)
    return Judged(tuple(failed), unknown)


def _gave(ground: Ground, asked: Happenings, asks: Sequence[Response]) -> Mask:
    """Return who of those asked answers in the way and the time that a metric of the kind response counts."""
    gave = np.zeros(len(asked), dtype=np.bool_)
    for metric in asks:
        kinds = meaning.ANSWERS if metric.feedback is None else (FeedbackRule(feedback=metric.feedback),)
        wait = asked.wait(ground.all(kinds))
        gave |= (wait >= 0) & (wait <= horizon(ground.facts, microseconds(metric.within) if metric.within else None))
    return gave


def _bias_cut(names_: tuple[str, str], groups: Mapping[str, Any]) -> dict[str, str]:
    return {} if names_[0] in groups else {"asked": "left"}


def _rates(names_: tuple[str, str], pair: Comparison) -> dict[str, Any]:
    return {
        "one": names_[0],
        "other": names_[1],
        "rate": pair.value,
        "other_rate": pair.other,
        "n": pair.n + pair.other_n,
    }


def _factor(pair: Comparison) -> float:
    low, high = sorted([pair.value or 0.0, pair.other or 0.0])
    return high / low if low > 0 else float("inf")


def _on_the_map(ground: Ground) -> Happenings:
    """Return where the journeys on the map begin, one for each customer."""
    facts, places = ground.facts, ground.view.places
    first = np.concatenate(
        [part.chunk.offsets[:-1] + at for part, at in zip(facts.parts, facts.first_event[:-1], strict=True)]
    )
    return Happenings(first[places] - 1, facts.customer[places], places, facts.entry[places]).firsts()


def _by_persona(ground: Ground, asked: Happenings) -> Iterator[tuple[str, Any]]:
    for persona in ground.map.personas:
        group = ground.facts.groups.get(f"persona:{persona.id}")
        if group is not None:
            yield persona.id, group[asked.journey]


def _left_and_went_on(ground: Ground, asked: Happenings, answered: Happenings, gave: Any) -> Comparison:
    """Compare the rates of those of whom nothing but an answer comes after being asked, and of the others."""
    left = ground.last_but(answered)[asked.customer] <= asked.position
    return of_shares(gave[left].sum(), left.sum(), gave[~left].sum(), (~left).sum())


def _unlisted_pain(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge the topics of what customers wrote whose feeling is below 0, by language.

    A pain point lists a topic if its words, or half of the texts that speak of it, name one of its ``topics``.
    """
    customer, texts = _unhappy(ground)
    if len(set(customer)) < MIN_N:
        return cannot_tell(NO_WORDS)
    listed = [topic for pain in ground.map.pain_points for topic in pain.topics or ()]
    spoken = languages_of(texts)
    try:
        topics = {language: found_topics(_in(language, texts, spoken), language).topics for language in LANGUAGES}
    except MissingExtraError:
        return cannot_tell(NO_TOPICS, "farled[text]")
    if not any(topics.values()):
        return cannot_tell(NO_CLEAR_TOPICS)
    least = thresholds.number("min_share")
    said = [_Said(customer, texts, spoken, language) for language in topics]
    return fails(*(each for of in said for each in _unlisted(of, topics[of.language], listed, least)))


class _Said(NamedTuple):
    customer: Sequence[int]
    texts: Sequence[str]
    spoken: Sequence[str]
    language: str


def _in(language: str, texts: Sequence[str], spoken: Sequence[str]) -> list[str]:
    return [text for text, each in zip(texts, spoken, strict=True) if each == language]


def _unhappy(ground: Ground) -> tuple[list[int], list[str]]:
    """Return who is unhappy (feeling below 0) and wrote something, and what."""
    answers, read = ground.measuring.answers, ground.measuring.texts
    rows = (answers.feeling < 0) & ground.view.holds(answers.time, answers.journey)
    position = np.union1d(answers.position[rows], read.position[np.nan_to_num(read.feeling) < 0])
    found = ground.at(position)
    found = found.only(ground.holds(found.time, found.journey))
    coded = ground.property("text", found)
    if coded is None:
        return [], []
    has = coded.code >= 0
    return found.customer[has].tolist(), [str(coded.values[code]) for code in coded.code[has].tolist()]


def _unlisted(of: _Said, topics: Sequence[Topic], listed: Sequence[str], least: float) -> Iterator[Failed]:
    """Yield the topics of one language that enough texts of all speak of and no pain point names."""
    weights = [topic.weights for topic in topics]
    mine = [at for at, each in enumerate(of.spoken) if each == of.language]
    told = np.array([topic_of([stem for stem, _ in stems(of.texts[at], of.language)], weights) for at in mine])
    for place, topic in enumerate(topics):
        true = np.zeros(len(of.texts), dtype=np.bool_)
        true[np.array(mine)[told == place]] = True
        if _is_listed(topic, [of.texts[at] for at in np.flatnonzero(true).tolist()], listed):
            continue
        share = of_events(true, np.array(of.customer))
        if share["value"] >= least and is_over(share, least / 2):
            said = ", ".join(topic.words[:TOLD_WORDS])
            values = {"topic": said, "share": share["value"], "n": share["n"]}
            yield Failed((), values, {"topic": said}, share["value"] - least)


def _is_listed(topic: Topic, texts: Sequence[str], listed: Sequence[str]) -> bool:
    """Return whether the words of a topic, or half of the texts that speak of it, name what a pain point lists."""
    words = " ".join(topic.words[:COMPARED_WORDS])
    if any(names(words, thing) for thing in listed):
        return True
    naming = sum(any(names(text, thing) for thing in listed) for text in texts)
    return 2 * naming >= len(texts) > 0


RULES: tuple[Rule, ...] = (
    Rule(
        "E01",
        "feeling-misjudged",
        "MF",
        "W",
        N_("The feeling at {objects} is claimed as {claim}; {n} customers say {value} ({low} to {high})."),
        N_("Believe the customers: correct the claim, look for the cause."),
        _misjudged,
        {"min_gap": 1.0},
        dict.fromkeys(("claim", "value", "low", "high"), "score"),
        sources=("R011", "R105"),
    ),
    Rule(
        "E02",
        "weak-touchpoint",
        "F",
        "W",
        N_(
            "Customers feel worse about {objects} than elsewhere: {value} against {mean}"
            " ({n} customers, {share} below zero)."
        ),
        N_("Improve it: useful content, fast answers, what was expected."),
        measured(_weak_touchpoint),
        {},
        {"value": "score", "mean": "score", "share": "share"},
        ("L02", "L10", "L12"),
        ("R113", "R097"),
    ),
    Rule(
        "E03",
        "too-few-answers",
        "F",
        "I",
        N_("Only {n} customers answered about {objects}, where satisfaction is a KPI ({kpis})."),
        N_("Ask more, or nearer to the moment."),
        measured(_too_few_answers),
        {"min_answers": 30.0},
        {"kpis": "object"},
        ("L15",),
        ("R097",),
    ),
    Rule(
        "E04",
        "feedback-bias",
        "EF",
        "W",
        N_("Some answer far more often than others: {one} {rate}, {other} {other_rate}."),
        N_("Ask the silent ones too; weigh before you conclude."),
        measured(_feedback_bias),
        {"factor": 3.0},
        {"rate": "share", "other_rate": "share", "one": "object", "other": "object"},
        sources=("R037",),
    ),
    Rule(
        "E05",
        "unlisted-pain",
        "F",
        "W",
        N_("{share} of the unhappy speak of what is no pain point of the map: {topic}."),
        N_("Put it on the map as a pain point, with an owner."),
        measured(_unlisted_pain),
        {"min_share": 0.05},
        {"share": "share"},
        ("L09",),
        ("R104", "R111"),
    ),
)
