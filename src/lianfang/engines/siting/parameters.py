"""What a round may use. Hours count from the order; wrong values are refused when made."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Resources:
    """staff: samplers at work at one time. couriers: boxes under way at one time; a trip takes ``trip_h`` and brings what
    one site has, once, when it closes.

    people_per_staff_hour: 48 people sampled 10,014 in a day of 14 hours (newspaper account of January 2021). A day is 24
    hours; sites may be open in the first ``open_h`` of it, the first day beginning ``ready_h`` after the order (rule 16:
    usable within 4 to 6 hours). site_people: most people of one site (rule 16's grid: 2,000 to 3,000). site_staff: most
    samplers of one site, an assumption. assay_h: from the well to the result; 0, because ``wells_per_hour`` already counts
    results; give the hours of a run to add its delay.
    """

    staff: int
    couriers: int
    people_per_staff_hour: float = 15.0
    open_h: float = 14.0
    ready_h: float = 4.0
    trip_h: float = 1.0
    pool: int = 10
    assay_h: float = 0.0
    site_people: int = 3000
    site_staff: int = 200

    def __post_init__(self) -> None:
        for name in ("staff", "couriers", "pool", "site_people", "site_staff"):
            value = getattr(self, name)
            if isinstance(value, bool) or int(value) != value or value < 1:
                raise ValueError(f"{name}: a whole number of 1 or more")
        if not (math.isfinite(self.people_per_staff_hour) and self.people_per_staff_hour > 0):
            raise ValueError("people_per_staff_hour: more than 0")
        if not 1 <= self.open_h <= 24:
            raise ValueError("open_h: from 1 to 24 hours a day")
        if self.people_per_staff_hour * self.open_h < 1:
            raise ValueError("people_per_staff_hour: nobody could be sampled in a day")
        for name in ("ready_h", "trip_h", "assay_h"):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) >= 0):
                raise ValueError(f"{name}: 0 or more")

    @property
    def people_per_hour(self) -> float:
        return self.staff * self.people_per_staff_hour

    def day_begins(self, day: int) -> float:
        return self.ready_h + 24.0 * day

    def day_ends(self, day: int) -> float:
        return self.day_begins(day) + self.open_h


@dataclass(frozen=True)
class Laboratories:
    """wells_per_hour: tubes each laboratory answers in an hour, shape (labs,), > 0, day and night. lon, lat: degrees."""

    wells_per_hour: Floats
    lon: Floats
    lat: Floats

    def __post_init__(self) -> None:
        if self.wells_per_hour.ndim != 1 or not len(self.wells_per_hour):
            raise ValueError("wells_per_hour: at least one laboratory")
        if len({self.wells_per_hour.shape, self.lon.shape, self.lat.shape}) != 1:
            raise ValueError("laboratories: one longitude and one latitude each")
        if not (np.isfinite(self.wells_per_hour).all() and (self.wells_per_hour > 0).all()):
            raise ValueError("wells_per_hour: more than 0")

    @property
    def total(self) -> float:
        return float(self.wells_per_hour.sum())
