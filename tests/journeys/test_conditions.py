from dataclasses import replace

import numpy as np
import pytest
from chunks_of import attributes_of, chunk_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from farled.errors import InputError
from farled.journeys.conditions import Members, Moments, columns, names, parse, plain, select, where
from farled.spans import DAY


def events(condition, *happened, end=None):
    """For which of one customer's events a condition is true."""
    return where(parse(condition), chunk_of({"ana": list(happened)}, end)).tolist()


def chosen(condition, made, at=None, known=(), end=None):
    """Which customers a segment chooses, at the end of the data or ``at`` a day."""
    chunk = chunk_of(made, end)
    moments = None if at is None else Moments(np.arange(chunk.n), np.full(chunk.n, at * DAY, dtype=np.int64))
    mask = select(parse(condition, "customer"), chunk, moments, attributes_of(*known))
    return [name for name, is_chosen in zip(made, mask, strict=True) if is_chosen]


def test_text_compares_exactly_after_composing_its_letters():
    composed, decomposed = "Café", "Cafe\u0301"
    assert events({"attr": "place", "is": decomposed}, ("visit", 0, {"place": composed}), ("visit", 1)) == [True, False]
    assert events({"attr": "place", "is": "café"}, ("visit", 0, {"place": composed})) == [False]


@pytest.mark.parametrize(("value", "other"), [(1, "1"), (True, 1), (1, True), (0.0, False)])
def test_numbers_text_and_truth_values_never_compare_with_each_other(value, other):
    happened = ("visit", 0, {"size": value})
    assert events({"attr": "size", "is": value}, happened) == [True]
    assert events({"attr": "size", "is": other}, happened) == [False]
    assert events({"not": {"attr": "size", "is": other}}, happened) == [True]


def test_min_and_max_are_inclusive_and_either_may_stand_alone():
    sizes = [("cart", day, {"value": day}) for day in range(1, 5)]
    assert events({"attr": "value", "min": 2, "max": 3}, *sizes) == [False, True, True, False]
    assert events({"attr": "value", "min": 4}, *sizes) == [False, False, False, True]
    assert events({"attr": "value", "max": 1}, *sizes) == [True, False, False, False]


def test_dates_compare_with_times_in_text_and_a_day_as_max_counts_whole():
    happened = [
        ("visit", 0, {"due": "2026-10-01T21:00:00Z"}),
        ("visit", 1, {"due": "2026-10-02"}),
        ("visit", 2, {"due": "soon"}),
    ]
    assert events({"attr": "due", "max": "2026-10-01"}, *happened) == [True, False, False]
    assert events({"attr": "due", "min": "2026-10-02"}, *happened) == [False, True, False]


def test_a_missing_value_is_unknown_and_so_is_its_negation():
    happened = [("visit", 0), ("visit", 1, {"size": 1})]
    assert events({"attr": "size", "is": 2}, *happened) == [False, False]
    assert events({"not": {"attr": "size", "is": 2}}, *happened) == [False, True]
    assert events({"attr": "size", "known": False}, *happened) == [True, False]
    assert events({"attr": "size", "known": True}, *happened) == [False, True]


def test_unknown_and_false_is_false_unknown_or_true_is_true():
    unknown, true, false = ({"attr": attr, "is": 1} for attr in ("nothing", "one", "two"))
    event = ("visit", 0, {"one": 1, "two": 2})
    assert events({"not": {"all": [unknown, false]}}, event) == [True]
    assert events({"not": {"all": [unknown, true]}}, event) == [False]
    assert events({"any": [unknown, true]}, event) == [True]
    assert events({"not": {"any": [unknown, false]}}, event) == [False]


def test_the_name_of_an_event_is_an_attribute_too():
    assert events({"attr": "name", "in": ["cart", "order"]}, ("visit", 0), ("order", 1)) == [False, True]


