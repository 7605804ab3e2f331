"""Nps: would customers recommend us."""

from dataclasses import dataclass
from typing import ClassVar

from farled.questions.scores import ScoreQuestion


@dataclass(frozen=True, slots=True)
class Nps(ScoreQuestion):
    """Ask how many customers would recommend the firm: the share of 9 and 10 minus the share of 0 to 6.

    A customer's last answer counts, in every group for itself. Fewer than five answers give no number, fewer than
    thirty are flagged. The interval adds three pseudo-answers (adjusted Wald).

    Args:
        at: Touchpoints that the answers speak of, phases of the map, or names of the answers' events; none: all.
            Without a map an answer speaks of the touchpoint in its property ``touchpoint``; with a map also of the
            touchpoint whose rule it fits, or of the last one met within 7 days before.
        by: ``name`` (the touchpoint), ``phase``, ``day``, ``week``, ``month``, ``quarter`` or ``year``, a property
            of the answer, or a list of segments.
        ask: The event by which customers are asked, as a step of a funnel. Then the answer holds the response rate,
            and in what those who answer differ from those who do not.
        within: Longest time from being asked, the first time, to an answer that counts as one.
        time_zone: Where days begin; default: the workspace's.

    Raises:
        InputError: An unreadable span, or ``at`` is no name.
        NotFoundError: There is no such touchpoint or event.

    Example:
        >>> from farled.engine.local import ask
        >>> from farled.journeys.build import journeys_of
        >>> said = [10, 9, 9, 8, 3]
        >>> events = {str(at): [("survey", 0, {"score": float(s), "scale": "nps"})] for at, s in enumerate(said)}
        >>> ask(journeys_of(events), Nps()).score.value
        40.0

    Source:
        Reichheld (2003), Harvard Business Review 81(12), 46-54; interval: Rocks (2016), The American Statistician
        70(4), 365-372.
    """

    scale: ClassVar[str] = "nps"
