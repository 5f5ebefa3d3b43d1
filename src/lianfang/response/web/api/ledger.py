"""The ledger: who did what, and is the record whole?"""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from ninja import Query, Router, Schema
from pydantic import Field

from lianfang.response.ledger import queries
from lianfang.response.ledger.models import Entry as EntryRow
from lianfang.response.ledger.models import Head as Row
from lianfang.response.ledger.models import Review as ReviewRow
from lianfang.response.territory.permissions import fetch, require_somewhere
from lianfang.response.web.api.errors import answers, answers_to_write
from lianfang.response.web.api.fields import BIGGEST, Day, Flag, Given, Line, Pk, Text
from lianfang.response.web.api.listing import Listing, Page, page
from lianfang.response.workflows.obligations import end_of
from lianfang.response.workflows.review_reads import decide_review, reviews_in_reach

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
    day: Day | None = None


@router.get("/ledger/entries", response=answers(Page[Entry]))
def list_entries(request, given: Query[EntryFilter]):
    """The entries of the areas in reach, the last first. Needs ledger.view."""
    rows = _in_reach(require_somewhere(request.user, "ledger.view", "api:ledger"))
    rows = rows.filter(action__startswith=given.action, subject__startswith=given.subject)
    if given.day:
        rows = rows.filter(at__gte=end_of(given.day - timedelta(days=1)), at__lt=end_of(given.day))
    return page(rows.filter(actor_id=given.actor) if given.actor else rows, given, list)


def _in_reach(mine):
    """Whoever audits the whole city also reads what happened nowhere: signing in, the system's own work."""
    rows = EntryRow.objects.order_by("-seq")
    return rows if any(path.count("/") == 1 for path in mine.paths) else rows.filter(mine.q("area_path"))


class ReadsReview(Schema):
    """What one account read on one day on one ground: counts, no names of people. ``about``: a purpose or a grant."""

    id: int
    day: date
    reader_id: int
    ground: str
    about: str
    area_path: str
    people: int
    reads: int
    first_at: datetime
    last_at: datetime
    state: str
    reason: str
    decided_at: datetime | None
    decided_by_id: int | None


class ReviewFilter(Listing):
    day: Day | None = None
    open: Annotated[Flag, Field(description="only what nobody has decided yet")] = False


class Judgement(Given):
    decision: Literal["in_order", "questioned"]
    why: Annotated[Text, Field(description="what is to be questioned; needed for that")] = ""


@router.get("/ledger/reviews", response=answers(Page[ReadsReview]))
def list_reviews(request, given: Query[ReviewFilter]):
    """Reads to be reviewed in reach, the open ones first, then the latest day. Needs reads.review."""
    rows = reviews_in_reach(request.user, "api:reviews", given.day)
    return page(rows.filter(decided_at=None) if given.open else rows, given, list)


@router.post("/ledger/reviews/{pk}/decide", response=answers_to_write(ReadsReview))
def decide(request, pk: Pk, given: Judgement):
    """In order, or to be questioned and why. Nobody decides on their own reads."""
    row = fetch(ReviewRow.objects.all(), request.user, "reads.review", pk=pk)
    decide_review(row, given.decision, by=request.user, why=given.why)
    return row
