"""The life of a finding, and that it is kept."""

from datetime import date

import pytest
from audit_maps import RULE, TODAY, sound

from farled.errors import InputError, NotFoundError
from farled.maps.audit import findings as life
from farled.maps.audit.evidence import Evidence
from farled.maps.audit.register import Register
from farled.maps.audit.rule import Failed, Unknown
from farled.maps.audit.run import Audit, Finding, RuleOutcome, audit, fingerprint
from farled.state.database import Database

LATER = date(2026, 12, 1)


def finding(distance=None, objects=("help",), cut=None):
    rule, cut = RULE["V02"], cut or {}
    print_ = fingerprint("sound", rule.id, objects, cut)
    return Finding(print_, rule, "sound", Failed(objects, {"share": 0.1}, cut, distance), rule.thresholds_of({}))


def said(*findings, unknown=(), off=None):
    outcome = "off" if off else "fail" if findings else "cannot_tell" if unknown else "pass"
    return Audit("sound", (RuleOutcome(RULE["V02"], outcome, findings, tuple(unknown), off),))


def after(*audits, known=(), today=TODAY, whom=None):
    """The findings after some audits, and all changes of their states."""
    lives, steps = {each.fingerprint: each for each in known}, []
    for at, each in enumerate(audits, 1):
        moved = life.audited(lives.values(), each, at, today, whom)
        lives |= {changed.fingerprint: changed for changed in moved.lives}
        steps += moved.steps
    return list(lives.values()), [(step.before, step.after) for step in steps]


def opened(distance=None):
    return after(said(finding(distance)))[0][0]


def accepted(**given):
    return life.accepted(opened(), 2, "ana", **{"owner": "Shop", **given}).lives[0]


def dismissed(distance=None, **given):
    return life.dismissed(opened(distance), 2, "ana", **{"reason": "No trouble", **given}).lives[0]


def state_after(known, *audits, today=TODAY):
    return after(*audits, known=[known], today=today)[0][0].state


def test_what_is_found_first_is_open_and_stays_the_same_finding():
    (found,), steps = after(said(finding(1.0)), said(finding(2.0)))
    assert (found.state, found.first_seen, found.last_seen, found.distance) == ("open", 1, 2, 2.0)
    assert steps == [(None, "open")]


def test_what_passes_is_solved_and_reopens_when_it_fails_again():
    (found,), steps = after(said(finding()), said(), said(finding()))
    assert found.state == "reopened"
    assert steps == [(None, "open"), ("open", "solved"), ("solved", "reopened")]


def test_what_cannot_be_told_changes_no_state():
    assert state_after(opened(), said(unknown=[Unknown((), "why")])) == "open"
    assert state_after(opened(), said(unknown=[Unknown(("help",), "why")])) == "open"
    assert state_after(opened(), said(finding(objects=("ad",)), unknown=[Unknown(("help",), "why")])) == "open"


def test_what_cannot_be_told_of_others_does_not_keep_it_open():
    assert state_after(opened(), said(unknown=[Unknown(("ad",), "why")])) == "solved"
    assert state_after(opened(), said(finding(objects=("ad",)))) == "solved"


def test_a_rule_that_is_off_freezes_its_findings():
    assert state_after(opened(), said(off="Later")) == "open"


def test_somebody_answers_for_what_is_accepted_until_it_is_solved():
    known = accepted(due=date(2026, 11, 20))
    assert (known.state, known.owner, known.who) == ("accepted", "Shop", "ana")
    assert state_after(known, said(finding(9.0))) == "accepted"
    assert state_after(known, said()) == "solved"
    assert [known.is_overdue(day) for day in (date(2026, 11, 20), date(2026, 11, 21))] == [False, True]
    again = after(said(), said(finding()), known=[known])[0][0]
    assert (again.state, again.owner, again.due) == ("reopened", None, None)


def test_what_is_dismissed_stays_so_whether_it_fails_or_passes():
    assert state_after(dismissed(), said(finding())) == "dismissed"
    assert state_after(dismissed(), said(), said(finding())) == "dismissed"


def test_a_dismissal_holds_up_to_its_date():
    known = dismissed(until=date(2026, 11, 30))
    assert state_after(known, said(finding()), today=date(2026, 11, 30)) == "dismissed"
    assert state_after(known, said(finding()), today=LATER) == "reopened"
    assert state_after(known, said(), today=LATER) == "dismissed"


