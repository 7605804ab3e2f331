"""The type advisor: four questions, and a look at the events, that lead to a type of journey."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from farled.errors import NotFoundError
from farled.maps.head import JourneyType
from farled.maps.templates.data import Words, data
from farled.maps.templates.journey_types import TypeOfJourney, journey_types


@dataclass(frozen=True, slots=True)
class AdviceOption:
    """An answer that may be given.

    Attributes:
        id: Of the option.
        texts: In four languages.
        types: The types of journey that it speaks for.
    """

    id: str
    texts: Words
    types: tuple[JourneyType, ...]


@dataclass(frozen=True, slots=True)
class AdviceQuestion:
    """A question of the advisor.

    Attributes:
        id: Of the question.
        texts: In four languages.
        options: What may be answered.
    """

    id: str
    texts: Words
    options: tuple[AdviceOption, ...]


@dataclass(frozen=True, slots=True)
class TypeAdvice:
    """What speaks for a type of journey.

    Attributes:
        type: The type, with its pros and cons.
        answers: Ids of the questions whose answer speaks for it.
        starts: Events of the workspace that begin such a journey.
        goals: Events of the workspace that it leads to.
    """

    type: TypeOfJourney
    answers: tuple[str, ...]
    starts: tuple[str, ...]
    goals: tuple[str, ...]

    @property
    def can_be_measured(self) -> bool:
        """Whether events begin it and events end it."""
        return bool(self.starts and self.goals)


@dataclass(frozen=True, slots=True)
class Advice:
    """What the advisor says.

    Attributes:
        recommended: The type that most answers speak for, of those whose start and goal occur; None where no type has
            both, or no answer speaks for one that has.
        ranked: All types, first those that most answers speak for.
    """

    recommended: JourneyType | None
    ranked: tuple[TypeAdvice, ...]


def advice_questions() -> tuple[AdviceQuestion, ...]:
    """Return the four questions with what may be answered.

    >>> [question.id for question in advice_questions()]
    ['change', 'revenue', 'closes', 'data']
    """
    return tuple(
        AdviceQuestion(
            name,
            tuple(given["ask"]),
            tuple(
                AdviceOption(option, tuple(each["text"]), tuple(each["types"]))
                for option, each in given["options"].items()
            ),
        )
        for name, given in data("type_advisor").items()
    )


def advise(answers: Mapping[str, str], events: Collection[str]) -> Advice:
    """Return which type of journey fits.

    Args:
        answers: Option by question, both by id; questions may be left out.
        events: Names of the events there are. A type is recommended only if its start and its goal occur among them,
            as their usual names or as names that contain one of these.

    Raises:
        NotFoundError: There is no such question or option.

    Example:
        >>> advise({"change": "more_return"}, ["visit", "order"]).recommended
        'retention'
        >>> advise({"change": "better_help"}, ["visit", "order"]).recommended is None
        True
    """
    chosen = _chosen(answers)
    ranked = []
    for kind in journey_types():
        speak = tuple(question for question, option in chosen.items() if kind.id in option.types)
        ranked.append(TypeAdvice(kind, speak, _among(kind.start_events, events), _among(kind.goal_events, events)))
    ranked.sort(key=lambda advice: -len(advice.answers))
    best = next((advice for advice in ranked if advice.can_be_measured and advice.answers), None)
    return Advice(best.type.id if best else None, tuple(ranked))


def _chosen(answers: Mapping[str, str]) -> dict[str, AdviceOption]:
    questions = {question.id: {option.id: option for option in question.options} for question in advice_questions()}
    chosen = {}
    for question, option in answers.items():
        if question not in questions:
            raise NotFoundError.named("question of the advisor", question, questions)
        if option not in questions[question]:
            raise NotFoundError.named(f"answer to {question!r}", option, questions[question])
        chosen[question] = questions[question][option]
    return chosen


def _among(usual: Collection[str], events: Collection[str]) -> tuple[str, ...]:
    """Return the events that are called as usual: all words of a usual name stand in theirs."""
    wanted = [set(_words(name)) for name in usual]
    return tuple(sorted(name for name in events if any(words <= set(_words(name)) for words in wanted)))


def _words(name: str) -> list[str]:
    return name.casefold().replace("-", "_").replace(" ", "_").replace(".", "_").split("_")
