"""What does not exist: an address (added last, so that it matches last), or a record of one's own."""

from typing import Any, NoReturn

from django.http import Http404
from ninja import Router

from lianfang.response.ledger.actions import record

router = Router()


@router.api_operation(["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:rest}", include_in_schema=False)
def nothing_here(request, rest: str):
    raise Http404


def no_such_record(user: Any, subject: str, permission: str) -> NoReturn:
    """Refuse what is not the user's own exactly like what does not exist, and leave the attempt in the ledger."""
    record("denied", subject, by=user, permission=permission)
    raise Http404
