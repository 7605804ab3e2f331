"""Draw the demo map as the pictures of README and docs: docs/pictures/map-light.png and map-dark.png.

    python tools/pictures.py [FOLDER]

FOLDER is where the demo workspace is, or is to be built; without it a temporary one is used. Needs Chromium, and
playwright and Pillow (extra ``dev``).
"""

import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import get_args

from PIL import Image
from playwright.sync_api import sync_playwright

from farled.figures.tokens import Theme
from farled.workspace.demo import MAP, PERIOD, demo

TARGET = Path(__file__).parents[1] / "docs" / "pictures"
LARGEST = 350 * 1024
WIDTH = 1680


def main() -> None:
    """Draw both."""
    with tempfile.TemporaryDirectory() as temporary:
        workspace = demo(sys.argv[1] if len(sys.argv) > 1 else f"{temporary}/shop")
        for theme in get_args(Theme):
            source = Path(temporary) / f"{theme}.svg"
            workspace.draw(MAP, source, period=PERIOD, language="en", theme=theme)
            target = TARGET / f"map-{theme}.png"
            _photograph(source, target)
            print(f"{target}: {target.stat().st_size / 1024:.0f} KiB")
            if target.stat().st_size > LARGEST:
                sys.exit(f"{target} is larger than {LARGEST // 1024} KiB")


def _photograph(source: Path, target: Path) -> None:
    """Photograph an SVG as wide as it was drawn, in 256 colours that leave small areas theirs: a third of the room."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 1000})
        page.goto(source.as_uri())
        page.wait_for_function("document.fonts.status === 'loaded'")
        taken = page.locator("svg").first.screenshot()
        browser.close()
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    few = picture.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE)
    few.save(target, optimize=True)


if __name__ == "__main__":
    main()
