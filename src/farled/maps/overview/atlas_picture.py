"""The atlas as a picture: one row per map, its phases on the common axis."""

from typing import Final

from farled.maps.draw.pen import BODY, NAME, SMALL, STRONG, TINY, Box, Face, line, lines, num, rect, shape, sign, text
from farled.maps.draw.words import Words
from farled.maps.guide.needs_intent import PARTS
from farled.maps.overview.atlas import Atlas, AtlasRow, PhaseSpan
from farled.maps.overview.drawing import Drawn
from farled.maps.overview.telling import belongs, freshness_text, goal_text, lost_text, state_icon
from farled.maps.touchpoint import AXIS

WIDTH: Final = 1240.0
LABEL: Final = 270.0
STATE: Final = 220.0
MARGIN: Final = 24.0
HEAD: Final = 64.0
NOTCH: Final = 10.0
TALL: Final = 54.0

_COLUMN: Final = (WIDTH - LABEL - STATE - 2 * MARGIN) / len(AXIS)


def atlas_picture(atlas: Atlas, language: str) -> Drawn:
    """Return the atlas as a picture in a language.

    Raises:
        NotFoundError: Farled does not speak the language.
    """
    words = Words(language)
    body, top = _head(atlas, words), HEAD
    for row in atlas.rows:
        drawn, height = _row(row, atlas, words, top)
        body += drawn
        top += height
    gaps = "".join(
        rect(Box(_left(AXIS.index(part)) + 3, HEAD - 40, _COLUMN - 6, top - HEAD + 40), "gap", 6) for part in atlas.gaps
    )
    title = words._("All maps on one axis")
    return Drawn(WIDTH, top + MARGIN, body + gaps, title, _described(atlas, words))


def _described(atlas: Atlas, words: Words) -> str:
    told = [words.translate.ngettext("{n} map", "{n} maps", len(atlas.rows)).format(n=len(atlas.rows)) + "."]
    if atlas.gaps:
        told.append(words._("No map covers: {parts}.", parts=", ".join(words._(PARTS[part]) for part in atlas.gaps)))
    return " ".join(told)


def _left(part: int) -> float:
    return MARGIN + LABEL + part * _COLUMN


def _head(atlas: Atlas, words: Words) -> str:
    drawn = ""
    for at, part in enumerate(AXIS):
        middle = _left(at) + _COLUMN / 2
        drawn += text(middle, HEAD - 22, words._(PARTS[part]), STRONG, "ink-2", "middle")
        if part in atlas.gaps:
            drawn += text(middle, HEAD - 8, words._("no map"), TINY, "warn", "middle")
        if at:
            drawn += line(_left(at), HEAD - 8, _left(at), HEAD, "axis")
    return drawn


def _row(row: AtlasRow, atlas: Atlas, words: Words, top: float) -> tuple[str, float]:
    """Return the drawing of a map and its height."""
    map_ = row.entry.map
    indent = 18.0 if row.parent or row.base else 0.0
    name = lines_of = NAME.wrap(map_.map.title if map_ is not None else row.entry.id, LABEL - indent - 20)
    under = _under(row, atlas, words)
    told = [piece for each in under for piece in SMALL.wrap(each, LABEL - indent - 20)]
    label = len(lines_of) * NAME.line + len(told) * SMALL.line
    tracks = _tracks(row.phases)
    height = max(label, len(tracks) * (TALL + 8), _state_height(row, words), 58.0) + 30
    drawn = line(MARGIN, top, WIDTH - MARGIN, top, "hair")
    if indent:
        drawn += shape(f"M{num(MARGIN + 4)} {num(top + 12)}v10h8", "stroke ink-3")
    drawn += lines(MARGIN + indent, top + 26, name, NAME)
    drawn += lines(MARGIN + indent, top + 26 + len(name) * NAME.line, told, SMALL, "ink-2")
    for track, spans in enumerate(tracks):
        for phase in spans:
            drawn += _chevron(phase, words, top + 15 + track * (TALL + 8))
    return drawn + _state(row, words, top + 26), height


