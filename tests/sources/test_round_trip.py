"""Events written in any usual way are read back as they were."""

import csv
import io
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sources.written import Desk

from farled.sources.files import Columns, Options
from farled.spans import instant

WAYS_OF_TIME = {
    "iso": lambda time: time.replace(tzinfo=None).isoformat(" ", "milliseconds"),
    "iso with offset": lambda time: time.astimezone(timezone(timedelta(hours=-3, minutes=-30))).isoformat(),
    "iso utc": lambda time: time.replace(tzinfo=None).isoformat("T", "milliseconds") + "Z",
    "epoch ms": lambda time: str(instant(time) // 1000),
    "epoch us": lambda time: str(instant(time)),
    "dotted": lambda time: time.strftime("%d.%m.%Y %H:%M:%S.") + f"{time.microsecond:06}",
}
WAYS_OF_NUMBERS = {
    "point": lambda cents: f"{cents / 100:.2f}",
    "comma": lambda cents: f"{cents / 100:.2f}".replace(".", ","),
    "groups": lambda cents: f"{cents / 100:,.2f}",
    "nordic": lambda cents: f"{cents / 100:,.2f}".replace(",", "\u00a0").replace(".", ",") + " kr",
    "danish": lambda cents: f"{cents / 100:,.2f}".replace(",", "_").replace(".", ",").replace("_", "."),
}

word = st.text(alphabet='abcåäöæøé ,;|\t"\n', min_size=1, max_size=8).map(str.strip).filter(bool)
time = st.datetimes(datetime(2001, 9, 10), datetime(2100, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
event = st.tuples(word, time, word, st.integers(-(10**9), 10**9))


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(event, min_size=1, max_size=12),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "windows-1252"]),
    st.sampled_from(sorted(WAYS_OF_TIME)),
    st.sampled_from(sorted(WAYS_OF_NUMBERS)),
)
def test_events_come_back_as_they_were_written(tmp_path, events, mark, encoding, way_of_time, way_of_number):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=mark, lineterminator="\r\n")
    writer.writerow(["customer", "time", "event", "value"])
    for who, moment, name, cents in events:
        writer.writerow([who, WAYS_OF_TIME[way_of_time](moment), name, WAYS_OF_NUMBERS[way_of_number](cents)])
    path = Desk(tmp_path).write(out.getvalue().encode(encoding), "events.csv")
    reading = Desk(tmp_path).read(path.read_bytes(), columns=Columns(value="value"), delimiter=mark)
    assert reading.rejected.num_rows == 0
    assert reading.customer.to_pylist() == [who for who, *_ in events]
    assert reading.name.to_pylist() == [name for _, _, name, _ in events]
    assert reading.time.tolist() == [instant(moment) for _, moment, *_ in events]
    assert np.allclose(reading.value, [cents / 100 for *_, cents in events])


def test_a_nordic_export_is_read_without_being_told_anything_but_the_zone(tmp_path):
    text = (
        "Kundenr;Tidspunkt;Hendelse;Beløp;Kanal\r\n"
        "1001;31.12.2025 23:15;kjøp;1 234,50;nettbutikk\r\n"
        "1002;01.01.2026 08:05;spørsmål;;telefon\r\n"
    )
    reading = Desk(tmp_path).read(text.encode("windows-1252"), time_zone="Europe/Oslo")
    assert reading.customer.to_pylist() == ["1001", "1002"]
    assert [str(time) for time in reading.time.astype("datetime64[us]")] == [
        "2025-12-31T22:15:00.000000",
        "2026-01-01T07:05:00.000000",
    ]
    assert reading.name.to_pylist() == ["kjøp", "spørsmål"]
    assert np.array_equal(reading.value, [1234.5, np.nan], equal_nan=True)
    assert reading.channel.to_pylist() == ["nettbutikk", "telefon"]
    assert Options().time_zone is None
