"""What a person was as a contact ends in their case: sources carry over, the measure ends, their contacts move up."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.cases.actions import cases, contacts, measures
from lianfang.response.cases.models import Case, Contact
from lianfang.response.cases.queries.measures import running
from lianfang.response.cases.queries.protocols import protocol_for
from lianfang.response.cases.states import ContactState
from lianfang.response.duties.actions import cancel_about
from lianfang.response.territory.permissions import label
from lianfang.response.workflows.obligations import owe_review
from lianfang.response.workflows.place_contact import place_contact

LIVE = (
    ContactState.IDENTIFIED,
    ContactState.VERIFYING,
    ContactState.PUSHED_ELSEWHERE,
    ContactState.OURS,
    ContactState.LANDED,
    ContactState.UNDER_MANAGEMENT,
)


def turn_contacts(case: Case, *, by: Any, at: datetime | None = None) -> list[Contact]:
    """Everything the person was as a contact ends in the case: sources, measure, duties, and the contacts' contacts.

    Reporting the case was the permission. Doing it twice changes nothing the second time.
    """
    at = at or clock.now()
    with transaction.atomic():
        turned = list(_rows_of(case, at))
        for contact in turned:
            cases.name_source(
                case, _source_of(contact), by=None, setting=contact.setting, evidence=contact.evidence, at=at
            )
            contacts.became_case(contact, case, by=by, at=at)
            cancel_about(label(contact), by=by, why=_("became a case"), at=at)
        _end_measure(case, by=by, at=at)
        for contact in turned:
            _inherit(contact, case, at=at)
    return turned


def _rows_of(case: Case, at: datetime) -> QuerySet[Contact]:
    """Running contacts of the person, and those released less than one incubation period ago."""
    incubation = timedelta(days=protocol_for(case.area, case.disease, at).days("incubation_days"))
    late = Q(state=ContactState.RELEASED, state_at__gte=at - incubation)
    rows = Contact.objects.filter(Q(state__in=LIVE) | late, person=case.person_id, case__disease=case.disease)
    return rows.exclude(case=case).select_related("case", "area", "via__became").order_by("pk")


def _source_of(contact: Contact) -> Case:
    """A contact's contact was infected by the close contact, where that one is a case by now."""
    became = contact.via.became if contact.via else None
    return became or contact.case


def _end_measure(case: Case, *, by: Any, at: datetime) -> None:
    measure = running(case.person)
    if measure is not None and measure.contact_id is not None:
        measures.end_by_case(measure, by=by, at=at)
        cancel_about(label(measure), by=by, why=_("became a case"), at=at)


def _inherit(contact: Contact, case: Case, *, at: datetime) -> None:
    """Rule 10: who was a contact of this contact is a close contact of the case. Who was held already moves up at once."""
    rows = contact.secondary.filter(state__in=LIVE).exclude(person=case.person_id)
    for second in rows.select_related("case", "area", "person__community").order_by("pk"):
        heir = contacts.inherit_close(second, case, at=at)
        if heir.state != ContactState.IDENTIFIED:
            continue
        protocol = protocol_for(heir.area, case.disease, at)
        if second.state in (ContactState.OURS, ContactState.UNDER_MANAGEMENT):
            contacts.accept(heir, by=None, why="rule 10", at=at)
            place_contact(heir, by=None, at=at)
        else:
            owe_review(heir, protocol, at=at, suggested="accept")
