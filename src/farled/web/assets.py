"""The files that a page loads, each named by its content so that it may be kept for ever."""

from base64 import b32encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import Final

from farled.errors import NotFoundError
from farled.figures import fonts
from farled.figures.tokens import color, variables

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
_STYLES: Final = ("page.css", "parts.css", "table.css", "map.css")


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


def _fonts() -> Iterator[Asset]:
    for family, (name, _) in fonts.FACES.items():
        yield _asset(name, fonts.content(family))


def _scripts() -> Iterator[Asset]:
    for entry in _folder().iterdir():
        if entry.name.endswith(".js"):
            yield _asset(entry.name, entry.read_bytes())


def _mark() -> Asset:
    drawing = _folder().joinpath("mark.svg").read_text(encoding="utf-8")
    return _asset("mark.svg", drawing.replace("currentColor", color("fjord", "light")).encode())


def _style() -> Asset:
    light, dark = f"{variables('light')};--shadow:{_SHADOW}", f"{variables('dark')};--shadow:none"
    themes = (
        f":root{{color-scheme:light;{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n"
        f":root[data-theme=dark]{{color-scheme:dark;{dark}}}\n"
    )
    faces = "".join(fonts.face(family, asset.address) for family, asset in zip(fonts.FACES, _fonts(), strict=True))
    sheets = [_folder().joinpath(name).read_text(encoding="utf-8") for name in _STYLES]
    roots = f":root{{--sans:{fonts.SANS};--serif:{fonts.SERIF}}}\n"
    return _asset("farled.css", "\n".join([themes, faces, roots, *sheets]).encode())


def _asset(name: str, content: bytes) -> Asset:
    stem, dot, ending = name.rpartition(".")
    digest = b32encode(sha256(content).digest()[:10]).decode().lower()
    return Asset(name, content, f"/static/{stem}.{digest}{dot}{ending}")


def _folder() -> Traversable:
    return files("farled.web").joinpath("static")
