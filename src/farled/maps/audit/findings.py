"""The life of findings: open until somebody answers for it, dismisses it, or it is solved. Pure; see `register`.

An audit opens, reopens and solves; people accept, dismiss and reopen. What an audit cannot tell, and what a rule that
is off would say, changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, Literal

from farled.errors import InputError
from farled.locale import N_
from farled.maps.audit.run import Audit, Finding, RuleOutcome
from farled.maps.audit.telling import json_ready
from farled.spans import moment

State = Literal["open", "accepted", "dismissed", "solved", "reopened"]
STATES: tuple[State, ...] = ("open", "accepted", "dismissed", "solved", "reopened")
UNDECIDED = frozenset({"open", "reopened"})
WORSE = 2.0
"""How many times the distance at which it was dismissed reopens a finding."""
OF = ("of_segment", "of_persona")
"""Dimensions of a cut that name whom the audit was of."""


@dataclass(frozen=True, slots=True)
class Life:
    """A finding with what became of it.

    Attributes:
        fingerprint: Of the finding.
        map: Id.
        rule: Id.
        objects: Ids of what failed.
        cut: Of whom it is true.
        values: As last seen, JSON-ready.
        thresholds: As last seen.
        severity: E, W or I.
        first_seen: Microseconds since 1970 UTC.
        last_seen: When it was last found.
        state: Open, accepted, dismissed, solved or reopened.
        owner: Who answers for it, once it was accepted.
        due: By when.
        reason: Why it was accepted or dismissed.
        who: Decided so; None: nobody yet, or the program.
        until: Up to when a dismissal holds.
        distance: Beyond the threshold, as last seen.
        decided_distance: As it was when it was decided.
    """

    fingerprint: str
    map: str
    rule: str
    objects: tuple[str, ...] = ()
    cut: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    thresholds: Mapping[str, float | str] = field(default_factory=dict)
    severity: str = "W"
    first_seen: int = 0
    last_seen: int = 0
    state: State = "open"
    owner: str | None = None
    due: date | None = None
    reason: str | None = None
    who: str | None = None
    until: date | None = None
    distance: float | None = None
    decided_distance: float | None = None

    def is_overdue(self, today: date) -> bool:
        """Return whether it was accepted and its date has passed."""
        return self.state == "accepted" and self.due is not None and self.due < today

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values; times as ISO 8601 in UTC."""
        found: dict[str, Any] = {each.name: json_ready(getattr(self, each.name)) for each in fields(self)}
        return {**found, "first_seen": iso(self.first_seen), "last_seen": iso(self.last_seen)}

    @property
    def whom(self) -> dict[str, str]:
        """Whom the audit was of that found it; empty: of all."""
        return {name: value for name, value in self.cut.items() if name in OF}


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a state.

    Attributes:
        fingerprint: Of the finding.
        at: When, microseconds since 1970 UTC.
        before: State before; None: it was not known.
        after: State after.
        who: Changed it; None: the program.
        why: Reason.
    """

    fingerprint: str
    at: int
    before: State | None
    after: State
    who: str | None = None
    why: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready values."""
        return {"at": iso(self.at), "from": self.before, "to": self.after, "who": self.who, "why": self.why}


@dataclass(frozen=True, slots=True)
class Moved:
    """What an audit or a person did to findings.

    Attributes:
        lives: Those that are new or changed.
        steps: Their changes of state.
    """

    lives: tuple[Life, ...] = ()
    steps: tuple[Step, ...] = ()


def iso(time: int) -> str:
    """Return a time as ISO 8601 text in UTC, to the second."""
    return moment(time).isoformat(timespec="seconds").replace("+00:00", "Z")


def audited(known: Iterable[Life], audit: Audit, at: int, today: date, whom: Mapping[str, str] | None = None) -> Moved:
    """Return what an audit does to the findings of a map.

    Args:
        known: The findings that are known of the map.
        audit: What was found.
        at: When, microseconds since 1970 UTC.
        today: The day, for dates up to which a dismissal holds.
        whom: Whom the audit was of, as in the cuts of its findings; findings of others stay as they are.
    """
    lives = {life.fingerprint: life for life in known if life.whom == dict(whom or {})}
    moved = [_found(lives.get(finding.fingerprint), finding, at, today) for finding in audit.findings]
    outcomes = {outcome.rule.id: outcome for outcome in audit.outcomes}
    seen = {finding.fingerprint for finding in audit.findings}
    for life in lives.values():
        outcome = outcomes.get(life.rule)
        if life.fingerprint not in seen and outcome is not None and has_passed(outcome, life.objects):
            moved.append(_solved(life, at))
    return Moved(
        tuple(life for life, _ in moved if life is not None), tuple(step for _, step in moved if step is not None)
    )


