"""Accounts with the grants that make them useful: opened with one, closed with all."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.accounts import actions as accounts
from lianfang.response.accounts.models import User
from lianfang.response.people.rules import read_id
from lianfang.response.people.sealing import id_key
from lianfang.response.territory.actions import end_grant, give_grant
from lianfang.response.territory.models import Area, Grant
from lianfang.response.territory.permissions import reach, require
from lianfang.response.territory.roles import ROLES


def open_account(
    username: str, name: str, role: str, area: Area, *, by: Any, reason: str, id_number: str = "",
    at: datetime | None = None,
) -> tuple[User, str]:
    """Make an account and ask for its role, which a second person approves. Returns it and its first password.

    by: None is whoever runs commands on the server; only they can give the first roles of an empty installation.
    id_number: of the holder. Only its keyed hash stays.
    """
    at = at or clock.now()
    person_key = _person_key(id_number)
    if by is not None:
        require(by, "grants.give", area)
    with transaction.atomic():
        user, password = accounts.open_account(username, name, by=by, area_path=area.path, person_key=person_key, at=at)
        if by is not None:
            give_grant(user, role, area, by=by, reason=reason, at=at)
        else:
            _given_by_the_system(user, role, area, reason, at)
    return user, password


def _given_by_the_system(user: User, role: str, area: Area, reason: str, at: datetime) -> None:
    if role not in ROLES:
        raise ValidationError({"role": _("Choose a role from the list.")})
    Grant.objects.create(user=user, role=role, area=area, starts_at=at, reason=reason.strip() or "system")


def close_account(user: User, *, by: Any, why: str, at: datetime | None = None) -> None:
    """Close an account and end its grants. Whoever gives roles where one of them lies may: closing makes nothing unsafe."""
    at = at or clock.now()
    place = _place(user, by)
    with transaction.atomic():
        accounts.close_account(user, by=by, why=why, area_path=place, at=at)
        for grant in grants_of(user, at):
            if by is None or _gives(by, grant.area.path):
                end_grant(grant, by=by, why=why, at=at)


def renew_sign_in(user: User, *, by: Any, id_number: str = "", at: datetime | None = None) -> str:
    """A new password, shown once, for somebody who lost theirs or their phone; all of their places must be one's own."""
    person_key = _person_key(id_number)
    mine = _place(user, by)
    outside = [grant for grant in grants_of(user, at or clock.now()) if by and not _gives(by, grant.area.path)]
    if outside:
        raise PermissionDenied(_("This account also has a role outside your area. Ask the level above."))
    return accounts.renew_sign_in(user, by=by, area_path=mine, person_key=person_key, at=at)


def _person_key(id_number: str) -> int | None:
    """The keyed hash under which the city knows the holder of an account as well; None where nothing is said."""
    if not id_number.strip():
        return None
    facts = read_id(id_number)
    if facts is None:
        raise ValidationError({"id_number": _("This is not an ID number: 18 digits with the right check digit.")})
    return id_key(facts.number)


def grants_of(user: User, at: datetime) -> QuerySet[Grant]:
    """Grants not over yet, whether approved or not."""
    return Grant.objects.filter(user=user).exclude(ends_at__lte=at).select_related("area")


def _gives(by: Any, path: str) -> bool:
    return reach(by, "grants.give").covers(path)


def _place(user: User, by: Any) -> str:
    """The path of a role of theirs that lies where ``by`` gives roles; refused where there is none."""
    held = [grant.area for grant in Grant.objects.filter(user=user).select_related("area").order_by("-pk")]
    if by is None:
        return held[0].path if held else ""
    if user.pk == by.pk:
        raise PermissionDenied(_("Somebody else keeps your own account."))
    inside = next((area for area in held if _gives(by, area.path)), None)
    if inside is None and held:
        require(by, "grants.give", held[0])
    if inside is None:
        raise PermissionDenied(_("This account has no role in your area."))
    require(by, "grants.give", inside)
    return inside.path
