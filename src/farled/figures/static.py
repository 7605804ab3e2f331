"""Charts without a browser: ECharts in V8, its SVG cleaned so that one picture is the same bytes each time."""

import atexit
import json
import os
import re
import sys
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.resources import files
from threading import Lock
from typing import Any, Final

from farled.errors import FarledError, MissingExtraError
from farled.figures.fonts import FACES
from farled.figures.tokens import Theme, roles

MEMORY: Final = 256_000_000
SECONDS: Final = 20

_lock = Lock()


def is_installed() -> bool:
    """Return whether the extra that draws is there."""
    try:
        _engine_class()
    except MissingExtraError:
        return False
    return True


def drawn(option: Mapping[str, Any], theme: Theme, width: float, height: float) -> str:
    """Return the shapes of a chart as SVG elements without their frame.

    Args:
        option: Of ECharts, with colours by role.
        theme: Whose colours it takes.
        width: Pixels.
        height: Pixels.

    Raises:
        MissingExtraError: The extra ``charts`` is not installed.
        FarledError: The chart takes too long or too much memory.
    """
    still = {**option, "animation": False, "series": [_still(each) for each in option["series"]]}
    still.pop("tooltip", None)
    text = json.dumps(still, ensure_ascii=False)
    with _lock:
        raw = _call(os.getpid(), text, roles(theme), width, height)
    return _clean(raw)


def png(svg: str, scale: float) -> bytes:
    """Return an SVG as a PNG file, set in Farled's fonts.

    Args:
        svg: Text of the whole document.
        scale: Pixels per unit.

    Raises:
        MissingExtraError: The extra ``charts`` is not installed.
    """
    try:
        import resvg_py  # noqa: PLC0415  an extra
    except ImportError as error:
        raise MissingExtraError.named("charts", "write pictures as PNG") from error
    folder = files("farled.figures").joinpath("fonts")
    fonts = sorted(str(entry) for entry in folder.iterdir() if entry.name.endswith(".ttf"))
    sans, serif = FACES
    return resvg_py.svg_to_bytes(
        svg_string=svg, zoom=scale, skip_system_fonts=True, font_files=fonts, font_family=sans, serif_family=serif
    )


def _still(series: Mapping[str, Any]) -> dict[str, Any]:
    return {**series, "silent": True, "emphasis": {"disabled": True}}


def _call(process: int, option: str, colors: Mapping[str, str], width: float, height: float) -> str:
    engine_class = _engine_class()
    fault_class = import_module(engine_class.__module__.partition(".")[0]).JSEvalException
    try:
        limit = {} if _is_in_event_loop() else {"timeout_sec": SECONDS}
        found: str = _engine(process).call("farledDraw", option, dict(colors), width, height, **limit)
    except fault_class as error:
        _engine.cache_clear()
        fault = f"{type(error).__name__}: {str(error)[:200].splitlines()[0]}"  # the whole text holds all of ECharts
        raise FarledError(f"The picture could not be drawn ({fault}).", "Ask for fewer rows.") from None
    return found


def _is_in_event_loop() -> bool:
    """Return whether an event loop runs here, as in a notebook; there V8 takes no limit of time."""
    asyncio = sys.modules.get("asyncio")  # a loop runs only where it was imported, and that takes long
    if asyncio is None:
        return False
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@cache
def _engine(process: int) -> Any:
    """Return the engine of this process; one that was made before a fork is not used."""
    engine = _engine_class()()
    atexit.register(engine.close)  # at the end of the process V8 must go before its thread
    engine.set_hard_memory_limit(MEMORY)
    folder = files("farled.figures")
    for name in ("echarts/echarts.min.js", "marks.js", "static.js"):
        engine.eval(folder.joinpath(name).read_text(encoding="utf-8") + "\n;0")
    widths = folder.joinpath("fonts", "widths.json").read_text(encoding="utf-8")
    engine.eval(f"farledWidths = {widths};0")
    return engine


def _engine_class() -> Any:
    try:
        from py_mini_racer import MiniRacer  # noqa: PLC0415  an extra
    except ImportError as error:
        raise MissingExtraError.named("charts", "draw pictures") from error
    return MiniRacer


def _clean(svg: str) -> str:
    """Return the inside of an SVG of ECharts without styles, classes and running numbers."""
    inside = svg[svg.index(">") + 1 : svg.rindex("</svg>")]
    inside = re.sub(r"<style.*?</style>", "", inside, flags=re.DOTALL)
    inside = re.sub(r'\s(?:class|ecmeta_\w+|pointer-events)="[^"]*"', "", inside)
    inside = re.sub(r"<rect [^>]*fill=\"none\"[^>]*></rect>", "", inside, count=1)
    names: dict[str, str] = {}
    for found in re.findall(r'id="(zr\d+-[\w-]+)"', inside):
        names.setdefault(found, f"{len(names)}")
    plain = re.sub(r"zr\d+-[\w-]+", lambda match: names.get(match[0], match[0]), inside)
    mark = f"f{sha256(plain.encode()).hexdigest()[:8]}"
    return re.sub(r"zr\d+-[\w-]+", lambda match: f"{mark}-{names.get(match[0], 'x')}", inside).strip()
