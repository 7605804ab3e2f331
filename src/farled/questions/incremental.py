"""The incremental estimate: conversions that a model expects to be missing without each touchpoint."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from farled.questions.credit_models import Drawn, Scored, Tally, sets_of, summed
from farled.questions.touches import BARE
from farled.stats.logistic import Logistic, fit, sigmoid

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

REFIT_COST = 400_000


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Attempts with the same touchpoints and the same behaviour before, counted.

    Attributes:
        design: 1, touchpoints (0 or 1), behaviour before. Shape (m, p).
        points: How many touchpoints there are.
        n: Attempts. Shape (m,).
        won: Of them conversions. Shape (m,).
    """

    design: Floats
    points: int
    n: Floats
    won: Floats

    @property
    def held(self) -> Floats:
        """Which touchpoints each row has. Shape (m, K)."""
        return self.design[:, 1 : 1 + self.points]

    def removed(self, model: Logistic) -> tuple[Floats, Floats]:
        """Return by how much each row's chance falls without each of its touchpoints, and its chance without any."""
        weights = model.weights[1 : 1 + self.points]
        score = self.design @ model.weights
        lower = self.held * (sigmoid(score)[:, None] - sigmoid(score[:, None] - weights))
        return lower, sigmoid(score - self.held @ weights)


def incremental(tally: Tally, is_baseline_seen: bool) -> Scored:
    """Estimate conversions that would be missing without each touchpoint, and those that need none.

    A logistic model of conversion on the set of touchpoints and on behaviour before the first touch (earlier goals,
    events before) is fitted; each touchpoint is taken out of each attempt that has it, all else equal.

    Args:
        tally: Of the attempts, read with what happened before the first touch.
        is_baseline_seen: Whether attempts without touches are fitted too: only when those that do not convert are in
            the data. Else the conversions among them are added to the baseline as they are.
    """
    a = tally.attempts
    fitted = (a.length > 0) | is_baseline_seen
    rows, place = _rows(tally, fitted)
    model = fit(rows.design, rows.n, rows.won)
    lower, bare = rows.removed(model)
    removed, base = rows.n @ lower, np.array([rows.n @ bare])
    index = np.where(fitted, place * 2 + (a.won | a.direct), 2 * len(rows.n)).astype(np.int32)
    if len(rows.n) * rows.design.shape[1] ** 2 <= REFIT_COST:
        drawn = _refitted(tally, rows, model, index)
    else:
        drawn = _moved(tally, rows, model, index)
    effect, baseline = Drawn(removed, drawn[:, :-1] if drawn is not None else None), Drawn(base, None)
    if drawn is not None:
        baseline = Drawn(base, drawn[:, -1:])
    if not is_baseline_seen:
        direct = tally.of_attempts(a.direct)
        both = baseline.resampled is not None and direct.resampled is not None
        total = baseline.resampled + direct.resampled if both else None  # type: ignore[operator]  # both are there
        baseline = Drawn(base + direct.value, total)
    return _scored(tally, rows, effect, baseline)


def _scored(tally: Tally, rows: Rows, removed: Drawn, baseline: Drawn) -> Scored:
    """Return what is lost without each; per attempt with it as its effect. Nothing is scaled to the conversions."""
    a = tally.attempts
    won = a.touches_of(a.won, once=True)
    exposed, converted = tally.of_touches(a.touches_of(a.length > 0, once=True)), tally.of_touches(won)
    value = None
    if tally.value is not None:
        worth = np.repeat(a.value, np.diff(won[0]))
        value = removed.times(tally.of_touches(won, worth).over(converted))
    share = removed.over(tally.conversions)
    alone = tuple(np.flatnonzero(rows.n @ rows.held == rows.n.sum()).tolist())
    made = Scored(removed, value, share, removed.over(exposed), baseline=baseline)
    return replace(made, unknown=alone)


