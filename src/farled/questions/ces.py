"""Ces: was it easy for customers."""

from dataclasses import dataclass
from typing import ClassVar

from farled.questions.scores import ScoreQuestion


@dataclass(frozen=True, slots=True)
class Ces(ScoreQuestion):
    """Ask how easy it was: the mean on the scale from 1 to 7, where 7 is easy.

    The answers of one customer are averaged first, in every group for itself, so that nobody counts twice. Fewer than
    five customers give no number, fewer than thirty are flagged. The interval is Student's t over customers, cut to the
    scale.

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
        >>> said = [7, 6, 6, 5, 2]
        >>> events = {str(at): [("survey", 0, {"score": float(s), "scale": "ces"})] for at, s in enumerate(said)}
        >>> ask(journeys_of(events), Ces()).score.value
        5.2

    Source:
        Dixon, Freeman and Toman (2010), Harvard Business Review 88(7/8), 116-122.
    """

    scale: ClassVar[str] = "ces"
