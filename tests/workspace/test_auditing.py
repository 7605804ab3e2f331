"""The audit of a workspace: what it rests on, what it keeps, and what the terminal makes of it."""

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import farled
from farled.cli.main import main
from farled.errors import InputError, NotFoundError
from farled.events.folder import Settings
from farled.maps.audit.evidence import Beside, Change, History, SourceConsent
from farled.maps.audit.run import audit
from farled.maps.audit.sarif import sarif
from farled.maps.diff.versions import keep_version
from farled.maps.load import read_document
from farled.workspace.storing import add, create

TODAY = dt.date(2026, 11, 1)
MAP = """\
farled: 1
map:
  id: shop
  title: The whole journey
  language: en
  journey_type: purchase
  goal: {text: More customers buy, metric: bought, target: 0.2, by: 2027-01-01}
  guards: [happy]
  owner: {department: shop}
  review: {every: 90d, last: 2026-09-01}
  journey: {ends_after: 60d, within: 30d}
departments: {shop: Shop, care: Care}
metrics:
  bought: {kind: conversion, from: ad, to: checkout, better: up}
  happy: {kind: csat, better: up}
  gone: {kind: repeat, event: nothing_such, within: 30d}
personas:
  - {id: ana, name: Ana, segment: {event: ask}, wants: [Speed], struggles: [No time]}
phases:
  - id: find
    name: Find
    covers: [notice, explore, weigh]
    owner: shop
    customer_goal: See what there is
    kpis: [{metric: bought, target: 0.2}]
    touchpoints:
      - {id: ad, name: Advert, channel: ads, observe: {event: click}}
  - id: buy
    name: Buy
    covers: [buy, use]
    owner: care
    kpis: [{metric: bought, target: 0.2}, {metric: gone, target: 0.2}]
    touchpoints:
      - {id: checkout, name: Checkout, channel: store, milestone: true, observe: {event: order}}
      - {id: help, name: Help desk, channel: support, observe: {event: ask}}
"""
OPPORTUNITY = """\
pain_points:
  - {id: slow, at: help, text: Slow answers}
opportunities:
  - {id: faster, text: Answer sooner, solves: [slow], status: proposed}
"""


def events():
    lines = ["customer,time,name"]
    for customer in range(60):
        day = dt.date(2026, 7, 1) + dt.timedelta(days=customer)
        names = ["click", *(["order"] if customer % 2 else []), *(["ask"] if customer % 3 else [])]
        lines += [f"c{customer},{day + dt.timedelta(days=at)}T10:00:00Z,{name}" for at, name in enumerate(names)]
    return "\n".join([*lines, "c0,2026-10-02T10:00:00Z,click", ""])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = create(tmp_path_factory.mktemp("audited") / "shop", Settings(name="shop", buckets=2))
    file = folder.path / "events.csv"
    file.write_text(events())
    add(folder, [str(file)])
    folder.maps.mkdir(exist_ok=True)
    (folder.maps / "shop.yaml").write_text(MAP)
    farled.open(folder.path).audit("shop", today=TODAY)
    return folder.path


@pytest.fixture
def path(made, tmp_path):
    return Path(shutil.copytree(made, tmp_path / "shop"))


def rewrite(path, before, after):
    file = path / "maps" / "shop.yaml"
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def outcomes(audited):
    return {each["rule"]: each["outcome"] for each in audited.outcomes()}


def finding(audited, rule):
    return next(each for each in audited.findings() if each["rule"] == rule)


def test_rules_over_map_and_over_events_are_judged_together(path):
    audited = farled.open(path).audit("shop", today=TODAY)
    found = outcomes(audited)
    assert len(found) == 68
    assert [found[rule] for rule in ("P01", "P06", "D08", "Y01", "Y02")] == ["fail", "fail", "pass", "pass", "pass"]
    assert finding(audited, "P06")["text"] == "Buy does not say: what customers want."


def test_a_metric_whose_event_or_answers_are_missing_cannot_be_computed(path):
    audited = farled.open(path).audit("shop", today=TODAY)
    missing = {each["objects"][0]: each["values"]["missing"] for each in audited.findings() if each["rule"] == "D05"}
    assert missing == {"gone": ["nothing_such"], "happy": ["csat"]}


