"""The probability of ``probability.py`` as a table that a pair costs a few additions: no root, no logarithm.

Rows: variance of the offset over the square of the radius, eight steps an octave, the step read off the bits of the
number. Columns: square of the distance over the square of the radius, in which the probability is smooth at the centre.
Between entries it is linear. Outside the table, where errors are far narrower or wider than the radius, the limits stand.
"""

import math
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.collision.compiled import compiled
from lianfang.engines.collision.probability import integral

_LOWEST, _OCTAVES, _STEP_BITS, _COLUMNS = -9, 18, 3, 128
_SHIFT = 23 - _STEP_BITS
_FIRST = (127 + _LOWEST) << _STEP_BITS
_LEAST, _MOST = 2.0**_LOWEST, 2.0 ** (_LOWEST + _OCTAVES)


@cache
def table() -> NDArray[np.float32]:
    steps = (np.arange((_OCTAVES << _STEP_BITS) + 2, dtype=np.int32) + _FIRST) << _SHIFT
    ratio = 1 / np.sqrt(steps.view(np.float32).astype(np.float64))[:, None]
    distance = np.sqrt(np.linspace(0, 1, _COLUMNS + 1))[None, :]
    return integral(ratio, distance * ratio).astype(np.float32)


@compiled
def chance(table: Any, distance2: Any, variance: Any) -> Any:
    """Chance to be within the radius. distance2: 0–1, variance: 0 or more; both in squares of the radius."""
    if variance < _LEAST:
        return _narrow(distance2, variance)
    if variance >= _MOST:
        return 0.5 / variance
    bits = np.int64(np.float32(variance).view(np.int32))
    row = (bits >> _SHIFT) - _FIRST
    down = np.float32(bits & ((1 << _SHIFT) - 1)) * np.float32(1.0 / (1 << _SHIFT))
    place = np.float32(distance2) * np.float32(_COLUMNS)
    column: Any = min(np.int64(place), _COLUMNS - 1)
    right = place - np.float32(column)
    upper = table[row, column] + right * (table[row, column + 1] - table[row, column])
    lower = table[row + 1, column] + right * (table[row + 1, column + 1] - table[row + 1, column])
    return np.float64(upper + down * (lower - upper))


@compiled
def _narrow(distance2: Any, variance: Any) -> Any:
    """Errors under a twentieth of the radius: the rim is straight, and the mean distance a little over the observed."""
    if variance == 0.0:
        return 1.0
    distance, sigma = math.sqrt(distance2), math.sqrt(variance)
    inside = 1.0 - distance - 0.5 * variance / max(distance, sigma)
    return 0.5 * math.erfc(-inside / (sigma * math.sqrt(2.0)))
