"""The interview by telephone: where the case was, whom they met there, and who that is."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.cases.actions import cases, contacts
from lianfang.response.cases.models import Case, Contact, Stay
from lianfang.response.cases.queries.protocols import protocol_for
from lianfang.response.cases.states import ContactState, Evidence, Setting
from lianfang.response.people.actions import enter_person
from lianfang.response.people.models import Household, Person
from lianfang.response.people.sealing import Identity
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import require
from lianfang.response.workflows.confirm_case import A_CASE
from lianfang.response.workflows.exposure import suggestion
from lianfang.response.workflows.obligations import owe_review


def tell_stay(
    case: Case,
    *,
    by: Any,
    place: str,
    setting: str,
    from_at: datetime,
    to_at: datetime,
    area: Area | None = None,
    masked: bool | None = None,
    note: str = "",
    at: datetime | None = None,
) -> Stay:
    """Add one bar of the timeline; the same place and beginning told twice is one bar."""
    require(by, "cases.report", case)
    _check_setting(setting)
    if not place.strip():
        raise ValidationError({"place": _("Say where the case was.")})
    if from_at > (at or clock.now()):
        raise ValidationError({"from_at": _("A stay cannot begin in the future.")})
    return cases.tell_stay(
        case, by=by, at=at, place=place.strip(), setting=setting, from_at=from_at, to_at=to_at, area=area,
        masked=masked, note=note,
    )  # fmt: skip


def name_contact_in_interview(
    case: Case,
    person: Person,
    *,
    by: Any,
    stay: Stay | None = None,
    setting: str = "",
    first_at: datetime | None = None,
    last_at: datetime | None = None,
    distance_m: float | None = None,
    protected: bool | None = None,
    relation: str = "",
    at: datetime | None = None,
) -> Contact:
    """Name whom the case met, at a stay of the timeline or at times of their own; owe the review.

    Times given narrow those of the stay. Not known stays not known: a contact without times is named all the same, and
    the reviewer asks. Somebody excluded before comes back to review. Before the case is confirmed nothing is reviewed.
    """
    require(by, "contacts.edit", case)
    if stay is not None and stay.case_id != case.pk:
        raise ValidationError({"stay": _("This stay belongs to another case.")})
    if stay is not None:
        setting, first_at, last_at = setting or stay.setting, first_at or stay.from_at, last_at or stay.to_at
        protected = stay.masked if protected is None else protected
    _check_setting(setting)
    _check_times(first_at, last_at)
    at = at or clock.now()
    with transaction.atomic():
        contact = contacts.name_contact(
            case, person, by=by, setting=setting, evidence=Evidence.INTERVIEW, at=at, relation=relation,
            first_exposure_at=first_at, last_exposure_at=last_at, minutes=_minutes(first_at, last_at),
            distance_m=distance_m, protected=protected,
        )  # fmt: skip
        if contact.state == ContactState.EXCLUDED:
            contacts.name_again(contact, by=by, why=_("named in the interview"), at=at)
        review_is_owed(contact, case, at)
    return contact


def review_is_owed(contact: Contact, case: Case, at: datetime) -> None:
    """Whoever is named and not yet decided about is somebody's duty to review, once the case is one."""
    if case.state in A_CASE and contact.state == ContactState.IDENTIFIED:
        protocol = protocol_for(contact.area, case.disease, at)
        owe_review(contact, protocol, at=at, suggested=suggestion(contact, protocol))


def new_person_in_interview(
    case: Case,
    *,
    by: Any,
    name: str,
    phone: str = "",
    id_number: str = "",
    address: str = "",
    sex: int = 0,
    born_on: date | None = None,
    community: Area | None = None,
    household: Household | None = None,
    at: datetime | None = None,
) -> Person:
    """Enter somebody the city's records do not know, with the few facts the case remembers.

    A known ID number returns the known person. community: where they live; the case's own until somebody knows better,
    so that a missing address never blocks the entry. Likely duplicates queue for a human.
    """
    if not (name.strip() or phone.strip() or id_number.strip()):
        raise ValidationError({"name": _("Give at least a name, a phone or an ID number.")})
    place = community or (household.community if household else case.area)
    require(by, "people.edit", place)
    identity = Identity(name.strip(), id_number.strip().upper(), phone.strip(), address.strip())
    return enter_person(identity, place, by=by, at=at, sex=sex, born_on=born_on, household=household)


def _check_setting(setting: str) -> None:
    if setting not in set(Setting):
        raise ValidationError({"setting": _("Choose the setting from the list.")})


def _check_times(first_at: datetime | None, last_at: datetime | None) -> None:
    if (first_at is None) != (last_at is None):
        raise ValidationError({"last_at": _("Give both the beginning and the end of the meeting, or neither.")})
    if first_at is not None and last_at is not None and last_at < first_at:
        raise ValidationError({"last_at": _("The end of the meeting lies before its beginning.")})


def _minutes(first_at: datetime | None, last_at: datetime | None) -> int | None:
    return None if first_at is None or last_at is None else int((last_at - first_at).total_seconds() // 60)
