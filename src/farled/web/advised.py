"""What the page of the type advisor shows."""

from collections.abc import Collection, Mapping
from typing import Any

from farled.locale import N_, translator
from farled.maps.templates.advisor import Advice, TypeAdvice, advice_questions, advise
from farled.maps.templates.data import said


def types_context(answers: Mapping[str, str], events: Collection[str], language: str) -> dict[str, Any]:
    """Return questions, types and the advice, in a language.

    Args:
        answers: Option by question; unknown ones are left out.
        events: Names of the events there are.
        language: One of ``LANGUAGES``.
    """
    known = {question.id: {option.id for option in question.options} for question in advice_questions()}
    given = {name: value for name, value in answers.items() if value in known.get(name, ())}
    advice = advise(given, events)
    questions = [
        {
            "id": question.id,
            "text": said(question.texts, language),
            "options": [
                {"id": each.id, "text": said(each.texts, language), "chosen": given.get(question.id) == each.id}
                for each in question.options
            ],
        }
        for question in advice_questions()
    ]
    return {
        "questions": questions,
        "types": [_type(each, advice, bool(given), language) for each in advice.ranked],
        "finding": advice_text(advice, language) if given else "",
    }


def advice_text(advice: Advice, language: str) -> str:
    """Return what the advisor says as a sentence."""
    told = translator(language)
    named = {each.type.id: said(each.type.names, language) for each in advice.ranked}
    if advice.recommended is not None:
        return told(N_("This fits best: {type}.")).format(type=named[advice.recommended])
    first = advice.ranked[0]
    if not first.answers:
        return told(N_("The answers speak for no type yet."))
    says = N_("The answers speak for {type}, but the events hold no start or no goal of it: bring them in first.")
    return told(says).format(type=named[first.type.id])


def measured_text(advice: TypeAdvice, language: str) -> str:
    """Return which events begin and end such a journey."""
    told = translator(language)
    start, goal = (", ".join(names[:3]) or "–" for names in (advice.starts, advice.goals))
    return told(N_("begins: {start}; ends: {goal}")).format(start=start, goal=goal)


def _type(each: TypeAdvice, advice: Advice, is_asked: bool, language: str) -> dict[str, Any]:
    kind = each.type
    kpis = [said(metric["name"], language) for metric in kind.metrics.values()]
    return {
        "id": kind.id,
        "name": said(kind.names, language),
        "from_to": f"{said(kind.starts, language)} – {said(kind.ends, language)}",
        "recommended": is_asked and advice.recommended == kind.id,
        "choose": said(kind.choose, language),
        "pros": [said(text, language) for text in kind.pros],
        "cons": [said(text, language) for text in kind.cons],
        "kpis": kpis,
        "measured": measured_text(each, language),
        "command": f"farled map new ID --journey-type {kind.id}",
        "answers": len(each.answers),
    }
