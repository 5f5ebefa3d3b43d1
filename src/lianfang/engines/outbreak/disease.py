"""Parameters of an infection and of what is done against it. The defaults are COVID-19 as it was in January 2021."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Disease:
    """How an infection runs and spreads. Times in days.

    incubation_*: lognormal, mean and standard deviation of the logarithm (Lauer 2020, doi:10.7326/M20-0504).
    serial_mean, serial_sd: serial interval, lognormal (Nishiura 2020, doi:10.1016/j.ijid.2020.02.060).
    infectious_before: days before onset from which a case infects (the window of Chinese protocols, 8th edition).
    asymptomatic_share, asymptomatic_factor: who has no symptoms, and how much less they infect (Buitrago-Garcia 2020,
    doi:10.1371/journal.pmed.1003346). dispersion: k of the gamma-distributed infectiousness outside the household (Bi
    2020, doi:10.1016/S1473-3099(20)30287-5). household_rate: chance that a member is infected (Madewell 2020,
    doi:10.1001/jamanetworkopen.2020.31756). meal_rate, workplace_rate: the same for people at one table and for
    colleagues met; meals: gatherings in the infectious time, mean; guests: others at one, mean; colleagues: met, mean.
    These five are assumptions, chosen so that one case without measures infects about two.
    """

    incubation_log_mean: float = 1.621
    incubation_log_sd: float = 0.418
    serial_mean: float = 4.7
    serial_sd: float = 2.9
    infectious_before: float = 4.0
    asymptomatic_share: float = 0.20
    asymptomatic_factor: float = 0.35
    dispersion: float = 0.58
    household_rate: float = 0.166
    meal_rate: float = 0.12
    meals: float = 1.4
    guests: float = 8.0
    workplace_rate: float = 0.05
    colleagues: float = 6.0

    def __post_init__(self) -> None:
        for name in ("asymptomatic_share", "asymptomatic_factor", "household_rate", "meal_rate", "workplace_rate"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name}: between 0 and 1")
        for name in ("incubation_log_sd", "serial_mean", "serial_sd", "infectious_before", "dispersion"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name}: above 0")
        for name in ("meals", "guests", "colleagues"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name}: not below 0")

    def incubations(self, count: int, random: np.random.Generator) -> Floats:
        """Days from infection to onset, shape (count,)."""
        return random.lognormal(self.incubation_log_mean, self.incubation_log_sd, count)

    def serial_intervals(self, count: int, random: np.random.Generator) -> Floats:
        """Days from the onset of a case to the onset of somebody it infected, shape (count,)."""
        variance = math.log(1 + (self.serial_sd / self.serial_mean) ** 2)
        return random.lognormal(math.log(self.serial_mean) - variance / 2, math.sqrt(variance), count)


@dataclass(frozen=True)
class Detection:
    """When the infected are sampled; from then on they infect nobody. Times in days.

    delay: (mean, standard deviation) from onset to the sample, lognormal, where nobody looks for them (an assumption).
    found_share: chance that a case found leads to this contact. found_after: days from the sample of a case to that of
    a traced contact; detectable_after: days from infection before which a sample shows nothing.
    """

    delay: tuple[float, float] = (3.0, 2.0)
    found_share: float = 0.85
    found_after: float = 1.0
    detectable_after: float = 2.0

    def __post_init__(self) -> None:
        if not 0 <= self.found_share <= 1:
            raise ValueError("found_share: between 0 and 1")
        if min(self.delay) <= 0:
            raise ValueError("delay: mean and deviation above 0")
        if min(self.found_after, self.detectable_after) < 0:
            raise ValueError("found_after and detectable_after: not below 0")

    def delays(self, count: int, random: np.random.Generator) -> Floats:
        variance = math.log(1 + (self.delay[1] / self.delay[0]) ** 2)
        return random.lognormal(math.log(self.delay[0]) - variance / 2, math.sqrt(variance), count)


DISEASE, DETECTION = Disease(), Detection()
