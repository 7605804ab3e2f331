"""A page for every question: its form, the answer as tables, and how to ask the same elsewhere."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from farled.errors import FarledError, NotFoundError
from farled.locale import N_, collate
from farled.questions import QUESTIONS
from farled.questions.forms import from_pairs
from farled.web.answers import told
from farled.web.asking import BESIDE, as_address, as_command, as_json, canonical, exact
from farled.web.defaults import first_pairs
from farled.web.forms import form_of, rearranged
from farled.web.pages import page
from farled.web.reader import map_of, reader_of, workspace_of

_LOOKS: Final = ("language", "theme")


@dataclass(frozen=True, slots=True)
class Topic:
    """The page of a question.

    Attributes:
        name: Of the question.
        address: Of the page.
        title: Text to be translated.
        lead: One sentence below it, to be translated.
    """

    name: str
    address: str
    title: str
    lead: str


_TOPICS: Final = (
    Topic(
        "funnel",
        "/funnels",
        N_("How far do customers get?"),
        N_("A funnel counts who does the steps in order, and where the others leave."),
    ),
    Topic(
        "paths",
        "/paths",
        N_("Which ways do they take?"),
        N_("Paths show the most common ways from a start, to an end or between two touchpoints."),
    ),
    Topic(
        "flow",
        "/flow",
        N_("What follows what?"),
        N_("Flow counts how customers go from each touchpoint to the next, with starts and ends."),
    ),
)


def topics() -> tuple[Topic, ...]:
    """Return the page of every question in the registry."""
    known = {topic.name: topic for topic in _TOPICS}
    return tuple(known.get(name) or _plain_topic(name) for name in QUESTIONS)


def get_question(request: Request) -> Response:
    """Show a question, asked by the address or as the event names suggest, with its answer."""
    topic, workspace = _topic(request), workspace_of(request)
    kind, written = QUESTIONS[topic.name], _written(request)
    short = canonical(kind, rearranged(written) or written, workspace.names)
    if short != written:
        return RedirectResponse(f"{topic.address}?{urlencode([*short, *_looks(request)])}", 303)
    language = reader_of(request).language
    fields = [pair for pair in short if pair[0] not in BESIDE] or first_pairs(topic.name, workspace)
    beside = {name: value for name, value in short if name in BESIDE}
    shown: dict[str, Any] = {"problem": None, "finding": "", "sheets": (), "copies": (), "csv": ""}
    status = 200
    try:
        question = from_pairs(topic.name, exact(fields, workspace.names))
        shown["finding"], shown["sheets"] = told(workspace.ask(question, **_found(request, beside)), language)
        shown["csv"] = f"{topic.address}.csv?{urlencode([*fields, *beside.items()])}"
        shown["copies"] = (
            ("cli", N_("Command line"), as_command(question, beside)),
            ("json", "JSON", as_json(question, beside)),
            ("api", N_("Address of the API"), as_address(topic.name, exact(fields, workspace.names), beside)),
        )
    except FarledError as error:
        shown["problem"], status = error, error.http_status
    form = form_of(topic.name, kind, fields, collate(workspace.names, language), language)
    segments = sorted(workspace.segments())
    return page(request, "question.html", status, topic=topic, form=form, beside=beside, segments=segments, **shown)


def get_csv(request: Request) -> Response:
    """Return the answer as comma-separated text with full precision."""
    topic, workspace = _topic(request), workspace_of(request)
    pairs = canonical(QUESTIONS[topic.name], _written(request), workspace.names)
    fields = [pair for pair in pairs if pair[0] not in BESIDE]
    beside = {name: value for name, value in pairs if name in BESIDE}
    question = from_pairs(topic.name, exact(fields, workspace.names))
    text = workspace.ask(question, **_found(request, beside)).table().csv()
    headers = {"Content-Disposition": f'attachment; filename="{topic.name}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _found(request: Request, beside: dict[str, str]) -> dict[str, Any]:
    """Return what stands beside the question with the map itself in place of its id."""
    return {**beside, "map": map_of(request, beside["map"])} if "map" in beside else dict(beside)


def _written(request: Request) -> list[tuple[str, str]]:
    return [pair for pair in request.query_params.multi_items() if pair[0] not in _LOOKS]


def _looks(request: Request) -> list[tuple[str, str]]:
    return [pair for pair in request.query_params.multi_items() if pair[0] in _LOOKS]


def _topic(request: Request) -> Topic:
    """Return the page that an address belongs to.

    Raises:
        NotFoundError: There is no such question.
    """
    address = request.url.path.removesuffix(".csv")
    for topic in topics():
        if topic.address == address:
            return topic
    raise NotFoundError.named("question", address.rpartition("/")[2], QUESTIONS)


def _plain_topic(name: str) -> Topic:
    first_line = (QUESTIONS[name].__doc__ or "").partition("\n")[0]
    return Topic(name, f"/questions/{name}", name.capitalize(), first_line)


routes = [
    *(Route(topic.address, get_question) for topic in _TOPICS),
    *(Route(f"{topic.address}.csv", get_csv) for topic in _TOPICS),
    Route("/questions/{name}.csv", get_csv),
    Route("/questions/{name}", get_question),
]