def _under(row: AtlasRow, atlas: Atlas, words: Words) -> list[str]:
    map_ = row.entry.map
    if map_ is None:
        return [row.entry.fault]
    told = belongs(row, atlas, words) if row.parent or row.base else []
    n = ((row.entry.snapshot or {}).get("journeys") or {}).get("n")
    if isinstance(n, int):
        told.append(words.journeys(n))
    unplaced = [phase.name for phase in row.phases if not phase.parts]
    if unplaced:
        told.append(words._("without a place on the axis: {phases}", phases=", ".join(unplaced)))
    return told


def _tracks(phases: tuple[PhaseSpan, ...]) -> list[list[PhaseSpan]]:
    """Lay phases out in lines, so that two of one part stand below each other."""
    tracks: list[list[PhaseSpan]] = []
    for phase in phases:
        if not phase.parts:
            continue
        free = next(
            (track for track in tracks if not any(set(other.parts) & set(_run(phase)) for other in track)), None
        )
        if free is None:
            tracks.append(free := [])
        free.append(phase)
    return tracks


def _run(phase: PhaseSpan) -> list[str]:
    first, last = AXIS.index(phase.parts[0]), AXIS.index(phase.parts[-1])
    return list(AXIS[first : last + 1])


def _chevron(phase: PhaseSpan, words: Words, top: float) -> str:
    first, last = AXIS.index(phase.parts[0]), AXIS.index(phase.parts[-1])
    x, w = _left(first) + 2, (last - first + 1) * _COLUMN - 4
    data = (
        f"M{num(x)} {num(top)}h{num(w - NOTCH)}l{num(NOTCH)} {num(TALL / 2)}l{num(-NOTCH)} {num(TALL / 2)}"
        f"h{num(NOTCH - w)}l{num(NOTCH)} {num(-TALL / 2)}Z"
    )
    drawn = shape(data, f"depth-{first}")
    drawn += shape(data, "worst") if phase.is_weakest else ""
    face, name = _name(phase.name, w - 1.6 * NOTCH - 14)
    lost = lost_text(phase.completion, words)
    count = len(name) + bool(lost)
    left, first_line = x + NOTCH + 8, top + TALL / 2 + 4 - (count - 1) * face.line / 2
    drawn += lines(left, first_line, name, face, "on-depth")
    if lost:
        drawn += text(left, first_line + len(name) * face.line, lost, SMALL, "on-depth")
    return drawn


def _name(name: str, room: float) -> tuple[Face, tuple[str, ...]]:
    """Return the largest letters in which a name takes two lines with whole words, or three lines of the smallest."""
    for face in (STRONG, SMALL, TINY):
        broken = face.wrap(name, room)
        if len(broken) <= 2 and all(face.width(word) <= room for word in name.split()):
            return face, broken
    return TINY, TINY.wrap(name, room)[:3]


def _state(row: AtlasRow, words: Words, top: float) -> str:
    """Return goal, review and findings of a map, each with its icon, below each other."""
    name, tone, review = freshness_text(row, words)
    told = [(state_icon(row), "ink", goal_text(row, words), BODY), (name, tone, review, SMALL)]
    if row.entry.findings is not None:
        n = sum(row.entry.findings.values())
        found = words.translate.ngettext("{n} open finding", "{n} open findings", n).format(n=words.count(n))
        told.append(("triangle-alert" if n else "check", "ink-2", found, SMALL))
    x, drawn = WIDTH - MARGIN - STATE + 20, ""
    for icon, color, sentence, face in told:
        if sentence:
            broken = face.wrap(sentence, STATE - 42)
            drawn += sign(icon, x, top - 10.5, 13, color) + lines(x + 20, top, broken, face, color)
            top += len(broken) * face.line + 3
    return drawn


def _state_height(row: AtlasRow, words: Words) -> float:
    sentences = (goal_text(row, words), freshness_text(row, words)[2])
    return sum(len(BODY.wrap(each, STATE - 42)) * BODY.line + 3 for each in sentences if each) + SMALL.line
