"""Deny by default: nothing is served to anybody who has not signed in with a second factor, lately, and not revoked."""

import time
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

# What can be asked for without having signed in. Everything else needs both factors.
OPEN = frozenset({"account_login", "account_logout", "account_inactive", "mfa_authenticate", "set_language", "alive"})
# What somebody can reach who has shown the password only, to add or show the second factor.
HALF_OPEN = frozenset(
    {"account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_activate_totp"}
)

_SEEN = "seen_at"
_SEEN_EVERY_S = 60


def signed_in_with_second_factor(get_response):
    def middleware(request):
        name = _view_name(request.path_info)
        if name in OPEN:
            return get_response(request)
        step = _missing_step(request)
        if step and not (name in HALF_OPEN and request.user.is_authenticated):
            return _refuse(request, step)
        if not step:
            _touch(request)
        return get_response(request)

    return middleware


def _view_name(path):
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def _missing_step(request):
    """Return the name of the page this user must pass before any other, or '' if both factors stand."""
    user = request.user
    if not user.is_authenticated:
        return "account_login"
    records = get_authentication_records(request, user)
    shown = [record for record in records if record.get("method") == "mfa"]
    newest = max((record["at"] for record in records), default=0)
    if not user.is_active or (user.revoked_at and newest <= user.revoked_at.timestamp()):
        logout(request)
        return "account_login"
    if not shown:
        return "mfa_reauthenticate" if is_mfa_enabled(user) else "mfa_activate_totp"
    # The password shown again opens the way to the settings of the second factor; it is no second factor.
    newest_shown = max(record["at"] for record in shown)
    if time.time() - max(newest_shown, request.session.get(_SEEN, 0)) > settings.IDLE_MINUTES * 60:
        return "mfa_reauthenticate"
    return ""


def _touch(request):
    now = time.time()
    if now - request.session.get(_SEEN, 0) > _SEEN_EVERY_S:
        request.session[_SEEN] = now


def _refuse(request, step):
    if request.path_info.startswith("/api/"):
        return JsonResponse({"detail": _("Sign in with both factors first.")}, status=401)
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(_("You are no longer signed in. Nothing was changed."), status=401)
    there = f"{reverse(step)}?{urlencode({'next': request.get_full_path()})}"
    answer = HttpResponseRedirect(there)
    if getattr(request, "htmx", False):
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = there
    return answer