def test_then_looks_for_a_later_event_of_the_same_customer_within_the_span_and_its_end():
    rule = {"then": "returned", "within": "3d"}
    assert events(rule, ("order", 0), ("order", 1), ("returned", 4), end=99) == [False, True, False]
    made = {"ana": [("order", 0)], "bo": [("returned", 1)]}
    assert where(parse(rule), chunk_of(made, 99)).tolist() == [False, False]


def test_then_is_unknown_while_its_window_is_open():
    rule = {"not": {"then": "returned", "within": "3d"}}
    assert events(rule, ("order", 0), ("order", 2), end=3) == [True, False]


def test_then_may_ask_more_of_the_later_event():
    rule = {"then": "returned", "where": {"attr": "why", "is": "size"}, "within": "3d"}
    assert events(rule, ("order", 0), ("returned", 1, {"why": "colour"}), ("returned", 2, {"why": "size"}), end=99)[0]
    assert not events(rule, ("order", 0), ("returned", 1, {"why": "colour"}), end=99)[0]


def test_did_counts_events_of_the_last_span_before_the_moment_both_ends_included():
    made = {"ana": [("visit", 0), ("visit", 5), ("visit", 10)]}
    twice = {"event": "visit", "min": 2, "within": "5d"}
    assert chosen(twice, made, at=10) == chosen(twice, made, at=5) == ["ana"]
    assert chosen(twice, made, at=11) == []


def test_what_comes_after_the_moment_is_not_seen():
    made = {"ana": [("visit", 0), ("order", 5)]}
    assert chosen({"event": "order"}, made, at=4) == []
    assert chosen({"event": "order", "min": 0, "max": 0}, made, at=4) == ["ana"]
    assert chosen({"sequence": ["visit", "order"]}, made, at=4) == []


def test_did_is_unknown_when_the_count_hangs_on_unknown_events():
    made = {"ana": [("order", 0, {"size": 1}), ("order", 1)], "bo": [("order", 0, {"size": 1})], "cy": [("order", 0)]}
    one = {"event": "order", "where": {"attr": "size", "is": 1}}
    assert chosen(one, made) == ["ana", "bo"]
    assert chosen({**one, "max": 1}, made) == ["bo"]
    assert chosen({"not": one}, made) == []


def test_a_sequence_counts_as_a_funnel_does():
    made = {
        "ana": [("visit", 0), ("visit", 8), ("order", 9)],
        "bo": [("order", 0), ("visit", 1)],
        "cy": [("order", 0), ("visit", 0)],
    }
    assert chosen({"sequence": ["visit", "order"], "within": "1d"}, made) == ["ana", "cy"]
    assert chosen({"sequence": ["visit", "visit"]}, made) == ["ana"]
    assert chosen({"sequence": ["visit", "nowhere"]}, made) == []


def test_an_attribute_has_the_value_that_was_last_given_before_the_moment():
    made = {"ana": [("visit", 0)], "bo": [("visit", 0)]}
    known = [(0, 1, {"plan": "free"}), (0, 5, {"plan": "pro"}), (1, 3, {"plan": "pro"}), (1, 4, {"plan": None})]
    assert chosen({"attr": "plan", "is": "pro"}, made, at=4, known=known) == []
    assert chosen({"attr": "plan", "is": "pro"}, made, at=5, known=known) == ["ana"]
    assert chosen({"attr": "plan", "is": "pro"}, made, at=3, known=known) == ["bo"]
    assert chosen({"attr": "plan", "known": False}, made, at=4, known=known) == ["bo"]


def test_attributes_reach_into_objects_by_dots():
    assert chosen(
        {"attr": "home.town", "is": "Oslo"}, {"ana": []}, at=1, known=[(0, 0, {"home": {"town": "Oslo"}})]
    ) == ["ana"]


def test_one_customer_may_be_judged_at_several_moments():
    chunk = chunk_of({"ana": [("visit", 0), ("order", 5)], "bo": [("order", 1)]})
    moments = Moments(np.array([0, 0, 1]), np.array([4, 5, 0]) * DAY)
    assert select(parse({"event": "order"}, "customer"), chunk, moments).tolist() == [False, True, False]


