"""How likely two people truly were within the radius, given where their phones said they were.

Model. The error of a position is an isotropic normal of two dimensions; ``accuracy_m`` is the radius that holds the
truth with 68 %, so its standard deviation along one axis is accuracy / √(−2 ln 0.32) (Rayleigh distribution; Android's
``Location.getAccuracy`` defines its figure so). Beforehand no distance is likelier than another (flat prior). Then the
true offset is normal around the observed one with σ² = σ₁² + σ₂², and the chance that it lies in a disc of radius r is
one minus Marcum's Q of first order, 1 − Q₁(d/σ, r/σ) (Marcum 1960, doi:10.1109/TIT.1960.1057560).

Limits. What moved between two pings up to ``gap_s`` apart is not in the figure, nor walls and floors, nor errors that
two phones share. A circle that says 68 % and holds less makes the figure too sure.
"""

import math
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIGMA_A_METRE = 1 / math.sqrt(-2 * math.log(0.32))
_FAR = 8.0  # standard deviations beyond which the normal is one or nothing
_OCTAVES = 8
_STEPS_AN_OCTAVE = 12
_DEPTHS = 64
_NODES = 32


def sigma_of(accuracy_m: NDArray[Any]) -> NDArray[np.float64]:
    """Standard deviation along one axis, metres, of a position whose 68 % radius is ``accuracy_m``."""
    return np.asarray(accuracy_m, np.float64) * SIGMA_A_METRE


def probability_within(radius_m: float, distance_m: NDArray[Any], sigma_m: NDArray[Any]) -> NDArray[np.float64]:
    """Chance that the true distance is at most ``radius_m``.

    distance_m: observed, 0 ≤ distance ≤ radius_m. sigma_m: standard deviation of the offset along one axis,
    √(σ₁² + σ₂²), 0 or more. Shapes broadcast. Interpolated from a table, within 0.001 of the integral.
    """
    least, most = 2.0**-_OCTAVES, 2.0**_OCTAVES
    ratio = radius_m / np.maximum(np.asarray(sigma_m, np.float64), radius_m * 1e-12)
    depth = (1 - np.asarray(distance_m, np.float64) / radius_m) * ratio / np.minimum(ratio, _FAR)
    row = (np.log2(np.clip(ratio, least, most)) + _OCTAVES) * _STEPS_AN_OCTAVE
    found = _between(_table(), row, np.clip(depth, 0, 1) * (_DEPTHS - 1))
    # Errors far wider than the disc: what falls into it grows with its area.
    return np.where(ratio < least, found * (ratio / least) ** 2, found)


def _between(table: NDArray[np.float64], row: NDArray[Any], column: NDArray[Any]) -> NDArray[np.float64]:
    top = np.minimum(row.astype(np.int64), table.shape[0] - 2)
    left = np.minimum(column.astype(np.int64), table.shape[1] - 2)
    down, right = row - top, column - left
    upper = table[top, left] * (1 - right) + table[top, left + 1] * right
    lower = table[top + 1, left] * (1 - right) + table[top + 1, left + 1] * right
    return upper * (1 - down) + lower * down


@cache
def _table() -> NDArray[np.float64]:
    """Rows: radius / σ, equal steps of its logarithm. Columns: depth under the rim, from 0 to the centre or 8 σ."""
    ratio = 2.0 ** (np.arange(2 * _OCTAVES * _STEPS_AN_OCTAVE + 1) / _STEPS_AN_OCTAVE - _OCTAVES)[:, None]
    depth = np.linspace(0, 1, _DEPTHS)[None, :] * np.minimum(ratio, _FAR)
    return integral(ratio, ratio - depth)


def integral(ratio: NDArray[Any], offset: NDArray[Any]) -> NDArray[np.float64]:
    """1 − Q₁(offset, ratio): mass of a standard normal, centred ``offset`` away, in a disc of radius ``ratio``.

    Strips of the disc across the offset, each φ(x − offset)·erf(half its length / √2); x = ratio·sin θ takes the square
    root out of the ends, Gauss–Legendre does the rest over the part within 8 σ of the centre.
    """
    low = np.arcsin(np.clip((offset - _FAR) / ratio, -1, 1))[..., None]
    high = np.arcsin(np.clip((offset + _FAR) / ratio, -1, 1))[..., None]
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    theta = (high + low) / 2 + (high - low) / 2 * nodes
    ratio, offset = ratio[..., None], offset[..., None]
    strip = np.exp(-((ratio * np.sin(theta) - offset) ** 2) / 2) / math.sqrt(2 * math.pi)
    mass = strip * _erf(ratio * np.cos(theta) / math.sqrt(2)) * ratio * np.cos(theta)
    return np.clip((mass * weights).sum(-1) * ((high - low) / 2)[..., 0], 0, 1)


def _erf(x: NDArray[Any]) -> NDArray[np.float64]:
    """Abramowitz & Stegun 7.1.26 for x ≥ 0, error under 1.5e-7."""
    t = 1 / (1 + 0.3275911 * x)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return 1 - series * np.exp(-(x**2))
