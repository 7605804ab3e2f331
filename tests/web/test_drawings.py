"""A map is drawn once for the same map, numbers and language."""

from farled.web.drawings import Drawings


def test_the_same_map_with_the_same_numbers_is_drawn_once(nordbod):
    drawings, map_, numbers = Drawings(), nordbod.map("nordbod-purchase"), nordbod.measure("nordbod-purchase")
    first = drawings.live(map_, numbers, "sv")
    assert drawings.live(map_, {**numbers, "built": "later"}, "sv") is first
    assert drawings.live(map_, numbers, "da") is not first
    assert drawings.live(map_, {**numbers, "persona": "maja"}, "sv") is not first


def test_only_the_last_are_kept(nordbod):
    drawings, map_ = Drawings(kept=1), nordbod.map("nordbod-purchase")
    numbers = nordbod.measure("nordbod-purchase")
    first = drawings.live(map_, numbers, "sv")
    assert drawings.live(map_, numbers, "nb") is not first
    assert drawings.live(map_, numbers, "sv") is not first
