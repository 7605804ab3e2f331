"""What is in journeys, in words."""

import numpy as np

from farled.journeys.index import Column


def told(journeys, columns=()):
    """All events in the order of the index as (customer, time, name, *columns)."""
    rows = []
    for number, chunk in enumerate(journeys.chunks(columns)):
        ids = journeys.customer_ids(number, np.arange(chunk.customers))
        for i, who in enumerate(ids):
            for at in range(chunk.offsets[i], chunk.offsets[i + 1]):
                more = [value_of(chunk.columns[name], at) for name in columns]
                rows.append((who, int(chunk.time[at]), chunk.names[chunk.name[at]], *more))
    return rows


def value_of(column, at):
    if isinstance(column, Column):
        return None if column.code[at] < 0 else column.values[column.code[at]]
    return None if np.isnan(column[at]) else float(column[at])
