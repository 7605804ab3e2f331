"""How many messages may go: limits per channel and per subject, and the digest of those that had to wait."""

from collections.abc import Sequence
from dataclasses import dataclass

from farled.automation.channels.message import Message, idempotency_key
from farled.automation.clock import SECOND

HOUR = 3600 * SECOND
MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits in rolling windows.

    Attributes:
        messages: To one channel.
        within: In so many microseconds.
        about_messages: About one subject to one channel.
        about_within: In so many microseconds.
    """

    messages: int = 10
    within: int = HOUR
    about_messages: int = 4
    about_within: int = 24 * HOUR


def room(handed: Sequence[int], most: int, within: int) -> tuple[int, int]:
    """Return how many more may go now, and when the next may.

    Args:
        handed: When the messages of the window were handed over, oldest first, microseconds.
        most: How many may be in a window.
        within: Its length, microseconds.

    >>> room([10, 20, 30], 3, 100)
    (0, 110)
    """
    left = max(most - len(handed), 0)
    return left, 0 if left else handed[len(handed) - most] + within


def digest_of(messages: Sequence[Message]) -> Message:
    """Return one message that tells of several; the same of the same ones."""
    first = messages[0]
    titles = [message.title for message in messages]
    listed = [f"- {title}" for title in titles[:MOST_LISTED]]
    rest = len(titles) - len(listed)
    text = "\n".join([*listed, *([f"+ {rest}"] if rest else [])])
    return Message(
        idempotency_key("digest", *(message.key for message in messages)),
        "digest",
        "",
        f"{first.title} (+ {len(messages) - 1})",
        text,
        {"messages": [message.to_dict() for message in messages[:MOST_LISTED]], "count": len(messages)},
    )
