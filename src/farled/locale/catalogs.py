"""The translations: read from the ``.po`` files beside this module when a language is first used."""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from gettext import NullTranslations
from importlib.resources import files
from typing import Final

from farled.locale.languages import babel_locale

CATALOGS: Final = ("sv", "nb", "da")


class Translator(NullTranslations):
    """Texts of one language; called as ``_`` it translates one.

    A text without a translation comes back in English, as it stands in the code.
    """

    def __init__(self, language: str, entries: Iterable[dict[str, str]] = ()) -> None:
        super().__init__()
        self.language = language
        self._texts: dict[tuple[str, str, int], str] = {}
        for entry in entries:
            where = entry.get("msgctxt", ""), entry["msgid"]
            self._texts[(*where, 1)] = entry.get("msgstr") or entry.get("msgstr[0]", "")
            self._texts[(*where, 2)] = entry.get("msgstr[1]") or self._texts[(*where, 1)]

    def __call__(self, message: str) -> str:
        """Translate a text."""
        return self.gettext(message)

    def gettext(self, message: str) -> str:
        """Translate a text."""
        return self._find("", message, 1) or message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Translate a text that follows a count; all languages of Farled have one form for 1 and one for the rest."""
        return self.npgettext("", msgid1, msgid2, n)

    def pgettext(self, context: str, message: str) -> str:
        """Translate a short text whose meaning hangs on where it stands."""
        return self._find(context, message, 1) or message

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        """Translate a text that follows a count and hangs on where it stands."""
        return self._find(context, msgid1, 1 if n == 1 else 2) or (msgid1 if n == 1 else msgid2)

    def _find(self, context: str, message: str, form: int) -> str:
        return self._texts.get((context, message, form), "")


@cache
def translator(language: str) -> Translator:
    """Return the texts of a language.

    Args:
        language: One of ``LANGUAGES``.

    Raises:
        NotFoundError: Farled does not speak the language.

    Example:
        >>> _ = translator("sv")
        >>> _("drop-off")
        'avhopp'
    """
    babel_locale(language)
    if language not in CATALOGS:
        return Translator(language)
    text = files("farled.locale").joinpath("catalogs", f"{language}.po").read_text(encoding="utf-8")
    return Translator(language, read_entries(text.splitlines()))


def read_entries(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    """Read the entries of a ``.po`` file: keyword to text, without the head and what is marked fuzzy or obsolete.

    It reads what Babel writes, thirty times as fast as Babel, so that no compiled file need stand beside.
    """
    entry: dict[str, str] = {}
    keyword, fuzzy = "", False
    for line in [*lines, ""]:
        if line.startswith('"'):
            entry[keyword] += json.loads(line)
        elif line.startswith("msg"):
            keyword, _, quoted = line.partition(" ")
            entry[keyword] = json.loads(quoted)
        elif line.startswith("#,"):
            fuzzy = "fuzzy" in line
        elif not line.strip():
            if entry.get("msgid") and not fuzzy:
                yield entry
            entry, keyword, fuzzy = {}, "", False


def N_(message: str) -> str:  # noqa: N802  (the field's name for marking a text that is translated later)
    """Mark a text for translation where it stands as data."""
    return message
