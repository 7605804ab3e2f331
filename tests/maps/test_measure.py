import json
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from maps_example import map_of

from farled.errors import NotFoundError
from farled.journeys.build import journeys_of
from farled.maps.measure import Filter, measure
from farled.spans import DAY, SECOND, Period, moment, period
from farled.stats.survival import kaplan_meier

TEN = 10
THREE = map_of(
    [("see", "{event: see}")], [("cart", "{event: cart}"), ("pay", "{event: pay}")], [("use", "{event: use}")]
)


def ten_of(made):
    """Every customer ten times, so that no number is hidden."""
    return {f"{name}{at}": events for name, events in made.items() for at in range(TEN)}


def days(first, last):
    """A period of whole days."""
    return Period(first * DAY, last * DAY, moment(first * DAY).date(), moment(last * DAY).date())


def snapshot(map_, made, when=None, end=None, whom=None):
    return measure(map_, journeys_of(ten_of(made), end=end), when or days(0, 1000), whom)


def phase(name, field, made, **more):
    return snapshot(THREE, made, **more)["phases"][name][field]


def test_a_journey_is_on_the_map_when_its_first_mapped_event_lies_in_the_period():
    made = {
        "ana": [("scroll", 1), ("see", 10)],
        "bo": [("see", 9), ("cart", 10)],
        "cy": [("scroll", 10)],
        "di": [("see", 20)],
    }
    assert snapshot(THREE, made, days(10, 20))["journeys"]["n"] == 10


def test_a_journey_is_followed_beyond_the_period():
    assert phase("b", "reached", {"ana": [("see", 10), ("cart", 25)]}, when=days(10, 20)) == 10


def test_after_a_long_silence_another_journey_begins():
    assert snapshot(THREE, {"ana": [("see", 0), ("see", 31), ("cart", 32)]})["journeys"]["n"] == 20


def test_to_reach_a_phase_is_to_enter_it_or_a_later_one_so_reached_never_rises():
    made = {"ana": [("see", 0), ("pay", 1)], "bo": [("cart", 0)], "cy": [("use", 0), ("see", 1)]}
    found = snapshot(THREE, made)["phases"]
    assert [found[name]["reached"] for name in "abc"] == [30, 30, 10]
    assert [found[name]["entered"] for name in "abc"] == [20, 20, 10]
    assert [found[name]["skipped"] for name in "abc"] == [10, 10, 0]


def test_completion_is_the_share_that_reaches_the_next_phase_within_the_horizon_and_its_end():
    made = {"ana": [("see", 0), ("scroll", 20), ("scroll", 40), ("scroll", 60), ("scroll", 80), ("cart", 90)]}
    made |= {"bo": [("see", 0)], "cy": [("see", 0), *[("scroll", day) for day in (20, 40, 60, 80)], ("cart", 91)]}
    assert phase("a", "completion", made, end=200)["value"] == pytest.approx(1 / 3, abs=1e-6)
    assert phase("a", "completion", made, end=200)["n"] == 30
    assert phase("c", "completion", made, end=200) is None


def test_journeys_watched_too_short_are_open_and_count_while_they_were_watched():
    made = {"ana": [("see", 0), ("cart", 5)], "bo": [("see", 98)], "cy": [("see", 0)]}
    found = phase("a", "completion", made, end=100)
    assert found["open"] == 10
    assert found["value"] == pytest.approx(0.5)


def test_previous_is_the_completion_of_the_period_of_the_same_length_before():
    made = {"ana": [("see", 5), ("cart", 6)], "bo": [("see", 5)], "cy": [("see", 15)]}
    found = phase("a", "previous", made, when=days(10, 20), end=200)
    assert (found["value"], found["n"]) == (0.5, 20)


def test_dwell_is_the_median_time_from_entering_a_phase_to_entering_a_later_one():
    made = {"ana": [("cart", 0), ("see", 1), ("cart", 4)], "bo": [("see", 0), ("pay", 3)]}
    assert phase("a", "dwell", made)["value"] == 3 * 86400


