"""What an event makes somebody owe: which duty, in whose area, by when, by which rule."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from lianfang.response.cases.models import Case, Contact, Measure
from lianfang.response.cases.queries.cases import first_in_county
from lianfang.response.cases.queries.protocols import protocol_for
from lianfang.response.cases.rules import protocol as protocols
from lianfang.response.cases.rules.clocks import assistance_due, placing_due, reporting_clocks
from lianfang.response.cases.rules.protocol import Protocol
from lianfang.response.duties.actions import Owed, open_duty, open_many
from lianfang.response.duties.models import Duty
from lianfang.response.duties.queries import holder_of
from lianfang.response.duties.states import OPEN_STATES
from lianfang.response.territory.permissions import label


def rule_text(protocol: Protocol, number: int) -> str:
    """What a duty says about its ground: edition with date and departures, and the rule in it."""
    return f"{protocol.version} · {number}"


def end_of(day: date) -> datetime:
    """Midnight after a day of the city's calendar."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def owe(kind: str, about: Any, *, due_at: datetime, at: datetime, rule: str, owner: Any = None, **params: Any) -> Duty:
    """Owe one duty of this kind about an object, in the object's own area.

    While one is open, asking twice owes once; after it was closed, asking again owes again.
    """
    subject = label(about)
    rows = Duty.objects.filter(subject=subject, kind=kind)
    closed = rows.exclude(state__in=OPEN_STATES).count()
    key = f"{kind}:{subject}" + (f":{closed}" if closed else "")
    return open_duty(
        kind, about.area, key=key, due_at=due_at, at=at, person=about.person, subject=subject, rule=rule,
        owner=owner, **params,
    )  # fmt: skip


def owe_confirmation(case: Case, protocol: Protocol, *, at: datetime, apart_from: Iterable[int]) -> Duty:
    """A second person confirms, within the hours in which a case must be reported (rule 1)."""
    second = holder_of("tracer", case.area, at, apart_from=apart_from)
    due_at = at + timedelta(hours=protocol.hours("report_case_h"))
    return owe(
        "confirm_case", case, due_at=due_at, at=at, rule=rule_text(protocol, 1), owner=second, case=case.label
    )  # fmt: skip


def run_reporting_clocks(case: Case, protocol: Protocol, *, at: datetime) -> list[Duty]:
    """Rules 1 to 4: every clock of the case becomes a duty of whoever holds the role there."""
    clocks = reporting_clocks(protocol, at, first_in_county=first_in_county(case))
    return [
        owe(clock.kind, case, due_at=clock.due_at, at=at, rule=rule_text(protocol, clock.rule), case=case.label)
        for clock in clocks
    ]


def owe_review(contact: Contact, protocol: Protocol, *, at: datetime, suggested: str = "") -> Duty:
    """Contacts belong to the core information of a case, so they are reviewed within its hours (rule 2)."""
    due_at = at + timedelta(hours=protocol.hours("core_information_h"))
    return owe(
        "review_contact", contact, due_at=due_at, at=at, rule=rule_text(protocol, 2),
        case=contact.case.label, degree=contact.degree, suggested=suggested,
    )  # fmt: skip


def owe_assistance(contact: Contact, protocol: Protocol, *, at: datetime) -> None:
    """Rule 6: the place a contact was handed to finds them in 2 h and controls them in 8 h; somebody here asks."""
    for step in ("find", "control"):
        owe(
            f"assistance_{step}", contact, due_at=assistance_due(protocol, at, step), at=at,
            rule=rule_text(protocol, 6), case=contact.case.label, destination=contact.destination,
        )  # fmt: skip


def owe_placing(measure: Measure, contact: Contact, protocol: Protocol, *, at: datetime) -> Duty:
    """Rule 5: hours run from the confirmation, or from the naming of somebody named later."""
    known_at = max(contact.case.confirmed_at or contact.named_at, contact.named_at)
    return owe(
        "place_contact", measure, due_at=placing_due(protocol, contact.degree, known_at), at=at,
        rule=rule_text(protocol, 5), case=contact.case.label, measure=measure.kind,
    )  # fmt: skip


def owe_service(measure: Measure, protocol: Protocol, *, at: datetime) -> Duty:
    """No restriction without a service: needs, medicine and a name to call, on the first day (WHO: supported)."""
    due_at = at + timedelta(hours=protocol.hours("follow_up_every_h"))
    return owe("service_call", measure, due_at=due_at, at=at, rule=rule_text(protocol, 26), measure=measure.kind)


def owe_each(
    kind: str,
    measures: Sequence[Measure],
    *,
    at: datetime,
    due_at: Callable[[Measure], datetime],
    params: Callable[[Measure], dict[str, object]],
) -> int:
    """``owe`` for many measures at once: those with an open duty of this kind are left out, closed ones owe again."""
    subjects = [label(measure) for measure in measures]
    asked: Counter[str] = Counter()
    is_open = set()
    for subject, state in Duty.objects.filter(subject__in=subjects, kind=kind).values_list("subject", "state"):
        asked[subject] += 1
        if state in OPEN_STATES:
            is_open.add(subject)
    owed = [
        Owed(
            key=f"{kind}:{subject}" + (f":{asked[subject]}" if asked[subject] else ""), area=measure.area,
            due_at=due_at(measure), person_id=measure.person_id, subject=subject, rule=measure.rule,
            params=params(measure),
        )
        for subject, measure in zip(subjects, measures, strict=True)
        if subject not in is_open
    ]  # fmt: skip
    return open_many(kind, owed, at=at)


def ordered_under(measure: Measure) -> Protocol:
    """The protocol a measure was ordered under, as it stood then: a later edition does not change it.

    Its rule names the edition (``CN-7@2020-09-15``); only where it marks local departures (``+1``) are they looked up.
    """
    edition, _, departures = measure.rule.partition("+")
    if not departures:
        return protocols.load(edition.split("@")[0])
    ground = measure.contact.case if measure.contact else measure.case
    assert ground is not None, "the database refuses a measure without a ground"
    return protocol_for(measure.area, ground.disease, measure.ordered_at)
