"""Times ChannelAttribution on paths in a file; a program of its own, since that package is GPL.

    python in_channelattribution.py paths.csv ROUNDS

Prints seconds and CPU seconds per round as JSON. The paths are read before the clock runs.
"""

import json
import os
import sys
import time

import ChannelAttribution as Peer  # type: ignore[import-not-found]
import pandas as pd


def main() -> None:
    """Run."""
    data = pd.read_csv(sys.argv[1])
    took: dict[str, list[tuple[float, float]]] = {}
    for _ in range(int(sys.argv[2])):
        for order, cores in ((1, 1), (1, os.cpu_count() or 1), (2, 1)):
            begin, used = time.perf_counter(), time.process_time()
            Peer.markov_model(
                data, "path", "won", var_null="lost", order=order, ncore=cores, verbose=False, flg_pro=False
            )
            name = f"ChannelAttribution: Markov, order {order}, {cores} threads"
            took.setdefault(name, []).append((time.perf_counter() - begin, time.process_time() - used))
    print(json.dumps(took))


if __name__ == "__main__":
    main()
