"""Naming and reviewing contacts."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.cases.models import Case, Contact
from lianfang.response.cases.states import CONTACT_TRANSITIONS, ContactState, Evidence
from lianfang.response.ledger.actions import record
from lianfang.response.people.models import Person
from lianfang.response.territory.moves import move
from lianfang.response.territory.permissions import label, require

_RANK = {evidence.value: rank for rank, evidence in enumerate(Evidence)}


@transaction.atomic
def name_contact(
    case: Case,
    person: Person,
    *,
    by: Any,
    setting: str,
    evidence: str,
    via: Contact | None = None,
    at: datetime | None = None,
    **exposure: Any,
) -> Contact:
    """Name a close contact of a case, or with ``via`` a contact of that contact. Naming twice widens the exposure.

    exposure: first_exposure_at, last_exposure_at, minutes, distance_m, protected, relation, score.
    """
    if by is not None:
        require(by, "contacts.edit", case)
    if person.pk == case.person_id:
        raise ValidationError(_("A case is not a contact of itself."))
    at = at or clock.now()
    known = Contact.objects.filter(case=case, person=person).first()
    if known:
        _widen(known, setting, evidence, exposure, direct=via is None)
        return known
    contact = Contact.objects.create(
        case=case, person=person, area=person.community, degree=2 if via else 1, via=via, setting=setting,
        evidence=evidence, named_at=at, state_at=at, named_by_id=getattr(by, "pk", None), **exposure,
    )  # fmt: skip
    record(
        "contact.named", label(contact), by=by, at=at, area_path=contact.area.path,
        case=case.pk, degree=contact.degree, evidence=evidence,
    )  # fmt: skip
    return contact


def _widen(contact: Contact, setting: str, evidence: str, exposure: dict[str, Any], *, direct: bool) -> None:
    """Join a second report of the same pair to the first: longest exposure, strongest evidence, nearest degree."""
    first, last = exposure.get("first_exposure_at"), exposure.get("last_exposure_at")
    if first and (contact.first_exposure_at is None or first < contact.first_exposure_at):
        contact.first_exposure_at = first
    if last and (contact.last_exposure_at is None or last > contact.last_exposure_at):
        contact.last_exposure_at = last
    if _RANK.get(evidence, 99) < _RANK.get(contact.evidence, 99):
        contact.evidence, contact.setting = evidence, setting
    if direct and contact.degree == 2:
        contact.degree, contact.via = 1, None
    contact.minutes = max(contact.minutes or 0, exposure.get("minutes") or 0) or None
    contact.save()


@transaction.atomic
def accept(contact: Contact, *, by: Any, at: datetime | None = None) -> None:
    """Reviewed: a contact by the rule, and ours to manage."""
    at = at or clock.now()
    move(contact, ContactState.OURS, CONTACT_TRANSITIONS, by=by, at=at, reviewed_at=at, reviewed_by_id=by.pk)


@transaction.atomic
def exclude(contact: Contact, *, by: Any, why: str, at: datetime | None = None) -> None:
    if not why.strip():
        raise ValidationError({"why": _("Say why this person is not a contact.")})
    at = at or clock.now()
    move(
        contact, ContactState.EXCLUDED, CONTACT_TRANSITIONS, by=by, at=at, why=why,
        excluded_reason=why[:120], reviewed_at=at, reviewed_by_id=by.pk,
    )  # fmt: skip


@transaction.atomic
def push(contact: Contact, destination: str, *, by: Any, at: datetime | None = None) -> None:
    """Hand a contact to another province, city or district. Where to is never left open."""
    if not destination.strip():
        raise ValidationError({"destination": _("Say which place takes this contact over.")})
    move(contact, ContactState.PUSHED_ELSEWHERE, CONTACT_TRANSITIONS, by=by, at=at, destination=destination.strip())


@transaction.atomic
def inherit_close(contact: Contact, *, by: Any = None, at: datetime | None = None) -> None:
    """Rule 10: the close contact tested positive, so the secondary contact is a close contact now."""
    if contact.degree != 2:
        return
    Contact.objects.filter(pk=contact.pk, degree=2).update(degree=1, via=None)
    contact.refresh_from_db()
    record("contact.inherited", label(contact), by=by, at=at, area_path=contact.area.path, why="rule 10")
