import pytest

from farled.errors import InputError, NotFoundError
from farled.state.secret import secret


def test_a_secret_stands_in_the_environment(tmp_path):
    assert secret({"env": "KEY"}, "state", tmp_path, {"KEY": "s3cret"}).reveal() == "s3cret"


def test_a_secret_stands_in_a_file_that_only_its_owner_reads(tmp_path):
    file = tmp_path / "key"
    file.write_text("s3cret\n")
    file.chmod(0o600)
    assert secret({"file": "key"}, "state", tmp_path).reveal() == "s3cret"
    file.chmod(0o644)
    with pytest.raises(InputError, match="others may read"):
        secret({"file": "key"}, "state", tmp_path)


def test_a_secret_in_the_settings_is_refused_and_not_repeated(tmp_path):
    with pytest.raises(InputError) as caught:
        secret("s3cret", "state", tmp_path)
    assert "s3cret" not in str(caught.value)


def test_a_secret_is_not_printed(tmp_path):
    found = secret({"env": "KEY"}, "state", tmp_path, {"KEY": "s3cret"})
    assert "s3cret" not in f"{found!r} {found} {[found]}"


@pytest.mark.parametrize("named", [{"env": "NONE"}, {"file": "none"}, {"file": "empty"}])
def test_what_is_not_there_is_named(tmp_path, named):
    (tmp_path / "empty").touch(mode=0o600)
    with pytest.raises(NotFoundError, match=next(iter(named.values()))):
        secret(named, "state", tmp_path, {})
