"""Attribution: which touchpoints are credited with reaching a goal, by rules and by models."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from farled.engine.base import TableAnswer
from farled.errors import InputError, NotFoundError
from farled.figures.bars import Bars, Series
from farled.figures.figure import Figure
from farled.figures.quantity import Word
from farled.figures.table import Table
from farled.journeys.index import Chunk
from farled.locale import N_
from farled.questions.credits import Credit, credited, known_baseline, note_of
from farled.questions.members import members
from farled.questions.steps import Step
from farled.questions.touches import FOREVER, Attempts, Histories, Reading
from farled.spans import microseconds
from farled.stats.intervals import Estimate

MODELS = ("first", "last", "linear", "time_decay", "position", "markov", "shapley", "incremental")
ORDERS = ("auto", "1", "2", "3")
MOST_RESAMPLES = 10_000


CALLED = {
    "first": N_("first touch"),
    "last": N_("last touch"),
    "linear": N_("linear"),
    "time_decay": N_("time decay"),
    "position": N_("by position"),
    "markov": "Markov",
    "shapley": "Shapley",
    "incremental": N_("incremental"),
}


@dataclass(frozen=True, slots=True)
class Attribution:
    """Ask which touchpoints are credited with reaching a goal.

    The goal ends an attempt and is no touch itself. The touches of an attempt are those since the goal before, within
    ``lookback`` of its end: the goal, or the last touch of an attempt that is lost because no goal comes after it. A
    conversion without touches is ``direct`` and stands apart. Of events of one time the order is that of the sender.

    Only an experiment measures effect: rules and chains tell where conversions pass, and who is reached by a touchpoint
    may be one who would have converted anyway.

    Args:
        goal: What is to be reached: an event name, a list of names (any of them), or ``{name, where}``.
        model: ``first``, ``last``, ``linear``, ``time_decay``, ``position`` (40/20/40; two touches share alike):
            rules. ``markov``: how much conversion is lost when a touchpoint leads nowhere. ``shapley``: what it adds to
            the rate, on average over all orders of joining. ``incremental``: conversions that a logistic model expects
            to be missing without it, beside a baseline; not scaled. ``all``: all of them, side by side.
        touchpoints: What a touch is called by: ``channel``, ``name`` (of the event), or a property.
        touches: Which events are touches, as for ``goal``; default: all but the goal that have such a touchpoint.
        lookback: Longest age of a touch, inclusive; None: no limit.
        order: Of the Markov chain: 1, 2 or 3 touchpoints back; ``auto``: the one under which journeys of other
            customers are most likely.
        half_life: In which a touch loses half of its weight, for ``time_decay``.
        value: A column of the goal, such as ``value``: conversions are credited in money too.
        resamples: Of customers, for the intervals; 0: none.

    Raises:
        InputError: A span cannot be read, or a field has no such choice.

    Example:
        >>> from farled.engine.local import ask
        >>> from farled.journeys.build import journeys_of
        >>> ad, mail = {"channel": "ad"}, {"channel": "mail"}
        >>> shop = journeys_of({
        ...     "ana": [("visit", 0, ad), ("visit", 1, mail), ("order", 2)],
        ...     "bo": [("visit", 0, mail)],
        ... })
        >>> answer = ask(shop, Attribution("order", model="linear"))
        >>> {name: credit.conversions.value for name, credit in answer.credits.items()}
        {'ad': 0.5, 'mail': 0.5}
        >>> answer.conversions, answer.lost, answer.direct
        (1, 1, 0)

    Source:
        Own definition: decision 0011. The models: `farled.stats.markov`, `farled.stats.shapley`,
        `farled.stats.logistic`.
    """

    goal: Any = field(metadata={"help": "Event that is to be reached; a|b is any of them.", "step": True})
    model: str = field(
        default="markov", metadata={"help": "How conversions are credited.", "choices": (*MODELS, "all")}
    )
    touchpoints: str = field(
        default="channel", metadata={"help": "What a touch is called by: channel, name, or a property."}
    )
    touches: Sequence[Any] = field(
        default=(), metadata={"help": "Event names that are touches; default: all but the goal."}
    )
    lookback: str | None = field(default="90d", metadata={"help": "Longest age of a touch; none: no limit."})
    order: Any = field(
        default="auto", metadata={"help": "Of the Markov chain: how many touchpoints back.", "choices": ORDERS}
    )
    half_life: str = field(default="7d", metadata={"help": "In which a touch loses half of its weight."})
    value: str | None = field(default=None, metadata={"help": "Column of what a goal is worth, such as value."})
    resamples: int = field(default=400, metadata={"help": "Resamples of customers for the intervals; 0: none."})

    def __post_init__(self) -> None:
        object.__setattr__(self, "goal", Step.of(self.goal, "goal"))
        touches = self.touches if isinstance(self.touches, Sequence) and not isinstance(self.touches, str) else ()
        given = [self.touches] if isinstance(self.touches, str) else touches
        object.__setattr__(self, "touches", tuple(Step.of(each, "touches") for each in given))
        object.__setattr__(self, "order", str(self.order))
        lookback = None if self.lookback in (None, "none", "null") else self.lookback
        object.__setattr__(self, "lookback", lookback)
        for name, choices in (("model", (*MODELS, "all")), ("order", ORDERS)):
            if getattr(self, name) not in choices:
                raise InputError(f"{name} is {getattr(self, name)!r}.", f"Use one of: {', '.join(choices)}.")
        if lookback is not None:
            microseconds(lookback)
        if microseconds(self.half_life) <= 0:
            raise InputError(f"half_life is {self.half_life!r}, but must be longer than 0.", "Use 7d or so.")
        if not 0 <= self.resamples <= MOST_RESAMPLES:
            raise InputError(f"resamples is {self.resamples}.", f"Use 0 to {MOST_RESAMPLES}.")

    @property
    def models(self) -> tuple[str, ...]:
        """The models to compute: the one asked for, and a naive one beside it."""
        if self.model == "all":
            return MODELS
        return self.model, "linear" if self.model == "last" else "last"

    @property
    def reading(self) -> Reading:
        """What is read of the events."""
        return Reading(
            self.goal,
            tuple(self.touches),
            self.touchpoints,
            FOREVER if self.lookback is None else microseconds(self.lookback),
            self.value,
            "time_decay" in self.models,
            "incremental" in self.models,
        )

    def mentions(self) -> Iterable[str]:
        """Return the names of goal and touches."""
        return self.reading.mentions()

    def columns(self) -> Iterable[str]:
        """Return the columns of touchpoints, value and conditions."""
        return self.reading.columns()

    def partial(self, chunk: Chunk) -> Histories:
        """Read the attempts of a chunk's customers."""
        return self.reading.read(chunk)

    def together(self, total: Histories) -> Histories:
        """Return the same counts with equal histories brought together, for sums that are added to often."""
        return total.together(self.reading.flags)

    def answer(self, total: Histories) -> "AttributionAnswer":
        """Credit the touchpoints."""
        attempts = total.attempts(self.reading.flags)
        mixed = len(total.currencies) > 1
        by_model, main = credited(self, attempts, mixed=mixed)
        model = "markov" if self.model == "all" else self.model
        counts = {
            name: int(attempts.weight[mask].sum())
            for name, mask in (("conversions", attempts.won), ("lost", attempts.lost), ("direct", attempts.direct))
        }
        baseline = known_baseline(main.get("incremental"), counts["conversions"] + counts["direct"])
        compared = by_model if self.model == "all" else {name: by_model[name] for name in self.models[1:]}
        chain = main.get("markov")
        return AttributionAnswer(
            self,
            by_model[model],
            **counts,
            open=None if self.lookback is None else total.open,
            order=chain.order if chain else None,
            baseline=baseline,
            compared=compared,
            sampling_error=main["shapley"].error if "shapley" in main else None,
            note=note_of(self, attempts, counts, (total.unvalued, mixed)),
        )

    def behind(self, chunk: Chunk, part: str, answer: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
        """Return the customers behind ``/conversions``, ``/lost``, ``/direct`` or ``/credits/TOUCHPOINT/touches``.

        A slash in a touchpoint is written ``~1`` and a tilde ``~0``, as in every JSON pointer.
        """
        keys = part.strip("/").split("/")
        attempts = self.reading.outcomes(chunk)
        if len(keys) == 1 and keys[0] in ("conversions", "lost", "direct"):
            chosen = {"conversions": attempts.won, "lost": attempts.lost, "direct": attempts.direct}[keys[0]]
            return members(chunk, attempts.history[chosen])
        name = keys[1].replace("~1", "/").replace("~0", "~") if len(keys) == 3 else ""
        if len(keys) == 3 and keys[0] == "credits" and keys[2] == "touches" and name in answer["credits"]:
            return members(chunk, _touched(attempts, name))
        known = ["/conversions", "/lost", "/direct", *(f"/credits/{each}/touches" for each in answer["credits"])]
        raise NotFoundError.named("number with customers behind it", part, known)


def _touched(attempts: Attempts, name: str) -> npt.NDArray[np.int64]:
    """Return the customers with a touch at a touchpoint."""
    if name not in attempts.names:
        return np.empty(0, dtype=np.int64)
    there = attempts.touch == attempts.names.index(name)
    customers: npt.NDArray[np.int64] = attempts.history[attempts.of_touches()[there]]
    return customers


@dataclass(frozen=True, slots=True)
class AttributionAnswer(TableAnswer):
    """What each touchpoint is credited with.

    Every goal is in ``conversions`` or in ``direct``; credits of all models but ``incremental`` sum to ``conversions``.

    Attributes:
        question: What was asked.
        credits: By touchpoint, most credited first; with model ``all`` those of ``markov``.
        conversions: Attempts with touches that reach the goal.
        lost: Attempts with touches that do not.
        direct: Attempts without touches that do.
        open: Of the lost, those whose last touch is younger than ``lookback`` when the data ends; None without limit.
        order: Of the Markov chain; None for other models.
        baseline: Conversions that the incremental model expects without any touch, direct ones included; else None.
        compared: Credits by model: all of them with ``all``, else a naive rule beside the model.
        sampling_error: Largest standard error of a Shapley value from sampling; None where it is exact.
        note: What the numbers are, and what they are not.
    """

    question: Attribution
    credits: Mapping[str, Credit]
    conversions: int
    lost: int
    direct: int
    open: int | None
    order: int | None
    baseline: Estimate | None
    compared: Mapping[str, Mapping[str, Credit]]
    sampling_error: float | None
    note: str

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "credits": {name: credit.to_dict() for name, credit in self.credits.items()},
            "conversions": self.conversions,
            "lost": self.lost,
            "direct": self.direct,
            "open": self.open,
            "order": self.order,
            "baseline": self.baseline.to_dict() if self.baseline else None,
            "compared": {
                model: {name: credit.to_dict() for name, credit in by_name.items()}
                for model, by_name in self.compared.items()
            },
            "sampling_error": self.sampling_error,
            "note": self.note,
        }

    def figure(self) -> Figure:
        """Return the conversions credited to each touchpoint, models side by side."""
        by_model = self.compared if self.question.model == "all" else {self.question.model: self.credits}
        series = tuple(
            Series(Word(CALLED[model]), tuple(given[name].conversions for name in self.credits))
            for model, given in by_model.items()
        )
        remark = Word(N_("Credit follows what goes together: only an experiment measures an effect."))
        title = Word(N_("Conversions credited to each touchpoint"))
        return Bars(title, tuple(self.credits), series, "number", None, remark)

    def table(self) -> Table:
        """Return one row per touchpoint; models side by side as conversions."""
        title = f"Attribution to {self.question.goal.label}"
        if self.question.model == "all":
            headings: tuple[str, ...] = ("touchpoint", "touches", *MODELS)
            rows: list[tuple[Any, ...]] = [
                (name, credit.touches, *(self.compared[model][name].conversions for model in MODELS))
                for name, credit in self.credits.items()
            ]
            if self.baseline is not None and rows:
                rows.append(("(baseline)", None, *[None] * (len(MODELS) - 1), self.baseline))
            return Table(title, headings, tuple(rows), None, self.note)
        (beside,) = self.compared
        worth = ("value",) if self.question.value else ()
        headings = ("touchpoint", "touches", "conversions", *worth, "share", "effect", beside)
        made: list[tuple[Any, ...]] = [
            (
                name,
                credit.touches,
                credit.conversions,
                *((credit.value,) if worth else ()),
                credit.share,
                credit.effect,
                self.compared[beside][name].conversions,
            )
            for name, credit in self.credits.items()
        ]
        if self.baseline is not None and made:
            made.append(("(baseline)", None, self.baseline, *[None] * (len(headings) - 3)))
        return Table(title, headings, tuple(made), {"share": "share"}, self.note)