def test_events_kept_for_longer_than_the_map_says_are_found(path):
    rewrite(path, "  journey:", "  privacy: {keep: 100d}\n  journey:")
    found = finding(farled.open(path).audit("shop", today=TODAY), "Y02")
    assert found["values"]["oldest"] == "2026-07-01"
    assert found["values"]["events"] > 30


def test_the_outcomes_stand_in_the_snapshot(path):
    workspace = farled.open(path)
    audited = workspace.audit("shop", today=TODAY)
    kept = {each["rule"]: each for each in workspace.measure("shop")["audit"]}
    assert {rule: each["outcome"] for rule, each in kept.items()} == outcomes(audited)
    assert kept["P01"]["findings"] == [finding(audited, "P01")["fingerprint"]]
    assert "reason" in kept["Y04"]


def test_a_snapshot_with_a_number_of_too_few_is_found(path):
    measured = next((path / "measured" / "shop").glob("*.json"))
    kept = json.loads(measured.read_text())
    kept["phases"]["find"]["completion"] = {"value": 0.5, "low": 0.1, "high": 0.9, "n": 4}
    kept["transitions"][0]["journeys"] = 3
    kept["built"] = "2026-11-01T00:00:00+00:00"
    measured.write_text(json.dumps(kept))
    found = [each for each in farled.open(path).audit("shop", today=TODAY).findings() if each["rule"] == "Y01"]
    assert [(each["objects"], each["values"]["at"]) for each in found] == [
        (["find"], ["phases.find.completion"]),
        ([], ["transitions.0.journeys"]),
    ]


def test_findings_and_decisions_survive_a_restart_and_are_solved_when_the_rule_passes(path):
    first = finding(farled.open(path).audit("shop", today=TODAY), "P06")
    farled.open(path).findings.accept(first["fingerprint"], "Shop", due=dt.date(2026, 11, 9), who="ana")
    again = finding(farled.open(path).audit("shop", today=dt.date(2026, 11, 10)), "P06")
    assert (again["state"], again["owner"], again["overdue"]) == ("accepted", "Shop", True)
    assert again["first_seen"] == first["first_seen"]
    rewrite(path, "    owner: care\n", "    owner: care\n    customer_goal: Pay safely\n")
    workspace = farled.open(path)
    workspace.audit("shop", today=TODAY)
    assert workspace.findings.get(first["fingerprint"]).state == "solved"
    assert [step.after for step in workspace.findings.history(first["fingerprint"])] == ["open", "accepted", "solved"]


def test_what_was_judged_is_not_judged_again_until_something_changes(path, monkeypatch):
    told = farled.open(path).audit("shop", today=TODAY).to_dict()
    judged = []
    monkeypatch.setattr(
        "farled.workspace.auditing.audit", lambda *_, **given: judged.append(given) or audit(*_, **given)
    )
    assert farled.open(path).audit("shop", today=TODAY).to_dict() == told
    assert judged == []
    farled.open(path).audit("shop", today=TODAY + dt.timedelta(days=1))
    assert len(judged) == 1
    rewrite(path, "title: The whole journey", "title: Another journey")
    farled.open(path).audit("shop", today=TODAY)
    assert len(judged) == 2


def test_a_process_that_runs_judges_anew_just_when_a_new_one_would(path, monkeypatch):
    judged = []
    monkeypatch.setattr(
        "farled.workspace.auditing.audit", lambda *_, **given: judged.append(given) or audit(*_, **given)
    )

    def asked(workspace):
        before = len(judged)
        told = workspace.audit("shop", today=TODAY).to_dict()
        return len(judged) - before, told

    running = farled.open(path)
    assert asked(running) == asked(farled.open(path))
    running.measure("shop", "2026-07", persona="ana")
    assert [asked(running)[0], asked(farled.open(path))[0]] == [0, 0]
    running.measure("shop", "2026-07")
    count, told = asked(running)
    assert (count, asked(farled.open(path))) == (1, (0, told))


