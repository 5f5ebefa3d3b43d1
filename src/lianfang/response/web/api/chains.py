"""Who infected whom, and in which generation."""

from typing import Annotated

from ninja import Query, Router, Schema
from pydantic import Field

from lianfang.response.cases.arrays import chains_of
from lianfang.response.cases.queries import cases
from lianfang.response.territory.permissions import require_somewhere
from lianfang.response.web.api.diseases import Disease
from lianfang.response.web.api.errors import answers
from lianfang.response.web.api.listing import InArea, Page, area_of, page

router = Router(tags=["chains"])


class ChainRow(Schema):
    """One case and one of its sources; a root has an empty source and generation 0."""

    case: str
    source: str
    generation: int
    setting: str


class Chains(Page[ChainRow]):
    """``unlinked``: cases without any link. ``in_cycles``: cases that no root reaches; their generation is -1."""

    roots: int
    unlinked: int
    in_cycles: int


class ChainFilter(InArea):
    disease: Annotated[Disease, Field(description="chains are of one disease")]


@router.get("/chains", response=answers(Chains))
def list_chains(request, given: Query[ChainFilter]):
    """Transmission chains among the cases in reach, in the order they were entered."""
    require_somewhere(request.user, "cases.view", "api:chains")
    area = area_of(request.user, given.area, "cases.view")
    rows = cases.cases_in_reach(request.user, area=area).filter(disease=given.disease)
    result = chains_of(rows)
    return {
        **page(result.rows, given, list),
        "roots": sum(not row.source for row in result.rows),
        "unlinked": len(result.unlinked),
        "in_cycles": len(result.in_cycles),
    }