def test_position_now_is_the_phase_of_the_last_mapped_event_of_journeys_that_have_not_ended():
    made = {"ana": [("pay", 0), ("see", 1)], "bo": [("pay", 0), ("scroll", 50)], "cy": [("see", 40), ("pay", 70)]}
    found = snapshot(THREE, made, end=100)
    assert [found["phases"][name]["now_here"] for name in "abc"] == [0, 10, 0]
    assert found["journeys"]["open"] == 10


def test_typical_is_the_most_frequent_sequence_of_phases_with_repeats_joined():
    made = {
        "ana": [("see", 0), ("see", 1), ("cart", 2), ("pay", 3)],
        "bo": [("see", 0), ("pay", 1)],
        "cy": [("use", 0)],
    }
    assert snapshot(THREE, made)["journeys"]["typical"] == {"phases": ["a", "b"], "share": 0.666667}


def test_replayed_journeys_take_the_phases_in_order_without_skipping_one_that_half_enter():
    common = {str(at): [("see", 0), ("cart", 1), ("use", 2)] for at in range(3)}
    skips = {
        "skips": [("see", 0), ("use", 1)],
        "turns": [("cart", 0), ("see", 1), ("cart", 2)],
        "begins late": [("cart", 0)],
    }
    assert snapshot(THREE, common | skips)["journeys"]["replayed"]["value"] == 0.5
    mostly = {str(at): [("see", 0), ("use", 1)] for at in range(3)}
    assert snapshot(THREE, mostly)["journeys"]["replayed"]["value"] == 1.0


def test_a_touchpoint_goes_onward_to_another_one_of_the_same_or_a_later_phase():
    made = {
        "ana": [("cart", 0), ("see", 1), ("cart", 2)],
        "bo": [("cart", 0), ("cart", 1), ("pay", 2)],
        "cy": [("cart", 0), ("use", 1)],
    }
    found = snapshot(THREE, made, end=200)["touchpoints"]
    assert found["cart"]["onward"]["value"] == pytest.approx(2 / 3, abs=1e-6)
    assert (found["cart"]["customers"], found["cart"]["events"]) == (30, 50)
    assert found["cart"]["last_seen"] == "1970-01-03T00:00:00Z"


def test_a_transition_goes_to_the_next_different_touchpoint_and_counts_once_per_journey_and_pair():
    made = {"ana": [("see", 0), ("see", 1), ("scroll", 2), ("cart", 3), ("see", 4), ("cart", 5)]}
    found = snapshot(THREE, made)
    ways = {
        (way["from"], way["to"]): (way["journeys"], way["occurrences"], way["backward"]) for way in found["transitions"]
    }
    assert ways == {("see", "cart"): (10, 20, False), ("cart", "see"): (10, 10, True)}
    assert (found["starts"], found["ends"]) == ({"see": 10}, {"cart": 10})


def test_coverage_is_the_smallest_of_observed_linked_and_seen():
    map_ = map_of([("see", "{event: see}"), ("ad", "{event: ad}")], [("pay", "{event: pay}")])
    made = {"ana": [("see", 0), ("see", 0), ("see", 0), ("pay", 1)], "bo": [("see", 0)], "cy": [("pay", 0)]}
    found = snapshot(map_, made)["phases"]["a"]["coverage"]
    assert found == {"value": 0.5, "observed": 0.5, "linked": 0.75, "seen": 0.666667}


def test_a_phase_without_a_rule_is_unobserved_and_its_coverage_is_0():
    map_ = map_of([("see", "{event: see}")], [("pay", "{event: pay}")])
    bare = map_.model_copy(update={"phases": (map_.phases[0].model_copy(update={"touchpoints": ()}), map_.phases[1])})
    found = snapshot(bare, {"ana": [("pay", 1)]})["phases"]["a"]
    assert found["coverage"]["value"] == 0
    assert found["completion"]["reason"] == "unobserved"


