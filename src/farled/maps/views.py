"""Three views of one map, kept apart: the customer journey, the buying journey in it, and the firm's sales process."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple, TypeVar, get_args

from farled.errors import InputError, NotFoundError
from farled.maps.fields import Record
from farled.maps.model import MapFile, Opportunity
from farled.maps.touchpoint import AXIS, AxisPart, Phase, Touchpoint

MapView = Literal["customer_journey", "buying_journey", "sales_process"]
MAP_VIEWS: tuple[MapView, ...] = get_args(MapView)
LANGUAGES = ("sv", "nb", "da", "en")
CUSTOMER_SIDE = frozenset(
    {"personas", "here_now", "question", "goal", "does", "thinks", "expects", "feeling", "pain_points", "per_persona"}
)
"""The rows of the picture that a view of the firm's side does not draw."""

R = TypeVar("R", bound=Record)


class _View(NamedTuple):
    names: tuple[str, str, str, str]
    parts: tuple[AxisPart, ...]
    customer_side: bool


VIEWS: Mapping[str, _View] = {
    "customer_journey": _View(("Kundresa", "Kundereise", "Kunderejse", "Customer journey"), AXIS, True),
    "buying_journey": _View(
        ("Köpresa", "Kjøpsreise", "Købsrejse", "Buying journey"), ("explore", "weigh", "buy"), True
    ),
    "sales_process": _View(("Säljprocess", "Salgsprosess", "Salgsproces", "Sales process"), AXIS, False),
}
_PLAIN = str.maketrans({"å": "a", "ä": "a", "ö": "o", "ø": "o", "æ": "ae", " ": "_", "-": "_"})


def view_named(text: str) -> MapView:
    """Return a view by its id, or by its name in any of the four languages, with or without its dots and rings.

    Raises:
        NotFoundError: There is none of that name.

    Example:
        >>> view_named("kjøpsreise"), view_named("Saljprocess"), view_named("customer journey")
        ('buying_journey', 'sales_process', 'customer_journey')
    """
    plain = text.strip().casefold().translate(_PLAIN)
    for id_ in MAP_VIEWS:
        if plain == id_ or plain in (name.casefold().translate(_PLAIN) for name in VIEWS[id_].names):
            return id_
    raise NotFoundError.named("view", text, [*VIEWS, *(name.lower() for view in VIEWS.values() for name in view.names)])


def name_of_view(view: MapView, language: str) -> str:
    """Return what a view is called, in English where the language is not shipped."""
    return VIEWS[view].names[LANGUAGES.index(language) if language in LANGUAGES else -1]


def rows_left(rows: frozenset[str], view: str | None) -> frozenset[str]:
    """Return the rows of the picture that a view leaves: the sales process shows none of the customer's.

    >>> sorted(rows_left(frozenset({"feeling", "lanes"}), "salgsprosess"))
    ['lanes']
    """
    return rows if not view or VIEWS[view_named(view)].customer_side else rows - CUSTOMER_SIDE


def shown(map_: MapFile, view: MapView) -> MapFile:
    """Return the part of a map that a view shows, labelled with the view's name in its title.

    The buying journey has the phases that cover explore, weigh or buy. The sales process has the touchpoints that some
    department answers for, and of the phases what the firm does; personas, pain points, and what customers want, do,
    think, feel and expect are left out. Measure the whole map and take the same part of its snapshot (`shown_numbers`):
    so the numbers of all views are the same. The map's ``hash`` stays that of the whole.

    Raises:
        InputError: The view shows no phase of the map.
    """
    wanted = VIEWS[view]
    phases = [phase for phase in map_.phases if view != "buying_journey" or set(phase.covers or ()) & set(wanted.parts)]
    if not wanted.customer_side:
        owned = [_firms_side(phase, [t for t in phase.touchpoints if t.owner or phase.owner]) for phase in phases]
        phases = [phase for phase in owned if phase.touchpoints]
    if not phases:
        hint = "Say what phases cover: covers: [explore]." if wanted.customer_side else "Say who answers: owner: sales."
        raise InputError(f"The map {map_.map.id!r} has no phase of the {name_of_view(view, 'en').lower()}.", hint)
    title = f"{map_.map.title} · {name_of_view(view, map_.map.language)}"
    places = {place for phase in phases for place in (phase.id, *(each.id for each in phase.touchpoints))}
    ways = [_within(phase, places) for phase in phases]
    pains = [pain for pain in map_.pain_points if pain.at in places] if wanted.customer_side else []
    left = map_.model_copy(
        update={
            "map": map_.map.model_copy(update={"title": title}),
            "phases": tuple(ways),
            "personas": map_.personas if wanted.customer_side else (),
            "pain_points": tuple(pains),
            "opportunities": tuple(_opportunities(map_, places, {pain.id for pain in pains})),
            "moments_of_truth": tuple(moment for moment in map_.moments_of_truth if moment.at in places),
            "attests": tuple(_changed(each, at=at) for each in map_.attests if (at := _kept(each.at, places))),
        }
    )
    left.__dict__["hash"] = map_.hash
    return left


