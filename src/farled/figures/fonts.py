"""The two faces of Farled, as CSS with the font files inside or beside."""

from base64 import b64encode
from functools import cache
from importlib.resources import files
from typing import Final

FACES: Final = {
    "Schibsted Grotesk": ("schibsted-grotesk.woff2", "400 900"),
    "Newsreader": ("newsreader.woff2", "200 800"),
}
SANS: Final = '"Schibsted Grotesk",system-ui,-apple-system,"Segoe UI",sans-serif'
SERIF: Final = 'Newsreader,Georgia,"Times New Roman",serif'


@cache
def embedded() -> str:
    """Return ``@font-face`` rules that hold the font files, for a document that stands alone."""
    return "".join(face(family, f"data:font/woff2;base64,{b64encode(content(family)).decode()}") for family in FACES)


def face(family: str, address: str) -> str:
    """Return the ``@font-face`` rule of a family whose file is at an address."""
    _, weights = FACES[family]
    return (
        f'@font-face{{font-family:"{family}";font-style:normal;font-weight:{weights};font-display:swap;'
        f'src:url({address}) format("woff2")}}'
    )


def content(family: str) -> bytes:
    """Return the font file of a family."""
    name, _ = FACES[family]
    return files("farled.figures").joinpath("fonts", name).read_bytes()
