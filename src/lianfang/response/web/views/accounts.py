from allauth.mfa.models import Authenticator
from django.shortcuts import render


def account(request):
    """Who is signed in, with which grants and which factors."""
    kinds = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    factors = {"has_totp": "totp", "has_codes": "recovery_codes", "has_passkey": "webauthn"}
    return render(request, "pages/account.html", {name: kind in kinds for name, kind in factors.items()})
