"""One's own account; opening, renewing and closing those of others."""

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.response.accounts.models import User
from lianfang.response.territory import queries as territory
from lianfang.response.territory.permissions import reach, require_somewhere
from lianfang.response.web.views import grants
from lianfang.response.workflows.keep_accounts import close_account, open_account, renew_sign_in


def account(request):
    """Who is signed in, with which grants and which factors."""
    kinds = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    factors = {"has_totp": "totp", "has_codes": "recovery_codes", "has_passkey": "webauthn"}
    return render(request, "pages/account.html", {name: kind in kinds for name, kind in factors.items()})


@require_POST
def account_open(request):
    """Open an account and ask for its first role. Its password is shown on the answer and nowhere else."""
    typed = request.POST
    require_somewhere(request.user, "grants.give", "page:grants")
    area = territory.by_code(typed.get("area", "").strip())
    if area is None or not reach(request.user, "grants.view").covers(area.path):
        return grants.show(request, [_("There is no area with this code in your reach.")], typed)
    try:
        user, password = open_account(
            typed.get("username", ""), typed.get("name", ""), typed.get("role", ""), area, by=request.user,
            reason=typed.get("reason", ""), id_number=typed.get("id_number", ""),
        )  # fmt: skip
    except ValidationError as error:
        return grants.show(request, error.messages, typed)
    return grants.show(request, told=(user.username, password))


@require_POST
def account_renew(request):
    """A new password, shown on the answer and nowhere else; no second factor any more, every session ended."""
    user = _named(request)
    if user is None:
        return _nobody(request)
    try:
        password = renew_sign_in(user, by=request.user, id_number=request.POST.get("id_number", ""))
    except ValidationError as error:
        return grants.show(request, error.messages)
    return grants.show(request, told=(user.username, password))


@require_POST
def account_close(request):
    """Out at the next request, all roles ended."""
    user = _named(request)
    if user is None:
        return _nobody(request)
    try:
        close_account(user, by=request.user, why=request.POST.get("why", ""))
    except ValidationError as error:
        return grants.show(request, error.messages, request.POST)
    return redirect("grants")


def _named(request) -> User | None:
    name = request.POST.get("username", "").strip()
    require_somewhere(request.user, "grants.give", f"accounts.user:{name}")
    return User.objects.filter(username=name, is_active=True).first()


def _nobody(request):
    return grants.show(request, [_("There is no account with this name.")], request.POST)
