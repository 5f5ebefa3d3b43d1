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
    """Return (starts, steps): the steps of a person with code c stand from starts[c] to starts[c + 1]."""
    counts = np.zeros(codes + 1, np.uint32)
    cuts = [codes * part // parts for part in range(parts + 1)]
    spans = list(pairwise(cuts))
    list(threads.map(lambda span: _count(word, code_shift, shift, span[0], span[1], counts), spans))
    starts = np.concatenate((np.zeros(1, np.uint32), np.cumsum(counts[1:], dtype=np.uint32)))
    steps = np.empty(int(starts[-1]), np.uint16)
    place = starts.copy()
    list(threads.map(lambda span: _fill(word, code_shift, shift, span[0], span[1], place, steps), spans))
    return starts, steps


@compiled
def _count(word: Any, code_shift: Any, shift: Any, first: Any, last: Any, counts: Any) -> None:
    before = np.full(last - first, -1, np.int64)
    for row in range(len(word)):
        code = word[row] >> code_shift
        if first <= code < last:
            block = row >> shift
            if block != before[code - first]:
                step = block - max(before[code - first], 0)
                counts[code + 1] += np.uint32(1 + step // FULL)
                before[code - first] = block


@compiled
def _fill(word: Any, code_shift: Any, shift: Any, first: Any, last: Any, place: Any, steps: Any) -> None:
    before = np.full(last - first, -1, np.int64)
    for row in range(len(word)):
        code = word[row] >> code_shift
        if first <= code < last:
            block = row >> shift
            if block != before[code - first]:
                step = block - max(before[code - first], 0)
                before[code - first] = block
                while step >= FULL:
                    steps[place[code]] = FULL
                    place[code] += np.uint32(1)
                    step -= FULL
                steps[place[code]] = step
                place[code] += np.uint32(1)
