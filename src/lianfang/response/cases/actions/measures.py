"""Measures on people: ordered on a reason, a rule and a law; checked in; ended only by the rule."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.cases.models import Case, Contact, Measure, TestDay
from lianfang.response.cases.queries.measures import tests_of
from lianfang.response.cases.rules.measures import Decision, Plan, Test, may_release
from lianfang.response.cases.states import MEASURE_TRANSITIONS, Basis, MeasureKind, MeasureState, Reason
from lianfang.response.cases.terms import TERMS
from lianfang.response.ledger.actions import record
from lianfang.response.territory.moves import move
from lianfang.response.territory.permissions import label, require


@transaction.atomic
def order_for_contact(
    contact: Contact, plan: Plan, *, rule: str, by: Any, home_reason: str = "", at: datetime | None = None
) -> Measure:
    """Put a contact under the measure of the plan. The first stage begins; the end is the end of the whole plan.

    ``by=None``: the system, where a rule turns one measure into another.
    """
    if by is not None:
        require(by, "measures.place", contact)
    at = at or clock.now()
    kind = MeasureKind.ISOLATION_HOME if home_reason else MeasureKind(plan.stages[0][0])
    reason = Reason.CLOSE_CONTACT if contact.degree == 1 else Reason.SECONDARY_CONTACT
    if kind == MeasureKind.ISOLATION_HOME and not home_reason:
        home_reason = rule  # the edition itself asks for home isolation
    last = contact.last_exposure_at
    measure = _create(
        person=contact.person, contact=contact, area=contact.area, kind=kind, reason=reason,
        basis=Basis.LAW_39_CONTACT, rule=rule, evidence=f"{contact.evidence}:{label(contact)}",
        home_reason=home_reason, starts_on=plan.stages[0][1], ends_on=plan.ends_on,
        last_exposure_on=last.astimezone().date() if last else None,
        ordered_by_id=getattr(by, "pk", None), ordered_at=at, state_at=at,
    )  # fmt: skip
    TestDay.objects.bulk_create(TestDay(measure=measure, day=day, due_on=on) for day, on in plan.test_days)
    return measure


@transaction.atomic
def order_for_case(case: Case, *, rule: str, ends_on: date, by: Any, at: datetime | None = None) -> Measure:
    """Hospital for a case. The end is the day by which its discharge must be decided."""
    require(by, "measures.place", case)
    at = at or clock.now()
    reason = Reason.ASYMPTOMATIC_CASE if case.asymptomatic else Reason.CONFIRMED_CASE
    return _create(
        person=case.person, case=case, area=case.area, kind=MeasureKind.HOSPITAL, reason=reason,
        basis=Basis.LAW_39_PATIENT, rule=rule, evidence=label(case), starts_on=at.astimezone().date(), ends_on=ends_on,
        ordered_by_id=by.pk, ordered_at=at, state_at=at,
    )  # fmt: skip


def _create(**fields: Any) -> Measure:
    try:
        with transaction.atomic():
            measure = Measure.objects.create(**fields)
    except IntegrityError as error:
        raise ValidationError(_("This person is already under a measure. Open it and change it there.")) from error
    record(
        "measure.ordered", label(measure), area_path=measure.area.path, at=fields["ordered_at"], why=measure.reason,
        actor=fields["ordered_by_id"], kind=measure.kind, ends_on=measure.ends_on, rule=measure.rule,
    )  # fmt: skip
    return measure


@transaction.atomic
def check_in(measure: Measure, site: str, *, by: Any, at: datetime | None = None, check: bool = True) -> None:
    """The person has arrived: the measure is in force. Central isolation and hospital need the site.

    ``check=False`` is for workflows whose own step was the permission.
    """
    if measure.kind in (MeasureKind.ISOLATION_CENTRAL, MeasureKind.HOSPITAL) and not site.strip():
        raise ValidationError({"site": _("Say which isolation site or hospital, and the room.")})
    at = at or clock.now()
    move(
        measure, MeasureState.IN_FORCE, MEASURE_TRANSITIONS, by=by, at=at, check=check,
        site=site.strip() or str(measure.area), checked_in_at=at,
    )  # fmt: skip


def release_decision(measure: Measure, today: date, *, double_test: bool) -> Decision:
    """What the rule says about releasing this person today."""
    contact = measure.contact
    linked = None
    if contact is not None and contact.via_id:
        linked = _tests(contact.via.person, contact.case.disease, contact.first_exposure_at)
    disease = contact.case.disease if contact else measure.case.disease if measure.case else ""
    own = _tests(measure.person, disease, measure.ordered_at)
    due = [day.due_on for day in measure.test_days.all()]
    return may_release(
        ends_on=measure.ends_on,
        today=today,
        due_tests=due,
        tests=own,
        double_test=double_test,
        close_contact_tests=linked,
    )


def _tests(person: Any, disease: str, since: datetime | None) -> list[Test]:
    rows = tests_of(person, disease)
    if since:
        rows = rows.filter(sampled_at__date__gte=since.astimezone().date())
    return [Test(row.sampled_at.astimezone().date(), row.result) for row in rows]


@transaction.atomic
def release(measure: Measure, *, by: Any, double_test: bool, at: datetime | None = None) -> None:
    """Release by the rule, or refuse and name every reason."""
    require(by, "measures.release", measure)
    at = at or clock.now()
    today = at.astimezone().date()
    decision = release_decision(measure, today, double_test=double_test)
    if not decision.ok:
        words = "；".join(TERMS["release"][reason][0] for reason in decision.reasons)
        raise ValidationError(
            _("Release is not allowed yet (%(why)s). Earliest day: %(day)s.")
            % {"why": words, "day": decision.earliest_on},
            params={"reasons": decision.reasons},
        )
    if measure.state != MeasureState.RELEASE_DUE:
        move(measure, MeasureState.RELEASE_DUE, MEASURE_TRANSITIONS, by=None, at=at)
    move(
        measure, MeasureState.RELEASED, MEASURE_TRANSITIONS, by=by, at=at,
        released_on=today, released_by_id=by.pk, end_reason="rule",
    )  # fmt: skip


@transaction.atomic
def extend(measure: Measure, ends_on: date, *, by: Any, why: str, at: datetime | None = None) -> None:
    """A later end, for a new exposure (rule 11) or a test that is missing. Never an earlier one. ``by=None``: by rule."""
    if by is not None:
        require(by, "measures.place", measure)
    if ends_on <= measure.ends_on or not why.strip():
        raise ValidationError(_("An extension needs a later end and the exposure that causes it."))
    was = measure.ends_on
    Measure.objects.filter(pk=measure.pk, state__in=["ordered", "in_force", "release_due"]).update(ends_on=ends_on)
    measure.refresh_from_db(fields=["state", "ends_on"])  # the clock may have found it due since it was read
    if measure.state == MeasureState.RELEASE_DUE:
        move(measure, MeasureState.IN_FORCE, MEASURE_TRANSITIONS, by=by, at=at, why=why)
    record("measure.end_moved", label(measure), by=by, at=at, area_path=measure.area.path, why=why, was=was, to=ends_on)


@transaction.atomic
def end_by_case(measure: Measure, *, by: Any, at: datetime | None = None) -> None:
    """The person became a case: this measure ends, the case's own begins."""
    move(measure, MeasureState.ENDED_BY_CASE, MEASURE_TRANSITIONS, by=by, at=at, check=False, end_reason="became_case")


