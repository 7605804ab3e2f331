"""The command that is named as the next one can be typed as it stands."""

import re
import shlex

FOLDER = "å ø [min] shop"
EVENTS = "customer,time,name\nana,2026-03-01,visit\nana,2026-03-02,order\nbo,2026-03-02,visit\n"


def test_a_folder_with_blanks_and_brackets_is_named_so_that_the_command_finds_it(typed, tmp_path):
    (tmp_path / "events.csv").write_text(EVENTS)
    code, out, _ = typed("init", FOLDER)
    command = shlex.split(out.partition("Next: ")[2])
    assert (code, command[-2:]) == (0, ["--workspace", FOLDER])
    assert "3 new events" in typed("ingest", "events.csv", *command[-2:])[1]


def test_what_draws_a_draft_of_a_file_begins_with_a_workspace_for_its_events(typed, tmp_path):
    (tmp_path / "my events.csv").write_text(EVENTS)
    code, out, _ = typed("map", "draft", "my events.csv")
    assert code == 0
    steps = [shlex.split(step)[1:] for step in re.split("&&", out.partition("then ")[2])]
    assert [step[0] for step in steps] == ["init", "ingest", "map"]
    assert [typed(*step)[0] for step in steps] == [0, 0, 0]


def then(out):
    """The commands that are named at the end, as they are typed."""
    return [shlex.split(step)[1:] for step in re.split("&&", re.split("then |Next: |Draw both: ", out)[-1].strip())]


def test_what_draws_a_draft_reads_the_file_as_it_was_read_for_the_draft(typed, tmp_path):
    rows = "who,day and hour,what\nana,03/04/2026 10.00,visit\nana,05/04/2026 11.00,order\nbo,06/04/2026 10.00,visit\n"
    (tmp_path / "odd.csv").write_text(rows)
    said = ("--customer", "who", "--time", "day and hour", "--name", "what", "--time-format", "%d/%m/%Y %H.%M")
    code, out, _ = typed("map", "draft", "odd.csv", *said, "--time-zone", "Europe/Oslo", "--out", "ours.yaml")
    assert code == 0
    assert [typed(*step)[0] for step in then(out)] == [0, 0, 0]
    ingest = then(out)[1]
    assert (
        dict(zip(said[::2], said[1::2], strict=True)).items()
        <= dict(zip(ingest[2::2], ingest[3::2], strict=True)).items()
    )


def test_a_workspace_that_is_named_is_named_in_the_next_command_too(typed, tmp_path):
    (tmp_path / "events.csv").write_text(EVENTS)
    (tmp_path / "grid.csv").write_text("Phase,See,Buy\nDoes,looks,pays\n")
    assert typed("init", FOLDER)[0] == 0
    assert typed("ingest", "events.csv", "--workspace", FOLDER)[0] == 0
    for words in (
        ("map", "draft"),
        ("map", "draft", "events.csv", "--out", "drawn.yaml"),
        ("map", "import", "grid.csv"),
        ("map", "new", "ours"),
        ("map", "new", "mine", "--out", "mine.yaml"),
        ("segment", "save", "much", "{event: visit, min: 2}"),
    ):
        code, out, _ = typed(*words, "--workspace", FOLDER)
        steps = then(out.partition("Events of the map")[0])
        assert (code, [typed(*step)[0] for step in steps]) == (0, [0])
    code, _, said = typed("map", "diff", "draft", "--against", "2026-03", "--out", "two.svg", "--workspace", FOLDER)
    assert (code, [typed(*step)[0] for step in then(said)]) == (2, [0])


def test_a_map_without_a_workspace_is_checked_first(typed, tmp_path):
    (tmp_path / "grid.csv").write_text("Phase,See,Buy\nDoes,looks,pays\n")
    for words in (("import", "grid.csv"), ("new", "mine", "--out", "my map.yaml")):
        code, out, _ = typed("map", *words)
        assert (code, [typed(*step)[0] for step in then(out)]) == (0, [0])
