"""Whatever bytes come: a result, or an error of ours."""

import gzip
import io
from contextlib import suppress

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sources.mapped import PLAIN

from farled.errors import FarledError
from farled.sources.files import read
from farled.sources.mapping import apply
from farled.sources.mapping_file import load

CSV = "customer;time;event;amount\n" + "".join(
    f'c{place};0{place}.05.2026 10:3{place};"köp";1 23{place},5\n' for place in range(9)
)
JSON = "".join(
    f'{{"user":"c{place}","time":"2026-05-01T10:3{place}:00Z","event":"visit","n":{place}}}\n' for place in range(9)
)
TABLE = pa.table({"user": ["a", "b"] * 20, "time": [1777631400] * 40, "event": ["visit", "order"] * 20})


def parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(TABLE, out)
    return out.getvalue()


SEEDS = {
    "a.csv": [CSV.encode(), CSV.encode("windows-1252"), CSV.encode("utf-16"), b""],
    "a.jsonl": [JSON.encode(), b"[" + JSON.encode().replace(b"\n", b",")[:-1] + b"]"],
    "a.csv.gz": [gzip.compress(CSV.encode(), mtime=0)],
    "a.parquet": [parquet()],
    "a.yaml": [PLAIN.encode()],
}

piece = st.binary(max_size=6) | st.sampled_from(
    [b'"', b'""', b"\n", b"\r", b"\0", b";", b"\xff", b"\xef\xbb\xbf", b"{", b"]", b"'"]
)
change = st.tuples(st.floats(0, 1), st.integers(0, 12), piece)


def mutated(seed: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for place, length, new in changes:
        at = round(place * len(seed))
        seed = seed[:at] + new + seed[at + length :]
    return seed


@pytest.mark.parametrize("name", sorted(SEEDS))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_changed_bytes_give_a_result_or_an_error_of_ours(tmp_path, name, data):
    seed = data.draw(st.sampled_from(SEEDS[name]))
    path = tmp_path / name
    path.write_bytes(mutated(seed, data.draw(st.lists(change, min_size=1, max_size=5))))
    with suppress(FarledError):
        if name.endswith(".yaml"):
            load(path)
            return
        reading = read(path)
        assert len(reading.customer) == len(reading.name) == reading.events
        assert reading.customer.null_count == reading.name.null_count == 0
        for column in reading.columns:
            assert len(reading.column(column)) == reading.events
    with suppress(FarledError):
        imported = apply(None, path)
        assert imported.table().num_rows + imported.rejected.num_rows >= imported.rows


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300), name=st.sampled_from(sorted(SEEDS)))
def test_any_bytes_give_a_result_or_an_error_of_ours(tmp_path, content, name):
    path = tmp_path / name
    path.write_bytes(content)
    with suppress(FarledError):
        if name.endswith(".yaml"):
            load(path)
        else:
            read(path)
