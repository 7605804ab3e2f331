"""What an answer says on a page: one sentence, and tables in the reader's language."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from farled.engine.base import Answer as AnyAnswer
from farled.engine.grouped import GroupedAnswer
from farled.locale import number, translator
from farled.questions.attribution import AttributionAnswer
from farled.questions.compare import CompareAnswer
from farled.questions.flow import FlowAnswer
from farled.questions.funnel_answer import FunnelAnswer
from farled.questions.lifecycle import LifecycleAnswer
from farled.questions.paths import PathsAnswer
from farled.questions.retention import RetentionAnswer
from farled.questions.robust import RobustAnswer
from farled.questions.sessions import SessionsAnswer
from farled.questions.timing import TimingAnswer
from farled.questions.variants import VariantsAnswer
from farled.stats.intervals import Rate
from farled.web import attributed, over, periods, times
from farled.web.cells import Sheet, Value, sheet, sheet_of
from farled.web.shares import group_name, share_of

Told = tuple[str, tuple[Sheet, ...]]


def told(answer: AnyAnswer, language: str) -> Told:
    """Return the finding of an answer, empty where there is none, and its tables.

    Args:
        answer: Of any question.
        language: One of ``LANGUAGES``.
    """
    if isinstance(answer, GroupedAnswer):
        finding, sheets = told(answer.whole, language)
        return finding, (*sheets, replace(sheet(answer.table(), language), title=translator(language)("By group")))
    tell = _TELLERS.get(type(answer))
    return tell(answer, language) if tell else ("", (sheet(answer.table(), language),))


def _funnel(answer: FunnelAnswer, language: str) -> Told:
    _ = translator(language)
    headings = [_("Step"), _("Customers"), _("From the start"), _("From the step before"), _("Left before")]
    headings += [_("Median time"), _("Nine of ten within")]
    kinds = dict.fromkeys(headings[-2:], "seconds")
    rows: list[tuple[Value, ...]] = [
        (
            f"{step.name} ({_('may be left out')})" if step.optional else step.name,
            step.customers,
            step.from_start,
            step.from_previous if at else None,
            step.dropped if at else None,
            step.median_time,
            step.p90_time,
        )
        for at, step in enumerate(answer.steps)
    ]
    sheets = [sheet_of(_("Step by step"), headings, rows, kinds, language)]
    groups = [
        (group_name(value, language), step.name, step.customers, step.from_start)
        for value, steps in answer.groups.items()
        for step in steps
    ]
    if groups:
        columns = (_("Group"), _("Step"), _("Customers"), _("From the start"))
        sheets.append(sheet_of(_("By group"), columns, groups, {}, language))
    return _funnel_finding(answer, language), tuple(sheets)


def _funnel_finding(answer: FunnelAnswer, language: str) -> str:
    _ = translator(language)
    first, last = answer.steps[0].name, answer.steps[-1].name
    whole = answer.conversion
    if not whole.n:
        return _("Nobody begins with {first}.").format(first=first)
    sentences = [
        _("{share} get from {first} to {last}: {part} of {n}.").format(
            share=share_of(whole, language),
            first=first,
            last=last,
            part=number(whole.part, language),
            n=number(whole.n, language),
        )
    ]
    later = [step for step in answer.steps[1:] if not step.optional and step.from_previous and step.from_previous.n]
    if later:
        worst = min(later, key=lambda step: (step.from_previous and step.from_previous.value) or 0.0)
        sentences.append(
            _("Most are lost before {step}: {n}.").format(step=worst.name, n=number(worst.dropped, language))
        )
    if answer.open_windows and answer.question.within is not None:
        text = translator(language).ngettext(
            "{n} still has time left.", "{n} still have time left.", answer.open_windows
        )
        sentences.append(text.format(n=number(answer.open_windows, language)))
    return " ".join(sentences)


def _flow(answer: FlowAnswer, language: str) -> Told:
    _ = translator(language)
    journeys = sum(answer.starts.values())
    headings = [_("From"), _("To"), _("Times"), _("Customers"), _("Share of the times there")]
    times = [_("Median time"), _("Nine of ten within")]
    edges = tuple(answer.edges.values())
    rows: list[tuple[Value, ...]] = [
        (edge.before, edge.after, edge.count, edge.customers, edge.share, edge.median_time, edge.p90_time)
        for edge in edges
    ]
    begins = [(name, count, Rate(count, journeys)) for name, count in answer.starts.items()]
    stops = [(name, count, Rate(count, answer.nodes[name].events)) for name, count in answer.ends.items()]
    columns = (_("Touchpoint"), _("Journeys"), _("Share of the journeys"))
    sheets = (
        sheet_of(_("From one to the next"), [*headings, *times], rows, dict.fromkeys(times, "seconds"), language),
        sheet_of(_("Where journeys begin"), columns, begins, {}, language),
        sheet_of(_("Where journeys end"), (*columns[:2], headings[-1]), stops, {}, language),
    )
    if not edges:
        return _("Nobody goes from one touchpoint to another."), sheets
    first = max(edges, key=lambda edge: (edge.before != edge.after, edge.count))
    text = _("Most often customers go from {before} to {after}: {n} times, {share} of the times at {before}.")
    fields = {"before": first.before, "after": first.after, "n": number(first.count, language)}
    return text.format(**fields, share=share_of(first.share, language)), sheets


def _paths(answer: PathsAnswer, language: str) -> Told:
    _ = translator(language)
    goal = answer.question.start is not None and answer.question.end is not None
    headings = [
        _("Path"),
        _("Journeys"),
        _("Customers"),
        _("Share of the journeys"),
        *([_("Reach the end")] if goal else []),
    ]
    rows: list[tuple[Value, ...]] = [
        (path.names, path.count, path.customers, path.share, *((path.converted,) if goal else ()))
        for path in answer.paths
    ]
    if answer.rest:
        others = answer.different - len(answer.paths)
        text = translator(language).ngettext("{n} other path", "{n} other paths", others)
        name = text.format(n=number(others, language))
        rows.append((name, answer.rest, None, Rate(answer.rest, answer.total), *((None,) if goal else ())))
    sheets = (sheet_of(_("The most common paths"), headings, rows, {}, language),)
    if not answer.paths:
        return _("No journey has such a path."), sheets
    finding = _("{total} journeys take {different} different paths; the most common has {share} of them.").format(
        total=number(answer.total, language),
        different=number(answer.different, language),
        share=share_of(answer.paths[0].share, language),
    )
    return finding, sheets


def _variants(answer: VariantsAnswer, language: str) -> Told:
    _ = translator(language)
    rows: list[tuple[Value, ...]] = [(path.names, path.count, path.customers, path.share) for path in answer.paths]
    if answer.rest:
        others = answer.different - len(answer.paths)
        text = translator(language).ngettext("{n} other variant", "{n} other variants", others)
        name = text.format(n=number(others, language))
        rows.append((name, answer.rest, None, Rate(answer.rest, answer.total)))
    headings = (_("Variant"), _("Journeys"), _("Customers"), _("Share of the journeys"))
    finding = _("{total} journeys are of {different} different variants; those below cover {share} of them.").format(
        total=number(answer.total, language),
        different=number(answer.different, language),
        share=share_of(answer.coverage, language),
    )
    return finding, (sheet_of(_("The most common variants"), headings, rows, {}, language),)


_TELLERS: Final[Mapping[type[Any], Callable[[Any, str], Told]]] = {
    FunnelAnswer: _funnel,
    FlowAnswer: _flow,
    PathsAnswer: _paths,
    RetentionAnswer: periods.retention,
    LifecycleAnswer: periods.lifecycle,
    TimingAnswer: times.timing,
    SessionsAnswer: times.sessions,
    VariantsAnswer: _variants,
    AttributionAnswer: attributed.attribution,
    CompareAnswer: over.compare,
    RobustAnswer: over.robust,
}
