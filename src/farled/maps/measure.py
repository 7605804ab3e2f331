"""Measures a map: intent beside what customers did, as the snapshot that picture, audit and diff read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from farled.errors import InputError, NotFoundError
from farled.journeys.answers import distinct
from farled.journeys.conditions import Condition
from farled.journeys.index import Journeys
from farled.journeys.measure_kernels import NEVER
from farled.maps.measuring.actors import Actors, actors_of
from farled.maps.measuring.facts import Facts, gather
from farled.maps.measuring.feeling import Answers, answers_of, feeling_numbers
from farled.maps.measuring.metrics import Measured, all_prepared
from farled.maps.measuring.numbers import Number, count, number, state, unknown
from farled.maps.measuring.phases import completion_number, is_observed, phase_numbers, seen, seen_share
from farled.maps.measuring.texts import texts_of
from farled.maps.measuring.touchpoints import touchpoint_numbers, transitions, unmapped
from farled.maps.measuring.view import View
from farled.maps.model import VERSION, MapFile
from farled.maps.touchpoint import Role
from farled.spans import SECOND, Period, microseconds
from farled.stats.intervals import Rate

SERIES = 13
REST = "rest"
SEGMENT = "segment"
Snapshot = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Filter:
    """Whom a snapshot speaks of.

    Attributes:
        segment: The id of a saved segment, or a name for its rule.
        rule: Its rule, without ``behind``.
        persona: The id of a persona of the map.
    """

    segment: str | None = None
    rule: Condition | None = None
    persona: str | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a snapshot says of itself.

    Attributes:
        zone: The workspace's time zone.
        built: When, as ISO 8601 text.
        inputs: The sources it rests on.
    """

    zone: str = "UTC"
    built: str = ""
    inputs: Sequence[Mapping[str, Any]] = ()


def measure(
    map_: MapFile, journeys: Journeys, period: Period, whom: Filter | None = None, stamp: Stamp | None = None
) -> Snapshot:
    """Measure a map in a period.

    Args:
        map_: The map.
        journeys: Of customers; of accounts where ``map_.map.unit`` is that.
        period: Journeys whose first mapped event lies in it are on the map.
        whom: Whose journeys; default: all that the map's scope holds.
        stamp: What the snapshot says of itself.

    Returns:
        The snapshot, JSON-ready. Journeys are followed to the end of the data, also after the period.

    Raises:
        NotFoundError: The map has no such persona.
        InputError: The persona has no rule.
    """
    return Measuring(map_, journeys, whom, stamp).snapshot(period)


