"""The ledger: is the record whole?"""

from ninja import Router, Schema

from lianfang.response.ledger import queries
from lianfang.response.ledger.models import Head as Row
from lianfang.response.territory.permissions import require_somewhere
from lianfang.response.web.api.errors import answers

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
