"""The eight published ways of mapping a journey that the guide unites, each with its own steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from farled.locale import N_


@dataclass(frozen=True, slots=True)
class Procedure:
    """A published way of mapping a journey.

    Attributes:
        id: ``A`` to ``H``.
        row: The requirement that it stands for.
        steps: Its own steps in its own order, in English; to be translated.
    """

    id: str
    row: str
    steps: tuple[str, ...]


_PROCEDURES: tuple[Procedure, ...] = (
    Procedure(
        "A",
        "R123",
        (
            N_("Map each step"),
            N_("Make personas"),
            N_("Evaluate and adapt, again and again"),
            N_("Decide by data"),
            N_("Offer an exceptional experience: personal words, fast answers, a simple purchase"),
        ),
    ),
    Procedure(
        "B",
        "R124",
        (
            N_("Identify the steps"),
            N_("Analyse each step"),
            N_("Use surveys and feedback"),
            N_("Use tools of analysis"),
            N_("Draw visual maps"),
        ),
    ),
    Procedure(
        "C",
        "R125",
        (
            N_("Decide the goal of the mapping"),
            N_("Make personas"),
            N_("Find where customers meet you"),
            N_("Divide the journey into phases, and say what the customer does in each"),
            N_("Use data to find improvements"),
            N_("Visualise the journey"),
        ),
    ),
    Procedure(
        "D",
        "R126",
        (
            N_("Define goals and personas"),
            N_("Identify touchpoints and picture them"),
            N_("Analyse the experience at each touchpoint"),
            N_("Collect feedback, continuously"),
        ),
    ),
    Procedure(
        "E",
        "R127",
        (
            N_("Have your data under control"),
            N_("Define the target group"),
            N_("Understand the customer's goal in each phase"),
            N_("List every conceivable touchpoint"),
            N_("Establish the typical journey from talks and numbers"),
            N_("Prioritise channels and create flow between them"),
            N_("Data, evaluate, optimise, repeat"),
        ),
    ),
    Procedure(
        "F",
        "R128",
        (
            N_("Collect data"),
            N_("Sketch each step"),
            N_("Add milestones"),
            N_("Choose icons"),
            N_("Add labels"),
        ),
    ),
    Procedure(
        "G",
        "R129",
        (
            N_("Identify the target group"),
            N_("Decide its needs and wishes"),
            N_("Design the journey step by step"),
            N_("Map the interactions at each step"),
            N_("See which channels work"),
        ),
    ),
    Procedure(
        "H",
        "R130",
        (
            N_("Make a profile of each customer"),
            N_("Draw up a roadmap: what comes when, and that it is there"),
            N_("Align the channels with map and roadmap"),
        ),
    ),
)
PROCEDURES: Mapping[str, Procedure] = MappingProxyType({each.id: each for each in _PROCEDURES})
