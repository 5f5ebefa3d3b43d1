"""Columns of a batch of pings to packed rows, every value looked at on the way."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.collision.compiled import compiled
from lianfang.engines.collision.problems import BadRecord
from lianfang.engines.collision.store.accuracies import encoded
from lianfang.engines.collision.store.layout import (
    BUCKET_S,
    MOST_ACCURACY_M,
    MOST_LAT,
    MOST_LON,
    MOST_T,
    SECOND_BITS,
    Bounds,
    Layout,
)

_GOOD, _NOT_FINITE, _OUT_OF_RANGE, _OUTSIDE_BOUNDS = range(4)
_COLUMNS = ("lon", "lat", "accuracy", "t")


@dataclass(frozen=True)
class Columns:
    """A batch as arrays: code int64 (or the id itself), t int, lon, lat float64 degrees, accuracy float metres."""

    code: NDArray[Any]
    t: NDArray[Any]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    accuracy: NDArray[Any]


@dataclass(frozen=True)
class Packed:
    """word without its strip, which stands beside it; bucket counts from the segment's first. exact: see Layout."""

    word: NDArray[np.int64]
    accuracy: NDArray[np.uint16]
    strip: NDArray[np.int32]
    bucket: NDArray[np.int32]
    exact: bool


def packed(columns: Columns, layout: Layout, bounds: Bounds) -> Packed:
    """Pack a batch. Raises BadRecord with the row (from 0) in it; also where a value lies outside ``bounds``."""
    n = len(columns.t)
    word, accuracy = np.empty(n, np.int64), np.empty(n, np.uint16)
    strip, bucket = np.empty(n, np.int32), np.empty(n, np.int32)
    grid = np.array(
        [layout.x0, layout.y0, layout.x_bits, layout.strip_bits, layout.bucket0, layout.person0, layout.codes], np.int64
    )
    row, column, fault, exact = _pack(
        columns.code, columns.t, columns.lon, columns.lat, columns.accuracy, layout.per_degree, grid,
        np.array([*bounds.lon, *bounds.lat], np.float64), np.array(bounds.t, np.int64), word, accuracy, strip, bucket,
    )  # fmt: skip
    if fault != _GOOD:
        raise _problem(columns, row, column, fault)
    return Packed(word, accuracy, strip, bucket, bool(exact))


def _problem(columns: Columns, row: int, column: int, fault: int) -> BadRecord:
    name = _COLUMNS[column]
    value = getattr(columns, name)[row]
    if fault == _NOT_FINITE:
        return BadRecord("not_finite", column=name, row=row, value=value)
    if fault == _OUTSIDE_BOUNDS:
        return BadRecord("statistics", column=name, row=row, value=value)
    ranges = {"lon": (-MOST_LON, MOST_LON), "lat": (-MOST_LAT, MOST_LAT), "t": (-MOST_T, MOST_T)}
    low, high = ranges.get(name, (0, MOST_ACCURACY_M))
    return BadRecord("out_of_range", column=name, row=row, value=value, low=low, high=high)


@compiled
def _fault(lon: Any, lat: Any, accuracy: Any, t: Any) -> Any:
    """(column, fault) of what no place on earth can be, the column as in ``_COLUMNS``."""
    for column, value, low, high in (
        (0, lon, -MOST_LON, MOST_LON), (1, lat, -MOST_LAT, MOST_LAT), (2, np.float64(accuracy), 0.0, MOST_ACCURACY_M),
    ):  # fmt: skip
        if not np.isfinite(value):
            return column, _NOT_FINITE
        if not low <= value <= high:
            return column, _OUT_OF_RANGE
    return (0, _GOOD) if -MOST_T <= t <= MOST_T else (3, _OUT_OF_RANGE)


@compiled
def _outside(lon: Any, lat: Any, t: Any, code: Any, degrees: Any, times: Any, codes: Any) -> Any:
    if not degrees[0] <= lon <= degrees[1]:
        return 0, _OUTSIDE_BOUNDS
    if not degrees[2] <= lat <= degrees[3]:
        return 1, _OUTSIDE_BOUNDS
    if not (times[0] <= t <= times[1] and 0 <= code < codes):
        return 3, _OUTSIDE_BOUNDS
    return 0, _GOOD


@compiled
def _pack(
    people: Any, t: Any, lon: Any, lat: Any, accuracy: Any, per_degree: Any, grid: Any, degrees: Any, times: Any,
    word: Any, short: Any, strip: Any, bucket: Any,
) -> Any:  # fmt: skip
    """Fill the last four arrays; return (row, column, fault, exact), the first three of the first bad row."""
    x0, y0, x_bits, strip_bits, bucket0, person0, codes = grid
    low = (1 << strip_bits) - 1
    exact = True
    for n in range(len(t)):
        code, second = np.int64(people[n]) - person0, np.int64(t[n])
        good = (degrees[0] <= lon[n] <= degrees[1]) and (degrees[2] <= lat[n] <= degrees[3])
        good = good and times[0] <= second <= times[1] and 0 <= code < codes and 0 <= accuracy[n] <= MOST_ACCURACY_M
        good = good and abs(lon[n]) <= MOST_LON and abs(lat[n]) <= MOST_LAT and -MOST_T <= second <= MOST_T
        if not good:
            column, fault = _fault(lon[n], lat[n], accuracy[n], second)
            if fault == _GOOD:
                column, fault = _outside(lon[n], lat[n], second, code, degrees, times, codes)
            return n, column, fault, False
        x, y = np.floor(lon[n] * per_degree + 0.5), np.floor(lat[n] * per_degree + 0.5)
        exact = exact and x / per_degree == lon[n] and y / per_degree == lat[n]
        of = second // BUCKET_S
        below = np.int64(y) - y0
        row = (code << SECOND_BITS) | (second - of * BUCKET_S)
        word[n] = (((row << strip_bits) | (below & low)) << x_bits) | (np.int64(x) - x0)
        strip[n] = below >> strip_bits
        bucket[n] = of - bucket0
        short[n] = encoded(accuracy[n])
    return 0, 0, _GOOD, exact
