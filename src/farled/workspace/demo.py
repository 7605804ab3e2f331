"""The demo workspace: the demo shop in a folder, with its map."""

import json
from collections.abc import Callable
from os import PathLike
from pathlib import Path

from farled.demo.shop import CUSTOMERS, SEED
from farled.errors import InputError
from farled.events.folder import SETTINGS, load
from farled.workspace.asking import Workspace
from farled.workspace.opening import open as open_workspace

MAP = "nordbod-purchase"
PERIOD = "2026-07-01..2026-10-01"
SHOP = "demo.json"

Step = Callable[[str], None]


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
        from farled.workspace.demo_building import build

        build(path, wanted, step)
        (path / SHOP).write_text(json.dumps(wanted) + "\n", encoding="utf-8")
    step("Opening the journeys")
    return open_workspace(path)


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
