"""Reading the tree: what lies below, what lies above, what it is called, where it is."""

from collections.abc import Iterable
from typing import Any

import shapely
from django.db.models import Q, QuerySet
from shapely.geometry import shape

from lianfang.response.territory.fields import subtree, upward
from lianfang.response.territory.models import Area, Boundary
from lianfang.response.territory.permissions import ANY, reach
from lianfang.response.territory.states import Kind


def coded() -> QuerySet[Area]:
    """Areas that have an official code. Said in the query, so that the index that leaves out dwellings is used."""
    return Area.objects.exclude(code="")


def by_code(code: str) -> Area | None:
    return coded().filter(code=code).first()


def root() -> Area | None:
    return Area.objects.filter(parent=None).order_by("pk").first()


def children_of(area: Area) -> QuerySet[Area]:
    """The areas directly below that have an official code. Buildings and dwellings have none, and no page."""
    return coded().filter(parent=area).order_by("path")


def above(area: Area) -> list[Area]:
    """The areas that contain this one, the city first."""
    return list(Area.objects.filter(path__in=upward(area.path)[:-1]).order_by("path"))


def highest_of(user: Any) -> Area | None:
    """The uppermost area in which the user holds any grant: where their wall begins."""
    paths = reach(user, ANY).paths
    return Area.objects.filter(path__in=paths).order_by("kind", "path").first()


def boundaries(areas: Iterable[Area]) -> dict[int, Boundary]:
    """area id → its polygon, for those that have one."""
    return Boundary.objects.in_bulk([area.pk for area in areas])


def outline(area: Area) -> shapely.Geometry | None:
    """The border of an area; where none is published, that of the areas below it together; None where none is known."""
    mine = Boundary.objects.filter(area=area).first()
    if mine is not None:
        return shape(mine.geometry)
    below = Boundary.objects.filter(subtree("area__path", area.path))
    for kind in range(area.kind + 1, Kind.COMMUNITY + 1):
        if found := [shape(row.geometry) for row in below.filter(area__kind=kind)]:
            return shapely.union_all(found)
    return None


def type_ahead(user: Any, text: str, *, limit: int = 12) -> list[Area]:
    """Areas down to the community, in the user's reach, by name, pinyin initials or code; the larger ones first."""
    text = text.strip()
    if not text:
        return []
    wanted = Q(name__startswith=text) | Q(code__startswith=text) | Q(name_en__istartswith=text)
    if text.isascii():
        wanted |= Q(initials__startswith=text.lower())
    rows = reach(user, ANY).visible(Area.objects.filter(kind__lte=Kind.COMMUNITY))
    return list(rows.filter(wanted).select_related("parent").order_by("kind", "path")[:limit])
