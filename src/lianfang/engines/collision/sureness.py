"""What a list would cost: wrong quarantines for each true find, cut wherever the caller wants."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CUTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


def wrong_per_true(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each cut after row 0, 1, …: expected number of people named wrongly for each one named rightly.

    probability: (n,) in the order of the list, 0–1, each the chance that this row is right. Σ(1 − p) / Σp of the rows so
    far; infinite while nobody is likely at all. Rows without a probability (NaN: presence on record, not measured) are
    in neither sum. A probability here is of distance only: who was near is not yet infected, nor unprotected.
    """
    known = np.isfinite(probability)
    right = np.cumsum(np.where(known, probability, 0.0))
    wrong = np.cumsum(np.where(known, 1 - probability, 0.0))
    free = np.where(wrong > 0, np.inf, np.nan)
    return np.divide(wrong, right, out=free, where=right > 0)


def cut_at(probability: NDArray[np.float64], most_wrong: float) -> int:
    """Length of the longest beginning of the list with at most ``most_wrong`` wrong people for each right one."""
    cost = wrong_per_true(probability)
    good = np.flatnonzero(~(cost > most_wrong))
    return int(good[-1]) + 1 if len(good) else 0


@dataclass(frozen=True)
class OperatingPoint:
    """What a list would be that names everybody whose probability is at least ``cut``.

    listed: people. expected_true: of them, those expected to have been near. wrong_per_true: people named wrongly for
    each one named rightly; infinite where nobody is expected to be right, NaN where nobody is listed.
    """

    cut: float
    listed: int
    expected_true: float
    wrong_per_true: float


def operating_points(
    person: NDArray[np.int64], probability: NDArray[np.float64], cuts: Sequence[float] = CUTS
) -> list[OperatingPoint]:
    """For each cut, what it would cost. person, probability: rows of contacts, one person's most probable row counts.

    A person is quarantined once however many index people met them. Rows without a probability (presence on record, not
    measured) are in no cut; whoever has only such rows is not counted here.
    """
    known = np.isfinite(probability)
    person, probability = person[known], probability[known]
    order = np.lexsort((-probability, person))
    best = probability[order][np.unique(person[order], return_index=True)[1]]
    points = []
    for cut in cuts:
        named = best[best >= cut]
        right = float(named.sum())
        wrong = len(named) - right
        ratio = wrong / right if right > 0 else (float("inf") if len(named) else float("nan"))
        points.append(OperatingPoint(float(cut), len(named), right, ratio))
    return points
