from allauth.mfa.models import Authenticator
from django.shortcuts import render


def account(request):
    """Who is signed in, with which grants and which factors."""
    kinds = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    return render(request, "pages/account.html", {"has_totp": "totp" in kinds, "has_codes": "recovery_codes" in kinds})
