"""The map as tables: every number of the picture, in rows of lanes and columns of phases, and lists of its marks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from farled.maps.draw.changes import told as change_told
from farled.maps.draw.layers import LINES
from farled.maps.draw.rows import SAID
from farled.maps.draw.view import Card, Figure, NoteView, TileView, View
from farled.maps.draw.words import DASH, Words


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: lines of text, and the id by which the picture links to it."""

    lines: tuple[str, ...]
    id: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a caption and perhaps a line below; the first cell of each row is its heading."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


def grids(view: View) -> tuple[Grid, ...]:
    """Return all tables of a map, the twin first; none is empty."""
    words = Words(view.language)
    made = (
        twin(view, words),
        _cards(words._("Open findings"), words._("Finding"), _findings(view), words),
        _cards(words._("Stops of the journey"), words._("Stop"), _stops(view), words),
        _cards(words._("Touchpoints"), words._("Touchpoint"), _points(view), words),
        _cards(words._("Service blueprint"), words._("Service blueprint"), _layers(view), words),
        replace(_cards(words._("Transitions"), words._("From and to"), _ways(view), words), note=view.rare),
        _cards(words._("Key figures"), words._("Key figure"), _tiles(view), words),
        _cards(words._("Personas"), words._("Persona"), _people(view), words),
        _cards(words._("Pain points"), words._("Pain point"), _notes(view.pains, "pain"), words),
        _cards(words._("Opportunities"), words._("Opportunity"), _notes(view.opportunities, "opportunity"), words),
        _cards(words._("Events that are not on the map"), words._("Event"), _new(view), words),
    )
    return tuple(grid for grid in made if grid.rows)


def twin(view: View, words: Words) -> Grid:
    """Return the map itself as a table: rows are lanes, columns phases."""
    phases = range(len(view.phases))
    rows: list[tuple[Cell, ...]] = []

    def add(name: str, cells: Sequence[tuple[str, ...]], id_: str = "") -> None:
        if any(any(lines) for lines in cells):
            marked = [Cell(lines, f"{id_}-{view.phases[at].id}" if id_ else "") for at, lines in enumerate(cells)]
            rows.append((Cell((name,)), *marked))

    add(words._("Volume, coverage"), [phase.card[1:] or (DASH,) for phase in view.phases], "phase")
    drops = [phase.drop for phase in view.phases]
    add(words._("Here now"), [(phase.here,) if phase.here and "here_now" in view.rows else () for phase in view.phases])
    add(words._("Drop-off"), [drop.card[1:] if drop else () for drop in drops])
    for key, name, _, _ in SAID:
        if key in view.rows:
            add(words._(name), [tuple(phase.says.get(key, "").splitlines()) for phase in view.phases])
    for lane in view.lanes:
        names = [
            tuple(point.name for point in view.touchpoints if (point.phase, point.lane) == (at, lane.place))
            for at in phases
        ]
        add(lane.name, names)
    for line, name, _ in LINES if "blueprint" in view.rows else ():
        layers = [[layer for layer in view.layers if (layer.line, layer.phase) == (line, at)] for at in phases]
        add(words._(name), [tuple(": ".join([each.text, " · ".join(each.detail)]) for each in row) for row in layers])
    add(words._("Feeling"), [_felt(view, at, words) for at in phases])
    for kind, name in (("pains", words._("Pain points")), ("opportunities", words._("Opportunities"))):
        notes: tuple[NoteView, ...] = getattr(view, kind)
        add(name, [tuple(note.text for note in notes if note.phase == at) for at in phases])
    add(
        words._("Key figures"),
        [tuple(_tile_line(tile, words) for tile in view.tiles if tile.phase == at) for at in phases],
    )
    for persona in view.personas:
        if persona.feelings:
            felt = [(_figure(figure, words),) for figure in persona.feelings]
            add(words._("Feeling of {persona}", persona=persona.name), felt)
    headings = (words._("Lane"), *(phase.name for phase in view.phases))
    return Grid(words._("The map as a table"), headings, tuple(rows))


