"""What a touchpoint is credited with, as numbers with intervals and the reason where there are none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from farled.locale import N_
from farled.questions.credit_models import RULES, Drawn, Scored, Tally, markov, rule, shapley
from farled.questions.incremental import incremental, is_baseline_seen
from farled.questions.touches import BARE, Attempts, frozen
from farled.spans import microseconds
from farled.stats.intervals import Estimate
from farled.stats.resampling import percentile_bounds

METHOD = "journey bootstrap"
WARNING: Final = N_(
    "Credit is not effect: whoever is reached by a touchpoint may be one who would have converted anyway. "
    "Only an experiment measures effect."
)
SELECTION: Final = N_(
    "The incremental estimate holds only if, touchpoints and earlier behaviour being equal, chance decides who is "
    "reached; retargeting breaks that."
)


class Asked(Protocol):
    """What the models need of the question."""

    @property
    def models(self) -> tuple[str, ...]:
        """Models to compute."""
        ...

    @property
    def model(self) -> str:
        """The one asked for."""
        ...

    @property
    def order(self) -> Any:
        """Of the chain."""
        ...

    @property
    def half_life(self) -> str:
        """For time decay."""
        ...

    @property
    def value(self) -> str | None:
        """Column of values."""
        ...

    @property
    def resamples(self) -> int:
        """For intervals."""
        ...


@dataclass(frozen=True, slots=True)
class Credit:
    """What a touchpoint is credited with. Every ``n`` is the attempts that have it.

    Attributes:
        conversions: How many.
        value: What they are worth; unknown where no value is asked for.
        share: Of the conversions after touches; those of ``incremental`` need not sum to 1.
        effect: Not scaled. ``markov``: share of conversions lost without it; ``shapley``: what it adds to the rate;
            ``incremental``: by how much an attempt that has it converts more likely. Rules have none.
        touches: How often it is touched, in all attempts.
    """

    conversions: Estimate
    value: Estimate
    share: Estimate
    effect: Estimate
    touches: int

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {
            "conversions": self.conversions.to_dict(),
            "value": self.value.to_dict(),
            "share": self.share.to_dict(),
            "effect": self.effect.to_dict(),
            "touches": self.touches,
        }


def credited(
    asked: Asked, attempts: Attempts, *, mixed: bool
) -> tuple[dict[str, dict[str, Credit]], dict[str, Scored]]:
    """Return the credits by model and touchpoint, and what the models said.

    Args:
        asked: The question.
        attempts: Of all customers.
        mixed: Whether values are in several currencies.
    """
    from farled.journeys.credit_kernels import point_counts

    tally = Tally(attempts, asked.resamples)
    arrays = frozen(attempts.offsets, np.int64), frozen(attempts.touch, np.int32), frozen(attempts.facts, np.uint8)
    weight = frozen(attempts.copies[attempts.history], np.int64)
    counts = point_counts(*arrays, weight, len(attempts.names))
    said = {model: _said(model, asked, tally) for model in asked.models}
    no_value = "mixed_currencies" if mixed else None if asked.value else "no_value"
    made = {
        model: {
            name: _credit(scored, at, counts[at].tolist(), no_value=no_value) for at, name in enumerate(attempts.names)
        }
        for model, scored in said.items()
    }
    main = made["markov" if asked.model == "all" else asked.model]
    order = sorted(main, key=lambda name: (-(main[name].conversions.value or 0.0), name))
    return {model: {name: by_name[name] for name in order} for model, by_name in made.items()}, said


def _said(model: str, asked: Asked, tally: Tally) -> Scored:
    a = tally.attempts
    if not a.won.any():
        return Scored(reason="no_conversions")
    if model in RULES:
        return rule(tally, model, microseconds(asked.half_life))
    if not a.lost.any():
        return Scored(reason="no_lost")
    if model == "markov":
        return markov(tally, asked.order)
    return shapley(tally) if model == "shapley" else incremental(tally, is_baseline_seen(tally))


def _credit(scored: Scored, at: int, counts: list[int], *, no_value: str | None) -> Credit:
    touches, n, _ = counts
    reason = scored.reason or ("no_contrast" if at in scored.unknown else None)
    return Credit(
        _estimate(scored.conversions, at, n, reason),
        _estimate(scored.value, at, n, reason or no_value),
        _estimate(scored.share, at, n, reason),
        _estimate(scored.effect, at, n, reason or (None if scored.effect else "not_computable")),
        touches,
    )


def _estimate(drawn: Drawn | None, at: int, n: int, reason: str | None) -> Estimate:
    if drawn is None or reason is not None or not np.isfinite(drawn.value[at]):
        return Estimate.unknown(reason or "not_computable", n)
    value = float(drawn.value[at])
    if drawn.resampled is None:
        return Estimate(value, None, None, n)
    low, high = percentile_bounds(drawn.resampled[:, at : at + 1])
    if not np.isfinite(low[0]):
        return Estimate(value, None, None, n)
    return Estimate(value, min(float(low[0]), value), max(float(high[0]), value), n, method=METHOD)


def known_baseline(scored: Scored | None, n: int) -> Estimate | None:
    """Return the conversions expected without any touch; None where the model was not asked for."""
    if scored is None:
        return None
    if scored.baseline is None or scored.unknown:
        return Estimate.unknown(scored.reason or "no_contrast", n)
    return _estimate(scored.baseline, 0, n, None)


def note_of(asked: Asked, attempts: Attempts, counts: Mapping[str, int], lacks: tuple[int, bool]) -> str:
    """Return what the numbers are, and what they are not.

    Args:
        asked: The question.
        attempts: Of all customers.
        counts: Conversions, lost and direct.
        lacks: Goals without a value, and whether values are in several currencies.
    """
    said = [
        f"{counts['conversions']} conversions after touches, {counts['direct']} direct (without any), {counts['lost']}"
        " lost attempts."
    ]
    modelled = set(asked.models) - set(RULES)
    if not attempts.names:
        said.append("No event is a touch, so there is nothing to credit.")
    elif not counts["conversions"]:
        said.append("No attempt with touches reaches the goal, so there is nothing to credit.")
    elif modelled and not counts["lost"]:
        said.append("Every attempt converts: what a touchpoint changes cannot be known without lost ones.")
    elif len(attempts.names) == 1:
        said.append("There is one touchpoint only, so every model credits it with all: that says nothing about it.")
    if "incremental" in modelled and counts["conversions"]:
        bare = int(attempts.weight[attempts.facts[:, 0] == BARE].sum())
        said.append(
            f"The baseline rests on {bare} attempts without touches that did not convert."
            if bare
            else "Nobody without touches and goal is in the data: the baseline is extrapolated."
        )
        said.append(SELECTION)
    if lacks[1]:
        said.append("Values are in several currencies and are not added up.")
    if lacks[0]:
        said.append(f"{lacks[0]} goals have no value and count as 0.")
    return " ".join([*said, WARNING])
