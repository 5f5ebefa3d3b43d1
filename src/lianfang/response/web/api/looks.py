"""What is done under a warrant: records kept, questions asked, candidates decided about. No route gives out a record."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field, StrictFloat, StrictInt, model_validator

from lianfang.response import clock
from lianfang.response.cases.states import Setting
from lianfang.response.territory.permissions import fetch
from lianfang.response.tracing.actions.looks import Asking, look, read_meetings
from lianfang.response.tracing.actions.records import keep_records
from lianfang.response.tracing.actions.warrants import MOST_CASES, hold
from lianfang.response.tracing.models import Candidate as Row
from lianfang.response.tracing.models import Warrant
from lianfang.response.tracing.queries import batches_of, candidates_for, candidates_of, looks_of, warrants
from lianfang.response.tracing.states import CandidateState, Record
from lianfang.response.web.api.areas import AreaName
from lianfang.response.web.api.errors import answers, answers_to_write
from lianfang.response.web.api.faces import Face, with_faces
from lianfang.response.web.api.fields import BIGGEST, Code, Given, Id, Moment, Pk, Text
from lianfang.response.web.api.listing import Listing, Page, area_of, page
from lianfang.response.web.records import nearness, set_aside
from lianfang.response.workflows.accept_candidates import accept_candidates, dismiss_candidates

router = Router(tags=["warrants"])
USE, SEE = "locations.collide", "warrants.view"
MOST_AT_ONCE = 500


class Batch(Schema):
    """One file kept under a warrant. ``already_held``: this very file was kept before, and nothing was kept again."""

    id: int
    kind: str
    file_name: str
    sha256: str
    bytes: int
    rows_read: int
    rows_kept: int
    outside: Annotated[dict[str, int], Field(description="rows left out, by the bound they lay outside of")]
    people: int
    at: datetime
    already_held: bool


class Look(Schema):
    """One question and what it came to, in numbers. ``unmatched``: keys near the cases that mean nobody we know."""

    id: int
    cases: list[int]
    kinds: list[str]
    area: AreaName
    from_at: datetime
    to_at: datetime
    rule: dict[str, Any]
    found: dict[str, Any]
    at: datetime
    by_id: int


class AskRecords(Given):
    """What is asked. Left out: as far as the warrant goes. Beyond its bounds the question is refused, and recorded."""

    cases: Annotated[list[Id], Field(min_length=1, max_length=MOST_CASES)] | None = None
    kinds: Annotated[list[Record], Field(min_length=1, max_length=3)] | None = None
    area: Code = ""
    from_at: Moment | None = None
    to_at: Moment | None = None
    radius_m: Annotated[StrictInt | StrictFloat, Field(gt=0, le=10_000, allow_inf_nan=False)] = 50
    gap_s: Annotated[StrictInt, Field(ge=0, le=86_400)] = 600
    linger_s: Annotated[StrictInt, Field(ge=0, le=86_400)] = 0
    rows: Annotated[StrictInt, Field(ge=0, le=200)] = 3
    min_minutes: Annotated[StrictInt, Field(ge=0, le=100_000)] = 0
    degrees: Annotated[StrictInt, Field(ge=1, le=2, description="2: also who was near those, from then on")] = 1


class Candidate(Schema):
    """Somebody the records put near a case: for a tracer to accept or dismiss, never a measure by itself."""

    id: int
    case_id: int
    person: Face
    degree: int
    via_id: Annotated[int | None, Field(description="of the second degree: the person they were near")]
    evidence: str
    kinds: Annotated[dict[str, int], Field(description="kind of record → minutes")]
    place: str
    minutes: int
    first_at: datetime
    last_at: datetime
    min_distance_m: float | None
    probability: float | None
    rank: int
    state: str
    why: str
    look_id: int

    @staticmethod
    def resolve_person(row: Row) -> object:
        return row.face


class CandidateFilter(Listing):
    state: CandidateState | None = None
    look: Annotated[int, Field(ge=1, le=BIGGEST)] | None = None


class Meeting(Schema):
    """One meeting. ``lon``, ``lat``: half way between two phones, to about ten metres; null for places known by name."""

    kind: str
    from_at: datetime
    to_at: datetime
    place: str
    lon: float | None
    lat: float | None
    distance_m: float | None
    probability: float | None


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
    contacts: Annotated[list[int], Field(description="contacts that were named, close contacts first")]


def _warrant(request, pk: int, permission: str) -> Warrant:
    return fetch(warrants(), request.user, permission, pk=pk)


def _live(request, pk: int) -> Warrant:
    found = _warrant(request, pk, USE)
    hold(found, by=request.user, at=clock.now())
    return found


@router.get("/warrants/{pk}/records", response=answers(Page[Batch]))
def list_records(request, pk: Pk, given: Query[Listing]):
    """Files kept under a warrant, the last first: counts and checksums. They outlive the records."""
    return page(batches_of(_warrant(request, pk, SEE)), given, list)


@router.post("/warrants/{pk}/records", response=answers_to_write(Batch, status=201))
def keep(request, pk: Pk, file: File[UploadedFile]):
    """Keep a file (CSV or Parquet) of pings, visits or rides, whole or not at all. Needs locations.collide.

    Only rows inside the warrant's period, area and kinds are kept, under pseudonyms of this warrant. The same file
    again answers with the same receipt.
    """
    found = _warrant(request, pk, USE)
    with set_aside(file) as path:
        batch = keep_records(found, path, by=request.user, file_name=file.name or "")
    return Status(201, batch)


@router.get("/warrants/{pk}/looks", response=answers(Page[Look]))
def list_looks(request, pk: Pk, given: Query[Listing]):
    """Questions asked under a warrant, the last first."""
    return page(looks_of(_warrant(request, pk, SEE)), given, list)


@router.post("/warrants/{pk}/looks", response=answers_to_write(Look, status=201))
def ask_records(request, pk: Pk, given: AskRecords):
    """Ask who was near the warrant's cases. Needs locations.collide; counts against the day's budget (429 beyond)."""
    found = _warrant(request, pk, USE)
    asking = Asking(
        cases=tuple(given.cases) if given.cases else None, kinds=tuple(given.kinds) if given.kinds else None,
        area=area_of(request.user, given.area, USE), from_at=given.from_at, to_at=given.to_at,
        nearness=nearness(given.dict()), degrees=given.degrees, min_minutes=given.min_minutes,
    )  # fmt: skip
    return Status(201, look(found, asking, by=request.user))


@router.get("/warrants/{pk}/candidates", response=answers(Page[Candidate]))
def list_candidates(request, pk: Pk, given: Query[CandidateFilter]):
    """Whom the records put near the cases, the strongest evidence first. Only while the warrant lives."""
    rows = candidates_for(request.user, _live(request, pk), given.state or "")
    if given.look is not None:
        rows = rows.filter(look=given.look)
    return page(rows, given, lambda found: with_faces(found, request.user))


@router.get("/warrants/{pk}/candidates/{candidate}/meetings", response=answers(list[Meeting]))
def list_meetings(request, pk: Pk, candidate: Pk):
    """Where and when a candidate was near whom. Opened under the warrant, and on record."""
    found = _live(request, pk)
    one = fetch(candidates_of(found), request.user, USE, pk=candidate)
    return read_meetings(one, by=request.user)


@router.post("/warrants/{pk}/candidates/decisions", response=answers_to_write(Decided))
def decide_candidates(request, pk: Pk, given: CandidateDecision):
    """Name candidates as contacts, whose review is then owed in their own area; or dismiss them."""
    found = _live(request, pk)
    rows = list(candidates_for(request.user, found).filter(pk__in=given.candidates))
    if len(rows) != len(set(given.candidates)):
        raise ValidationError({"candidates": _("Not all of these are candidates of this warrant.")})
    if given.decision == "dismiss":
        dismiss_candidates(found, rows, by=request.user, why=given.why)
        return {"contacts": []}
    named = accept_candidates(found, rows, by=request.user, setting=str(given.setting))
    return {"contacts": [one.pk for one in named]}
