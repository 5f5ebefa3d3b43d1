"""Who holds which role where; given by one, approved by a second person, ended by either."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Query, Router, Schema, Status
from pydantic import Field

from lianfang.response.accounts.models import User
from lianfang.response.territory import actions
from lianfang.response.territory.fields import subtree
from lianfang.response.territory.models import Area
from lianfang.response.territory.models import Grant as Row
from lianfang.response.territory.permissions import fetch, require_somewhere, visible
from lianfang.response.territory.roles import ROLES
from lianfang.response.web.api.areas import AreaName
from lianfang.response.web.api.duties import Account
from lianfang.response.web.api.errors import answers, answers_to_write
from lianfang.response.web.api.fields import Code, Given, Moment, Pk, Text
from lianfang.response.web.api.listing import InArea, Page, area_of, page
from lianfang.response.web.api.missing import no_such_record

router = Router(tags=["grants"])

Role = Literal[tuple(ROLES)]


class Grant(Schema):
    """One user, one role, one area and all below it, for a time. It has power once a second person approved it."""

    id: int
    user: Account
    role: str
    area: AreaName
    starts_at: datetime
    ends_at: datetime | None
    reason: str
    given_by: Account | None
    approved_by: Account | None
    break_glass: bool


class GrantFilter(InArea):
    role: Role | None = None


class Give(Given):
    username: Annotated[str, Field(max_length=150)]
    role: Role
    area: Code
    reason: Text
    ends_at: Moment | None = None


class Emergency(Given):
    role: Role
    area: Code
    reason: Text


class End(Given):
    why: Annotated[Text, Field(min_length=1)]


def _grants():
    return Row.objects.select_related("user", "area", "given_by", "approved_by")


@router.get("/grants", response=answers(Page[Grant]))
def list_grants(request, given: Query[GrantFilter]):
    """Grants in reach, ended ones included."""
    require_somewhere(request.user, "grants.view", "api:grants")
    rows = visible(_grants(), request.user, "grants.view").order_by("area__path", "role", "pk")
    area = area_of(request.user, given.area, "grants.view")
    if area:
        rows = rows.filter(subtree("area__path", area.path))
    return page(rows.filter(role=given.role) if given.role else rows, given, list)


@router.post("/grants", response=answers_to_write(Grant, status=201))
def give(request, given: Give):
    """Ask for a grant to somebody. It waits for a second person's approval."""
    area = fetch(Area.objects.all(), request.user, "grants.give", code=given.area)
    user = User.objects.filter(username=given.username, is_active=True).first()
    if user is None:
        no_such_record(request.user, "accounts.user", "grants.give")
    grant = actions.give_grant(
        user, given.role, area, by=request.user, reason=given.reason, ends_at=given.ends_at
    )  # fmt: skip
    return Status(201, grant)


@router.post("/grants/emergency", response=answers_to_write(Grant, status=201))
def emergency(request, given: Emergency):
    """Break glass: a role for an hour, at once, with everybody's notice."""
    area = fetch(Area.objects.all(), request.user, "areas.view", code=given.area)
    return Status(201, actions.break_glass(given.role, area, by=request.user, reason=given.reason))


@router.post("/grants/{pk}/approve", response=answers_to_write(Grant))
def approve(request, pk: Pk):
    """Approve, as a second person and not as whom it is for."""
    grant = fetch(_grants(), request.user, "grants.give", pk=pk)
    actions.approve_grant(grant, by=request.user)
    return grant


@router.post("/grants/{pk}/end", response=answers_to_write(Grant))
def end(request, pk: Pk, given: End):
    grant = fetch(_grants(), request.user, "grants.give", pk=pk)
    actions.end_grant(grant, by=request.user, why=given.why)
    return grant
