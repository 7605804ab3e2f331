from maps_example import MAP

from farled.maps.load import loads
from farled.maps.planned import planned_map, planned_sidecar
from farled.maps.translate import hash_of

BASE = MAP + "attests:\n  - {what: tone, at: [page], by: mkt, date: 2026-08-20}\n"


def test_a_plan_is_a_copy_that_names_what_it_changes():
    plan = loads(planned_map(BASE, "plan"))
    base = loads(BASE)
    assert (plan.map.id, plan.map.state, plan.map.base) == ("plan", "to_be", "shop")
    assert plan.map.title == "Köp i butiken (planerad)"
    assert [phase.id for phase in plan.phases] == [phase.id for phase in base.phases]
    assert plan.metrics == base.metrics


def test_what_was_felt_and_attested_is_not_yet():
    rested = BASE.replace("words: [nyfiken], based_on: assumed", "words: [nyfiken], based_on: [survey]")
    plan = loads(planned_map(rested.replace("  guards:", "  review: {last: 2026-01-01}\n  guards:"), "plan"))
    assert plan.phases[0].feels.based_on == ()
    assert plan.attests == ()
    assert plan.map.review.last is None


def test_comments_stay_and_the_rest_is_as_it_was():
    text = planned_map(BASE, "plan")
    assert "# the title" in text
    changed = [line for line in text.splitlines() if line not in BASE.splitlines()]
    assert [line.split(":")[0].strip() for line in changed] == ["id", "title", "state", "base"]


def test_the_plan_of_a_plan_rests_on_that_plan():
    assert loads(planned_map(planned_map(BASE, "plan"), "other", "Annat")).map.base == "plan"


def test_translations_come_along_and_the_title_is_not_stale():
    title = "Köp i butiken"
    sidecar = f"language: nb\nmap.title: {{text: Kjøp i butikken, of: {hash_of(title)}}}\n"
    moved = planned_sidecar(sidecar, title, "Köp i butiken (planerad)")
    assert "Kjøp i butikken (planlagt)" in moved
    assert hash_of("Köp i butiken (planerad)") in moved
    assert planned_sidecar("language: nb\n", title, "x") == "language: nb\n"
