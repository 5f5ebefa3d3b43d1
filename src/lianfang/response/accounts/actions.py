"""Opening, renewing and closing accounts. What an account may do is said by grants, not here."""

import secrets
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.accounts.models import User
from lianfang.response.ledger.actions import record

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another when read out
_GROUPS, _OF = 4, 4


@transaction.atomic
def open_account(
    username: str, name: str, *, by: Any, area_path: str = "", person_key: int | None = None,
    at: datetime | None = None,
) -> tuple[User, str]:
    """Make an account. Returns it and a password that is shown once; the second factor is set up at the first sign-in."""
    username, name = username.strip(), name.strip()
    problems = {}
    if not (username.isascii() and username.isidentifier() and len(username) <= 40):
        problems["username"] = _("Up to 40 letters, digits and underscores, beginning with a letter.")
    elif User.objects.filter(username__iexact=username).exists():
        problems["username"] = _("This account name is taken.")
    if not name or len(name) > 60:
        problems["name"] = _("Give the name of the person, in at most 60 characters.")
    if problems:
        raise ValidationError(problems)
    password = fresh_password()
    user = User(username=username, name=name, person_key=person_key)
    user.set_password(password)
    user.save()
    known = person_key is not None
    record("account.opened", f"accounts.user:{user.pk}", by=by, at=at, area_path=area_path, holder_told=known)
    return user, password


@transaction.atomic
def renew_sign_in(
    user: User, *, by: Any, area_path: str = "", person_key: int | None = None, at: datetime | None = None
) -> str:
    """For a lost password or phone: a new password shown once, no second factor any more, every session ended.

    person_key: of the holder, where it is told; what is known already stays without it.
    """
    password = fresh_password()
    user.set_password(password)
    user.revoked_at = at or clock.now()
    user.person_key = user.person_key if person_key is None else person_key
    user.save(update_fields=["password", "revoked_at", "person_key"])
    Authenticator.objects.filter(user=user).delete()
    known = person_key is not None
    record("account.renewed", f"accounts.user:{user.pk}", by=by, at=at, area_path=area_path, holder_told=known)
    return password


@transaction.atomic
def close_account(user: User, *, by: Any, why: str, area_path: str = "", at: datetime | None = None) -> None:
    """Close an account, now: its next request is refused. The name stays taken, because the ledger speaks of it."""
    if not why.strip():
        raise ValidationError({"why": _("Say why the account is closed.")})
    user.is_active = False
    user.revoked_at = at or clock.now()
    user.save(update_fields=["is_active", "revoked_at"])
    record("account.closed", f"accounts.user:{user.pk}", by=by, at=at, area_path=area_path, why=why.strip())


def fresh_password() -> str:
    """16 letters in groups of four: some 79 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_OF)) for _ in range(_GROUPS))
