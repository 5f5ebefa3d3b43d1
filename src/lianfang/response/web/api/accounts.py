"""Accounts of others: opened with a first role, renewed after a loss, closed at once."""

from typing import Annotated

from ninja import Router, Schema, Status
from pydantic import Field

from lianfang.response.accounts.models import User
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import fetch, require_somewhere
from lianfang.response.web.api.errors import answers_to_write
from lianfang.response.web.api.fields import Code, Given, Pk, ShortLine, Text
from lianfang.response.web.api.grants import Role
from lianfang.response.web.api.missing import no_such_record
from lianfang.response.workflows.keep_accounts import close_account, open_account, renew_sign_in

router = Router(tags=["accounts"])


HolderId = Annotated[ShortLine, Field(description="ID number of the holder; only its keyed hash is kept")]


class OpenAccount(Given):
    username: ShortLine
    name: ShortLine
    role: Role
    area: Code
    reason: Annotated[Text, Field(min_length=1)]
    id_number: HolderId = ""


class Renew(Given):
    id_number: HolderId = ""


class CloseAccount(Given):
    why: Annotated[Text, Field(min_length=1)]


class Opened(Schema):
    """The password is told this once."""

    id: int
    username: str
    password: str


class Closed(Schema):
    id: int
    username: str


@router.post("/accounts", response=answers_to_write(Opened, status=201))
def open_one(request, given: OpenAccount):
    """Open an account and ask for its first role, which a second person approves. Needs grants.give."""
    area = fetch(Area.objects.all(), request.user, "grants.give", code=given.area)
    user, password = open_account(
        given.username, given.name, given.role, area, by=request.user, reason=given.reason,
        id_number=given.id_number,
    )  # fmt: skip
    return Status(201, {"id": user.pk, "username": user.username, "password": password})


@router.post("/accounts/{pk}/renew", response=answers_to_write(Opened))
def renew(request, pk: Pk, given: Renew | None = None):
    """A new password, no second factor, every session ended: for a lost phone or password. Needs grants.give."""
    user = _account(request, pk)
    password = renew_sign_in(user, by=request.user, id_number=given.id_number if given else "")
    return {"id": user.pk, "username": user.username, "password": password}


@router.post("/accounts/{pk}/close", response=answers_to_write(Closed))
def close(request, pk: Pk, given: CloseAccount):
    """Close an account: its next request is refused and its roles end. Needs grants.give."""
    user = _account(request, pk)
    close_account(user, by=request.user, why=given.why)
    return user


def _account(request, pk: int) -> User:
    require_somewhere(request.user, "grants.give", f"accounts.user:{pk}")
    return User.objects.filter(pk=pk, is_active=True).first() or no_such_record(
        request.user, "accounts.user", "grants.give"
    )
