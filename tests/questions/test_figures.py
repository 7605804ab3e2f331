"""Every answer has a picture, and the picture says nothing that its table does not."""

import json
import re

import numpy as np
import pyarrow as pa
import pytest

import farled
from farled.figures.figure import MOST_MARKS, Figure
from farled.figures.static import is_installed
from farled.locale import LANGUAGES, duration, number, percent, points, signed
from farled.questions import QUESTIONS
from farled.questions.forms import from_plain
from farled.stats.intervals import Estimate, Rate

FUNNEL = {"question": "funnel", "steps": ["visit", "cart", "order"], "within": "30d"}
EXAMPLES = {
    "funnel": [FUNNEL, {**FUNNEL, "by": "channel"}],
    "flow": [{}, {"loops": False}],
    "paths": [{"end": "order"}, {"start": "visit", "length": 4}],
    "timing": [{"start": "visit", "end": "order", "within": "60d"}],
    "sessions": [{}],
    "variants": [{}],
    "attribution": [{"goal": "order", "model": "all", "resamples": 50}, {"goal": "order", "resamples": 50}],
    "retention": [{"start": "visit"}, {"start": "visit", "by": "channel"}],
    "lifecycle": [{}],
    "nps": [{"by": "channel"}],
    "csat": [{}],
    "ces": [{}],
    "sentiment": [{}],
    "topics": [{}],
    "compare": [{"of": FUNNEL, "a": {"during": "2026-02"}, "b": {"during": "2026-03"}}],
    "drivers": [{"step": 3, "of": FUNNEL}],
    "trend": [{"of": FUNNEL, "period": "week"}],
    "robust": [{"of": FUNNEL}],
}
SAID = ["Mycket bra hjälp av butiken", "Dålig leverans och sen", "Helt okej upplevelse i kassan"]
NUMBER = re.compile(r"\d[\d,.]*")


@pytest.fixture(scope="module")
def shop():
    rng = np.random.default_rng(7)
    start, rows = np.datetime64("2026-01-05T08:00:00"), []
    for customer in range(160):
        time = start + np.timedelta64(int(rng.integers(0, 80 * 24 * 60)), "m")
        for _ in range(int(rng.integers(2, 12))):
            name = str(rng.choice(["visit", "cart", "order", "survey"], p=[0.5, 0.25, 0.15, 0.1]))
            asked = name == "survey"
            rows.append(
                {
                    "customer": f"c{customer}",
                    "time": f"{time}Z",
                    "name": name,
                    "channel": str(rng.choice(["web", "app", "Butik på Sveavägen"])),
                    "score": float(rng.integers(0, 11)) if asked else None,
                    "scale": "nps" if asked else None,
                    "text": SAID[int(rng.integers(3))] if asked else None,
                }
            )
            time += np.timedelta64(int(rng.exponential(60 * 40)), "m")
    return farled.read(pa.Table.from_pylist(rows))


def questions():
    return [
        pytest.param({"question": name, **each}, id=f"{name}-{at}")
        for name in QUESTIONS
        for at, each in enumerate(EXAMPLES.get(name, []))
    ]


def spoken(question):
    """The example as this version of the question takes it."""
    plain = dict(question)
    if "of" in plain and not isinstance(plain["of"], dict):
        plain["of"] = FUNNEL
    return from_plain(plain)


def numbers_of(table):
    """Every number of a table in every way in which a picture may write it, in English."""
    found = set()
    for row in table.rows:
        for cell in row:
            parts = [cell] if isinstance(cell, int | float) else []
            if isinstance(cell, Rate | Estimate):
                parts = [cell.value, cell.low, cell.high, cell.n, getattr(cell, "part", None)]
                parts += [1 - cell.value] if isinstance(cell, Rate) and cell.n else []
            for part in parts:
                found |= ways(part)
            if isinstance(cell, str):
                found |= set(NUMBER.findall(cell))
    for heading in table.headings:
        found |= set(NUMBER.findall(heading))
    return found


def ways(part):
    if part is None:
        return set()
    texts = [number(part, "en", digits) for digits in (0, 1, 2)] + [signed(part, "en", digits) for digits in (0, 1, 2)]
    texts += [percent(part, "en"), percent(part, "en", 0), points(part, "en"), duration(part, "en")]
    return {each for text in texts for each in NUMBER.findall(text)}


def told(option):
    """Every text of an option that a reader sees beside a mark."""
    if isinstance(option, dict):
        for key, value in option.items():
            if key == "tip" or (key == "formatter" and isinstance(value, str)):
                yield value
            else:
                yield from told(value)
    elif isinstance(option, list):
        for each in option:
            yield from told(each)


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


def test_every_question_has_an_example():
    assert set(EXAMPLES) == set(QUESTIONS)


@pytest.mark.parametrize("question", questions())
def test_every_answer_has_pictures_whose_numbers_are_in_their_tables(shop, question):
    answer = shop.ask(spoken(question))
    assert "figure" in vars(type(answer)) or any("figure" in vars(kind) for kind in type(answer).__mro__[1:-2])
    for figure in answer.figures():
        assert isinstance(figure, Figure)
        known = numbers_of(figure.table()) | {"95", "100"}
        said = {each for text in told(figure.option("en")) for each in NUMBER.findall(text)}
        assert {each.rstrip(".,") for each in said} - {each.rstrip(".,") for each in known} == set()


@pytest.mark.parametrize("question", questions())
def test_options_are_plain_json_with_colours_by_role_in_every_language_and_width(shop, question):
    for figure in shop.ask(spoken(question)).figures():
        for language in LANGUAGES:
            option = figure.option(language, 300 if language == "nb" else 760)
            assert json.loads(json.dumps(option, allow_nan=False)) == option
            assert not [text for text in strings(option) if re.fullmatch(r"#[0-9a-f]{3,8}|rgba?\(.*", text)]
            assert sum(len(each.get("data", ())) for each in option["series"]) <= 3 * MOST_MARKS
            assert figure.finding(language)
        assert figure.finding("sv") != figure.finding("en") or ":" in figure.finding("en")


@pytest.mark.skipif(not is_installed(), reason="the extra charts is not installed")
@pytest.mark.parametrize("question", questions())
def test_a_picture_is_the_same_bytes_each_time_and_holds_no_style_or_class(shop, question):
    figure = shop.ask(spoken(question)).figure()
    text = figure.svg("dark", "da", 380)
    assert figure.svg("light", "sv") != text
    assert figure.svg("dark", "da", 380) == text
    assert re.findall(r"<style|class=|ecmeta|zr\d", text) == []
    assert 'role="img"' in text


def test_a_notebook_shows_the_picture_above_the_table_or_names_the_extra(shop, monkeypatch):
    answer = shop.ask(from_plain(FUNNEL))
    if is_installed():
        html = answer._repr_html_()
        assert html.index("<svg") < html.index("<table")
    monkeypatch.setattr("farled.engine.base.is_installed", lambda: False)
    html = answer._repr_html_()
    assert "<svg" not in html
    assert "farled[charts]" in html
