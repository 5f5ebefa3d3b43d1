"""The rules in force: every value with source and grade, and the local departures from it."""

from datetime import datetime
from typing import Annotated, Any

from django.http import Http404
from ninja import Query, Router, Schema, Status
from pydantic import Field, StrictBool, StrictInt

from lianfang.response.cases.actions import protocols as actions
from lianfang.response.cases.queries.protocols import edition_for, overrides_for
from lianfang.response.cases.rules import protocol as protocols
from lianfang.response.territory import queries as territory
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import fetch, require
from lianfang.response.web.api.errors import answers, answers_to_write
from lianfang.response.web.api.fields import Code, Given, Line, ShortLine, Text

router = Router(tags=["protocols"])

_Number = Annotated[StrictInt, Field(ge=0, le=100_000)]
_Share = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False, strict=True)]
Value = StrictBool | _Number | _Share | Line | Annotated[list[_Number], Field(max_length=60)]


class Edition(Schema):
    edition: str
    disease: str
    title_zh: str
    title_en: str
    dated: str
    in_force: bool


class Departure(Schema):
    by: str
    at: datetime
    why: str


class Parameter(Schema):
    """One value. ``grade``: A official text read, B press or paper, C aggregator, D check before use."""

    name: str
    value: Any
    unit: str
    rule: int
    grade: str
    source: str
    edition: str
    note: str
    unverified: bool
    override: Departure | None


class Protocol(Schema):
    edition: str
    disease: str
    title_zh: str
    title_en: str
    version: str
    area: str
    parameters: list[Parameter]


class AtArea(Schema):
    area: Annotated[Code, Field(description="code of an area; the uppermost of one's own without it")] = ""


class Override(Given):
    """A departure from one value, in an area and below it."""

    area: Code
    parameter: Annotated[str, Field(max_length=60)]
    value: Value
    why: Text


class PutInForce(Given):
    area: Code
    why: Text


class Made(Schema):
    id: int
    edition: str


def _area(user: Any, code: str) -> Area:
    if code:
        return fetch(Area.objects.all(), user, "protocols.view", code=code)
    area = territory.highest_of(user)
    if area is None:
        raise Http404
    require(user, "protocols.view", area)
    return area


def _known(edition: str) -> protocols.Protocol:
    if edition not in protocols.editions():
        raise Http404
    return protocols.load(edition)


@router.get("/protocols", response=answers(list[Edition]))
def list_editions(request, given: Query[AtArea]):
    """Every edition, and which is in force in an area."""
    area = _area(request.user, given.area)
    rows = [protocols.load(name) for name in protocols.editions()]
    return [
        {
            "edition": row.edition, "disease": row.disease, "title_zh": row.title_zh, "title_en": row.title_en,
            "dated": str(row.dated), "in_force": edition_for(area, row.disease) == row.edition,
        }
        for row in rows
    ]  # fmt: skip


@router.get("/protocols/{edition}", response=answers(Protocol))
def get_protocol(request, edition: ShortLine, given: Query[AtArea]):
    """An edition as it stands in an area, local departures applied and marked."""
    area = _area(request.user, given.area)
    departures = [
        protocols.Override(row.parameter, row.value, str(row.by_id), row.at, row.why)
        for row in overrides_for(area, edition)
    ]
    found = protocols.with_overrides(_known(edition), departures)
    return {
        "edition": found.edition, "disease": found.disease, "title_zh": found.title_zh, "title_en": found.title_en,
        "version": found.version, "area": area.code, "parameters": list(found.parameters.values()),
    }  # fmt: skip


@router.post("/protocols/{edition}/overrides", response=answers_to_write(Made, status=201))
def override(request, edition: ShortLine, given: Override):
    """Depart from one value in an area and below it; who, when and why stay with it."""
    area = fetch(Area.objects.all(), request.user, "protocols.override", code=given.area)
    _known(edition)
    return Status(201, actions.override(edition, given.parameter, given.value, area, by=request.user, why=given.why))


@router.post("/protocols/{edition}/in-force", response=answers_to_write(Made, status=201))
def put_in_force(request, edition: ShortLine, given: PutInForce):
    """Put an edition in force in an area and below it, from now on."""
    area = fetch(Area.objects.all(), request.user, "protocols.override", code=given.area)
    _known(edition)
    return Status(201, actions.put_in_force(edition, area, by=request.user, why=given.why))
