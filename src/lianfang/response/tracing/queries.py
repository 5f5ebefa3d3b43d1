"""Reading warrants and what was found under them; when a case could infect; whom a record means."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from lianfang.response.cases.actions.cases import positive_test
from lianfang.response.cases.models import Case, Contact, Measure
from lianfang.response.cases.rules.exposure import infectious_window
from lianfang.response.cases.rules.protocol import Protocol
from lianfang.response.cases.states import ContactState, MeasureKind
from lianfang.response.people import sealing
from lianfang.response.people.models import Person
from lianfang.response.territory.permissions import visible
from lianfang.response.tracing.models import Batch, Candidate, Look, Warrant
from lianfang.response.tracing.states import WarrantState

PERSON, PHONE = "person", "phone"
Ref = tuple[str, int]  # how a record names somebody: our own number of a person, or the keyed hash of a telephone
_APART = (MeasureKind.ISOLATION_CENTRAL, MeasureKind.HOSPITAL)
_AT_ONCE = 500
_LARGEST_ID = 2**63 - 1


def warrants() -> QuerySet[Warrant]:
    return Warrant.objects.select_related("area", "requested_by", "approved_by")


def warrants_in_reach(user: Any, *, case: Case | None = None, state: str = "") -> QuerySet[Warrant]:
    rows = visible(warrants(), user, "warrants.view").order_by("-requested_at", "-pk")
    if case is not None:
        rows = rows.filter(cases=case)
    return rows.filter(state=state) if state else rows


def ended(at: datetime) -> QuerySet[Warrant]:
    """Warrants whose time is over and whose records are not: active ones, and those whose end was interrupted."""
    over = Warrant.objects.filter(state=WarrantState.ACTIVE, expires_at__lte=at)
    return (over | Warrant.objects.filter(state=WarrantState.DESTROYING)).order_by("pk")


def batches_of(warrant: Warrant) -> QuerySet[Batch]:
    return Batch.objects.filter(warrant=warrant)


def looks_of(warrant: Warrant) -> QuerySet[Look]:
    return Look.objects.filter(warrant=warrant).select_related("area")


def candidates_of(warrant: Warrant) -> QuerySet[Candidate]:
    rows = Candidate.objects.filter(warrant=warrant)
    return rows.select_related("person__community", "via__community", "look", "case__area", "warrant__area")


def candidates_for(user: Any, warrant: Warrant, state: str = "") -> QuerySet[Candidate]:
    """Those of the cases this user may look into: a warrant can name cases of several places."""
    rows = visible(candidates_of(warrant), user, "locations.collide")
    return rows.filter(state=state) if state else rows


def already_contacts(rows: Iterable[Candidate]) -> set[tuple[int, int]]:
    """(case, person) of the candidates who are contacts of that case, however they were found."""
    rows = list(rows)
    found = Contact.objects.filter(case__in={row.case_id for row in rows}, person__in={row.person_id for row in rows})
    return set(found.exclude(state=ContactState.EXCLUDED).values_list("case_id", "person_id"))


def exposure_window(case: Case, protocol: Protocol, at: datetime) -> tuple[datetime, datetime] | None:
    """First and last second in which the case could infect others, not after ``at``; None where nobody knows.

    Days are those of the city's own time zone. Rules 7 and 26: from some days before onset (or before sampling, without
    symptoms) until the case was apart from others.
    """
    sampled_on = case.sampled_on
    if sampled_on is None and (test := positive_test(case)):
        sampled_on = timezone.localdate(test.sampled_at)
    known = [day for day in (_apart_since(case), case.admitted_on, case.quarantined_on) if day]
    window = infectious_window(protocol, case.onset_on, sampled_on, min(known, default=None))
    if window is None:
        return None
    from_at = _midnight(window.from_on)
    to_at = _midnight(window.to_on + timedelta(days=1)) - timedelta(seconds=1) if window.to_on else at
    return from_at, max(min(to_at, at), from_at)


def _apart_since(case: Case) -> date | None:
    rows = Measure.objects.filter(person=case.person_id, kind__in=_APART, checked_in_at__isnull=False)
    last = rows.order_by("-checked_in_at").values_list("checked_in_at", flat=True).first()
    return timezone.localdate(last) if last else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def refs_of(people: Iterable[int]) -> dict[int, set[Ref]]:
    """Every way in which records can name each of these people: their own record, those merged into it, telephones."""
    found: dict[int, set[Ref]] = {}
    layer = {person: person for person in people}  # record → the person it belongs to
    by = "pk"
    while layer:
        swallowed: dict[int, int] = {}
        for chunk in _chunks(layer):
            rows = Person.objects.filter(**{f"{by}__in": chunk}).values_list("pk", by, "phone_key")
            for record, above, phone in rows:
                person = swallowed[record] = layer[above]
                found.setdefault(person, set()).add((PERSON, record))
                if phone is not None:
                    found[person].add((PHONE, phone))
        layer, by = swallowed, "merged_into"
    return found


def ref_of(key: str, text: str) -> Ref | None:
    """What a text of a file refers to; None where it can mean nobody."""
    if key == PHONE:
        hashed = sealing.phone_key(text)
        return None if hashed is None else (PHONE, hashed)
    known = text.isascii() and text.isdigit() and int(text) <= _LARGEST_ID
    return (PERSON, int(text)) if known else None


def people_of(refs: Iterable[Ref]) -> dict[Ref, list[int]]:
    """Reference → ids of the living records it means. A telephone shared in a family means each of them."""
    wanted = set(refs)
    found: dict[Ref, set[int]] = {}
    for key, field in ((PERSON, "pk"), (PHONE, "phone_key")):
        for chunk in _chunks({value for by, value in wanted if by == key}):
            rows = Person.objects.filter(**{f"{field}__in": chunk})
            for value, person, survivor in rows.values_list(field, "pk", "merged_into"):
                found.setdefault((key, value), set()).add(_survivor(person, survivor))
    return {ref: sorted(people) for ref, people in found.items()}


def _survivor(person: int, merged_into: int | None) -> int:
    while merged_into is not None:
        person = merged_into
        merged_into = Person.objects.values_list("merged_into", flat=True).get(pk=person)
    return person


def _chunks(values: Iterable[int]) -> Iterator[list[int]]:
    left = iter(values)
    while chunk := list(islice(left, _AT_ONCE)):
        yield chunk
