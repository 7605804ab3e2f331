import pytest
from maps_example import MAP

from farled.errors import InputError, NotFoundError
from farled.maps.load import loads
from farled.maps.sidecar import confirm, write_missing
from farled.maps.translate import (
    Sidecar,
    Translation,
    hash_of,
    load_sidecar,
    tagged,
    texts,
    translated,
    with_languages,
)


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
    named = MAP.replace("    O04: {off", "    V03: {metric: share}\n    O04: {off")
    assert named != MAP
    assert texts(loads(named)) == found
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


def test_missing_keys_are_told_apart_though_one_begins_like_another(tmp_path):
    path = tmp_path / "shop.nb.yaml"
    path.write_text("language: nb\n# touchpoints.ad.namesake: {text: , of: 00000000}  # x\n", encoding="utf-8")
    write_missing(loads(MAP), path, "nb")
    assert f"# touchpoints.ad.name: {{text: , of: {hash_of('Annons')}}}  # Annons\n" in path.read_text(encoding="utf-8")


def test_comments_follow_the_base_text_and_go_when_they_are_not_needed(tmp_path):
    path = tmp_path / "shop.nb.yaml"
    write_missing(loads(MAP), path, "nb")
    told = path.read_text(encoding="utf-8")
    line = next(line for line in told.splitlines(keepends=True) if line.startswith("# phases.see.name"))
    path.write_text(told.replace(line, f"phases.see.name: {{text: Se det, of: {hash_of('Se')}}}\n"), encoding="utf-8")
    write_missing(loads(MAP.replace("name: Annons", "name: Reklam")), path, "nb")
    after = path.read_text(encoding="utf-8")
    assert "# phases.see.name" not in after
    assert f"# touchpoints.ad.name: {{text: , of: {hash_of('Reklam')}}}  # Reklam\n" in after
    assert "# Annons" not in after


def test_a_hash_that_looks_like_a_number_is_written_in_quotes(tmp_path):
    text = next(str(at) for at in range(10**6) if hash_of(str(at)).isdecimal())
    path = tmp_path / "shop.nb.yaml"
    shop = loads(MAP.replace("name: Annons", f'name: "{text}"'))
    write_missing(shop, path, "nb")
    line = next(line for line in path.read_text(encoding="utf-8").splitlines() if "touchpoints.ad.name" in line)
    path.write_text(f"language: nb\n{line[2:].replace('text: ,', 'text: Tall,')}\n", encoding="utf-8")
    assert translated(shop, load_sidecar(path)).map.phases[0].touchpoints[0].name == "Tall"


def test_confirming_writes_the_hash_of_the_new_base_text_and_nothing_else(tmp_path):
    path = tmp_path / "shop.nb.yaml"
    told = (
        "language: nb   # bokmål\nmap.title:   {text: 'Kjøp', of: 0000000a}   # the title\n"
        "phases.see.name: {text: A, of: b}\n"
    )
    path.write_text(told, encoding="utf-8")
    assert confirm(loads(MAP), path, ["map.title"]) == ("map.title",)
    assert path.read_text(encoding="utf-8") == told.replace("0000000a", hash_of("Köp i butiken"))
    assert confirm(loads(MAP), path, ["all"]) == ("phases.see.name",)
    assert not translated(loads(MAP), load_sidecar(path)).stale


def test_only_what_is_stale_can_be_confirmed(tmp_path):
    path = tmp_path / "shop.nb.yaml"
    path.write_text(f"language: nb\nmap.title: {{text: Kjøp, of: {hash_of('Köp i butiken')}}}\n", encoding="utf-8")
    with pytest.raises(NotFoundError, match=r"no stale translation named 'map.title'"):
        confirm(loads(MAP), path, ["map.title"])


def test_translations_of_texts_that_are_gone_are_told():
    made = sidecar(phases__see__name=("Se det", "Se"), phases__gone__name=("Borte", "Borta"))
    assert translated(loads(MAP), made).unused == ("phases.gone.name",)


def test_texts_that_stay_in_the_base_language_say_so_and_changed_ones_have_a_mark():
    made = sidecar(phases__see__name=("Se det", "Se"), phases__buy__name=("Kjøp", "Köpa"))
    shown = tagged(translated(loads(MAP), made), "sv")
    assert [phase.name for phase in shown.phases] == ["Se det", "Köp\u00a0[sv*]", "Använd\u00a0[sv]"]
    assert shown.departments["mkt"] == "Marknad"
    assert shown.phases[0].touchpoints[0].observe == loads(MAP).phases[0].touchpoints[0].observe


def test_a_map_of_which_nothing_is_translated_is_not_marked():
    assert tagged(translated(loads(MAP), Sidecar("nb", {})), "sv").phases[0].name == "Se"


def test_marked_texts_have_a_language_of_their_own_in_pictures_and_pages():
    drawn = '<text class="met ink" x="1">Kassa\u00a0[sv]</text><td><p>Sida\u00a0[sv*]</p><p>Ja</p></td>'
    assert with_languages(drawn) == (
        '<text class="met ink" x="1" lang="sv">Kassa\u00a0[sv]</text><td><p lang="sv">Sida\u00a0[sv*]</p><p>Ja</p></td>'
    )
