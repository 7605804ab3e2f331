"""Versions of the maps of a workspace."""

from datetime import UTC, datetime

import pytest
from maps_example import MAP

import farled
from farled.errors import InputError, NotFoundError
from farled.maps.diff.versions import keep_version
from farled.maps.edit.saving import ChangedMeanwhileError, hash_of_text
from farled.workspace.comparing import alone
from farled.workspace.storing import create

LATER = MAP.replace("name: Kassa", "name: Betala")
BROKEN = MAP.replace("claim: 0.5", "claim: 3")
PLAN = MAP.replace("  id: shop\n", "  id: plan\n  state: to_be\n  base: shop\n").replace(
    "name: Kassa", "name: Ett klick"
)


@pytest.fixture
def folder(tmp_path):
    """A workspace without events that has one map."""
    create(tmp_path / "ws")
    maps = tmp_path / "ws" / "maps"
    maps.mkdir()
    (maps / "shop.yaml").write_text(MAP, encoding="utf-8")
    return tmp_path / "ws"


def texts(compared):
    return compared.sentences("en")


def test_a_map_is_compared_with_its_last_kept_version(folder):
    path = folder / "maps" / "shop.yaml"
    keep_version(path, LATER, at=datetime(2026, 3, 1, tzinfo=UTC))
    assert texts(farled.open(folder).diff("shop")) == ["Touchpoint *Betala* is now called *Kassa*"]
    assert texts(farled.open(folder).diff("shop", "shop@20260301-000000-000")) == [
        "Touchpoint *Kassa* is now called *Betala*"
    ]


def test_without_an_earlier_version_there_is_nothing_to_compare_with(folder):
    with pytest.raises(NotFoundError, match="No earlier version of 'shop'"):
        farled.open(folder).diff("shop")


def test_a_plan_is_compared_with_the_map_that_it_changes(folder):
    (folder / "maps" / "plan.yaml").write_text(PLAN, encoding="utf-8")
    found = farled.open(folder).diff("plan")
    assert found.names == ("shop", "plan")
    assert "Touchpoint *Kassa* is now called *Ett klick*" in texts(found)


def test_two_files_need_no_workspace(tmp_path):
    for name, text in (("a.yaml", MAP), ("b.yaml", LATER)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = alone().diff(str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml"))
    assert [change["sentence"] for change in found.to_dict("en")["changes"]] == texts(found)


def test_a_saved_map_keeps_both_versions_and_who_saved(folder):
    workspace = farled.open(folder)
    workspace.save_map("shop", LATER, hash_of_text(MAP), by="Ida Berg")
    assert [(entry.version.by, len(entry.diff.changes)) for entry in workspace.history("shop")] == [
        ("", 0),
        ("Ida_Berg", 1),
    ]
    assert workspace.map("shop").phases[1].touchpoints[1].name == "Betala"
    with pytest.raises(ChangedMeanwhileError):
        workspace.save_map("shop", MAP, hash_of_text(MAP))


def test_a_broken_file_leaves_the_last_good_map_standing_where_that_is_wanted(folder):
    path, workspace = folder / "maps" / "shop.yaml", farled.open(folder)
    workspace.keeps_last_good = True
    good = workspace.map("shop")
    path.write_text(BROKEN, encoding="utf-8")
    assert workspace.map("shop") == good
    assert "feels.claim: 3 is above 2" in workspace.map_fault("shop").message
    path.write_text(LATER, encoding="utf-8")
    assert workspace.map("shop").phases[1].touchpoints[1].name == "Betala"
    assert workspace.map_fault("shop") is None


def test_a_file_that_is_broken_at_the_start_is_shown_as_it_was_last_kept(folder):
    path, workspace = folder / "maps" / "shop.yaml", farled.open(folder)
    path.write_text(BROKEN, encoding="utf-8")
    with pytest.raises(InputError, match="3 is above 2"):
        workspace.map("shop")
    workspace.keeps_last_good = True
    with pytest.raises(InputError, match="3 is above 2"):
        workspace.map("shop")
    keep_version(path, MAP)
    assert workspace.map("shop").map.id == "shop"


def test_a_translation_says_what_is_missing_and_changed_and_is_confirmed(folder):
    workspace = farled.open(folder)
    sidecar = folder / "maps" / "i18n" / "shop.nb.yaml"
    sidecar.parent.mkdir()
    sidecar.write_text("language: nb\nphases.buy.name: {text: Kjøp, of: 0000000a}\n", encoding="utf-8")
    found = workspace.translate_map("shop", "nb")
    assert dict(found.stale) == {"phases.buy.name": "Köp"}
    assert found.missing["touchpoints.order.name"] == "Kassa"
    assert workspace.map("shop", "nb").phases[1].name == "Köp"  # nothing is translated, so nothing is marked
    assert workspace.translate_map("shop", "nb", ["phases.buy.name"]).confirmed == ("phases.buy.name",)
    assert [phase.name for phase in workspace.map("shop", "nb").phases] == ["Se\u00a0[sv]", "Kjøp", "Använd\u00a0[sv]"]
    with pytest.raises(InputError, match="is written in 'sv'"):
        workspace.translate_map("shop", "sv")
