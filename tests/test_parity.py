"""One question, one answer: Python, plain values, command line and web say the same."""

import json
import sys

import pyarrow as pa
import pyarrow.csv
import pytest
from starlette.testclient import TestClient

import farled
from farled.cli.main import run
from farled.questions import (
    QUESTIONS,
    Attribution,
    Ces,
    Compare,
    Csat,
    Drivers,
    Flow,
    Funnel,
    Lifecycle,
    Nps,
    Paths,
    Retention,
    Robust,
    Sentiment,
    Sessions,
    Timing,
    Topics,
    Trend,
    Variants,
)
from farled.questions.forms import to_plain
from farled.web import create_app

EXAMPLES = [
    Funnel(["visit", "cart", "order"], within="5d", by="channel"),
    Flow(cut="12h", loops=False),
    Paths(end="order"),
    Attribution("order", model="all", touches=["visit", "cart"], order="2"),
    Retention("visit", ["cart", "order"], "day", by="channel"),
    Lifecycle(period="day"),
    Variants(top=2, cut="12h"),
    Timing("visit", ["cart", "order"], within="5d", by="channel"),
    Sessions("1h", by="channel"),
    Compare(Funnel(["visit", "cart"]), "2026-05-01", {"during": "2026-05-02..2026-05-04"}),
    Trend(Funnel(["visit", "cart"]), period="day"),
    Robust(Funnel(["visit", "order"], within="12h")),
    Drivers("order", Funnel(["visit", "cart", "order"])),
    Nps(by="day", ask="visit", within="5d"),
    Csat(at="review"),
    Ces(by="channel"),
    Sentiment(by="channel", texts_in="sv"),
    Topics(topics=2, texts_in="sv"),
]
COLUMNS = ("customer", "time", "name", "channel", "score", "scale", "text")
NOTHING_SAID = (None, None, None)
SAID = ["Paketet kom sent, dålig leverans", "Returen tog tid men supporten var bra"]
ROWS = [
    ("ana", "2026-05-01T10:00:00Z", "visit", "web", *NOTHING_SAID),
    ("ana", "2026-05-01T10:05:00Z", "cart", "web", *NOTHING_SAID),
    ("ana", "2026-05-02T09:00:00Z", "order", "app", *NOTHING_SAID),
    ("bo", "2026-05-01T11:00:00Z", "visit", "web", *NOTHING_SAID),
    ("bo", "2026-05-03T12:00:00Z", "cart", "web", *NOTHING_SAID),
    *(
        (
            f"c{at}",
            f"2026-05-0{1 + at % 3}T15:00:00Z",
            "review",
            "app",
            1 + at % 5,
            ("nps", "csat", "ces")[at % 3],
            text,
        )
        for at, text in enumerate(SAID * 30)
    ),
]


@pytest.fixture
def file(tmp_path):
    table = pa.table(dict(zip(COLUMNS, zip(*ROWS, strict=True), strict=True)))
    pyarrow.csv.write_csv(table, tmp_path / "events.csv")
    return str(tmp_path / "events.csv")


def test_every_question_has_an_example():
    assert {type(question) for question in EXAMPLES} == set(QUESTIONS.values())


@pytest.mark.parametrize("question", EXAMPLES, ids=lambda question: type(question).__name__)
def test_every_way_of_asking_gives_the_same_answer(question, file, monkeypatch, capsys):
    shop = farled.read(file)
    expected = json.loads(json.dumps(shop.ask(question).to_dict()))
    plain = to_plain(question)
    assert json.loads(json.dumps(shop.ask(plain).to_dict())) == expected
    name = plain.pop("question")
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in plain.items()}

    flags = [word for key, value in texts.items() for word in (f"--{key.replace('_', '-')}", value) if key != "loops"]
    flags += ["--no-loops"] if "loops" in texts else []
    monkeypatch.setattr(sys, "argv", ["farled", name, file, *flags, "--json"])
    run()
    assert json.loads(capsys.readouterr().out) == expected

    web = TestClient(create_app(shop), base_url="http://127.0.0.1")
    assert web.get(f"/api/v1/questions/{name}", params=texts).json() == expected
