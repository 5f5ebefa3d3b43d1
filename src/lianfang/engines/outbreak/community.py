"""One community of the synthetic city. Communities are independent: each has its own stream of chance."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.outbreak import ids, names
from lianfang.engines.outbreak.ages import AgeShape, birthdays, draw_members
from lianfang.engines.outbreak.dwellings import Dwellings, DwellingShape, build_dwellings
from lianfang.engines.outbreak.households import HouseholdShape, draw_households

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_PHONE_AGES = (8, 85)  # years of age at which everybody here has a phone of their own: from, to below


@dataclass(frozen=True)
class CityShape:
    """All assumptions about people and homes; each part says where its figures come from."""

    households: HouseholdShape = field(default_factory=HouseholdShape)
    ages: AgeShape = field(default_factory=AgeShape)
    dwellings: DwellingShape = field(default_factory=DwellingShape)


SHAPE = CityShape()


@dataclass(frozen=True)
class Community:
    """Everybody of one community.

    Per person, shape (people,), households in order: household (index, int64), age (years, int64), female (bool),
    surname (index into names.SURNAMES), given (index into names.GIVEN[female]), born (datetime64[D]), id_number (uint8,
    shape (people, 18), ASCII), phone (uint8, shape (people, 11), ASCII), has_phone (bool). Per household: collective
    (bool). homes: its places, and the dwelling of each household.
    """

    household: Ints
    age: Ints
    female: Bools
    surname: Ints
    given: Ints
    born: NDArray[np.datetime64]
    id_number: ids.Digits
    phone: ids.Digits
    has_phone: Bools
    collective: Bools
    homes: Dwellings


def stream(seed: int, number: int) -> np.random.Generator:
    """The chance of community ``number`` in the city of ``seed``: the same whoever asks, in whatever order."""
    return np.random.default_rng([seed, number])


def build_community(
    people: int,
    *,
    number: int,
    first: int,
    urban: bool,
    today: np.datetime64,
    random: np.random.Generator,
    shape: CityShape = SHAPE,
) -> Community:
    """Make the people of one community.

    people: how many (≥ 0). number: 0 … 9,999, its reserved area code in ID numbers. first: how many people the
    communities before it hold (phone numbers are unique in the city). today: the day on which ages are counted. The same
    arguments make the same people. Raises ValueError for a number out of range.
    """
    homes = draw_households(people, urban=urban, random=random, shape=shape.households)
    who = draw_members(homes, random=random, shape=shape.ages)
    family, own = (names.draw_surnames(count, random) for count in (len(homes.size), people))
    born = birthdays(who.age, today, random)
    return Community(
        household=who.household,
        age=who.age,
        female=who.female,
        surname=np.where(who.kin, family[who.household], own),
        given=names.draw_given(who.female, random),
        born=born,
        id_number=ids.id_numbers(number, born, who.female),
        phone=ids.phones(np.arange(first, first + people)),
        has_phone=(who.age >= _PHONE_AGES[0]) & (who.age < _PHONE_AGES[1]),
        collective=homes.collective,
        homes=build_dwellings(homes.collective, urban=urban, random=random, shape=shape.dwellings),
    )
