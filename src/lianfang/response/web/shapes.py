"""Areas as GeoJSON features: the polygon where one is known, otherwise the schematic cell around the area's point."""

from collections.abc import Callable

from lianfang.response.territory import queries
from lianfang.response.territory.models import Area


def features(areas: list[Area], facts: Callable[[Area], dict[str, object]]) -> list[dict[str, object]]:
    """One feature per area that has a shape; ``facts`` gives its properties."""
    shapes = queries.boundaries(areas)
    return [
        {
            "type": "Feature",
            "properties": {**facts(area), "schematic": shapes[area.pk].schematic},
            "geometry": shapes[area.pk].geometry,
        }
        for area in areas
        if area.pk in shapes
    ]
