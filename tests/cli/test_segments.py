"""The commands of segments, and segments in the commands of questions."""

import csv
import json

import pytest

from farled.workspace.demo import demo


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    shop = demo(tmp_path_factory.mktemp("segments") / "shop", customers=200)
    return str(shop.folder.path)


@pytest.fixture
def call(folder, typed):
    """Run a command in the workspace and return what it prints."""

    def called(*words):
        code, printed, _ = typed(*words, "--workspace", folder)
        assert code == 0
        return printed

    return called


@pytest.fixture
def saved(call):
    call("segment", "save", "buyers", "{event: order}", "--name", "Who buys")
    call("segment", "save", "swedish", '{"attr": "country", "is": "SE"}')


def test_a_segment_is_saved_shown_listed_and_deleted(call, folder, saved):
    assert call("segment", "show", "buyers") == "{event: order}\n"
    assert json.loads(call("segment", "show", "swedish", "--json")) == {"attr": "country", "is": "SE"}
    listed = json.loads(call("segment", "list", "--json"))
    assert [each["name"] for each in listed["segments"]] == ["Who buys", "swedish"]
    assert call("segment", "list", "buyers", "--csv").startswith("segment,name,customers,share")
    assert "Who buys" in call("segment", "list")
    call("segment", "delete", "swedish")
    call("segment", "delete", "buyers")
    assert "There are no segments yet" in call("segment", "list")


def test_overlap_and_export(call, saved, tmp_path):
    found = json.loads(call("segment", "overlap", "--json"))
    both = found["pairs"][0]["customers"]
    assert found["customers"] == 200
    assert "In just these" in call("segment", "overlap", "buyers", "swedish")
    out = tmp_path / "both.csv"
    rule = '{"all": [{"event": "order"}, {"attr": "country", "is": "SE"}]}'
    assert f"{both} customers" in call("segment", "export", rule, "--out", str(out), "--attributes", "country")
    rows = list(csv.reader(out.read_text().splitlines()))
    assert rows[0] == ["customer", "country"]
    assert {row[1] for row in rows[1:]} == {"SE"}
    assert len(rows) == both + 1
    call("segment", "export", "buyers", "--out", str(out), "--attributes", "none")
    assert out.read_text().startswith("customer\n")


def test_questions_are_asked_by_segments(call, saved):
    answer = json.loads(call("paths", "--by", "buyers,swedish", "--top", "1", "--json"))
    assert [group["value"] for group in answer["groups"]] == ["buyers", "swedish"]
    assert call("paths", "--by", "buyers", "--csv").startswith("segment,path")
    behind = call("flow", "--by", "buyers,swedish", "--behind", "/groups/0/nodes/order/customers").split()
    assert len(behind) == next(
        each["customers"]
        for each in json.loads(call("segment", "list", "--json"))["segments"]
        if each["id"] == "buyers"
    )
    assert json.loads(call("nps", "--by", "buyers,swedish", "--json"))["groups"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("segment", "save", "x", "{evnt: order}"), 2, "Did you mean 'event'?"),
        (("segment", "save", "Big", "{event: order}"), 2, "is not an id"),
        (("segment", "show", "nope"), 3, "There is no segment named 'nope'"),
        (("segment", "delete", "nope"), 3, "There is no segment named 'nope'"),
        (("paths", "--by", "nope"), 3, "There is no segment named 'nope'"),
    ],
)
def test_mistakes_end_with_their_hint_and_code(folder, typed, words, code, says):
    ended, _, said = typed(*words, "--workspace", folder)
    assert ended == code
    assert says in said
