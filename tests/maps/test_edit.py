import difflib
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from map_edits import edited as changed
from map_edits import two_versions
from maps_example import MAP

from farled.errors import InputError
from farled.maps.diff import Change, diff
from farled.maps.edit import edited
from farled.maps.edit.values import entry, on_one_line
from farled.maps.load import own_map

NORDBOD = (Path(__file__).parent / "draw" / "nordbod.yaml").read_text(encoding="utf-8")
ROOT = Path(__file__).parents[2]
REAL = sorted([*ROOT.glob("src/farled/demo/maps/*.yaml"), *ROOT.glob("examples/*/maps/*.yaml")])
read = cache(own_map)
seeds = st.integers(0, 10**6)


def differing(old, new):
    """The lines that were taken away, and those that came."""
    told = list(difflib.ndiff(old.splitlines(keepends=True), new.splitlines(keepends=True)))
    return [line[2:] for line in told if line[0] == "-"], [line[2:] for line in told if line[0] == "+"]


def written(map_, block):
    """A map as YAML with a key per line and comments, or in as few lines as can be."""
    plain = map_.model_dump(by_alias=True, exclude_defaults=True)
    if not block:
        return "".join(f"{key}: {on_one_line(value)}\n" for key, value in plain.items())
    text = ""
    for key, value in plain.items():
        inner = "".join(f"{entry(name, held, 2)}\n" for name, held in value.items()) if isinstance(value, dict) else ""
        text += f"# about {key}\n" + (f"{key}:   # below\n{inner}\n" if inner else f"{entry(key, value, 0)}  # end\n")
    return text


def change_between(old, new):
    return diff(read(old), read(new)).changes


def any_changes(seed, block):
    before, after = two_versions(seed)
    text = written(before, block)
    made = edited(text, diff(before, after).changes)
    assert own_map(made) == after
    if block:
        kept = [line for line in text.splitlines() if line.startswith("#")]
        gone = {f"# about {name}" for name in ("personas", "pain_points", "opportunities") if not getattr(after, name)}
        assert [line for line in made.splitlines() if line.startswith("#")] == [
            k for k in kept if k not in gone
        ] or gone


@settings(max_examples=5)
@given(seeds, st.booleans())
def test_any_changes_of_any_map_are_written_into_its_text(seed, block):
    any_changes(seed, block)


@pytest.mark.slow
@settings(max_examples=300)
@given(seeds, st.booleans())
def test_any_changes_of_many_maps_are_written_into_their_text(seed, block):
    any_changes(seed, block)


def random_changes(path, seed):
    """Change a real map at random, in about fifty places, and write it back: its comments are all still there."""
    text = path.read_text(encoding="utf-8")
    before = own_map(text)
    after = changed(Random(seed), before)
    made = edited(text, diff(before, after).changes)
    assert own_map(made) == after
    comments = [line.strip() for line in text.splitlines() if line.strip().startswith("#")]
    assert [told for told in comments if told not in made] == []


