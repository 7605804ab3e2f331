"""A map with one of its phases alone, for small sheets."""

from dataclasses import replace

from farled.maps.draw.view import View


def phase_view(view: View, at: int) -> View:
    """Return a view of one phase: its touchpoints, notes and key figures, and the transitions inside it.

    What is lost after it stands in its head, since the next phase is on another sheet.
    """
    phase = view.phases[at]
    lost = f"{phase.drop.card[0]}: {phase.drop.figure.text}" if phase.drop is not None else ""
    detail = " · ".join(part for part in (phase.detail, lost) if part)
    points = [point for point in view.touchpoints if point.phase == at]
    lanes = [lane for lane in view.lanes if any(point.lane == lane.place for point in points)]
    places = {lane.place: place for place, lane in enumerate(lanes)}
    held = {point.id for point in points}
    return replace(
        view,
        goal=view.goal[:1],
        personas=(),
        phases=(replace(phase, detail=detail, drop=None),),
        lanes=tuple(replace(lane, place=places[lane.place]) for lane in lanes),
        touchpoints=tuple(
            replace(point, phase=0, lane=places[point.lane], recovers=_among(point.recovers, held)) for point in points
        ),
        walk=None,
        unmapped=(),
        unmapped_more="",
        unmapped_all=(),
        transitions=tuple(way for way in view.transitions if way.start in held and way.end in held),
        pains=tuple(replace(note, phase=0) for note in view.pains if note.phase == at),
        opportunities=tuple(replace(note, phase=0) for note in view.opportunities if note.phase == at),
        layers=tuple(replace(layer, phase=0) for layer in view.layers if layer.phase == at),
        tiles=tuple(replace(tile, phase=0) for tile in view.tiles if tile.phase == at),
    )


def _among(ids: tuple[str, ...], held: set[str]) -> tuple[str, ...]:
    return tuple(id_ for id_ in ids if id_ in held)