def test_unmapped_events_are_listed_by_name_and_channel_with_their_journeys():
    made = {
        "ana": [("see", 0), ("wish", 1, {"channel": "web"}), ("wish", 2, {"channel": "web"})],
        "bo": [("see", 0), ("wish", 1)],
    }
    rows = snapshot(THREE, made)["unmapped"]
    assert [(row["event"], row["channel"], row["journeys"], row["share"]) for row in rows] == [
        ("wish", "web", 10, 0.5),
        ("wish", None, 10, 0.5),
    ]


PERSONAS = "personas:\n  - {id: pro, name: Pro, segment: {attr: plan, is: pro}}\n"


def test_personas_are_told_by_their_rule_at_the_entry_and_the_rest_is_counted_too():
    map_ = map_of([("see", "{event: see}")], [("pay", "{event: pay}")], top=PERSONAS)
    made = {
        "ana": [("identify", 0, {"plan": "pro"}), ("see", 1), ("pay", 2)],
        "bo": [("see", 1), ("identify", 2, {"plan": "pro"})],
        "cy": [("see", 1)],
    }
    found = snapshot(map_, made, end=200)["personas"]
    assert (found["pro"]["n"], found["rest"]["n"]) == (10, 20)
    assert found["pro"]["share"]["value"] == pytest.approx(1 / 3, abs=1e-6)
    assert found["pro"]["phases"]["a"]["completion"]["value"] == 1.0
    alone = snapshot(map_, made, end=200, whom=Filter(persona="pro"))
    assert (alone["persona"], alone["journeys"]["n"], alone["phases"]["b"]["reached"]) == ("pro", 10, 10)


def test_an_unknown_persona_is_refused():
    with pytest.raises(NotFoundError, match="There is no persona named 'pr'"):
        snapshot(
            map_of([("see", "{event: see}")], [("pay", "{event: pay}")], top=PERSONAS),
            {"ana": [("see", 0)]},
            whom=Filter(persona="pr"),
        )


def test_the_scope_says_which_customers_are_on_the_map():
    map_ = map_of([("see", "{event: see}")], [("pay", "{event: pay}")], head="  scope: {event: vip}\n")
    made = {"ana": [("vip", 0), ("see", 1)], "bo": [("see", 1), ("vip", 2)]}
    assert snapshot(map_, made)["journeys"]["n"] == 10


def small(made, map_=THREE):
    """A snapshot without the tenfold."""
    return measure(map_, journeys_of(made, end=200), days(0, 100))


def test_what_rests_on_fewer_than_min_customers_is_hidden_with_its_class():
    hidden = {"value": None, "reason": "hidden", "n": "1-9"}
    found = small({str(at): [("see", 0)] + [("cart", 1)] * (at < 3) for at in range(20)})
    assert found["phases"]["a"]["reached"] == 20
    assert found["phases"]["b"]["reached"] == hidden
    assert found["phases"]["b"]["completion"] == hidden
    assert found["touchpoints"]["cart"]["customers"] == found["touchpoints"]["cart"]["share"] == hidden
    assert found["phases"]["c"]["reached"] == 0


def test_what_could_be_found_by_subtraction_is_hidden_too():
    found = small({str(at): [("see", 0), ("cart", 1)] if at < 30 else [("cart", 0)] for at in range(33)})
    shown = {field: found["phases"]["a"][field] for field in ("reached", "entered", "skipped")}
    assert shown["reached"] == 33
    assert isinstance(shown["entered"], dict)
    assert isinstance(shown["skipped"], dict)
    assert all(isinstance(count, dict) for count in found["starts"].values())


def test_a_rare_way_does_not_hide_how_many_take_the_main_ones():
    often = {str(at): [("see", 0), ("cart", 1), ("use", 2)] for at in range(40)}
    found = small({**often, "rare": [("see", 0), ("use", 1)]})
    ways = {(way["from"], way["to"]): way for way in found["transitions"]}
    assert sum(isinstance(way["journeys"], dict) for way in ways.values()) == 1
    assert max(way["journeys"] for way in ways.values() if isinstance(way["journeys"], int)) == 40


