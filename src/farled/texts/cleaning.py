"""What models read of a text: small letters, one space between words, no addresses, names or digits."""

import re
from unicodedata import normalize

LONGEST = 5_000

_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+\.\S+")
_NAME = re.compile(r"(?<!\w)[@#]\w+")
_DIGIT = re.compile(r"\d")
_RUN = re.compile(r"(\S)\1{2,}")
_BEFORE_SIGN = re.compile(r"\s+([.,;:!?])(?=\s|$)")


def cleaned(text: str) -> str:
    """Return a text as the models read it; of a very long one the first 5,000 letters.

    >>> cleaned("  Jaaaaa,  BÄST 100 %!  https://a.se @ana")
    'jaa, bäst 000 %!'
    """
    small = normalize("NFC", text[:LONGEST]).lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    plain = _NAME.sub(" ", _ADDRESS.sub(" ", small))
    plain = _RUN.sub(r"\1\1", plain)
    return " ".join(_BEFORE_SIGN.sub(r"\1", _DIGIT.sub("0", plain)).split())
