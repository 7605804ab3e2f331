"""What ``identify`` events of a stored bucket say of its customers."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from farled.journeys.bucket import StoredBucket
from farled.journeys.coding import plain
from farled.journeys.index import Identified


def identified(bucket: StoredBucket) -> Identified:
    """Return what ``identify`` events say of customers who have other events too."""
    said = bucket.identify()
    position = pc.index_in(said.column("customer"), value_set=bucket.customer)
    there = position.is_valid()
    said, position = said.filter(there), plain(position.drop_null(), np.int32)
    time, sequence = plain(said.column("time"), np.int64), plain(said.column("sequence"), np.int32)
    rank = plain(pc.rank(said.column("event_id")), np.uint64)
    order = np.lexsort((rank, sequence, time, position))
    properties = said.column("properties").take(pa.array(order)).to_pylist()
    return Identified(position[order].astype(np.int64), time[order], properties)
