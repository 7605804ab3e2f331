"""The verb ``replace``: a newer file takes the place of the days that it has, in one commit."""

import pytest
from events.test_rejected_rows import Desk

from farled.errors import InputError
from farled.events.doctor import doctor
from farled.events.store import EventStore
from farled.workspace.dry_run import try_out
from farled.workspace.storing import reading, take_back

MAPPING = """
preset: 1
id: visits
files: "*.csv"
time: {column: time, zone: UTC}
identifiers: [{type: user_id, column: who}]
events:
  - name: {column: name}
    properties: [note]
replace: {by: day, column: day}
"""
HEAD = "who,time,name,note,day\n"


class Days(Desk):
    """A workspace filled under a mapping that replaces days."""

    def __init__(self, path, mapping=MAPPING):
        super().__init__(path)
        (path / "mapping.yaml").write_text(mapping)

    def take(self, *rows, name="export.csv", **options):
        """Import rows such as ``a 1 note``: who, the day of May, and a note."""
        parts = [row.split() for row in rows]
        lines = [f"{who},2026-05-0{day} 10:00,visit,{note},2026050{day}\n" for who, day, note in parts]
        return self.bring(self.write(name, HEAD + "".join(lines)), mapping=str(self.path / "mapping.yaml"), **options)

    def found(self):
        """Return what the table holds, such as ``a 1 note``."""
        rows = EventStore(self.folder.events, 1).events().to_pylist()
        told = [(row["identifiers"][0]["value"], row["time"].day, row["properties"].split('"')[3]) for row in rows]
        return sorted(f"{who} {day} {note}" for who, day, note in told)

    def is_well(self):
        return [str(check) for check in doctor(self.folder.path) if not check.ok] == []


@pytest.fixture
def days(tmp_path):
    return Days(tmp_path)


def test_a_newer_file_replaces_the_days_it_has_and_no_other(days):
    days.take("a 1 old", "b 1 old", "a 2 old")
    before = EventStore(days.folder.events, 1).version
    report = days.take("a 2 new", "c 2 new", "a 3 new")
    assert days.found() == ["a 1 old", "a 2 new", "a 3 new", "b 1 old", "c 2 new"]
    assert (report.new, report.known, report.replaced) == (3, 0, 1)
    assert EventStore(days.folder.events, 1).version == before + 1
    assert "1 of earlier imports gave way" in str(report)
    assert days.is_well()


def test_a_day_that_says_the_same_changes_nothing(days):
    days.take("a 1 x", "b 1 y", "b 1 y", "a 2 z")
    version = EventStore(days.folder.events, 1).version
    report = days.take("b 1 y", "a 1 x", "b 1 y", "a 2 z", name="again.csv")
    assert (report.new, report.replaced, report.state) == (0, 0, "nothing new")
    assert EventStore(days.folder.events, 1).version == version


def test_facts_with_natural_ids_get_their_new_content(tmp_path):
    days = Days(tmp_path, MAPPING.replace("    properties", "    id: [who, day]\n    properties"))
    days.take("a 1 old", "b 1 same")
    days.take("a 1 new", "b 1 same")
    assert days.found() == ["a 1 new", "b 1 same"]


def test_the_dry_run_tells_the_numbers_of_the_run(days):
    days.take("a 1 old", "b 1 old")
    text = HEAD + "".join(f"a,2026-05-0{day} 10:00,visit,new,2026050{day}\n" for day in (1, 2))
    file, mapping = days.path / days.write("export.csv", text), days.path / "mapping.yaml"
    dry = try_out(days.folder, reading(days.folder, [str(file)], str(mapping)), 1).report
    assert days.found() == ["a 1 old", "b 1 old"]
    run = days.take("a 1 new", "a 2 new")
    assert (dry.new, dry.known, dry.replaced) == (run.new, run.known, run.replaced) == (2, 0, 2)


def test_corrected_rejected_rows_add_to_their_day_and_go_with_it(days):
    text = HEAD + "a,2026-05-01 10:00,visit,x,20260501\nb,soon,visit,y,20260501\n"
    mapping = str(days.path / "mapping.yaml")
    (path,) = days.rejects(days.bring(days.write("export.csv", text), mapping=mapping))
    assert days.bring(days.corrected(path, {'"b","soon"': "b,2026-05-01 10:00"}), mapping=mapping).replaced == 0
    assert days.found() == ["a 1 x", "b 1 y"]
    assert days.take("a 1 x", "b 1 y").state == "nothing new"
    assert days.take("c 1 z").replaced == 2
    assert days.found() == ["c 1 z"]


def test_a_replaced_day_can_be_replaced_again_and_undone(days):
    first = days.take("a 1 one", "a 2 one")
    second = days.take("a 1 two")
    third = days.take("a 1 three")
    assert days.found() == ["a 1 three", "a 2 one"]
    take_back(days.folder, third.import_id)
    assert days.found() == ["a 2 one"]
    assert days.take("a 1 one", "a 2 one").new == 1  # importing the earlier file again brings its day back
    assert days.found() == ["a 1 one", "a 2 one"]
    take_back(days.folder, second.import_id)
    take_back(days.folder, first.import_id)
    assert days.is_well()


def test_other_mappings_are_left_alone(days):
    days.take("a 1 old")
    (days.path / "mapping.yaml").write_text(MAPPING.replace("id: visits", "id: others"))
    days.take("b 1 new")
    assert days.found() == ["a 1 old", "b 1 new"]


def test_a_column_without_days_is_refused(tmp_path):
    days = Days(tmp_path, MAPPING.replace("column: day}", "column: note}"))
    with pytest.raises(InputError, match=r"Column 'note' of .* tells no days: the first is 'x'"):
        days.take("a 1 x")


def test_rows_without_a_day_are_added_and_told(days):
    text = HEAD + "a,2026-05-01 10:00,visit,x,20260501\nb,2026-05-01 11:00,visit,y,\n"
    report = days.bring(days.write("export.csv", text), mapping=str(days.path / "mapping.yaml"))
    days.take("c 1 z")
    assert report.rows == 2
    assert days.found() == ["b 1 y", "c 1 z"]
