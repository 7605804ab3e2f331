import pytest

from farled.errors import InputError
from farled.events.folder import Settings, init, load
from farled.workspace.stating import database_of


def folder_with(tmp_path, **settings):
    init(tmp_path / "shop", Settings(name="Shop"))
    with (tmp_path / "shop" / "farled.yaml").open("a") as file:
        file.writelines(f"{name}: {value}\n" for name, value in settings.items())
    return load(tmp_path / "shop")


def test_the_state_of_a_workspace_lies_in_its_folder(tmp_path):
    folder = folder_with(tmp_path)
    assert database_of(folder).file == folder.path / "state.db"


def test_another_database_may_be_named(tmp_path):
    assert database_of(folder_with(tmp_path, state="postgresql://ana@host/shop")).url.host == "host"


def test_a_password_in_the_settings_is_refused_and_not_repeated(tmp_path):
    with pytest.raises(InputError, match="password") as caught:
        database_of(folder_with(tmp_path, state="postgresql://ana:s3cret@host/shop"))
    assert "s3cret" not in str(caught.value)


def test_an_address_with_a_password_stands_in_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOP_STATE", "postgresql://ana:s3cret@host/shop")
    assert database_of(folder_with(tmp_path, state="{env: SHOP_STATE}")).url.password == "s3cret"