def test_members_are_chosen_by_their_ids():
    chunk = chunk_of({"ana": [("visit", 0)], "bo": [("visit", 0)]})
    assert select(Members(frozenset({"bo"})), chunk, ids=["ana", "bo"]).tolist() == [False, True]


def test_journeys_cut_apart_still_belong_to_one_customer():
    whole = chunk_of({"ana": [("visit", 0), ("order", 1)], "bo": [("visit", 0)]})
    cut = replace(whole, offsets=np.array([0, 1, 2, 3]), owner=np.array([0, 0, 1]))
    assert select(parse({"sequence": ["visit", "order"]}, "customer"), cut).tolist() == [True, False]
    assert where(parse({"then": "order", "within": "1d"}), cut).tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("condition", "over", "place", "hint"),
    [
        ({"atr": "size", "is": 1}, "event", "segment.atr: 'atr' is not a key of a condition.", "Did you mean 'attr'?"),
        ({"attr": "size", "iss": 1}, "event", "segment.iss: 'iss' is not a key beside 'attr'.", "Did you mean 'is'?"),
        ({"all": [{"attr": "size", "min": "x"}]}, "event", "segment.all[0].min: 'x' is neither a number", "Write 3"),
        ({"event": "order"}, "event", "segment.event: 'event' is not a condition over an event", "all"),
        (
            {"then": "order", "within": "1d"},
            "customer",
            "segment.then: 'then' is not a condition over a customer",
            "event",
        ),
        ({"event": "order", "within": "P90D"}, "customer", "segment.within: 'P90D' is not a span.", "30d"),
        ({"event": "order", "max": 0}, "customer", "segment: min 1 (1 unless given) is above max 0.", "min: 0, max: 0"),
        ({"attr": "a", "min": 3, "max": 2}, "event", "segment: min 3 is above max 2.", "Turn"),
        ({"attr": "a", "is": None}, "event", "segment.is: None cannot be compared with.", "known: false"),
        ({"sequence": ["visit"]}, "customer", "segment.sequence: A sequence needs", "Write sequence"),
        ([], "event", "segment: [] is not a condition.", "attr"),
    ],
)
def test_an_error_names_place_and_value_and_what_to_do(condition, over, place, hint):
    with pytest.raises(InputError) as raised:
        parse(condition, over, "segment")
    assert place in raised.value.message
    assert hint in raised.value.hint


def test_every_fault_of_a_list_is_named():
    with pytest.raises(InputError, match=r"any\[0\].*\n.*any\[2\]"):
        parse({"any": [{"x": 1}, {"attr": "a", "is": 1}, {"attr": "b"}]})


def test_nesting_goes_eight_deep_and_comparisons_to_sixty_four():
    leaf = {"attr": "a", "is": 1}

    def nested(depth):
        return leaf if depth == 1 else {"not": nested(depth - 1)}

    parse(nested(8))
    parse({"all": [leaf] * 64})
    with pytest.raises(InputError, match="8 deep"):
        parse(nested(9))
    with pytest.raises(InputError, match="64 comparisons"):
        parse({"all": [leaf] * 65})


def test_a_condition_says_which_columns_and_events_it_needs():
    rule = {
        "all": [
            {"attr": "plan", "is": "pro"},
            {"event": "order", "where": {"attr": "value", "min": 2}},
            {"sequence": ["a", "b"]},
        ]
    }
    assert columns(parse(rule, "customer"), "customer") == {"value"}
    assert names(parse(rule, "customer")) == {"order", "a", "b"}
    assert columns(parse({"then": "order", "where": {"attr": "size", "is": 1}, "within": "1d"})) == {"size"}


