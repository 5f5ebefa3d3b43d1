"""Location records around a case, under a purpose: files compared, candidates decided about."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field, model_validator

from lianfang.response.cases.models import Case
from lianfang.response.cases.queries.cases import cases
from lianfang.response.cases.states import Setting
from lianfang.response.territory.permissions import fetch, require
from lianfang.response.tracing.actions import run_collision
from lianfang.response.tracing.models import Candidate as Row
from lianfang.response.tracing.queries import candidates_of, runs_of
from lianfang.response.tracing.states import CandidateState
from lianfang.response.web.api.errors import answers, answers_to_write
from lianfang.response.web.api.faces import Face, with_faces
from lianfang.response.web.api.fields import BIGGEST, Given, Id, Pk, Text
from lianfang.response.web.api.listing import Listing, Page, page
from lianfang.response.web.records import nearness, set_aside
from lianfang.response.workflows.accept_candidates import accept_candidates, dismiss_candidates

router = Router(tags=["locations"])
MOST_AT_ONCE = 500


class LocationRun(Schema):
    """One comparison. ``parameters``: what counted as near, and how many records and people it came to."""

    id: int
    records: str
    file_name: str
    sha256: str
    rows_read: int
    window_from_at: datetime
    window_to_at: datetime
    parameters: dict[str, Any]
    at: datetime
    purpose_id: int


class Candidate(Schema):
    """Somebody the records put near the case: for a tracer to accept or dismiss, never a measure by itself."""

    id: int
    person: Face
    evidence: str
    place: str
    minutes: int
    first_at: datetime
    last_at: datetime
    min_distance_m: float | None
    probability: float | None
    rank: int
    state: str
    why: str

    @staticmethod
    def resolve_person(row: Row) -> object:
        return row.face


class Compared(Schema):
    """Sent as form fields beside the file."""

    purpose: Annotated[int, Field(ge=1, le=BIGGEST)]
    radius_m: Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False)] = 50
    gap_s: Annotated[int, Field(ge=0, le=86_400)] = 600
    linger_s: Annotated[int, Field(ge=0, le=86_400)] = 0


class CandidateFilter(Listing):
    state: CandidateState | None = None


class CandidateDecision(Given):
    """accept: with the ``setting`` in which they met. dismiss: with ``why``. All of them or none."""

    decision: Literal["accept", "dismiss"]
    candidates: Annotated[list[Id], Field(min_length=1, max_length=MOST_AT_ONCE)]
    setting: Setting | None = None
    why: Text = ""

    @model_validator(mode="after")
    def whole(self) -> "CandidateDecision":
        if self.decision == "accept" and self.setting is None:
            raise ValueError("accept needs a setting")
        return self


class Decided(Schema):
    contacts: Annotated[list[int], Field(description="contacts that were named, in the order of the candidates")]


def _case(request, pk: int) -> Case:
    found = fetch(cases(), request.user, "cases.view", pk=pk)
    require(request.user, "locations.collide", found)
    return found


@router.get("/cases/{pk}/location-runs", response=answers(Page[LocationRun]))
def list_location_runs(request, pk: Pk, given: Query[Listing]):
    """Files compared with a case so far, the last one first. Needs locations.collide."""
    return page(runs_of(_case(request, pk)), given, list)


@router.post("/cases/{pk}/location-runs", response=answers_to_write(LocationRun, status=201))
def compare_locations(request, pk: Pk, given: Form[Compared], file: File[UploadedFile]):
    """Compare a file (CSV or Parquet) of pings, visits or rides with the days on which the case could infect.

    Needs locations.collide and a live purpose of one's own for this case. The file is not kept.
    """
    case = _case(request, pk)
    with set_aside(file) as path:
        run = run_collision(
            case, path, purpose=given.purpose, by=request.user, file_name=file.name or "", nearness=nearness(given.dict())
        )  # fmt: skip
    return Status(201, run)


@router.get("/cases/{pk}/candidates", response=answers(Page[Candidate]))
def list_candidates(request, pk: Pk, given: Query[CandidateFilter]):
    """Whom location records put near the case, the strongest evidence first. Needs locations.collide."""
    rows = candidates_of(_case(request, pk), given.state or "")
    return page(rows, given, lambda found: with_faces(found, request.user))


@router.post("/cases/{pk}/candidates/decisions", response=answers_to_write(Decided))
def decide_candidates(request, pk: Pk, given: CandidateDecision):
    """Name candidates as contacts, whose review is then owed in their own area; or dismiss them."""
    case = _case(request, pk)
    rows = list(candidates_of(case).filter(pk__in=given.candidates))
    if len(rows) != len(set(given.candidates)):
        raise ValidationError({"candidates": _("Not all of these are candidates of this case.")})
    if given.decision == "dismiss":
        dismiss_candidates(rows, by=request.user, why=given.why)
        return {"contacts": []}
    return {"contacts": [one.pk for one in accept_candidates(rows, by=request.user, setting=str(given.setting))]}
