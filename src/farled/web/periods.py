"""What answers per calendar period say on a page: who comes back, who is new and who falls silent."""

from farled.locale import translator
from farled.questions.lifecycle import LifecycleAnswer
from farled.questions.retention import RetentionAnswer
from farled.web.cells import Sheet, Value, sheet_of
from farled.web.shares import group_name, parts_of, share_of

COLUMNS = 12
"""How many periods later a page shows in its table; the curve and the CSV file have all."""


def retention(answer: RetentionAnswer, language: str) -> tuple[str, tuple[Sheet, ...]]:
    """Return the finding and the tables of who comes back."""
    _ = translator(language)
    columns = answer.columns[1 : COLUMNS + 1]
    width = len(columns)
    rows: list[tuple[Value, ...]] = [
        (cohort.name, cohort.size, *cohort.rate[1 : width + 1]) for cohort in answer.cohorts[::-1]
    ]
    if rows:
        rows.insert(0, (_("all together"), answer.customers, *answer.pooled[1 : width + 1]))
    for value, group in answer.groups.items():
        known = (*group.pooled[1 : width + 1], *(None,) * width)[:width]
        rows.insert(1, (group_name(value, language), group.customers, *known))
    headings = (_("Cohort"), _("Customers"), *columns)
    curve = [(name, rate) for name, rate in zip(answer.columns[1:], answer.pooled[1:], strict=True) if rate is not None]
    sheets = [sheet_of(_("By cohort"), headings, rows, dict.fromkeys(columns, "brief"), language)]
    if curve:
        later = _("Later by") if answer.question.brackets else _(answer.question.period).capitalize()
        sheets.append(sheet_of(_("All cohorts"), (later, _("Are back")), curve, {_("Are back"): "share"}, language))
    return _retention_finding(answer, language), tuple(sheets)


def _retention_finding(answer: RetentionAnswer, language: str) -> str:
    _ = translator(language)
    if not answer.cohorts:
        return _("Nobody begins with {first}.").format(first=answer.question.start.label)
    rate = answer.pooled[1] if len(answer.pooled) > 1 else None
    if rate is None or not rate.n:
        return ""
    share = share_of(rate, language)
    if answer.question.brackets:
        text = _("{share} of the customers are back in {bracket} after the start.")
        return text.format(share=share, bracket=answer.columns[1])
    text = _("{share} of the customers are back in {unit} 1 after the start.")
    return text.format(share=share, unit=_(answer.question.period))


def lifecycle(answer: LifecycleAnswer, language: str) -> tuple[str, tuple[Sheet, ...]]:
    """Return the finding and the tables of who is new, stays, returns and falls silent."""
    _ = translator(language)
    parts, grouped = parts_of(answer, language), bool(answer.groups)
    rows: list[tuple[Value, ...]] = [
        (
            *((name,) if grouped else ()),
            period.name,
            period.customers,
            period.new,
            period.active,
            period.returned,
            period.dormant,
            period.kept,
        )
        for name, part in parts
        for period in part.periods[::-1]
    ]
    headings = [_("Period"), _("Customers"), _("New"), _("Active"), _("Returned"), _("Dormant"), _("Stayed")]
    sheets = (sheet_of(_("By period"), [*([_("Group")] if grouped else []), *headings], rows, {}, language),)
    over = [period for period in answer.periods if period.kept is not None and period.kept.n]
    said = []
    if over and over[-1].kept is not None:
        text = _("Of the customers of the period before, {share} were there again in {period}.")
        said.append(text.format(share=share_of(over[-1].kept, language), period=over[-1].name))
    if answer.periods and not answer.periods[-1].is_over:
        said.append(_("{period} is not over: counted so far.").format(period=answer.periods[-1].name))
    return " ".join(said), sheets
