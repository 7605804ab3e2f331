"""What the map file implies: channels that need not be written, inherited owners, initials, places."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from farled.maps.channels import built_in
from farled.maps.draw.view import LaneView
from farled.maps.draw.words import Words, amount
from farled.maps.model import MapFile
from farled.maps.touchpoint import Phase, Touchpoint

_PHASE_ICONS: Final = {
    "notice": "eye",
    "explore": "search",
    "weigh": "scale",
    "buy": "credit-card",
    "use": "package",
    "return": "heart",
}


def channel(content: MapFile, id_: str, words: Words) -> tuple[str, str]:
    """Return name and icon of a channel, from the map or as built in."""
    known = built_in(id_, words.language)
    name, drawing = (known.name, known.icon) if known else (id_, "circle")
    own = content.channels.get(id_)
    if own is not None:
        name, drawing = own.name, own.icon or drawing
    return name, drawing


def lanes(content: MapFile, words: Words) -> tuple[LaneView, ...]:
    """Return the channels that have touchpoints: those of the map in its order, then built-in ones as they come."""
    used = dict.fromkeys(touchpoint.channel for _, touchpoint in every(content))
    known = [id_ for id_ in content.channels if id_ in used]
    order = [*known, *(id_ for id_ in used if id_ not in known)]
    return tuple(LaneView(id_, *channel(content, id_, words), place) for place, id_ in enumerate(order))


def counted(content: MapFile, snapshot: Mapping[str, Any]) -> Literal["customer", "account", "journey"]:
    """Return what the map counts: journeys where some customers have several, else the customers themselves."""
    found = snapshot.get("journeys") or {}
    customers = amount(found.get("customers"))
    return content.map.unit if customers is None or customers == amount(found.get("n")) else "journey"


def every(content: MapFile) -> Iterator[tuple[int, Touchpoint]]:
    """Return all touchpoints with the place of their phase."""
    for at, phase in enumerate(content.phases):
        for touchpoint in phase.touchpoints:
            yield at, touchpoint


def place_of(content: MapFile, id_: str) -> int | None:
    """Return the place of the phase that is meant or that holds the touchpoint."""
    for at, phase in enumerate(content.phases):
        if phase.id == id_ or any(touchpoint.id == id_ for touchpoint in phase.touchpoints):
            return at
    return None


def name_of(content: MapFile, id_: str) -> str:
    """Return the name of a phase or touchpoint."""
    for phase in content.phases:
        if phase.id == id_:
            return phase.name
        for touchpoint in phase.touchpoints:
            if touchpoint.id == id_:
                return touchpoint.name
    return id_


def owner_of(touchpoint: Touchpoint, phase: Phase) -> str | None:
    """Return the department that answers for a touchpoint."""
    return touchpoint.owner or phase.owner


def department(content: MapFile, id_: str | None) -> str:
    """Return the name of a department, or nothing."""
    return content.departments.get(id_, id_) if id_ else ""


def phase_icon(phase: Phase) -> str:
    """Return the icon of a phase: its own, else by the first part of the common axis that it covers."""
    return phase.icon or _PHASE_ICONS.get((phase.covers or ["notice"])[0], "eye")


def initials(content: MapFile) -> dict[str, str]:
    """Return short forms of the departments that own a touchpoint in another's phase, all different.

    One to three letters: the name itself where so short, else the first letters of its words or of itself.
    """
    owners = dict.fromkeys(
        owner
        for at, touchpoint in every(content)
        if (owner := owner_of(touchpoint, content.phases[at])) and owner != content.phases[at].owner
    )
    names = [department(content, owner) for owner in owners]
    short: dict[str, str] = {}
    for owner, name in zip(owners, names, strict=True):
        others = [other for other in names if other != name]
        short[owner] = next(form for form in _forms(name, others) if form not in short.values())
    return short


def _forms(name: str, others: list[str]) -> Iterator[str]:
    parts = name.split()
    if len(name) <= 3:
        yield name
    if len(parts) > 1:
        yield "".join(part[0] for part in parts[:3]).upper()
    letters = "".join(letter for letter in name if letter.isalnum()) or name
    differs = max([1, *(_shared(letters, other) for other in others)])
    yield (letters[:1] + letters[min(differs, len(letters) - 1)]).upper()
    for number in range(2, 1000):
        yield f"{name[:1].upper()}{number}"


def _shared(name: str, other: str) -> int:
    """Return how many letters two names begin with in common."""
    pairs = enumerate(zip(name, other, strict=False))
    return next((at for at, (one, two) in pairs if one != two), min(len(name), len(other)))
