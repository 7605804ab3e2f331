"""The demo workspace: the demo shop in a folder, with its map."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from os import PathLike
from pathlib import Path

import pyarrow as pa

from farled.demo.shop import CUSTOMERS, SEED, make
from farled.errors import InputError
from farled.events.folder import SETTINGS, Settings, load
from farled.sources.returned import RejectedRows
from farled.workspace.asking import Workspace
from farled.workspace.opening import open as open_workspace
from farled.workspace.storing import bring, create
from farled.workspace.warming import start

MAP = "nordbod-purchase"
PERIOD = "2026-07-01..2026-10-01"
SHOP = "demo.json"

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """The events of the demo shop as an import."""

    events: pa.Table
    rejected: pa.Table
    rejected_rows: tuple[RejectedRows, ...]
    rows: int
    replaces: str = ""


def demo(
    folder: str | PathLike[str], customers: int = CUSTOMERS, seed: int = SEED, step: Step = lambda _: None
) -> Workspace:
    """Return the demo workspace in a folder; it is built when it is not there.

    Beside events and maps the folder holds ``truth.json``: what is true of the shop, to check analyses against.

    Args:
        folder: Of the workspace.
        customers: How many.
        seed: Where chance begins: the same seed gives the same events.
        step: Called with what is being done.

    Raises:
        InputError: The folder holds another workspace, or the shop with other numbers.
    """
    path = Path(folder)
    wanted = {"customers": customers, "seed": seed}
    if (path / SETTINGS).exists():
        _require_same(path, wanted)
    if not (path / SHOP).exists():
        with start() as compiling:
            _build(path, wanted, step)
            step("Compiling the kernels")
            compiling.wait()
    step("Opening the journeys")
    return open_workspace(path)


def _build(path: Path, wanted: dict[str, int], step: Step) -> None:
    """Build the workspace; whatever an earlier run left half-done is completed, not doubled."""
    made = load(path) if (path / SETTINGS).exists() else create(path, Settings(name="Nordbod", language="sv"))
    step(f"Making up {wanted['customers']:,} customers")
    shop = make(**wanted)
    (path / "truth.json").write_text(shop.truth.to_json(), encoding="utf-8")
    step(f"Storing {shop.events.num_rows:,} events")
    bring(made, _Made(shop.events, pa.table({"reason": pa.array([], pa.string())}), (), shop.events.num_rows))
    _copy_maps(path)
    (path / SHOP).write_text(json.dumps(wanted) + "\n", encoding="utf-8")


def _copy_maps(path: Path) -> None:
    source = files("farled.demo") / "maps"
    for name in ("maps", "maps/i18n"):
        (path / name).mkdir(parents=True, exist_ok=True)
    for sub in ("", "i18n"):
        for file in (source / sub if sub else source).iterdir():
            if file.name.endswith(".yaml"):
                target = path / "catalog.yaml" if file.name == "catalog.yaml" else path / "maps" / sub / file.name
                target.write_bytes(file.read_bytes())


def _require_same(path: Path, wanted: dict[str, int]) -> None:
    made = path / SHOP
    if not made.exists():
        if load(path).settings.name != "Nordbod":
            raise InputError(f"{path} holds another workspace.", "Name another folder: farled demo DIR.")
        return
    found = json.loads(made.read_text(encoding="utf-8"))
    if found != wanted:
        said = f"{found['customers']} customers and seed {found['seed']}"
        raise InputError(f"{path} holds the demo shop with {said}.", "Name another folder, or delete that one.")
