"""A second person confirms a case: clocks run, contacts are gathered, a bed is ordered, the report goes out once."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.cases.actions import cases, contacts, measures
from lianfang.response.cases.models import Case, Contact, Source
from lianfang.response.cases.queries.cases import LAB_CONFIRMED
from lianfang.response.cases.queries.measures import running
from lianfang.response.cases.queries.protocols import protocol_for
from lianfang.response.cases.rules.exposure import Window
from lianfang.response.cases.rules.protocol import Protocol
from lianfang.response.cases.states import CaseState, ContactState, Evidence, MeasureKind, Setting
from lianfang.response.duties.actions import cancel_about, finish_about
from lianfang.response.ledger.actions import announce
from lianfang.response.people.queries import people
from lianfang.response.territory.permissions import label, require
from lianfang.response.workflows.exposure import apart_since, apart_when_found, suggestion, window_of
from lianfang.response.workflows.obligations import owe_review, run_reporting_clocks
from lianfang.response.workflows.turn_contacts import turn_contacts

A_CASE = (*LAB_CONFIRMED, CaseState.RECOVERED, CaseState.CLOSED, CaseState.DIED)
DIRECT_REPORT = "direct_report"  # 网络直报: the national reporting line, as the outbox names it


def confirm_case(case: Case, *, by: Any, asymptomatic: bool = False, at: datetime | None = None) -> Case:
    """Confirm a reported case. ``by`` is neither who reported it nor who recorded its result.

    One transaction: state, reporting clocks (rules 1 to 4), household and line-list contacts with a review each, the
    hospital measure, and one announcement. A second confirmation is refused and changes nothing.
    """
    require(by, "cases.confirm", case)
    with transaction.atomic():
        at = at or clock.now()
        cases.confirm(case, by=by, asymptomatic=asymptomatic, at=at)
        finish_about(label(case), "confirm_case", {"result": case.state}, by=by, at=at)
        _note_isolation(case, at)
        protocol = protocol_for(case.area, case.disease, at)
        run_reporting_clocks(case, protocol, at=at)
        turn_contacts(case, by=by, at=at)
        gather_contacts(case, protocol, by=by, at=at)
        _order_hospital(case, protocol, by=by, at=at)
        _announce(case, at)
    return case


def _note_isolation(case: Case, at: datetime) -> None:
    """Whether a case was already in isolation when found is what the city judges its tracing by."""
    if case.quarantined_on is None:
        case.quarantined_on = apart_when_found(case, at)
        case.save(update_fields=["quarantined_on"])


def gather_contacts(case: Case, protocol: Protocol, *, by: Any, at: datetime) -> list[Contact]:
    """Name the household and the people the line list links to the case; owe a review of everybody not yet reviewed."""
    window = window_of(case, protocol)
    _name_household(case, window, by=by, at=at)
    _name_linked(case, by=by, at=at)
    named = list(
        Contact.objects.filter(case=case, state=ContactState.IDENTIFIED).select_related("area", "case", "via", "person")
    )
    for contact in named:
        owe_review(
            contact, protocol_for(contact.area, case.disease, at), at=at, suggested=suggestion(contact, protocol)
        )
    return named


def _name_household(case: Case, window: Window | None, *, by: Any, at: datetime) -> None:
    """Everybody of the home, unless the case was known to be away from it on every infectious day.

    A collective household (dormitory, barracks) is not a home: whom one met there is for the interview.
    """
    household = case.person.household
    if household is None or household.collective:
        return
    away = apart_since(case.person_id, at)
    if window is not None and away is not None and away < window.from_on:
        return
    exposure = {} if window is None else _at_home(window, at)
    for person in people().filter(household=household).exclude(pk=case.person_id):
        contacts.name_contact(
            case, person, by=by, setting=Setting.HOUSEHOLD, evidence=Evidence.HOUSEHOLD, at=at, **exposure
        )


def _at_home(window: Window, at: datetime) -> dict[str, datetime]:
    """Living together exposes from the first infectious day until now, or until the case left."""
    first = timezone.make_aware(datetime.combine(window.from_on, time()))
    last = at
    if window.to_on is not None:
        last = min(at, timezone.make_aware(datetime.combine(window.to_on + timedelta(days=1), time())))
    return {"first_exposure_at": min(first, last), "last_exposure_at": last}


def _name_linked(case: Case, *, by: Any, at: datetime) -> None:
    """Links of the line list are contacts: those this case infected, and this case of every confirmed source."""
    links = Source.objects.filter(Q(source=case) | Q(case=case, source__state__in=A_CASE))
    for link in links.select_related("case__person__community", "source__area").order_by("pk"):
        contact = contacts.name_contact(
            link.source, link.case.person, by=by, at=at, check=False, evidence=Evidence.LINE_LIST,
            setting=link.setting if link.setting in set(Setting) else Setting.OTHER, relation=link.setting[:60],
        )  # fmt: skip
        if contact.state == ContactState.IDENTIFIED and link.case.state in A_CASE:
            contacts.became_case(contact, link.case, by=by, at=at)
            cancel_about(label(contact), by=by, why=_("became a case"), at=at)


def _order_hospital(case: Case, protocol: Protocol, *, by: Any, at: datetime) -> None:
    """The end is the day to decide by: one incubation period from now; medicine may say otherwise before."""
    if case.discharged_on or case.died_on:
        return  # a case of the past, confirmed for the record
    held = running(case.person)
    if held is not None and held.kind == MeasureKind.HOSPITAL:
        return
    if held is not None:
        measures.end_by_case(held, by=by, at=at)
        cancel_about(label(held), by=by, why=_("became a case"), at=at)
    decide_on = at.astimezone().date() + timedelta(days=protocol.days("incubation_days"))
    measures.order_for_case(case, rule=protocol.version, ends_on=decide_on, by=by, at=at)


def _announce(case: Case, at: datetime) -> None:
    """Leaves the city without anything that identifies the person."""
    body = {
        "case": case.label, "disease": case.disease, "state": case.state, "area": case.area.code,
        "confirmed_at": at.isoformat(), "onset_on": case.onset_on.isoformat() if case.onset_on else None,
    }  # fmt: skip
    announce(DIRECT_REPORT, f"case.confirmed:{case.pk}", body, at=at)
