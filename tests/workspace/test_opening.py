"""What opening and reading need not load."""

import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import farled
from farled.workspace.storing import add, create

SCRIPT = """
import sys, farled
answer = farled.read(sys.argv[1]).ask(farled.Funnel(["visit", "order"]))
print([step.customers for step in answer.steps], [name for name in sys.argv[2:] if name in sys.modules])
"""


@pytest.mark.parametrize(("kind", "heavy"), [("parquet", ["numba", "duckdb", "pandas"]), ("csv", ["numba", "pandas"])])
def test_the_first_funnel_of_a_file_waits_for_nothing_it_does_not_need(tmp_path, kind, heavy):
    rows = [(f"user-{number}", f"2026-05-0{day} 10:00:00", name) for number in range(9) for day, name in MADE]
    customer, time, name = zip(*rows, strict=True)
    table = pa.table({"customer": customer, "time": time, "name": name})
    file = tmp_path / f"events.{kind}"
    if kind == "parquet":
        pq.write_table(table.set_column(1, "time", table["time"].cast(pa.timestamp("us"))), file, row_group_size=10)
    else:
        file.write_text("customer,time,name\n" + "".join(",".join(row) + "\n" for row in rows))
    told = subprocess.run([sys.executable, "-c", SCRIPT, file, *heavy], capture_output=True, text=True, check=True)
    assert told.stdout == "[9, 9] []\n"


MADE = [(1, "visit"), (2, "order"), (3, "visit")]


def test_long_ids_are_put_in_order_by_kernels_and_come_back_sorted(monkeypatch):
    monkeypatch.setattr("farled.journeys.text_coding.WORTH_THREADS", 1)
    ids = [f"somebody-{number:030}" for number in (3, 1, 2, 1)]
    read = farled.read(pa.table({"customer": ids, "time": [4, 3, 2, 1], "name": ["a", "b", "c", "d"]}))
    chunk = read.journeys.chunks()[0]
    assert read.journeys.customer_ids(0, [0, 1, 2]) == sorted(set(ids))
    assert [chunk.names[code] for code in chunk.name] == ["d", "b", "c", "a"]


def test_who_somebody_is_is_read_from_a_file_as_it_is_imported(tmp_path):
    file = tmp_path / "events.csv"
    rows = ["a,1,identify,gold,", "a,2,visit,,3", "b,1,visit,,", "b,2,identify,silver,4", "b,3,order,,", "c,1,visit,,"]
    file.write_text("\n".join(["customer,time,name,tier,size", *rows]))
    add(create(tmp_path / "shop"), [str(file)])
    read, shop = farled.read(str(file), time_zone="Europe/Stockholm"), farled.open(tmp_path / "shop")
    for where, customers in (
        ({"attr": "tier", "is": "gold"}, 1),
        ({"attr": "size", "min": 4}, 1),
        ({"event": "visit"}, 3),
    ):
        told = [each.ask(farled.Flow(), where=where).nodes["visit"].customers for each in (read, shop)]
        assert told == [customers, customers]
