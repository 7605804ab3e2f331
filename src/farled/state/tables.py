"""All tables of a workspace's database, by room."""

from farled.state.findings import FINDING_EVENTS, FINDINGS
from farled.state.schema import METADATA
from farled.state.watching import ALERTS, CHECKPOINTS, DESTINATIONS, KPI_HISTORY, OUTBOX

__all__ = [
    "ALERTS",
    "CHECKPOINTS",
    "DESTINATIONS",
    "FINDINGS",
    "FINDING_EVENTS",
    "KPI_HISTORY",
    "METADATA",
    "OUTBOX",
]
