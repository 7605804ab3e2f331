"""A map as PDF: tagged, with its language and title, fonts inside, light whatever the screen is."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from itertools import pairwise
from typing import Any, Final, Literal

from farled.errors import InputError, MissingExtraError
from farled.maps.draw.picture import Picture, picture, static_svg
from farled.maps.draw.reading import view
from farled.maps.draw.view import View
from farled.maps.export.document import Sheet, document
from farled.maps.export.paper import A4, A4_ACROSS, ACROSS, ALMOST, LEAST_SCALE, room, smallest
from farled.maps.export.phase_view import phase_view
from farled.maps.export.taken import Taken

PaperName = Literal["auto", "a4"]
HIGHER: Final = 1.04
"""By which ways between touchpoints may make a picture higher."""
_BOX: Final = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_TEXT: Final = re.compile(r'<text class="([^"]*) halo"([^>]*)>([^<]*)</text>')


def map_pdf(taken: Taken, paper: str = "auto") -> bytes:
    """Return a map as PDF: the picture, then every number as tables, findings, sources, definitions and method.

    Args:
        taken: What is taken along.
        paper: ``auto``: the picture on the smallest sheet of A3 to A0 on which no text is under 7 pt. ``a4``:
            one phase per sheet, for printers in offices.

    Raises:
        MissingExtraError: The extra ``pdf`` is not installed, or the libraries of the system that it needs.
        InputError: There is no such paper.
    """
    if paper not in ("auto", "a4"):
        raise InputError(f"There is no paper {paper!r} here.", "Use auto or a4.")
    library = _library()
    seen = view(taken.map, taken.snapshot, taken.language, taken.showing)
    sheets = _phases(seen) if paper == "a4" else _whole(seen)
    tables = A4_ACROSS if paper == "a4" else ACROSS[0]
    html = document(taken, seen, sheets, tables)
    with _quiet():
        made: bytes = library.HTML(string=html, url_fetcher=_only_inside(library)).write_pdf(
            pdf_variant="pdf/ua-1", pdf_identifier=taken.map.hash.encode(), font_config=None
        )
    return made


def _whole(seen: View) -> list[Sheet]:
    """Return the picture on its sheet; on several, cut between rows, where even the largest is too small."""
    bare = replace(seen, transitions=())  # what goes where costs most of the time and adds little height
    drawn: dict[float, tuple[float, float]] = {}

    def measure(asked: float) -> tuple[float, float]:
        if asked not in drawn:
            found = picture(bare, live=False, width=asked)
            drawn[asked] = (found.width, HIGHER * found.height)
        return drawn[asked]

    fit = smallest(measure)
    svg = _plain(static_svg(seen, "light", fonts=False, width=fit.asked))
    width, height = _size(svg)
    wide, high = room(fit.paper)
    scale = min(wide / width, high / height)
    if scale >= LEAST_SCALE * ALMOST or height * LEAST_SCALE <= high:
        return [Sheet(fit.paper, svg, width * scale, height * scale, "")]
    scale = min(LEAST_SCALE, wide / width)
    cuts = _cuts(picture(seen, live=False, width=fit.asked), high / scale)
    return [
        Sheet(fit.paper, _piece(svg, width, top, bottom), width * scale, (bottom - top) * scale, "")
        for top, bottom in pairwise(cuts)
    ]


def _phases(seen: View) -> list[Sheet]:
    return [_phase(phase_view(seen, at), phase.name) for at, phase in enumerate(seen.phases)]


def _phase(alone: View, name: str) -> Sheet:
    """Return a phase on the sheet, upright or across, and in the width, in which it is largest."""
    bare, fits = replace(alone, transitions=()), []
    for paper in (A4, A4_ACROSS):
        wide, high = room(paper)
        for asked in (wide / LEAST_SCALE, 1.25 * wide / LEAST_SCALE):
            found = picture(bare, live=False, width=asked)
            fits.append((min(wide / found.width, high / found.height), asked, paper))
    _, asked, paper = max(fits)
    svg = _plain(static_svg(alone, "light", fonts=False, width=asked))
    width, height = _size(svg)
    scale = min(room(paper)[0] / width, room(paper)[1] / height)
    return Sheet(paper, svg, width * scale, height * scale, name)


def _size(svg: str) -> tuple[float, float]:
    found = _BOX.search(svg)
    return (float(found[1]), float(found[2])) if found else (1.0, 1.0)


def _cuts(found: Picture, high: float) -> list[float]:
    """Return where a picture is cut so that no piece is higher than the room."""
    cuts, top = [0.0], 0.0
    for here, following in pairwise([*found.breaks, found.height]):
        if following - top > high * 1.0001 and here > top:
            top = here
            cuts.append(here)
    return [*cuts, found.height]


def _piece(svg: str, width: float, top: float, bottom: float) -> str:
    box = f'viewBox="0 {top:g} {width:g} {bottom - top:g}" width="{width:g}" height="{bottom - top:g}"'
    return re.sub(r'viewBox="[^"]*" width="[^"]*" height="[^"]*"', box, svg, count=1)


def _plain(svg: str) -> str:
    """Return a picture for a renderer that paints edges of letters after their fill: the halo is a text of its own."""
    return _TEXT.sub(r'<text class="\1 halo"\2>\3</text><text class="\1"\2>\3</text>', svg)


def _library() -> Any:
    try:
        return import_module("weasyprint")
    except ImportError as error:
        raise MissingExtraError.named("pdf", "write a map as PDF") from error
    except OSError as error:
        message = f"WeasyPrint finds no Pango on this machine ({str(error).splitlines()[0]})."
        raise MissingExtraError(
            message, "Install Pango; Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0"
        ) from error


def _only_inside(library: Any) -> Any:
    """Return a fetcher that reads what stands in the document itself, and nothing else."""
    return import_module(f"{library.__name__}.urls").URLFetcher(allowed_protocols=("data",), allow_redirects=False)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep remarks about CSS that paper does not know from the terminal."""
    loggers = [logging.getLogger(name) for name in ("weasyprint", "fontTools", "fontTools.subset")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
