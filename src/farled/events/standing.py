"""Which imports stand: the event table decides, whatever a killed process left in a report."""

from dataclasses import replace

from farled.events.prepare import source_of
from farled.events.report import Report
from farled.events.store import Head

STANDING = ("loaded", "nothing new")


def is_loaded(turn: int) -> bool:
    """Return whether an import is in the table: loading it and undoing it each count one on."""
    return turn % 2 == 1


def checked(head: Head, report: Report) -> Report:
    """Return a report with its state as the event table has it."""
    turn = head.turn_of(source_of(report.import_id))
    if report.state == "loading":
        return replace(report, state="loaded" if is_loaded(turn) else "interrupted")
    if report.state == "loaded" and not is_loaded(turn):
        return replace(report, state="undone")
    return report
