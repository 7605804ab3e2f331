"""Service: V01 to V03."""

from collections.abc import Iterator

import numpy as np

from farled.locale import N_
from farled.maps.audit import meaning
from farled.maps.audit.compare import MIN_N
from farled.maps.audit.cuts import of_days, of_happenings
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.ground import Ground, as_number, is_over, joined, measured, rest_of
from farled.maps.audit.reasons import NO_RULE, NOT_MEASURED, TOO_FEW
from farled.maps.audit.rule import Failed, Judged, Rule, Thresholds, cannot_tell, fails
from farled.maps.measuring.waits import Waits, waits
from farled.maps.metric import Share, Topic
from farled.maps.recode import Mask
from farled.spans import SECOND, microseconds
from farled.stats.horizon import share_within
from farled.stats.intervals import Estimate
from farled.stats.survival import kaplan_meier

UNTOLD = N_("The milestone {objects} does not tell customers what comes next.")
NO_ANSWER = N_("no metric of time begins here and says what answers")
NO_PROMISE = N_("no touchpoint promises an answer: respond_within")
NO_TOPIC = N_("no metric says which questions are about the order")


def _slow_response(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge touchpoints with ``respond_within``; the answer is the end of a metric of time that begins there.

    Channels, working days and weekends are told apart where they are slow on their own.
    """
    questions = list(meaning.questions(ground.map))
    if not questions:
        return cannot_tell(NO_PROMISE)
    return joined(_slow(ground, thresholds, question) for question in questions)


def _asked(ground: Ground, question: meaning.Question) -> tuple[Waits, Mask] | Judged:
    """Return the waits for an answer with those of the period, or why they cannot be told."""
    name = question.touchpoint.id
    if question.answer is None:
        return cannot_tell(NO_ANSWER, "median_time", objects=[name])
    found = waits(ground.facts, question.start, question.answer, question.match)
    chosen = found.chosen(ground.view)
    return (found, chosen) if _customers(found, chosen) >= MIN_N else cannot_tell(TOO_FEW, objects=[name])


def _slow(ground: Ground, thresholds: Thresholds, question: meaning.Question) -> Judged:
    """Judge the waits at one touchpoint: all of them, and by channel and working day or weekend."""
    asked = _asked(ground, question)
    if isinstance(asked, Judged):
        return asked
    found, chosen = asked
    promise = microseconds(str(question.touchpoint.respond_within))
    failed: list[Failed] = []
    for cut, rows in _cuts(ground, question, found, chosen, thresholds.names("cuts")):
        if _customers(found, rows) < MIN_N:
            continue
        median, slowest = _times(found, rows, thresholds.number("q"))
        judged = (median,) if failed else (median, slowest)
        if any(each.low is not None and each.low > promise for each in judged):
            values = {"median": _seconds(median), "slowest": _seconds(slowest), "n": int(rows.sum())}
            late = max(0.0, (slowest.value or median.value or 0.0) - promise) / SECOND
            failed.append(Failed((question.touchpoint.id,), {**values, "promise": promise / SECOND}, cut, late))
    return fails(*failed)


def _cuts(
    ground: Ground, question: meaning.Question, found: Waits, chosen: Mask, names: tuple[str, ...]
) -> Iterator[tuple[dict[str, str], Mask]]:
    yield {}, chosen
    asked = ground.all(question.start)
    if len(asked) != len(found.time):  # with match: questions without it begin no wait
        asked = asked.only(np.isin(asked.time * 1.0 + asked.customer, found.time * 1.0 + found.customer))
    if len(asked) != len(found.time):
        return
    for cut, rows in (*of_days(ground, asked), *of_happenings(ground, asked, names)):
        if not (rows | ~chosen).all():
            yield cut, rows & chosen


def _times(found: Waits, rows: Mask, q: float) -> tuple[Estimate, Estimate]:
    waited, watched = found.waited[rows], found.watched[rows]
    curve = kaplan_meier(waited[waited >= 0], watched[waited < 0])
    return curve.quantile(0.5), curve.quantile(q)


def _seconds(found: Estimate) -> float | None:
    return None if found.value is None else found.value / SECOND


def _customers(found: Waits, rows: Mask) -> int:
    return len(np.unique(found.customer[rows]))


def _unanswered(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge the questions at touchpoints with ``respond_within``, as rule V01 does."""
    questions = list(meaning.questions(ground.map))
    if not questions:
        return cannot_tell(NO_PROMISE)
    return joined(_open(ground, thresholds, question) for question in questions)


def _open(ground: Ground, thresholds: Thresholds, question: meaning.Question) -> Judged:
    asked = _asked(ground, question)
    if isinstance(asked, Judged):
        return asked
    (found, rows), span, name = asked, thresholds.span("span"), question.touchpoint.id
    share = rest_of(as_number(share_within(found.waited[rows], found.watched[rows], span).share))
    limit = thresholds.number("max_open")
    if share["value"] is None or not is_over(share, limit):
        return cannot_tell(TOO_FEW, objects=[name]) if share["value"] is None else fails()
    waiting = int((rows & (found.waited < 0) & (found.watched > span)).sum())
    values = {"share": share["value"], "low": share["low"], "n": share["n"], "waiting": waiting}
    return fails(Failed((name,), values, distance=share["value"] - limit))


def _where_is_it(evidence: Evidence, thresholds: Thresholds) -> Judged:
    """Judge milestones without ``tells_next_step``, and the share or topic that ``metric`` names."""
    silent = [point.id for _, point in evidence.map.touchpoints() if point.milestone and not point.tells_next_step]
    found = fails(*(Failed((name,), says=UNTOLD) for name in silent))
    ground = Ground.of(evidence)
    return found + (cannot_tell(NOT_MEASURED) if ground is None else _about_orders(ground, thresholds))


def _about_orders(ground: Ground, thresholds: Thresholds) -> Judged:
    """Judge the shares of questions that are about the order: those named, else topics asked for at a question."""
    named = thresholds.names("metric")
    places = {question.touchpoint.id for question in meaning.questions(ground.map)}
    metrics = [
        name
        for name, metric in ground.map.metrics.items()
        if (name in named and isinstance(metric, Share | Topic))
        or (not named and isinstance(metric, Topic) and metric.at in places)
    ]
    if not metrics:
        return cannot_tell(NO_TOPIC, "V03.metric") if places else cannot_tell(NO_RULE, "respond_within")
    return joined(_often(ground, thresholds, name) for name in metrics)


def _often(ground: Ground, thresholds: Thresholds, name: str) -> Judged:
    number, limit = ground.snapshot["metrics"][name], thresholds.number("max_share")
    if number["value"] is None or number["n"] < MIN_N:
        return cannot_tell(TOO_FEW, objects=[name])
    if not is_over(number, limit):
        return fails()
    values = {"share": number["value"], "n": number["n"]}
    return fails(Failed((name,), values, distance=number["value"] - limit))


RULES: tuple[Rule, ...] = (
    Rule(
        "V01",
        "slow-response",
        "ME",
        "E",
        N_(
            "At {objects} an answer is promised within {promise}; half wait {median} or longer,"
            " the slowest tenth {slowest} or longer."
        ),
        N_("Answer questions and complaints fast; a chatbot or automated answer helps round the clock."),
        measured(_slow_response),
        {"q": 0.9, "cuts": "channel"},
        {"promise": "seconds", "median": "seconds", "slowest": "seconds"},
        ("L06", "L12", "L22"),
        ("R103", "R064"),
    ),
    Rule(
        "V02",
        "unanswered",
        "E",
        "E",
        N_("{share} of the questions at {objects} are without answer after {span}; {waiting} wait now."),
        N_("Answer every question; nobody waits unseen."),
        measured(_unanswered),
        {"max_open": 0.02, "span": "7d"},
        {"share": "share"},
        ("L06", "L12"),
        ("R103", "R073"),
    ),
    Rule(
        "V03",
        "where-is-my-order",
        "EF",
        "W",
        N_("{share} of the questions ask about the order ({objects})."),
        N_("Say where they are and what to expect next."),
        _where_is_it,
        {"max_share": 0.15, "metric": ""},
        {"share": "share"},
        ("L03",),
        ("R164", "R071"),
    ),
)
