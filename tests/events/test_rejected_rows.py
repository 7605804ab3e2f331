"""Rejected rows are written as they stood; corrected, they can be imported alone."""

import csv
import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from farled.events.folder import Settings, init
from farled.events.report import reject_files
from farled.events.store import EventStore
from farled.sources.files import Options
from farled.workspace.storing import add

HEAD = "customer;time;event;value;note\n"
GOOD = "ana;2026-05-01 10:00;visit;1,5;plain\nbo;2026-05-02 10:00;order;99,00;\n"
CONTENT = ("name", "time", "identifiers", "value", "text", "properties", "channel", "event_id")


class Desk:
    """A workspace beside files."""

    def __init__(self, path):
        self.path = path
        self.folder = init(path / "shop", Settings(name="shop", buckets=1, currency="SEK"))

    def bring(self, *files, **options):
        return add(self.folder, [str(self.path / file) for file in files], max_rejected=1, **options)

    def write(self, name, text):
        (self.path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    def rejects(self, report):
        return reject_files(self.folder.imports, report.import_id)

    def corrected(self, path, changes):
        """Correct cells as somebody would: by the value that stands there."""
        text = path.read_text(encoding="utf-8")
        for wrong, right in changes.items():
            assert wrong in text
            text = text.replace(wrong, right)
        path.write_text(text, encoding="utf-8")
        return path

    def events(self):
        table = EventStore(self.folder.events, 1).events().select(CONTENT)
        return sorted(table.to_pylist(), key=lambda row: json.dumps(row, default=str))


@pytest.fixture
def desk(tmp_path):
    (tmp_path / "one").mkdir()
    return Desk(tmp_path / "one")


@pytest.fixture
def clean(tmp_path):
    (tmp_path / "two").mkdir()
    return Desk(tmp_path / "two")


def cells(path, delimiter=";"):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def come_back(desk, clean, wrong, right, name="events.csv", mapping=None):
    """Import a file with bad rows, correct these, import them alone; import the whole correct file elsewhere."""
    given = {"mapping": mapping} if mapping else {}
    changes = dict(zip(wrong[1], right, strict=True)) if isinstance(wrong, tuple) else {}
    text = wrong[0] if isinstance(wrong, tuple) else wrong
    report = desk.bring(desk.write(name, text), **given)
    files = [desk.corrected(path, changes) for path in desk.rejects(report)]
    again = desk.bring(*files, **given)
    for old, new in changes.items():
        text = text.replace(old, new)
    clean.bring(clean.write(name, text), **given)
    assert desk.events() == clean.events()
    return report, again


def test_rejected_rows_stand_there_with_their_columns_and_what_is_wrong(desk):
    report = desk.bring(desk.write("events.csv", HEAD + GOOD + 'cy;soon;order;"x;y";"says ""hi""\nand more"\n'))
    (path,) = desk.rejects(report)
    (row,) = cells(path)
    assert row == {
        "rejected_file": str(desk.path / "events.csv"),
        "rejected_line": "4",
        "rejected_column": "time",
        "rejected_value": "soon",
        "rejected_reason": "bad_time",
        "rejected_event": "",
        "rejected_text": "",
        "customer": "cy",
        "time": "soon",
        "event": "order",
        "value": "x;y",
        "note": 'says "hi"\nand more',
    }


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_a_corrected_file_alone_makes_the_import_complete(desk, clean, mark):
    bad = 'cy;soon;order;2,5;"two\nlines; and ""quotes"""\ndi;later;visit;;=1+2\n'
    text = (
        (HEAD + GOOD + bad).replace(";", mark)
        if mark != ","
        else (HEAD + GOOD + bad).replace(",", ".").replace(";", ",")
    )
    report, again = come_back(desk, clean, (text, ["soon", "later"]), ["2026-05-03 10:00", "2026-05-04"])
    assert (report.rejected, again.rejected, again.new) == (2, 0, 2)


@pytest.mark.parametrize(
    "cell", ["=1+2", "+x", "-x", "@x", "'=1", "''=1", "'quoted", "-5", "+47 912", '=HYPERLINK("a")']
)
def test_what_a_spreadsheet_would_run_comes_back_as_it_was(desk, clean, cell):
    quoted = '"' + cell.replace('"', '""') + '"'
    text = f"customer,time,event,=note\na,2026-05-01,visit,x\nb,soon,visit,{quoted}\nc,later,visit,word\n"
    come_back(desk, clean, (text, ["soon", "later"]), ["2026-05-02", "2026-05-03"])


def test_a_file_not_corrected_is_rejected_again_with_its_first_place(desk):
    first = desk.bring(desk.write("events.csv", HEAD + GOOD + ";2026-05-03 10:00;order;1,0;x\n"))
    second = desk.bring(*desk.rejects(first))
    assert (second.new, second.rejected) == (0, 1)
    assert cells(desk.rejects(second)[0]) == cells(desk.rejects(first)[0])


def test_columns_that_were_added_may_be_moved_or_left_in_a_spreadsheet(desk, clean):
    text = HEAD + GOOD + "cy;soon;order;1,0;x\n"
    report = desk.bring(desk.write("events.csv", text))
    (row,) = cells(desk.rejects(report)[0])
    names = [*list(row)[7:], *list(row)[:7]]
    desk.write(
        "moved.csv", "\t".join(names) + "\n" + "\t".join({**row, "time": "2026-05-03"}[name] for name in names) + "\n"
    )
    desk.bring("moved.csv")
    clean.bring(clean.write("events.csv", text.replace("soon", "2026-05-03")))
    assert desk.events() == clean.events()


def test_originals_may_bear_names_of_ours(desk, clean):
    text = "customer,time,event,rejected_value,rejected_reason\na,2026-05-01,visit,7,x\nb,soon,visit,8,y\n"
    come_back(desk, clean, (text, ["soon"]), ["2026-05-02"])


def test_a_line_that_is_no_row_keeps_its_text(desk):
    line = "cy;2026-05-03 10:00;order;1,0;x;too;many" + ";" * 300
    report = desk.bring(desk.write("events.csv", HEAD + GOOD + line + "\n"))
    (row,) = cells(desk.rejects(report)[0])
    assert (row["rejected_text"], row["rejected_reason"], row["rejected_line"]) == (line, "unreadable", "4")
    assert row["customer"] == ""


def test_json_lines_come_back_with_keys_as_columns(desk, clean):
    lines = ['{"customer":"a","time":"2026-05-01","event":"visit","box":{"n":1,"t":["x"]}}']
    lines += ['{"customer":"b","time":"soon","event":"visit","box":{"n":2,"t":["y;, \\"z\\""]}}']
    come_back(desk, clean, ("\n".join(lines) + "\n", ["soon"]), ["2026-05-02"], "events.jsonl")
    assert json.loads(json.loads(desk.events()[1]["properties"])["box"]) == {"n": 2, "t": ['y;, "z"']}


def test_a_line_that_is_no_json_keeps_its_text(desk):
    good = '{"customer":"a","time":"2026-05-01","event":"visit"}\n'
    report = desk.bring(desk.write("events.jsonl", good + "{broken " + "x" * 300 + "\n[1]\n" + good))
    found = [
        (row["rejected_line"], row["rejected_reason"], len(row["rejected_text"]))
        for row in cells(desk.rejects(report)[0], ",")
    ]
    assert found == [("2", "unreadable", 308), ("3", "not_an_object", 3)]


def test_parquet_comes_back_as_text(desk):
    table = pa.table(
        {
            "customer": ["a", None],
            "time": pa.array([0, 86_400_000_000], pa.timestamp("us", "UTC")),
            "event": ["visit", "order"],
            "value": [1.5, 2.5],
            "new": [True, False],
        }
    )
    pq.write_table(table, desk.path / "events.parquet")
    (path,) = desk.rejects(desk.bring("events.parquet"))
    (row,) = cells(path, ",")
    assert (row["time"], row["value"], row["new"]) == ("1970-01-02T00:00:00.000000Z", "2.5", "false")
    assert desk.bring(desk.corrected(path, {',,"1970': ',b,"1970'})).new == 1
    assert desk.events()[0]["value"] == 2.5


def test_a_compressed_file_comes_back_plain(desk):
    desk.write("events.csv.gz", gzip.compress((HEAD + GOOD + "cy;soon;order;1,0;å\n").encode("cp1252")))
    (path,) = desk.rejects(desk.bring("events.csv.gz"))
    assert cells(path)[0]["note"] == "å"


def test_files_with_other_columns_come_back_together_with_the_columns_of_all(desk):
    one = desk.write("one.csv", "customer,time,event,note\na,2026-05-01,visit,x\nb,soon,visit,y\n")
    two = desk.write("two.csv", "customer,time,event,note,more\na,2026-05-02,visit,x,1\nc,soon,visit,z,2\n")
    (path,) = desk.rejects(desk.bring(one, two))
    assert [(row["customer"], row["note"], row["more"]) for row in cells(path, ",")] == [
        ("b", "y", ""),
        ("c", "z", "2"),
    ]
    again = desk.bring(desk.corrected(path, {'"soon"': "2026-05-03"}))
    assert again.new == 2


ORDERS = """
preset: 1
id: till
files: "orders*.csv"
detect: {required: [Order, Kund], delimiter: ";"}
rows: {skip_top: 2}
carry_down: {key: Order, columns: [Kund, Beställd, Levererad, Belopp]}
group_by: {key: Order, items: {Vara: name}}
identifiers: [{type: email, column: Kund}]
events:
  - name: order
    id: [Order]
    time: {column: Beställd, zone: UTC}
    properties: {Order: order_id, items: items}
  - name: delivered
    id: [Order]
    time: {column: Levererad, zone: UTC}
    value: Belopp
    properties: {Order: order_id}
"""
BOUGHT = """Export
of today
Order;Kund;Beställd;Levererad;Belopp;Vara
1;a@example.no;2026-03-01;2026-03-04;1,5;cup
1;;;;;plate
2;b@example.no;2026-03-02;2026-03-05;dear;fork
2;;;;;spoon
3;c@example.no;sometime;2026-03-06;2,5;knife
"""


def test_rows_of_a_mapping_come_back_with_those_they_are_read_with(desk, clean):
    mapping = desk.path / "orders.yaml"
    mapping.write_text(ORDERS)
    report, again = come_back(
        desk, clean, (BOUGHT, ["dear", "sometime"]), ["9,5", "2026-03-03"], "orders-may.csv", str(mapping)
    )
    rows = cells(desk.rejects(report)[0])
    assert [(row["Order"], row["Vara"]) for row in rows] == [("2", "fork"), ("2", "spoon"), ("3", "knife")]
    assert [row["rejected_event"] for row in rows] == ["delivered", "(none)", "order"]
    assert (again.new, again.known) == (2, 0)
    assert len(desk.events()) == 6


def test_many_rows_are_written_without_delay(desk):
    lines = "".join(f"c{number},soon,visit,{number}\n" for number in range(50_000))
    report = desk.bring(
        desk.write("events.csv", "customer,time,event,n\na,2026-05-01,visit,0\n" + lines),
        options=Options(time_format="iso"),
    )
    assert report.rejected == 50_000
    assert desk.rejects(report)[0].read_bytes().count(b"\n") == 50_001
