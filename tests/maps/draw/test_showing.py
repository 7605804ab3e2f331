"""What a picture shows beside map and numbers: rows, findings, a comparison, one journey, a plan."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from maps.draw.example import nordbod, snapshot
from maps.draw.made_up import MAPS, findings, measured, of_phases, walk
from maps.draw.test_draw import texts

from farled.errors import InputError, NotFoundError
from farled.maps.draw import ROWS, Showing, draw, live, rows_of
from farled.maps.draw.changes import difference
from farled.maps.draw.reading import view
from farled.maps.draw.showing import QUIET, USUAL, WALKED
from farled.stats.intervals import Rate, newcombe


def said(map_, measured_, language="en", **showing):
    return texts(draw(map_, measured_, language, fonts=False, showing=Showing(**showing)))


def changed(map_, **content):
    return type(map_).model_validate({**map_.model_dump(by_alias=True, exclude_none=True), **content})


def finding(severity, *objects, state="open", text="This is wrong."):
    return {"fingerprint": f"{severity}{objects}", "rule": "S03", "objects": list(objects), "severity": severity,
            "state": state, "text": text, "cure": "Mend it."}  # fmt: skip


def test_rows_are_named_or_added_and_taken_away():
    assert rows_of(None) == USUAL
    assert rows_of("goal, lanes") == {"goal", "lanes"}
    assert rows_of("+challenges,-legend") == (USUAL | {"challenges"}) - {"legend"}
    assert rows_of("", WALKED) == WALKED
    with pytest.raises(NotFoundError, match="'goals'"):
        rows_of("goals")
    with pytest.raises(InputError, match="or before none"):
        rows_of("+goal,lanes")
    with pytest.raises(NotFoundError, match="'goals'"):
        Showing(rows=frozenset({"goals"}))


@pytest.mark.parametrize("row", ["personas", "drop_off", "challenges", "lanes", "feeling", "key_figures"])
def test_a_row_is_drawn_only_where_it_is_asked_for(row):
    phases = list(nordbod().model_dump(by_alias=True, exclude_none=True)["phases"])
    phases[0] |= {"challenges": ["Synas", "Kosta lite"], "solutions": ["Mät"], "examples": {"b2b": "En mässa"}}
    phases[0] |= {"expects": "Klarhet", "supports": "Annonser"}
    map_ = changed(nordbod(), phases=phases)
    shown, hidden = (said(map_, snapshot(), rows=rows) for rows in (frozenset(ROWS), frozenset(ROWS) - {row}))
    assert len(shown) > len(hidden)


def test_quiet_rows_are_hidden_unless_asked_for():
    map_ = of_phases(2, 4)
    assert "– Ett" not in said(map_, None)
    assert {"– Ett", "– Två"} <= set(said(map_, None, rows=USUAL | QUIET))
    assert "– Ett" not in live(map_, None, "en").tables
    assert "– Ett" in live(map_, None, "en", Showing(USUAL | QUIET)).tables


def test_the_blueprint_has_three_lines_and_its_cards_under_their_phase():
    told = said(nordbod(), None)
    names = ["Physical evidence", "line of interaction", "Frontstage", "line of visibility", "Backstage",
             "line of internal interaction", "Support"]  # fmt: skip
    places = [told.index(name) for name in names]
    assert places == sorted(places)
    assert "Betalväxel" in told
    drawn = draw(nordbod(), None, "en", fonts=False)
    assert drawn.count('class="service-line') == 3
    assert {layer.phase for layer in view(nordbod(), None, "en").layers} == {2}
    bare = changed(nordbod(), phases=[{"id": "a", "name": "A"}], pain_points=[], opportunities=[], moments_of_truth=[])
    assert "Backstage" not in said(bare, None)


def test_findings_are_counted_at_their_objects_and_the_gravest_gives_the_shape():
    found = (finding("W", "checkout"), finding("E", "checkout", "cart"), finding("I", "cart_completion", "maja"))
    seen = view(nordbod(), snapshot(), "en", Showing(findings=found))
    marks = {point.id: (point.found.severity, point.found.count) for point in seen.touchpoints if point.found}
    assert marks == {"checkout": ("E", "2"), "cart": ("E", "1")}
    assert [persona.found.severity for persona in seen.personas if persona.found] == ["I"]
    assert [tile.id for tile in seen.tiles if tile.found] == ["purchase-cart_completion"]
    drawn = draw(nordbod(), snapshot(), "en", fonts=False, showing=Showing(findings=found))
    assert drawn.count('class="found error"') == 3  # two pills and the legend
    assert "3 open findings" in " ".join(texts(drawn))


def test_what_is_dismissed_or_solved_is_not_drawn():
    found = tuple(finding("E", "checkout", state=state) for state in ("dismissed", "solved"))
    assert draw(nordbod(), snapshot(), showing=Showing(findings=found)) == draw(nordbod(), snapshot())


def test_an_error_raises_the_banner_and_a_warning_does_not():
    grave = said(nordbod(), snapshot(), findings=(finding("E", text="Three in ten never pay."),))
    assert {"1 error on this map", "Three in ten never pay."} <= set(grave)
    assert "1 error on this map" not in said(nordbod(), snapshot(), findings=(finding("W", "cart"),))
    many = said(nordbod(), snapshot(), findings=tuple(finding("E", f"x{at}") for at in range(9)))
    assert {"9 errors on this map", "and 6 more"} <= set(many)


def test_the_table_of_findings_says_what_to_do():
    tables = live(nordbod(), snapshot(), "en", Showing(findings=(finding("W", "cart"),))).tables
    assert "What to do: Mend it." in tables
    assert "at Varukorg" in tables


@given(st.integers(1, 400), st.integers(1, 400), st.integers(0, 400), st.integers(0, 400))
def test_the_difference_of_two_shares_has_newcombes_interval(n, m, part, other):
    one, two = Rate(min(part, n), n), Rate(min(other, m), m)
    value, bounds = difference(one.to_dict(), two.to_dict())
    assert math.isclose(value, one.value - two.value, abs_tol=1e-9)
    assert all(math.isclose(a, b, abs_tol=1e-9) for a, b in zip(bounds, newcombe(one, two), strict=True))


def test_a_difference_without_values_is_none():
    assert difference({"value": None, "reason": "hidden"}, {"value": 1, "low": 0, "high": 2}) is None
    assert difference(None, None) is None


def test_a_comparison_draws_a_second_line_and_says_what_is_more_than_chance():
    map_ = MAPS["demo"]()
    now, then = measured(map_), measured(map_, 0.3, ("2026-04-01", "2026-07-01"))
    drawn = draw(map_, now, "en", fonts=False, showing=Showing(against=then))
    assert 'class="then-line"' in drawn
    assert "1 Apr – 30 Jun 2026" in " ".join(texts(drawn))
    seen = view(map_, now, "en", Showing(against=then))
    assert all(phase.feeling_change.is_sure and phase.feeling_change.is_good is False for phase in seen.phases)
    assert seen.phases[0].drop.change.is_good is False
    assert seen.phases[0].drop.change.text.startswith("+")  # more is lost
    same = view(map_, now, "en", Showing(against=measured(map_)))
    assert not any(phase.feeling_change.is_sure for phase in same.phases)
    assert "could be chance" in " ".join(same.phases[0].card)
    assert 'class="then-line"' not in draw(map_, now, "en", fonts=False)


def test_every_change_of_the_picture_stands_in_the_tables():
    map_ = MAPS["demo"]()
    showing = Showing(against=measured(map_, 0.11, ("2026-04-01", "2026-07-01")))
    tables = live(map_, measured(map_), "en", showing).tables
    seen = view(map_, measured(map_), "en", showing)
    changes = [phase.drop.change for phase in seen.phases if phase.drop] + [tile.change for tile in seen.tiles]
    changes += [phase.feeling_change for phase in seen.phases]
    assert len(changes) > 12
    assert [change.text for change in changes if change.text not in tables] == []


def test_the_feeling_shown_is_the_one_asked_for():
    classes = {felt: draw(nordbod(), snapshot(), "en", fonts=False, showing=Showing(felt=felt)) for felt in
               ("both", "claimed", "measured", "difference")}  # fmt: skip
    assert ['class="felt"' in classes[felt] for felt in classes] == [True, False, True, True]
    assert ['class="claim-line"' in classes[felt] for felt in classes] == [True, True, False, True]
    assert ['class="gap"' in classes[felt] for felt in classes] == [False, False, False, True]
    with pytest.raises(InputError, match="'guessed'"):
        Showing(felt="guessed")


def test_a_plan_shows_hypotheses_and_no_measured_feeling():
    head = nordbod().model_dump(by_alias=True, exclude_none=True)["map"]
    plan = changed(nordbod(), map={**head, "state": "to_be", "base": "nordbod-purchase", "id": "plan"})
    drawn = draw(plan, snapshot(), "en", fonts=False)
    assert 'class="felt"' not in drawn
    assert {"hypothesis", "planned: what it says is hypotheses"} <= set(texts(drawn))
    assert all(not persona.feelings for persona in view(plan, snapshot(), "en").personas)


def test_where_journeys_stand_now_is_told_per_phase():
    told = said(nordbod(), snapshot())
    assert {"Here now", "1,248 here", "13 here"} <= set(told)
    assert "Here now" not in said(nordbod(), None)


def test_one_journey_has_numbered_stops_instead_of_transitions():
    map_ = MAPS["demo"]()
    drawn = draw(map_, measured(map_), "en", fonts=False, showing=Showing(WALKED, walk=walk(map_)))
    said_ = " ".join(texts(drawn))
    assert 'class="way' not in drawn
    assert "One customer's own journey: K7Q2-M9XA, journey 1 of 3." in said_
    assert "for members of the workspace only" in said_
    assert "1, 29, 31" in texts(drawn)
    assert "event (" in said_
    assert 'class="own"' in drawn
    tables = live(map_, measured(map_), "en", Showing(WALKED, walk=walk(map_))).tables
    assert tables.count('id="stop-') == len(walk(map_).stops)


def test_drawing_with_everything_twice_gives_the_same_bytes():
    map_ = MAPS["b2b"]()
    showing = Showing(frozenset(ROWS), findings(map_), walk(map_), measured(map_, 0.1))
    assert draw(map_, measured(map_), showing=showing) == draw(map_, measured(map_), showing=showing)
