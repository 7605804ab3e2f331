"""Tables of keeping an eye on the maps: KPIs over time, alerts, messages. Times are microseconds since 1970 UTC."""

from sqlalchemy import BigInteger, Column, Date, Float, Index, Integer, String, Table, Text, UniqueConstraint

from farled.state.schema import METADATA, Json

KPI_HISTORY = Table(
    "kpi_history",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("map", String, nullable=False),
    Column("kpi", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("period_from", Date, nullable=False),
    Column("period_to", Date, nullable=False),
    Column("table_version", BigInteger, nullable=False),
    Column("map_hash", String, nullable=False),
    Column("value", Float),
    Column("low", Float),
    Column("high", Float),
    Column("n", Integer),
    Column("unit", String),
    Column("target", Float),
    Column("state", String(16)),
    Column("reason", String),
    UniqueConstraint("map", "kpi", "period_from", "period_to", "map_hash", name="uq_kpi_history_period"),
    Index("ix_kpi_history_map_kpi_at", "map", "kpi", "at"),
)
"""One row per KPI and period, as it was last measured; ``value`` is None where it is not known, with the reason."""

ALERTS = Table(
    "alerts",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("map", String, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("object", String, nullable=False),
    Column("direction", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("evidence", Json, nullable=False),
    Column("live", Integer),
    UniqueConstraint("map", "kind", "object", "live"),
    Index("ix_alerts_map_opened_at", "map", "opened_at"),
)
"""One row per episode; ``kind``: off_target, drift; ``state``: open, recovered; ``live`` is 1 while open, else None."""

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("idempotency_key", String(64), nullable=False, unique=True),
    Column("channel", String, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("about", String, nullable=False),
    Column("payload", Json, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("valid_until", BigInteger, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", BigInteger),
    Column("lease_by", String),
    Column("state", String(16), nullable=False),
    Column("reason", Text),
    Column("handed_at", BigInteger),
    Column("sent_at", BigInteger),
    Column("part_of", String(64)),
    Index("ix_outbox_state_next_at", "state", "next_at"),
    Index("ix_outbox_channel_handed_at", "channel", "handed_at"),
)
"""One row per message and channel; ``state``: ready, sending, sent, skipped, failed; ``part_of``: key of its digest."""

DESTINATIONS = Table(
    "destinations",
    METADATA,
    Column("channel", String, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("probes", Integer, nullable=False),
    Column("closed_until", BigInteger, nullable=False),
)
"""One row per channel that has failed: the breaker."""

CHECKPOINTS = Table(
    "checkpoints",
    METADATA,
    Column("consumer", String, primary_key=True),
    Column("position", Json, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""How far a consumer has come, and what it has to remember."""