def _tile_line(tile: TileView, words: Words) -> str:
    return f"{tile.name}: {_figure(tile.figure, words)}" + (f"; {tile.target}" if tile.target else "")


def _figure(figure: Figure, words: Words) -> str:
    evidence = ", ".join(words.parts(figure))
    value = figure.text if figure.value is not None else figure.note
    return f"{value} ({evidence})" if evidence else value


def _felt(view: View, at: int, words: Words) -> tuple[str, ...]:
    phase = view.phases[at]
    told = []
    if phase.feeling.value is not None or phase.feeling.note:
        told.append(f"{words._('measured')}: {_figure(phase.feeling, words)}")
    if phase.claim is not None:
        kind = words._("assumed") if phase.claim_assumed else words._("claimed")
        told.append(f"{kind}: {phase.claim_text} {phase.claim_words}".strip())
    if phase.then is not None and phase.then.value is not None:
        told.append(f"{view.against}: {_figure(phase.then, words)}")
    if phase.feeling_change is not None:
        told.append(change_told(phase.feeling_change, view.against, words))
    if view.walk is not None and view.walk.feelings[at][0]:
        told.append(f"{words._('this customer')}: {view.walk.feelings[at][0]}")
    return tuple(told)


def told(view: View) -> dict[str, Card]:
    """Return what is told of each mark, by the id to which it links."""
    found = {f"phase-{phase.id}": (*phase.card, *(phase.drop.card if phase.drop else ())) for phase in view.phases}
    found |= {f"layer-{layer.id}": layer.card for layer in view.layers}
    every = (_points(view), _ways(view), _tiles(view), _people(view), _stops(view), _new(view), _findings(view))
    notes = (_notes(view.pains, "pain"), _notes(view.opportunities, "opportunity"))
    return found | {id_: card for listed in (*every, *notes) for id_, _, card in listed}


Listed = list[tuple[str, str, Card]]
"""Id, where it stands, and what is told."""


def _cards(caption: str, heading: str, listed: Listed, words: Words) -> Grid:
    rows = tuple(
        (Cell((card[0],), id_), Cell((place,) if place else ()), Cell(tuple(card[1:]))) for id_, place, card in listed
    )
    return Grid(caption, (heading, words._("Phase"), words._("Numbers")), rows)


def _layers(view: View) -> Listed:
    names = [phase.name for phase in view.phases]
    shown = view.layers if "blueprint" in view.rows else ()
    return [(f"layer-{layer.id}", names[layer.phase], layer.card) for layer in shown]


def _findings(view: View) -> Listed:
    return [(f"finding-{finding.id}", "", finding.card) for finding in view.findings]


def _stops(view: View) -> Listed:
    if view.walk is None:
        return []
    return [(f"stop-{stop.number}", "", stop.card) for stop in view.walk.stops]


def _points(view: View) -> Listed:
    names = [phase.name for phase in view.phases]
    return [(f"touchpoint-{point.id}", names[point.phase], point.card) for point in view.touchpoints]


def _ways(view: View) -> Listed:
    phases = {point.id: view.phases[point.phase].name for point in view.touchpoints}
    return [(f"way-{way.start}-{way.end}", phases[way.start], way.card) for way in view.transitions]


def _tiles(view: View) -> Listed:
    names = [phase.name for phase in view.phases]
    return [(f"kpi-{tile.id}", names[tile.phase], tile.card) for tile in view.tiles]


def _people(view: View) -> Listed:
    return [(f"persona-{persona.id}", "", persona.card) for persona in view.personas]


def _notes(notes: tuple[NoteView, ...], kind: str) -> Listed:
    return [(f"{kind}-{note.id}", "", (note.card[1], *note.card[2:])) for note in notes]


def _new(view: View) -> Listed:
    return [(f"unmapped-{new.id}", "", new.card) for new in view.unmapped_all]
