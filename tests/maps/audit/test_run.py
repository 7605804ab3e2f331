"""How rules are run: off, with other thresholds, and as findings that are told apart."""

import json
from datetime import date

import pytest
from audit_maps import TODAY, judged, outcome, random_sound, sound

from farled.errors import InputError, NotFoundError
from farled.locale import LANGUAGES
from farled.maps.audit.catalog import RULES
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.plain import from_plain, to_plain
from farled.maps.audit.rule import Failed, Judged, Unknown
from farled.maps.audit.run import audit, fingerprint
from farled.maps.audit.telling import finding_values, json_ready, name_of, sentence, state_word, told, unknown_text
from farled.maps.head import RULES as IDS


def test_the_catalogue_holds_all_rules_of_the_map_format_in_their_order():
    assert [each.id for each in RULES] == list(IDS)


def test_a_rule_that_fails_for_one_object_and_cannot_tell_another_fails():
    mixed = Judged((Failed(("a",)),), (Unknown(("b",), "why"),))
    assert [mixed.outcome, Judged((), mixed.unknown).outcome, Judged().outcome] == ["fail", "cannot_tell", "pass"]


def test_a_rule_that_is_off_says_why_and_is_not_judged():
    off = judged("S07", sound(map__audit={"S07": {"off": "Later"}}, phases__1__touchpoints__0__milestone=False))
    assert (off.outcome, off.off, off.findings) == ("off", "Later", ())


def test_a_map_changes_thresholds_of_the_kind_they_have():
    with pytest.raises(NotFoundError, match="min_personas"):
        outcome("P01", sound(map__audit={"P01": {"min_persona": 1}}))
    with pytest.raises(InputError, match="730d"):
        outcome("P05", sound(map__audit={"P05": {"max_age": 12}}))
    with pytest.raises(InputError, match="not a span"):
        outcome("P05", sound(map__audit={"P05": {"max_age": "P1Y"}}))


def test_the_same_trouble_has_the_same_fingerprint_whatever_its_numbers_and_order():
    one = fingerprint("m", "G01", ["b", "a"], {"x": "1", "y": "2"})
    assert one == fingerprint("m", "G01", ["a", "b"], {"y": "2", "x": "1"})
    assert len(one) == 12
    others = [("n", "G01", ["a", "b"]), ("m", "G02", ["a", "b"]), ("m", "G01", ["a"])]
    assert len({one, *(fingerprint(*each, {"x": "1", "y": "2"}) for each in others)}) == 4
    assert one != fingerprint("m", "G01", ["a", "b"], {"x": "1"})


def test_numbers_of_a_finding_do_not_change_its_fingerprint():
    found = [judged("D08", today=date(2027, month, 1)).findings[0] for month in (1, 2)]
    assert found[0].fingerprint == found[1].fingerprint
    assert found[0].failed.distance < found[1].failed.distance


def test_an_audit_of_some_people_has_findings_of_its_own():
    evidence = Evidence(sound(map__owner=None), TODAY)
    alone, all_ = (audit(evidence, whom=whom).findings[0] for whom in ({"of_persona": "ana"}, {}))
    assert alone.failed.cut == {"of_persona": "ana"}
    assert alone.fingerprint != all_.fingerprint


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_finding_is_told_in_the_language_with_names_and_numbers_of_it(language):
    found = judged("D07", sound(personas__0__based_on="assumed", map__audit={"D07": {"max_assumed": 0.2}})).findings[0]
    text = sentence(found, sound(), language)
    assert "Ana" in text
    assert "50" in text
    assert "{" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("each", RULES, ids=lambda each: each.id)
def test_the_sentence_and_cure_of_every_rule_exist_in_every_language(each, language):
    text = told(each, Failed(), each.thresholds_of({}), sound(), language)
    assert text.endswith((".", "…", "”", "»", "«")) or "–" in text
    if language != "en":
        assert text != told(each, Failed(), each.thresholds_of({}), sound(), "en")


def test_a_rule_needs_something_and_its_severity_is_known():
    assert all(set(each.needs) <= set("MEFSX") and each.needs for each in RULES)
    assert {each.severity for each in RULES} == {"E", "W", "I"}
    assert all(each.sources for each in RULES)


def test_a_finding_as_json_holds_what_is_needed_to_act():
    found = finding_values(judged("P05", sound(sources__talks__date=date(2020, 1, 1))).findings[0], sound(), "en")
    assert found["text"] == "The newest source of the persona Ana is of 1 Jan 2020: older than 730\u00a0d."
    assert found["values"] == {"sources": 1, "newest": "2020-01-01"}
    assert (found["rule"], found["objects"], found["severity"]) == ("P05", ["ana"], "W")
    assert found["thresholds"] == {"max_age": "730d"}


def test_what_cannot_be_told_says_where_why_and_what_is_missing():
    unknown = Unknown(("ad",), "nothing was measured", ("click",))
    assert unknown_text(unknown, sound(), "sv") == "Advert: inget har mätts (click)"


def test_names_are_those_of_the_map():
    assert [name_of(sound(), id_) for id_ in ("find", "ad", "ana", "shop", "nobody")] == [
        "Find",
        "Advert",
        "Ana",
        "Shop",
        "nobody",
    ]


def test_states_are_words_of_the_language():
    assert [state_word("open", language) for language in LANGUAGES] == ["öppet", "åpent", "åbent", "open"]


def test_an_audit_comes_back_from_json_as_it_was():
    for seed in range(20):
        made = audit(Evidence(random_sound(seed), TODAY.replace(year=2029)))
        assert made.findings
        assert from_plain(json.loads(json.dumps(to_plain(made)))) == made


def test_values_are_ready_for_json():
    assert json_ready({"a": (date(2026, 1, 1), {1}), "b": None}) == {"a": ["2026-01-01", [1]], "b": None}


def test_of_a_rules_outcomes_on_clean_random_maps_at_most_one_in_twenty_is_a_finding():
    maps = [random_sound(seed) for seed in range(100)]
    failed = {each.id: 0 for each in RULES if "M" in each.needs}
    for each in maps:
        for found in audit(Evidence(each, TODAY)).outcomes:
            failed[found.rule.id] = failed.get(found.rule.id, 0) + (found.outcome == "fail")
    assert {id_: n for id_, n in failed.items() if n > 5} == {}
