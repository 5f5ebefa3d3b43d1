"""The ledger: who did what, and is the record whole?"""

from datetime import date, datetime
from typing import Annotated

from django.http import Http404
from ninja import Query, Router, Schema
from pydantic import Field

from lianfang.response.ledger import queries
from lianfang.response.ledger.models import Entry as EntryRow
from lianfang.response.ledger.models import Head as Row
from lianfang.response.territory.permissions import require_somewhere
from lianfang.response.web.api.errors import answers
from lianfang.response.web.api.fields import BIGGEST, Line, Pk
from lianfang.response.web.api.listing import Listing, Page, page
from lianfang.response.workflows.review_reads import judge_looks, reviews_in_reach

router = Router(tags=["ledger"])


class Head(Schema):
    """The last link: kept elsewhere, it shows later whether anything before it was changed. ``mac`` is hexadecimal."""

    seq: int
    mac: str


class Verdict(Schema):
    """ok, or the first bad row and what is wrong with it; ``count``: rows found good."""

    ok: bool
    count: int
    first_bad_seq: int | None
    why: str


@router.get("/ledger/head", response=answers(Head))
def head(request):
    require_somewhere(request.user, "ledger.view", "api:ledger")
    row = Row.objects.filter(pk=1).first()
    return {"seq": row.seq, "mac": bytes(row.mac).hex()} if row else {"seq": 0, "mac": ""}


@router.get("/ledger/verify", response=answers(Verdict))
def verify(request):
    """Walk the whole chain. It takes about a second for a hundred thousand rows."""
    require_somewhere(request.user, "ledger.view", "api:ledger")
    return queries.verify()


class Entry(Schema):
    """One link of the chain: who, what, where, when, why. ``detail`` names ids and fields, never values of people."""

    seq: int
    at: datetime
    actor_id: int | None
    action: str
    subject: str
    area_path: str
    purpose_id: int | None
    why: str
    detail: str


class EntryFilter(Listing):
    action: Annotated[Line, Field(description="beginning of what was done: person.")] = ""
    subject: Annotated[Line, Field(description="beginning of what it was done to: cases.case:12")] = ""
    actor: Annotated[int, Field(ge=1, le=BIGGEST)] | None = None


@router.get("/ledger/entries", response=answers(Page[Entry]))
def list_entries(request, given: Query[EntryFilter]):
    """The entries of the areas in reach, the last first. Needs ledger.view."""
    rows = _in_reach(require_somewhere(request.user, "ledger.view", "api:ledger"))
    rows = rows.filter(action__startswith=given.action, subject__startswith=given.subject)
    return page(rows.filter(actor_id=given.actor) if given.actor else rows, given, list)


def _in_reach(mine):
    """Whoever audits the whole city also reads what happened nowhere: signing in, the system's own work."""
    rows = EntryRow.objects.order_by("-seq")
    return rows if any(path.count("/") == 1 for path in mine.paths) else rows.filter(mine.q("area_path"))


class ReviewOut(Schema):
    """Looks of one reader on one day that no task explains, and what a second person said of them."""

    id: int
    day: date
    reader_id: int
    ground: str
    purpose_id: int
    people: int
    entries: int
    first_at: datetime
    last_at: datetime
    state: str
    why: str
    decided_by_id: int | None


class ReviewFilter(Listing):
    state: Annotated[Line, Field(description="open, in_order or questioned")] = ""


class Judgement(Schema):
    state: Annotated[Line, Field(description="in_order or questioned")]
    why: Line = ""


@router.get("/ledger/reviews", response=answers(Page[ReviewOut]))
def list_reviews(request, given: Query[ReviewFilter]):
    """Who looked without a task, the last day first. Needs reads.review."""
    rows = reviews_in_reach(request.user)
    return page(rows.filter(state=given.state) if given.state else rows, given, list)


@router.post("/ledger/reviews/{pk}/decide", response=answers(ReviewOut))
def decide_review(request, pk: Pk, given: Judgement):
    """Say whether these looks were in order. Nobody reviews their own; decided is decided."""
    row = reviews_in_reach(request.user).filter(pk=pk).first()
    if row is None:
        raise Http404
    judge_looks(row, given.state, by=request.user, why=given.why)
    return row