def shown_numbers(snapshot: Mapping[str, Any], part: MapFile, view: MapView) -> dict[str, Any]:
    """Return of the snapshot of a map what a view of it shows.

    Transitions, starts and ends are those among the touchpoints shown; they need not add up, since journeys come from
    and go on to others.

    Args:
        snapshot: Of the whole map.
        part: What `shown` gave.
        view: Which view.
    """
    phases = {phase.id for phase in part.phases}
    places = {touchpoint.id for _, touchpoint in part.touchpoints()}
    metrics = part.metrics_named()
    told = {
        **snapshot,
        "view": view,
        "journeys": _journeys(snapshot["journeys"], phases),
        "phases": _only(snapshot["phases"], phases),
        "touchpoints": _only(snapshot["touchpoints"], places),
        "transitions": [each for each in snapshot["transitions"] if {each["from"], each["to"]} <= places],
        "starts": _only(snapshot["starts"], places),
        "ends": _only(snapshot["ends"], places),
        "metrics": _only(snapshot["metrics"], metrics),
        "personas": {
            name: {**found, "phases": _only(found["phases"], phases), "metrics": _only(found["metrics"], metrics)}
            for name, found in snapshot["personas"].items()
        },
    }
    return told if VIEWS[view].customer_side else {**told, "personas": {}, "unmapped": []}


def _journeys(found: Mapping[str, Any], phases: set[str]) -> dict[str, Any]:
    typical = found.get("typical")
    if typical is None:
        return dict(found)
    return {**found, "typical": {**typical, "phases": [each for each in typical["phases"] if each in phases]}}


def _only(found: Mapping[str, Any], wanted: Iterable[str]) -> dict[str, Any]:
    kept = set(wanted)
    return {key: value for key, value in found.items() if key in kept}


def _firms_side(phase: Phase, touchpoints: list[Touchpoint]) -> Phase:
    own = [_changed(each, feels=None, personas=None, roles=None) for each in touchpoints]
    gone = dict.fromkeys(("customer_goal", "does", "thinks", "feels", "expects", "question", "examples"))
    return _changed(phase, touchpoints=tuple(own), **gone)


def _within(phase: Phase, places: set[str]) -> Phase:
    """Return a phase whose touchpoints fail over to touchpoints that are shown."""
    ways = [_changed(each, if_fails=_kept(each.if_fails, places) or None) for each in phase.touchpoints]
    return _changed(phase, touchpoints=tuple(ways))


def _opportunities(map_: MapFile, places: set[str], pains: set[str]) -> list[Opportunity]:
    at = {pain.id: pain.at for pain in map_.pain_points}
    found = []
    for each in map_.opportunities:
        place = each.at or next((at[pain] for pain in each.solves or ()), None)
        if place is None or place in places:
            found.append(_changed(each, at=place, solves=_kept(each.solves, pains) or None))
    return found


def _kept(ids: tuple[str, ...] | None, known: set[str]) -> tuple[str, ...]:
    return tuple(id_ for id_ in ids or () if id_ in known)


def _changed(record: R, **update: Any) -> R:
    return record.model_copy(update=update)
