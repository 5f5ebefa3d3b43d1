"""Rows that belong together: several whole-number columns as one key, and sums, minima and maxima by key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MOST = 2**62


@dataclass(frozen=True)
class Groups:
    """Rows sorted by key. order: positions of the rows, group after group; starts: where each group begins in order."""

    order: NDArray[np.int64]
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def first(self) -> NDArray[np.int64]:
        """One row of each group, to read its key from."""
        return self.order[self.starts]

    @property
    def sizes(self) -> NDArray[np.int64]:
        return np.diff(self.starts, append=len(self.order))

    def sum(self, values: NDArray[Any]) -> NDArray[Any]:
        return np.add.reduceat(values[self.order], self.starts) if len(self) else values[:0]

    def min(self, values: NDArray[Any]) -> NDArray[Any]:
        return np.minimum.reduceat(values[self.order], self.starts) if len(self) else values[:0]

    def max(self, values: NDArray[Any]) -> NDArray[Any]:
        return np.maximum.reduceat(values[self.order], self.starts) if len(self) else values[:0]


def group(*columns: NDArray[Any]) -> Groups:
    """Group rows by integer columns; groups come in the order of the columns' values."""
    key = packed(columns)
    order = np.argsort(key, kind="stable")
    key = key[order]
    new = np.ones(len(key), bool)
    new[1:] = key[1:] != key[:-1]
    return Groups(order, np.flatnonzero(new))


def packed(columns: Sequence[NDArray[Any]]) -> NDArray[np.int64]:
    """One int64 a row that sorts and compares as the columns do, the first most significant."""
    key, size = np.zeros(len(columns[0]), np.int64), 1
    for column in columns:
        values, span = _from_zero(column)
        if size * span > _MOST:  # too wide to stand beside each other: number what really occurs
            key, size = _numbered(key)
            values, span = _numbered(values)
        key, size = key * span + values, size * span
    return key


def _from_zero(column: NDArray[Any]) -> tuple[NDArray[np.int64], int]:
    if not len(column):
        return np.zeros(0, np.int64), 1
    low, high = int(column.min()), int(column.max())
    if high - low >= _MOST:
        return _numbered(column)
    return np.subtract(column, low, dtype=np.int64, casting="unsafe"), high - low + 1


def _numbered(column: NDArray[Any]) -> tuple[NDArray[np.int64], int]:
    values, place = np.unique(column, return_inverse=True)
    return place.astype(np.int64), max(len(values), 1)
