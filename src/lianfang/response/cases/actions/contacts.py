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
    check: bool = True,
    **exposure: Any,
) -> Contact:
    """Name a close contact of a case, or with ``via`` a contact of that contact. Naming twice widens the exposure.

    exposure: first_exposure_at, last_exposure_at, minutes, distance_m, protected, relation, score. ``check=False`` is
    for workflows that asked for the permission elsewhere: at the close contact, whose case may be out of reach.
    """
    if by is not None and check:
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
    # Only what was widened: a whole row would overwrite a state that somebody else has just changed.
    contact.save(
        update_fields=["first_exposure_at", "last_exposure_at", "evidence", "setting", "degree", "via", "minutes"]
    )


@transaction.atomic
def accept(contact: Contact, *, by: Any, why: str = "", at: datetime | None = None) -> None:
    """Reviewed: a contact by the rule, and ours to manage. ``by=None``: by the rule alone (inheritance)."""
    at = at or clock.now()
    move(
        contact, ContactState.OURS, CONTACT_TRANSITIONS, by=by, at=at, why=why,
        reviewed_at=at, reviewed_by_id=getattr(by, "pk", None),
    )  # fmt: skip


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
def verify(contact: Contact, *, by: Any, why: str, at: datetime | None = None) -> None:
    """Not decided: who or where this person is must be found out first."""
    move(contact, ContactState.VERIFYING, CONTACT_TRANSITIONS, by=by, at=at, why=why)


@transaction.atomic
def landed(contact: Contact, *, by: Any, why: str, at: datetime | None = None) -> None:
    """The place this contact was handed to has them under control."""
    move(contact, ContactState.LANDED, CONTACT_TRANSITIONS, by=by, at=at, why=why)


@transaction.atomic
def placed(contact: Contact, *, by: Any, at: datetime | None = None) -> None:
    """Arrived under the measure. Checking in was the permission."""
    move(contact, ContactState.UNDER_MANAGEMENT, CONTACT_TRANSITIONS, by=by, at=at, check=False)


@transaction.atomic
def released(contact: Contact, *, by: Any, at: datetime | None = None) -> None:
    """The measure ended by the rule; its release was the permission."""
    move(contact, ContactState.RELEASED, CONTACT_TRANSITIONS, by=by, at=at, check=False)


@transaction.atomic
def became_case(contact: Contact, case: Case, *, by: Any, at: datetime | None = None) -> None:
    """The same person is a case now; no second record of them is made. Reporting the case was the permission."""
    move(contact, ContactState.BECAME_CASE, CONTACT_TRANSITIONS, by=by, at=at, check=False, became=case)


@transaction.atomic
def withdraw(contact: Contact, *, by: Any, why: str, at: datetime | None = None) -> None:
    """The evidence is gone: the case this person was exposed to is none. Excluding that case was the permission."""
    move(
        contact, ContactState.EXCLUDED, CONTACT_TRANSITIONS, by=by, at=at, check=False, why=why,
        excluded_reason=why[:120],
    )  # fmt: skip


@transaction.atomic
def restore(contact: Contact, *, by: Any, why: str, at: datetime | None = None) -> None:
    """The case this contact had become is excluded: a contact again, to be placed, or to be reviewed if never was."""
    to = ContactState.OURS if contact.reviewed_at else ContactState.VERIFYING
    move(contact, to, CONTACT_TRANSITIONS, by=by, at=at, check=False, why=why, became=None)


@transaction.atomic
def put_back(contact: Contact, *, by: Any, why: str, at: datetime | None = None) -> None:
    """Their measure ended with evidence that is gone, but they are a contact of this case too: to be placed on it."""
    move(contact, ContactState.OURS, CONTACT_TRANSITIONS, by=by, at=at, check=False, why=why)


@transaction.atomic
def name_again(contact: Contact, *, by: Any, why: str, at: datetime | None = None) -> None:
    """New evidence about somebody excluded: back to review. Naming them was the permission."""
    move(contact, ContactState.IDENTIFIED, CONTACT_TRANSITIONS, by=by, at=at, check=False, why=why, excluded_reason="")


@transaction.atomic
def inherit_close(contact: Contact, case: Case, *, at: datetime | None = None) -> Contact:
    """Rule 10: the close contact turned into ``case``, so their contact is a close contact of that case.

    The secondary row stays as it was: should the new case be excluded, it is what remains. A second call returns the
    same close contact.
    """
    heir = name_contact(
        case, contact.person, by=None, setting=contact.setting, evidence=contact.evidence, at=at,
        relation=contact.relation, first_exposure_at=contact.first_exposure_at,
        last_exposure_at=contact.last_exposure_at, minutes=contact.minutes, protected=contact.protected,
    )  # fmt: skip
    record("contact.inherited", label(heir), at=at, area_path=heir.area.path, why="rule 10", secondary=contact.pk)
    return heir
