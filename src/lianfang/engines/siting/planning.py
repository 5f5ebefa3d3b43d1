"""The plan of a round: openings of several lengths are tried, and the first taken that ends near the bound."""

from dataclasses import dataclass

import numpy as np

from lianfang.engines.siting.bound import Bound, lower_bound
from lianfang.engines.siting.hauling import Hauled, haul
from lianfang.engines.siting.parameters import Floats, Ints, Laboratories, Resources
from lianfang.engines.siting.sites import divide
from lianfang.engines.siting.waves import Waves, open_in_waves

_TARGETS_H = (
    14.0,
    10.0,
    7.0,
    5.0,
    3.5,
    2.0,
    1.0,
    0.5,
    0.25,
)  # longest first: smaller teams, and people choose their hour
_TRIES = (
    (1, 1.0),
    (2, 1.0),
    (4, 1.0),
    (1, 0.25),
    (2, 0.25),
    (4, 0.25),
    (8, 0.25),
)  # parts of the usual site, hours a step
_MANY = 2000  # sites from which on time is saved by trying fewer lengths
_GOOD = 0.03  # share by which a plan may end after the bound and be taken without a further try
_AROUND_DEGREES = 0.0025  # sites of one area stand about 250 m around its point: schematic


@dataclass(frozen=True)
class Plan:
    """Of every site: area (index into the areas asked about), lon, lat (degrees), people, tubes (int64); its wave; its box."""

    area: Ints
    lon: Floats
    lat: Floats
    people: Ints
    tubes: Ints
    waves: Waves
    hauled: Hauled
    bound: Bound

    @property
    def finish_h(self) -> float:
        return self.hauled.finish_h

    @property
    def gap(self) -> float:
        return self.finish_h / self.bound.hours - 1


def plan_round(people: Ints, lon: Floats, lat: Floats, labs: Laboratories, resources: Resources) -> Plan:
    """Return the plan with the earliest last result found, and the bound below which there is none.

    people: int64, shape (areas,), ≥ 0; lon, lat: float64, degrees, where the people of an area can be received. Raises
    ValueError where nobody is to be tested.
    """
    if not len(people) or (people < 0).any() or not people.sum():
        raise ValueError("people: somebody must be tested")
    bound = lower_bound(people, labs.total, resources)
    found: list[Plan] = []
    targets: tuple[float, ...] = _TARGETS_H
    for parts, step_h in _TRIES:
        tried = len(found)
        for target_h in targets:
            found.append(
                _planned(people, lon, lat, labs, resources, bound, _most(resources, parts), (target_h, step_h))
            )
            if found[-1].gap <= _GOOD:
                return found[-1]
        if len(found[-1].people) < _MANY:
            continue
        best = min(range(len(targets)), key=lambda number: found[tried + number].finish_h)
        targets = targets[max(0, best - 1) : best + 2]  # the next try need not look far from here
    return min(found, key=lambda plan: plan.finish_h)


def _most(resources: Resources, parts: int) -> int:
    """People of a site: no more than one day of all its staff, or its part of them."""
    a_day = min(resources.staff, resources.site_staff) * resources.people_per_staff_hour * (resources.open_h - 0.01)
    return max(1, min(resources.site_people, int(a_day)) // parts)


def _planned(
    people: Ints, lon: Floats, lat: Floats, labs: Laboratories, resources: Resources, bound: Bound, most: int,
    lengths_h: tuple[float, float],
) -> Plan:  # fmt: skip
    area, mine = divide(people, most, resources.pool)
    tubes = -(-mine // resources.pool)
    waves = open_in_waves(mine, resources, min(lengths_h[0], resources.open_h), lengths_h[1])
    at_lon, at_lat = _around(area, lon, lat)
    hauled = haul(waves.closes_h, tubes, at_lon, at_lat, labs, resources)
    return Plan(area, at_lon, at_lat, mine, tubes, waves, hauled, bound)


def _around(area: Ints, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """The area's own point for its first site; the others on a small spiral about it."""
    first = np.searchsorted(area, area)
    number = np.arange(len(area)) - first
    turn, away = number * 2.399963, _AROUND_DEGREES * np.sqrt(number)  # the golden angle
    return lon[area] + away * np.cos(turn) / np.cos(np.radians(lat[area])), lat[area] + away * np.sin(turn)
