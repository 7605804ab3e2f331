"""Decisions about the findings of a workspace folder."""

import datetime as dt
from getpass import getuser

from farled.maps.audit import findings as lives_of
from farled.maps.audit.findings import Life, Step
from farled.maps.audit.register import Register
from farled.spans import instant
from farled.state.database import Database


class Findings:
    """The findings of a workspace folder, to be decided about.

    Args:
        state: Of the workspace.
    """

    def __init__(self, state: Database) -> None:
        self._register = Register(state)

    def of_map(self, map_id: str) -> list[Life]:
        """Return all findings ever seen on a map, also those that are solved."""
        return self._register.lives(map_id)

    def get(self, fingerprint: str) -> Life:
        """Return a finding by its fingerprint, or by a beginning of it that no other has.

        Raises:
            NotFoundError: There is none.
        """
        return self._register.life(fingerprint)

    def history(self, fingerprint: str) -> list[Step]:
        """Return all changes of a finding's state, oldest first."""
        return self._register.history(self.get(fingerprint).fingerprint)

    def accept(
        self,
        fingerprint: str,
        owner: str,
        *,
        due: dt.date | None = None,
        reason: str | None = None,
        who: str | None = None,
    ) -> Life:
        """Let somebody answer for a finding.

        Args:
            fingerprint: Of the finding.
            owner: Who answers for it.
            due: By when it is to be solved; later it is shown as overdue.
            reason: What is going to be done.
            who: Says so; default: who is logged in.

        Raises:
            NotFoundError: There is no such finding.
            InputError: It is solved or dismissed.
        """
        return self._register.decide(
            fingerprint, lambda life: lives_of.accepted(life, _now(), _who(who), owner=owner, due=due, reason=reason)
        )

    def dismiss(self, fingerprint: str, reason: str, *, until: dt.date | None = None, who: str | None = None) -> Life:
        """Say that a finding is no problem.

        Args:
            fingerprint: Of the finding.
            reason: Why it is none.
            until: Up to when that holds; default: for good, or until it is twice as far beyond the threshold.
            who: Says so; default: who is logged in.

        Raises:
            NotFoundError: There is no such finding.
            InputError: It is solved, or there is no reason.
        """
        return self._register.decide(
            fingerprint, lambda life: lives_of.dismissed(life, _now(), _who(who), reason=reason, until=until)
        )

    def reopen(self, fingerprint: str, *, reason: str | None = None, who: str | None = None) -> Life:
        """Take a decision about a finding back.

        Args:
            fingerprint: Of the finding.
            reason: Why.
            who: Says so; default: who is logged in.

        Raises:
            NotFoundError: There is no such finding.
            InputError: Nobody has decided about it.
        """
        return self._register.decide(
            fingerprint, lambda life: lives_of.reopened(life, _now(), _who(who), reason=reason)
        )


def _now() -> int:
    return instant(dt.datetime.now(dt.UTC))


def _who(named: str | None) -> str:
    if named:
        return named
    try:
        return getuser()
    except (KeyError, OSError):  # nobody has a name in some containers
        return "unknown"