def test_random_changes_of_a_real_map_are_written_into_its_file():
    random_changes(ROOT / "examples/web-shop/maps/shop-purchase.yaml", 1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_random_changes_of_all_maps_that_ship_are_written_into_their_files(path, seed):
    random_changes(path, seed)


ONE_LINE = [
    ("owner: mkt\n", "owner: shop\n"),
    ("title: Köp i butiken   # the title", "title: Allt i butiken   # the title"),
    ("target: 4h", "target: 5h"),
    ("claim: 0.5", "claim: -1"),
    ('"Vi delar mål till våren"', '"Vi delar mål"'),
    ("wants: [Snabbt, Enkelt]", "wants: [Snabbt, Billigt, Enkelt]"),
    ("if_fails: page", "if_fails: ad"),
    ("status: proposed", "status: testing"),
    (", lever: L09", ""),
    ("milestone: true", "milestone: false"),
    ("is: organic", "is: paid"),
    ("{kind: csat}", "{kind: csat, better: up}"),
    ("{id: slow, at: page,", "{id: slow, at: order,"),
    ("date: 2026-09-15", "date: 2026-11-15"),
]


def test_changed_fields_are_changes_of_their_lines_alone():
    after = MAP
    for old, new in ONE_LINE:
        assert old in MAP
        after = after.replace(old, new)
    assert edited(MAP, change_between(MAP, after)) == after


@pytest.mark.parametrize("wants", ["[Snabbt, Lätt]", "[Enkelt]", "[Lätt, Snabbt, Enkelt]"])
def test_an_item_of_a_list_is_changed_taken_away_or_added_in_its_line(wants):
    after = MAP.replace("[Snabbt, Enkelt]", wants)
    assert edited(MAP, change_between(MAP, after)) == after


def test_every_owner_target_and_name_of_a_real_map_changes_one_line():
    other = NORDBOD
    for old, new in (("owner: log", "owner: cs"), ("name: Kassa", "name: Betalning"), ("target: 0.55", "target: 0.6")):
        at = other.index(old)
        other = other[:at] + new + other[at + len(old) :]
    assert edited(NORDBOD, change_between(NORDBOD, other)) == other
    assert [len(lines) for lines in differing(NORDBOD, other)] == [3, 3]


RULE = """\
      - id: order
        name: Kassa
        channel: web
        observe:
          event: order
          where:
            {}
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("attr: paid\n            is: true", "not: {attr: paid, is: true}"),
        ("any: [{attr: paid, is: true}]", "attr: paid\n            is: true"),
        (
            "any:\n              - attr: paid\n                is: true",
            "any:\n              - not: {attr: paid, is: true}",
        ),
    ],
)
def test_other_keys_stand_in_the_place_of_the_first_key_or_of_all_keys(old, new):
    head, tail = MAP.split("      - {id: order,")
    tail = tail.split("\n", 1)[1]
    texts = [f"{head}{RULE.format(where)}{tail}" for where in (old, new)]
    assert edited(texts[0], change_between(*texts)) == texts[1]


def test_a_touchpoint_moves_with_its_line_and_the_comment_above_it():
    line = "      - {id: page, name: Sida, channel: web, observe: {event: view}}  # most see it\n"
    told = "      # the page of a product\n"
    text = MAP.replace("      - {id: page, name: Sida, channel: web, observe: {event: view}}\n", told + line)
    after = text.replace(told + line, "").replace("      - {id: survey-mail", told + line + "      - {id: survey-mail")
    assert edited(text, change_between(text, after)) == after


def test_what_is_added_stands_where_the_format_has_it_and_on_one_line():
    added = MAP.replace("    owner: mkt\n", "    owner: mkt\n    customer_goal: Hitta rätt\n")
    assert edited(MAP, change_between(MAP, added)) == added
    pain = '  - {id: late, at: order, text: "Sent: kassan", based_on: [survey]}\n'
    more = MAP.replace("opportunities:\n", pain + "opportunities:\n")
    assert edited(MAP, change_between(MAP, more)) == more


def test_a_removed_touchpoint_takes_its_line_and_nothing_else():
    line = "      - {id: ad, name: Annons, channel: ads, observe: {event: click}}\n"
    assert edited(MAP, change_between(MAP, MAP.replace(line, ""))) == MAP.replace(line, "")


def test_quotes_stay_as_they_were():
    text = MAP.replace("name: Kassa", "name: 'Kassa'")
    assert "name: 'It''s paid'" in edited(text, change_between(text, text.replace("'Kassa'", '"It\'s paid"')))


@pytest.mark.parametrize(
    "name", ["yes", "a: b", "x #y", "- z", "12", "2026-01-01", " kant ", "rad\nrad", "\u2028", "#", "*a"]
)
def test_a_name_that_yaml_would_read_otherwise_is_put_in_quotes(name):
    change = Change("renamed", "touchpoint", "order", "name", "Kassa", name, "wording")
    made = edited(MAP, [change])
    assert own_map(made).phases[1].touchpoints[1].name == name
    assert len(differing(MAP, made)[1]) == 1


def test_line_ends_of_windows_and_a_missing_last_one_are_kept():
    text = MAP.replace("\n", "\r\n").rstrip("\r\n")
    made = edited(
        text, change_between(MAP, MAP.replace("    owner: mkt\n", "    owner: mkt\n    does: Ser en annons\n"))
    )
    assert made.replace("\r\n", "") == made.replace("\n", "").replace("\r", "")
    assert made == text.replace("    owner: mkt\r\n", "    owner: mkt\r\n    does: Ser en annons\r\n")


def test_keys_for_other_programs_stay():
    text = MAP.replace("    owner: mkt\n", "    owner: mkt\n    x-jira: [A-1,   A-2]\n")
    made = edited(text, change_between(text, text.replace("name: Kassa", "name: Betala")))
    assert made == text.replace("name: Kassa", "name: Betala")


def test_a_broken_file_is_refused_with_line_and_place_and_nothing_is_lost():
    broken = MAP.replace("claim: 0.5", "claim: 3")
    with pytest.raises(InputError, match=r"shop.yaml:27: phases\[0\].feels.claim: 3 is above 2"):
        edited(broken, [], "shop.yaml")


def test_changes_that_leave_no_map_are_refused():
    with pytest.raises(InputError, match="The changes make no map"):
        edited(MAP, [Change("field", "touchpoint", "order", "channel", "web", None, "meaning")])
