"""Tables of the audit: its findings and what became of them. Times are microseconds since 1970 UTC."""

from sqlalchemy import BigInteger, Column, Date, Float, ForeignKey, Integer, String, Table, Text

from farled.state.schema import METADATA, Json

FINDINGS = Table(
    "findings",
    METADATA,
    Column("fingerprint", String(12), primary_key=True),
    Column("map", String, nullable=False, index=True),
    Column("rule", String(8), nullable=False),
    Column("objects", Json, nullable=False),
    Column("cut", Json, nullable=False),
    Column("values", Json, nullable=False),
    Column("thresholds", Json, nullable=False),
    Column("severity", String(1), nullable=False),
    Column("first_seen", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("owner", String),
    Column("due", Date),
    Column("reason", Text),
    Column("who", String),
    Column("until", Date),
    Column("distance", Float),
    Column("decided_distance", Float),
)
"""One row per finding; ``state``: open, accepted, dismissed, solved, reopened; ``distance``: beyond the threshold."""

FINDING_EVENTS = Table(
    "finding_events",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("fingerprint", String(12), ForeignKey("findings.fingerprint"), nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
    Column("from", String(16)),
    Column("to", String(16), nullable=False),
    Column("who", String),
    Column("why", Text),
)
"""One row per change of a finding's state, the first one from None; ``who`` is None where the program did it."""
