"""A measure ends by the rule: last exposure and tests, never the calendar alone; and what is missing is named."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.cases.actions import cases, contacts, measures
from lianfang.response.cases.models import Contact, Measure
from lianfang.response.cases.rules.measures import Decision
from lianfang.response.cases.states import CaseState, ContactState, MeasureKind, MeasureState, Reason
from lianfang.response.duties.actions import cancel_about, finish_about
from lianfang.response.territory.permissions import label, require
from lianfang.response.workflows.obligations import end_of, ordered_under, owe_each
from lianfang.response.workflows.place_contact import extend_to

MISSING_TESTS = {"test_missing", "last_test_too_old", "second_test_missing"}


def release_decision(measure: Measure, *, at: datetime | None = None) -> Decision:
    """What the rule says today: ok, every reason against it, and the earliest day."""
    at = at or clock.now()
    double = bool(ordered_under(measure)["double_test"]) and measure.reason == Reason.CLOSE_CONTACT
    return measures.release_decision(measure, at.astimezone().date(), double_test=double)


def propose_release(measure: Measure, *, at: datetime | None = None) -> Decision:
    """Put a measure whose days are over on somebody's list, and say what the rule thinks of its release.

    The system's own step (no user). Asking twice owes once; a duty closed without a release is owed again.
    """
    at = at or clock.now()
    with transaction.atomic():
        if measure.ends_on <= at.astimezone().date():
            measures.mark_release_due([measure.pk], at=at)
            owe_releases([measure], at=at)
            measure.refresh_from_db()
    return release_decision(measure, at=at)


def owe_releases(rows: Sequence[Measure], *, at: datetime) -> int:
    """Owe the release of measures past their end that no open duty asks for yet."""
    return owe_each(
        "release_person", rows, at=at, due_at=lambda measure: end_of(measure.ends_on),
        params=lambda measure: {"measure": measure.kind, "ends_on": measure.ends_on.isoformat()},
    )  # fmt: skip


def release(measure: Measure, *, by: Any, at: datetime | None = None) -> None:
    """Release a person by the rule, or refuse and name every reason.

    Every contact row that held them is released with the measure; nothing more is owed about it.
    """
    require(by, "measures.release", measure)
    with transaction.atomic():
        at = at or clock.now()
        if measure.kind == MeasureKind.HOSPITAL:
            raise ValidationError(_("A case leaves hospital by discharge, not by release."))
        if measure.checked_in_at is None:
            raise ValidationError(_("This person was never checked in, so there is nothing to release them from."))
        double = bool(ordered_under(measure)["double_test"]) and measure.reason == Reason.CLOSE_CONTACT
        measures.release(measure, by=by, double_test=double, at=at)
        for contact in Contact.objects.filter(person=measure.person_id, state=ContactState.UNDER_MANAGEMENT):
            contacts.released(contact, by=by, at=at)
        finish_about(label(measure), "release_person", {"result": "released"}, by=by, at=at)
        cancel_about(label(measure), by=by, why=_("released"), at=at)
        _close_case(measure, by=by, at=at)


def _close_case(measure: Measure, *, by: Any, at: datetime) -> None:
    """Monitoring after discharge was the last that was owed about the case."""
    case = measure.case
    if case is not None and case.state == CaseState.RECOVERED:
        cases.close(case, by=by, at=at)


def extend_for_tests(measure: Measure, *, by: Any, at: datetime | None = None) -> date:
    """Tests are missing at the end: one more day with a test on it. Returns the new end.

    Refused where no test is missing: nobody is held longer for another reason.
    """
    require(by, "measures.place", measure)
    at = at or clock.now()
    decision = release_decision(measure, at=at)
    missing = MISSING_TESTS & set(decision.reasons)
    if not missing or "period_running" in decision.reasons:
        raise ValidationError(_("No test is missing at the end of this measure, so it is not extended."))
    ends_on = max(measure.ends_on, at.astimezone().date()) + timedelta(days=1)
    extend_to(measure, ends_on, by=by, why=",".join(sorted(missing)), at=at)
    return ends_on


def restart_after_positive_inside(
    rows: list[Measure], *, exposed_on: date, by: Any, why: str, at: datetime | None = None
) -> int:
    """Rule 11: somebody turned positive inside the site; those on the same and the next floors begin their days again.

    Returns how many ends moved. Who was on those floors the tracer says; nobody's end moves to an earlier day.
    """
    for measure in rows:
        require(by, "measures.place", measure)
    moved = 0
    with transaction.atomic():
        at = at or clock.now()
        for measure in rows:
            days = ordered_under(measure).days("positive_inside_restart_days")
            ends_on = exposed_on + timedelta(days=days)
            if measure.state in (MeasureState.IN_FORCE, MeasureState.RELEASE_DUE) and ends_on > measure.ends_on:
                extend_to(measure, ends_on, by=by, why=why, at=at)
                moved += 1
    return moved