def test_what_was_dismissed_reopens_when_it_is_twice_as_far_beyond_the_threshold():
    assert state_after(dismissed(1.0), said(finding(1.9))) == "dismissed"
    assert state_after(dismissed(1.0), said(finding(2.0))) == "reopened"
    assert state_after(dismissed(None), said(finding(2.0))) == "dismissed"


def test_an_audit_of_some_people_leaves_the_findings_of_all_alone():
    whom = {"of_persona": "ana"}
    lives, _ = after(said(), known=[opened()], whom=whom)
    assert [each.state for each in lives] == ["open"]
    lives, _ = after(said(finding(cut=whom)), known=[opened()], whom=whom)
    assert sorted(each.cut.get("of_persona", "") for each in lives) == ["", "ana"]
    assert [each.state for each in after(said(), known=lives)[0]] == ["solved", "open"]


def test_decisions_that_make_no_sense_are_refused():
    solved = after(said(), known=[opened()])[0][0]
    for decide in (
        lambda: life.accepted(solved, 3, "ana", owner="Shop"),
        lambda: life.dismissed(solved, 3, "ana", reason="No"),
        lambda: life.accepted(dismissed(), 3, "ana", owner="Shop"),
        lambda: life.reopened(opened(), 3, "ana"),
        lambda: life.accepted(opened(), 3, "ana", owner=" "),
        lambda: life.dismissed(opened(), 3, "ana", reason=""),
    ):
        with pytest.raises(InputError):
            decide()


def test_a_decision_can_be_taken_back():
    for known in (accepted(due=LATER), dismissed(1.0, until=LATER)):
        again = life.reopened(known, 3, "bo", reason="New facts").lives[0]
        assert (again.state, again.owner, again.due, again.until, again.reason) == ("reopened", None, None, None, None)


@pytest.fixture
def register(tmp_path):
    return Register(Database.of(tmp_path))


def keep(register, *audits, today=TODAY):
    for at, each in enumerate(audits, 1):
        register.audited("sound", lambda known, at=at, each=each: life.audited(known, each, at, today))


def test_findings_survive_a_restart(tmp_path, register):
    keep(register, audit(Evidence(sound(map__owner=None, attests=[]), TODAY)))
    before = register.lives("sound")
    assert {each.rule for each in before} >= {"O01", "C04"}
    again = Register(Database.of(tmp_path))
    assert again.lives("sound") == before
    assert again.lives("other") == []


def test_a_decision_is_kept_with_who_when_and_why(register):
    keep(register, said(finding(1.0)))
    known = register.lives("sound")[0]
    decided = register.decide(known.fingerprint[:5], lambda found: life.dismissed(found, 7, "ana", reason="Fine"))
    assert register.life(known.fingerprint) == decided
    steps = register.history(known.fingerprint)
    assert [(each.at, each.before, each.after, each.who, each.why) for each in steps] == [
        (1, None, "open", None, None),
        (7, "open", "dismissed", "ana", "Fine"),
    ]


def test_dates_distances_and_values_come_back_as_they_were(register):
    keep(register, said(finding(0.25, cut={"device": "mobile"})))
    known = register.lives("sound")[0]
    register.decide(known.fingerprint, lambda found: life.accepted(found, 2, "ana", owner="Shop", due=LATER))
    found = register.life(known.fingerprint)
    assert (found.due, found.distance, found.decided_distance, found.objects, dict(found.cut), dict(found.values)) == (
        LATER,
        0.25,
        0.25,
        ("help",),
        {"device": "mobile"},
        {"share": 0.1},
    )


def test_a_refused_decision_changes_nothing(register):
    keep(register, said(finding()), said())
    known = register.lives("sound")[0]
    with pytest.raises(InputError):
        register.decide(known.fingerprint, lambda found: life.dismissed(found, 7, "ana", reason="Fine"))
    assert register.lives("sound") == [known]


def test_a_finding_is_named_by_a_beginning_that_no_other_has(register):
    keep(register, said(*(finding(objects=(f"thing {at}",)) for at in range(40))))
    prints = [each.fingerprint for each in register.lives("sound")]
    letter = max("0123456789abcdef", key=lambda first: sum(each.startswith(first) for each in prints))
    with pytest.raises(NotFoundError):
        register.life(letter)
    with pytest.raises(NotFoundError):
        register.life("zz")
    assert register.life(prints[0]).fingerprint == prints[0]
