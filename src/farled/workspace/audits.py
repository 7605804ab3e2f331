"""The audit as a part of the workspace."""

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING, cast

from farled.workspace.segmented import Where

if TYPE_CHECKING:  # a question must not pay for the audit
    from farled.maps.audit.evidence import Beside
    from farled.state.database import Database
    from farled.workspace.asking import Workspace
    from farled.workspace.auditing import Audited, Auditor
    from farled.workspace.deciding import Findings
    from farled.workspace.measuring import Measurer


class Audits:
    """What a workspace knows of the trouble with its maps."""

    @property
    def state(self) -> "Database":
        """The SQL database of the workspace."""
        raise NotImplementedError

    @property
    def _measurer(self) -> "Measurer":
        raise NotImplementedError

    def audit(
        self,
        map_id: str,
        period: str | None = None,
        segment: Where = None,
        persona: str | None = None,
        *,
        today: dt.date | None = None,
        beside: "Beside | None" = None,
    ) -> "Audited":
        """Return what the rules say of a map, and what became of earlier findings.

        A folder keeps the findings: an audit of the present opens, reopens and solves them, one of an earlier period
        changes nothing.

        Args:
            map_id: Of a map of the workspace, or the path of a map file.
            period: As for `measure`.
            segment: As for `measure`.
            persona: As for `measure`.
            today: The day of the audit; default: today.
            beside: What is known beside map and events: earlier versions, experiments, what-ifs, consents; default: the
                versions of the map that are kept.

        Raises:
            NotFoundError: As for `measure`; or the map changes a threshold that its rule does not have.
            InputError: The period cannot be read.
        """
        from farled.workspace.auditing import Wanted

        return self._auditor.audit(Wanted(map_id, period, segment, persona), today, beside)

    def is_audited(
        self, map_id: str, period: str | None = None, segment: Where = None, persona: str | None = None
    ) -> bool:
        """Return whether the audit of today is ready, so that `audit` answers at once; arguments as there.

        Raises:
            NotFoundError: As for `measure`.
            InputError: The period cannot be read.
        """
        from farled.workspace.auditing import Wanted

        return self._auditor.is_ready(Wanted(map_id, period, segment, persona))

    @property
    def findings(self) -> "Findings":
        """The findings of a workspace folder: to be accepted, dismissed and reopened.

        Raises:
            InputError: The workspace is in memory.
        """
        from farled.workspace.deciding import Findings

        return Findings(self.state)

    @cached_property
    def _auditor(self) -> "Auditor":
        from farled.workspace.auditing import Auditor

        return Auditor(cast("Workspace", self), self._measurer)  # the only class made of this part
