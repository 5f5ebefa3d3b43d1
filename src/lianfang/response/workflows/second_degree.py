"""Contacts of a close contact, where the edition asks for them: the household first, then whom they name (rule 8)."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.cases.actions import contacts
from lianfang.response.cases.models import Contact
from lianfang.response.cases.queries.protocols import protocol_for
from lianfang.response.cases.rules.exposure import asks_for_secondary
from lianfang.response.cases.rules.protocol import Protocol
from lianfang.response.cases.states import Evidence, Setting
from lianfang.response.people.models import Person
from lianfang.response.people.queries import people
from lianfang.response.territory.permissions import require
from lianfang.response.workflows.exposure import suggestion
from lianfang.response.workflows.obligations import owe_review


def name_second_degree(contact: Contact, *, at: datetime | None = None) -> list[Contact]:
    """Name the household of an accepted close contact, by the rule; nobody where the edition does not ask for it."""
    at = at or clock.now()
    protocol = protocol_for(contact.area, contact.case.disease, at)
    household = contact.person.household
    if contact.degree != 1 or household is None or household.collective or not asks_for_secondary(protocol):
        return []
    exposure = {"first_exposure_at": contact.first_exposure_at, "last_exposure_at": at}
    if contact.first_exposure_at is None:
        exposure = {}
    with transaction.atomic():
        named = [
            _name(contact, person, protocol, at=at, setting=Setting.HOUSEHOLD, evidence=Evidence.HOUSEHOLD, **exposure)
            for person in people().filter(household=household).exclude(pk=contact.person_id)
        ]
    return [second for second in named if second is not None]


def name_secondary(
    contact: Contact,
    person: Person,
    *,
    by: Any,
    setting: str,
    first_at: datetime | None = None,
    last_at: datetime | None = None,
    protected: bool | None = None,
    relation: str = "",
    at: datetime | None = None,
) -> Contact:
    """Name somebody a close contact was with before they were isolated. Returns the known contact if there is one."""
    require(by, "contacts.edit", contact)
    at = at or clock.now()
    protocol = protocol_for(contact.area, contact.case.disease, at)
    if contact.degree != 1 or not asks_for_secondary(protocol):
        raise ValidationError(_("The edition in force follows contacts of close contacts no further."))
    if (first_at is None) != (last_at is None) or (first_at and last_at and last_at < first_at):
        raise ValidationError({"last_at": _("Give the beginning and the end of the meeting, in order.")})
    with transaction.atomic():
        named = _name(
            contact, person, protocol, at=at, by=by, setting=setting, evidence=Evidence.INTERVIEW, relation=relation,
            first_exposure_at=first_at, last_exposure_at=last_at, protected=protected,
        )  # fmt: skip
    return named or Contact.objects.get(case=contact.case, person=person)


def _name(
    contact: Contact, person: Person, protocol: Protocol, *, at: datetime, by: Any = None, **known: Any
) -> Contact | None:
    """None for the case itself and for whoever is a contact of this case already: their own exposure stands."""
    case = contact.case
    if person.pk == case.person_id or Contact.objects.filter(case=case, person=person).exists():
        return None
    # Named in the close contact's place, where the case's may be out of reach: permission was asked for there.
    second = contacts.name_contact(case, person, by=by, via=contact, at=at, check=False, **known)
    owe_review(second, protocol, at=at, suggested=suggestion(second, protocol))
    return second
