"""What names a person is found and hidden; what only looks like it is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farled.texts.identifying import identifying, masked

PERSONS = {
    "Skriv till ana.svensson+x@mail.example.se": ("email",),
    "Ring 070-123 45 67": ("phone",),
    "Ring 08-123 456 78 på kvällen": ("phone",),
    "+46 70 123 45 67": ("phone",),
    "0046701234567": ("phone",),
    "Min mobil: 0701234567": ("phone",),
    "Ring meg på 912 34 567": ("phone",),
    "Ring mig på 20 12 34 56": ("phone",),
    "+47 912 34 567": ("phone",),
    "19811218-9876": ("national number",),
    "811218-9876 heter jag": ("national number",),
    "8112189876": ("national number",),
    "700161-2394": ("national number",),
    "fødselsnummer 01010750160": ("national number",),
    "CPR 070761-4285": ("national number",),
    "a@b.se, 070-123 45 67 och 811218-9876": ("email", "phone", "national number"),
}
NOBODY = (
    "Order 20261001-15 kostar 1 299 kr",
    "Leverans 2026-10-01 kl 14.30",
    "ISBN 978-3-16-148410-0",
    "811218-9875",
    "811318-9876",
    "01010750161",
    "Artikel 123456",
    "12 av 20 kunder, 34 procent",
    "3,4 % på 12 480 kunder",
    "Besök www.example.se",
    "Storlek 40 eller 42",
    "@ana på sociala medier",
)


@pytest.mark.parametrize("text", PERSONS)
def test_what_names_a_person_is_found(text):
    assert identifying(text) == PERSONS[text]


@pytest.mark.parametrize("text", NOBODY)
def test_what_names_nobody_is_left(text):
    assert identifying(text) == ()
    assert masked(text) == text


@settings(max_examples=50)
@given(st.lists(st.sampled_from([*PERSONS, *NOBODY]), max_size=4).map("; ".join))
def test_a_masked_text_names_nobody(text):
    assert identifying(masked(text)) == ()


def test_only_what_names_a_person_is_masked():
    assert masked("Ring Ana på 070-123 45 67 före kl 18.") == "Ring Ana på … före kl 18."
