"""Many texts at once: equal ones get the same code, and they are put in order."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from farled.journeys.cores import cores

Rows = npt.NDArray[np.int32]


def coded_texts(source: pa.ChunkedArray) -> tuple[Rows, pa.Array] | None:
    """Code many texts with several threads; None if two different ones have the same hash."""
    from farled.journeys.text_kernels import PARTS, code_part, hash_texts, is_coded, spread

    chunks = [chunk for chunk in source.chunks if len(chunk)]
    edges = np.cumsum([0, *map(len, chunks)]).tolist()
    spans = [slice(*span) for span in pairwise(edges)]
    hashes, counts = np.empty(len(source), np.uint64), np.zeros((len(chunks), PARTS), np.int64)
    with ThreadPoolExecutor(cores()) as pool:
        list(pool.map(lambda at: hash_texts(*_text(chunks[at]), hashes[spans[at]], counts[at]), range(len(chunks))))
        cursor = (np.cumsum(counts.T) - counts.T.ravel()).reshape(counts.T.shape).T.copy()
        moved, rows = np.empty(len(source), np.uint64), np.empty(len(source), np.int32)
        list(pool.map(lambda at: spread(hashes[spans[at]], edges[at], cursor[at], moved, rows), range(len(chunks))))
        code, first = np.empty(len(source), np.int32), np.empty(len(source), np.int32)
        parts = [slice(*part) for part in pairwise(np.cumsum([0, *counts.sum(axis=0)]).tolist())]
        kinds = list(pool.map(lambda part: code_part(moved[part], rows[part], code, first[part]), parts))
        some = np.concatenate([first[part][:many] for part, many in zip(parts, kinds, strict=True)])
        distinct = source.take(pa.array(some)).combine_chunks()
        base, known = np.cumsum([0, *kinds])[:-1], _text(distinct)
        checks = range(len(chunks))
        right = pool.map(
            lambda at: is_coded(_text(chunks[at]), hashes[spans[at]], code[spans[at]], base, known), checks
        )
        return (code, distinct) if all(right) else None


def _text(array: pa.Array) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Return where each text begins, and the letters."""
    offsets = np.frombuffer(array.buffers()[1], np.int32, len(array) + 1, 4 * array.offset)
    letters = array.buffers()[2]
    return offsets, np.frombuffer(letters if letters is not None else b"", np.uint8)


def text_order(values: pa.Array) -> npt.NDArray[np.int64]:
    """Return the order that sorts texts by their bytes: by eight letters, and only equal ones by the whole text.

    >>> text_order(pa.array(["bo", "ana", "b", "bo-long-and-longer", "bo-long-and-long"])).tolist()
    [1, 2, 0, 4, 3]
    """
    import pyarrow.compute as pc

    offsets, letters = _text(values)
    if not len(letters):
        return np.arange(len(values))
    least, most = (str(value).encode() for value in pc.min_max(values).as_py().values())
    same = next((at for at, pair in enumerate(zip(least, most, strict=False)) if pair[0] != pair[1]), len(least))
    key = np.zeros(len(values), dtype=np.uint64)
    for place in range(same, same + 8):
        at = offsets[:-1] + place
        letter = np.where(at < offsets[1:], letters[np.minimum(at, len(letters) - 1)], 0)
        key = key << np.uint64(8) | letter.astype(np.uint64)
    order = np.argsort(key, kind="stable")
    equal = np.flatnonzero(key[order[1:]] == key[order[:-1]])
    if len(equal):
        tied = np.union1d(equal, equal + 1)
        rank = np.frombuffer(pc.sort_indices(values.take(pa.array(order[tied]))).buffers()[1], np.uint64, len(tied))
        order[tied] = order[tied[rank]]
    return order