def has_passed(outcome: RuleOutcome, objects: tuple[str, ...]) -> bool:
    """Return whether a rule was decided for some objects that are not among its findings."""
    if outcome.outcome == "off":
        return False
    unknown = [each.objects for each in outcome.unknown]
    if any(not each for each in unknown) or (unknown and not objects):
        return False
    return not any(set(each) & set(objects) for each in unknown)


def _found(life: Life | None, finding: Finding, at: int, today: date) -> tuple[Life | None, Step | None]:
    fresh = _life(finding, at)
    if life is None:
        return fresh, Step(fresh.fingerprint, at, None, "open")
    same = replace(
        life,
        values=fresh.values,
        thresholds=fresh.thresholds,
        severity=fresh.severity,
        last_seen=at,
        distance=fresh.distance,
    )
    why = _why_again(same, today)
    if why is None:
        return same, None
    return _undecided(same), Step(life.fingerprint, at, life.state, "reopened", None, why)


def _why_again(life: Life, today: date) -> str | None:
    """Return why a finding that was solved or dismissed is open again; None: it stays as it is."""
    if life.state == "solved":
        return N_("It fails again.")
    if life.state != "dismissed":
        return None
    if life.until is not None and life.until < today:
        return N_("The date until which it was dismissed has passed.")
    now, then = life.distance, life.decided_distance
    is_worse = now is not None and then is not None and now > 0 and now >= WORSE * then
    return N_("Its distance to the threshold has doubled.") if is_worse else None


def _solved(life: Life, at: int) -> tuple[Life | None, Step | None]:
    """A dismissed finding stays dismissed: whether it fails or not is nobody's trouble."""
    if life.state in ("solved", "dismissed"):
        return None, None
    return replace(life, state="solved"), Step(life.fingerprint, at, life.state, "solved", None, N_("The rule passes."))


def _undecided(life: Life) -> Life:
    return replace(
        life, state="reopened", owner=None, due=None, reason=None, who=None, until=None, decided_distance=None
    )


def _life(finding: Finding, at: int) -> Life:
    failed = finding.failed
    values = json_ready(failed.values)
    return Life(
        finding.fingerprint, finding.map, finding.rule.id, failed.objects, dict(failed.cut), values,
        dict(finding.thresholds.values), finding.rule.severity, at, at, distance=failed.distance,
    )  # fmt: skip


def accepted(life: Life, at: int, who: str, *, owner: str, due: date | None = None, reason: str | None = None) -> Moved:
    """Let somebody answer for a finding.

    Raises:
        InputError: It is solved or dismissed, or nobody is named.
    """
    if not owner.strip():
        raise InputError("A finding is accepted by somebody who answers for it.", "Name the owner.")
    _require(life, "accepted", UNDECIDED | {"accepted"})
    new = replace(
        life, state="accepted", owner=owner, due=due, reason=reason, who=who, until=None, decided_distance=life.distance
    )
    return _decided(life, new, at, who, reason)


def dismissed(life: Life, at: int, who: str, *, reason: str, until: date | None = None) -> Moved:
    """Say that a finding is no problem, and why.

    Raises:
        InputError: It is solved, or there is no reason.
    """
    if not reason.strip():
        raise InputError("A finding is dismissed for a reason.", "Say why it is no problem.")
    _require(life, "dismissed", UNDECIDED | {"accepted", "dismissed"})
    new = replace(
        life, state="dismissed", owner=None, due=None, reason=reason, who=who, until=until,
        decided_distance=life.distance,
    )  # fmt: skip
    return _decided(life, new, at, who, reason)


def reopened(life: Life, at: int, who: str, *, reason: str | None = None) -> Moved:
    """Take a decision about a finding back.

    Raises:
        InputError: Nothing was decided.
    """
    _require(life, "reopened", frozenset({"accepted", "dismissed"}))
    return _decided(life, _undecided(life), at, who, reason)


def _decided(before: Life, after: Life, at: int, who: str, why: str | None) -> Moved:
    return Moved((after,), (Step(after.fingerprint, at, before.state, after.state, who, why),))


def _require(life: Life, wanted: str, allowed: frozenset[str]) -> None:
    if life.state in allowed:
        return
    message = f"The finding {life.fingerprint} is {life.state}, so it cannot be {wanted}."
    hints = {"solved": "Audit the map again: it opens when it fails again.", "dismissed": "Reopen it first."}
    raise InputError(message, hints.get(life.state, "Leave it as it is: nothing was decided yet."))
