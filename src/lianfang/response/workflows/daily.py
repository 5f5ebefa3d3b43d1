"""What the calendar owes: visits, samples and releases of the day, and whatever became late.

Run as often as one likes, by several processes, killed at any point: every duty has a key, every batch its transaction.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from lianfang.response import clock
from lianfang.response.cases.actions.measures import mark_release_due
from lianfang.response.cases.models import Measure, TestDay
from lianfang.response.cases.rules import protocol as protocols
from lianfang.response.cases.states import RUNNING, MeasureKind, MeasureState, Reason
from lianfang.response.duties import actions as duties
from lianfang.response.duties.actions import Owed
from lianfang.response.duties.models import Duty
from lianfang.response.duties.states import OPEN_STATES
from lianfang.response.territory.permissions import label
from lianfang.response.tracing.actions.ending import destroy_ended
from lianfang.response.workflows.obligations import end_of, ordered_under, owe_each
from lianfang.response.workflows.place_contact import home_stage
from lianfang.response.workflows.release_person import owe_releases
from lianfang.response.workflows.review_reads import review_reads

BATCH = 10_000  # large, so that the tallies above the communities move rarely


def daily(at: datetime | None = None) -> dict[str, int]:
    """Open what is owed on the day of ``at`` and let the duties' clock work; return how many of each were new.

    Keys: follow_up, sample_person, release_person, home_stage, review_access, release_due, late, climbed; and warrants,
    destroyed.
    """
    at = at or clock.now()
    today = at.astimezone().date()
    done = {
        "release_due": _in_batches(past_end(today).filter(state=MeasureState.IN_FORCE), _mark_due(at)),
        "release_person": _in_batches(forgotten(today), lambda rows: owe_releases(rows, at=at)),
        "follow_up": _in_batches(_not_visited(today), lambda rows: _owe_visits(rows, today, at)),
        "sample_person": _owe_samples(today, at),
        "home_stage": _owe_home_stages(today, at),
        "warrants": destroy_ended(at),
        "review_access": review_reads(at),
    }
    return done | duties.tick(at)


def past_end(today: date) -> QuerySet[Measure]:
    """Running measures whose last day has come."""
    return Measure.objects.filter(state__in=RUNNING, ends_on__lte=today).select_related("area")


def forgotten(today: date) -> QuerySet[Measure]:
    """Measures at or past their end whose release is on nobody's list. After ``daily`` there are none."""
    subject = Concat(Value(f"{Measure._meta.label_lower}:"), Cast(OuterRef("pk"), CharField()))
    asked = Duty.objects.filter(subject=subject, kind="release_person", state__in=OPEN_STATES)
    return past_end(today).filter(~Exists(asked))


def _in_batches(rows: QuerySet[Measure], act: Callable[[list[Measure]], int]) -> int:
    return sum(_each(rows.order_by("pk"), act))


def _each(rows: QuerySet[Measure], act: Callable[[list[Measure]], int]) -> Iterator[int]:
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        yield _whole(act, batch)
        last = batch[-1].pk


def _whole(act: Callable[[list[Any]], int], batch: list[Any]) -> int:
    """One batch in one transaction; once more where another process opened the same duties in between."""
    try:
        with transaction.atomic():
            return act(batch)
    except IntegrityError:
        with transaction.atomic():
            return act(batch)


def _mark_due(at: datetime) -> Callable[[list[Measure]], int]:
    return lambda rows: mark_release_due([row.pk for row in rows], at=at)


def _not_visited(today: date) -> QuerySet[Measure]:
    """Held outside hospital, begun, and without a visit owed today. Wards watch their own patients."""
    tail = Value(f":{today:%Y%m%d}")
    key = Concat(Value(f"follow_up:{Measure._meta.label_lower}:"), Cast(OuterRef("pk"), CharField()), tail)
    rows = Measure.objects.filter(state__in=RUNNING, starts_on__lte=today).exclude(kind=MeasureKind.HOSPITAL)
    return rows.filter(~Exists(Duty.objects.filter(key=key))).select_related("area", "contact__case", "case")


def _owe_visits(rows: list[Measure], today: date, at: datetime) -> int:
    starts = timezone.make_aware(datetime.combine(today, time()))
    owed = [
        Owed(
            key=f"follow_up:{label(row)}:{today:%Y%m%d}", area=row.area, person_id=row.person_id, subject=label(row),
            due_at=starts + timedelta(hours=ordered_under(row)["follow_up_every_h"]), rule=row.rule,
            params={"measure": row.kind, "day": (today - row.starts_on).days + 1},
        )
        for row in rows
    ]  # fmt: skip
    return duties.open_many("follow_up", owed, at=at)


def _owe_samples(today: date, at: datetime) -> int:
    key = Concat(Value(f"sample_person:{TestDay._meta.label_lower}:"), Cast(OuterRef("pk"), CharField()))
    due = TestDay.objects.filter(test__isnull=True, due_on__lte=today, measure__state__in=RUNNING)
    rows = due.filter(~Exists(Duty.objects.filter(key=key))).select_related("measure__area").order_by("pk")
    opened, last = 0, 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        opened += _whole(lambda days: duties.open_many("sample_person", [_sample(day) for day in days], at=at), batch)
        last = batch[-1].pk
    return opened


def _sample(day: TestDay) -> Owed:
    return Owed(
        key=f"sample_person:{label(day)}", area=day.measure.area, due_at=end_of(day.due_on),
        person_id=day.measure.person_id, subject=label(day.measure), rule=day.measure.rule,
        params={"day": day.day, "due_on": day.due_on.isoformat()},
    )  # fmt: skip


def _owe_home_stages(today: date, at: datetime) -> int:
    """Central days are over and the edition goes on at home: somebody brings the person there."""
    asked = Duty.objects.filter(
        subject=Concat(Value(f"{Measure._meta.label_lower}:"), Cast(OuterRef("pk"), CharField())),
        kind="place_contact", state__in=OPEN_STATES,
    )  # fmt: skip
    rows = Measure.objects.filter(_may_go_home(today), ~Exists(asked)).select_related("area", "contact__case")
    return _in_batches(rows, lambda batch: _owe_home_stage(batch, today, at))


def _owe_home_stage(batch: list[Measure], today: date, at: datetime) -> int:
    begun = {measure.pk: on for measure in batch if (on := home_stage(measure)) is not None and on <= today}
    return owe_each(
        "place_contact", [measure for measure in batch if measure.pk in begun], at=at,
        due_at=lambda measure: end_of(begun[measure.pk]), params=lambda _measure: {"measure": "isolation_home"},
    )  # fmt: skip


def _may_go_home(today: date) -> Q:
    """Central measures within the home days of their edition; local departures are looked at one by one afterwards."""
    found = Q(pk__in=[])
    for edition in protocols.editions():
        rules = protocols.load(edition)
        for reason, name in ((Reason.CLOSE_CONTACT, "home_days"), (Reason.SECONDARY_CONTACT, "secondary_home_days")):
            if days := rules.days(name):
                until = today + timedelta(days=days)
                found |= Q(rule__startswith=f"{edition}@", reason=reason, ends_on__lte=until)
    central = Q(kind=MeasureKind.ISOLATION_CENTRAL, state=MeasureState.IN_FORCE, ends_on__gt=today)
    return central & found
