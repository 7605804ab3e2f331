"""A map of the web app as files."""

import csv
import io
import re

import pytest

MAP = "/maps/nordbod-purchase"
BEGINS = {
    "png": b"\x89PNG",
    "xlsx": b"PK",
    "grid.csv": b"\xef\xbb\xbfPhase,",
    "csv": b"path,value\n",
    "md": b"# ",
    "mmd": b"journey\n",
    "cjml": b"<?xml",
    "jsonld": b"{",
    "yaml": b"# ",
}


@pytest.mark.parametrize("ending", BEGINS)
def test_each_file_is_what_its_ending_says(ending, map_client):
    if ending == "xlsx":
        pytest.importorskip("openpyxl")
    answer = map_client.get(f"{MAP}.{ending}")
    assert answer.status_code == 200
    assert answer.content.startswith(BEGINS[ending]) or ending == "yaml"
    assert answer.headers["content-disposition"] == f'attachment; filename="nordbod-purchase.{ending}"'
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_page_offers_files_that_come(map_client):
    links = re.findall(rf'class="entry" href="({MAP}\.[^"]+)"', map_client.get(f"{MAP}?period=2026-Q3").text)
    assert len(links) > 8
    assert all("period=2026-Q3" in link for link in links)
    cheap = [link.replace("&amp;", "&") for link in links if not re.search(r"\.(pdf|png|html)", link)]
    assert {map_client.get(link).status_code for link in cheap} == {200}


@pytest.mark.slow
def test_a_pdf_comes_in_the_language_of_the_reader(map_client):
    pytest.importorskip("weasyprint")
    pypdf = pytest.importorskip("pypdf")
    answer = map_client.get(f"{MAP}.pdf?language=nb&paper=a4")
    assert answer.headers["content-type"] == "application/pdf"
    assert pypdf.PdfReader(io.BytesIO(answer.content)).trailer["/Root"]["/Lang"] == "nb"


def test_what_cannot_be_had_is_said(map_client):
    assert map_client.get(f"{MAP}.png?scale=9").status_code == 422
    assert map_client.get(f"{MAP}.png?scale=x").status_code == 422
    assert map_client.get("/maps/nothing.csv").status_code == 404


def test_lanes_speak_the_language_of_the_reader(map_client):
    for language, owner in (("sv", "Ansvarig"), ("nb", "Ansvarlig"), ("da", "Ansvarlig"), ("en", "Owner")):
        text = map_client.get(f"{MAP}.grid.csv?language={language}").content.decode("utf-8-sig")
        assert [row[0] for row in csv.reader(io.StringIO(text))][1] == owner
