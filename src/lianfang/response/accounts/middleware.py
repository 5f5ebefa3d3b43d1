"""Deny by default: no page is served to anybody who has not signed in with a second factor."""

from django.core.exceptions import PermissionDenied


def signed_in_with_second_factor(get_response):
    """Refuse every request. Sign-in does not exist yet, so nobody can have passed it."""

    def refuse(request):
        raise PermissionDenied

    return refuse
