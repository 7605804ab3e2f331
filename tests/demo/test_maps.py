from importlib.resources import files

import pytest

from farled.maps.load import load
from farled.maps.translate import load_sidecar, translated

MAPS = files("farled.demo") / "maps"


@pytest.mark.parametrize("language", ["nb", "da", "en"])
@pytest.mark.parametrize("name", ["nordbod-purchase", "nordbod-business"])
def test_the_maps_of_the_demo_are_told_whole_in_four_languages(name, language):
    map_ = load(str(MAPS / f"{name}.yaml"))
    told = translated(map_, load_sidecar(str(MAPS / "i18n" / f"{name}.{language}.yaml")))
    assert (told.missing, told.stale) == ((), ())
    assert told.map.map.language == language


def test_the_business_map_is_of_accounts_and_names_the_roles_of_the_buying_group():
    map_ = load(str(MAPS / "nordbod-business.yaml"))
    assert map_.map.unit == "account"
    assert {role for persona in map_.personas for role in persona.roles} == {"decides", "influences", "uses", "pays"}
    assert [phase.id for phase in map_.phases] == [
        "need", "research", "evaluation", "decision", "onboarding", "partnership",
    ]  # fmt: skip
