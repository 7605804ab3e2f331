import pytest
from maps_example import MAP

from farled.errors import InputError
from farled.maps.load import loads
from farled.maps.translate import Sidecar, Translation, hash_of, load_sidecar, texts, translated, write_missing


def sidecar(**made):
    """A Norwegian sidecar of ``key=(text, base text)``; a dot is written as two underscores."""
    return Sidecar(
        "nb", {key.replace("__", "."): Translation(text=text, of=hash_of(of)) for key, (text, of) in made.items()}
    )


def test_a_key_is_the_path_by_ids_and_touchpoints_stand_without_their_phase():
    found = texts(loads(MAP))
    assert found["touchpoints.page.name"] == "Sida"
    assert found["phases.see.feels.words.0"] == "nyfiken"
    assert found["map.audit.O04.off"] == "Vi delar mål till våren"
    assert found["departments.mkt"] == "Marknad"
    assert not any(key.endswith((".id", ".channel", ".language")) for key in found)


def test_a_fresh_translation_replaces_the_base_text():
    found = translated(loads(MAP), sidecar(phases__see__name=("Se det", "Se")))
    assert (found.map.phases[0].name, found.map.map.language) == ("Se det", "nb")
    assert "phases.see.name" not in found.missing


def test_a_translation_of_another_base_text_is_stale_and_the_base_text_is_shown():
    found = translated(loads(MAP), sidecar(phases__see__name=("Se det", "Titta")))
    assert (found.map.phases[0].name, found.stale) == ("Se", ("phases.see.name",))


def test_items_of_a_list_are_found_again_when_their_order_changes():
    made = sidecar(personas__maja__wants__0=("Raskt", "Snabbt"), personas__maja__wants__1=("Enkelt!", "Enkelt"))
    turned = loads(MAP.replace("[Snabbt, Enkelt]", "[Enkelt, Snabbt]"))
    assert translated(turned, made).map.personas[0].wants == ("Enkelt!", "Raskt")
    assert not translated(turned, made).stale


def test_a_translated_map_measures_the_same():
    found = translated(loads(MAP), sidecar(phases__see__name=("Se det", "Se"))).map
    assert found.phases[0].touchpoints[1].observe == loads(MAP).phases[0].touchpoints[1].observe


def test_missing_keys_are_written_as_comments_with_the_base_text_once(tmp_path):
    path = tmp_path / "shop.nb.yaml"
    missing = write_missing(loads(MAP), path, "nb")
    first = path.read_text(encoding="utf-8")
    assert "map.title" in missing
    assert f"# phases.see.name: {{text: , of: {hash_of('Se')}}}  # Se\n" in first
    write_missing(loads(MAP), path, "nb")
    assert path.read_text(encoding="utf-8") == first
    assert load_sidecar(path) == Sidecar("nb", {})


def test_a_sidecar_with_a_strange_key_is_refused(tmp_path):
    path = tmp_path / "shop.nb.yaml"
    path.write_text("language: nb\nmap.title: {txt: Kjøp, of: 73a8ad66}\n", encoding="utf-8")
    with pytest.raises(InputError, match="'txt' is not a key here"):
        load_sidecar(path)
