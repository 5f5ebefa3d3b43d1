"""Laboratory results."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianfang.response import clock
from lianfang.response.cases.models import LabTest, TestDay
from lianfang.response.ledger.actions import record
from lianfang.response.people.models import Person
from lianfang.response.territory.permissions import label, require


@transaction.atomic
def record_test(
    person: Person,
    *,
    disease: str,
    sampled_at: datetime,
    result: str,
    laboratory: str,
    by: Any,
    assay: str = "RT-PCR",
    at: datetime | None = None,
) -> LabTest:
    """Record one result once: the same sample sent twice, or by two routes, is one row. A different result is refused."""
    require(by, "cases.test", person)
    at = at or clock.now()
    if sampled_at > at:
        raise ValidationError({"sampled_at": _("A sample cannot be taken in the future.")})
    test, new = LabTest.objects.get_or_create(
        person=person, disease=disease, sampled_at=sampled_at, assay=assay, laboratory=laboratory,
        defaults={
            "area": person.community, "result": result, "resulted_at": at, "recorded_at": at, "recorded_by_id": by.pk,
        },
    )  # fmt: skip
    if not new and test.result != result:
        raise ValidationError(
            _("This sample already has the result “%(was)s”. Correct it with the laboratory, not by entering it again.")
            % {"was": test.get_result_display()}
        )
    if new:
        record("test.recorded", label(test), by=by, at=at, area_path=test.area.path, result=result)
        if result != LabTest.Result.INCONCLUSIVE:  # then the sample must be taken again
            _fill_test_day(test)
    return test


def _fill_test_day(test: LabTest) -> None:
    """A sample counts for the earliest open test day that was due on or before it."""
    day = (
        TestDay.objects.filter(
            measure__person=test.person_id, measure__state__in=["ordered", "in_force", "release_due"],
            test__isnull=True, due_on__lte=test.sampled_at.astimezone().date(),
        )
        .order_by("due_on")
        .first()
    )  # fmt: skip
    if day:
        day.test = test
        day.save(update_fields=["test"])
