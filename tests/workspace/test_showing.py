"""What a workspace draws beside map and numbers: one journey by pseudonym, a comparison, an earlier snapshot."""

import json
import re
import stat

import pytest

from farled.errors import InputError, NotFoundError
from farled.maps.walk import customers_at
from farled.workspace.demo import demo

MAP = "nordbod-purchase"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return demo(tmp_path_factory.mktemp("showing") / "shop", customers=300)


@pytest.fixture(scope="module")
def customer(shop):
    """One who has a journey on the map."""
    view = shop.counted(MAP).view(shop.map_period())
    return customers_at(view, shop.journeys, "product-page", 1)[0]


def test_a_walk_names_the_customer_by_a_pseudonym_that_finds_them_again(shop, customer):
    walk = shop.walk(MAP, customer)
    assert customer not in walk.name
    assert shop.walk(MAP, walk.name) == walk
    assert shop.walk(MAP, walk.name.lower()).stops == walk.stops
    assert shop.walk(MAP, customer.partition(":")[2]).stops == walk.stops
    assert shop.walk(MAP, customer, reveal=True).name == customer


def test_the_key_of_the_pseudonyms_is_for_its_owner_alone(shop, customer):
    name = shop.walk(MAP, customer).name
    key = shop.folder.path / "pseudonyms.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert name == type(shop.pseudonyms).of(shop.folder).name(customer)
    assert type(shop.pseudonyms).of(None).name(customer) != name


def test_an_id_stands_in_the_picture_only_where_it_was_asked_for(shop, customer, tmp_path):
    bare = customer.partition(":")[2]
    assert bare not in shop.draw(MAP, tmp_path / "a.svg", customer=customer).read_text(encoding="utf-8")
    assert bare in shop.draw(MAP, tmp_path / "b.svg", customer=customer, reveal=True).read_text(encoding="utf-8")


def test_an_unknown_customer_is_not_found_and_no_id_is_told(shop):
    with pytest.raises(NotFoundError, match="'nobody'") as caught:
        shop.walk(MAP, "nobody")
    assert "customer_id:" not in f"{caught.value.message}{caught.value.hint}"


def test_two_journeys_at_once_are_refused(shop, customer, tmp_path):
    with pytest.raises(InputError, match="Two journeys"):
        shop.draw(MAP, tmp_path / "a.svg", customer=customer, typical=True)


def test_an_earlier_snapshot_is_drawn_as_it_was_kept(shop, tmp_path):
    shop.measure(MAP, "2026-Q1")
    file = shop.folder.measured / MAP / "2026-01-01_2026-04-01.json"
    kept = json.loads(file.read_text(encoding="utf-8"))
    kept["phases"]["awareness"]["now_here"] = 4_242_424
    copy = tmp_path / "kept.json"
    copy.write_text(json.dumps(kept), encoding="utf-8")
    drawn = shop.draw(MAP, tmp_path / "a.svg", snapshot=str(copy), language="en").read_text(encoding="utf-8")
    assert "4,242,424 here" in drawn
    by_period = shop.draw(MAP, tmp_path / "b.svg", snapshot="2026-Q1", language="en").read_text(encoding="utf-8")
    assert "1 Jan – 31 Mar 2026" in by_period.replace("\u00a0", " ")


def test_a_snapshot_that_was_not_kept_is_not_measured_in_its_place(shop, tmp_path):
    with pytest.raises(NotFoundError, match=r"2025-07-01\.\.2025-10-01"):
        shop.draw(MAP, tmp_path / "a.svg", snapshot="2025-Q3")
    (tmp_path / "x.json").write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match="no snapshot"):
        shop.draw(MAP, tmp_path / "a.svg", snapshot=str(tmp_path / "x.json"))


@pytest.mark.parametrize("against", ["2026-Q1", "persona=maja"])
def test_a_map_is_compared_with_another_period_or_persona(shop, tmp_path, against):
    drawn = shop.draw(MAP, tmp_path / "a.svg", against=against, findings=False, language="en")
    assert re.search("against [^:]+: [+\u2212]?[0-9.]+", drawn.read_text(encoding="utf-8"))


def test_what_cannot_be_compared_with_is_refused(shop, tmp_path):
    with pytest.raises(InputError, match="nothing to compare"):
        shop.draw(MAP, tmp_path / "a.svg", against="channel=web")
