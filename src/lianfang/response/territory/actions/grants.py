"""Giving power and taking it back. Two people give a grant; emergency access is instant, short and loud."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.ledger.actions import announce, record, review_at_once
from lianfang.response.ledger.states import Ground
from lianfang.response.territory.models import Area, Grant
from lianfang.response.territory.permissions import label, live_grants, require, same_person
from lianfang.response.territory.roles import ROLES

BREAK_GLASS_HOURS = 1


@transaction.atomic
def give_grant(
    user: Any,
    role: str,
    area: Area,
    *,
    by: Any,
    reason: str,
    ends_at: datetime | None = None,
    at: datetime | None = None,
) -> Grant:
    """Ask that somebody hold a role in an area. It has no power until a second person approves."""
    require(by, "grants.give", area)
    if role not in ROLES:
        raise ValidationError({"role": _("Choose a role from the list.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why this role is given.")})
    if same_person(user, by):
        raise ValidationError(_("Nobody gives a role to themselves."))
    at = at or clock.now()
    if ends_at is not None and ends_at <= at:
        raise ValidationError({"ends_at": _("The end lies in the past.")})
    grant = Grant.objects.create(
        user=user, role=role, area=area, starts_at=at, ends_at=ends_at, reason=reason.strip(), given_by=by
    )
    record("grant.asked", label(grant), by=by, at=at, area_path=area.path, role=role, user=user.pk, why=reason)
    return grant


@transaction.atomic
def approve_grant(grant: Grant, *, by: Any, at: datetime | None = None) -> None:
    """Approve what another person asked for. Not the asker, not the receiver, not a second account of either."""
    require(by, "grants.give", grant.area)
    if grant.given_by is None or same_person(by, grant.given_by) or same_person(by, grant.user):
        raise ValidationError(_("A second person approves: not who asked for the grant, nor who receives it."))
    changed = Grant.objects.filter(pk=grant.pk, approved_by=None, ends_at=grant.ends_at, role=grant.role).update(
        approved_by=by
    )
    if not changed:
        raise ValidationError(_("This grant has been approved or changed meanwhile. Look at it again."))
    grant.refresh_from_db()
    record("grant.approved", label(grant), by=by, at=at, area_path=grant.area.path, user=grant.user_id)


@transaction.atomic
def end_grant(grant: Grant, *, by: Any, why: str, at: datetime | None = None) -> None:
    """Take power back, now. One person is enough to make the system safer. by: None is the system itself."""
    if by is not None:
        require(by, "grants.give", grant.area)
    at = at or clock.now()
    ends_at = max(at, grant.starts_at + timedelta(microseconds=1))
    Grant.objects.filter(pk=grant.pk).update(ends_at=ends_at)
    grant.refresh_from_db()
    record("grant.ended", label(grant), by=by, at=at, area_path=grant.area.path, why=why, user=grant.user_id)


@transaction.atomic
def break_glass(role: str, area: Area, *, by: Any, reason: str, at: datetime | None = None) -> Grant:
    """Take a role in an emergency, for an hour, without anybody's approval, and with everybody's notice."""
    if not live_grants(by):
        raise PermissionDenied(_("Emergency access is for those who hold a grant already."))
    if role not in ROLES or not reason.strip():
        raise ValidationError({"reason": _("Say what the emergency is, and which role it needs.")})
    at = at or clock.now()
    grant = Grant.objects.create(
        user=by, role=role, area=area, starts_at=at, ends_at=at + timedelta(hours=BREAK_GLASS_HOURS), reason=reason,
        given_by=by, break_glass=True,
    )  # fmt: skip
    record("grant.break_glass", label(grant), by=by, at=at, area_path=area.path, role=role, why=reason)
    review_at_once(Ground.BREAK_GLASS, by=by, area_path=area.path, about=label(grant), at=at)
    announce("supervision", f"break_glass:{grant.pk}", {"user": by.pk, "role": role, "area": area.code})
    return grant