def test_a_saved_segment_whose_rule_is_changed_is_measured_and_audited_anew(path):
    def of_few(least):
        workspace = farled.open(path)
        workspace.save_segment("few", {"any": [{"event": "click", "min": least}, {"event": "order", "min": least}]})
        audited = workspace.audit("shop", segment="few", today=TODAY)
        return workspace.measure("shop", segment="few")["journeys"]["n"], outcomes(audited)

    everybody, nobody = of_few(0), of_few(3)
    assert (everybody[0] > 0, nobody[0]) == (True, 0)
    assert everybody[1] != nobody[1]
    assert of_few(0) == everybody


def test_a_kept_audit_that_is_damaged_or_whose_findings_are_lost_is_made_good(path):
    def seen():
        return [
            (each["fingerprint"], each["first_seen"])
            for each in farled.open(path).audit("shop", today=TODAY).findings()
        ]

    told = seen()
    next((path / "measured" / "shop" / "audit").glob("*.json")).write_text("{")
    assert seen() == told
    for file in path.glob("state.db*"):
        file.unlink()
    assert [print_ for print_, _ in seen()] == [print_ for print_, _ in told]
    assert {each.fingerprint for each in farled.open(path).findings.of_map("shop")} == {print_ for print_, _ in told}


def test_an_audit_of_an_earlier_period_changes_no_state(path):
    rewrite(path, "review: {every: 90d, last: 2026-09-01}", "review: {every: 90d, last: 2026-01-01}")
    workspace = farled.open(path)
    earlier = workspace.audit("shop", "2026-07", today=TODAY)
    assert finding(earlier, "D08")["state"] == "open"
    assert "D08" not in {each.rule for each in workspace.findings.of_map("shop")}
    workspace.audit("shop", today=TODAY)
    assert "D08" in {each.rule for each in workspace.findings.of_map("shop")}


def test_findings_of_a_persona_are_its_own(path):
    workspace = farled.open(path)
    of_ana = workspace.audit("shop", persona="ana", today=TODAY)
    assert finding(of_ana, "P01")["cut"] == {"of_persona": "ana"}
    states = {each.fingerprint: each.state for each in workspace.findings.of_map("shop")}
    assert states[finding(of_ana, "P01")["fingerprint"]] == "open"
    assert set(states.values()) == {"open"}


def test_what_is_known_beside_the_events_is_judged_too(path):
    steps = tuple(Change(dt.date(2026, 10, day), f"c{day}", "buy") for day in range(1, 8))
    beside = Beside(History(dt.date(2026, 1, 1), steps), consents=[SourceConsent("web", "marketing", 10, 2)])
    found = outcomes(farled.open(path).audit("shop", today=TODAY, beside=beside))
    assert [found["X02"], found["Y04"]] == ["fail", "fail"]


