"""Degrees to metres on a plane that touches the city. Source: COLLISION.md, "The exact ping spec"."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.collision.problems import BadRecord
from lianfang.engines.collision.records import Floats, Pings

METRES_A_DEGREE = 111195.0


@dataclass(frozen=True)
class Plane:
    """Equirectangular plane with its origin at (lon0, lat0), degrees. Good for one city; it does not bend."""

    lon0: float
    lat0: float

    def __post_init__(self) -> None:
        for name, value, most in (("lon0", self.lon0, 180), ("lat0", self.lat0, 90)):
            if not (math.isfinite(value) and abs(value) <= most):
                raise BadRecord("out_of_range", column=name, value=value, low=-most, high=most)

    def project(self, lon: Floats, lat: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return x east and y north of the origin in metres, float64."""
        metres_a_degree_east = METRES_A_DEGREE * math.cos(math.radians(self.lat0))
        x = (np.asarray(lon, np.float64) - self.lon0) * metres_a_degree_east
        y = (np.asarray(lat, np.float64) - self.lat0) * METRES_A_DEGREE
        return x, y


class Bounds:
    """The bounding box of data that comes in parts."""

    def __init__(self) -> None:
        self._lon = (math.inf, -math.inf)
        self._lat = (math.inf, -math.inf)

    def add(self, lon: Floats, lat: Floats) -> None:
        if len(lon):
            self._lon = min(self._lon[0], float(lon.min())), max(self._lon[1], float(lon.max()))
            self._lat = min(self._lat[0], float(lat.min())), max(self._lat[1], float(lat.max()))

    def plane(self) -> Plane:
        """The default plane of a store: its origin is the centre of the bounding box; at 0, 0 without data."""
        if self._lon[0] > self._lon[1]:
            return Plane(0.0, 0.0)
        return Plane(sum(self._lon) / 2, sum(self._lat) / 2)


def plane_of(pings: Pings) -> Plane:
    """The default plane of a store that holds these pings and no others."""
    bounds = Bounds()
    bounds.add(pings.lon, pings.lat)
    return bounds.plane()
