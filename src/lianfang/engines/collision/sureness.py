"""What a list would cost: wrong quarantines for each true find, cut wherever the caller wants."""

import numpy as np
from numpy.typing import NDArray


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
