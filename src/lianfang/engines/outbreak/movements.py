"""Where phones of synthetic people say they are: at home, and at the occasions they went to, with errors like a phone's.

Assumptions, all plain: a phone reports every few minutes and misses some reports; its stated accuracy is log-normal
around 30 m (open sky to indoors); its true error is normal with that 68 % radius; people stand a few metres apart at an
occasion and move about the house at home. Nothing here was fitted to real tracks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

METRES_A_DEGREE = 111195.0
SIGMA_A_METRE = 0.662  # of one axis, for a 68 % radius of one metre
_HOUSE_M, _OCCASION_M = 4.0, 3.0
_ACCURACY_M, _SPREAD = 30.0, 0.8
_REPORTED = 0.85  # share of reports that arrive


@dataclass(frozen=True)
class Occasion:
    """Some people were at one place, degrees, from t0 to t1 (seconds). people: rows of the homes."""

    people: tuple[int, ...]
    lon: float
    lat: float
    t0: int
    t1: int


@dataclass(frozen=True)
class Positions:
    """One row a report: person (row of the homes, int64), t (int64 s), lon, lat (degrees), accuracy_m."""

    person: NDArray[np.int64]
    t: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    accuracy_m: NDArray[np.float64]


def positions(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    occasions: Sequence[Occasion],
    window: tuple[int, int],
    random: np.random.Generator,
    *,
    every_s: int = 600,
) -> Positions:
    """Positions of everybody in a window of seconds.

    lon, lat: (people,) of their homes. occasions: a later one of the same person and time stands. The same generator
    state makes the same rows, ordered by person and time.
    """
    people, reports = len(lon), max(0, (window[1] - window[0]) // every_s)
    phase = random.integers(0, every_s, people)[:, None]
    t = window[0] + phase + np.arange(reports)[None, :] * every_s
    where = np.stack([np.repeat(lon[:, None], reports, 1), np.repeat(lat[:, None], reports, 1)])
    apart = np.full((people, reports), _HOUSE_M)
    for one in occasions:
        rows = np.array(one.people, np.int64)
        here = np.zeros((people, reports), bool)
        here[rows] = (t[rows] >= one.t0) & (t[rows] <= one.t1)
        where[0][here], where[1][here], apart[here] = one.lon, one.lat, _OCCASION_M
    heard = random.random((people, reports)) < _REPORTED
    return _measured(where[:, heard], np.nonzero(heard)[0], t[heard], apart[heard], random)


def _measured(
    where: NDArray[np.float64],
    person: NDArray[np.int64],
    t: NDArray[np.int64],
    apart_m: NDArray[np.float64],
    random: np.random.Generator,
) -> Positions:
    accuracy = np.round(_ACCURACY_M * np.exp(random.normal(0, _SPREAD, len(t))), 1)
    sigma = np.hypot(apart_m, SIGMA_A_METRE * accuracy)
    east, north = random.normal(0, 1, (2, len(t))) * sigma
    lat = where[1] + north / METRES_A_DEGREE
    lon = where[0] + east / (METRES_A_DEGREE * np.cos(np.radians(where[1])))
    return Positions(person.astype(np.int64), t, np.round(lon, 6), np.round(lat, 6), accuracy)
