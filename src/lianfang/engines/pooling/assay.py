"""What one test can do, and who shares a tube. Wrong values are refused when made."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Assay:
    """One test of one tube.

    sensitivity: chance that a swab of one infected person reacts. specificity: chance that a clean tube does not.
    dilution: a tube of n with i infected reacts with ``sensitivity · (i/n)**dilution``; 0 is no dilution, 1 is complete.
    The default lets a single positive be missed in one pool of 32 out of ten, as I. Yelin et al. estimated ("Evaluation
    of COVID-19 RT-qPCR test in multi sample pools", Clin. Infect. Dis. 71, 2020, doi:10.1093/cid/ciaa531). The form of
    the loss is ours. Swabs that were taken badly are not in it: give a lower sensitivity. hours: from tube to result.
    """

    sensitivity: float = 1.0
    specificity: float = 1.0
    dilution: float = math.log(1 / 0.9) / math.log(32)
    hours: float = 4.0  # RULES 23, grade C: the aim for urgent results

    def __post_init__(self) -> None:
        if not 0 < self.sensitivity <= 1:
            raise ValueError("sensitivity: more than 0, at most 1")
        if not 0 < self.specificity <= 1:
            raise ValueError("specificity: more than 0, at most 1")
        if not 0 <= self.dilution <= 1:
            raise ValueError("dilution: from 0 to 1")
        if not (math.isfinite(self.hours) and self.hours >= 0):
            raise ValueError("hours: 0 or more")

    def reacts(self, infected: Floats, size: int) -> Floats:
        """Chance that a tube of ``size`` reacts, for each number of ``infected`` in it."""
        found = self.sensitivity * (np.maximum(infected, 1) / size) ** self.dilution
        return np.where(infected > 0, found, 1 - self.specificity)


@dataclass(frozen=True)
class Mixing:
    """How infection lies among those who share a tube: households of ``household`` people enter it together.

    A household is reached with chance a; in a reached one everybody is infected with chance s, independently; the
    correlation of two members is then (s − p)/(1 − p) for the prevalence p = a·s. Correlation 0: strangers. A
    household cut by the edge of a tube is treated as a smaller one of its own.
    """

    household: int = 1
    correlation: float = 0.0

    def __post_init__(self) -> None:
        if isinstance(self.household, bool) or self.household < 1 or int(self.household) != self.household:
            raise ValueError("household: a whole number of 1 or more")
        if not 0 <= self.correlation <= 1:
            raise ValueError("correlation: from 0 to 1")

    def reached(self, prevalence: float) -> tuple[float, float]:
        """(a, s): chance that a household is reached, and that a member of a reached one is infected."""
        inside = prevalence + self.correlation * (1 - prevalence)
        return prevalence / inside, inside

    def clean(self, size: int, prevalence: float) -> float:
        """Chance that nobody of a tube is infected."""
        reached, inside = self.reached(prevalence)
        whole, rest = divmod(size, self.household)
        full = 1 - reached + reached * (1 - inside) ** self.household
        return float(full**whole * (1 - reached + reached * (1 - inside) ** rest))

    def counts(self, size: int, prevalence: float) -> Floats:
        """Chances of 0, 1, … ``size`` infected in a tube."""
        return self._counts(*divmod(size, self.household), prevalence)

    def counts_beside_infected(self, size: int, prevalence: float) -> Floats:
        """The same of a tube that holds one given infected person, who is counted; over all places in the tube."""
        _, inside = self.reached(prevalence)
        whole, rest = divmod(size, self.household)
        total = np.zeros(size + 1)
        for home, people, others in (
            (self.household, whole * self.household, (whole - 1, rest)),
            (rest, rest, (whole, 0)),
        ):
            if people:
                beside = np.concatenate([[0.0], _binomial(home - 1, inside)])
                total += people / size * np.convolve(beside, self._counts(*others, prevalence))
        return total

    def _counts(self, whole: int, rest: int, prevalence: float) -> Floats:
        return np.convolve(_power(self._home(self.household, prevalence), whole), self._home(rest, prevalence))

    def _home(self, size: int, prevalence: float) -> Floats:
        reached, inside = self.reached(prevalence)
        chances = reached * _binomial(size, inside)
        chances[0] += 1 - reached
        return chances


def _binomial(size: int, chance: float) -> Floats:
    return _power(np.array([1 - chance, chance]), size)


def _power(one: Floats, times: int) -> Floats:
    """The distribution of a sum of ``times`` independent draws of ``one``."""
    total = np.array([1.0])
    while times:
        if times % 2:
            total = np.convolve(total, one)
        times //= 2
        if times:
            one = np.convolve(one, one)
    return total
