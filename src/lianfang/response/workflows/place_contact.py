"""A reviewed contact is put under the measure of the protocol: with a clock, an owner next door, and a service."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.cases.actions import contacts, measures
from lianfang.response.cases.models import Contact, Measure
from lianfang.response.cases.queries.measures import running
from lianfang.response.cases.queries.protocols import protocol_for
from lianfang.response.cases.rules.measures import Plan, measure_plan
from lianfang.response.cases.rules.protocol import Protocol
from lianfang.response.cases.states import ContactState, MeasureKind, MeasureState, Reason
from lianfang.response.duties.actions import cancel_about, finish_about
from lianfang.response.territory.permissions import label, require
from lianfang.response.workflows.obligations import ordered_under, owe_placing, owe_service

LIGHTER = (MeasureKind.ISOLATION_HOME, MeasureKind.HEALTH_MONITORING)


def plan_for(contact: Contact, protocol: Protocol, on: date, *, since: date | None = None) -> Plan | None:
    """The measure the protocol lays out for this contact from a day; None where it asks for none, or its days are over.

    since: the day the person was first held, which stands in where the last exposure is not known.
    """
    last = contact.last_exposure_at
    from_on = last.astimezone().date() if last else since
    plan = measure_plan(protocol, contact.degree, last_exposure_on=from_on, entered_on=on)
    return plan if plan is not None and plan.stages else None


def place_contact(contact: Contact, *, by: Any, home_reason: str = "", at: datetime | None = None) -> Measure:
    """Order the measure of the protocol for a contact who is ours, with the duties to bring, to call and to serve them.

    home_reason: why at home although the edition asks for a central site (child, dialysis, pregnancy…). A person who is
    already held keeps one measure: a later exposure moves its end, a stricter ground replaces it. ``by=None``: by rule.
    """
    if by is not None:
        require(by, "measures.place", contact)
    with transaction.atomic():
        at = at or clock.now()
        protocol = protocol_for(contact.area, contact.case.disease, at)
        held = running(contact.person)
        if held is not None and held.contact_id == contact.pk:
            return held
        if contact.state != ContactState.OURS:
            raise ValidationError(_("Only a contact who was reviewed and is ours can be placed."))
        plan = plan_for(contact, protocol, at.astimezone().date(), since=held.starts_on if held else None)
        if plan is None:
            raise ValidationError(_("The edition in force asks for no measure for this contact any more."))
        if held is None:
            return _order(contact, plan, protocol, by=by, home_reason=home_reason, at=at)
        return _join(held, contact, plan, protocol, by=by, home_reason=home_reason, at=at)


def _order(contact: Contact, plan: Plan, protocol: Protocol, *, by: Any, home_reason: str, at: datetime) -> Measure:
    measure = measures.order_for_contact(
        contact, plan, rule=protocol.version, by=by, home_reason=home_reason, at=at
    )  # fmt: skip
    owe_placing(measure, contact, protocol, at=at)
    owe_service(measure, protocol, at=at)
    return measure


def _join(
    held: Measure, contact: Contact, plan: Plan, protocol: Protocol, *, by: Any, home_reason: str, at: datetime
) -> Measure:
    """Somebody already held turns out to be a contact once more."""
    if held.kind == MeasureKind.HOSPITAL:
        raise ValidationError(_("This person is in hospital as a case. Review them as such."))
    if _is_stricter(held, contact, plan, home_reason):
        why = _("a stricter measure by the rule")
        measures.replace(held, by=by, why=why, at=at)
        cancel_about(label(held), by=by, why=why, at=at)
        return _order(contact, plan, protocol, by=by, home_reason=home_reason, at=at)
    if plan.ends_on > held.ends_on:
        extend_to(held, plan.ends_on, by=by, why=_("exposed to one more case"), at=at)
    if held.checked_in_at is not None:
        contacts.placed(contact, by=by, at=at)
    return held


def _is_stricter(held: Measure, contact: Contact, plan: Plan, home_reason: str) -> bool:
    moved_up = held.reason != Reason.CLOSE_CONTACT and contact.degree == 1
    to_a_site = plan.stages[0][0] == MeasureKind.ISOLATION_CENTRAL and not (home_reason or held.home_reason)
    return moved_up or (to_a_site and held.kind in LIGHTER)


def extend_to(measure: Measure, ends_on: date, *, by: Any, why: str, at: datetime) -> None:
    """Move the end, add the test of the new last day, and take back a release that is no longer due."""
    with transaction.atomic():
        measures.extend(measure, ends_on, by=by, why=why, at=at)
        if measure.test_days.exists():
            measures.add_test_day(measure, ends_on)
        cancel_about(label(measure), by=by, why=why, at=at, kinds=["release_person"])


def check_in_contact(measure: Measure, site: str, *, by: Any, at: datetime | None = None) -> None:
    """They have arrived: the measure is in force, the contact under management, the duty to bring them proved.

    site: the isolation site and room; at home it may be left empty.
    """
    require(by, "measures.follow", measure)
    with transaction.atomic():
        at = at or clock.now()
        measures.check_in(measure, site, by=by, at=at)
        for contact in Contact.objects.filter(person=measure.person_id, state=ContactState.OURS):
            contacts.placed(contact, by=by, at=at)
        proof = {"site": measure.site, "checked_in_at": at.isoformat()}
        finish_about(label(measure), "place_contact", proof, by=by, at=at)


def move_home(measure: Measure, *, by: Any, site: str = "", at: datetime | None = None) -> Measure:
    """The central days are over and the edition goes on at home: the next stage, with the same end and the open tests."""
    require(by, "measures.follow", measure)
    with transaction.atomic():
        at = at or clock.now()
        stage = home_stage(measure)
        if stage is None or stage > at.astimezone().date():
            raise ValidationError(_("The days of central isolation are not over, or the edition has no days at home."))
        why = _("central days over")
        measures.replace(measure, by=by, why=why, at=at)
        at_home = measures.continue_at_home(measure, by=by, at=at)
        measures.check_in(at_home, site, by=by, at=at, check=False)
        finish_about(label(measure), "place_contact", {"site": at_home.site}, by=by, at=at)
        cancel_about(label(measure), by=by, why=why, at=at)
        contact = at_home.contact
        if contact is not None:
            owe_service(at_home, protocol_for(contact.area, contact.case.disease, at), at=at)
    return at_home


def home_stage(measure: Measure) -> date | None:
    """First day at home of a central measure whose edition has one; None for every other measure."""
    contact = measure.contact
    if contact is None or measure.kind != MeasureKind.ISOLATION_CENTRAL or measure.state != MeasureState.IN_FORCE:
        return None
    protocol = ordered_under(measure)
    name = "" if measure.reason == Reason.CLOSE_CONTACT else "secondary_"
    if not protocol.days(f"{name}home_days"):
        return None
    # An extension moves the whole: the days at home are the last ones before the end.
    return max(measure.ends_on - timedelta(days=protocol.days(f"{name}home_days")), measure.starts_on)
