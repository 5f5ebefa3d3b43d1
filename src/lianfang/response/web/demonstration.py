"""What only a demonstration city shows: its accounts, and the code of the second factor. Its people are synthetic."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.conf import settings

from lianfang.response.accounts.models import User
from lianfang.response.territory.models import Grant
from lianfang.response.web.templatetags.words import place, role_name

PASSWORD = "lianfang demonstration"


def shown(request):
    """The accounts, on the page of the first factor; otherwise only that this is a demonstration."""
    if not settings.DEMONSTRATION:
        return None
    match = getattr(request, "resolver_match", None)
    if not match or match.view_name != "account_login":
        return {"accounts": []}
    held = {}
    for grant in Grant.objects.select_related("area", "user").exclude(user__password="!").order_by("user_id"):
        held.setdefault(grant.user, grant)
    accounts = [
        {"username": user.username, "what": f"{role_name(grant.role)} · {place(grant.area)}"}
        for user, grant in held.items()
    ]
    return {"password": PASSWORD, "accounts": accounts}


def code(request):
    """The code that the account now signing in would read off its authenticator."""
    if not settings.DEMONSTRATION:
        return ""
    stage = getattr(request, "_login_stage", None)
    user = stage.login.user if stage else request.user
    match = getattr(request, "resolver_match", None)
    if not match or match.view_name not in ("mfa_authenticate", "mfa_reauthenticate") or not isinstance(user, User):
        return ""
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return current_code(row) if row else ""


def current_code(row):
    value = totp.hotp_value(decrypt(row.data["secret"]), int(time.time()) // 30)
    return totp.format_hotp_value(value)
