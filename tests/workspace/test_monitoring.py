import datetime as dt
import shutil
from threading import Event

import pytest
from sqlalchemy import select
from workspace.watched_shop import ALERTS, FIRST, MAP, moment_of, orders, shop

import farled
from farled.automation.history import alerts, kpi_history
from farled.errors import InputError, NotFoundError
from farled.events.folder import load
from farled.state.tables import OUTBOX
from farled.workspace.monitoring import Monitor
from farled.workspace.stating import database_of
from farled.workspace.storing import add
from farled.workspace.watching import events_state, files_state, follow


class Clock:
    def __init__(self, day):
        self.day = day

    def __call__(self):
        return moment_of(self.day)


@pytest.fixture(scope="module")
def two_weeks(tmp_path_factory):
    made = shop(tmp_path_factory.mktemp("template") / "shop")
    orders(made, 0, 14, large=0.8)
    assert farled.open(made.path).customers == 560
    return made


@pytest.fixture
def folder(two_weeks, tmp_path):
    shutil.copytree(two_weeks.path, tmp_path / "shop")
    return load(tmp_path / "shop")


def monitor(folder, day=14, said=None, **given):
    clock = Clock(day)
    watching = Monitor(folder.path, say=([] if said is None else said).append, clock=clock, **given)
    return watching, clock


def fall(folder, clock, first=14, days=7):
    """The next days nearly all orders are small."""
    orders(folder, first, days, large=0.1)
    clock.day = first + days


def test_kpis_are_written_down_and_an_alert_is_raised_when_one_leaves_its_target(folder):
    said = []
    watching, clock = monitor(folder, said=said)
    (first,) = watching.turn().maps
    assert (first.map, first.kpis, first.known, first.happened) == ("shop", 2, 2, ())
    assert first.end == FIRST + dt.timedelta(days=14)
    fall(folder, clock)
    turn = watching.turn()
    assert [(found.object, found.event) for found in turn.maps[0].happened] == [("large", "opened")]
    assert turn.delivered.sent == 1
    assert said[0].startswith("Stora köp is below its target: 10%, wanted at least 50%")
    rows = kpi_history(database_of(folder), "shop")["large"]
    assert [row["value"] for row in rows] == [0.8, 0.1]
    assert rows[1]["state"] == "under"


def test_what_did_not_change_is_not_measured_again(folder):
    watching, clock = monitor(folder)
    assert len(watching.turn().maps) == 1
    assert watching.turn().maps == ()
    clock.day += 1
    assert len(watching.turn().maps) == 1


def test_a_kpi_that_needs_time_is_measured_over_a_longer_window(folder):
    monitor(folder)[0].turn()
    (row,) = kpi_history(database_of(folder), "shop", "order_rate")["order_rate"]
    assert row["period"] == ["2026-03-05", "2026-03-15"]
    assert row["value"] == 0.5


def test_a_day_that_is_not_over_does_not_count(folder):
    watching, _ = monitor(folder, day=13)
    assert watching.turn().maps[0].end == FIRST + dt.timedelta(days=13)


def test_several_monitors_tell_of_one_alert_once(folder):
    said = []
    clock = Clock(14)
    watchers = [Monitor(folder.path, say=said.append, clock=clock) for _ in range(3)]
    for watching in watchers:
        watching.turn()
    fall(folder, clock)
    for watching in watchers:
        watching.turn()
    assert len(said) == 1
    assert len(alerts(database_of(folder))) == 1


def test_a_broken_map_is_named_and_measured_as_it_was(folder):
    watching, clock = monitor(folder)
    watching.turn()
    (folder.maps / "shop.yaml").write_text("farled: 1\nmap: [")
    fall(folder, clock)
    turn = watching.turn()
    assert "shop.yaml" in str(turn.problems["shop"])
    assert turn.maps[0].happened != ()
    (folder.maps / "shop.yaml").write_text(MAP)
    assert watching.turn().problems == {}


def test_a_map_broken_from_the_start_does_not_hold_up_the_others(folder):
    (folder.maps / "broken.yaml").write_text("farled: 1")
    turn = monitor(folder)[0].turn()
    assert list(turn.problems) == ["broken"]
    assert [found.map for found in turn.maps] == ["shop"]


def test_broken_settings_are_named_and_the_good_ones_stay(folder):
    watching, clock = monitor(folder)
    watching.turn()
    with (folder.path / "farled.yaml").open("a") as file:
        file.write("nonsense: 1\n")
    clock.day += 1
    turn = watching.turn()
    assert "nonsense" in str(turn.problems["farled.yaml"])
    assert len(turn.maps) == 1


def test_a_metric_that_no_map_has_is_named(folder):
    with (folder.path / "farled.yaml").open("a") as file:
        file.write("  kpis: [large, lagre]\n")
    turn = monitor(folder)[0].turn()
    assert "There is no metric named 'lagre'" in str(turn.problems["alerts"])
    assert turn.maps[0].kpis == 1


