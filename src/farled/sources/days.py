"""Days as files write them, for the verb ``replace``."""

import pyarrow as pa
import pyarrow.compute as pc

from farled.sources.extract import one_piece

_FORMS = (
    r"^(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)",
    r"^(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)$",
    r"^(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})",
)


def iso_days(text: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Return days as ISO text, null where there is none; a time of day behind them does not matter.

    >>> import pyarrow as pa
    >>> iso_days(pa.array(["2026-05-01T10:00", "20260501", "1.5.2026 10:00", "03/04/2026", None])).to_pylist()
    ['2026-05-01', '2026-05-01', '2026-05-01', None, None]
    """
    coded = one_piece(pa.chunked_array([one_piece(text)]).dictionary_encode())
    words = coded.dictionary
    found = pa.nulls(len(words), pa.string())
    for form in _FORMS:
        parts = pc.extract_regex(words, form)
        year, month, day = (pc.struct_field(parts, name) for name in "ymd")
        made = pc.binary_join_element_wise(year, pc.utf8_lpad(month, 2, "0"), pc.utf8_lpad(day, 2, "0"), "-")
        found = pc.coalesce(found, made)
    return found.take(coded.indices)
