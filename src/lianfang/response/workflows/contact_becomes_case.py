"""A contact turns out to be infected: one person, one record; the sources stand already; their contacts move up."""

from datetime import datetime
from typing import Any

from lianfang.response.cases.models import Case, Contact, LabTest
from lianfang.response.workflows.report_suspect import report_positive


def contact_becomes_case(contact: Contact, test: LabTest, *, by: Any, at: datetime | None = None) -> Case:
    """The contact's own sample is positive: return the reported case of the same person, to be confirmed.

    Their measure ends, their duties are cancelled, everybody they may have it from stands as a source, and who was a
    contact of theirs is a close contact now (rule 10). Raises ValueError for a test that is not theirs or not positive.
    """
    if test.person_id != contact.person_id or test.result != LabTest.Result.POSITIVE:
        raise ValueError("the test is not a positive result of this contact")
    return report_positive(test, by=by, at=at)
