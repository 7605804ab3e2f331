"""A graph can be followed: boxes, ways and labels keep out of each other's way, whatever customers did."""

from itertools import combinations, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from farled.figures.graph import Graph, Node, Way
from farled.figures.lanes import Line
from farled.figures.layers import layers, levels, sifted
from farled.figures.layout import laid_out
from farled.figures.quantity import Word, said
from farled.figures.text import width as text_width
from farled.locale import LANGUAGES
from farled.stats.intervals import Rate

WORDS = (
    "köp",
    "add_to_cart",
    "Påbörjad utcheckning i mobilappen",
    "Påmindelse om indkøbskurv sendt på e-mail efter tre dage",
    "kundeserviceoppfølgingssamtalebekreftelse",
    "quote requested",
)
often = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
NEAR = 0.03  # places are rounded to a hundredth


class Drawn:
    """The boxes, ways and labels of a chart, read back from its option."""

    def __init__(self, graph, language, width):
        chart = graph.chart(language, width)
        ways, boxes, labels = (series["data"] for series in chart.option["series"])
        self.width, self.height = max(width, chart.least), chart.height
        self.boxes = {each["tip"].partition("\n")[0]: rectangle(each) for each in boxes}
        self.texts = {each["tip"].partition("\n")[0]: (each["name"], each["symbolSize"][0]) for each in boxes}
        self.labels = [(each["name"], rectangle(each)) for each in labels]
        self.ways = [(*each["tip"].partition("\n")[0].split(" \u203a "), each["value"]) for each in ways]


def rectangle(item):
    (x, y), (w, h) = item["value"], item["symbolSize"]
    return x - w / 2, y - h / 2, x + w / 2, y + h / 2


def line(value):
    """Points along a way, as the script draws it, and half its width."""
    thick, x, y, _, _, loop, count = value[:7]
    points = [tuple(value[7 + 2 * at : 9 + 2 * at]) for at in range(int(count))]
    found = []
    for (x1, y1), (x2, y2) in pairwise(points):
        a, b = ((x1 + 30, y1 - 6), (x1 + 30, y2 + 4)) if loop else ((x1, (y1 + y2) / 2), (x2, (y1 + y2) / 2))
        for t in (step / 8 for step in range(9)):
            p, q, r, s = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t**3
            found.append((p * x1 + q * a[0] + r * b[0] + s * x2, p * y1 + q * a[1] + r * b[1] + s * y2))
    return [*found, (x, y)], thick / 2


def is_within(point, box, rim=0.0):
    return box[0] - rim < point[0] < box[2] + rim and box[1] - rim < point[1] < box[3] + rim


def is_on_border(point, box):
    return is_within(point, box, NEAR) and not is_within(point, box, -NEAR)


def share_room(one, two):
    return one[0] < two[2] - NEAR and two[0] < one[2] - NEAR and one[1] < two[3] - NEAR and two[1] < one[3] - NEAR


@st.composite
def graphs(draw):
    size = draw(st.integers(2, 30))
    counts = st.integers(1, 50_000)
    nodes = [Node(f"{draw(st.sampled_from(WORDS))} {at}", draw(counts)) for at in range(size)]
    nodes += [Node(Word("(start)"), 500), Node(Word("(end)"), 500)]
    inner = st.integers(0, size - 1)
    pairs = draw(st.sets(st.tuples(inner, inner), max_size=4 * size))
    pairs |= {(size, at) for at in draw(st.sets(inner, min_size=1, max_size=8))}
    pairs |= {(at, size + 1) for at in draw(st.sets(inner, min_size=1, max_size=8))}
    ways = (Way(one, two, draw(counts), Rate(1, 2)) for one, two in sorted(pairs))
    return Graph(Word("How customers go on"), tuple(nodes), tuple(ways))


def star(size=30):
    """A hub from which customers go to everything and come back."""
    nodes = tuple(Node(f"{WORDS[at % 6]} {at}", 900 - at) for at in range(size))
    ways = [Way(0, at, 100 * at) for at in range(size)] + [Way(at, 0, 90 * at + 1) for at in range(1, size)]
    return Graph("Star", nodes, tuple(ways))