def _rows(tally: Tally, fitted: npt.NDArray[np.bool_]) -> tuple[Rows, Ints]:
    """Return the different rows, and the row of each attempt (0 for those that are not fitted)."""
    a = tally.attempts
    keys = np.column_stack((sets_of(a), a.facts[:, 1:].astype(np.uint64)))[fitted]
    if keys.shape[1] == 3 and len(a.names) <= 56:
        joined = keys[:, 0] << np.uint64(5) | keys[:, 1] << np.uint64(2) | keys[:, 2]
        _, first, inverse = np.unique(joined, return_index=True, return_inverse=True)
        different = keys[first]
    else:
        different, inverse = np.unique(keys, axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    bits = (different[:, :-2, None] >> np.arange(63, dtype=np.uint64)) & np.uint64(1)
    held = bits.reshape(len(different), -1)[:, : len(a.names)].astype(np.float64)
    before = different[:, -2:].astype(np.float64)
    before = before[:, (before != before[:1]).any(axis=0)]
    weight, won = a.weight[fitted], (a.won | a.direct)[fitted]
    n = summed(inverse, weight, len(different))
    successes = summed(inverse, weight * won, len(different))
    place = np.zeros(len(fitted), dtype=np.int64)
    place[fitted] = inverse
    design = np.column_stack((np.ones(len(different)), held, before))
    return Rows(design, len(a.names), n, successes), place


def _refitted(tally: Tally, rows: Rows, model: Logistic, index: Small) -> Floats | None:
    """Return what each resample says when the model is fitted to it anew: removed, then baseline."""
    m = len(rows.n)
    counts = tally.counts(tally.attempts.of_history, index, 2 * m + 1)
    if counts.resampled is None:
        return None
    made = np.full((len(counts.resampled), rows.points + 1), np.nan)
    for at, drawn in enumerate(counts.resampled):
        lost, won = drawn[: 2 * m : 2], drawn[1 : 2 * m : 2]
        if not np.isfinite(drawn).all() or won.sum() == 0:
            continue
        again = replace(rows, n=lost + won, won=won)
        lower, bare = again.removed(fit(rows.design, again.n, again.won, model.weights))
        made[at, :-1], made[at, -1] = again.n @ lower, again.n @ bare
    return made


def _moved(tally: Tally, rows: Rows, model: Logistic, index: Small) -> Floats | None:
    """Return the same by how each attempt moves the fit and what follows from it, to first order."""
    lower, bare = rows.removed(model)
    parts = np.column_stack((lower, bare))
    chance = model.chance(rows.design)
    slope = chance * (1 - chance)
    weights = model.weights[1 : 1 + rows.points]
    gradient = np.empty((rows.points + 1, rows.design.shape[1]))
    score = rows.design @ model.weights
    for at in range(rows.points):
        there = rows.held[:, at] > 0
        without = rows.design[there].copy()
        without[:, 1 + at] = 0.0
        fallen = sigmoid(score[there] - weights[at])
        own = rows.n[there]
        gradient[at] = (own * slope[there]) @ rows.design[there] - (own * fallen * (1 - fallen)) @ without
    plain = rows.design.copy()
    plain[:, 1 : 1 + rows.points] = 0.0
    gradient[-1] = (rows.n * bare * (1 - bare)) @ plain
    reach = rows.design @ np.linalg.solve(model.curvature, gradient.T)
    table = np.empty((2 * len(rows.n) + 1, rows.points + 1))
    table[:-1:2] = parts - chance[:, None] * reach
    table[1::2] = parts + (1 - chance)[:, None] * reach
    table[-1] = 0.0
    moved = tally.moved(tally.attempts.of_history, index, table)
    return None if moved is None else rows.n @ parts + moved


def is_baseline_seen(tally: Tally) -> bool:
    """Return whether attempts without touches that do not convert are in the data, at least as many as that do.

    A conversion without touches in more than half of the cases says that the others were not recorded.
    """
    a = tally.attempts
    bare = float(a.weight[a.facts[:, 0] == BARE].sum())
    return bare > 0 and bare >= float(a.weight[a.direct].sum())
