"""How many live together: family households of town and village, and collective ones (dormitories)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

_LARGEST = 9


@dataclass(frozen=True)
class HouseholdShape:
    """Sizes of households.

    shares: share of family households by size 1, 2 … 6, any positive sum. Default: seventh national census of China
    (2020), China Population Census Yearbook 2020, volume 1, table 5-1: 25.39, 29.68, 20.99, 13.17, 6.17, 4.60 per cent.
    urban_mean, village_mean: people a family household. With the populations of the tree (5.56 and 5.68 million) they
    give the 2.82 of the census bulletin of Shijiazhuang (10,259,382 people in 3,639,157 family households); the split
    between town and village is an assumption (Gaocheng, mostly villages: 3.22).
    collective_share, collective_mean: share of the people who live in collective households, and people in one (the
    same bulletin: 975,704 people in 226,291).
    """

    shares: tuple[float, ...] = (0.2539, 0.2968, 0.2099, 0.1317, 0.0617, 0.0460)
    urban_mean: float = 2.58
    village_mean: float = 3.10
    collective_share: float = 0.0868
    collective_mean: float = 4.31

    def __post_init__(self) -> None:
        if min(self.shares) < 0 or sum(self.shares) <= 0:
            raise ValueError("shares: none below 0, and not all 0")
        for name in ("urban_mean", "village_mean"):
            if not 1 < getattr(self, name) < len(self.shares):
                raise ValueError(f"{name}: between 1 and {len(self.shares)} people")
        if not 0 <= self.collective_share < 1:
            raise ValueError("collective_share: from 0 to less than 1")
        if not 2 <= self.collective_mean <= _LARGEST:
            raise ValueError(f"collective_mean: between 2 and {_LARGEST} people")


SHAPE = HouseholdShape()


@dataclass(frozen=True)
class Households:
    """size: people in each, int64, shape (households,), each ≥ 1; collective: bool, same shape, families first."""

    size: Ints
    collective: NDArray[np.bool_]


def draw_households(
    people: int, *, urban: bool, random: np.random.Generator, shape: HouseholdShape = SHAPE
) -> Households:
    """Divide ``people`` (≥ 0) into households; the sizes sum to ``people`` exactly."""
    together = round(people * shape.collective_share)
    mean = shape.urban_mean if urban else shape.village_mean
    family = _cut(people - together, mean, lambda n: random.choice(_sizes(shape), n, p=_tilted(shape.shares, mean)))
    rooms = _cut(together, shape.collective_mean, lambda n: _rooms(n, random, shape))
    size = np.concatenate([family, rooms])
    return Households(size, np.arange(len(size)) >= len(family))


def _sizes(shape: HouseholdShape) -> Ints:
    return np.arange(1, len(shape.shares) + 1)


def _rooms(count: int, random: np.random.Generator, shape: HouseholdShape) -> Ints:
    return 2 + np.minimum(random.poisson(shape.collective_mean - 2, count), _LARGEST - 2)


def _cut(people: int, mean: float, draw: Callable[[int], Ints]) -> Ints:
    """Draw sizes until everybody is housed; the last household takes who is left."""
    if people == 0:
        return np.zeros(0, np.int64)
    ends = np.zeros(0, np.int64)
    while len(ends) == 0 or ends[-1] < people:
        sizes = draw(int(people / mean * 1.1) + 8)
        ends = np.concatenate([ends, np.cumsum(sizes) + (ends[-1] if len(ends) else 0)])
    ends = np.append(ends[ends < people], people)
    return np.diff(ends, prepend=0).astype(np.int64)


@lru_cache
def _tilted(shares: tuple[float, ...], mean: float) -> NDArray[np.float64]:
    """The distribution nearest to ``shares`` (in relative entropy) that has this mean: each weight times exp(t·size)."""
    weights, sizes = np.array(shares), np.arange(1, len(shares) + 1)
    low, high = -5.0, 5.0
    for _ in range(60):
        middle = (low + high) / 2
        tilted = weights * np.exp(middle * sizes)
        tilted /= tilted.sum()
        low, high = (middle, high) if tilted @ sizes < mean else (low, middle)
    return tilted
