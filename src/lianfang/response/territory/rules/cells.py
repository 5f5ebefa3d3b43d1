"""Schematic borders: where no official boundary is published, areas share the polygon above them in even cells.

Points are spread by Lloyd's iteration (S. Lloyd, "Least squares quantization in PCM", IEEE Trans. Inf. Theory 28, 1982,
doi:10.1109/TIT.1982.1056489) and their Voronoi cells clipped to the polygon. They say what belongs together, not where.
"""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

_ROUNDS = 12


def cells(around: BaseGeometry, count: int, seed: int) -> list[BaseGeometry]:
    """Divide ``around`` into ``count`` cells of similar size, ordered from north-west to south-east.

    around: polygon, degrees; count ≥ 1; seed: makes the division reproducible.
    """
    if count == 1:
        return [around]
    points = _spread(around, count, np.random.default_rng(seed))
    for _ in range(_ROUNDS):
        points = np.array([_inside(cell) for cell in _voronoi(points, around)])
    drawn = _voronoi(points, around)
    return sorted(drawn, key=lambda cell: (-round(cell.centroid.y, 1), cell.centroid.x))


def _spread(around: BaseGeometry, count: int, random: np.random.Generator) -> np.ndarray:
    west, south, east, north = around.bounds
    shapely.prepare(around)
    found: list[np.ndarray] = []
    number = 0
    while number < count:
        tried = random.uniform((west, south), (east, north), (4 * count, 2))
        good = tried[shapely.contains_xy(around, tried[:, 0], tried[:, 1])]
        found.append(good)
        number += len(good)
    return np.concatenate(found)[:count]


def _voronoi(points: np.ndarray, around: BaseGeometry) -> list[BaseGeometry]:
    diagram = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=around.envelope, ordered=True)
    return [shapely.intersection(cell, around) for cell in diagram.geoms]


def _inside(cell: BaseGeometry) -> tuple[float, float]:
    centre = cell.centroid if cell.contains(cell.centroid) else cell.representative_point()
    return centre.x, centre.y
