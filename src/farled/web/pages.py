"""A page: a template filled in the language of its reader."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from farled import locale
from farled.errors import NotFoundError
from farled.locale import N_, translator
from farled.web.assets import asset
from farled.web.reader import Reader, reader_of, remember

LANGUAGE_NAMES: Final = {"sv": "Svenska", "nb": "Norsk", "da": "Dansk", "en": "English"}
THEME_NAMES: Final = {"light": N_("Light"), "dark": N_("Dark"), "system": N_("As my device")}


@dataclass(frozen=True, slots=True)
class Way:
    """An entry of the rail.

    Attributes:
        address: Where it leads.
        icon: Name of its drawing.
        name: Text to be translated.
    """

    address: str
    icon: str
    name: str


WAYS: Final = (
    Way("/", "house", N_("Start")),
    Way("/guide", "compass", N_("Guide")),
    Way("/maps", "map", N_("Maps")),
    Way("/personas", "users", N_("Personas")),
    Way("/opportunities", "lightbulb", N_("Opportunities")),
    Way("/funnels", "filter", N_("Funnels")),
    Way("/paths", "route", N_("Paths")),
    Way("/flow", "waypoints", N_("Flow")),
    Way("/questions", "circle-help", N_("Questions")),
)


def page(request: Request, template: str, status: int = 200, **context: object) -> HTMLResponse:
    """Return a page in the language and theme of its reader.

    Args:
        request: What was asked for.
        template: File in ``templates/``.
        status: HTTP status.
        context: What the template shows.
    """
    reader = reader_of(request)
    text = (
        _environment(reader.language)
        .get_template(template)
        .render(
            reader=reader,
            way=_way(request.url.path),
            here=partial(_here, request),
            **{"layout": "base.html", "alone": False, **context},
        )
    )
    response = HTMLResponse(text, status, headers={"Content-Language": reader.language})
    remember(request, response)
    return response


def alone(template: str, language: str, css: str, **context: object) -> str:
    """Return a page as one HTML file that needs nothing else.

    Args:
        template: File in ``templates/`` that extends ``layout``.
        language: Of its texts.
        css: All rules, fonts included.
        context: What the template shows.
    """
    filled = {"layout": "alone.html", "alone": True, "css": css, **context}
    return _environment(language).get_template(template).render(**filled)


def _way(path: str) -> str:
    """Return the address of the entry that a page belongs to; empty for none."""
    first = "/" + path.split("/")[1]
    return next((way.address for way in WAYS if way.address == first), "")


def _here(request: Request, **changes: str) -> str:
    """Return the address of this page with some of its parameters changed."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in changes]
    return f"{request.url.path}?{urlencode([*kept, *changes.items()])}"


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("farled.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    texts = translator(language)
    install: Callable[..., None] = getattr(environment, "install_gettext_callables")  # noqa: B009  (the extension adds it)
    install(texts.gettext, texts.ngettext, newstyle=True, pgettext=texts.pgettext, npgettext=texts.npgettext)
    environment.globals.update(
        asset=lambda name: asset(name).address,
        icon=icon,
        language=language,
        languages=LANGUAGE_NAMES,
        themes=THEME_NAMES,
        ways=WAYS,
    )
    environment.filters.update(_filters(language))
    return environment


def _filters(language: str) -> dict[str, Callable[..., Any]]:
    writers = ("number", "percent", "points", "signed", "signed_percent", "date", "clock", "duration")
    filters: dict[str, Callable[..., Any]] = {
        name: partial(getattr(locale, name), language=language) for name in writers
    }
    filters["collate"] = partial(locale.collate, language=language)
    filters["figures"] = figures
    return filters


def icon(name: str) -> Markup:
    """Return a drawing that stands beside its word and is not read aloud.

    Raises:
        NotFoundError: No such icon is shipped.
    """
    if name not in _icons():
        raise NotFoundError.named("icon", name, _icons())
    return Markup('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>').format(
        Markup(_icons()[name])
    )


def figures(text: str) -> Markup:
    """Return a number whose marks keep their own width where digits all have the same."""
    parts = re.split("([.,])", text)
    return Markup("").join(
        Markup('<span class="mark">{}</span>').format(part) if part in ".," else part for part in parts
    )


@cache
def _icons() -> Mapping[str, str]:
    text = files("farled.web").joinpath("icons.json").read_text(encoding="utf-8")
    drawings: dict[str, str] = json.loads(text)["icons"]
    return drawings


__all__ = ["LANGUAGE_NAMES", "THEME_NAMES", "WAYS", "Reader", "Way", "icon", "page"]
