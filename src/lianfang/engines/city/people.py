"""One community of the synthetic city. Communities are independent: each has its own stream of chance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.city import households, names, numbers

_WITH_PHONE_FROM, _WITH_PHONE_TO = 10, 80  # years of age between which everybody here has a phone of their own


@dataclass(frozen=True)
class Community:
    """People of one community, one entry per person in every field; ``household`` counts from 0."""

    household: NDArray[np.int64]
    name: list[str]
    id_number: list[str]
    phone: list[str]
    female: NDArray[np.bool_]
    born: NDArray[np.datetime64]


def community(people: int, *, number: int, first: int, today: np.datetime64, seed: int) -> Community:
    """Make the people of community ``number`` (0 … 9,999).

    people: how many; first: how many people the communities before it hold (phones are unique in the city); today:
    the day on which ages are counted; seed: of the whole city. The same arguments make the same people.
    """
    random = np.random.default_rng([seed, number])
    size = households.sizes(people, random)
    who = households.members(size, random)
    surname = names.surnames(len(size), random)[who.household]
    surname = np.where(who.kin, surname, names.surnames(people, random))
    days = who.age * 365 + who.age // 4 + random.integers(0, 365, people)
    born = today.astype("datetime64[D]") - days.astype("timedelta64[D]")
    phone = numbers.phones(first, people)
    has_phone = (who.age >= _WITH_PHONE_FROM) & (who.age < _WITH_PHONE_TO)
    return Community(
        household=who.household,
        name=names.names(surname, who.female, random),
        id_number=numbers.id_numbers(number, born, who.female),
        phone=[number if has else "" for number, has in zip(phone, has_phone.tolist(), strict=True)],
        female=who.female,
        born=born,
    )
