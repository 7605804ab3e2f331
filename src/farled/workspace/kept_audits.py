"""What was judged of a map, kept beside its snapshots until one of them, the day or the program changes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from farled.maps.audit.catalog import EDITION
from farled.maps.audit.evidence import Beside, Evidence
from farled.maps.audit.plain import from_plain, to_plain
from farled.maps.audit.run import Audit
from farled.maps.load import write_text
from farled.spans import Period

FOLDER = "audit"


def key_of(bare: Evidence, whose: str, earlier: Sequence[str], beside: Beside, *, is_kept: bool) -> str:
    """Return all that an audit hangs on, as text: two audits of one key are the same audit.

    Args:
        bare: The map, the day, the period, and the snapshot if events were measured.
        whose: The map and the people it is asked of.
        earlier: Names of the snapshots of earlier periods, which it is compared with.
        beside: What is known beside map and events.
        is_kept: Whether the snapshot lies in a file; one that does not is made anew, and says the same, each time.
    """
    snapshot = bare.snapshot or {}
    measured = [snapshot.get("inputs"), snapshot.get("built") if is_kept else None, *earlier]
    program = [version("farled"), EDITION]
    said = [bare.map.hash, whose, str(bare.period), str(bare.today), repr(beside), measured, program]
    return json.dumps(said, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class KeptAudit:
    """Where an audit is kept.

    Attributes:
        key: All that it hangs on.
        period: That was measured; None: nothing was.
        file: Where it is written; None: it is kept in memory alone.
    """

    key: str
    period: Period | None
    file: Path | None

    @classmethod
    def beside(cls, snapshot_file: Path | None, key: str, period: Period | None) -> "KeptAudit":
        """Keep it beside the snapshot that it is of, if that lies in a file."""
        return cls(key, period, snapshot_file and snapshot_file.parent / FOLDER / snapshot_file.name)

    def read(self) -> "Judgement | None":
        """Return the audit in the file; None where there is none, or it is of another state of things."""
        if self.file is None:
            return None
        try:
            found = json.loads(self.file.read_text(encoding="utf-8"))
            if found["of"] != self.key:
                return None
            return Judgement(from_plain(found["audit"]), self, is_registered=True)
        except (OSError, ValueError, KeyError, TypeError):  # not there, or changed by somebody: judged again
            return None

    def write(self, audit: Audit) -> None:
        """Keep an audit whose findings are registered."""
        if self.file is None:
            return
        text = json.dumps({"of": self.key, "audit": to_plain(audit)}, ensure_ascii=False) + "\n"
        self.file.parent.mkdir(parents=True, exist_ok=True)
        write_text(text, self.file)


@dataclass(slots=True)
class Judgement:
    """An audit that was made.

    Attributes:
        audit: What it says.
        kept: What it hangs on, and where it is kept.
        is_registered: Whether its findings are known to the workspace.
    """

    audit: Audit
    kept: KeptAudit
    is_registered: bool = False

    def registered(self) -> None:
        """Note that its findings are known now, and keep it."""
        self.is_registered = True
        self.kept.write(self.audit)
