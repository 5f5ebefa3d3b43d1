"""A confirmed case is brought to hospital, and leaves it: recovered and watched a while longer, or dead."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.cases.actions import cases, measures
from lianfang.response.cases.models import Case, Measure
from lianfang.response.cases.queries.measures import running, tests_of
from lianfang.response.cases.queries.protocols import protocol_for
from lianfang.response.cases.rules.measures import may_discharge
from lianfang.response.cases.states import CaseState, MeasureKind
from lianfang.response.duties.actions import cancel_about, finish_about
from lianfang.response.duties.models import Duty
from lianfang.response.duties.states import OPEN_STATES
from lianfang.response.territory.permissions import label, require
from lianfang.response.workflows.obligations import owe_service


def admit_case(case: Case, hospital: str, *, by: Any, at: datetime | None = None) -> Measure:
    """Arrived: the hospital measure is in force and the duty to move the infected person (rule 4) is proved.

    ``by`` is whoever owns that duty (a dispatcher), or anybody who may follow measures there.
    """
    owns = Duty.objects.filter(subject=label(case), kind="move_infected", owner_id=by.pk, state__in=OPEN_STATES)
    require(by, "duties.do" if owns.exists() else "measures.follow", case)
    measure = _hospital_measure(case)
    with transaction.atomic():
        at = at or clock.now()
        measures.check_in(measure, hospital, by=by, at=at, check=False)
        proof = {"site": measure.site, "checked_in_at": at.isoformat()}
        finish_about(label(case), "move_infected", proof, by=by, at=at)
    return measure


def discharge_case(case: Case, *, by: Any, at: datetime | None = None) -> Measure | None:
    """Recovered by the tests the protocol asks for. Returns the health monitoring that follows, if the edition has it."""
    require(by, "measures.release", case)
    with transaction.atomic():
        at = at or clock.now()
        today = at.astimezone().date()
        protocol = protocol_for(case.area, case.disease, at)
        results = [(test.sampled_at, test.result) for test in tests_of(case.person, case.disease)]
        if not may_discharge(protocol, results):
            raise ValidationError(
                _("Discharge needs %(n)s negatives, %(h)s hours apart.")
                % {"n": protocol.days("discharge_negatives"), "h": protocol["discharge_apart_h"]}
            )
        _leave(case, "recovered", by=by, at=at)
        cases.end(case, CaseState.RECOVERED, by=by, on=today, at=at)
        days = protocol.days("case_monitoring_days")
        if not days:
            return None
        monitoring = measures.order_monitoring(
            case, rule=protocol.version, starts_on=today, ends_on=today + timedelta(days=days), by=by, at=at
        )
        measures.check_in(monitoring, "", by=by, at=at, check=False)
        owe_service(monitoring, protocol, at=at)
    return monitoring


def record_death(case: Case, *, by: Any, at: datetime | None = None) -> None:
    """The case died; nothing is owed about the person any more."""
    require(by, "cases.report", case)
    with transaction.atomic():
        at = at or clock.now()
        _leave(case, "died", by=by, at=at)
        cases.end(case, CaseState.DIED, by=by, on=at.astimezone().date(), at=at)


def _hospital_measure(case: Case) -> Measure:
    measure = running(case.person)
    if measure is None or measure.kind != MeasureKind.HOSPITAL:
        raise ValidationError(_("No hospital measure is running for this case."))
    return measure


def _leave(case: Case, why: str, *, by: Any, at: datetime) -> None:
    measure = _hospital_measure(case)
    measures.leave_hospital(measure, at.astimezone().date(), by=by, why=why, at=at)
    finish_about(label(measure), "release_person", {"result": why}, by=by, at=at)
    cancel_about(label(measure), by=by, why=why, at=at)
    cancel_about(label(case), by=by, why=why, at=at, kinds=["move_infected"])
