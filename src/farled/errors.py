"""Every error that Farled raises on purpose.

A class exists for what the *caller* can do about it, not for where it arose:

    FarledError
    ├── InputError           change the arguments or the file       exit 2   HTTP 422
    ├── NotFoundError        name something that exists             exit 3   HTTP 404
    ├── ConflictError        another holds or changed it: try again exit 4   HTTP 409
    ├── MissingExtraError    install an optional part               exit 5   HTTP 501
    └── DamagedError         something stored is broken: see doctor exit 6   HTTP 500
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Self


class FarledError(Exception):
    """The root of the tree.

    Attributes:
        message: One sentence with the value at fault.
        hint: What to do; begins with a verb or asks. May be empty.
        exit_code: Of the command line.
        http_status: Of the web.
    """

    exit_code = 1
    http_status = 500

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def within(self, place: str) -> Self:
        """Return the same error, which says first in what it stands.

        >>> print(NotFoundError.named("event", "ordr", ["cart", "order"]).within("Segment 'loyal'"))
        Segment 'loyal': there is no event named 'ordr'.
        Hint: Did you mean 'order'?
        """
        begin = self.message[:2]
        begin = begin.lower() if begin.istitle() else begin
        return type(self)(f"{place}: {begin}{self.message[2:]}", self.hint)

    def __str__(self) -> str:
        return f"{self.message}\nHint: {self.hint}" if self.hint else self.message


class InputError(FarledError, ValueError):
    """The arguments or the file given cannot be used as they are."""

    exit_code = 2
    http_status = 422


class NotFoundError(FarledError, LookupError):
    """A name refers to nothing in this workspace."""

    exit_code = 3
    http_status = 404

    @classmethod
    def named(cls, kind: str, name: str, known: Iterable[str]) -> "NotFoundError":
        """Build the error for an unknown name and suggest the nearest known ones.

        >>> print(NotFoundError.named("event", "ordr", ["cart", "order"]))
        There is no event named 'ordr'.
        Hint: Did you mean 'order'?
        """
        known = sorted(known)
        near = get_close_matches(name, known) or known[:5]
        suggestion = " or ".join(repr(n) for n in near)
        hint = f"Did you mean {suggestion}?" if near else f"There are no {kind}s yet."
        return cls(f"There is no {kind} named {name!r}.", hint)


class ConflictError(FarledError):
    """Somebody else holds or has changed what was to be changed; trying again may work."""

    exit_code = 4
    http_status = 409


class MissingExtraError(FarledError, ImportError):
    """An optional part is not installed."""

    exit_code = 5
    http_status = 501

    @classmethod
    def named(cls, extra: str, purpose: str) -> "MissingExtraError":
        """Build the error for an extra.

        >>> print(MissingExtraError.named("spark", "run on Spark"))
        To run on Spark, the extra 'spark' is needed.
        Hint: Install it with: pip install "farled[spark]"
        """
        return cls(f"To {purpose}, the extra {extra!r} is needed.", f'Install it with: pip install "farled[{extra}]"')


class DamagedError(FarledError):
    """Something that Farled stored cannot be read back."""

    exit_code = 6
    http_status = 500
