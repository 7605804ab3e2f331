"""Identifiers: the one way to write them, what identifies nobody, and which kind counts for more."""

from collections.abc import Sequence

from farled.sources.identifiers import BLOCKED, is_blocked, normalise, normalised

__all__ = ["BLOCKED", "RANKS", "is_blocked", "normalise", "normalised", "ranked"]

RANKS = ("user_id", "email", "phone", "crm_id", "order_id", "device_id", "anonymous_id")
"""Types of identifiers, strongest first; all others come last."""


def ranked(identifiers: Sequence[tuple[str, str]], ranks: Sequence[str] = RANKS) -> list[tuple[str, str]]:
    """Order identifiers from the strongest type to the weakest; equal ones as given.

    Args:
        identifiers: Type and value each.
        ranks: Types, strongest first.

    Example:
        >>> ranked([("anonymous_id", "a1"), ("loyalty", "7"), ("email", "a@b.no")])
        [('email', 'a@b.no'), ('anonymous_id', 'a1'), ('loyalty', '7')]
    """
    order = {kind: place for place, kind in enumerate(ranks)}
    return sorted(identifiers, key=lambda identifier: order.get(identifier[0], len(order)))