scalars = st.one_of(st.booleans(), st.integers(0, 3), st.sampled_from(["a", "b"]))
leaves = st.one_of(
    st.builds(lambda attr, value: {"attr": attr, "is": value}, st.sampled_from("pq"), scalars),
    st.builds(lambda attr, known: {"attr": attr, "known": known}, st.sampled_from("pq"), st.booleans()),
    st.builds(lambda attr, low: {"attr": attr, "min": low}, st.sampled_from("pq"), st.integers(0, 3)),
    st.just({"then": "e", "within": "2d"}),
    st.just({"then": "f", "where": {"attr": "p", "is": 1}, "within": "1d"}),
)
rules = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda part: {"not": part}, inner),
        st.builds(
            lambda key, parts: {key: parts}, st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=3)
        ),
    ),
    max_leaves=5,
)
histories = st.lists(
    st.tuples(st.sampled_from("ef"), st.integers(0, 4), st.dictionaries(st.sampled_from("pq"), scalars)), max_size=5
)


def outcome(rule, at, happened, end):
    """The definition, word for word: True, False or None for unknown."""
    match rule:
        case {"all": parts}:
            found = [outcome(part, at, happened, end) for part in parts]
            return False if False in found else None if None in found else True
        case {"any": parts}:
            found = [outcome(part, at, happened, end) for part in parts]
            return True if True in found else None if None in found else False
        case {"not": part}:
            found = outcome(part, at, happened, end)
            return None if found is None else not found
        case {"then": name}:
            return followed(rule, name, at, happened, end)
    return compared(rule, happened[at][2].get(rule["attr"]))


def compared(rule, value):
    if "known" in rule:
        return rule["known"] == (value is not None)
    if value is None:
        return None
    if "is" in rule:
        return type(value) is type(rule["is"]) and value == rule["is"]
    return type(value) is int and value >= rule["min"]


def followed(rule, name, at, happened, end):
    days = int(rule["within"][0])
    later = [
        True if "where" not in rule else outcome(rule["where"], place, happened, end)
        for place in range(at + 1, len(happened))
        if happened[place][0] == name and happened[place][1] - happened[at][1] <= days
    ]
    if True in later:
        return True
    return None if None in later or happened[at][1] + days > end else False


@given(rule=rules, happened=histories)
def test_where_is_the_definition_on_random_events(rule, happened):
    happened = sorted(happened, key=lambda event: event[1])
    end = 4
    expected = [outcome(rule, at, happened, end) is True for at in range(len(happened))]
    assert where(parse(rule), chunk_of({"ana": happened}, end, names="ef")).tolist() == expected


@given(rule=rules)
def test_a_condition_written_down_reads_back_the_same(rule):
    assert parse(plain(parse(rule))) == parse(rule)


def test_what_follows_after_the_moment_is_not_seen_either():
    made = {"ana": [("order", 0), ("returned", 5)], "bo": [("order", 4), ("returned", 5)]}
    rule = {"event": "order", "where": {"then": "returned", "within": "9d"}}
    assert chosen(rule, made, at=5) == ["ana", "bo"]
    assert chosen(rule, made, at=4) == []
    kept = {"event": "order", "where": {"not": {"then": "returned", "within": "3d"}}}
    assert chosen(kept, made, at=3) == ["ana"]
    assert chosen(kept, made, at=2) == []  # may still come back
    assert chosen({"not": kept}, made, at=5) == ["bo"]


spans_of_days = st.none() | st.integers(0, 4).map(lambda days: f"{days}d")


def without_none(**fields):
    return {key: value for key, value in fields.items() if value is not None}


