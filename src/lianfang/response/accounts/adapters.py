"""How sign-in differs here from allauth's defaults: no self-made accounts, sealed secrets, a row in the ledger."""

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings

from lianfang.response.ledger.actions import record


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def post_login(self, request, user, **kwargs):
        answer = super().post_login(request, user, **kwargs)
        record("signed_in", f"accounts.user:{user.pk}", by=user)
        return answer

    def authentication_failed(self, request, **credentials):
        record("sign_in_refused", address=request.META.get("REMOTE_ADDR", ""))

    def add_message(self, *args, **kwargs):
        """Pages say what happened themselves."""


class MFAAdapter(DefaultMFAAdapter):
    def encrypt(self, text):
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        return _box().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self):
        return "联防 Lianfang"


def _box():
    return Fernet(base64.urlsafe_b64encode(settings.SEAL_KEY[:32]))
