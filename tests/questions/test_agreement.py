"""One truth: where two questions speak of the same thing they say the same, and so do the customers behind it."""

from collections import Counter

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from farled.engine.local import ask, customers_behind
from farled.journeys.build import journeys_of
from farled.questions import Attribution, Flow, Funnel, Lifecycle, Paths, Retention, Sessions, Timing, Variants

NAMES = ["visit", "cart", "order", "call"]
MINUTES = 24 * 60
events = st.lists(
    st.tuples(st.sampled_from(NAMES), st.integers(0, 8 * MINUTES).map(lambda at: at / MINUTES)), max_size=9
)
shops = st.lists(events.filter(bool), min_size=1, max_size=25)
few = settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)


def index_of(shop):
    """Journeys with each name at least once, so that none is unknown; and who has what, told plainly."""
    told = {f"c{at}": sorted(made, key=lambda event: event[1]) for at, made in enumerate(shop)}
    told["all"] = [(name, 9 + at) for at, name in enumerate(NAMES)]
    return journeys_of(told, end=30), told


def having(told, *names):
    return sorted(who for who, made in told.items() if set(names) <= {name for name, _ in made})


@few
@given(shops)
def test_who_had_something_is_one_number_everywhere(shop):
    journeys, told = index_of(shop)
    nodes = ask(journeys, Flow()).nodes
    for name in NAMES:
        customers = having(told, name)
        funnel = Funnel([name, "order" if name != "order" else "call"])
        assert ask(journeys, funnel).steps[0].customers == len(customers) == nodes[name].customers
        assert sorted(customers_behind(journeys, funnel, "/steps/0/customers")) == customers
        assert ask(journeys, Paths(start=name, length=None)).total == len(customers)
        cohorts = ask(journeys, Retention(name, period="week")).cohorts
        assert sum(cohort.size for cohort in cohorts) == len(customers)
    weekly = Retention("cart", period="week")
    sizes = [f"/cohorts/{at}/size" for at in range(len(ask(journeys, weekly).cohorts))]
    behind = [who for size in sizes for who in customers_behind(journeys, weekly, size)]
    assert sorted(behind) == having(told, "cart")


@few
@given(shops)
def test_going_on_is_one_number_in_funnel_timing_paths_and_retention(shop):
    journeys, _ = index_of(shop)
    funnel = Funnel(["visit", "order"])
    step = ask(journeys, funnel).steps[1]
    times = ask(journeys, Timing("visit", "order"))
    assert times.started == ask(journeys, funnel).steps[0].customers
    assert times.n == step.customers
    assert sorted(customers_behind(journeys, Timing("visit", "order"), "/n")) == sorted(
        customers_behind(journeys, funnel, "/steps/1/customers")
    )
    strict = Funnel(["visit", "order"], ties="input")
    assert (
        ask(journeys, Paths(between=["visit", "order"], length=None)).total == ask(journeys, strict).steps[1].customers
    )
    within = ask(journeys, Funnel(["visit", "order"], within="8w")).steps[1].customers
    assert within == step.customers  # nothing is longer apart than the data


@few
@given(shops)
def test_what_flows_in_flows_out_and_starts_are_sessions(shop):
    journeys, told = index_of(shop)
    total = sum(map(len, told.values()))
    for cut in (None, "30min", "1d"):
        flow = ask(journeys, Flow(cut=cut))
        into, out = Counter(), Counter()
        for (start, end), edge in flow.edges.items():
            into[end] += edge.count
            out[start] += edge.count
        for name, node in flow.nodes.items():
            assert into[name] + flow.starts.get(name, 0) == node.events == out[name] + flow.ends.get(name, 0)
        assert sum(node.events for node in flow.nodes.values()) == total
        journeys_cut = sum(flow.starts.values())
        assert ask(journeys, Variants(cut=cut)).total == journeys_cut
        if cut is not None:
            sessions = ask(journeys, Sessions(gap=cut))
            assert (sessions.sessions, sessions.events, sessions.customers) == (journeys_cut, total, len(told))


@few
@given(shops)
def test_variants_add_up_to_all_journeys_and_are_what_customers_did(shop):
    journeys, told = index_of(shop)
    found = ask(journeys, Variants(top=10_000))
    done = Counter()
    for made in told.values():
        times = Counter(time for _, time in made)
        if max(times.values()) == 1:
            done[tuple(name for name, _ in made)] += 1
    said = {tuple(path.names): path.count for path in found.paths}
    assert sum(said.values()) == len(told)
    for names, count in done.items():
        assert said[names] >= count


@few
@given(shops)
def test_new_customers_of_all_periods_are_all_customers(shop):
    journeys, told = index_of(shop)
    daily = ask(journeys, Lifecycle(period="day")).periods
    assert sum(each.new for each in daily) == len(told)
    weekly = Lifecycle(period="week")
    for at, each in enumerate(ask(journeys, weekly).periods):
        kinds = [customers_behind(journeys, weekly, f"/periods/{at}/{kind}") for kind in ("new", "active", "returned")]
        assert [len(kind) for kind in kinds] == [each.new, each.active, each.returned]
        assert len(set().union(*kinds)) == each.new + each.active + each.returned


@few
@given(shops)
def test_every_goal_is_credited_or_direct(shop):
    journeys, told = index_of(shop)
    goals = sum(name == "order" for made in told.values() for name, _ in made)
    for model in ("first", "linear", "markov"):
        question = Attribution("order", model=model, touchpoints="name", lookback=None, resamples=0)
        answer = ask(journeys, question)
        assert answer.conversions + answer.direct == goals
        assert np.isclose(sum(credit.conversions.value for credit in answer.credits.values()), answer.conversions)
