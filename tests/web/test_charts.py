"""The pictures of a page: data for the script, room for each width, the table as their twin."""

import json
import re
import subprocess
import sys

import pyarrow as pa
import pytest
from starlette.testclient import TestClient

import farled
from farled.web import create_app

ODD = "</script><script>alert(1)</script>\u2028"
CHECK = """
import sys
import pyarrow as pa
from starlette.testclient import TestClient
import farled
from farled.web import create_app
shop = farled.read(pa.table({"customer": ["a", "a"], "time": [0, 9], "name": ["visit", "order"]}))
page = TestClient(create_app(shop), base_url="http://127.0.0.1").get("/funnels?steps=visit&steps=order")
engines = [name for name in ("py_mini_racer", "resvg_py") if name in sys.modules]
print(page.status_code, page.text.count('class="chart'), engines)
"""


@pytest.fixture(scope="module")
def odd():
    table = pa.table({"customer": ["a", "a", "b"], "time": [0, 9, 3], "name": ["visit", ODD, "visit"]})
    return TestClient(create_app(farled.read(table)), base_url="http://127.0.0.1")


def test_names_cannot_leave_the_data_of_a_picture(odd):
    text = odd.get("/flow").text
    blocks = re.findall(r'<script type="application/json">(.*?)</script>', text, re.DOTALL)
    names = [each["name"] for layout in json.loads(blocks[0]) for each in layout["option"]["series"][1]["data"]]
    assert any("alert(1)" in name.replace("\n", "") for name in names)
    assert "<script>alert" not in text
    assert "\u2028" not in blocks[0]


def test_a_picture_has_room_for_every_width_and_a_table_below(odd):
    text = odd.get("/flow").text
    layouts = json.loads(re.search(r'<script type="application/json">(.*?)</script>', text, re.DOTALL)[1])
    rooms = re.findall(r'class="space from-(\d+)" width="1" height="(\d+)"', text)
    assert rooms == [(str(each["from"]), str(each["height"])) for each in layouts]
    assert text.index("<figure") < text.index("<table")


def test_a_page_without_an_answer_has_no_picture_and_no_script_for_it(odd):
    text = odd.get("/funnels?steps=none&steps=visit").text
    assert "<figure" not in text
    assert "charts." not in text


def test_the_server_never_draws_itself():
    done = subprocess.run([sys.executable, "-c", CHECK], capture_output=True, text=True, check=True)
    assert done.stdout.split(maxsplit=2) == ["200", "1", "[]\n"]
