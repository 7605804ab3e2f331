"""The files that a page loads, each named by its content so that it may be kept for ever."""

from base64 import b32encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import Final

from farled.errors import NotFoundError
from farled.figures import fonts
from farled.figures.tokens import color, variables
from farled.maps.draw.page import LEAST, SCOPE, roomy
from farled.maps.draw.style import stylesheet, variable
from farled.maps.draw.style import variables as variables_of
from farled.maps.overview.drawing import properties
from farled.maps.overview.drawing import stylesheet as pictures
from farled.maps.overview.drawing import variable as variable_of_picture

_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_SHADOW: Final = (
    "0 1px 2px color-mix(in srgb,var(--ink) 6%,transparent),"
    "0 8px 24px -12px color-mix(in srgb,var(--ink) 20%,transparent)"
)
_STYLES: Final = ("page.css", "parts.css", "table.css", "chart.css", "map.css", "overview.css")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served.

    Attributes:
        name: As the templates call it.
        content: The bytes.
        address: Where it is served; changes with the content.
    """

    name: str
    content: bytes
    address: str

    @property
    def media_type(self) -> str:
        """The value of its ``Content-Type``."""
        return _TYPES[PurePosixPath(self.name).suffix]


@cache
def assets() -> Mapping[str, Asset]:
    """Return every file by name."""
    return {asset.name: asset for asset in (*_fonts(), *_scripts(), _style(), _mark())}


def asset(name: str) -> Asset:
    """Return one file.

    Raises:
        NotFoundError: There is no such file.
    """
    if name not in assets():
        raise NotFoundError.named("file", name, assets())
    return assets()[name]


@cache
def by_address() -> Mapping[str, Asset]:
    """Return every file by its address."""
    return {asset.address: asset for asset in assets().values()}


@lru_cache(maxsize=64)
def map_style(phases: int, width: int) -> Asset:
    """Return the rules of a live map, which hang on how many phases it has and how wide its picture is.

    Args:
        phases: At least 1.
        width: Of the view box.
    """
    light, dark = variables_of("light", phases), variables_of("dark", phases)
    least = f":root{{--least:{round(LEAST * width)}px}}\n"
    heads = "".join(f".head-{at}{{background:{variable(f'depth:{at}:{phases}')}}}\n" for at in range(phases))
    rules = stylesheet(SCOPE, phases, variable).splitlines()
    own = "\n".join(rule for rule in rules if "url(" not in rule)  # a file cannot name the patterns of the page
    text = _themed(light, dark) + least + roomy(width) + heads + own
    return _asset(f"map-{phases}-{width}.css", text.encode())


def _themed(light: str, dark: str) -> str:
    """Return declarations for the theme of the reader's device and for the one that the reader chose."""
    return (
        f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}\n"
        f":root[data-theme=dark]{{{dark}}}\n"
    )


def _fonts() -> Iterator[Asset]:
    for family, (name, _) in fonts.FACES.items():
        yield _asset(name, fonts.content(family))


def _scripts() -> Iterator[Asset]:
    figures = files("farled.figures")
    yield _asset("echarts.min.js", figures.joinpath("echarts", "echarts.min.js").read_bytes())
    yield _asset("marks.js", figures.joinpath("marks.js").read_bytes())
    yield _asset("live.js", files("farled.maps.draw").joinpath("live.js").read_bytes())
    for entry in _folder().iterdir():
        if entry.name.endswith(".js"):
            yield _asset(entry.name, entry.read_bytes())


def _mark() -> Asset:
    drawing = _folder().joinpath("mark.svg").read_text(encoding="utf-8")
    return _asset("mark.svg", drawing.replace("currentColor", color("fjord", "light")).encode())


def _style() -> Asset:
    faces = "".join(fonts.face(family, asset.address) for family, asset in zip(fonts.FACES, _fonts(), strict=True))
    return _asset("farled.css", _rules(faces).encode())


def _rules(faces: str) -> str:
    """Return the rules of every page, with the faces that its fonts have."""
    light = f"{variables('light')};--shadow:{_SHADOW};{properties('light')}"
    dark = f"{variables('dark')};--shadow:none;{properties('dark')}"
    themes = _themed(f"color-scheme:light;{light}", f"color-scheme:dark;{dark}")
    board = files("farled.maps.draw").joinpath("board.css")
    sheets = [sheet.read_text(encoding="utf-8") for sheet in (board, *map(_folder().joinpath, _STYLES))]
    roots = f":root{{--sans:{fonts.SANS};--serif:{fonts.SERIF}}}\n"
    return "\n".join([themes, faces, roots, *sheets, pictures(variable_of_picture)])


@cache
def style_alone() -> str:
    """Return the rules of a page that stands alone, its fonts inside."""
    return _rules(fonts.embedded()) + "body.alone{display:block}.alone main{border-left:0;margin:0 auto}\n"


def _asset(name: str, content: bytes) -> Asset:
    stem, dot, ending = name.rpartition(".")
    digest = b32encode(sha256(content).digest()[:10]).decode().lower()
    return Asset(name, content, f"/static/{stem}.{digest}{dot}{ending}")


def _folder() -> Traversable:
    return files("farled.web").joinpath("static")
