"""Reading runs and candidates; when a case could infect; whom a record means."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from lianfang.response.cases.actions.cases import positive_test
from lianfang.response.cases.models import Case, Measure
from lianfang.response.cases.rules.exposure import infectious_window
from lianfang.response.cases.rules.protocol import Protocol
from lianfang.response.cases.states import MeasureKind
from lianfang.response.people import sealing
from lianfang.response.people.models import Person
from lianfang.response.territory.permissions import visible
from lianfang.response.tracing.models import Candidate, Run

PERSON, PHONE = "person", "phone"
_APART = (MeasureKind.ISOLATION_CENTRAL, MeasureKind.HOSPITAL)
_AT_ONCE = 500
_LARGEST_ID = 2**63 - 1


def runs_of(case: Case) -> QuerySet[Run]:
    return Run.objects.filter(case=case).order_by("-at", "-pk")


def candidates_of(case: Case, state: str = "") -> QuerySet[Candidate]:
    rows = Candidate.objects.filter(case=case).select_related("person__community", "run", "case__area")
    return rows.filter(state=state) if state else rows


def candidates_in_reach(user: Any, state: str = "open") -> QuerySet[Candidate]:
    """Candidates of the cases a user may see, the newest case first."""
    rows = Candidate.objects.filter(state=state).select_related("person__community", "case__area", "run")
    return visible(rows, user, "cases.view").order_by("-case__confirmed_at", "rank", "pk")


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


def records_of(person: Person) -> list[Person]:
    """The person and every record that was merged into theirs."""
    found = [person]
    for one in found:  # grows while it is walked: merged records may themselves have swallowed others
        found += Person.objects.filter(merged_into=one)
    return found


def written_as(person: Person, key: str, texts: Iterable[str]) -> list[str]:
    """Which of the texts of a file mean this person: their id, or a telephone number known by its keyed hash."""
    records = records_of(person)
    if key == PERSON:
        ids = {str(one.pk) for one in records}
        return [text for text in texts if text in ids]
    phones = {one.phone_key for one in records} - {None}
    return [text for text in texts if sealing.phone_key(text) in phones]


def people_of(key: str, texts: Iterable[str]) -> dict[str, list[int]]:
    """Text of a file → ids of the living records it means. A telephone shared in a family means each of them."""
    read = _id_of if key == PERSON else sealing.phone_key
    field = "pk" if key == PERSON else "phone_key"
    wanted = {text: value for text in texts if (value := read(text)) is not None}
    found: dict[int, set[int]] = {}
    for chunk in _chunks(set(wanted.values())):
        for value, person, survivor in Person.objects.filter(**{f"{field}__in": chunk}).values_list(
            field, "pk", "merged_into"
        ):
            found.setdefault(value, set()).add(_survivor(person, survivor))
    return {text: sorted(found[value]) for text, value in wanted.items() if value in found}


def _id_of(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and int(text) <= _LARGEST_ID else None


def _survivor(person: int, merged_into: int | None) -> int:
    while merged_into is not None:
        person = merged_into
        merged_into = Person.objects.values_list("merged_into", flat=True).get(pk=person)
    return person


def _chunks(values: Iterable[int]) -> Iterator[list[int]]:
    left = iter(values)
    while chunk := list(islice(left, _AT_ONCE)):
        yield chunk
