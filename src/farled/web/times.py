"""What answers about time say on a page: how long it takes, and how often customers come."""

from farled.locale import duration, number, percent, translator
from farled.questions.sessions import SessionsAnswer
from farled.questions.timing import TimingAnswer
from farled.web.cells import Sheet, Value, sheet_of
from farled.web.shares import parts_of


def timing(answer: TimingAnswer, language: str) -> tuple[str, tuple[Sheet, ...]]:
    """Return the finding and the tables of how long it takes."""
    _ = translator(language)
    parts, grouped = parts_of(answer, language), bool(answer.groups)
    rows: list[tuple[Value, ...]] = [
        (
            *((name,) if grouped else ()),
            *(each.started, each.n, each.waiting, each.missed),
            *(each.median, each.p10, each.p90, each.mean, each.half),
        )
        for name, each in parts
    ]
    times = [_("Median time"), _("One of ten within"), _("Nine of ten within"), _("Mean time"), _("Half of all within")]
    headings = [*([_("Group")] if grouped else []), _("Started"), _("Came"), _("Still waiting"), _("Too late"), *times]
    sheets = [sheet_of(_("From one to the other"), headings, rows, dict.fromkeys(times, "seconds"), language)]
    if answer.shares:
        within, share = _("Within"), _("Have come")
        come = [(each.seconds, each.share) for each in answer.shares]
        kinds = {within: "seconds", share: "share"}
        sheets.append(sheet_of(_("How many have come by then"), (within, share), come, kinds, language))
    if answer.histogram:
        columns = (_("More than"), _("At most"), _("How many"), _("Share"))
        bins = [(each.low, each.high, each.count, each.share) for each in answer.histogram]
        sheets.append(sheet_of(_("How long it took"), columns, bins, dict.fromkeys(columns[:2], "seconds"), language))
    return _timing_finding(answer, language), tuple(sheets)


def _timing_finding(answer: TimingAnswer, language: str) -> str:
    _ = translator(language)
    first, last = answer.question.start.label, answer.question.end.label
    if not answer.started:
        return _("Nobody begins with {first}.").format(first=first)
    started, n = number(answer.started, language), number(answer.n, language)
    if answer.median.value is None:
        return _("None of {started} has come from {first} to {last}, so nobody knows how long it takes.").format(
            started=started, first=first, last=last
        )
    said = [
        _("{n} of {started} come from {first} to {last}, half of them within {time}.").format(
            n=n, started=started, first=first, last=last, time=duration(answer.median.value, language)
        )
    ]
    if answer.waiting:
        waiting = number(answer.waiting, language)
        said.append(
            translator(language).ngettext("{n} still waits.", "{n} still wait.", answer.waiting).format(n=waiting)
        )
    return " ".join(said)


def sessions(answer: SessionsAnswer, language: str) -> tuple[str, tuple[Sheet, ...]]:
    """Return the finding and the tables of how often customers come and how long they stay."""
    _ = translator(language)
    parts, grouped = parts_of(answer, language), bool(answer.groups)
    rows: list[tuple[Value, ...]] = [
        (
            *((name,) if grouped else ()),
            *(each.sessions, each.customers, each.per_customer.mean, each.per_session.mean, each.per_session.median),
            *(each.length.mean, each.length.median, each.length.p90, each.single),
        )
        for name, each in parts
    ]
    times, single = [_("Mean length"), _("Median length"), _("Nine of ten within")], _("One event only")
    counts = [_("Sessions"), _("Customers"), _("Sessions of a customer"), _("Events of a session"), _("Median events")]
    kinds = {**dict.fromkeys(times, "seconds"), single: "share"}
    headings = [*([_("Group")] if grouped else []), *counts, *times, single]
    sheets = [sheet_of(_("Sessions"), headings, rows, kinds, language)]
    if answer.visits:
        visits = [(_many(each.low, each.high), each.customers, each.share) for each in answer.visits]
        columns = (_("Sessions"), _("Customers"), _("Share"))
        sheets.append(sheet_of(_("How often customers come"), columns, visits, {}, language))
    if answer.lengths:
        edges = (_("More than"), _("At most"))
        bins = [(each.low, each.high, each.sessions, each.share) for each in answer.lengths]
        long = (*edges, _("Sessions"), _("Share"))
        sheets.append(sheet_of(_("How long they stay"), long, bins, dict.fromkeys(edges, "seconds"), language))
    return _sessions_finding(answer, language), tuple(sheets)


def _sessions_finding(answer: SessionsAnswer, language: str) -> str:
    _ = translator(language)
    if answer.single.value is None:
        return ""
    return _("{customers} customers have {sessions} sessions; {share} of the sessions have one event only.").format(
        customers=number(answer.customers, language),
        sessions=number(answer.sessions, language),
        share=percent(answer.single.value, language),
    )


def _many(low: int, high: int | None) -> str:
    if high is None:
        return f"{low}+"
    return str(low) if low == high else f"{low}\u2013{high}"
