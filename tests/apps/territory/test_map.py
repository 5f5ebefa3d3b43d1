"""The map of an area is as fine as a screen shows, and neighbours still meet."""

import pytest
import shapely
from shapely.geometry import shape

from lianfang.response.territory.models import Boundary
from lianfang.response.territory.rules.names import english
from lianfang.response.web.shapes import features

pytestmark = pytest.mark.django_db


def ragged(left: float, right: float) -> dict[str, object]:
    """A square degree whose eastern and western borders carry a thousand tiny teeth, the same for both neighbours."""
    teeth = [(n % 2) * 1e-5 for n in range(1001)]
    west = [(left + tooth, n / 1000) for n, tooth in enumerate(teeth)]
    east = [(right + tooth, n / 1000) for n, tooth in enumerate(teeth)]
    return {"type": "Polygon", "coordinates": [[*west, *reversed(east), west[0]]]}


def test_a_map_is_simplified_and_neighbours_still_meet(cast):
    areas = [cast.xiaoguozhuang, cast.liujiazuo]
    Boundary.objects.filter(area__in=areas).delete()
    for area, (left, right) in zip(areas, ((0, 1), (1, 2)), strict=True):
        Boundary.objects.create(area=area, geometry=ragged(left, right), schematic=False)
    rows = features(areas, lambda area: {"name": area.name})
    first, second = (shape(row["geometry"]) for row in rows)
    assert [row["properties"]["name"] for row in rows] == [area.name for area in areas]
    assert max(shapely.get_num_coordinates([first, second])) < 20
    assert shapely.length(first.intersection(second)) > 0.99
    assert shapely.area(first.intersection(second)) == 0


def test_an_area_without_a_polygon_is_not_on_the_map(cast):
    Boundary.objects.filter(area=cast.xiaoguozhuang).delete()
    assert features([cast.xiaoguozhuang], lambda area: {}) == []


def test_the_zones_name_themselves_in_english():
    assert english("石家庄高新技术产业开发区") == "Shijiazhuang High-tech Zone"
    assert english("藁城区") == "Gaocheng District"
