import pytest
from maps_example import MAP

from farled.errors import InputError
from farled.maps.edit.saving import ChangedMeanwhileError, hash_of_text, save

MINE = MAP.replace("claim: 0.5", "claim: 0.2")
THEIRS = MAP.replace("name: Kassa", "name: Betala")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "shop.yaml"
    path.write_text(MAP, encoding="utf-8")
    return path


def test_a_file_is_saved_with_the_hash_of_what_was_read(path):
    assert save(path, MINE, hash_of_text(MAP)) == hash_of_text(MINE)
    assert path.read_text(encoding="utf-8") == MINE


def test_what_somebody_else_saved_meanwhile_is_kept_and_the_difference_told(path):
    path.write_text(THEIRS, encoding="utf-8")
    with pytest.raises(ChangedMeanwhileError) as raised:
        save(path, MINE, hash_of_text(MAP))
    assert path.read_text(encoding="utf-8") == THEIRS
    assert raised.value.diff is not None
    assert [change.field for change in raised.value.diff.changes] == ["feels", "name"]
    assert raised.value.hash == hash_of_text(THEIRS)
    assert (raised.value.exit_code, raised.value.http_status) == (4, 409)


def test_a_conflict_with_a_broken_file_is_told_too(path):
    path.write_text("farled: [", encoding="utf-8")
    with pytest.raises(ChangedMeanwhileError) as raised:
        save(path, MINE, hash_of_text(MAP))
    assert raised.value.diff is None


def test_a_broken_text_is_refused_with_its_line_and_the_file_stays(path):
    with pytest.raises(InputError, match=r"shop.yaml:27: phases\[0\].feels.claim: 3 is above 2"):
        save(path, MAP.replace("claim: 0.5", "claim: 3"), hash_of_text(MAP))
    assert path.read_text(encoding="utf-8") == MAP


def test_a_reference_that_does_not_hold_is_refused(path):
    with pytest.raises(InputError, match="There is no touchpoint 'pag'"):
        save(path, MAP.replace("if_fails: page", "if_fails: pag"), hash_of_text(MAP))


def test_a_new_file_has_no_hash(tmp_path):
    save(tmp_path / "new.yaml", MAP, "")
    assert (tmp_path / "new.yaml").read_text(encoding="utf-8") == MAP
    with pytest.raises(ChangedMeanwhileError):
        save(tmp_path / "new.yaml", MINE, "")


def test_a_byte_order_mark_stays(path):
    path.write_bytes(b"\xef\xbb\xbf" + MAP.encode())
    save(path, MINE, hash_of_text(MAP))
    assert path.read_bytes() == b"\xef\xbb\xbf" + MINE.encode()
