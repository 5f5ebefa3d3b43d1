"""The second order: for each person the blocks of rows that hold their pings, two bytes a block.

Rows are sorted by time first, so a person's blocks ascend and are written as steps from one to the next. A step of
65,535 or more is written as that many times 65,535 and the rest. A block is 2^shift rows; whoever asks reads them all
and keeps the rows with the person's code.
"""

from concurrent.futures import Executor
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.collision.compiled import compiled

FULL = 65_535
_LEAST_SHIFT, _MOST_SHIFT = 3, 10


def block_shift(rows: int, buckets: int) -> int:
    """Blocks so large that the step to a ping a few buckets later still fits two bytes, and no larger."""
    shift = _LEAST_SHIFT
    while shift < _MOST_SHIFT and (2 * rows // max(buckets, 1)) >> shift >= FULL:
        shift += 1
    return shift


def person_order(
    word: NDArray[np.int64], code_shift: int, codes: int, shift: int, threads: Executor, parts: int = 2
) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
    """Return (starts, steps): the steps of a person with code c stand from starts[c] to starts[c + 1].

    Parts of the rows, whole blocks each, are gone through at once; a person's first step in a part leads on from their
    last block in the parts before, so it is counted when those are known.
    """
    blocks = -(-len(word) >> shift)
    cuts = [(blocks * part // parts) << shift for part in range(parts)] + [len(word)]
    spans = list(pairwise(cuts))
    counts = np.zeros((parts, codes), np.uint32)
    first, last = np.full((parts, codes), -1, np.int64), np.full((parts, codes), -1, np.int64)

    def count(part: int) -> None:
        _count(word, code_shift, shift, spans[part][0], spans[part][1], counts[part], first[part], last[part])

    list(threads.map(count, range(parts)))
    before = np.zeros((parts, codes), np.int64)
    for part in range(parts):
        met = first[part] >= 0
        counts[part][met] += (1 + (first[part] - before[part])[met] // FULL).astype(np.uint32)
        if part + 1 < parts:
            before[part + 1] = np.where(met, last[part], before[part])
    starts = np.concatenate((np.zeros(1, np.uint32), np.cumsum(counts.sum(0), dtype=np.uint32)))
    steps = np.empty(int(starts[-1]), np.uint16)
    place = starts[:-1] + np.cumsum(counts, 0, dtype=np.uint32) - counts

    def fill(part: int) -> None:
        _fill(word, code_shift, shift, spans[part][0], spans[part][1], before[part], last[part], place[part], steps)

    list(threads.map(fill, range(parts)))
    return starts, steps


@compiled
def _count(
    word: Any, code_shift: Any, shift: Any, low: Any, high: Any, counts: Any, first: Any, last: Any
) -> None:  # fmt: skip
    """Count the steps of rows low…high but each person's first; note their first and last block."""
    for row in range(low, high):
        code, block = word[row] >> code_shift, row >> shift
        before = last[code]
        if before < 0:
            first[code] = block
        elif block != before:
            counts[code] += np.uint32(1 + (block - before) // FULL)
        last[code] = block


@compiled
def _fill(
    word: Any, code_shift: Any, shift: Any, low: Any, high: Any, before: Any, last: Any, place: Any, steps: Any
) -> None:
    """Write the steps of rows low…high. before: last block of the parts before; last: noted here, -1 to begin with."""
    last[:] = -1
    for row in range(low, high):
        code, block = word[row] >> code_shift, row >> shift
        if block == last[code]:
            continue
        step = block - (before[code] if last[code] < 0 else last[code])
        last[code] = block
        to = place[code]
        while step >= FULL:
            steps[to] = FULL
            to += np.uint32(1)
            step -= FULL
        steps[to] = step
        place[code] = to + np.uint32(1)
