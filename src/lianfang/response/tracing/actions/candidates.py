"""Deciding about whom location records name. A candidate is never a measure by itself: a tracer accepts it as a contact,
who is then reviewed like any other."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.cases.actions import contacts
from lianfang.response.cases.models import Contact
from lianfang.response.cases.states import ContactState, Setting
from lianfang.response.territory.moves import move
from lianfang.response.territory.permissions import require
from lianfang.response.tracing.models import Candidate
from lianfang.response.tracing.states import CANDIDATE_TRANSITIONS, CandidateState


def accept_candidate(candidate: Candidate, *, by: Any, setting: str, at: datetime | None = None) -> Contact:
    """Name the candidate as a contact, to be reviewed. Somebody excluded before comes back to review.

    Of the second degree only behind a close contact who has been accepted: else it would hang on nothing.
    """
    _require_decision(candidate, by)
    if setting not in set(Setting):
        raise ValidationError({"setting": _("Choose the setting from the list.")})
    at = at or clock.now()
    with transaction.atomic():
        via = _close_contact(candidate)
        _decide(candidate, CandidateState.ACCEPTED, by, at)
        # The distance between two phones is not passed on: it is no distance between people, and must clear nobody.
        contact = contacts.name_contact(
            candidate.case, candidate.person, by=by, via=via, setting=setting, evidence=candidate.evidence, at=at,
            first_exposure_at=candidate.first_at, last_exposure_at=candidate.last_at, minutes=candidate.minutes,
            score=candidate.probability,
        )  # fmt: skip
        if contact.state == ContactState.EXCLUDED:
            contacts.name_again(contact, by=by, why=_("named by location records"), at=at)
    return contact


def _close_contact(candidate: Candidate) -> Contact | None:
    if candidate.degree == 1:
        return None
    via = Contact.objects.filter(case=candidate.case, person=candidate.via_id, degree=1).first()
    if via is None or via.state == ContactState.EXCLUDED:
        raise ValidationError(
            {"candidates": _("Name the close contact first, through whom number %(rank)s was met.")
             % {"rank": candidate.rank}}
        )  # fmt: skip
    return via


def dismiss_candidate(candidate: Candidate, *, by: Any, why: str, at: datetime | None = None) -> None:
    """Decide that this person was not near the case. Wider evidence asks again."""
    _require_decision(candidate, by)
    if not why.strip():
        raise ValidationError({"why": _("Say why this person was not near the case.")})
    with transaction.atomic():
        _decide(candidate, CandidateState.DISMISSED, by, at or clock.now(), why.strip()[:200])


def _require_decision(candidate: Candidate, by: Any) -> None:
    """Asked outside the transaction: a refusal stands in the ledger, also when everything else is taken back."""
    require(by, CANDIDATE_TRANSITIONS[CandidateState.OPEN, CandidateState.ACCEPTED].permission, candidate)


def _decide(candidate: Candidate, to: CandidateState, by: Any, at: datetime, why: str = "") -> None:
    move(candidate, to, CANDIDATE_TRANSITIONS, by=by, at=at, check=False, why=why, decided_at=at, decided_by_id=by.pk)
    candidate.why = why
    candidate.save(update_fields=["why"])
