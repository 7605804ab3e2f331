"""Audits the maps of a workspace: gathers the evidence, judges it, and lets findings live on."""

import datetime as dt
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from farled.maps.audit import findings as lives_of
from farled.maps.audit.evidence import Beside, Evidence
from farled.maps.audit.findings import Life
from farled.maps.audit.register import Register
from farled.maps.audit.run import Audit, Finding, RuleOutcome, audit
from farled.maps.audit.telling import finding_values, outcome_values
from farled.maps.model import MapFile
from farled.spans import Period, instant
from farled.workspace.kept_audits import Judgement, KeptAudit, key_of
from farled.workspace.measuring import Measurer
from farled.workspace.rules import is_rule

if TYPE_CHECKING:  # the workspace makes the auditor
    from farled.workspace.asking import Workspace

KEPT = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which audit is asked for.

    Attributes:
        map_id: Of a map of the workspace, or the path of a map file.
        period: As for measuring.
        segment: As for measuring.
        persona: As for measuring.
    """

    map_id: str
    period: str | None = None
    segment: Any = None
    persona: str | None = None

    @property
    def whom(self) -> dict[str, str]:
        """Of whom, as part of the cut of every finding."""
        found = {"of_persona": self.persona} if self.persona else {}
        return {**found, **({"of_segment": str(self.segment)} if self.segment is not None else {})}

    @property
    def is_named(self) -> bool:
        """Whether it can be asked for again by the same name."""
        return self.segment is None or (isinstance(self.segment, str) and not is_rule(self.segment))


@dataclass(frozen=True, slots=True, eq=False)
class Audited:
    """A map with what the audit says of it and what became of its findings.

    Attributes:
        map: As audited.
        audit: Outcomes and findings.
        lives: What is known of the findings, by fingerprint; also of those that are solved or cannot be told.
        today: The day of the audit.
        period: That was measured; None: nothing was.
        whom: Of whom: ``of_segment``, ``of_persona``; empty: of all.
    """

    map: MapFile
    audit: Audit
    lives: Mapping[str, Life]
    today: dt.date
    period: Period | None = None
    whom: Mapping[str, str] | None = None

    def findings(self, language: str = "en", map_: MapFile | None = None) -> list[dict[str, Any]]:
        """Return the findings as JSON-ready values: the gravest first, then in the order of the rules.

        Args:
            language: Of sentences and cures.
            map_: The map in that language; default: as audited.
        """
        told = [self._told(finding, map_ or self.map, language) for finding in self.audit.findings]
        return sorted(told, key=lambda finding: "EWI".index(finding["severity"]))

    def open(self, severities: Iterable[str] = "EWI") -> tuple[Finding, ...]:
        """Return the findings about which nobody has decided, of some severities."""
        wanted = set(severities)
        return tuple(
            finding
            for finding in self.audit.findings
            if finding.rule.severity in wanted and self._state(finding) in lives_of.UNDECIDED
        )

    def outcomes(self, language: str = "en", map_: MapFile | None = None) -> list[dict[str, Any]]:
        """Return the outcome of each rule as JSON-ready values."""
        return [outcome_values(outcome, map_ or self.map, language) for outcome in self.audit.outcomes]

    def to_dict(self, language: str = "en", map_: MapFile | None = None) -> dict[str, Any]:
        """Return all as JSON-ready values, in a language."""
        outcomes = self.outcomes(language, map_)
        counts = dict.fromkeys(("pass", "fail", "cannot_tell", "off"), 0)
        for outcome in outcomes:
            counts[outcome["outcome"]] += 1
        return {
            "farled": 1,
            "map": self.map.map.id,
            "map_hash": self.map.hash,
            "today": self.today.isoformat(),
            "period": None if self.period is None else [self.period.first.isoformat(), self.period.last.isoformat()],
            **{name.removeprefix("of_"): value for name, value in (self.whom or {}).items()},
            "counts": counts,
            "outcomes": outcomes,
            "findings": self.findings(language, map_),
        }

    def _state(self, finding: Finding) -> str:
        life = self.lives.get(finding.fingerprint)
        return "open" if life is None else life.state

    def _told(self, finding: Finding, map_: MapFile, language: str) -> dict[str, Any]:
        life = self.lives.get(finding.fingerprint)
        return {**finding_values(finding, map_, language), **life_values(life, self.today)}


def life_values(life: Life | None, today: dt.date) -> dict[str, Any]:
    """Return what became of a finding as JSON-ready values."""
    if life is None:
        return {"state": "open", "first_seen": None, "last_seen": None}
    found = {
        "state": life.state,
        "first_seen": lives_of.iso(life.first_seen),
        "last_seen": lives_of.iso(life.last_seen),
        "owner": life.owner,
        "due": _day(life.due),
        "reason": life.reason,
        "who": life.who,
        "until": _day(life.until),
        "overdue": life.is_overdue(today),
    }
    return {name: value for name, value in found.items() if value is not None and value is not False}


class Auditor:
    """Audits maps; what it judged is kept until map, events, day or what is known beside them change.

    Args:
        workspace: Whose maps.
        measurer: That measures them.
    """

    def __init__(self, workspace: "Workspace", measurer: Measurer) -> None:
        self._workspace = workspace
        self._measurer = measurer
        self._kept: OrderedDict[str, Judgement] = OrderedDict()
        self._keeping = Lock()
        self._judging: dict[str, RLock] = {}
        self._registering = RLock()

    def audit(self, wanted: Wanted, today: dt.date | None, beside: Beside | None) -> Audited:
        """Audit a map; arguments as in `Workspace.audit`."""
        map_, day = self._workspace.map(wanted.map_id), self._day(today)
        with self._judging.setdefault(wanted.map_id, RLock()):
            judged = self._judged(map_, wanted, day, beside or Beside())
            with self._registering:
                lives = self._lives(map_, wanted, day, judged)
        by_fingerprint = {life.fingerprint: life for life in lives if life.whom == wanted.whom}
        return Audited(map_, judged.audit, by_fingerprint, day, judged.kept.period, wanted.whom)

    def is_ready(self, wanted: Wanted) -> bool:
        """Return whether what is asked for is judged already; waits for no audit that goes on."""
        map_, day = self._workspace.map(wanted.map_id), self._day(None)
        kept, _ = self._known(map_, wanted, day, Beside())
        return self._found(kept) is not None

    def _day(self, today: dt.date | None) -> dt.date:
        return today or dt.datetime.now(ZoneInfo(self._workspace.zone)).date()

    def _judged(self, map_: MapFile, wanted: Wanted, day: dt.date, beside: Beside) -> Judgement:
        kept, bare = self._known(map_, wanted, day, beside)
        found = self._found(kept)
        if found is not None:
            return found
        judged = audit(self._evidence(map_, wanted, bare, beside), whom=wanted.whom)
        if bare.period is not None:
            self._measurer.keep_audit(map_, bare.period, wanted.segment, wanted.persona, in_snapshot(judged))
        return self._keep(Judgement(judged, kept))

    def _known(self, map_: MapFile, wanted: Wanted, day: dt.date, beside: Beside) -> tuple[KeptAudit, Evidence]:
        """Return what an audit hangs on and where it is kept, and its evidence as far as it is measured already."""
        snapshot, when, file, earlier = None, None, None, []
        if self._workspace.events:
            when = self._workspace.map_period(wanted.period)
            snapshot = self._measurer.measure(map_, when, wanted.segment, wanted.persona)
            file = self._measurer.file(map_, when, wanted.segment, wanted.persona)
            earlier = self._measurer.earlier_names(map_, when, wanted.segment, wanted.persona)
        bare = Evidence(map_, day, when, snapshot)
        whose = str(replace(wanted, period=None))  # a period may be written in several ways
        key = key_of(bare, whose, earlier, beside, is_kept=file is not None)
        return KeptAudit.beside(file if beside == Beside() else None, key, when), bare

    def _found(self, kept: KeptAudit) -> Judgement | None:
        """Return the audit that is kept in memory or else in the folder, if one is."""
        with self._keeping:
            if kept.key in self._kept:
                self._kept.move_to_end(kept.key)
                return self._kept[kept.key]
        found = kept.read()
        return None if found is None else self._keep(found)

    def _keep(self, judged: Judgement) -> Judgement:
        with self._keeping:
            self._kept[judged.kept.key] = judged
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return judged

    def _evidence(self, map_: MapFile, wanted: Wanted, bare: Evidence, beside: Beside) -> Evidence:
        """Return evidence with what was counted, with earlier snapshots, and with what is known beside."""
        told = replace(
            bare,
            versions=beside.versions or self._workspace.known_versions(wanted.map_id),
            experiments=beside.experiments,
            forecasts=beside.forecasts,
            consents=beside.consents,
        )
        if bare.period is None:
            return told
        measuring = self._measurer.counted(map_, wanted.segment, wanted.persona)
        history = self._measurer.earlier(map_, bare.period, wanted.segment, wanted.persona)
        return replace(told, map=measuring.map, measuring=measuring, history=history)

    def _lives(self, map_: MapFile, wanted: Wanted, day: dt.date, judged: Judgement) -> list[Life]:
        """Return what is known of the findings, changed by the audit where it is of the present and can be repeated."""
        if self._workspace.folder is None or map_.map.id not in self._workspace.maps():
            return []
        register = Register(self._workspace.state)
        if not wanted.is_named or not self._is_present(judged.kept.period):
            return register.lives(map_.map.id)
        if judged.is_registered:
            lives = register.lives(map_.map.id)
            if {finding.fingerprint for finding in judged.audit.findings} <= {life.fingerprint for life in lives}:
                return lives
        at = instant(dt.datetime.now(dt.UTC))
        lives = register.audited(map_.map.id, lambda known: lives_of.audited(known, judged.audit, at, day, wanted.whom))
        judged.registered()
        return lives

    def _is_present(self, period: Period | None) -> bool:
        return period is None or period.end >= self._workspace.map_period().end


def in_snapshot(judged: Audit) -> list[dict[str, Any]]:
    """Return the outcomes as a snapshot has them; what cannot be told has its reasons in English."""
    return [_in_snapshot(outcome) for outcome in judged.outcomes]


def _in_snapshot(outcome: RuleOutcome) -> dict[str, Any]:
    found: dict[str, Any] = {"rule": outcome.rule.id, "outcome": outcome.outcome}
    if outcome.findings:
        found["findings"] = [finding.fingerprint for finding in outcome.findings]
    reasons = [outcome.off] if outcome.off is not None else [each.reason for each in outcome.unknown]
    if reasons and not outcome.findings:
        found["reason"] = "; ".join(dict.fromkeys(reasons))
    return found


def _day(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()
