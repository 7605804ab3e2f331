"""A page for every question: its form, the answer as tables, and how to ask the same elsewhere."""

import json
import shlex
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
from farled.web.defaults import first_pairs
from farled.web.forms import form_of, rearranged
from farled.web.pages import page
from farled.web.reader import reader_of, workspace_of

# Not fields of a question: how the page looks, and what stands beside the question.
_LOOKS: Final = ("language", "theme")
_BESIDE: Final = ("where", "during")


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
    topic = _topic(request)
    pairs = _asked(request)
    moved = rearranged(pairs)
    if moved is not None:
        return RedirectResponse(f"{topic.address}?{urlencode(moved)}", 303)
    workspace = workspace_of(request)
    language = reader_of(request).language
    fields = [pair for pair in pairs if pair[0] not in _BESIDE] or first_pairs(topic.name, workspace)
    beside = {name: value for name, value in pairs if name in _BESIDE and value}
    shown: dict[str, Any] = {"problem": None, "finding": "", "sheets": (), "copies": [], "csv": ""}
    status = 200
    try:
        question = from_pairs(topic.name, _filled(fields))
        answer = workspace.ask(question, **beside)
        shown["finding"], shown["sheets"] = told(answer, language)
        shown["csv"] = f"{topic.address}.csv?{urlencode([*_filled(fields), *beside.items()])}"
        shown["copies"] = _copies(topic.name, _filled(fields), beside)
    except FarledError as error:
        shown["problem"], status = error, error.http_status
    form = form_of(topic.name, QUESTIONS[topic.name], fields, collate(workspace.names, language), language)
    during, where = beside.get("during", ""), beside.get("where", "")
    return page(
        request, "question.html", status, topic=topic, form=form, during=during, where=where, segments=(), **shown
    )


def get_csv(request: Request) -> Response:
    """Return the answer as comma-separated text with full precision."""
    topic = _topic(request)
    pairs = _asked(request)
    question = from_pairs(topic.name, _filled([pair for pair in pairs if pair[0] not in _BESIDE]))
    beside = {name: value for name, value in pairs if name in _BESIDE and value}
    text = workspace_of(request).ask(question, **beside).table().csv()
    headers = {"Content-Disposition": f'attachment; filename="{topic.name}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


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


def _asked(request: Request) -> list[tuple[str, str]]:
    """Return the parameters that ask: without those of the looks, and of a tick box only its last word."""
    pairs = [pair for pair in request.query_params.multi_items() if pair[0] not in _LOOKS]
    ticks = {name for name, value in pairs if value in ("true", "false")}
    last = {name: value for name, value in pairs if name in ticks}
    kept = [pair for pair in pairs if pair[0] not in ticks]
    return [*kept, *last.items()]


def _filled(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [pair for pair in pairs if pair[1].strip()]


def _copies(name: str, pairs: list[tuple[str, str]], beside: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return the question as a command, as JSON and as an address of the API: id, name, text."""
    values: dict[str, list[str]] = {}
    for field, value in [*pairs, *beside.items()]:
        values.setdefault(field, []).append(value)
    options = [f"--{field.replace('_', '-')} {shlex.quote(','.join(texts))}" for field, texts in values.items()]
    content = {field: texts if field in _LISTS else texts[-1] for field, texts in values.items()}
    address = f"/api/v1/questions/{name}?{urlencode([*pairs, *beside.items()])}"
    return [
        ("cli", N_("Command line"), " ".join(["farled", name, *options])),
        ("json", "JSON", json.dumps({"question": name, **content}, ensure_ascii=False)),
        ("api", N_("Address of the API"), address),
    ]


_LISTS: Final = ("steps", "between", "hold", "exclude", "optional", "scope")

routes = [
    *(Route(topic.address, get_question) for topic in _TOPICS),
    *(Route(f"{topic.address}.csv", get_csv) for topic in _TOPICS),
    Route("/questions/{name}.csv", get_csv),
    Route("/questions/{name}", get_question),
]
