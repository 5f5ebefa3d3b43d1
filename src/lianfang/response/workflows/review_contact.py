"""A tracer decides about a named contact: ours and placed, not a contact, somebody else's, or still to be found out."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.cases.actions import contacts
from lianfang.response.cases.models import Contact
from lianfang.response.cases.queries.cases import running_case
from lianfang.response.cases.queries.protocols import protocol_for
from lianfang.response.cases.states import ContactState
from lianfang.response.duties.actions import cancel_about, finish_about
from lianfang.response.ledger.actions import announce
from lianfang.response.territory.permissions import label, require
from lianfang.response.workflows.confirm_case import A_CASE
from lianfang.response.workflows.exposure import verdict
from lianfang.response.workflows.obligations import owe_assistance
from lianfang.response.workflows.place_contact import place_contact, plan_for
from lianfang.response.workflows.second_degree import name_second_degree

DECISIONS = ("accept", "exclude", "push", "verify")


def review_contact(
    contact: Contact,
    decision: str = "accept",
    *,
    by: Any,
    why: str = "",
    destination: str = "",
    home_reason: str = "",
    at: datetime | None = None,
) -> Contact:
    """Decide about one contact; return it as it then stands.

    accept: by the rule (against it only with ``why``); the measure is ordered and the second degree named in the same
    step. exclude: needs ``why``. push: needs ``destination``. verify: needs ``why``; the review stays owed.
    """
    require(by, "contacts.review", contact)
    if decision not in DECISIONS:
        raise ValidationError({"decision": _("Choose one of: %(all)s.") % {"all": ", ".join(DECISIONS)}})
    with transaction.atomic():
        at = at or clock.now()
        if decision == "accept":
            _accept(contact, by=by, why=why, home_reason=home_reason, at=at)
        elif decision == "exclude":
            contacts.exclude(contact, by=by, why=why, at=at)
        elif decision == "push":
            _push(contact, destination, by=by, at=at)
        else:
            _verify(contact, by=by, why=why, at=at)
            return contact
        proof = {"decision": decision, "state": contact.state, "why": why or destination}
        finish_about(label(contact), "review_contact", proof, by=by, at=at)
    return contact


def _accept(contact: Contact, *, by: Any, why: str, home_reason: str, at: datetime) -> None:
    if contact.case.state not in A_CASE:
        raise ValidationError(_("Nobody is held for a case that is not confirmed. A second person confirms it first."))
    own = running_case(contact.person_id, contact.case.disease)
    if own is not None and own.state in A_CASE:
        contacts.became_case(contact, own, by=by, at=at)  # infected already, by whomever
        return
    protocol = protocol_for(contact.area, contact.case.disease, at)
    if verdict(contact, protocol) is False and not why.strip():
        raise ValidationError({"why": _("By the rule this is no contact. Say why they are to be held all the same.")})
    if plan_for(contact, protocol, at.astimezone().date()) is None:
        contacts.exclude(
            contact, by=by, why=_("The edition in force asks for no measure, or its days are over."), at=at
        )
        return
    contacts.accept(contact, by=by, why=why, at=at)
    place_contact(contact, by=by, home_reason=home_reason, at=at)
    name_second_degree(contact, at=at)


def _push(contact: Contact, destination: str, *, by: Any, at: datetime) -> None:
    contacts.push(contact, destination, by=by, at=at)
    owe_assistance(contact, protocol_for(contact.area, contact.case.disease, at), at=at)
    body = {
        "contact": contact.pk, "case": contact.case.label, "disease": contact.case.disease, "degree": contact.degree,
        "last_exposure_at": contact.last_exposure_at.isoformat() if contact.last_exposure_at else None,
    }  # fmt: skip
    announce(contact.destination[:80], f"contact.pushed:{contact.pk}:{at:%Y%m%dT%H%M%S}", body, at=at)


def _verify(contact: Contact, *, by: Any, why: str, at: datetime) -> None:
    if not why.strip():
        raise ValidationError({"why": _("Say what must be found out.")})
    contacts.verify(contact, by=by, why=why, at=at)


def contact_landed(contact: Contact, *, by: Any, note: str, at: datetime | None = None) -> None:
    """The other place says it has them under control: what was owed about the notice is done (rule 6)."""
    require(by, "contacts.review", contact)
    if not note.strip():
        raise ValidationError({"note": _("Say who confirmed it, and where the person is held.")})
    with transaction.atomic():
        contacts.landed(contact, by=by, why=note, at=at)
        for step in ("assistance_find", "assistance_control"):
            finish_about(label(contact), step, {"note": note}, by=by, at=at)


def contact_came_back(contact: Contact, *, by: Any, why: str, at: datetime | None = None) -> Contact:
    """Handed on in error, or come home: ours after all, and placed at once."""
    require(by, "contacts.review", contact)
    if contact.state != ContactState.PUSHED_ELSEWHERE:
        raise ValidationError(_("Only a contact handed to another place can come back."))
    with transaction.atomic():
        at = at or clock.now()
        cancel_about(label(contact), by=by, why=why, at=at)
        _accept(contact, by=by, why=why, home_reason="", at=at)
    return contact


def released_elsewhere(contact: Contact, *, by: Any, at: datetime | None = None) -> None:
    """The place that held them has released them by its own rule."""
    require(by, "measures.release", contact)
    contacts.released(contact, by=by, at=at)