counted = st.tuples(st.none() | st.integers(0, 2), st.none() | st.integers(0, 3)).filter(
    lambda bounds: bounds[1] is None or (1 if bounds[0] is None else bounds[0]) <= bounds[1]
)
customer_leaves = st.one_of(
    st.builds(
        lambda name, where, within, bounds: without_none(
            event=name, where=where, within=within, min=bounds[0], max=bounds[1]
        ),
        st.sampled_from("efx"),
        st.none() | rules,
        spans_of_days,
        counted,
    ),
    st.builds(
        lambda steps, within: without_none(sequence=steps, within=within),
        st.lists(st.sampled_from("efx"), min_size=2, max_size=3),
        spans_of_days,
    ),
    st.builds(lambda attr, value: {"attr": attr, "is": value}, st.sampled_from("ab"), scalars),
    st.builds(lambda attr, values: {"attr": attr, "in": values}, st.just("a"), st.lists(scalars, min_size=1)),
    st.builds(lambda attr, known: {"attr": attr, "known": known}, st.sampled_from("ab"), st.booleans()),
    st.builds(lambda attr, low: {"attr": attr, "min": low}, st.sampled_from("ab"), st.integers(0, 3)),
)
segments = st.recursive(
    customer_leaves,
    lambda inner: st.one_of(
        st.builds(lambda part: {"not": part}, inner),
        st.builds(
            lambda key, parts: {key: parts}, st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=3)
        ),
    ),
    max_leaves=4,
)
told = st.lists(
    st.tuples(st.integers(0, 4), st.dictionaries(st.sampled_from("ab"), st.none() | scalars, max_size=2)), max_size=3
)


def judged(rule, happened, said, moment):
    """The definition of a segment, word for word, on what had happened and was known by the moment."""
    match rule:
        case {"all": parts}:
            found = [judged(part, happened, said, moment) for part in parts]
            return False if False in found else None if None in found else True
        case {"any": parts}:
            found = [judged(part, happened, said, moment) for part in parts]
            return True if True in found else None if None in found else False
        case {"not": part}:
            found = judged(part, happened, said, moment)
            return None if found is None else not found
        case {"event": _}:
            return counts(rule, happened, moment)
    if "sequence" in rule:
        found = in_order(rule["sequence"], rule.get("within"), [event[:2] for event in happened])
    else:
        found = of_attribute(rule, said, moment)
    return found


def of_attribute(rule, said, moment):
    known = [fields[rule["attr"]] for day, fields in said if day <= moment and rule["attr"] in fields]
    value = known[-1] if known else None
    if "in" in rule:
        return None if value is None else any(type(value) is type(one) and value == one for one in rule["in"])
    return compared(rule, value)


def counts(rule, happened, moment):
    since = moment - int(rule["within"][:-1]) if "within" in rule else -1
    found = [
        True if "where" not in rule else outcome(rule["where"], at, happened, moment)
        for at, (name, day, _) in enumerate(happened)
        if name == rule["event"] and day >= since
    ]
    sure, possible = found.count(True), len(found) - found.count(False)
    low, high = rule.get("min", 1), rule.get("max", len(found))
    if sure >= low and possible <= high:
        return True
    return False if possible < low or sure > high else None


def in_order(steps, within, happened):
    days = int(within[:-1]) if within else 99

    def chain(left, last, first, used):
        return not left or any(
            name == left[0]
            and at not in used
            and day >= last
            and day - (day if first is None else first) <= days
            and chain(left[1:], day, day if first is None else first, {*used, at})
            for at, (name, day) in enumerate(happened)
        )

    return chain(steps, -1, None, set())


@settings(max_examples=300, deadline=None)
@given(rule=segments, happened=histories, said=told, moments=st.lists(st.integers(0, 5), min_size=1, max_size=3))
def test_a_segment_is_the_definition_on_random_customers_at_random_moments(rule, happened, said, moments):
    try:
        parse(rule, "customer")
    except InputError as error:
        assume("nested" not in error.message)  # which is refused, and tested elsewhere
    happened, said = (sorted(rows, key=lambda row: row[at]) for rows, at in ((happened, 1), (said, 0)))
    made = {"zed": [("e", 0), ("f", 4)], "ana": happened, "bo": [("f", 0)]}
    chunk = chunk_of(made, 5, names="ef")
    when = np.array(moments, dtype=np.int64) * DAY
    known = attributes_of(*((1, day, fields) for day, fields in said))
    found = select(parse(rule, "customer"), chunk, Moments(np.ones(len(when), dtype=np.int64), when), known)
    expected = [
        judged(rule, [event for event in happened if event[1] <= moment], said, moment) is True for moment in moments
    ]
    assert found.tolist() == expected
    assert parse(plain(parse(rule, "customer")), "customer") == parse(rule, "customer")
