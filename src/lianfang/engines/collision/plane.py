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


def plane_of(pings: Pings) -> Plane:
    """The default plane of a store: its origin is the centre of the bounding box of the data."""
    if not len(pings):
        return Plane(0.0, 0.0)
    return Plane(
        (float(pings.lon.min()) + float(pings.lon.max())) / 2, (float(pings.lat.min()) + float(pings.lat.max())) / 2
    )
