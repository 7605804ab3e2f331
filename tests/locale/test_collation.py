"""The order of words."""

from hypothesis import given
from hypothesis import strategies as st

from farled.locale import LANGUAGES, collate, collation_key


def test_swedish_ends_with_aring_a_umlaut_o_umlaut():
    assert collate(["Öl", "Äpple", "Ål", "Zebra"], "sv") == ["Zebra", "Ål", "Äpple", "Öl"]


def test_norwegian_and_danish_end_with_ae_o_aring():
    assert collate(["Ål", "Øl", "Ærlig", "Zebra"], "nb") == ["Zebra", "Ærlig", "Øl", "Ål"]
    assert collate(["Ål", "Øl", "Ærlig", "Zebra"], "da") == ["Zebra", "Ærlig", "Øl", "Ål"]


def test_only_danish_reads_double_a_as_aring():
    assert collate(["Zoo", "Aalborg"], "da") == ["Zoo", "Aalborg"]
    assert collate(["Zoo", "Aalborg"], "nb") == ["Aalborg", "Zoo"]


def test_letters_of_the_neighbours_stand_where_ones_own_stand():
    assert collate(["Ø", "Ä", "Z"], "sv") == ["Z", "Ä", "Ø"]
    assert collate(["Ö", "Ä", "Z"], "da") == ["Z", "Ä", "Ö"]


def test_accents_and_case_do_not_part_words():
    assert collate(["ide", "idel", "idé", "Ide"], "sv") == ["ide", "Ide", "idé", "idel"]


def test_a_letter_written_in_two_code_points_is_the_same_letter():
    assert collate(["a\u030akant", "zon", "ås"], "sv") == ["zon", "a\u030akant", "ås"]


def test_signs_come_before_digits_and_digits_before_letters():
    assert collate(["a", "1", "_x"], "en") == ["_x", "1", "a"]


@given(st.lists(st.text(max_size=4)), st.sampled_from(LANGUAGES))
def test_the_order_does_not_hang_on_the_order_given(texts, language):
    assert collate(texts, language) == collate(reversed(texts), language)
    assert sorted(texts, key=collation_key(language)) == collate(texts, language)