def test_earlier_versions_of_the_map_tell_what_was_changed_when(path):
    rewrite(path, "phases:", OPPORTUNITY + "phases:")
    keep_version(path / "maps" / "shop.yaml", MAP, at=dt.datetime(2026, 2, 1, tzinfo=dt.UTC))
    now = (path / "maps" / "shop.yaml").read_text()
    keep_version(path / "maps" / "shop.yaml", now, at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    found = finding(farled.open(path).audit("shop", today=TODAY), "X05")
    assert (found["objects"], found["values"]["last"]) == (["faster"], "2026-03-01")


def test_a_workspace_in_memory_is_audited_but_keeps_nothing(path):
    workspace = farled.read(str(path / "events.csv"))
    audited = workspace.audit(str(path / "maps" / "shop.yaml"), today=TODAY)
    assert finding(audited, "P01")["state"] == "open"
    with pytest.raises(InputError, match="memory"):
        workspace.findings.of_map("shop")


def test_what_is_handed_over_is_ready_for_json_in_a_language(path):
    told = farled.open(path).audit("shop", today=TODAY).to_dict("sv")
    assert json.loads(json.dumps(told)) == told
    assert sum(told["counts"].values()) == 68
    assert told["period"] == ["2026-07-01", "2026-10-02"]
    assert [each["severity"] for each in told["findings"]] == sorted(
        (each["severity"] for each in told["findings"]), key="EWI".index
    )
    assert "Buy säger inte: vad kunderna vill." in {each["text"] for each in told["findings"]}


def run(path, *words):
    return CliRunner().invoke(main, ["map", *words, "--workspace", str(path)])


def code(path, *words):
    """The exit code of a command; an error that it raises has one."""
    result = run(path, *words)
    return getattr(result.exception, "exit_code", result.exit_code)


def test_the_exit_code_says_whether_a_finding_of_these_severities_is_open(path):
    assert run(path, "audit").exit_code == 0
    assert run(path, "audit", "--fail-on", "E").exit_code == 1
    assert code(path, "audit", "--fail-on", "E,X") == 2
    told = json.loads(run(path, "audit", "--json").stdout)
    for each in told["findings"]:
        if each["severity"] == "E":
            assert run(path, "finding", "dismiss", each["fingerprint"], "--reason", "Fine").exit_code == 0
    assert run(path, "audit", "--fail-on", "e").exit_code == 0


def test_a_map_that_changes_a_threshold_of_no_rule_is_not_in_order(path):
    assert code(path, "check") == 0
    rewrite(path, "  journey:", "  audit: {P01: {min_persona: 1}}\n  journey:")
    assert code(path, "check") == 3


def test_findings_are_decided_and_told_on_the_command_line(path):
    shown = run(path, "audit", "--language", "nb").stdout
    assert "Buy sier ikke: hva kundene vil." in shown
    print_ = next(each.fingerprint for each in farled.open(path).findings.of_map("shop") if each.rule == "P06")
    assert "Shop answers" in run(path, "finding", "accept", print_, "--owner", "Shop", "--until", "2026-12-01").stdout
    assert run(path, "finding", "reopen", print_, "--reason", "More to do", "--who", "bo").exit_code == 0
    told = json.loads(run(path, "finding", "show", print_, "--json").stdout)
    assert [step["to"] for step in told["history"]] == ["open", "accepted", "reopened"]
    assert told["history"][-1]["who"] == "bo"
    assert "More to do" in run(path, "finding", "show", print_).stdout
    assert print_ in run(path, "finding", "list").stdout
    assert code(path, "finding", "reopen", print_) == 2
    assert code(path, "finding", "reopen", "nothing") == 3


def test_sarif_names_the_line_of_the_object(path):
    workspace = farled.open(path)
    dismissed = next(each for each in workspace.findings.of_map("shop") if each.rule == "P01")
    workspace.findings.dismiss(dismissed.fingerprint, "One is enough")
    log = json.loads(run(path, "audit", "--sarif").stdout)
    results = {each["ruleId"]: each for each in log["runs"][0]["results"]}
    lines = MAP.splitlines()

    def line(rule):
        place = results[rule]["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "maps/shop.yaml"
        return lines[place["region"]["startLine"] - 1]

    assert [line("P06"), line("P05"), line("P01")] == ["  - id: buy", lines[17], "map:"]
    assert line("D05").strip().startswith(("gone:", "happy:"))
    assert results["P01"]["suppressions"][0]["justification"] == "One is enough"
    assert "suppressions" not in results["P06"]
    assert results["P06"]["partialFingerprints"] == {
        "farledFinding/v1": finding(workspace.audit("shop"), "P06")["fingerprint"]
    }


def test_sarif_has_what_its_standard_requires(path):
    audited = farled.open(path).audit("shop", today=TODAY)
    log = sarif(audited.findings(), read_document(path / "maps" / "shop.yaml"), "maps/shop.yaml")
    (one,) = log["runs"]
    driver = one["tool"]["driver"]
    assert (log["version"], driver["name"], len(driver["rules"])) == ("2.1.0", "Farled", 68)
    assert len(one["results"]) == len(audited.findings())
    for result in one["results"]:
        assert result["ruleId"] == driver["rules"][result["ruleIndex"]]["id"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        assert all(each["physicalLocation"]["region"]["startLine"] >= 1 for each in result["locations"])


def test_an_unknown_finding_or_map_is_named(path):
    workspace = farled.open(path)
    with pytest.raises(NotFoundError, match="finding"):
        workspace.findings.dismiss("zz", "Fine")
    with pytest.raises(NotFoundError, match="map"):
        workspace.audit("shopp")
