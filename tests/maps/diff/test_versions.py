import os
import shutil
import subprocess
from datetime import UTC, date, datetime

import pytest
from maps_example import MAP

from farled.errors import InputError, NotFoundError
from farled.maps.diff.history import history, known_history, last_good
from farled.maps.diff.versions import Version, keep_version, text_at, versions

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
SECOND = MAP.replace("claim: 0.5", "claim: 0.2")
THIRD = SECOND.replace("lever: L09", "lever: L06").replace("name: Kassa", "name: Betala")


def git(folder, *command, by="Ida", day=1):
    named = {"GIT_AUTHOR_NAME": by, "GIT_COMMITTER_NAME": by, "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_EMAIL": "a@b"}
    dated = {f"GIT_{who}_DATE": f"2026-03-0{day}T10:00:00+00:00" for who in ("AUTHOR", "COMMITTER")}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "-C", str(folder), *command], check=True, env={**os.environ, **named, **dated, **alone})


@pytest.fixture
def committed(tmp_path):
    """A map file in a folder of a repository, committed twice."""
    path = tmp_path / "maps" / "shop.yaml"
    path.parent.mkdir()
    git(tmp_path, "init", "-q")
    for day, (text, note) in enumerate(((MAP, "First map"), (SECOND, "After the interviews")), start=1):
        path.write_text(text, encoding="utf-8")
        git(tmp_path, "add", "maps")
        git(tmp_path, "commit", "-q", "-m", note, by="Ida" if day == 1 else "Ola", day=day)
    return path


@needs_git
def test_a_revision_of_git_is_read_as_it_was(committed):
    assert text_at(committed, "HEAD~1") == MAP
    assert text_at(committed, "HEAD") == SECOND


@needs_git
@pytest.mark.parametrize("revision", ["HEAD~9", "nothing"])
def test_an_unknown_revision_is_told(committed, revision):
    with pytest.raises(NotFoundError, match=f"no revision '{revision}'"):
        text_at(committed, revision)


@needs_git
def test_a_map_that_was_not_there_is_told(committed):
    with pytest.raises(NotFoundError, match=r"other.yaml was not there at HEAD"):
        text_at(committed.with_name("other.yaml"), "HEAD")


@needs_git
def test_a_revision_cannot_be_an_option_of_git(committed):
    with pytest.raises(InputError, match="is no revision"):
        text_at(committed, "--output=x")


@needs_git
def test_outside_of_a_repository_there_is_no_revision(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(InputError, match="is in no git repository"):
        text_at(tmp_path / "shop.yaml", "HEAD")


def test_without_git_it_is_said_and_kept_copies_are_still_found(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "shop.yaml"
    path.write_text(SECOND, encoding="utf-8")
    kept = keep_version(path, MAP, "Ida", datetime(2026, 3, 1, 10, tzinfo=UTC))
    assert text_at(path, "20260301-100000-000") == MAP
    assert [version.text for version in versions(path)] == [MAP, SECOND]
    assert kept.parent == tmp_path / "versions" / "shop"
    with pytest.raises(NotFoundError, match="Git is not installed"):
        text_at(path, "HEAD")
    with pytest.raises(NotFoundError, match="no saved version named '20990101-000000-000'"):
        text_at(path, "20990101-000000-000")


@needs_git
def test_versions_say_when_by_whom_and_why_oldest_first(committed):
    committed.write_text(THIRD, encoding="utf-8")
    found = versions(committed)
    assert [(version.by, version.note) for version in found] == [
        ("Ida", "First map"),
        ("Ola", "After the interviews"),
        ("", ""),
    ]
    assert found[0].at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert (found[-1].name, found[-1].text) == ("", THIRD)


def saved(*texts):
    """Versions of March 1, 2, 3 …"""
    return [
        Version(f"v{at}", datetime(2026, 3, at, tzinfo=UTC), "", "", text) for at, text in enumerate(texts, start=1)
    ]


def test_the_change_log_says_what_each_version_changed():
    first, second, third = history(saved(MAP, SECOND, THIRD))
    assert not first.diff
    assert [change.field for change in second.diff.changes] == ["feels"]
    assert sorted(change.field for change in third.diff.changes) == ["lever", "name"]


def test_a_broken_version_has_no_changes_and_the_next_is_compared_with_the_last_good_one():
    _, broken, third = history(saved(MAP, "farled: [", SECOND))
    assert (broken.map, bool(broken.diff)) == (None, False)
    assert [change.field for change in third.diff.changes] == ["feels"]


def test_the_last_good_version_is_found_behind_broken_ones(tmp_path):
    path = tmp_path / "shop.yaml"
    keep_version(path, MAP, at=datetime(2026, 3, 1, tzinfo=UTC))
    path.write_text("farled: [", encoding="utf-8")
    found = last_good(path)
    assert found is not None
    assert found.version.text == MAP


def test_the_audit_reads_day_place_and_metrics_of_changes_but_not_wording():
    known = known_history(history(saved(MAP, SECOND, THIRD)))
    assert known is not None
    assert known.since == date(2026, 3, 1)
    assert [(change.on.day, change.object, change.phase, change.metrics) for change in known.changes] == [
        (2, "see", "see", ()),
        (3, "faster", "buy", ("rate",)),
    ]


def test_one_version_is_no_history():
    assert known_history(history(saved(MAP))) is None
