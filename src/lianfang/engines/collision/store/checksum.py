"""Check-sums of the store's files: as fast as memory is read, and the same whatever the order of the parts.

Two sums modulo 2⁶⁴ over the 64-bit words of a section. The plain one changes with any single changed byte, for certain.
The other takes each word's place into account (product of the halves of word ⊕ place·φ, the accumulator of XXH3), so
that words that changed places, or several changes that cancel, show. They find accidents; who can write the file can
also write its sums.
"""

from concurrent.futures import Executor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.collision.compiled import compiled

_PIECE = 1 << 21
_PLACE = np.uint64(0x9E3779B97F4A7C15)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


@compiled
def _sums(words: Any, place: Any) -> Any:
    plain, placed = np.uint64(0), np.uint64(0)
    for n in range(len(words)):
        word = words[n]
        mixed = word ^ ((place + np.uint64(n)) * _PLACE)
        plain += word
        placed += (mixed & _LOW) * (mixed >> _HALF) + mixed
    return plain, placed


def check_sum(data: NDArray[Any], threads: Executor) -> str:
    """Return both sums, in hexadecimal, of an array whose bytes are a multiple of eight."""
    words = data.view(np.uint64)
    parts = threads.map(lambda at: _sums(words[at : at + _PIECE], np.uint64(at)), range(0, len(words), _PIECE))
    plain = placed = 0
    for one, other in parts:
        plain, placed = plain + int(one), placed + int(other)
    return f"{plain % 2**64:016x}{placed % 2**64:016x}"
