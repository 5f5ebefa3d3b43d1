"""Who asks, and how often they may."""

from django.conf import settings
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.security import SessionAuth
from ninja.throttling import AuthRateThrottle
from ninja.utils import check_csrf


class SignedIn(SessionAuth):
    """The session of somebody who showed both factors (the middleware asked already); a write needs the CSRF token."""

    def __init__(self):
        super().__init__(csrf=False)

    def __call__(self, request):
        if check_csrf(request) is not None:
            raise HttpError(403, _("The CSRF token is missing or wrong. Send it as the header X-CSRFToken."))
        return super().__call__(request)


class Brake(AuthRateThrottle):
    """Keeps one account from slowing down everybody; the count is each server process's own."""

    def __init__(self):
        super().__init__(settings.API_RATE)

    def get_cache_key(self, request):
        return f"api-brake:{request.auth.pk}"
