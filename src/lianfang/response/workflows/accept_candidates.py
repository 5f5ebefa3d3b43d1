"""From location records to contacts: whom a tracer accepts is named, and their review is owed in their own area."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.cases.models import Contact
from lianfang.response.tracing.actions.candidates import accept_candidate, dismiss_candidate
from lianfang.response.tracing.actions.warrants import hold
from lianfang.response.tracing.models import Candidate, Warrant
from lianfang.response.workflows.interview import review_is_owed


def accept_candidates(
    warrant: Warrant, candidates: Iterable[Candidate], *, by: Any, setting: str, at: datetime | None = None
) -> list[Contact]:
    """Name the candidates of a live warrant as contacts and owe their reviews: all of them or none.

    Close contacts come first, so that a contact of theirs, chosen with them, finds whom it hangs on.
    """
    at = at or clock.now()
    hold(warrant, by=by, at=at)
    chosen = sorted(_some(candidates), key=lambda one: (one.degree, one.rank))
    with transaction.atomic():
        named = [accept_candidate(one, by=by, setting=setting, at=at) for one in chosen]
        for contact in named:
            review_is_owed(contact, contact.case, at)
    return named


def dismiss_candidates(
    warrant: Warrant, candidates: Iterable[Candidate], *, by: Any, why: str, at: datetime | None = None
) -> None:
    """Say that these people were not near the case: all of them or none."""
    at = at or clock.now()
    hold(warrant, by=by, at=at)
    with transaction.atomic():
        for one in _some(candidates):
            dismiss_candidate(one, by=by, why=why, at=at)


def _some(candidates: Iterable[Candidate]) -> list[Candidate]:
    chosen = list(candidates)
    if not chosen:
        raise ValidationError({"candidates": _("Choose at least one person.")})
    return chosen
