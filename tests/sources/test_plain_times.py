"""Times that all have one form are read on a short way, to the same moments as on the long one."""

import pyarrow as pa
import pytest

from farled.sources.files import Options, read

SECONDS = ["2026-03-29 02:30:00", "2026-10-25 02:30:00", "1999-12-31 23:59:59", "2024-02-29T00:00:00"]
COLUMNS = {
    "seconds": SECONDS,
    "milliseconds": [f"{text}.250" for text in SECONDS],
    "microseconds": [f"{text}.250001" for text in SECONDS],
    "UTC": [f"{text}Z" for text in SECONDS],
    "milliseconds in UTC": [f"{text}.250Z" for text in SECONDS],
    "offsets": [f"{text}+02" for text in SECONDS],
    "minutes with offsets": [f"{text[:16]}+02" for text in SECONDS],
    "some missing": [*SECONDS, "", SECONDS[0]],
    "no such day": [*SECONDS, "2026-02-30 00:00:00"],
    "no such second": [*SECONDS, "2026-02-28 23:59:60"],
    "a year of two digits": [*SECONDS, "0026-02-28 23:59:59"],
    "not a time": [*SECONDS, "sometime last summer"],
    "nothing between": [*(f"{text}+01" for text in SECONDS), "2026-03-29 023000+01"],
    "forms of one length": [*SECONDS, "2026-03-29 02:30+01", "2026-03-29 02:30 Z  "],
    "blanks around": [*(f" {text}" for text in SECONDS)],
}


@pytest.mark.parametrize("zone", ["UTC", "Europe/Stockholm"])
@pytest.mark.parametrize("name", COLUMNS)
def test_a_file_says_the_same_as_a_table(tmp_path, name, zone):
    texts = COLUMNS[name]
    (tmp_path / "shop.csv").write_text("customer,time,name\n" + "".join(f"ana,{text},visit\n" for text in texts))
    whole = pa.table({"customer": ["ana"] * len(texts), "time": texts, "name": ["visit"] * len(texts)})
    from_file, from_table = (read(source, None, Options(time_zone=zone)) for source in (tmp_path / "shop.csv", whole))
    assert from_file.time.tolist() == from_table.time.tolist()
    wrong = ("column", "value", "reason")
    assert from_file.rejected.select(wrong).equals(from_table.rejected.select(wrong))
    assert {str(one) for one in from_table.report} <= {str(one) for one in from_file.report}
