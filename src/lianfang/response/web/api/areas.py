"""Areas of the tree and their figures."""

from datetime import date
from typing import Annotated, Literal

from ninja import Query, Router, Schema
from pydantic import Field

from lianfang.response import clock
from lianfang.response.cases.queries import cases, contacts, measures
from lianfang.response.duties import queries
from lianfang.response.territory import queries as territory
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import fetch, reach, require_somewhere
from lianfang.response.territory.states import Kind
from lianfang.response.web.api.errors import answers
from lianfang.response.web.api.fields import AreaCode, Code, Line
from lianfang.response.web.api.listing import MOST, Listing, Page, page

router = Router(tags=["areas"])

Level = Literal["city", "county", "township", "community"]


class AreaName(Schema):
    id: int
    code: str
    name: str
    name_en: str
    kind: str

    @staticmethod
    def resolve_kind(area: Area) -> str:
        return Kind(area.kind).name.lower()


class Figures(Schema):
    """Duties by outcome; ``late`` is of the open ones, ``all`` the denominator from the city's own records."""

    open: int
    late: int
    done: int
    cancelled: int
    all: int


class AreaBelow(AreaName):
    population: int | None
    duties: Figures

    @staticmethod
    def resolve_duties(area: Area) -> object:
        return area.all_duties


class AreaFacts(AreaBelow):
    full_name: str
    urban: bool | None
    lon: float | None
    lat: float | None
    above: list[AreaName]
    duties_by_kind: dict[str, Figures]
    contacts_by_state: dict[str, int] | None
    measures_by_state: dict[str, int] | None


class AreaFilter(Listing):
    text: Annotated[Line, Field(description="beginning of a name, of a code, or pinyin initials")] = ""
    parent: Annotated[Code, Field(description="code of the area directly above")] = ""
    kind: Level | None = None


class Curve(Schema):
    """New lab-confirmed cases by day; ``quarantined``: already in isolation when found positive."""

    days: list[date]
    others: list[int]
    quarantined: list[int]


def _with_figures(areas: list[Area]) -> list[Area]:
    counts = queries.counts_by_kind(areas)
    for area in areas:
        area.duties_by_kind = counts.get(area.pk, {})
        area.all_duties = queries.total(area.duties_by_kind.values())
    return areas


@router.get("/areas", response=answers(Page[AreaBelow]))
def list_areas(request, given: Query[AreaFilter]):
    """Areas in reach down to the community, the city first."""
    rows = require_somewhere(request.user, "areas.view", "api:areas").visible(Area.objects.all())
    rows = rows.filter(kind__lte=Kind.COMMUNITY).order_by("path")
    if given.parent:
        rows = rows.filter(parent=fetch(Area.objects.all(), request.user, "areas.view", code=given.parent))
    if given.kind:
        rows = rows.filter(kind=Kind[given.kind.upper()])
    if given.text:
        rows = rows.filter(pk__in=[a.pk for a in territory.type_ahead(request.user, given.text, limit=MOST)])
    return page(rows, given, _with_figures)


@router.get("/areas/{code}", response=answers(AreaFacts))
def get_area(request, code: AreaCode):
    """One area: where it stands in the tree, its duties, and the cases' side where the user may see it."""
    area = fetch(Area.objects.all(), request.user, "areas.view", code=code)
    _with_figures([area])
    sees = reach(request.user, "measures.view").covers(area.path)
    area.above = [a for a in territory.above(area) if reach(request.user, "areas.view").covers(a.path)]
    area.contacts_by_state = contacts.counts_by_state(area.path) if sees else None
    area.measures_by_state = measures.counts_by_state(area.path) if sees else None
    return area


@router.get("/areas/{code}/curve", response=answers(Curve))
def get_curve(request, code: AreaCode):
    """The epidemic curve of an area, at most sixty days."""
    area = fetch(Area.objects.all(), request.user, "cases.view", code=code)
    return cases.curve(area.path, clock.now())
