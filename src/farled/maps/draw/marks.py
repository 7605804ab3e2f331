"""Marks of the picture that can be pointed at, and the lists that hold them."""

import re
from dataclasses import dataclass
from html import escape
from typing import Final

from farled.maps.draw.view import Card

_WRITTEN: Final = re.compile("<text[^>]*>([^<]*)</text>")


@dataclass(frozen=True, slots=True)
class Marks:
    """Wraps drawings: plain groups with a title in the static picture, links with a card in the live one.

    Attributes:
        live: Whether marks can be reached by keyboard.
    """

    live: bool

    def mark(self, body: str, card: Card, target: str, names: str = "") -> str:
        """Wrap the drawing of one thing, with what is told about it and where its numbers stand in the tables."""
        title = f"<title>{escape(chr(10).join(card))}</title>\n"
        if not self.live:
            return f'<g class="{f"mark {names}".strip()}">{title}{body}</g>\n'
        link = f'<a class="mark" href="#{escape(target)}" aria-label="{_spoken(body, card)}">{title}{body}</a>'
        return f'<g role="listitem" class="{f"item {names}".strip()}">{link}</g>\n'

    def group(self, marks: str, name: str, names: str = "") -> str:
        """Wrap marks of one kind as a list with a name."""
        if not marks:
            return ""
        listed = f' role="list" aria-label="{escape(name, quote=True)}"' if self.live else ""
        called = f' class="{names}"' if names else ""
        return f"<g{called}{listed}>\n{marks}</g>\n"


def _spoken(body: str, card: Card) -> str:
    """Return the name of a mark: what is written on it, word for word, then what else the card tells."""
    seen = " ".join(_WRITTEN.findall(body))
    told = [escape(line.rstrip(".")) for line in card]
    return ". ".join([*([seen] if seen else []), *(line for line in told if line not in seen)]) + "."
