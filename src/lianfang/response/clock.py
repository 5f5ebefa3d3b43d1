"""The one clock. Everything that asks for the time asks here, so that a drill or a test can move it."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    return timezone.now()


def today() -> date:
    return timezone.localdate(now())