@transaction.atomic
def withdraw(measure: Measure, *, by: Any, why: str, at: datetime | None = None) -> None:
    """The evidence is withdrawn, so the restriction ends at once. Excluding the case was the permission."""
    move(measure, MeasureState.WITHDRAWN, MEASURE_TRANSITIONS, by=by, at=at, check=False, why=why, end_reason=why[:120])


@transaction.atomic
def replace(measure: Measure, *, by: Any, why: str, at: datetime | None = None) -> None:
    """Another measure takes over, by rule: a stricter one, the next stage, or one on another ground."""
    move(measure, MeasureState.REPLACED, MEASURE_TRANSITIONS, by=by, at=at, check=False, why=why, end_reason=why[:120])


@transaction.atomic
def mark_release_due(ids: Sequence[int], *, at: datetime) -> int:
    """The period of these measures is over; each moves only from 'in force'. Returns how many moved, one ledger row."""
    moved = Measure.objects.filter(pk__in=ids, state=MeasureState.IN_FORCE).update(
        state=MeasureState.RELEASE_DUE, state_at=at
    )
    if moved:
        record("measure.release_due", at=at, count=moved, first=min(ids), last=max(ids))
    return moved


@transaction.atomic
def add_test_day(measure: Measure, on: date) -> TestDay:
    """One more test than the plan had, day 1 being the day the measure began; asking twice adds one."""
    day = (on - measure.starts_on).days + 1
    return TestDay.objects.get_or_create(measure=measure, day=day, defaults={"due_on": on})[0]


@transaction.atomic
def leave_hospital(measure: Measure, on: date, *, by: Any, why: str, at: datetime | None = None) -> None:
    """A stay in hospital ends on the day medicine says; until then its end was only the day to decide by."""
    Measure.objects.filter(pk=measure.pk).update(ends_on=max(on, measure.starts_on))
    if measure.state != MeasureState.RELEASE_DUE:
        move(measure, MeasureState.RELEASE_DUE, MEASURE_TRANSITIONS, by=None, at=at)
    move(
        measure, MeasureState.RELEASED, MEASURE_TRANSITIONS, by=by, at=at, check=False, why=why,
        released_on=max(on, measure.starts_on), released_by_id=by.pk, end_reason=why[:120],
    )  # fmt: skip


@transaction.atomic
def order_monitoring(
    case: Case, *, rule: str, starts_on: date, ends_on: date, by: Any, at: datetime | None = None
) -> Measure:
    """Health monitoring at home after discharge, where the edition asks for it."""
    at = at or clock.now()
    return _create(
        person=case.person, case=case, area=case.person.community, kind=MeasureKind.HEALTH_MONITORING,
        reason=Reason.AFTER_DISCHARGE, basis=Basis.LAW_39_PATIENT, rule=rule, evidence=label(case),
        starts_on=starts_on, ends_on=ends_on, ordered_by_id=by.pk, ordered_at=at, state_at=at,
    )  # fmt: skip


@transaction.atomic
def continue_at_home(measure: Measure, *, by: Any, at: datetime | None = None) -> Measure:
    """The next stage of a replaced central measure, on the same ground to the same end; open tests go with it."""
    at = at or clock.now()
    starts_on = min(at.astimezone().date(), measure.ends_on)
    at_home = _create(
        person=measure.person, contact=measure.contact, area=measure.area, kind=MeasureKind.ISOLATION_HOME,
        reason=measure.reason, basis=measure.basis, rule=measure.rule, evidence=measure.evidence,
        home_reason=measure.rule, starts_on=starts_on, ends_on=measure.ends_on,
        last_exposure_on=measure.last_exposure_on, ordered_by_id=getattr(by, "pk", None), ordered_at=at, state_at=at,
    )  # fmt: skip
    TestDay.objects.filter(measure=measure, test__isnull=True).update(measure=at_home)
    return at_home
