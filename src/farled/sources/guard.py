"""Texts that a spreadsheet would run as formulas: an apostrophe before them, and away again when they come back."""

import re

import pyarrow as pa
import pyarrow.compute as pc

from farled.sources.connection import literal, quoted

_RUNS = r"'*[=+\-@\t\r\n\x00]"
_NUMBER = r"^[+-]?[0-9][0-9 .,]*$"


def guarded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Put an apostrophe before every text that a spreadsheet would run as a formula; numbers stay as they are.

    >>> import pyarrow as pa
    >>> guarded(pa.chunked_array([["=1+2", "'=1", "-5", "a=b"]])).to_pylist()
    ["'=1+2", "''=1", '-5', 'a=b']
    """
    marked = pc.replace_substring_regex(column, f"^({_RUNS})", r"'\1")
    return pc.if_else(pc.match_substring_regex(column, _NUMBER), column, marked)


def unguarded(column: str) -> str:
    """Write SQL that takes that apostrophe away."""
    return f"regexp_replace({quoted(column)}, {literal(f'^{chr(39)}({_RUNS})')}, {literal(chr(92) + '1')})"


def bare(text: str) -> str:
    """Do the same to one text.

    >>> bare("'=1+2"), bare("'t Hart")
    ('=1+2', "'t Hart")
    """
    return re.sub(f"^'({_RUNS})", r"\1", text)
