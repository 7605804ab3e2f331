"""What people wrote for the demo shop: its map, the translations of it, and the catalogue."""

from importlib.resources import files
from pathlib import Path

_PLACES = (
    "catalog.yaml",
    "maps/nordbod-purchase.yaml",
    "maps/i18n/nordbod-purchase.nb.yaml",
    "maps/i18n/nordbod-purchase.da.yaml",
    "maps/i18n/nordbod-purchase.en.yaml",
)


def drafts() -> dict[str, str]:
    """Return the text of each file by its place in a workspace.

    >>> list(drafts())[:2]
    ['catalog.yaml', 'maps/nordbod-purchase.yaml']
    """
    folder = files("farled.demo")
    return {place: folder.joinpath(place).read_text(encoding="utf-8") for place in _PLACES}


def write_drafts(workspace: Path) -> list[Path]:
    """Write the files into a workspace folder, over files of the same names; return them."""
    written = []
    for place, text in drafts().items():
        path = workspace / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    return written
