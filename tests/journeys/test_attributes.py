"""Attributes of customers as identify events tell them."""

from farled.journeys.attributes import Attributes


def test_reading_only_some_is_reading_all_and_looking_at_some():
    said = ['{"plan": "pro", "a": {"b": 1, "c": null}, "a.b": 2, "x": [1]}', None, '{"a": {"b": true}}']
    whole = Attributes.from_identify([0, 0, 1], [1, 2, 3], said)
    some = Attributes.from_identify([0, 0, 1], [1, 2, 3], said, {"a.b"})
    assert some.keys == ("a.b",)
    for known in (whole, some):
        found = known.at("a.b", [0, 1], [5, 5])
        assert [known.values[code] for code in found.code] == [2, True]
    assert Attributes.from_identify([0], [1], ['{"a": 1}'], ()).keys == ()