def test_customers_with_several_journeys_are_counted_once():
    found = small({str(at): [("see", 0), ("see", 50)] for at in range(20)})
    assert (found["journeys"]["n"], found["journeys"]["customers"]) == (40, 20)


def test_a_snapshot_is_json_and_says_what_it_speaks_of():
    found = snapshot(THREE, {"ana": [("see", 0)]}, when=period("1970"))
    assert json.loads(json.dumps(found)) == found
    assert (found["map"], found["map_hash"], found["period"]) == ("m", THREE.hash, ["1970-01-01", "1971-01-01"])


def test_no_journeys_make_no_numbers():
    found = snapshot(THREE, {"ana": [("scroll", 0)]})
    assert found["journeys"] == {
        "n": 0,
        "customers": 0,
        "open": 0,
        "typical": None,
        "replayed": {"value": None, "reason": "too_few", "n": 0},
    }


names = st.sampled_from(["see", "cart", "pay", "use", "scroll"])
histories = st.lists(st.lists(st.tuples(names, st.integers(0, 70)), max_size=7), min_size=1, max_size=5)
PHASE = {"see": 0, "cart": 1, "pay": 1, "use": 2}


def cut(events):
    """The journeys of one customer: a silence of more than 30 days ends one."""
    found = []
    for event in sorted(events, key=lambda event: event[1]):
        if found and event[1] - found[-1][-1][1] <= 30:
            found[-1].append(event)
        else:
            found.append([event])
    return found


def on_map(customers, first, last):
    """The journeys on the map: their mapped events."""
    journeys = [[event for event in journey if event[0] in PHASE] for made in customers for journey in cut(made)]
    return [journey for journey in journeys if journey and first <= journey[0][1] < last]


def expected_phase(journeys, at):
    reached = [[t for name, t in journey if PHASE[name] >= at] for journey in journeys]
    entered = [journey for journey in journeys if any(PHASE[name] == at for name, _ in journey)]
    return (TEN * sum(map(bool, reached)), TEN * len(entered))


def completion_of(journeys, at, end, within=90):
    """k / n where no window is open, else None: the estimate of open ones is tested with its method."""
    starts = [
        (min(t for name, t in journey if PHASE[name] >= at), journey)
        for journey in journeys
        if any(PHASE[n] >= at for n, _ in journey)
    ]
    done = [any(PHASE[n] > at and t - start <= within for n, t in journey) for start, journey in starts]
    is_open = any(not is_done and end - start < within for is_done, (start, _) in zip(done, starts, strict=True))
    return None if is_open or not starts else sum(done) / len(done)


def ways_of(journeys):
    """Journeys and occurrences per pair, starts and ends."""
    per_journey, occurrences, starts, ends = Counter(), Counter(), Counter(), Counter()
    for journey in journeys:
        path = [name for at, (name, _) in enumerate(journey) if not at or journey[at - 1][0] != name]
        pairs = list(pairwise(path))
        per_journey.update(set(pairs))
        occurrences.update(pairs)
        starts[path[0]] += 1
        ends[path[-1]] += 1
    return per_journey, occurrences, starts, ends


