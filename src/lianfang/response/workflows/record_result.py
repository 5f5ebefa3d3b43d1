"""One laboratory result: the sample is no longer owed; a positive one makes a case to be confirmed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from lianfang.response import clock
from lianfang.response.cases.actions.tests import record_test
from lianfang.response.cases.models import Case, LabTest, TestDay
from lianfang.response.duties.actions import finish_duty
from lianfang.response.duties.models import Duty
from lianfang.response.duties.states import OPEN_STATES
from lianfang.response.people.models import Person
from lianfang.response.territory.permissions import label, require
from lianfang.response.workflows.report_suspect import report_positive


@dataclass(frozen=True)
class Recorded:
    """The stored test, and the case it made or belongs to; None for a result that is not positive."""

    test: LabTest
    case: Case | None


def record_result(
    person: Person,
    *,
    disease: str,
    sampled_at: datetime,
    result: str,
    laboratory: str,
    by: Any,
    assay: str = "RT-PCR",
    at: datetime | None = None,
) -> Recorded:
    """Store one result once and draw its consequences in the same transaction.

    result: positive, negative or inconclusive (then the sample stays owed). A positive contact becomes a case of the
    same person; everybody else positive is reported. The same result sent again changes nothing.
    """
    require(by, "cases.test", person)
    with transaction.atomic():
        at = at or clock.now()
        test = record_test(
            person, disease=disease, sampled_at=sampled_at, result=result, laboratory=laboratory, by=by, assay=assay, at=at
        )  # fmt: skip
        _finish_sample(test, by=by, at=at)
        case = report_positive(test, by=by, at=at) if result == LabTest.Result.POSITIVE else None
    return Recorded(test, case)


def _finish_sample(test: LabTest, *, by: Any, at: datetime) -> None:
    """The test day this sample filled is done, and so is whoever owed it."""
    for day in TestDay.objects.filter(test=test):
        owed = Duty.objects.filter(key=f"sample_person:{label(day)}", state__in=OPEN_STATES).select_related("area")
        for duty in owed:
            finish_duty(duty, {"result": test.result, "test": label(test)}, by=by, at=at, check=False)
