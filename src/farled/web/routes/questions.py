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
from farled.web.asking import as_address, as_command, as_json, beside, canonical, exact
from farled.web.charts import pictures
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
    Topic(
        "variants",
        "/questions/variants",
        N_("Which whole journeys are there?"),
        N_("Variants are the different journeys from beginning to end, the most common first."),
    ),
    Topic(
        "timing",
        "/questions/timing",
        N_("How long does it take?"),
        N_("Timing shows the time from one touchpoint to another, and who is still waiting."),
    ),
    Topic(
        "sessions",
        "/questions/sessions",
        N_("How often do they come?"),
        N_("Sessions are parted by a silence: how many there are, how long they take, and how much is done in each."),
    ),
    Topic(
        "compare",
        "/questions/compare",
        N_("What differs?"),
        N_("Compare asks one question of two segments or two periods, and says which numbers differ."),
    ),
    Topic(
        "drivers",
        "/questions/drivers",
        N_("What came before?"),
        N_("Drivers are what happened before a step, with those who took it and those who did not."),
    ),
    Topic(
        "trend",
        "/questions/trend",
        N_("What changes over time?"),
        N_("Trend asks a question of every day, week or month, and marks where its numbers change."),
    ),
    Topic(
        "robust",
        "/questions/robust",
        N_("How sure is the number?"),
        N_("Robust asks a question again under other windows, tie rules, cuts and models."),
    ),
    Topic(
        "retention",
        "/questions/retention",
        N_("Who comes back?"),
        N_("Retention counts how many of those who start in a period are back in the periods after it."),
    ),
    Topic(
        "lifecycle",
        "/questions/lifecycle",
        N_("Who is new, who stays, who falls silent?"),
        N_("Lifecycle counts the new, active, returned and dormant customers of each period."),
    ),
    Topic(
        "attribution",
        "/questions/attribution",
        N_("Which touchpoints get the credit?"),
        N_("Attribution shares conversions out to what came before them, by several models side by side."),
    ),
    Topic(
        "nps",
        "/questions/nps",
        N_("Would customers recommend us?"),
        N_("The net promoter score: the share of 9 and 10 minus the share of 0 to 6."),
    ),
    Topic(
        "csat",
        "/questions/csat",
        N_("Are customers satisfied?"),
        N_("The share of 4 and 5 on the scale from 1 to 5."),
    ),
    Topic(
        "ces",
        "/questions/ces",
        N_("Was it easy?"),
        N_("The mean on the scale from 1 to 7, where 7 is easy."),
    ),
    Topic(
        "sentiment",
        "/questions/sentiment",
        N_("What do customers feel?"),
        N_("The feeling in what customers write, in Swedish, Norwegian, Danish and English."),
    ),
    Topic(
        "topics",
        "/questions/topics",
        N_("What do customers write about?"),
        N_("Groups of words that texts have together, with their shares and some quotes."),
    ),
)


def topics() -> tuple[Topic, ...]:
    """Return the page of every question in the registry."""
    known = {topic.name: topic for topic in _TOPICS}
    return tuple(known.get(name) or _plain_topic(name) for name in QUESTIONS)


def get_questions(request: Request) -> Response:
    """Show all questions."""
    return page(request, "questions.html", topics=topics())


def get_question(request: Request) -> Response:
    """Show a question, asked by the address or as the event names suggest, with its answer."""
    topic, workspace = _topic(request), workspace_of(request)
    kind, written = QUESTIONS[topic.name], _written(request)
    short = canonical(kind, rearranged(written) or written, workspace.names)
    if short != written:
        return RedirectResponse(f"{topic.address}?{urlencode([*short, *_looks(request)])}", 303)
    language = reader_of(request).language
    fields, others = _parted(kind, short)
    fields = fields or first_pairs(topic.name, workspace)
    shown: dict[str, Any] = {"problem": None, "finding": "", "sheets": (), "pictures": (), "copies": (), "csv": ""}
    status = 200
    try:
        question = from_pairs(topic.name, exact(QUESTIONS[topic.name], fields, workspace.names))
        answer = workspace.ask(question, **_found(request, others))
        shown["finding"], shown["sheets"] = told(answer, language)
        shown["pictures"] = pictures(answer, language)
        shown["finding"] = shown["finding"] or shown["pictures"][0].finding
        shown["csv"] = f"{topic.address}.csv?{urlencode([*fields, *others.items()])}"
        shown["copies"] = (
            ("cli", N_("Command line"), as_command(question, others)),
            ("json", "JSON", as_json(question, others)),
            (
                "api",
                N_("Address of the API"),
                as_address(topic.name, exact(QUESTIONS[topic.name], fields, workspace.names), others),
            ),
        )
    except FarledError as error:
        shown["problem"], status = error, error.http_status
    form = form_of(topic.name, kind, fields, collate(workspace.names, language), language)
    segments = sorted(workspace.segments())
    told_beside = {"beside": others, "segments": segments, "may_group": "by" in beside(kind)}
    return page(request, "question.html", status, topic=topic, form=form, **told_beside, **shown)


def get_moved(request: Request) -> Response:
    """Send on from ``/questions/funnel`` to the page that has an address of its own."""
    name, dot, csv = request.url.path.rpartition("/")[2].partition(".")
    address = next(topic.address for topic in _TOPICS if topic.name == name)
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{address}{dot}{csv}{query}", 308)


def get_csv(request: Request) -> Response:
    """Return the answer as comma-separated text with full precision."""
    topic, workspace = _topic(request), workspace_of(request)
    pairs = canonical(QUESTIONS[topic.name], _written(request), workspace.names)
    fields, others = _parted(QUESTIONS[topic.name], pairs)
    question = from_pairs(topic.name, exact(QUESTIONS[topic.name], fields, workspace.names))
    text = workspace.ask(question, **_found(request, others)).table().csv()
    headers = {"Content-Disposition": f'attachment; filename="{topic.name}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _parted(kind: Any, pairs: list[tuple[str, str]]) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """Return the fields of a question, and what stands beside it."""
    known = beside(kind)
    return [pair for pair in pairs if pair[0] not in known], dict(pair for pair in pairs if pair[0] in known)


def _found(request: Request, others: dict[str, str]) -> dict[str, Any]:
    """Return what stands beside the question with the map itself in place of its id."""
    return {**others, "map": map_of(request, others["map"])} if "map" in others else dict(others)


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


_APART: Final = tuple(topic for topic in _TOPICS if not topic.address.startswith("/questions/"))

routes = [
    *(Route(topic.address, get_question) for topic in _APART),
    *(Route(f"{topic.address}.csv", get_csv) for topic in _APART),
    *(Route(f"/questions/{topic.name}{ending}", get_moved) for topic in _APART for ending in ("", ".csv")),
    Route("/questions", get_questions),
    Route("/questions/{name}.csv", get_csv),
    Route("/questions/{name}", get_question),
]
