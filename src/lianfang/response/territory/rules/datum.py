"""GCJ-02, the shifted datum of Chinese public maps, and WGS-84, that of satellites.

The shift is the published-by-observation polynomial used by every open converter; its inverse is found by iteration.
"""

from math import cos, pi, sin, sqrt

_A = 6378245.0  # semi-major axis of Krasovsky 1940, m
_EE = 0.00669342162296594323  # its first eccentricity squared


def _shift(lon: float, lat: float) -> tuple[float, float]:
    x, y = lon - 105.0, lat - 35.0
    waves = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    magic = 1 - _EE * sin(lat / 180 * pi) ** 2
    east = east * 180 / (_A / sqrt(magic) * cos(lat / 180 * pi) * pi)
    north = north * 180 / (_A * (1 - _EE) / (magic * sqrt(magic)) * pi)
    return east, north


def outside_china(lon: float, lat: float) -> bool:
    return not (73.66 < lon < 135.05 and 3.86 < lat < 53.55)


def gcj02_of(lon: float, lat: float) -> tuple[float, float]:
    """WGS-84 → GCJ-02, degrees. Outside China there is no shift."""
    if outside_china(lon, lat):
        return lon, lat
    east, north = _shift(lon, lat)
    return lon + east, lat + north


def wgs84_of(lon: float, lat: float) -> tuple[float, float]:
    """GCJ-02 → WGS-84, degrees, to better than a centimetre."""
    if outside_china(lon, lat):
        return lon, lat
    guess = (lon, lat)
    for _ in range(6):
        there = gcj02_of(*guess)
        guess = (guess[0] + lon - there[0], guess[1] + lat - there[1])
    return guess
