"""Reads back what was written down: KPIs over time, and alerts."""

import datetime as dt
from typing import Any

from sqlalchemy import select

from farled.state.database import Database
from farled.state.tables import ALERTS, KPI_HISTORY

MOST = 1000


def kpi_history(
    database: Database, map_id: str, kpi: str | None = None, most: int = MOST
) -> dict[str, list[dict[str, Any]]]:
    """Return the KPIs of a map over time, oldest first, JSON-ready.

    Args:
        database: Of the workspace.
        map_id: Of the map.
        kpi: One of its metrics; default: all.
        most: Rows of each KPI at most, the newest.

    Returns:
        By KPI: ``period``, ``value``, ``low``, ``high``, ``n``, ``unit``, ``target``, ``state``, ``reason``, ``at``
        (ISO 8601), ``table_version``, ``map_hash``.
    """
    wanted = KPI_HISTORY.c.map == map_id if kpi is None else (KPI_HISTORY.c.map == map_id) & (KPI_HISTORY.c.kpi == kpi)
    query = select(KPI_HISTORY).where(wanted).order_by(KPI_HISTORY.c.kpi, KPI_HISTORY.c.period_to, KPI_HISTORY.c.at)
    found: dict[str, list[dict[str, Any]]] = {}
    with database.read() as connection:
        for row in connection.execute(query).mappings():
            found.setdefault(row["kpi"], []).append(
                {
                    "period": [row["period_from"].isoformat(), row["period_to"].isoformat()],
                    **{name: row[name] for name in ("value", "low", "high", "n", "unit", "target", "state", "reason")},
                    "at": _moment(row["at"]),
                    "table_version": row["table_version"],
                    "map_hash": row["map_hash"],
                }
            )
    return {name: rows[-most:] for name, rows in found.items()}


def alerts(
    database: Database, map_id: str | None = None, state: str | None = None, most: int = MOST
) -> list[dict[str, Any]]:
    """Return alerts, the newest first, JSON-ready.

    Args:
        database: Of the workspace.
        map_id: Of a map; default: all.
        state: ``open``, ``recovered`` or ``ended``; default: all.
        most: How many at most.
    """
    query = select(ALERTS).order_by(ALERTS.c.opened_at.desc(), ALERTS.c.id).limit(most)
    if map_id is not None:
        query = query.where(ALERTS.c.map == map_id)
    if state is not None:
        query = query.where(ALERTS.c.state == state)
    with database.read() as connection:
        return [
            {
                **{name: row[name] for name in ("id", "map", "kind", "object", "direction", "state", "evidence")},
                **{name: _moment(row[name]) for name in ("opened_at", "last_seen", "ended_at")},
            }
            for row in connection.execute(query).mappings()
        ]


def _moment(microseconds: int | None) -> str | None:
    if microseconds is None:
        return None
    return dt.datetime.fromtimestamp(microseconds / 1e6, dt.UTC).isoformat(timespec="seconds")
