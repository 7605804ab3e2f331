"""The phases as cards below each other, for narrow screens: the same content as the picture."""

from collections.abc import Iterable
from html import escape

from farled.maps.draw.rows import SAID
from farled.maps.draw.view import Card, View
from farled.maps.draw.words import Words


def phase_cards(view: View, words: Words) -> str:
    """Return a card for each phase, headed by title and personas."""
    head = f'<p class="card-head" aria-hidden="true">{escape(view.title)}</p>'
    head += "".join(f'<p class="card-facts">{escape(line)}</p>' for line in (*view.goal, " · ".join(view.facts)))
    head += f'<p class="card-facts">{escape(" · ".join(view.identity))}</p>'
    head += "".join(f'<p class="card-facts">{escape(line)}</p>' for line in (view.walk.lines if view.walk else ()))
    found = _listed(words._("Open findings"), (finding.card for finding in view.findings))
    head += f'<div class="card-phase"><dl>{found}</dl></div>' if found else ""
    people = _listed(words._("Personas"), (persona.card for persona in view.personas))
    people = f'<div class="card-phase"><dl>{people}</dl></div>' if people else ""
    phases = "".join(_phase(view, at, words) for at in range(len(view.phases)))
    new = _listed(words._("Not on the map"), (point.card for point in view.unmapped_all))
    rest = f'<div class="card-phase"><dl>{new}</dl></div>' if new else ""
    return f'<div class="cards">{head}{people}{phases}{rest}</div>\n'


def _phase(view: View, at: int, words: Words) -> str:
    phase = view.phases[at]
    body = _lines(words._("Volume, coverage"), phase.card[1:])
    for key, name, face, _ in SAID:
        if key in phase.says and key in view.rows:
            kind = ' class="said"' if face.font == "newsreader" else ""
            body += f"<dt>{escape(words._(name))}</dt><dd{kind}>{escape(phase.says[key])}</dd>"
    if phase.claim is not None:
        kind = words._("assumed") if phase.claim_assumed else words._("claimed")
        body += _lines(words._("Claimed feeling"), (f"{phase.claim_text} {phase.claim_words} · {kind}",))
    if "blueprint" in view.rows:
        body += _listed(words._("Service blueprint"), (layer.card for layer in view.layers if layer.phase == at))
    stops = view.walk.stops if view.walk else ()
    body += _listed(words._("Stops"), (stop.card for stop in stops if stop.phase == at))
    body += _listed(words._("Touchpoints"), (point.card for point in view.touchpoints if point.phase == at))
    body += _listed(words._("Pain points"), (note.card[1:] for note in view.pains if note.phase == at))
    body += _listed(words._("Opportunities"), (note.card[1:] for note in view.opportunities if note.phase == at))
    body += _listed(words._("Key figures"), (tile.card for tile in view.tiles if tile.phase == at))
    if phase.drop is not None:
        body += _lines(phase.drop.card[0], phase.drop.card[1:])
    detail = f"<small>{escape(phase.detail)}</small>" if phase.detail else ""
    return (
        f'<section class="card-phase"><h2 class="head-{at}">{at + 1}. {escape(phase.name)}{detail}</h2>'
        f"<dl>{body}</dl></section>\n"
    )


def _lines(name: str, lines: Iterable[str]) -> str:
    told = "".join(f"<dd>{escape(line)}</dd>" for line in lines)
    return f"<dt>{escape(name)}</dt>{told}" if told else ""


def _listed(name: str, cards: Iterable[Card]) -> str:
    items = "".join(
        f"<li>{escape(card[0])}" + "".join(f"<span>{escape(line)}</span>" for line in card[1:]) + "</li>"
        for card in cards
    )
    return f"<dt>{escape(name)}</dt><dd><ul>{items}</ul></dd>" if items else ""
