"""Columns of every type are read like texts that say the same, or are named in an error."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sources.mapped import events
from sources.written import moments, rejected, rows

from farled.errors import InputError
from farled.sources.files import read
from farled.sources.mapping import apply

CUSTOMER, NAME = ["ana", "ana", "bo"], ["visit", "order", "visit"]
TIME = ["2026-05-01 12:00", "2026-05-02 12:00", "2026-05-03 12:00"]
MOMENTS = [datetime(2026, 5, day, 12, tzinfo=UTC) for day in (1, 2, 3)]
IDS = ["00000000-0000-0000-0000-0000000000ff", "00000000-0000-0000-0000-000000000001", None]
BYTES = [None if each is None else UUID(each).bytes for each in IDS]
UUIDS = pa.ExtensionArray.from_storage(pa.uuid(), pa.array(BYTES, pa.binary(16)))


def table(**columns) -> pa.Table:
    return pa.table({"customer": CUSTOMER, "time": MOMENTS, "name": NAME} | columns)


@pytest.fixture(params=["memory", "parquet"])
def given(request, tmp_path):
    """Return what hands a table to a reader: as it is, or as a file."""

    def hand_over(whole: pa.Table):
        if request.param == "memory":
            return whole
        pq.write_table(whole, tmp_path / "events.parquet")
        return tmp_path / "events.parquet"

    return hand_over


TEXTS = [pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(), pa.binary_view()]


@pytest.mark.parametrize("kind", TEXTS, ids=str)
def test_texts_of_every_type_are_texts(given, kind):
    made = {"customer": CUSTOMER, "time": TIME, "name": NAME, "value": ["1,5", None, "2,5"]}
    reading = read(given(pa.table({name: pa.array(values).cast(kind) for name, values in made.items()})))
    assert rows(reading) == [(c, t.replace(" ", "T"), n) for c, t, n in zip(CUSTOMER, TIME, NAME, strict=True)]
    assert reading.value is not None
    assert reading.value.tolist()[::2] == [1.5, 2.5]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()], ids=str)
def test_codes_with_texts_of_every_type_are_texts(kind):
    def coded(values: list[str]) -> pa.Array:
        words = sorted(set(values))
        codes = pa.array([words.index(value) for value in values], pa.uint8())
        return pa.DictionaryArray.from_arrays(codes, pa.array(words).cast(kind))

    reading = read(pa.table({"customer": coded(CUSTOMER), "time": coded(TIME), "name": coded(NAME)}))
    assert [name for _, _, name in rows(reading)] == NAME
    assert moments(reading) == [text.replace(" ", "T") for text in TIME]


NUMBERS = [
    pa.array([1.5, 2.25, None], pa.float16()),
    pa.array([Decimal("1.50"), Decimal("2.25"), None], pa.decimal128(9, 2)),
    pa.array([Decimal("1.50"), Decimal("2.25"), None], pa.decimal256(50, 2)),
    pa.array(["1.5", "2.25", None]).dictionary_encode(),
]


@pytest.mark.parametrize("values", NUMBERS, ids=lambda array: str(array.type))
def test_numbers_of_every_type_are_values(given, values):
    source = given(table(value=values))
    assert read(source).value.tolist()[:2] == [1.5, 2.25]
    assert [row["value"] for row in events(apply(None, source))] == [1.5, 2.25, None]


def test_runs_of_equal_values_are_written_out():
    runs = pa.RunEndEncodedArray.from_arrays(pa.array([1, 2, 3], pa.int32()), pa.array(NAME))
    assert read(table(name=runs)).name.to_pylist() == NAME


def test_customers_that_are_uuids_are_written_as_such(given):
    reading = read(given(table(customer=UUIDS)))
    assert reading.customer.to_pylist() == IDS[:2]
    assert rejected(reading) == [(3, "customer", None, "missing_identifier")]


@pytest.mark.parametrize("broken", [1.5, float("nan"), None])
def test_whole_numbers_among_floats_are_written_without_decimals_and_what_is_no_number_is_nobody(given, broken):
    source = given(table(customer=pa.array([12345678901.0, broken, 7.0])))
    expected = ["12345678901", "1.5", "7"] if broken == 1.5 else ["12345678901", "7"]
    assert read(source).customer.to_pylist() == expected
    assert [row["identifiers"][0][1] for row in events(apply(None, source))] == expected


NESTED = {
    "list": pa.array([[1, 2], [1], [3]]),
    "structure": pa.array([{"a": 1}, {"a": 2}, {"a": 1}]),
    "map": pa.array([[("k", 1)], [], []], pa.map_(pa.string(), pa.int64())),
    "bytes": pa.array([b"\xff", b"a", b"b"]),
}


@pytest.mark.parametrize("kind", NESTED)
def test_a_further_column_may_hold_anything(given, kind):
    source = given(table(more=NESTED[kind]))
    assert [name for _, _, name in rows(read(source))] == NAME
    assert all("more" in row["properties"] for row in events(apply(None, source)))


@pytest.mark.parametrize("role", ["customer", "name"])
@pytest.mark.parametrize("kind", NESTED)
def test_a_customer_or_name_that_is_no_single_value_is_an_error_that_names_column_and_type(given, kind, role):
    source = given(table(**{role: NESTED[kind]}))
    with pytest.raises(InputError, match=f"Column '{role}' holds values of the type"):
        read(source)
    with pytest.raises(InputError, match=f"Column '{role}' holds values of the type"):
        apply(None, source)


@pytest.mark.parametrize("values", [pa.array([True, False, True]), pa.array([1, 2, 3], pa.time64("us"))], ids=str)
def test_a_time_that_is_none_is_an_error_that_names_column_and_type(given, values):
    with pytest.raises(InputError, match=r"Column 'time' holds values of the type .*, which are no times"):
        read(given(table(time=values)))


def test_a_type_that_says_nothing_without_its_program_is_an_error_also_where_the_program_is_not_known(tmp_path):
    frame = table().to_pandas().assign(time=pd.period_range("2026-05-01", periods=3, freq="D"))
    with pytest.raises(InputError, match=r"Column 'time' of the DataFrame holds values of the type pandas\.period"):
        read(frame)
    noted = pa.field("time", pa.int64(), metadata={"ARROW:extension:name": "other.days"})
    days = table(time=pa.array([20574, 20575, 20576]))
    pq.write_table(days.cast(days.schema.set(1, noted)), tmp_path / "days.parquet")
    with pytest.raises(InputError, match=r"Column 'time' of '.*days\.parquet' holds values of the type other\.days"):
        read(tmp_path / "days.parquet")


FAR = {
    "s": pa.array([2**62, 1_777_636_800, -(2**62)], pa.timestamp("s")),
    "ms": pa.array([2**62, 1_777_636_800_000, -(2**62)], pa.timestamp("ms")),
    "days": pa.array([2**31 - 1, 20574, -(2**31)], pa.int32()).cast(pa.date32()),
    "year 9999": pa.array([datetime(9999, 12, 31), datetime(2026, 5, 1, 12), datetime(1, 1, 1)]),
}


@pytest.mark.parametrize("kind", FAR)
def test_times_beyond_all_calendars_are_rejected_and_never_wrap_round(kind):
    reading, imported = read(table(time=FAR[kind])), apply(None, table(time=FAR[kind]))
    assert [text[:10] for text in moments(reading)] == ["2026-05-01"]
    assert [row["time"][:10] for row in events(imported)] == ["2026-05-01"]
    for listed in (reading.rejected, imported.rejected):
        assert [(row["line"], row["reason"]) for row in listed.to_pylist()] == [(1, "bad_time"), (3, "bad_time")]


def test_rows_that_say_the_same_stay_apart_whether_a_value_is_empty_or_missing():
    same = {"customer": ["ana"] * 4, "time": [date(2026, 5, 1)] * 4, "name": ["visit"] * 4}
    made = [
        pa.table(same | {"note": ["", None, "", "x"]}),
        pa.table(same | {"note": pa.array([float("nan"), None, None, 1.0], from_pandas=False)}),
        pa.table(same | {"note": pa.array([1_999, 1_001, None, 1], pa.timestamp("ns"))}),
    ]
    for whole in made:
        found = events(apply(None, whole))
        assert len({row["event_id"] for row in found}) == 4


def test_properties_are_json_also_where_a_number_is_none_or_has_no_end():
    numbers = pa.array([np.nan, np.inf, 2.5], from_pandas=False)
    found = [row["properties"] for row in events(apply(None, table(more=numbers)))]
    assert found == ["{}", '{"more":"inf"}', '{"more":2.5}']


def test_a_frame_that_cannot_be_handed_over_is_one_clear_error():
    twice = pd.DataFrame([["ana", "visit", "order"]], columns=["customer", "name", "name"])
    mixed = pd.DataFrame({"customer": [1, "ana"]})
    for frame, said in ((twice, "Duplicate column names"), (mixed, "column customer")):
        with pytest.raises(InputError, match=said) as caught:
            read(frame)
        assert "Give each column" in caught.value.hint


def test_a_lazy_frame_is_an_error_that_says_what_to_do():
    polars = pytest.importorskip("polars", reason="polars is in the extra 'dev'")
    with pytest.raises(InputError, match="has not been computed yet"):
        read(polars.DataFrame({"customer": ["ana"]}).lazy())
