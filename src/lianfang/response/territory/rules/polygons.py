"""Polygons from outside: converted, repaired where the repair is certain, refused with the reason where not."""

from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from lianfang.response.territory.rules.datum import wgs84_of

CLOSED = "open ring"


class BrokenPolygon(ValueError):
    """The geometry cannot be used; the text says why, in English."""


def read(geometry: Any, *, gcj02: bool = False) -> tuple[BaseGeometry, str]:
    """Return a valid (Multi)Polygon in WGS-84 from a GeoJSON geometry, and what was repaired. Raises BrokenPolygon."""
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise BrokenPolygon("not a Polygon or MultiPolygon")
    try:
        closed, opened = _closed(geometry)
        drawn = shapely.force_2d(shape(closed))
    except (
        ValueError,
        TypeError,
        IndexError,
        KeyError,
        AttributeError,
        OverflowError,
        shapely.errors.ShapelyError,
    ) as error:
        raise BrokenPolygon(f"coordinates cannot be read: {error}") from error
    if drawn.is_empty:
        raise BrokenPolygon("no coordinates")
    west, south, east, north = drawn.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BrokenPolygon("coordinates are not degrees of longitude and latitude")
    if gcj02:
        drawn = shapely.transform(drawn, _unshift)
    repair = (CLOSED if opened else "") if drawn.is_valid else shapely.is_valid_reason(drawn)
    return _repaired(drawn), repair


def _closed(geometry: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Rings whose last point is not the first are closed. Also returns whether there was such a ring."""
    rings = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    closed = [[ring if ring[0] == ring[-1] else [*ring, ring[0]] for ring in polygon] for polygon in rings]
    return {"type": "MultiPolygon", "coordinates": closed}, closed != rings


def _unshift(points: Any) -> Any:
    return [wgs84_of(lon, lat) for lon, lat in points]


def _repaired(drawn: BaseGeometry) -> BaseGeometry:
    if not drawn.is_valid:
        fixed = shapely.make_valid(drawn)
        polygons = [part for part in _parts(fixed) if part.geom_type == "Polygon" and part.area > 0]
        drawn = shapely.union_all(polygons) if polygons else shapely.Polygon()
    if drawn.is_empty or drawn.area == 0:
        raise BrokenPolygon("the polygon has no area")
    return drawn


def _parts(geometry: BaseGeometry) -> list[BaseGeometry]:
    if hasattr(geometry, "geoms"):
        return [part for inner in geometry.geoms for part in _parts(inner)]
    return [geometry]


def stored(drawn: BaseGeometry, digits: int = 5) -> dict[str, Any]:
    """GeoJSON with coordinates to about a metre."""
    return mapping(shapely.set_precision(drawn, 10**-digits))
