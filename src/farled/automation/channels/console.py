"""The channel that prints: for those who watch the terminal."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from farled.automation.channels.message import Handed, Message


@dataclass(frozen=True, slots=True)
class Console:
    """Prints messages.

    Attributes:
        name: Of the channel.
        say: Prints a text.
    """

    kind: ClassVar[str] = "console"
    name: str = "console"
    say: Callable[[str], object] = field(default=print)

    def hand_over(self, message: Message) -> Handed:
        """Print a message."""
        self.say(f"{message.title}\n{message.text}".rstrip())
        return Handed("sent")
