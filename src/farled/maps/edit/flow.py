"""Rewrites what stands between the brackets of a flow list or mapping."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from farled.maps.edit.source import Source


@dataclass(frozen=True, slots=True)
class Part:
    """An item, or a key with its value, as it is to be.

    Attributes:
        kept: Its place as it is; None: it comes anew, or from elsewhere.
        new: What comes.
    """

    kept: int | None
    new: Any = None


def rewrite_flow(
    source: Source, spans: Sequence[tuple[int, int]], parts: Sequence[Part], told: Callable[[Part], str]
) -> None:
    """Plan what gives a flow collection other parts; kept ones stand in rising order and are not touched.

    Args:
        source: The text.
        spans: Start and end of each part as it is; at least one.
        parts: As they are to be; at least one.
        told: Writes a part that comes.
    """
    staying = [part.kept for part in parts if part.kept is not None]
    if not staying:
        return source.replace(spans[0][0], spans[-1][1], ", ".join(map(told, parts)))
    gaps: list[list[str]] = [[]]
    for part in parts:
        if part.kept is not None:
            gaps.append([])
        else:
            gaps[-1].append(told(part))
    if gaps[0] or staying[0] > 0:
        source.replace(spans[0][0], spans[staying[0]][0], "".join(f"{new}, " for new in gaps[0]))
    for here, following, gap in zip(staying, [*staying[1:], None], gaps[1:], strict=True):
        _rewrite_gap(source, spans, (here, following), "".join(f", {new}" for new in gap))
    return None


def _rewrite_gap(source: Source, spans: Sequence[tuple[int, int]], between: tuple[int, int | None], new: str) -> None:
    here, following = between
    end = spans[here][1]
    if following is None:
        if new or here + 1 < len(spans):
            source.replace(end, spans[-1][1], new)
    elif following > here + 1:
        source.replace(end, spans[following][0], f"{new}, ")
    elif new:
        source.replace(end, end, new)
