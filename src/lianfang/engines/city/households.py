"""Who lives with whom: household sizes, ages and sexes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class HouseholdShares:
    """Share of households by size 1, 2, 3, 4, 5 and more.

    Default: seventh national census 2020, China Census Yearbook table 1-18, rounded (mean 2.62 people).
    """

    shares: tuple[float, ...] = (0.2539, 0.2968, 0.2099, 0.1317, 0.0617, 0.046)
    mean_people: float = 2.62

    def __post_init__(self) -> None:
        if not 0.99 < sum(self.shares) < 1.01 or min(self.shares) < 0:
            raise ValueError("shares must be positive and sum to 1")


CENSUS_2020 = HouseholdShares()


def household_count(people: int, shares: HouseholdShares = CENSUS_2020) -> int:
    """How many households ``people`` live in: fixed by their number alone, so that ids can be given out beforehand."""
    return 0 if people == 0 else max(1, round(people / shares.mean_people))


def sizes(people: int, random: np.random.Generator, shares: HouseholdShares = CENSUS_2020) -> Ints:
    """Household sizes, shape (household_count(people),), each ≥ 1, summing to ``people``."""
    count = household_count(people, shares)
    if count == 0:
        return np.zeros(0, np.int64)
    weights = np.array(shares.shares) / sum(shares.shares)
    drawn = random.choice(len(weights), size=count, p=weights) + 1
    spare = people - int(drawn.sum())
    while spare:  # move the rest onto random households, never emptying one
        step = 1 if spare > 0 else -1
        able = np.flatnonzero(drawn > 1) if step < 0 else np.arange(count)
        chosen = random.choice(able, size=min(abs(spare), len(able)), replace=False)
        drawn[chosen] += step
        spare -= step * len(chosen)
    return drawn


@dataclass(frozen=True)
class Members:
    """One row per person: household (index), age in years, female, and whether they carry the household's surname."""

    household: Ints
    age: Ints
    female: NDArray[np.bool_]
    kin: NDArray[np.bool_]


def members(size: Ints, random: np.random.Generator) -> Members:
    """People of households of the given sizes.

    The first is the head, the second the spouse, then two children of the couple, then the head's parents, then
    others. A head living alone is often old. Ages follow the generations: children 20 to 38 years younger.
    """
    count = len(size)
    household = np.repeat(np.arange(count), size)
    slot = np.arange(len(household)) - np.repeat(np.cumsum(size) - size, size)
    age = _ages(slot, _head_ages(size, random)[household], random)
    female = random.random(len(slot)) < 0.49
    head_female = (random.random(count) < 0.27)[household]
    female = np.where(slot == 0, head_female, np.where(slot == 1, ~head_female, female))
    female = np.where(slot == 4, False, np.where(slot == 5, True, female))
    kin = (slot != 1) & (slot != 5)
    return Members(household, age, female.astype(np.bool_), kin)


def _ages(slot: Ints, head: Ints, random: np.random.Generator) -> Ints:
    """Ages by place in the household, shifted by generations from the head's."""
    number = len(slot)
    age = head + np.where(slot == 1, random.integers(-5, 4, number), 0)
    age -= np.where((slot == 2) | (slot == 3), random.integers(20, 38, number), 0)
    age += np.where((slot == 4) | (slot == 5), random.integers(21, 34, number), 0)
    age -= np.where(slot > 5, random.integers(-20, 30, number), 0)
    return np.clip(np.where(age < 0, random.integers(0, 6, number), age), 0, 101).astype(np.int64)


def _head_ages(size: Ints, random: np.random.Generator) -> Ints:
    couple = random.normal(50, 14, len(size))
    with_children = random.normal(41, 9, len(size))
    alone = np.where(random.random(len(size)) < 0.5, random.normal(71, 9, len(size)), random.normal(33, 9, len(size)))
    age = np.where(size == 1, alone, np.where(size == 2, couple, with_children))
    return np.clip(age, 20, 92).astype(np.int64)
