"""The templates and the crosswalk as tables."""

from farled.figures.table import Table
from farled.maps.templates.data import DEFAULT, NAMES, said, template
from farled.maps.touchpoint import AXIS


def templates_table(language: str = "en") -> Table:
    """Return one row per template: its name, what it is for, its market and its phases."""
    rows = []
    for name in NAMES:
        found = template(name)
        phases = ", ".join(said(phase.names, language) for phase in found.phases)
        rows.append((name, said(found.titles, language), found.market.upper(), phases))
    note = f"Without --template a map begins as {DEFAULT}."
    return Table("Templates", ("template", "title", "market", "phases"), tuple(rows), None, note)


def crosswalk_table(language: str = "en") -> Table:
    """Return one row per template: which of its phases covers each part of the common axis."""
    rows = []
    for name in NAMES:
        found = template(name)
        rows.append((name, *(said(found.phase_of(part).names, language) for part in AXIS)))
    return Table("Crosswalk", ("template", *AXIS), tuple(rows))
