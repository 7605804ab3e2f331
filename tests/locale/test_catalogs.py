"""Every text of the source exists in every language, and the small reader reads what Babel reads."""

import ast
import re
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import farled
from farled.locale import LANGUAGES, WORDS, accepted, glossary, negotiate, translator
from farled.locale.catalogs import CATALOGS, read_entries

SOURCE = Path(farled.__file__).parent
PLACES = {  # of context, text and plural among the arguments of each function
    "_": (None, 0, None),
    "N_": (None, 0, None),
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}


def texts_of_the_code():
    """Context and texts of every call that marks them, also those inside of formatted strings."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "attr", getattr(getattr(node, "func", None), "id", ""))
            if not isinstance(node, ast.Call) or name not in PLACES:
                continue
            texts = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
            context, one, many = (
                texts[place] if place is not None and place < len(texts) else None for place in PLACES[name]
            )
            if isinstance(one, str):
                yield context, one if many is None else (one, many)


def texts_of_the_source():
    """Context and text (or one and many) of everything marked for translation."""
    templates = extract_from_dir(SOURCE / "web" / "templates", [("**.html", "jinja2")], {"**.html": {}}, KEYWORDS)
    return {*texts_of_the_code(), *((context, message) for _, _, message, _, context in templates if message)}


def catalog(language):
    with files("farled.locale").joinpath("catalogs", f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def fields(text):
    """The places that a text leaves open: {name}, %(name)s."""
    return sorted(re.findall(r"\{[^}]*\}|%\(\w+\)[sd]|%[sd]", text))


def forms(text):
    return [text] if isinstance(text, str) else list(text)


@pytest.mark.parametrize("language", CATALOGS)
def test_every_text_of_the_source_is_translated(language):
    known = catalog(language)
    missing = []
    for context, message in texts_of_the_source():
        entry = known.get(forms(message)[0], context)
        if entry is None or not all(forms(entry.string)) or len(forms(entry.string)) != len(forms(message)):
            missing.append((context, message))
    assert sorted(map(str, missing)) == []


@pytest.mark.parametrize("language", CATALOGS)
def test_a_translation_leaves_the_same_places_open_as_the_text(language):
    for entry in catalog(language):
        for source, translated in zip(forms(entry.id), forms(entry.string), strict=True):
            assert (source, fields(translated)) == (source, fields(source))


@pytest.mark.parametrize("language", CATALOGS)
def test_no_translation_is_marked_fuzzy(language):
    assert [entry.id for entry in catalog(language) if entry.id and entry.fuzzy] == []


@pytest.mark.parametrize("language", CATALOGS)
def test_the_reader_reads_what_babel_reads(language):
    translate = translator(language)
    for entry in catalog(language):
        if entry.id:
            expected = forms(entry.string)
            one, many = forms(entry.id)[0], forms(entry.id)[-1]
            context = entry.context or ""
            assert [translate.npgettext(context, one, many, n) for n in (1, 2)] == [expected[0], expected[-1]]


def test_long_escaped_and_doubtful_entries_are_read_as_babel_reads_them():
    text = r"""
msgid ""
msgstr "Language: sv"

msgctxt "c"
msgid ""
"a\"b\n"
"c"
msgstr "d\\e"

#, fuzzy
msgid "f"
msgstr "g"
"""
    assert list(read_entries(text.splitlines())) == [{"msgctxt": "c", "msgid": 'a"b\nc', "msgstr": "d\\e"}]


def test_english_is_the_source():
    assert [translator("en")("drop-off"), translator("en").ngettext("{n} step", "{n} steps", 2)] == [
        "drop-off",
        "{n} steps",
    ]


def test_an_unknown_text_comes_back_in_english():
    assert translator("sv")("no such text") == "no such text"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_field_exists_in_every_language(language):
    assert list(glossary(language)) == list(WORDS)
    assert all(glossary(language).values())


def test_words_of_the_field_are_those_of_the_field():
    assert [glossary(language)["moment of truth"] for language in LANGUAGES] == [
        "sanningens ögonblick",
        "sannhetens øyeblikk",
        "sandhedens øjeblik",
        "moment of truth",
    ]


def test_the_wanted_language_is_the_first_that_farled_speaks():
    assert negotiate(accepted("fi, nn;q=0.9, sv;q=0.5")) == "nb"
    assert [negotiate(["fi"]), negotiate([], "da"), negotiate(accepted("sv;q=nonsense, da"))] == ["en", "da", "da"]
