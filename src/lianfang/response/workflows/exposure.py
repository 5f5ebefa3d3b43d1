"""When a case could infect and whether an encounter counts, from what is recorded; what is not known stays open."""

from datetime import date, datetime

from lianfang.response.cases.actions.cases import positive_test
from lianfang.response.cases.models import Case, Contact, Measure
from lianfang.response.cases.rules.exposure import (
    Encounter,
    Window,
    infectious_window,
    is_close_contact,
    is_secondary_contact,
)
from lianfang.response.cases.rules.protocol import Protocol
from lianfang.response.cases.states import MeasureKind

APART = (MeasureKind.ISOLATION_CENTRAL, MeasureKind.HOSPITAL)


def apart_since(person_id: int, before: datetime | None = None) -> date | None:
    """Day on which the person was last checked in away from home (central isolation or hospital), None if never."""
    last = _last_apart(person_id, before)
    return last.checked_in_at.astimezone().date() if last and last.checked_in_at else None


def _last_apart(person_id: int, before: datetime | None) -> Measure | None:
    rows = Measure.objects.filter(person=person_id, kind__in=APART, checked_in_at__isnull=False)
    if before:
        rows = rows.filter(checked_in_at__lte=before)
    return rows.order_by("-checked_in_at").first()


def apart_when_found(case: Case, at: datetime) -> date | None:
    """Day since which a contact's measure held the person away from home when their sample was taken, None if none did.

    Isolation at home does not count: who lives there was still met.
    """
    found_on = case.sampled_on or at.astimezone().date()
    last = _last_apart(case.person_id, at)
    if last is None or last.checked_in_at is None or last.contact_id is None:
        return None
    since = last.checked_in_at.astimezone().date()
    released_before = last.released_on is not None and last.released_on < found_on
    return None if released_before or since > found_on else since


def window_of(case: Case, protocol: Protocol) -> Window | None:
    """The days on which this case could infect others; None where neither onset nor sampling is known."""
    sampled_on = case.sampled_on
    if sampled_on is None and (test := positive_test(case)):
        sampled_on = test.sampled_at.astimezone().date()
    known = [day for day in (apart_since(case.person_id), case.admitted_on, case.quarantined_on) if day]
    return infectious_window(protocol, case.onset_on, sampled_on, min(known, default=None))


def verdict(contact: Contact, protocol: Protocol) -> bool | None:
    """What the rule says: a contact of their degree, or not; None where the record does not suffice to say."""
    if contact.first_exposure_at is None or contact.last_exposure_at is None:
        return None
    encounter = Encounter(
        contact.first_exposure_at, contact.last_exposure_at, contact.setting, contact.distance_m, contact.protected
    )
    if contact.via is not None:
        exposed_at = contact.via.first_exposure_at
        return None if exposed_at is None else is_secondary_contact(exposed_at, _isolated_at(contact.via), encounter)
    window = window_of(contact.case, protocol)
    return None if window is None else is_close_contact(protocol, window, encounter)


def _isolated_at(close_contact: Contact) -> datetime | None:
    first = close_contact.measures.filter(checked_in_at__isnull=False).order_by("checked_in_at").first()
    return first.checked_in_at if first else None


def suggestion(contact: Contact, protocol: Protocol) -> str:
    """The verdict as the reviewer sees it: accept, exclude, or ask."""
    return {True: "accept", False: "exclude", None: "ask"}[verdict(contact, protocol)]