def require_clear(drawn):
    rectangles = [*drawn.boxes.values(), *(box for _, box in drawn.labels)]
    canvas = -NEAR, -NEAR, drawn.width + NEAR, drawn.height + NEAR
    assert [box for box in rectangles if not (is_within(box[:2], canvas) and is_within(box[2:], canvas))] == []
    assert [pair for pair in combinations(rectangles, 2) if share_room(*pair)] == []
    for source, target, value in drawn.ways:
        points, half = line(value)
        assert is_on_border(points[0], drawn.boxes[source])
        assert is_on_border(points[-1], drawn.boxes[target])
        for box in drawn.boxes.values():
            own = box in (drawn.boxes[source], drawn.boxes[target])
            assert [point for point in points if is_within(point, box, -NEAR if own else half)] == []
        for label, box in drawn.labels:
            assert [(label, point) for point in points if is_within(point, box, half)] == []


@often
@given(graphs(), st.sampled_from(LANGUAGES), st.sampled_from((290, 620, 720, 980)))
def test_no_way_runs_behind_a_box_or_label_and_each_ends_at_its_box(graph, language, width):
    drawn = Drawn(graph, language, width)
    require_clear(drawn)
    assert {"(start)", said(graph.nodes[-1].name, language)} <= set(drawn.boxes)
    named = [node for node in graph.nodes if node.name in drawn.texts and not isinstance(node.name, Word)]
    assert len(named) == min(len(graph.nodes) - 2, 28 if len(graph.nodes) > 31 else 29)
    for node in named:
        text, wide = drawn.texts[node.name]
        *name, _count = text.split("\n")
        assert "".join(name).replace(" ", "") == node.name.replace(" ", "")
        assert max(text_width(part, 12, 500) for part in name) < wide - 8


@pytest.mark.parametrize("width", [290, 720])
def test_a_hub_gives_each_way_its_own_place_on_its_border(width):
    drawn = Drawn(star(), "en", width)
    require_clear(drawn)
    ends = [tuple(value[1:3]) for _, _, value in drawn.ways] + [tuple(value[7:9]) for _, _, value in drawn.ways]
    ends.sort(key=lambda end: (end[1], end[0]))
    assert all(two[0] - one[0] > 2 for one, two in pairwise(ends) if one[1] == two[1])


@often
@given(graphs())
def test_who_can_be_reached_is_reached_over_ways_that_are_drawn(graph):
    drawn = Drawn(graph, "en", 720)
    names = [said(node.name, "en") for node in graph.nodes]
    every = [(names[way.source], names[way.target]) for way in graph.ways]
    seen = [(source, target) for source, target, _ in drawn.ways]
    if len(drawn.boxes) == len(names):
        assert reached(names, every) == reached(names, seen)
        back = [[(target, source) for source, target in pairs] for pairs in (every, seen)]
        assert reached(names, back[0]) == reached(names, back[1])


def reached(names, pairs):
    """Who can be reached from where nothing comes."""
    found = set(names) - {target for source, target in pairs if source != target}
    waiting = list(found)
    while waiting:
        here = waiting.pop()
        new = {target for source, target in pairs if source == here} - found
        found |= new
        waiting += new
    return found


def test_the_most_frequent_ways_are_drawn_and_the_note_says_of_how_many():
    nodes = tuple(Node(f"n{at}", 10) for at in range(12))
    ways = tuple(Way(one, two, 100 * one + two + 1) for one in range(12) for two in range(12) if one != two)
    graph = Graph("Flow", nodes, ways)
    drawn = {(source, target) for source, target, _ in Drawn(graph, "en", 720).ways}
    best = sorted(ways, key=lambda way: -way.count)[:20]
    assert {(f"n{way.source}", f"n{way.target}") for way in best} <= drawn
    assert graph.note("en").startswith(f"{len(drawn)} of 132 ")


def line_of(size):
    """Nodes that customers pass one after the other, of which the first three go to and fro much more often."""
    ways = [Way(at, at + 1, 2) for at in range(size - 1)]
    busy = [Way(one, two, 900) for one in range(5) for two in range(5) if abs(one - two) != 1]
    return Graph("Flow", tuple(Node(f"n{at:02}", 900 - at) for at in range(size)), tuple(ways + busy))