class Measuring:
    """A map over all its journeys, ready to be measured in any period; counted once.

    Args:
        map_: The map.
        journeys: As in ``measure``.
        whom: As in ``measure``.
        stamp: As in ``measure``.
    """

    def __init__(
        self, map_: MapFile, journeys: Journeys, whom: Filter | None = None, stamp: Stamp | None = None
    ) -> None:
        self.map = map_
        self.journeys = journeys
        self.whom = whom or Filter()
        self.stamp = stamp or Stamp()
        by_role = _by_role(map_)
        personas = {persona.id: persona.segment for persona in map_.personas}
        _require_persona(self.whom.persona, {**personas, **by_role})
        rules = {_persona(name): rule for name, rule in personas.items() if rule is not None}
        rules |= {SEGMENT: self.whom.rule} if self.whom.rule is not None else {}
        facts = gather(map_, journeys, rules)
        self.actors: Actors | None = actors_of(facts)
        acting = {_persona(name): self.actors.taking(roles) for name, roles in by_role.items()} if self.actors else {}
        self.facts: Facts = replace(facts, groups={**facts.groups, **acting})
        texts = texts_of(self.facts)
        self.texts = texts
        self.answers: Answers = answers_of(self.facts, texts)
        self.metrics: dict[str, Measured] = all_prepared(self.facts, self.answers, texts, self.stamp.zone)

    def view(self, period: Period) -> View:
        """Return the view of a period, for those asked for."""
        groups = [SEGMENT] if self.whom.rule is not None else []
        groups += [_persona(self.whom.persona)] if self.whom.persona is not None else []
        return View.of_period(self.facts, period.start, period.end, groups)

    def snapshot(self, period: Period) -> Snapshot:
        """Return the snapshot of a period."""
        view = self.view(period)
        shown = seen(view)
        feelings = self._feelings(view)
        phases = phase_numbers(view, shown)
        touchpoints = touchpoint_numbers(view, shown)
        for name, found in phases.items():
            found["feeling"] = feelings["phases"][name]
        for name, found in touchpoints.items():
            found["feeling"] = feelings["touchpoints"][name]
            if self.actors is not None:
                found["roles"] = self.actors.roles_at(view, name)
        metrics = {name: self._metric(name, view) for name in self.metrics}
        return {
            "farled": VERSION,
            "map": self.map.map.id,
            "map_hash": self.map.hash,
            "period": [period.first.isoformat(), period.last.isoformat()],
            "zone": self.stamp.zone,
            "segment": self.whom.segment,
            "persona": self.whom.persona,
            "built": self.stamp.built,
            "inputs": [dict(source) for source in self.stamp.inputs],
            "journeys": self._journeys(view),
            "goal": self._goal(metrics),
            "phases": phases,
            "touchpoints": touchpoints,
            **transitions(view),
            "metrics": metrics,
            "personas": self._personas(view),
            "unmapped": unmapped(view),
            "audit": [],
        }

    def number(self, metric: str, view: View) -> Number:
        """Return a metric in a view."""
        return {**self.metrics[metric](view), "unit": self.map.metrics[metric].unit}

    def series(self, metric: str, view: View) -> list[float | None]:
        """Return the values of a metric in thirteen periods of one length; the view's is the last."""
        earlier = [view.shifted(times) for times in range(SERIES - 1, -1, -1)]
        return [self.metrics[metric](found)["value"] if self._has_data(found) else None for found in earlier]

    def _has_data(self, view: View) -> bool:
        return view.end > self.facts.start

    def _journeys(self, view: View) -> dict[str, Any]:
        facts, chosen = self.facts, view.places
        smallest = self.map.map.privacy.min_customers
        return {
            "n": count(view.n, smallest),
            "customers": count(distinct(facts.customer[chosen]), smallest),
            "open": count(int(facts.is_open[chosen].sum()), smallest),
            "typical": self._typical(view),
            "replayed": number(Rate(int(_replayed(view).sum()), view.n), smallest),
            **(self.actors.numbers(view) if self.actors is not None else {}),
        }

    def _typical(self, view: View) -> dict[str, Any] | None:
        """Return the most frequent sequence of phases; of equally frequent ones the one first in map order."""
        smallest = self.map.map.privacy.min_customers
        places = view.places
        if not len(places):
            return None
        codes = self.facts.sequence[places]
        different, times = np.unique(codes, return_counts=True)
        most = int(times.max())
        if most < smallest:
            return None
        sequences = [self.sequence(int(places[np.argmax(codes == code)])) for code in different[times == most]]
        ids = [phase.id for phase in self.map.phases]
        return {"phases": [ids[at] for at in min(sequences)], "share": round(most / view.n, 6)}

    def sequence(self, journey: int) -> list[int]:
        """Return the positions of the phases that a journey takes in turn, repeats once."""
        number_ = int(np.searchsorted(self.facts.first_journey, journey, side="right")) - 1
        part = self.facts.parts[number_]
        at = journey - int(self.facts.first_journey[number_])
        phases = part.phase[part.chunk.offsets[at] : part.chunk.offsets[at + 1]]
        phases = phases[phases >= 0]
        keep = np.append(True, phases[1:] != phases[:-1])
        return [int(phase) for phase in phases[keep]]

    def _metric(self, name: str, view: View) -> dict[str, Any]:
        found = self.number(name, view)
        wanted = self._targets().get(name)
        metric = self.map.metrics[name]
        told = {**found, "target": wanted, "state": state(found, wanted), "better": metric.better}
        if name in self._key_metrics():
            told["previous"] = self.metrics[name](view.previous())
            told["series"] = self.series(name, view)
        return told

    def _targets(self) -> dict[str, float]:
        """Return what is wanted of each metric: by the first phase that says so, else by the goal."""
        found: dict[str, float] = {}
        for phase in self.map.phases:
            for kpi in phase.kpis or ():
                if kpi.target is not None:
                    found.setdefault(kpi.metric, _target(kpi.target))
        goal = self.map.map.goal
        found.setdefault(goal.metric, _target(goal.target))
        return found

    def _key_metrics(self) -> frozenset[str]:
        kpis = [kpi.metric for phase in self.map.phases for kpi in phase.kpis or ()]
        return frozenset([*kpis, self.map.map.goal.metric, *(self.map.map.guards or ())])

    def _goal(self, metrics: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        goal = self.map.map.goal
        found = metrics.get(goal.metric, unknown("not_computable"))
        target = _target(goal.target)
        told = {key: value for key, value in found.items() if key not in ("series", "previous", "better")}
        return {"metric": goal.metric, **told, "target": target, "state": state(found, target)}

    def _personas(self, view: View) -> dict[str, Any]:
        ruled = [persona.id for persona in self.map.personas if _persona(persona.id) in self.facts.groups]
        if not ruled:
            return {}
        views = {name: view.of([_persona(name)]) for name in ruled}
        views[REST] = view.of(but=[_persona(name) for name in ruled])
        return {name: self._persona(found, view.n) for name, found in views.items()}

    def _feelings(self, view: View) -> dict[str, dict[str, Number]]:
        """Return the measured feelings; of a planned map there are none, since nobody has felt anything there."""
        found = feeling_numbers(view, self.answers)
        if self.map.map.state == "as_is":
            return found
        return {places: {name: unknown("unobserved") for name in felt} for places, felt in found.items()}

    def _persona(self, view: View, total: int) -> dict[str, Any]:
        smallest = self.map.map.privacy.min_customers
        hidden_part = view.n if 0 < view.n < smallest else None
        feelings = self._feelings(view)["phases"]
        phases = {
            phase.id: {
                "completion": completion_number(view, at) if is_observed(self.facts, at) else unknown("unobserved"),
                "feeling": feelings[phase.id],
            }
            for at, phase in enumerate(self.map.phases)
        }
        return {
            "n": count(view.n, smallest),
            "share": number(Rate(view.n, total), smallest, hidden_part),
            "phases": phases,
            "metrics": {name: self.number(name, view) for name in self.metrics if name in self._key_metrics()},
        }


def _replayed(view: View) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which journeys take the phases in map order without skipping one that at least half enter."""
    replayed: np.ndarray[tuple[int], np.dtype[np.bool_]] = view.facts.is_rising[view.places]
    for at in range(len(view.facts.map.phases) - 1):
        share = seen_share(view, at)
        if share is not None and share >= 0.5:
            replayed &= (view.reach[at] == NEVER) | (view.enter[at] != NEVER)
    return replayed


def _target(target: float | str) -> float:
    """Return a target as a number; a span in seconds."""
    return microseconds(target) / SECOND if isinstance(target, str) else float(target)


def _by_role(map_: MapFile) -> dict[str, tuple[Role, ...]]:
    """Return the roles of the personas that are parts of an account rather than groups of accounts."""
    if map_.map.unit != "account":
        return {}
    return {persona.id: persona.roles for persona in map_.personas if persona.roles and persona.segment is None}


def _persona(name: str) -> str:
    return f"persona:{name}"


def _require_persona(name: str | None, known: Mapping[str, object]) -> None:
    if name is None:
        return
    if name not in known:
        raise NotFoundError.named("persona", name, known)
    if known[name] is None:
        raise InputError(f"The persona {name!r} has no rule.", "Add segment: to the persona.")
