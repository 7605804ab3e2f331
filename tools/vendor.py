"""Copy the fonts, icons and scripts that Farled ships from unpacked npm packages, with licences and digests.

    python tools/vendor.py node_modules

where ``node_modules`` holds the packages of ``COPIES`` and ``lucide-static``, at any version: the versions found
are written to the manifest. Needs fontTools and brotli, which Farled itself does not: the widths of all letters
and the plain fonts of PNG files are computed here once.
"""

import base64
import hashlib
import io
import json
import re
import sys
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).parents[1]
FIGURES = "src/farled/figures"
MANIFEST = f"{FIGURES}/vendored.json"

GROTESK = "@fontsource-variable/schibsted-grotesk"
NEWSREADER = "@fontsource-variable/newsreader"
COPIES = [
    (GROTESK, "files/schibsted-grotesk-latin-wght-normal.woff2", f"{FIGURES}/fonts/schibsted-grotesk.woff2"),
    (GROTESK, "LICENSE", f"{FIGURES}/fonts/schibsted-grotesk.OFL-1.1.txt"),
    (NEWSREADER, "files/newsreader-latin-wght-normal.woff2", f"{FIGURES}/fonts/newsreader.woff2"),
    (NEWSREADER, "LICENSE", f"{FIGURES}/fonts/newsreader.OFL-1.1.txt"),
    ("echarts", "dist/echarts.min.js", f"{FIGURES}/echarts/echarts.min.js"),
    ("echarts", "LICENSE", f"{FIGURES}/echarts/echarts.Apache-2.0.txt"),
    ("echarts", "NOTICE", f"{FIGURES}/echarts/echarts.NOTICE.txt"),
    ("axe-core", "axe.min.js", "tests/browser/vendor/axe.min.js"),
    ("axe-core", "LICENSE", "tests/browser/vendor/axe.MPL-2.0.txt"),
]
WIDTHS = {
    "grotesk": (f"{FIGURES}/fonts/schibsted-grotesk.woff2", (400, 500, 600)),
    "newsreader": (f"{FIGURES}/fonts/newsreader.woff2", (500,)),
}
PLAIN = {  # what draws PNG files reads neither compressed nor variable fonts
    f"{FIGURES}/fonts/{family.lower().replace(' ', '-')}-{weight}.ttf": (package, path, family, weight)
    for family, package, path, weights in (
        ("Schibsted Grotesk", GROTESK, *WIDTHS["grotesk"]),
        ("Newsreader", NEWSREADER, *WIDTHS["newsreader"]),
    )
    for weight in weights
}
ICONS = re.findall(
    r"\S+",
    """
activity badge-check badge-dollar-sign bell book-open bot briefcase building-2 calendar check circle circle-alert
circle-check circle-help circle-plus clipboard-list clock compass credit-card download eye eye-off flag frown
gift globe handshake headset heart house info key-round laptop lightbulb lock mail map-pin meh megaphone
message-circle minus newspaper octagon-alert package phone plus printer receipt refresh-cw repeat scale search
share-2 shield-check shopping-bag shopping-cart smartphone smile star store tag target thumbs-down thumbs-up ticket
trending-down trending-up triangle-alert truck undo-2 user users video waves wrench
""",
)


def main() -> None:
    """Copy, compute and write the manifest."""
    packages = Path(sys.argv[1])
    manifest: dict[str, dict[str, str]] = {}
    for package, source, target in COPIES:
        content = (packages / package / source).read_bytes()
        manifest[target] = _write(target, content, _origin(packages, package, source))
    for target, content, package, source in [
        (f"{FIGURES}/fonts/widths.json", _widths(), f"{GROTESK}, {NEWSREADER}", "files"),
        (f"{FIGURES}/icons.json", _icons(packages / "lucide-static"), "lucide-static", "icons"),
    ]:
        manifest[target] = _write(target, content, _origin(packages, package.split(",")[0], source))
    for target, (package, path, family, weight) in PLAIN.items():
        manifest[target] = _write(target, _plain(ROOT / path, family, weight), _origin(packages, package, "files"))
    (ROOT / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _origin(packages: Path, package: str, source: str) -> dict[str, str]:
    about = json.loads((packages / package / "package.json").read_text(encoding="utf-8"))
    return {"package": package, "version": about["version"], "licence": about["license"], "source": source}


def _write(target: str, content: bytes, origin: dict[str, str]) -> dict[str, str]:
    path = ROOT / target
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
    return {**origin, "sha384": f"sha384-{digest}"}


def _widths() -> bytes:
    fonts: dict[str, Any] = {}
    for name, (path, weights) in WIDTHS.items():
        fonts[name] = {str(weight): _advances(ROOT / path, weight) for weight in weights}
    return (json.dumps(fonts, indent=None, separators=(",", ":"), ensure_ascii=False) + "\n").encode()


def _advances(path: Path, weight: int) -> dict[str, int]:
    """Return thousandths of the type size by letter."""
    font = instantiateVariableFont(TTFont(path), {"wght": weight})
    metrics, scale = font["hmtx"], 1000 / font["head"].unitsPerEm
    advances = {}
    for code, glyph in sorted(font.getBestCmap().items()):
        if code >= 0x20:
            advances[chr(code)] = round(metrics[glyph][0] * scale)
    return advances


def _plain(path: Path, family: str, weight: int) -> bytes:
    """Return one weight of a variable font as a plain one; the same bytes each time."""
    whole = TTFont(path, recalcTimestamp=False)
    axes = {axis.axisTag: axis.defaultValue for axis in whole["fvar"].axes}
    font = instantiateVariableFont(whole, axes | {"wght": weight})
    font.flavor = None
    for record in font["name"].names:
        if record.nameID in (1, 16):
            record.string = family
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _icons(package: Path) -> bytes:
    drawings = {name: _drawing(package / "icons" / f"{name}.svg") for name in ICONS}
    licence = re.sub(r"\n{3,}", "\n\n", (package / "LICENSE").read_text(encoding="utf-8").strip())
    about = {"licence": licence, "box": 24, "icons": drawings}
    return (json.dumps(about, indent=1, sort_keys=True) + "\n").encode()


def _drawing(path: Path) -> str:
    """Return the shapes of an icon without the frame: its colour and stroke are the user's."""
    text = path.read_text(encoding="utf-8")
    return "".join(re.findall(r"<(?!svg|!|/)[^>]*>", text)).replace(" />", "/>")


if __name__ == "__main__":
    main()
