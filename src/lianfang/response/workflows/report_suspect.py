"""Somebody is reported as a case: by whoever examined them, or by the laboratory's positive result."""

from datetime import datetime
from typing import Any

from django.db import transaction

from lianfang.response import clock
from lianfang.response.cases.actions import cases
from lianfang.response.cases.models import Case, LabTest
from lianfang.response.cases.queries.cases import next_label, running_case
from lianfang.response.cases.queries.protocols import protocol_for
from lianfang.response.people.models import Person
from lianfang.response.territory.models import Area
from lianfang.response.territory.permissions import require
from lianfang.response.workflows.obligations import owe_confirmation
from lianfang.response.workflows.turn_contacts import turn_contacts


def report_suspect(
    person: Person,
    *,
    disease: str,
    by: Any,
    area: Area | None = None,
    case_label: str = "",
    at: datetime | None = None,
    **fields: Any,
) -> Case:
    """Report a person as a case, on what was seen; a second person is asked to confirm it.

    area: where the person really is; their own community where nothing else is known. fields: columns of Case
    (onset_on, sampled_on, diagnosed_on, …). Refuses a person who already has a running case.
    """
    area = area or person.community
    require(by, "cases.report", area)
    with transaction.atomic():
        at = at or clock.now()
        number = case_label or next_label(area, disease)
        case = cases.report_case(person, area, number, disease=disease, by=by, at=at, **fields)
        turn_contacts(case, by=by, at=at)
        owe_confirmation(case, protocol_for(area, disease, at), at=at, apart_from=[by.pk])
    return case


def report_positive(test: LabTest, *, by: Any, at: datetime | None = None) -> Case:
    """A laboratory found somebody positive: the case is reported by that result alone, and waits for a second person.

    A person who already has a running case keeps it; the result stands with their other tests.
    """
    require(by, "cases.test", test)
    with transaction.atomic():
        at = at or clock.now()
        known = running_case(test.person_id, test.disease)
        if known:
            return known
        person = test.person
        case = cases.report_case(
            person, person.community, next_label(person.community, test.disease), disease=test.disease, by=None,
            at=at, sampled_on=test.sampled_at.astimezone().date(), found_by="laboratory",
        )  # fmt: skip
        turn_contacts(case, by=by, at=at)
        protocol = protocol_for(case.area, case.disease, at)
        owe_confirmation(case, protocol, at=at, apart_from=[by.pk, test.recorded_by_id])
    return case
