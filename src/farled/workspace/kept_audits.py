"""What was judged of a map, kept beside its snapshots until one of them, the day or the program changes."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from farled.maps.audit.catalog import EDITION
from farled.maps.audit.plain import from_plain, to_plain
from farled.maps.audit.run import Audit
from farled.maps.load import write_text
from farled.spans import Period

FOLDER = "audit"


@dataclass(frozen=True, slots=True)
class KeptAudit:
    """Where an audit is kept.

    Attributes:
        snapshot_file: Of the snapshot that it is of.
        snapshot: As it is now.
        period: Of the snapshot.
        today: The day of the audit.
    """

    snapshot_file: Path
    snapshot: Mapping[str, Any]
    period: Period
    today: dt.date

    def read(self) -> "Judgement | None":
        """Return the audit; None where there is none, or it is of another state of things."""
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
            if found["of"] != self._key():
                return None
            return Judgement(from_plain(found["audit"]), self.period, self, is_registered=True)
        except (OSError, ValueError, KeyError, TypeError):  # not there, or changed by somebody: judged again
            return None

    def write(self, audit: Audit) -> None:
        """Keep an audit whose findings are registered."""
        text = json.dumps({"of": self._key(), "audit": to_plain(audit)}, ensure_ascii=False) + "\n"
        self._file.parent.mkdir(parents=True, exist_ok=True)
        write_text(text, self._file)

    @property
    def _file(self) -> Path:
        return self.snapshot_file.parent / FOLDER / self.snapshot_file.name

    def _key(self) -> dict[str, Any]:
        """Return what an audit rests on; earlier snapshots are among it."""
        beside = sorted(path.name for path in self.snapshot_file.parent.glob("*.json"))
        said = {name: self.snapshot[name] for name in ("map_hash", "built", "inputs")}
        program = [version("farled"), EDITION]
        return {**said, "today": self.today.isoformat(), "snapshots": beside, "program": program}


@dataclass(slots=True)
class Judgement:
    """An audit that was made.

    Attributes:
        audit: What it says.
        period: That was measured; None: nothing was.
        kept: Where it is kept; None: nowhere.
        is_registered: Whether its findings are known to the workspace.
    """

    audit: Audit
    period: Period | None
    kept: KeptAudit | None = None
    is_registered: bool = False

    def registered(self) -> None:
        """Note that its findings are known now, and keep it."""
        self.is_registered = True
        if self.kept is not None:
            self.kept.write(self.audit)
