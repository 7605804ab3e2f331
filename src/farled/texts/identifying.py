"""What in a text names a person: e-mail addresses, phone numbers, national identity numbers of the Nordic countries."""

import re
from collections.abc import Callable, Mapping
from datetime import date

MASK = "…"
NATIONAL = "national number"

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WITHOUT_SIGNS = re.compile(r"\D")
_PHONES = (
    r"(?:\+|(?<!\d)00)\d{1,3}(?:[ \-.]?\(?\d{1,4}\)?){2,6}",  # international
    r"(?<!\d)0\d{1,3}[ \-/]\d{2,3}(?:[ \-]?\d{2,3}){1,3}(?!\d)",  # Swedish
    r"(?<!\d)07\d{8}(?!\d)",
    r"(?<![\d.,:])[2-9]\d(?: \d{2}){3}(?![\d.,:%])",  # Norwegian and Danish
    r"(?<![\d.,:])[49]\d{2} \d{2} \d{3}(?![\d.,:%])",
)
_PHONE = re.compile("|".join(_PHONES))
_SWEDISH = re.compile(r"(?<!\d)(?:19|20)?\d{6}[-+]?\d{4}(?!\d)")
_NORWEGIAN = re.compile(r"(?<!\d)\d{6} ?\d{5}(?!\d)")
_DANISH = re.compile(r"(?<!\d)\d{6}-\d{4}(?!\d)")
_FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def identifying(text: str) -> tuple[str, ...]:
    """Return what a text holds that names a person: ``email``, ``phone``, ``national number``; each once.

    A national number counts only if its date, and where the country has them its check digits, are right.

    Example:
        >>> identifying("Ring Ana på 070-123 45 67, eller ana@example.se")
        ('email', 'phone')
        >>> identifying("Order 20261001-15 för 1 299 kr")
        ()
    """
    left, found = text, []
    for kind, (pattern, is_one) in _KINDS.items():
        matches = [match.group() for match in pattern.finditer(left) if is_one(match.group())]
        if matches:
            found.append(kind)
            left = _without(left, matches)
    order = ("email", "phone", NATIONAL)
    return tuple(kind for kind in order if any(kind == each.partition(":")[0] for each in found))


def masked(text: str) -> str:
    """Return a text without what `identifying` finds.

    Example:
        >>> masked("Skriv till ana@example.se!")
        'Skriv till …!'
    """
    for pattern, is_one in _KINDS.values():
        text = _without(text, [match.group() for match in pattern.finditer(text) if is_one(match.group())])
    return text


def _without(text: str, found: list[str]) -> str:
    for each in found:
        text = text.replace(each, MASK)
    return text


def _is_swedish(text: str) -> bool:
    """Return whether it is a personnummer: a date (days from 61 on are coordination numbers), check digit by Luhn."""
    digits = [int(digit) for digit in _WITHOUT_SIGNS.sub("", text)][-10:]
    month, day = 10 * digits[2] + digits[3], 10 * digits[4] + digits[5]
    doubled = (sum(divmod(2 * digit, 10)) if at % 2 == 0 else digit for at, digit in enumerate(digits))
    return _is_date(month, day - 60 if day > 60 else day) and sum(doubled) % 10 == 0


def _is_norwegian(text: str) -> bool:
    """Return whether it is a fødselsnummer or D number: a date and two check digits modulo 11."""
    digits = [int(digit) for digit in _WITHOUT_SIGNS.sub("", text)]
    day, month = 10 * digits[0] + digits[1], 10 * digits[2] + digits[3]
    first = sum(weight * digit for weight, digit in zip(_FIRST_WEIGHTS, digits, strict=False)) % 11
    second = sum(weight * digit for weight, digit in zip(_SECOND_WEIGHTS, digits, strict=True)) % 11
    return _is_date(month, day - 40 if day > 40 else day) and first == second == 0


def _is_danish(text: str) -> bool:
    """Return whether it is a CPR number: a date; its check digit is no longer always right."""
    return _is_date(int(text[2:4]), int(text[:2]))


def _is_phone(text: str) -> bool:
    return 8 <= len(_WITHOUT_SIGNS.sub("", text)) <= 15


def _is_date(month: int, day: int) -> bool:
    try:
        date(2000, month, day)
    except ValueError:
        return False
    return True


_KINDS: Mapping[str, tuple[re.Pattern[str], Callable[[str], bool]]] = {
    "email": (_EMAIL, lambda _: True),
    f"{NATIONAL}: Swedish": (_SWEDISH, _is_swedish),
    f"{NATIONAL}: Norwegian": (_NORWEGIAN, _is_norwegian),
    f"{NATIONAL}: Danish": (_DANISH, _is_danish),
    "phone": (_PHONE, _is_phone),
}
