"""Where the life of findings is kept: two tables of the workspace's database."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from farled.errors import NotFoundError
from farled.maps.audit.findings import Life, Moved, Step
from farled.state.database import Database
from farled.state.findings import FINDING_EVENTS, FINDINGS
from farled.state.inserting import upsert


class Register:
    """The findings of a workspace.

    Args:
        database: Of the workspace.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def lives(self, map_id: str) -> list[Life]:
        """Return all findings that were ever seen on a map."""
        with self._database.read() as connection:
            return _lives(connection, map_id)

    def life(self, fingerprint: str) -> Life:
        """Return one finding, by its fingerprint or the beginning of it that no other has.

        Raises:
            NotFoundError: There is none, or several begin so.
        """
        with self._database.read() as connection:
            return _life(connection, fingerprint)

    def history(self, fingerprint: str) -> list[Step]:
        """Return all changes of a finding's state, oldest first."""
        table = FINDING_EVENTS
        chosen = select(table).where(table.c.fingerprint == fingerprint).order_by(table.c.id)
        with self._database.read() as connection:
            return [_step(row) for row in connection.execute(chosen).mappings()]

    def audited(self, map_id: str, move: Callable[[list[Life]], Moved]) -> list[Life]:
        """Let an audit change the findings of a map, in one transaction.

        Args:
            map_id: Of the map.
            move: What the audit does to the findings that are known.

        Returns:
            All findings of the map afterwards.
        """
        with self._database.write() as connection:
            _keep(connection, move(_lives(connection, map_id)))
            return _lives(connection, map_id)

    def decide(self, fingerprint: str, decide: Callable[[Life], Moved]) -> Life:
        """Let somebody decide about a finding, in one transaction.

        Raises:
            NotFoundError: There is no such finding.
        """
        with self._database.write() as connection:
            moved = decide(_life(connection, fingerprint))
            _keep(connection, moved)
        return moved.lives[0]


def _lives(connection: Connection, map_id: str) -> list[Life]:
    chosen = select(FINDINGS).where(FINDINGS.c.map == map_id).order_by(FINDINGS.c.first_seen, FINDINGS.c.fingerprint)
    return [_of_row(row) for row in connection.execute(chosen).mappings()]


def _life(connection: Connection, fingerprint: str) -> Life:
    known = FINDINGS.c.fingerprint
    rows = connection.execute(select(FINDINGS).where(known.startswith(fingerprint, autoescape=True))).mappings().all()
    if len(rows) != 1:
        raise NotFoundError.named("finding", fingerprint, _known(connection))
    return _of_row(rows[0])


def _known(connection: Connection) -> Iterable[str]:
    return connection.execute(select(FINDINGS.c.fingerprint)).scalars().all()


def _keep(connection: Connection, moved: Moved) -> None:
    for life in moved.lives:
        upsert(connection, FINDINGS, _as_row(life))
    for step in moved.steps:
        connection.execute(insert(FINDING_EVENTS).values(_as_event(step)))


def _as_row(life: Life) -> dict[str, Any]:
    row = {name: getattr(life, name) for name in FINDINGS.c.keys()}  # noqa: SIM118  columns are no mapping
    return {**row, "objects": list(life.objects), "cut": dict(life.cut), "thresholds": dict(life.thresholds)}


def _of_row(row: RowMapping) -> Life:
    return Life(**{**row, "objects": tuple(row["objects"])})


def _as_event(step: Step) -> dict[str, Any]:
    return {
        "fingerprint": step.fingerprint, "at": step.at, "from": step.before, "to": step.after, "who": step.who,
        "why": step.why,
    }  # fmt: skip


def _step(row: RowMapping) -> Step:
    return Step(row["fingerprint"], row["at"], row["from"], row["to"], row["who"], row["why"])
