"""Reading the tree: what lies below, what lies above, what it is called, where it is."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from lianfang.response.territory.fields import upward
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
