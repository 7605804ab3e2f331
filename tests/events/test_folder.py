import pytest

from farled.errors import InputError, NotFoundError
from farled.events.folder import Settings, find, init, load


def shop(path, **settings):
    return init(path, Settings(name="Butik: å", **settings))


def test_a_new_workspace_can_be_opened_again(tmp_path):
    folder = shop(tmp_path / "deep" / "shop", buckets=4, region="NO")
    assert load(folder.path) == folder
    assert folder.settings.buckets == 4
    assert (folder.path / "farled.yaml").read_text(encoding="utf-8").startswith("# Settings")


def test_nothing_is_ever_overwritten(tmp_path):
    shop(tmp_path)
    before = (tmp_path / "farled.yaml").read_bytes()
    with pytest.raises(InputError, match="workspace already"):
        shop(tmp_path, buckets=2)
    assert (tmp_path / "farled.yaml").read_bytes() == before


def test_a_folder_that_holds_something_else_is_refused(tmp_path):
    (tmp_path / "thesis.docx").write_text("x")
    with pytest.raises(InputError, match=r"thesis\.docx"):
        shop(tmp_path)
    with pytest.raises(InputError, match="is a file"):
        shop(tmp_path / "thesis.docx")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_hidden_files_do_not_matter(tmp_path):
    (tmp_path / ".git").mkdir()
    assert shop(tmp_path).settings.name == "Butik: å"


def test_the_nearest_workspace_upwards_is_found(tmp_path):
    inner = shop(tmp_path / "inner").path
    below = inner / "maps" / "i18n"
    below.mkdir(parents=True)
    assert find(below) == inner
    assert find(inner) == inner
    with pytest.raises(NotFoundError, match="no workspace"):
        find(tmp_path)


def test_the_variable_names_the_workspace_where_none_is_given(tmp_path, monkeypatch):
    inner = shop(tmp_path / "inner").path
    monkeypatch.setenv("FARLED_WORKSPACE", str(inner))
    monkeypatch.chdir(tmp_path)
    assert find() == inner
    monkeypatch.delenv("FARLED_WORKSPACE")
    with pytest.raises(NotFoundError):
        find()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nme: x", "Did you mean name"),
        ("name: ''", "name is ''"),
        ("{}", "name"),
        ("name: x\ntime_zone: Mars/Base", "Mars/Base"),
        ("name: x\nlanguage: fi", "language is 'fi'"),
        ("name: x\nbuckets: 0", "buckets is 0"),
        ("name: x\ncurrency: kronor", "currency is 'kronor'"),
        ("name: [", "line 1"),
        ("- a", "holds no settings"),
        ("name: x\nname: y", "line 2"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value(tmp_path, text, told):
    (tmp_path / "farled.yaml").write_text(text)
    with pytest.raises(InputError) as error:
        load(tmp_path)
    assert told in str(error.value)


def test_a_newer_workspace_is_refused_with_one_line(tmp_path):
    (tmp_path / "farled.yaml").write_text("name: x\nformat: 2\nnew_setting: 1\n")
    with pytest.raises(InputError) as error:
        load(tmp_path)
    assert error.value.message == "The workspace has format 2, but this Farled reads formats up to 1."


def test_a_folder_without_settings_is_no_workspace(tmp_path):
    with pytest.raises(NotFoundError):
        load(tmp_path)
