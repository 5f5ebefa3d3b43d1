"""Laboratory results: the laboratory writes them, and what follows from them happens in the same step."""

from typing import Literal

from ninja import Router, Schema, Status

from lianfang.response.cases.models import LabTest
from lianfang.response.people.queries import people
from lianfang.response.territory.permissions import fetch
from lianfang.response.web.api.diseases import Disease
from lianfang.response.web.api.errors import answers_to_write
from lianfang.response.web.api.fields import Given, Id, Line, Moment, ShortLine
from lianfang.response.workflows.record_result import record_result

router = Router(tags=["tests"])


class Result(Given):
    person: Id
    disease: Disease
    sampled_at: Moment
    result: Literal[tuple(LabTest.Result.values)]
    laboratory: Line
    assay: ShortLine = "RT-PCR"


class Recorded(Schema):
    """``case_reported``: the person is a case now, to be confirmed by a second person, or already was one."""

    id: int
    result: str
    case_reported: bool


@router.post("/tests", response=answers_to_write(Recorded, status=201))
def record(request, given: Result):
    """Record one result once; the same sample sent twice is one row, a different result for it is refused."""
    person = fetch(people(), request.user, "cases.test", pk=given.person)
    done = record_result(person, by=request.user, **given.dict(exclude={"person"}))
    return Status(201, {"id": done.test.pk, "result": done.test.result, "case_reported": done.case is not None})
