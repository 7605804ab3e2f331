"""Figures as values and as drawings; the snapshots beside are renewed with ``FARLED_SNAPSHOTS=new pytest …``."""

import asyncio
import builtins
import os
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from farled.errors import FarledError, MissingExtraError, NotFoundError
from farled.figures import static
from farled.figures.bars import Bars, Series, of_table
from farled.figures.funnel import Funnel, Stage
from farled.figures.graph import Graph, Node, Way
from farled.figures.heatmap import HeatMap
from farled.figures.histogram import Histogram
from farled.figures.lines import Line, Lines
from farled.figures.quantity import Word, scale
from farled.figures.sankey import Branch, Sankey
from farled.figures.table import Table
from farled.stats.intervals import Estimate, Rate

SNAPSHOTS = Path(__file__).parent / "snapshots"
STEPS = (("besök", 200, 0), ("Påbörjad utcheckning i mobilappen", 80, 120), ("köp", 50, 30))
FUNNEL = Funnel(
    Word("How far customers get"),
    tuple(
        Stage(name, count, Rate(count, 200) if at else None, Rate(count, count + lost) if at else None, lost)
        for at, (name, count, lost) in enumerate(STEPS)
    ),
)
BARS = Bars(
    Word("Differences"),
    ("Sökmotor", "E-post"),
    (Series("a", (Rate(5, 50), None)), Series("b", (Rate(9, 50), Estimate(0.2, 0.1, 0.3, 40)))),
)
HEAT = HeatMap(
    Word("Share that is back"),
    ("2026-W01", "2026-W02"),
    ("1", "2"),
    ((Rate(5, 10), Rate(2, 10)), (Rate(4, 8), None)),
    Word("weeks later"),
    average=(Rate(9, 18), Rate(2, 10)),
)
LINES = Lines(
    Word("How it goes over time"),
    ("jan", "feb", "mars"),
    (Line("", (Rate(3, 10), None, Rate(8, 10))),),
    changes=(2,),
)
HISTOGRAM = Histogram(
    Word("How long it takes"), (0.0, 3600.0, 7200.0), (5, 2), "seconds", ((Word("Median time"), 1800.0),)
)
SANKEY = Sankey(Word("Ways of the journeys"), (Branch("besök", 8, (Branch("köp", 3), Branch("klagomål", 2))),), 10, 2)
GRAPH = Graph(
    Word("How customers go on"),
    (Node("besök", 9), Node("köp", 4)),
    (Way(0, 1, 4, Rate(4, 9)), Way(1, 0, 1, Rate(1, 4)), Way(0, 0, 2, Rate(2, 9))),
)
KINDS = {
    "funnel": FUNNEL,
    "bars": BARS,
    "heatmap": HEAT,
    "lines": LINES,
    "histogram": HISTOGRAM,
    "sankey": SANKEY,
    "graph": GRAPH,
}
draws = pytest.mark.skipif(not static.is_installed(), reason="the extra charts is not installed")
every = pytest.mark.parametrize("kind", KINDS)


@draws
@every
def test_a_picture_is_drawn_as_it_was(kind):
    file, drawn = SNAPSHOTS / f"{kind}.svg", KINDS[kind].svg("light", "sv", 560)
    if os.environ.get("FARLED_SNAPSHOTS") == "new":
        SNAPSHOTS.mkdir(exist_ok=True)
        file.write_text(drawn, encoding="utf-8", newline="\n")
    assert drawn == file.read_text(encoding="utf-8")


@draws
@every
def test_a_picture_stands_alone_and_says_what_it_is(kind):
    text = KINDS[kind].svg("dark", "nb", 340)
    root = ET.fromstring(text)
    name = {"s": "http://www.w3.org/2000/svg"}
    assert root.findtext("s:title", namespaces=name) == KINDS[kind].heading("nb")
    assert root.findtext("s:desc", namespaces=name) == KINDS[kind].finding("nb")
    assert re.findall(r"@[a-z]|<style|class=|ecmeta|https?://(?!www\.w3\.org)", text) == []
    assert len(set(re.findall(r' id="([^"]+)"', text))) == len(re.findall(r' id="', text))


@draws
def test_a_picture_is_drawn_where_an_event_loop_runs_as_in_a_notebook():
    async def cell():
        return FUNNEL.svg()

    assert asyncio.run(cell()) == FUNNEL.svg()


@draws
def test_pictures_are_the_same_after_others_were_drawn():
    before = BARS.svg()
    SANKEY.svg("dark")
    assert BARS.svg() == before


@draws
def test_a_file_holds_its_fonts_only_when_asked_to():
    assert "font-face" in FUNNEL.svg(embed=True)
    assert "font-face" not in FUNNEL.svg()


@draws
def test_png_is_as_large_as_the_picture():
    png = FUNNEL.png("dark", "da", 400, 1)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(png[16:20]) == 400


