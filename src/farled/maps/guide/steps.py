"""The eleven steps of the guide and the seven items of the checklist, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from farled.locale import N_, translator
from farled.maps.guide.procedures import PROCEDURES


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the guide. Steps can be done in any order; each has an end that can be decided.

    Attributes:
        number: 1 to 11.
        id: Stays when the name changes.
        name: In English, to be translated, as all texts here.
        asks: What the team decides.
        does: What Farled does for it.
        rules: Of the audit that must pass.
        unites: Steps of the published procedures that it does: ``{"A": (1, 2)}``.
    """

    number: int
    id: str
    name: str
    asks: str
    does: str
    rules: tuple[str, ...]
    unites: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def united(self) -> tuple[str, ...]:
        """Return the names of the procedures' steps that this one does, each once, in English."""
        names = [PROCEDURES[id_].steps[at - 1] for id_, numbers in self.unites.items() for at in numbers]
        return tuple(dict.fromkeys(names))

    def to_dict(self, language: str = "en") -> dict[str, Any]:
        """Return the step as plain values, its texts in a language."""
        told = translator(language)
        return {
            "number": self.number,
            "id": self.id,
            "name": told(self.name),
            "asks": told(self.asks),
            "does": told(self.does),
            "rules": list(self.rules),
            "unites": {
                PROCEDURES[id_].row: [told(PROCEDURES[id_].steps[at - 1]) for at in numbers]
                for id_, numbers in self.unites.items()
            },
        }


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the checklist: a view over the rules of the audit.

    Attributes:
        number: 1 to 7.
        name: In English, to be translated.
        row: The requirement that it stands for.
        rules: Done when all pass, open when one fails, unknown when none fails but one cannot tell.
        steps: Of the guide that bring it about.
    """

    number: int
    name: str
    row: str
    rules: tuple[str, ...]
    steps: tuple[int, ...]


def _rules(text: str) -> tuple[str, ...]:
    """Return rules written short: ``P01-P08 S07``."""
    found: list[str] = []
    for part in text.split():
        first, _, last = part.partition("-")
        found += [f"{first[0]}{at:02}" for at in range(int(first[1:]), int((last or first)[1:]) + 1)]
    return tuple(found)


STEPS: tuple[Step, ...] = (
    Step(
        1,
        "goal",
        N_("Goal and type"),
        N_("What should become better, measured by what, by how much and by when? Which type of journey is it?"),
        N_("Shows where the metric stands now, and helps to choose the type."),
        _rules("G01 G02 G05"),
        {"C": (1,), "D": (1,)},
    ),
    Step(
        2,
        "data",
        N_("Data"),
        N_("Which sources know what customers do? What are events and identifiers called there?"),
        N_("Reads the files, says what it could not use, and shows how much of each phase is covered."),
        _rules("D01-D03 D05 D06"),
        {"A": (4,), "B": (4,), "E": (1,), "F": (1,)},
    ),
    Step(
        3,
        "personas",
        N_("Target group and personas"),
        N_("Who are they, what do they want, what do they struggle with, and how do they decide?"),
        N_("Counts each persona, says how they differ, and shows single journeys."),
        _rules("P01 P02 P05 P06"),
        {"A": (2,), "C": (2,), "D": (1,), "E": (2,), "G": (1,), "H": (1,)},
    ),
    Step(
        4,
        "phases",
        N_("Phases and needs"),
        N_("What does the customer want to find out in each phase? What do they do, think and feel there?"),
        N_("Gives phases to begin with, and a guiding question for each."),
        _rules("G03 G04 P06"),
        {"A": (1,), "B": (1,), "C": (4,), "E": (3,), "G": (2, 3)},
    ),
    Step(
        5,
        "touchpoints",
        N_("Touchpoints"),
        N_("Where do customers meet you? List every conceivable place, with channel and owner."),
        N_("Proposes touchpoints from the events, and shows which are not on the map and which were never seen."),
        _rules("S01 S03 S04 O01"),
        {"A": (1,), "B": (1,), "C": (3,), "D": (2,), "E": (4,), "F": (2,), "G": (4,)},
    ),
    Step(
        6,
        "milestones",
        N_("Milestones and roadmap"),
        N_("Which moments decide? What happens if a step fails, and how do customers know what comes next?"),
        N_("Draws the ways of recovery and the hand-overs between departments."),
        _rules("S06 S07"),
        {"F": (3,), "H": (2,)},
    ),
    Step(
        7,
        "journey",
        N_("The typical journey"),
        N_("How do customers really go? Correct the map where they go other ways."),
        N_("Measures completion, drop-off, answer time and feeling, and says how much the typical journey explains."),
        _rules("S05 D04"),
        {"A": (1,), "B": (2,), "C": (5,), "D": (3,), "E": (5,), "F": (2,), "G": (5,)},
    ),
    Step(
        8,
        "feedback",
        N_("Feedback"),
        N_("Where do you ask, what, and how often?"),
        N_("Turns scores and texts into a feeling with an interval, and finds the topics."),
        _rules("A03 E03"),
        {"B": (3,), "D": (4,)},
    ),
    Step(
        9,
        "picture",
        N_("The picture"),
        N_("Which icons and labels make it clear? Show it to all departments."),
        N_("Draws the map for screen, paper and print in four languages, with a table of every number."),
        _rules("C04"),
        {"B": (5,), "C": (6,), "D": (2,), "F": (4, 5)},
    ),
    Step(
        10,
        "priorities",
        N_("Findings and priorities"),
        N_("Which findings matter? What hurts, what could be done, who does it, and what comes first?"),
        N_("Looks the map over, proposes levers, and reckons what each change could bring."),
        _rules("E05"),
        {"C": (5,), "D": (3,), "E": (6,), "G": (5,), "H": (3,)},
    ),
    Step(
        11,
        "change",
        N_("Change, measure, repeat"),
        N_("What is changed, how is the effect measured, and when is the map looked through again?"),
        N_("Compares before and after, watches the guards, and reminds you of the review."),
        _rules("X01 X02 D08"),
        {"A": (3, 5), "D": (4,), "E": (7,)},
    ),
)

CHECKLIST: tuple[Item, ...] = (
    Item(1, N_("What is your goal?"), "R146", _rules("G01-G03 G05"), (1,)),
    Item(2, N_("Make customer personas"), "R147", _rules("P01-P08"), (3,)),
    Item(3, N_("Find where customers meet the firm"), "R148", _rules("S03 S04 S07 C01-C04 O01"), (5, 6)),
    Item(4, N_("Divide the journey into its phases"), "R149", _rules("G04 S01 S02 S05 S06"), (4, 7)),
    Item(5, N_("Use data to find problems"), "R150", _rules("D01-D07 D10 F01-F05 A01-A07 V01-V03 E01-E05"), (2, 7, 8)),
    Item(6, N_("Make the journey visible"), "R151", _rules("D08"), (9,)),
    Item(7, N_("Carry out changes and measure the results"), "R152", _rules("X01-X06 D09"), (10, 11)),
)
