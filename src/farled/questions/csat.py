"""Csat: are customers satisfied."""

from dataclasses import dataclass
from typing import ClassVar

from farled.questions.scores import ScoreQuestion


@dataclass(frozen=True, slots=True)
class Csat(ScoreQuestion):
    """Ask how many customers are satisfied: the share of 4 and 5 on the scale from 1 to 5.

    A customer's last answer counts, in every group for itself; the mean stands beside the share. Fewer than five
    answers give no number, fewer than thirty are flagged. The interval is Wilson's.

    Args:
        at: Touchpoints that the answers speak of, phases of the map, or names of the answers' events; none: all.
        by: ``name`` (the touchpoint), ``phase``, ``day``, ``week``, ``month``, ``quarter`` or ``year``, a property
            of the answer, or a list of segments.
        ask: The event by which customers are asked: gives the response rate and who answers.
        within: Longest time from being asked, the first time, to an answer that counts as one.
        time_zone: Where days begin; default: the workspace's.

    Raises:
        InputError: An unreadable span, or ``at`` is no name.
        NotFoundError: There is no such touchpoint or event.

    Example:
        >>> from farled.engine.local import ask
        >>> from farled.journeys.build import journeys_of
        >>> said = [5, 4, 4, 2, 1]
        >>> events = {str(at): [("survey", 0, {"score": float(s), "scale": "csat"})] for at, s in enumerate(said)}
        >>> print(ask(journeys_of(events), Csat()).score)
        60.0 % [23.1, 88.2] of 5

    Source:
        Own definition: the metric ``csat`` of a map.
    """

    scale: ClassVar[str] = "csat"
