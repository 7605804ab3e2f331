import pytest
from maps_example import MAP

from farled.errors import InputError
from farled.maps.load import RelatedMaps, load, load_catalog, loads
from farled.maps.model import Catalog
from farled.maps.references import Related


def refused(text, **more):
    with pytest.raises(InputError) as raised:
        loads(text, "shop.yaml", **more)
    return raised.value.message.splitlines()


def with_head(*lines):
    return MAP.replace("  language: sv", "  language: sv\n" + "\n".join(f"  {line}" for line in lines))


PLAN = with_head("state: to_be", "base: today")
DETAIL = with_head("parent: {map: today, phase: buy}")


def test_a_plan_names_the_map_that_it_changes():
    assert loads(PLAN, maps=["shop", "today"]).map.base == "today"
    assert refused(PLAN, maps=["shop", "todays"]) == [
        "shop.yaml:7: map.base: There is no map 'today'. Did you mean 'todays'?"
    ]


def test_a_map_may_not_rest_on_itself_however_long_the_way():
    assert "rests on itself: shop → shop." in refused(PLAN.replace("today", "shop"), maps=["shop"])[0]
    maps = {"shop": Related(), "today": Related(("before",)), "before": Related(("other", "shop")), "other": Related()}
    (line,) = refused(PLAN, maps=maps)
    assert line.startswith("shop.yaml:7: map.base: The map 'shop' rests on itself: shop → today → before → shop.")
    assert "map.parent.map: The map 'shop' rests" in refused(DETAIL, maps=maps)[0]


def test_a_ring_among_other_maps_is_theirs():
    maps = {"shop": Related(), "today": Related(("before",)), "before": Related(("today",))}
    assert loads(PLAN, maps=maps).map.base == "today"


def test_a_map_may_detail_one_and_plan_another_without_a_ring():
    maps = {"shop": Related(), "today": Related(("all",)), "all": Related()}
    both = with_head("state: to_be", "base: today", "parent: {map: all, phase: buy}")
    assert loads(both, maps=maps).map.parent.map == "all"


def test_the_phase_that_a_map_details_is_a_phase_of_that_map():
    maps = {"shop": Related(), "today": Related(phases=frozenset({"look", "buying"}))}
    assert refused(DETAIL, maps=maps) == [
        "shop.yaml:6: map.parent.phase: There is no phase 'buy'. Did you mean 'buying'?"
    ]
    assert loads(DETAIL, maps={"shop": Related(), "today": Related()}).map.parent.phase == "buy"


def test_maps_of_a_folder_tell_what_they_rest_on_and_one_that_cannot_be_read_tells_nothing(tmp_path):
    (tmp_path / "shop.yaml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "today.yaml").write_text(DETAIL.replace("id: shop", "id: today").replace("today", "shop"), "utf-8")
    (tmp_path / "broken.yaml").write_text("map: [", encoding="utf-8")
    maps = RelatedMaps(tmp_path)
    assert set(maps) == {"shop", "today", "broken"}
    assert maps["shop"].rests_on == ("today",)
    assert maps["shop"].phases == {"see", "buy", "use"}
    assert maps["broken"] == Related()
    with pytest.raises(InputError, match="shop → today → shop"):
        load(tmp_path / "shop.yaml", maps=maps)


def test_the_id_of_a_map_of_the_workspace_is_the_name_of_its_file(tmp_path):
    (tmp_path / "copy.yaml").write_text(MAP, encoding="utf-8")
    with pytest.raises(InputError, match=r"copy.yaml:3: map.id: The id is 'shop', but the file is called 'copy'."):
        load(tmp_path / "copy.yaml", maps=RelatedMaps(tmp_path))
    assert load(tmp_path / "copy.yaml").map.id == "shop"


CATALOG = {
    "departments": {"mkt": "Marknad", "shop": "Butik"},
    "metrics": {"carts": {"kind": "volume", "at": "cart"}, "answers": {"kind": "csat"}},
}


def test_a_metric_of_the_catalogue_about_what_a_map_does_not_have_is_left_out():
    shop = loads(MAP, catalog=Catalog.model_validate(CATALOG))
    assert "answers" in shop.metrics
    assert "carts" not in shop.metrics


def test_unless_the_map_names_it_which_is_then_wrong():
    catalog = Catalog.model_validate(CATALOG)
    (line,) = refused(MAP.replace("guards: [csat]", "guards: [carts]"), catalog=catalog)
    assert "map.guards[0]: The metric 'carts' of the catalogue is of the phase or touchpoint 'cart', which is" in line


def test_the_channel_of_a_metric_is_known():
    wrong = MAP.replace(
        "  csat: {kind: csat}", "  csat: {kind: channel_effect, channel: wep, to: buy, view: attribution}"
    )
    assert any("metrics.csat.channel: There is no channel 'wep'. Did you mean 'web'" in line for line in refused(wrong))


def test_the_catalogue_holds_within_itself(tmp_path):
    text = """\
departments: {mkt: Marknad}
channels: {web: {name: Sajten, owner: mtk}}
personas:
  - {id: maja, name: Maja, based_on: [survey]}
  - {id: maja, name: Maja}
"""
    (tmp_path / "catalog.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load_catalog(tmp_path / "catalog.yaml")
    places = [line.split(" ")[1] for line in raised.value.message.splitlines()]
    assert places == ["channels.web.owner:", "personas[0].based_on[0]:", "personas[1].id:"]


@pytest.mark.parametrize("place", ["opportunities", "touchpoint", "pain_points"])
def test_a_persona_of_the_catalogue_comes_with_the_map_that_names_it(place):
    catalog = Catalog.model_validate({"personas": [{"id": "arne", "name": "Arne"}]})
    named = {
        "opportunities": MAP.replace("status: proposed,", "status: proposed, personas: [arne],"),
        "touchpoint": MAP.replace("channel: ads,", "channel: ads, personas: [arne],"),
        "pain_points": MAP.replace("personas: [maja]}", "personas: [arne]}"),
    }
    assert [persona.id for persona in loads(named[place], catalog=catalog).personas] == ["maja", "arne"]
