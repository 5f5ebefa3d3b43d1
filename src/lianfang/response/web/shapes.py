"""Areas as GeoJSON features: the polygon where one is known, otherwise the schematic cell around the area's point."""

import json
from collections.abc import Callable
from typing import Any

import shapely
from shapely.geometry import shape

from lianfang.response.territory import queries
from lianfang.response.territory.models import Area

_STEPS = 500  # what is finer than this share of the map's width is below a pixel or two
_DEGREES = 1e-4  # about ten metres


def features(areas: list[Area], facts: Callable[[Area], dict[str, object]]) -> list[dict[str, object]]:
    """One feature per area that has a shape, as fine as a map of all of them can show; ``facts`` gives its properties."""
    found = queries.boundaries(areas)
    drawn = {pk: shape(row.geometry) for pk, row in found.items()}
    plain = _simplified(drawn, {pk for pk, row in found.items() if row.schematic})
    return [
        {
            "type": "Feature",
            "properties": {**facts(area), "schematic": found[area.pk].schematic},
            "geometry": json.loads(shapely.to_geojson(plain[area.pk])),
        }
        for area in areas
        if area.pk in found
    ]


def _simplified(drawn: dict[int, Any], schematic: set[int]) -> dict[int, Any]:
    """Neighbours keep one common border. Schematic cells may lie over real areas, so they are a cover of their own."""
    if not drawn:
        return {}
    west, south, east, north = shapely.total_bounds(list(drawn.values()))
    tolerance = max(east - west, north - south) / _STEPS
    plain = {}
    for group in (schematic, drawn.keys() - schematic):
        order = sorted(group)
        if order:
            cover = shapely.coverage_simplify([drawn[pk] for pk in order], tolerance)
            plain.update(zip(order, shapely.set_precision(cover, _DEGREES), strict=True))
    return plain
