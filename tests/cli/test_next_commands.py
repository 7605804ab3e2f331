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
