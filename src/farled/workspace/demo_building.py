"""How the demo workspace is made; who only opens it again loads nothing of this."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pyarrow as pa

from farled.demo.shop import make
from farled.events.folder import SETTINGS, Settings, load
from farled.sources.returned import RejectedRows
from farled.workspace.storing import bring, create
from farled.workspace.warming import start


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """The events of the demo shop as an import."""

    events: pa.Table
    rejected: pa.Table
    rejected_rows: tuple[RejectedRows, ...]
    rows: int
    replaces: str = ""


def build(path: Path, wanted: dict[str, int], step: Callable[[str], None]) -> None:
    """Build the workspace, and compile meanwhile; what an earlier run left half-done is completed, not doubled.

    Args:
        path: Of the workspace.
        wanted: How many customers, and the seed.
        step: Called with what is being done.
    """
    with start() as compiling:
        _store(path, wanted, step)
        step("Compiling the kernels")
        compiling.wait()


def _store(path: Path, wanted: dict[str, int], step: Callable[[str], None]) -> None:
    made = load(path) if (path / SETTINGS).exists() else create(path, Settings(name="Nordbod", language="sv"))
    step(f"Making up {wanted['customers']:,} customers")
    shop = make(**wanted)
    (path / "truth.json").write_text(shop.truth.to_json(), encoding="utf-8")
    step(f"Storing {shop.events.num_rows:,} events")
    bring(made, _Made(shop.events, pa.table({"reason": pa.array([], pa.string())}), (), shop.events.num_rows))
    _copy_maps(path)


def _copy_maps(path: Path) -> None:
    source = files("farled.demo") / "maps"
    for name in ("maps", "maps/i18n"):
        (path / name).mkdir(parents=True, exist_ok=True)
    for sub in ("", "i18n"):
        for file in (source / sub if sub else source).iterdir():
            if file.name.endswith(".yaml"):
                target = path / "catalog.yaml" if file.name == "catalog.yaml" else path / "maps" / sub / file.name
                target.write_bytes(file.read_bytes())
