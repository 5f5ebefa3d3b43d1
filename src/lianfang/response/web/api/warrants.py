"""Warrants: asked for, approved by a second person, ended with a certificate. What is done under one: ``looks``."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Query, Router, Schema, Status
from pydantic import Field

from lianfang.response.cases.actions.purposes import BASES
from lianfang.response.cases.models import Case
from lianfang.response.cases.queries.cases import cases
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import fetch, require_somewhere
from lianfang.response.tracing.actions import ending, warrants
from lianfang.response.tracing.models import Certificate as CertificateRow
from lianfang.response.tracing.models import Warrant as Row
from lianfang.response.tracing.queries import warrants as rows
from lianfang.response.tracing.queries import warrants_in_reach
from lianfang.response.tracing.states import Record, WarrantState
from lianfang.response.web.api.areas import AreaName
from lianfang.response.web.api.cases import CaseName
from lianfang.response.web.api.duties import Account
from lianfang.response.web.api.errors import answers, answers_to_write
from lianfang.response.web.api.fields import Code, Given, Id, Moment, Pk, Text
from lianfang.response.web.api.listing import Listing, Page, page
from lianfang.response.web.api.missing import no_such_record

router = Router(tags=["warrants"])


class Warrant(Schema):
    """Leave to look into location records. ``digest``: of its bounds; who approves says which digest they have read."""

    id: int
    state: str
    cases: list[CaseName]
    kinds: list[str]
    area: AreaName
    basis: str
    purpose: str
    from_at: datetime
    to_at: datetime
    expires_at: datetime
    digest: str
    requested_by: Account
    requested_at: datetime
    approved_by: Account | None
    approved_at: datetime | None
    why: str

    @staticmethod
    def resolve_cases(row: Row) -> list[Case]:
        return list(row.cases.order_by("pk"))


class AskForWarrant(Given):
    """Everything the approver will answer for."""

    cases: Annotated[list[Id], Field(min_length=1, max_length=warrants.MOST_CASES)]
    kinds: Annotated[list[Record], Field(min_length=1, max_length=3)]
    area: Code
    basis: Literal[BASES]
    purpose: Text
    from_at: Moment
    to_at: Moment
    expires_at: Moment


class Approval(Given):
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="of the bounds that were read")]


class Reason(Given):
    why: Text


class WarrantFilter(Listing):
    state: WarrantState | None = None


class Certificate(Schema):
    """That key and records were destroyed. ``valid``: unaltered, in the ledger, and true; ``wrong``: else, what is not."""

    warrant_id: int
    begun_at: datetime
    finished_at: datetime | None
    by_id: int | None
    content: dict[str, Any]
    sha256: str
    valid: bool
    wrong: list[str]


@router.get("/warrants", response=answers(Page[Warrant]))
def list_warrants(request, given: Query[WarrantFilter]):
    """Warrants in reach, the newest first. Needs warrants.view."""
    require_somewhere(request.user, "warrants.view", "api:warrants")
    return page(warrants_in_reach(request.user, state=given.state or ""), given, list)


@router.post("/warrants", response=answers_to_write(Warrant, status=201))
def ask_for_warrant(request, given: AskForWarrant):
    """Ask to look into location records around laboratory-confirmed cases. Needs locations.collide.

    It opens nothing until a second person approves these very bounds.
    """
    area = fetch(Area.objects.all(), request.user, "locations.collide", code=given.area)
    named = [fetch(cases(), request.user, "locations.collide", pk=pk) for pk in dict.fromkeys(given.cases)]
    asked = given.dict(exclude={"cases", "area"})
    return Status(201, warrants.request_warrant(named, area, by=request.user, **asked))


def _one(request, pk: int) -> Row:
    return fetch(rows(), request.user, "warrants.view", pk=pk)


@router.get("/warrants/{pk}", response=answers(Warrant))
def get_warrant(request, pk: Pk):
    """One warrant: its bounds, who asked, who approved, what state it is in."""
    return _one(request, pk)


@router.post("/warrants/{pk}/approve", response=answers_to_write(Warrant))
def approve(request, pk: Pk, given: Approval):
    """Approve what another person asked for, naming the digest of the bounds. Needs warrants.approve."""
    found = _one(request, pk)
    warrants.approve_warrant(found, digest=given.digest, by=request.user)
    return found


@router.post("/warrants/{pk}/refuse", response=answers_to_write(Warrant))
def refuse(request, pk: Pk, given: Reason):
    """Refuse what was asked for. Needs warrants.approve."""
    found = _one(request, pk)
    warrants.refuse_warrant(found, by=request.user, why=given.why)
    found.refresh_from_db()
    return found


@router.post("/warrants/{pk}/end", response=answers_to_write(Warrant))
def end(request, pk: Pk, given: Reason):
    """End a warrant before its time: key and records are destroyed now. Whoever may look or approve can do it."""
    found = _one(request, pk)
    ending.end_warrant(found, by=request.user, why=given.why)
    found.refresh_from_db()
    return found


@router.get("/warrants/{pk}/certificate", response=answers(Certificate))
def get_certificate(request, pk: Pk):
    """The certificate of destruction, checked now. 404 while the records are there. Needs warrants.view."""
    found = _one(request, pk)
    certificate = CertificateRow.objects.filter(warrant=found).first()
    if certificate is None:
        no_such_record(request.user, f"tracing.certificate:{pk}", "warrants.view")
    checked = ending.check_certificate(certificate)
    certificate.valid, certificate.wrong = checked.ok, list(checked.wrong)
    return certificate
