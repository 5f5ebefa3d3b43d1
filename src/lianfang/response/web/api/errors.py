"""How the API refuses: one form for every refusal, in the user's language, the same for missing and out of reach."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError
from ninja.errors import ValidationError as Unreadable

from lianfang.response.territory.moves import Stale
from lianfang.response.territory.permissions import BudgetSpent, keep_refusal

log = logging.getLogger(__name__)


class Refusal(Schema):
    """Why the request was not carried out; nothing was changed."""

    detail: str


class Problem(Schema):
    """One thing to put right. ``field`` is empty where the whole request is meant."""

    field: str
    message: str


class Refused(Refusal):
    problems: list[Problem]


def answers(ok: Any, *, status: int = 200) -> dict[int, Any]:
    """Every answer of an operation that reads."""
    return {status: ok, 401: Refusal, 403: Refusal, 404: Refusal, 422: Refused, 429: Refusal}


def answers_to_write(ok: Any, *, status: int = 200) -> dict[int, Any]:
    """Every answer of an operation that writes: also 400 (no JSON) and 409 (somebody else was first)."""
    return {**answers(ok, status=status), 400: Refusal, 409: Refusal}


def handle(api: NinjaAPI) -> None:
    """Give the API its exception handlers. The narrowest class of an exception decides."""
    for kind, answer in _ANSWERS.items():
        api.add_exception_handler(kind, _handler(api, answer))


def _handler(api, answer):
    def handler(request, error):
        keep_refusal(error)
        status, body = answer(error)
        return api.create_response(request, body, status=status)

    return handler


def _missing(error):
    return 404, {"detail": _("There is no such record, or it lies outside your reach.")}


def _forbidden(error):
    return 403, {"detail": str(error) or _("Your roles here do not allow this.")}


def _budget(error):
    return 429, {"detail": str(error)}


def _stale(error):
    return 409, {"detail": " ".join(error.messages)}


def _conflict(error):
    log.warning("the database refused a write of the API: %s", error)
    return 409, {"detail": _("This does not agree with what is recorded already. Nothing was changed.")}


def _invalid(error: ValidationError):
    """A rule of the field said no."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    problems = [
        {"field": "" if field == "__all__" else field, "message": message}
        for field, messages in by_field.items()
        for message in messages
    ]
    return 422, {"detail": " ".join(problem["message"] for problem in problems), "problems": problems}


def _unreadable(error: Unreadable):
    """The request has not the form that the OpenAPI document describes."""
    problems = [{"field": _field(row["loc"]), "message": _message(row)} for row in error.errors]
    return 422, {"detail": _("The request cannot be read: see the problems."), "problems": problems}


def _field(loc: tuple[Any, ...]) -> str:
    """('body', 'given', 'why') → 'why'; ('query', 'limit') → 'limit'."""
    parts = [str(part) for part in loc]
    return ".".join(parts[2:] if parts[:1] == ["body"] else parts[-1:])


_MESSAGES = {
    "missing": gettext_lazy("This is required."),
    "extra_forbidden": gettext_lazy("There is no such field."),
    "string_too_long": gettext_lazy("At most %(max_length)s characters."),
    "string_too_short": gettext_lazy("At least %(min_length)s characters."),
    "greater_than_equal": gettext_lazy("At least %(ge)s."),
    "less_than_equal": gettext_lazy("At most %(le)s."),
    "enum": gettext_lazy("Choose one of: %(expected)s."),
    "literal_error": gettext_lazy("Choose one of: %(expected)s."),
    "string_type": gettext_lazy("This must be text."),
    "int_type": gettext_lazy("This must be a whole number."),
    "int_parsing": gettext_lazy("This must be a whole number."),
    "bool_type": gettext_lazy("This must be true or false."),
    "moment": gettext_lazy("Give day, time and offset, for example 2021-01-03T12:00:00+08:00, between 1900 and 2100."),
    "day": gettext_lazy("Give a day as 2021-01-03, between 1900 and 2100."),
    "printable": gettext_lazy("This text contains characters that cannot be stored."),
    "flag": gettext_lazy("This must be true or false."),
}


def _message(row: dict[str, Any]) -> str:
    known = _MESSAGES.get(row["type"])
    return str(known) % row.get("ctx", {}) if known else _("This value cannot stand here.")


def _http(error: HttpError):
    said = {
        400: _("The body is not JSON."),
        401: _("Sign in with both factors first."),
        429: _("Too many requests. Wait a moment."),
    }
    return error.status_code, {"detail": said.get(error.status_code, str(error))}


_ANSWERS = {
    Http404: _missing,
    PermissionDenied: _forbidden,
    BudgetSpent: _budget,
    Stale: _stale,
    IntegrityError: _conflict,
    ValidationError: _invalid,
    Unreadable: _unreadable,
    HttpError: _http,
}