def test_a_map_and_a_workspace_must_exist(folder, tmp_path):
    with pytest.raises(NotFoundError, match="shopp"):
        Monitor(folder.path, ["shopp"])
    with pytest.raises(NotFoundError):
        Monitor(tmp_path / "nowhere")


def test_without_events_there_is_nothing_to_look_at(tmp_path):
    assert monitor(shop(tmp_path / "empty"))[0].turn().maps == ()


def test_a_turn_ends_early_when_asked_to_stop(folder):
    stop = Event()
    stop.set()
    assert monitor(folder)[0].turn(stop).maps == ()


def test_other_ways_than_at_the_review_raise_an_alert(folder):
    orders(folder, 14, 36, large=0.8)
    workspace = farled.open(folder.path)
    workspace.measure("shop", "2026-03-10..2026-04-19")
    said = []
    watching, clock = monitor(folder, day=50, said=said)
    assert watching.turn().maps[0].happened == ()
    half = [f"{FIRST + dt.timedelta(days=day)}T08:00:00Z" for day in range(50, 90) for _ in range(40)]
    rows = "".join(f"n{number},{time},visit,\n" for number, time in enumerate(half))
    file = folder.path.parent / "visits.csv"
    file.write_text("customer,time,name,value\n" + rows)
    add(folder, [str(file)])
    clock.day = 90
    happened = watching.turn().maps[0].happened
    assert ("drift", "opened") in [(found.kind, found.event) for found in happened]
    assert any(text.startswith("Customers go other ways than at the last review: Köpresan") for text in said)


def test_a_test_message_goes_to_every_channel_in_its_language(folder):
    said = []
    assert monitor(folder, said=said)[0].test().sent == 1
    assert said == ["A test of the channel terminal\nAlerts of the map Köpresan will come this way."]


def test_nothing_of_a_secret_is_kept(tmp_path):
    hook = "{kind: webhook, url: 'https://127.0.0.1/in', secret: {env: HOOK_SECRET}}"
    folder = shop(tmp_path / "shop", ALERTS.replace("{kind: console, language: en}", hook))
    orders(folder, 0, 7, large=0.1)
    watching, _ = monitor(folder, environment={"HOOK_SECRET": "s3cret-of-the-hook"})
    watching.turn()
    with database_of(folder).read() as connection:
        rows = connection.execute(select(OUTBOX)).mappings().all()
    assert rows[0]["state"] == "failed"
    kept = [file.read_bytes() for file in folder.path.rglob("*") if file.is_file()]
    assert not any(b"s3cret-of-the-hook" in content for content in kept)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("alerts: {windows: 7d}", "alerts.windows"),
        ("alerts: {window: 3d}", "7d"),
        ("alerts: {channels: {team: {kind: pigeon}}}", "alerts.channels.team"),
        ("alerts: {tell: [nobody]}", "nobody"),
        ("alerts: {false_alarms: 2}", "false_alarms"),
        ("alerts: {channels: {h: {kind: webhook, url: 'https://e.org', secret: s3cret}}}", "alerts.channels.h.secret"),
        ("alerts: {channels: {m: {kind: mail, host: e.org, from: a@e.org, to: b, password: s3cret}}}", "password"),
        ("alerts: {channels: {m: {kind: mail, host: e.org, from: a@e.org, to: b}}}", "no mail address"),
        ("alerts: {channels: {m: {kind: mail, host: e.org, from: a@e.org, to: b@e.org, tls: none}}}", "encrypted"),
        ("alerts: {bands: {large: {}}}", "band"),
    ],
)
def test_settings_that_cannot_be_are_refused_by_their_place_and_secrets_not_repeated(tmp_path, given, said):
    folder = shop(tmp_path / "shop", f"\n{given}\n")
    with pytest.raises((InputError, NotFoundError)) as caught:
        Monitor(folder.path)
    assert said in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_what_changed_is_seen_without_opening_it(folder):
    events, files = events_state(folder), files_state(folder, "shop")
    assert (events_state(folder), files_state(folder, "shop")) == (events, files)
    (folder.maps / "shop.yaml").write_text(MAP + "# changed\n")
    assert files_state(folder, "shop") != files
    assert events_state(folder) == events
    orders(folder, 14, 1, large=0.5)
    assert events_state(folder) != events


def test_what_is_followed_is_done_again_when_it_changed_and_trouble_does_not_end_it():
    states, done, troubles, stop = iter("aabbbc"), [], [], Event()

    def state():
        found = next(states)
        if found == "c":
            stop.set()
        return found

    def act():
        done.append(1)
        if len(done) == 1:
            raise InputError("broken", "mend it")

    assert follow(state, act, troubles.append, stop, pause=0) == 3
    assert [str(each.message) for each in troubles] == ["broken"]
