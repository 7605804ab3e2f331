"""A message, and what a channel says when it was handed one."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from farled.errors import InputError

Outcome = Literal["sent", "retry", "failed"]
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")
LONGEST_TITLE = 200
LONGEST_TEXT = 65_536


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be told, the same on every channel.

    Attributes:
        key: The same for the same message, whenever and by whomever it is made; see `idempotency_key`.
        kind: ``alert``, ``recovery``, ``digest``, ``test``.
        about: What it is about, such as ``nordbod-purchase:off_target:csat_all``; counts for the limit per alert.
        title: One line.
        text: Lines of plain text.
        body: For programs, JSON-ready.
    """

    key: str
    kind: str
    about: str
    title: str
    text: str
    body: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.text) > LONGEST_TEXT:
            raise InputError(f"The text of a message has {len(self.text)} characters.", "Tell less in one message.")
        object.__setattr__(self, "title", _CONTROL.sub(" ", self.title)[:LONGEST_TITLE].strip())

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "key": self.key,
            "kind": self.kind,
            "about": self.about,
            "title": self.title,
            "text": self.text,
            "body": dict(self.body),
        }


def idempotency_key(*parts: object) -> str:
    """Return the key of a message: 32 hex digits that say nothing of its parts.

    >>> idempotency_key("alert", "a1", "open", "ops") == idempotency_key("alert", "a1", "open", "ops")
    True
    """
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of a message that was handed over once.

    Attributes:
        outcome: ``sent``: done; ``retry``: may work later; ``failed``: will not.
        reason: In words; never holds a secret.
        after: Seconds that the receiver asks us to wait.
    """

    outcome: Outcome
    reason: str = ""
    after: float | None = None


class Channel(Protocol):
    """Hands messages over. It keeps no connection between them and raises nothing about the receiver."""

    @property
    def name(self) -> str:
        """By which settings and the outbox know it."""

    def hand_over(self, message: Message) -> Handed:
        """Hand a message over; ends within a minute."""


def require_one_line(text: str, what: str) -> str:
    """Return a text that may stand in a header.

    Raises:
        InputError: It holds a line break or another control character.
    """
    if _CONTROL.search(text):
        raise InputError(f"{what} is {text!r}, which holds a line break or control character.", "Write it on one line.")
    return text