@settings(max_examples=60)
@given(customers=histories, first=st.integers(0, 40))
def test_phases_and_transitions_are_the_definition_on_random_journeys(customers, first):
    made = {f"c{at}-": events for at, events in enumerate(customers) if events}
    made["last-"] = [("scroll", 70)]
    found = snapshot(THREE, made, days(first, first + 30), end=200)
    journeys = on_map(customers, first, first + 30)
    assert found["journeys"]["n"] == TEN * len(journeys)
    for at, name in enumerate("abc"):
        shown = found["phases"][name]
        assert (shown["reached"], shown["entered"]) == expected_phase(journeys, at)
        if at < 2 and (value := completion_of(journeys, at, 200)) is not None:
            assert shown["completion"]["value"] == pytest.approx(value, abs=1e-6)
    pairs, occurrences, starts, ends = ways_of(journeys)
    ways = {(way["from"], way["to"]): (way["journeys"], way["occurrences"]) for way in found["transitions"]}
    assert ways == {pair: (TEN * count, TEN * occurrences[pair]) for pair, count in pairs.items()}
    assert found["starts"] == {name: TEN * count for name, count in starts.items()}
    assert found["ends"] == {name: TEN * count for name, count in ends.items()}
    for name in PHASE:
        into = sum(way["occurrences"] for way in found["transitions"] if way["to"] == name)
        out = sum(way["occurrences"] for way in found["transitions"] if way["from"] == name)
        assert into + found["starts"].get(name, 0) == out + found["ends"].get(name, 0)


def onward_of(journeys, touchpoint):
    """Who of those that meet it meets another of the same or a later phase afterwards."""
    met = [
        journey[[name for name, _ in journey].index(touchpoint) :]
        for journey in journeys
        if touchpoint in dict(journey)
    ]
    done = [any(name != touchpoint and PHASE[name] >= PHASE[touchpoint] for name, _ in journey) for journey in met]
    return sum(done) / len(done) if done else None


@settings(max_examples=40)
@given(customers=histories)
def test_onward_is_the_definition_on_random_journeys(customers):
    made = {f"c{at}-": events for at, events in enumerate(customers) if events}
    made["last-"] = [("scroll", 70)]
    found = snapshot(THREE, made, days(0, 100), end=400)
    for name in PHASE:
        assert found["touchpoints"][name]["onward"]["value"] == pytest.approx(
            onward_of(on_map(customers, 0, 100), name), abs=1e-6
        )


def stay_of(journeys, at, end):
    """The median days from first entering a phase to entering a later one; who is still there may leave later."""
    went, stays = [], []
    for journey in journeys:
        phases = [PHASE[name] for name, _ in journey]
        if at in phases:
            first = phases.index(at)
            later = [t for (_, t), phase in zip(journey[first:], phases[first:], strict=True) if phase > at]
            went += [later[0] - journey[first][1]] if later else []
            stays += [] if later else [end - journey[first][1]]
    return kaplan_meier(np.array(went, dtype=np.int64), np.array(stays, dtype=np.int64)).quantile(0.5).value


def linked_of(customers, first, last, at):
    """Of a period's events in a phase, the share of customers who have events in another phase at some time."""
    several = [len({PHASE[name] for name, _ in made if name in PHASE}) > 1 for made in customers]
    events = [
        is_linked
        for made, is_linked in zip(customers, several, strict=True)
        for name, t in made
        if PHASE.get(name) == at and first <= t < last
    ]
    return sum(events) / len(events) if events else None


@settings(max_examples=40)
@given(customers=histories, first=st.integers(0, 40))
def test_dwell_coverage_and_last_seen_are_the_definition_on_random_journeys(customers, first):
    made = {f"c{at}-": events for at, events in enumerate(customers) if events}
    made["last-"] = [("scroll", 70)]
    found = snapshot(THREE, made, days(first, first + 30), end=200)
    journeys = on_map(customers, first, first + 30)
    for at, name in enumerate("abc"):
        shown = found["phases"][name]
        if at < 2:
            stay = stay_of(journeys, at, 200)
            assert shown["dwell"]["value"] == (None if stay is None else stay * DAY / SECOND)
        assert shown["coverage"]["linked"] == pytest.approx(linked_of(customers, first, first + 30, at), abs=1e-6)
    for name in PHASE:
        times = [t for events in customers for event, t in events if event == name and t < first + 30]
        last = f"{moment(max(times) * DAY):%Y-%m-%dT%H:%M:%SZ}" if times else None
        assert found["touchpoints"][name]["last_seen"] == last
