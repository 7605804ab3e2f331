"""Whose an event is, as far as the events themselves say, and the bucket that follows from it."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from farled.events.hashes import hashes

CustomerOf = Callable[[pa.Table], pa.Array]
"""From events, with ``identifiers`` and ``account``, to one text per event that names its customer. No nulls."""


def first_identifier(events: pa.Table) -> pa.Array:
    """Return ``type:value`` of each event's first identifier, or ``account:id`` where it has none. Shape (n,).

    Example:
        >>> events = pa.table({"identifiers": [[{"type": "email", "value": "a@b.no"}], []], "account": [None, "acme"]})
        >>> first_identifier(events).to_pylist()
        ['email:a@b.no', 'account:acme']
    """
    lists = events.column("identifiers").combine_chunks()
    length = pc.fill_null(pc.list_value_length(lists), 0)
    starts = np.asarray(lists.offsets)[: len(lists)]
    first = lists.values.take(pa.array(starts, mask=np.asarray(pc.equal(length, 0))))
    kind, value = pc.struct_field(first, "type"), pc.struct_field(first, "value")
    account = pc.binary_join_element_wise("account", _column(events, "account"), ":")
    return pc.coalesce(pc.binary_join_element_wise(kind, value, ":"), account)


def _column(events: pa.Table, name: str) -> pa.Array:
    return events.column(name).cast(pa.string()).combine_chunks()


def buckets_of(customers: pa.Array, buckets: int) -> npt.NDArray[np.int16]:
    """Return the bucket of each customer: the same on every machine and for ever. Shape (n,), 0 to ``buckets`` - 1.

    Example:
        >>> buckets_of(pa.array(["email:a@b.no", "email:c@d.no", "email:a@b.no"]), 16).tolist()
        [11, 6, 11]
    """
    coded = customers.dictionary_encode()
    bucket: npt.NDArray[np.int16] = (hashes(coded.dictionary).high % np.uint64(buckets)).astype(np.int16)
    return np.take(bucket, np.asarray(coded.indices))