@draws
def test_an_option_that_cannot_be_drawn_is_one_short_error():
    with pytest.raises(FarledError, match="could not be drawn") as caught:
        static.drawn({"series": [{"type": "custom", "renderItem": "nothing", "data": [[1]]}]}, "light", 100, 100)
    assert len(str(caught.value)) < 400
    assert FUNNEL.svg()


def test_without_the_extra_the_error_names_it(monkeypatch):
    real = builtins.__import__

    def refuse(name, *rest, **more):
        if name in ("py_mini_racer", "resvg_py"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    assert not static.is_installed()
    for draw in (FUNNEL.svg, lambda: static.png("<svg/>", 1)):
        with pytest.raises(MissingExtraError, match="charts"):
            draw()


@draws
def test_unknown_theme_and_language_are_named():
    with pytest.raises(NotFoundError, match="blue"):
        FUNNEL.svg("blue")
    with pytest.raises(NotFoundError, match="fi"):
        FUNNEL.svg("light", "fi")


def intervals(figure, language="en"):
    return [
        each for each in figure.option(language)["series"] if str(each.get("renderItem", "")).startswith("interval")
    ]


def test_every_interval_is_drawn():
    assert [len(each["data"]) for each in intervals(BARS)] == [1, 2]
    assert [len(each["data"]) for each in intervals(FUNNEL)] == [2]
    band = [each for each in LINES.option("en")["series"] if "stack" in each]
    assert [sum(point[1] != "-" for point in each["data"]) for each in band] == [2, 2]


def test_what_is_not_known_is_empty_and_never_nought():
    assert [point["value"] for point in BARS.option("en")["series"][0]["data"]] == [0.1, "-"]
    assert len(HEAT.option("en")["series"][0]["data"]) == 5
    assert LINES.option("en")["series"][0]["data"][1]["value"][1] == "-"


def test_a_graph_draws_its_thirty_largest_nodes_and_the_others_as_one():
    nodes = tuple(Node(f"n{at}", 100 - at) for at in range(60))
    ways = tuple(Way(at, (at + 1) % 60, 100 - at) for at in range(60))
    option = Graph(Word("Flow"), nodes, ways).option("en")
    names = [each["name"] for each in option["series"][1]["data"]]
    assert len(names) == 31
    assert names[-1].startswith("others")
    assert names[-1].endswith("1,665")


def test_a_sankey_draws_thirty_nodes_and_every_rest():
    leaves = tuple(Branch(f"n{at}", 100 - at) for at in range(50))
    figure = Sankey(Word("Paths"), (Branch("visit", 5000, leaves),), 5000)
    data = figure.option("en")["series"][0]["data"]
    assert len(data) == 31
    assert data[-1]["value"] == sum(leaf.count for leaf in leaves[29:])


def test_no_picture_has_more_marks_than_it_may():
    long = Lines(Word("Trend"), tuple(map(float, range(9000))), (Line("", (Rate(1, 2),) * 9000),))
    wide = HeatMap(Word("Heat"), tuple(map(str, range(400))), tuple(map(str, range(50))), ((Rate(1, 2),) * 50,) * 400)
    tall = Bars(Word("Bars"), tuple(map(str, range(500))), (Series("", (Rate(1, 2),) * 500),))
    for figure in (long, wide, tall):
        option = figure.option("en")
        assert sum(len(each["data"]) for each in option["series"]) <= 2000
    assert "9" in tall.note("en")


def test_findings_follow_the_numbers():
    assert FUNNEL.finding("en") == ("Most are lost between besök and Påbörjad utcheckning i mobilappen: 60.0%.")
    assert BARS.finding("en").startswith("a: highest is Sökmotor, 10.0%.")
    assert HISTOGRAM.finding("sv") == "Flest ligger mellan 0\u00a0s och 60\u00a0min: 71,4\u00a0%."
    assert LINES.finding("da").endswith("Det ændrer sig ved mars.")


def test_names_are_never_translated_or_read_as_a_format():
    odd = Bars("answer", ("answer", "{a|b} @fjord"), (Series("", (Rate(1, 2), Rate(1, 2))),))
    option = odd.option("sv")
    assert option["yAxis"][0]["data"] == ["answer", "{a|b} @fjord"]
    assert odd.heading("sv") == "answer"


def test_an_axis_of_time_counts_in_whole_units():
    made = scale(0, 864_000, "seconds", "sv")
    assert (made.divide, made.format["suffix"]) == (86_400, "\u00a0d")
    assert scale(0, 0.5, "share", "da").format["decimal"] == ","


def test_any_table_can_be_bars():
    table = Table("Some", ("name", "share"), (("a", Rate(1, 4)), ("b", Rate(2, 4))))
    assert of_table(table).series[0].values == (Rate(1, 4), Rate(2, 4))
    assert of_table(Table("None", ("name",), (("a",),))).finding("en") == "No number can be given yet."
