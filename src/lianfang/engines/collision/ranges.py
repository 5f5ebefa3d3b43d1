"""From ranges of a sorted array to pairs, a bounded number at a time."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

AT_ONCE = 2_000_000


def pairs(
    low: NDArray[np.int64], high: NDArray[np.int64], at_once: int = AT_ONCE
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield (query, candidate): every position low[q] ≤ candidate < high[q] beside its q, about ``at_once`` a time.

    low, high: (n,) int64. Ranges are not split, so one step holds at most ``at_once`` plus one range.
    """
    query = np.flatnonzero(high > low)
    low, count = low[query], (high - low)[query]
    ends = np.cumsum(count)
    begin = 0
    while begin < len(query):
        done = int(ends[begin - 1]) if begin else 0
        stop = max(begin + 1, int(np.searchsorted(ends, done + at_once, "right")))
        step = slice(begin, stop)
        here = count[step]
        offset = np.arange(int(ends[stop - 1]) - done) - np.repeat(np.cumsum(here) - here, here)
        yield np.repeat(query[step], here), np.repeat(low[step], here) + offset
        begin = stop
