"""Not a case after all: what rested on it ends with it, and what it had replaced comes back."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.cases.actions import cases, contacts, measures
from lianfang.response.cases.models import Case, Contact, Measure
from lianfang.response.cases.queries.cases import LAB_CONFIRMED
from lianfang.response.cases.queries.measures import running
from lianfang.response.cases.queries.protocols import protocol_for
from lianfang.response.cases.states import ContactState
from lianfang.response.duties.actions import cancel_about, finish_about
from lianfang.response.ledger.actions import announce
from lianfang.response.territory.permissions import label, require
from lianfang.response.workflows.confirm_case import DIRECT_REPORT
from lianfang.response.workflows.obligations import owe_review
from lianfang.response.workflows.place_contact import place_contact, plan_for
from lianfang.response.workflows.turn_contacts import LIVE

HELD = (ContactState.OURS, ContactState.UNDER_MANAGEMENT)


def exclude_case(case: Case, *, by: Any, why: str, at: datetime | None = None) -> Case:
    """Exclude a reported case, or take a confirmed one back (somebody other than who confirmed it).

    One transaction: its contacts are excluded, their measures withdrawn unless another case holds them, all duties
    about them cancelled, and the person, if a contact before, is placed as a contact again.
    """
    require(by, "cases.confirm", case)
    with transaction.atomic():
        at = at or clock.now()
        was_confirmed = case.state in LAB_CONFIRMED
        cases.exclude(case, by=by, why=why, at=at)
        cancel_about(label(case), by=by, why=why, at=at)
        own = running(case.person)
        if own is not None and own.case_id == case.pk:
            _end(own, by=by, why=why, at=at)
        _withdraw_contacts(case, by=by, at=at)
        _restore(case, by=by, at=at)
        if was_confirmed:
            announce(DIRECT_REPORT, f"case.corrected:{case.pk}", {"case": case.label, "state": case.state}, at=at)
    return case


def _end(measure: Measure, *, by: Any, why: str, at: datetime) -> None:
    measures.withdraw(measure, by=by, why=why, at=at)
    cancel_about(label(measure), by=by, why=why, at=at)


def _withdraw_contacts(case: Case, *, by: Any, at: datetime) -> None:
    why = _("the case was excluded")
    rows = Contact.objects.filter(case=case, state__in=LIVE).select_related("area", "case", "person__community")
    for contact in rows.order_by("pk"):
        contacts.withdraw(contact, by=by, why=why, at=at)
        cancel_about(label(contact), by=by, why=why, at=at)
        held = running(contact.person)
        if held is not None and (held.contact_id == contact.pk or _held_too_long(held, at)):
            _hold_on_other_ground(held, by=by, why=why, at=at)


def _hold_on_other_ground(held: Measure, *, by: Any, why: str, at: datetime) -> None:
    """The evidence is gone: the restriction ends, unless the person is a reviewed contact of another case too."""
    other = _other_ground(held)
    site, checked_in = held.site, held.checked_in_at is not None
    _end(held, by=by, why=why, at=at)
    if other is None:
        return
    protocol = protocol_for(other.area, other.case.disease, at)
    if plan_for(other, protocol, at.astimezone().date(), since=held.starts_on) is None:
        contacts.withdraw(other, by=by, why=_("the edition asks for no further days"), at=at)
        return
    measure = _place_again(other, by=by, home_reason=held.home_reason, at=at)
    if checked_in and measure.kind == held.kind:
        # They are where the old measure had brought them.
        measures.check_in(measure, site, by=by, at=at, check=False)
        contacts.placed(other, by=by, at=at)
        finish_about(label(measure), "place_contact", {"site": measure.site}, by=by, at=at)


def _held_too_long(held: Measure, at: datetime) -> bool:
    """The excluded case had moved the end of a measure that stands on another one."""
    contact = held.contact
    if contact is None:
        return False
    protocol = protocol_for(contact.area, contact.case.disease, at)
    plan = plan_for(contact, protocol, at.astimezone().date(), since=held.starts_on)
    return plan is None or plan.ends_on < held.ends_on


def _other_ground(held: Measure) -> Contact | None:
    rows = Contact.objects.filter(person=held.person_id, state__in=HELD)
    return rows.select_related("case", "area", "person").order_by("degree", "-last_exposure_at").first()


def _place_again(contact: Contact, *, by: Any, home_reason: str, at: datetime) -> Measure:
    if contact.state == ContactState.UNDER_MANAGEMENT:
        contacts.put_back(contact, by=by, why=_("placed on another ground"), at=at)
    # What the edition itself keeps at home needs no reason of its own.
    reason = "" if home_reason.count("@") else home_reason
    return place_contact(contact, by=None, home_reason=reason, at=at)


def _restore(case: Case, *, by: Any, at: datetime) -> None:
    """What the person had been before: a contact of whoever exposed them; placed again, or still to be reviewed."""
    rows = Contact.objects.filter(became=case, state=ContactState.BECAME_CASE).select_related("area", "case", "person")
    for contact in rows.order_by("degree", "pk"):
        contacts.restore(contact, by=by, why=_("the case was excluded"), at=at)
        protocol = protocol_for(contact.area, case.disease, at)
        if contact.state == ContactState.VERIFYING:
            owe_review(contact, protocol, at=at)
        elif plan_for(contact, protocol, at.astimezone().date()) is not None:
            place_contact(contact, by=None, at=at)
        else:
            contacts.withdraw(contact, by=by, why=_("the edition asks for no further days"), at=at)
