"""What answers of questions over questions say on a page, and the words that their tables show."""

from dataclasses import replace
from typing import Final

from farled.figures.quantity import said
from farled.locale import N_, number, translator
from farled.questions.asker import shown as named
from farled.questions.compare import CompareAnswer
from farled.questions.robust import RobustAnswer
from farled.stats.intervals import Estimate
from farled.web.cells import Sheet, sheet, shown

HEADINGS: Final = (
    N_("Compare"),
    N_("Drivers"),
    N_("Trend"),
    N_("Robust"),
    N_("number"),
    N_("difference"),
    N_("per"),
    N_("different"),
    N_("before"),
    N_("had it and went on"),
    N_("had it and did not"),
    N_("odds"),
    N_("found"),
    N_("period"),
    N_("changes"),
    N_("as asked"),
    N_("lowest"),
    N_("with"),
    N_("highest"),
    N_("with this"),
    N_("moves"),
)
NUMBERS: Final = (
    N_("accuracy"),
    N_("back"),
    N_("baseline"),
    N_("conversions"),
    N_("converted"),
    N_("count"),
    N_("coverage"),
    N_("direct"),
    N_("effect"),
    N_("ends"),
    N_("events"),
    N_("eventual"),
    N_("from previous"),
    N_("from start"),
    N_("half"),
    N_("kept"),
    N_("length"),
    N_("lost"),
    N_("median"),
    N_("median time"),
    N_("missed"),
    N_("off scale"),
    N_("on ties"),
    N_("open windows"),
    N_("p10"),
    N_("p90"),
    N_("p90 time"),
    N_("per session"),
    N_("pooled"),
    N_("rate"),
    N_("response"),
    N_("rest"),
    N_("sampling error"),
    N_("satisfied"),
    N_("score"),
    N_("seconds"),
    N_("share"),
    N_("single"),
    N_("size"),
    N_("stability"),
    N_("started"),
    N_("starts"),
    N_("total"),
    N_("touches"),
    N_("value"),
    N_("visits"),
    N_("waiting"),
    N_("without scale"),
    N_("words"),
)
CHANGED: Final = (
    N_("within"),
    N_("ties"),
    N_("cut"),
    N_("gap"),
    N_("lookback"),
    N_("half_life"),
    N_("max_gap"),
    N_("input"),
    N_("strict"),
)
REASONS: Final = (N_("no_variation"), N_("one_sided"))


def compare(answer: CompareAnswer, language: str) -> tuple[str, tuple[Sheet, ...]]:
    """Return what differs most clearly, and every number of both sides."""
    _ = translator(language)
    found, question = answer.found, answer.question
    every = number(len(answer.numbers), language)
    if found:
        first = next((row for row in found if row.unit == "share"), found[0])
        kind = {"share": "points", "seconds": "seconds"}.get(first.unit, "")
        finding = _("{found} of {all} numbers differ. Clearest: {name}, {difference}.").format(
            found=number(len(found), language),
            all=every,
            name=said(first.label, language),
            difference=_with_bounds(first.difference, kind, language),
        )
    else:
        finding = _("None of the {all} numbers differ more than by chance.").format(all=every)
    sides = [number(customers, language) for customers in answer.customers]
    note = _("a: {a}, {n} customers. b: {b}, {m} customers.").format(
        a=named(question.a), n=sides[0], b=named(question.b), m=sides[1]
    )
    if answer.shared:
        note += " " + _("{n} customers are on both sides.").format(n=number(answer.shared, language))
    table = sheet(answer.table(), language)
    return finding, (replace(table, note=" ".join(filter(None, (note, table.note)))),)


def robust(answer: RobustAnswer, language: str) -> tuple[str, tuple[Sheet, ...]]:
    """Return how far the number moves that moves most, and how far each does."""
    _ = translator(language)
    sheets = (sheet(answer.table(), language),)
    most = answer.most
    if most is None or most.lowest is None or most.highest is None or most.asked.value is None:
        return _("No number can be given yet."), sheets
    if not most.moves:
        return _("The number hangs on no other choice."), sheets
    values = (most.asked.value, most.lowest[0], most.highest[0])
    texts = [shown(value, most.asked.unit, language).text for value in values]
    text = _("{name} is {asked} as asked; between {low} ({change}) and {high} ({other}) with other choices.")
    changes = [said(change, language) for change in (most.lowest[1], most.highest[1])]
    filled = {"asked": texts[0], "low": texts[1], "change": changes[0], "high": texts[2], "other": changes[1]}
    return text.format(name=said(most.label, language), **filled), sheets


def _with_bounds(estimate: Estimate, kind: str, language: str) -> str:
    cell = shown(estimate, kind, language)
    return f"{cell.text} ({cell.bounds})" if cell.bounds else cell.text
