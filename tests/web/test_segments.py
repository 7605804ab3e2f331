"""Segments on the pages of questions and in the API."""

import json
import re

import pyarrow as pa
import pytest
from starlette.testclient import TestClient

import farled
from farled.web import create_app


@pytest.fixture
def segmented():
    made = farled.read(pa.table({"customer": ["a", "a", "b"], "time": [0, 60, 0], "name": ["visit", "order", "visit"]}))
    made.save_segment("buyers", {"event": "order"})
    made.save_segment("others", {"not": {"event": "order"}})
    return TestClient(create_app(made), base_url="http://localhost", headers={"accept-language": "en"})


def test_a_page_offers_the_segments_and_answers_by_them(segmented):
    page = segmented.get("/paths?by=buyers,others").text
    assert re.search(r'name="by" value="buyers,others"', page)
    assert "By group" in page
    assert "--by buyers,others" in page
    content = re.search(r'id="copy-json"[^>]*>([^<]+)<', page)[1].replace("&#34;", '"')
    assert json.loads(content)["by"] == "buyers,others"
    assert "buyers" in segmented.get("/paths.csv?by=buyers,others").text


def test_where_there_are_no_segments_none_are_offered(client):
    assert 'id="field-by"' not in client.get("/paths").text


def test_programs_ask_by_segments_and_see_how_they_overlap(segmented):
    answer = segmented.get("/api/v1/questions/paths?by=buyers,others").json()
    assert [(group["value"], group["total"]) for group in answer["groups"]] == [("buyers", 1), ("others", 1)]
    sizes = segmented.get("/api/v1/segments").json()
    assert [(each["id"], each["customers"]) for each in sizes["segments"]] == [("buyers", 1), ("others", 1)]
    assert segmented.get("/api/v1/segments/overlap").json()["pairs"][0]["customers"] == 0
    assert segmented.get("/api/v1/segments/overlap?ids=buyers,othrs").status_code == 404