@often
@given(graphs() | st.integers(5, 40).map(line_of))
def test_the_note_says_just_how_the_ways_were_chosen(graph):
    drawn, note = Drawn(graph, "en", 720), graph.note("en")
    joined = len(drawn.boxes) < len(graph.nodes)
    assert ("largest touchpoints are drawn, all others as one" in note) == joined
    if joined:
        return
    shown = {tuple(way[:2]) for way in drawn.ways}
    names = [said(node.name, "en") for node in graph.nodes]
    counts = sorted(way.count for way in graph.ways if (names[way.source], names[way.target]) in shown)
    are_most = counts == sorted(way.count for way in graph.ways)[-len(counts) :]
    assert (note == "") == (len(shown) == len(graph.ways))
    assert are_most or "by which every touchpoint is reached and left" in note
    assert ("between the boxes" in note) == (note != "")


def test_of_many_touchpoints_the_largest_are_counted_without_start_and_end():
    graph = line_of(40)
    assert graph.note("en") == "The 30 largest touchpoints are drawn, all others as one."
    ends = (Node(Word("(start)"), 9), Node(Word("(end)"), 9))
    assert Graph("Flow", (*graph.nodes, *ends), graph.ways).note("sv").startswith("De 28 största kontaktpunkterna ")


def test_the_width_of_a_way_grows_with_its_count_and_its_label_says_it():
    graph = Graph("Flow", (Node("a", 9), Node("b", 9)), (Way(0, 1, 1234), Way(1, 0, 12), Way(0, 0, 400)))
    drawn = Drawn(graph, "sv", 720)
    width = {(source, target): value[0] for source, target, value in drawn.ways}
    assert width["a", "b"] > width["a", "a"] > width["b", "a"]
    assert sorted(label for label, _ in drawn.labels) == ["12", "1\u00a0234", "400"]


def test_start_and_end_are_marked_and_stand_first_and_last():
    nodes = (Node("a", 9), Node(Word("(end)"), 9), Node(Word("(start)"), 9), Node("b", 2))
    graph = Graph("Flow", nodes, (Way(2, 0, 9), Way(0, 3, 4), Way(3, 0, 2), Way(0, 1, 5), Way(3, 1, 4)))
    boxes = Drawn(graph, "sv", 720).boxes
    assert sorted(boxes, key=lambda name: boxes[name][1]) == ["(start)", "a", "b", "(slut)"]
    colors = [each["itemStyle"]["color"] for each in graph.option("sv")["series"][1]["data"]]
    assert colors[1] == colors[2] == "@ink-2"


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 8), st.data())
def test_an_order_has_no_node_that_would_go_back_less_elsewhere(size, data):
    node = st.integers(0, size - 1)
    flows = data.draw(
        st.dictionaries(st.tuples(node, node).filter(lambda pair: pair[0] != pair[1]), st.integers(1, 99))
    )
    place = sifted(levels(size, flows), flows)

    def back(order):
        return sum(count for (one, two), count in flows.items() if order.index(one) > order.index(two))

    order = sorted(range(size), key=place.__getitem__)
    for at in range(size):
        rest = [other for other in order if other != at]
        assert all(back(order) <= back([*rest[:new], at, *rest[new:]]) for new in range(size))


@given(st.integers(1, 12), st.data())
def test_two_that_a_way_joins_never_share_a_layer(size, data):
    node = st.integers(0, size - 1)
    pairs = [pair for pair in data.draw(st.lists(st.tuples(node, node))) if pair[0] < pair[1]]
    found = layers(range(size), pairs, [10.0] * size, 25.0)
    depth = {at: number for number, layer in enumerate(found) for at in layer}
    assert sorted(depth) == list(range(size))
    assert all(depth[one] < depth[two] for one, two in pairs)
    assert all(len(layer) <= 3 for layer in found)


def test_nothing_at_all_and_one_alone_can_be_laid_out():
    assert laid_out([], [], [], 300).boxes == ()
    alone = laid_out([(60, 40)], [Line(0, 0, 2, 20)], [0], 300)
    assert alone.routes[0].loop
    assert Graph("Flow", (), ()).chart("en").height >= 0
