"""Who the members of a household are: ages, sexes, and who carries the family's surname."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.outbreak.households import Households

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

OLDEST = 102
_ADULT = 18


@dataclass(frozen=True)
class AgeShape:
    """Ages in years; pairs are (mean, standard deviation).

    alone_*: people living alone; pair: heads of two; parents: heads of three and more; generation: years between parent
    and child, (from, to below); shares: of those living alone who are old, of pairs that are a parent and a child, of
    families of four with a grandmother, of men. The figures are an assumption, set so that the whole comes near the
    census of 2020 (bulletin of Gaocheng district: 0–14 20.96 %, 15–59 59.51 %, 60 and over 19.53 %, 65 and over 13.62 %;
    of Shijiazhuang: 50.15 % men); tests hold them to it.
    """

    alone_old_share: float = 0.6
    alone_old: tuple[float, float] = (71, 9)
    alone_young: tuple[float, float] = (36, 11)
    pair: tuple[float, float] = (61, 13)
    parents: tuple[float, float] = (37, 8)
    lone_parent_share: float = 0.16
    grandmother_share: float = 0.5
    generation: tuple[int, int] = (23, 35)
    roommates: tuple[float, float] = (27, 9)
    male_share: float = 0.503

    def __post_init__(self) -> None:
        for name in ("alone_old_share", "lone_parent_share", "grandmother_share", "male_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name}: between 0 and 1")
        if not 15 <= self.generation[0] < self.generation[1]:
            raise ValueError("generation: two ages, the first at least 15 and below the second")


SHAPE = AgeShape()


@dataclass(frozen=True)
class Members:
    """One entry per person, households in order.

    household: index, int64; age: completed years, int64, 0 … 102; female: bool; kin: bool, carries the family's surname.
    """

    household: Ints
    age: Ints
    female: Bools
    kin: Bools


def draw_members(households: Households, *, random: np.random.Generator, shape: AgeShape = SHAPE) -> Members:
    """Fill households with people.

    A family is a head, a spouse, children, and from the fourth member on sometimes the man's parents. Children and
    the man's father carry the surname of the man; wives and grandmothers keep their own. Roommates share nothing.
    """
    size = households.size
    household = np.repeat(np.arange(len(size)), size)
    slot = np.arange(len(household)) - np.repeat(np.cumsum(size) - size, size)
    family = _families(size, household, slot, random, shape)
    rooms = _roommates(len(size), household, random, shape)
    together = households.collective[household]
    age, female, kin = (np.where(together, b, a) for a, b in zip(family, rooms, strict=True))
    return Members(household, age, female, kin)


def _families(
    size: Ints, household: Ints, slot: Ints, random: np.random.Generator, shape: AgeShape
) -> tuple[Ints, Bools, Bools]:
    count = len(household)
    of = size[household]
    lone = (random.random(len(size)) < shape.lone_parent_share)[household] & (of == 2)
    spouse = (slot == 1) & ~lone
    grandmother = (random.random(len(size)) < shape.grandmother_share)[household] & (of == 4) & (slot == 3)
    old = grandmother | (slot >= 4) & (slot <= 5)
    child = ~spouse & ~old & (slot > 0)
    step = random.integers(*shape.generation, count)
    age = _heads(size, random, shape)[household] + np.where(spouse, random.integers(-4, 5, count), 0)
    age = age + np.where(old, step, 0) - np.where(child, step, 0)
    age = np.where(child & (age < 0), random.integers(0, 7, count), age)
    head_female = (random.random(len(size)) < 1 - shape.male_share)[household]
    female = random.random(count) > shape.male_share
    female = np.where(slot == 0, head_female, np.where(spouse, ~head_female, female))
    female = np.where(old, grandmother | (slot == 5), female)
    couple = (of > 2) | (of == 2) & ~lone
    kin = ~((slot <= 1) & couple & female) & ~(old & female)
    return np.clip(age, 0, OLDEST), female, kin


def _heads(size: Ints, random: np.random.Generator, shape: AgeShape) -> Ints:
    def around(mean_sd: tuple[float, float]) -> NDArray[np.float64]:
        return random.normal(*mean_sd, len(size))

    old = random.random(len(size)) < shape.alone_old_share
    alone = np.where(old, around(shape.alone_old), around(shape.alone_young))
    age = np.where(size == 1, alone, np.where(size == 2, around(shape.pair), around(shape.parents)))
    return np.clip(age, _ADULT + 4, 92).astype(np.int64)


def _roommates(count: int, household: Ints, random: np.random.Generator, shape: AgeShape) -> tuple[Ints, Bools, Bools]:
    """Students and workers, one sex to a room."""
    age = np.clip(random.normal(*shape.roommates, len(household)), 16, 59).astype(np.int64)
    female = (random.random(count) > shape.male_share)[household]
    return age, female, np.zeros(len(household), bool)


def birthdays(age: Ints, today: np.datetime64, random: np.random.Generator) -> NDArray[np.datetime64]:
    """Birth dates, datetime64[D], of people who on ``today`` have completed ``age`` years (give or take a leap day)."""
    days = np.floor(age * 365.2425).astype(np.int64) + random.integers(0, 365, len(age))
    return today.astype("datetime64[D]") - days.astype("timedelta64[D]")
