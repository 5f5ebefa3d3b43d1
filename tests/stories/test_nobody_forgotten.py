"""Whatever happens in whatever order: nobody past the end of a measure is on nobody's list, and nothing contradicts."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianfang.response.cases.models import Case, Contact, Measure
from lianfang.response.cases.queries.measures import running
from lianfang.response.cases.states import RUNNING
from lianfang.response.duties.models import Duty
from lianfang.response.duties.states import OPEN_STATES
from lianfang.response.territory.permissions import label
from lianfang.response.workflows.confirm_case import confirm_case
from lianfang.response.workflows.daily import daily, forgotten
from lianfang.response.workflows.exclude_case import exclude_case
from lianfang.response.workflows.interview import name_contact_in_interview
from lianfang.response.workflows.place_contact import check_in_contact
from lianfang.response.workflows.release_person import extend_for_tests, release
from lianfang.response.workflows.review_contact import review_contact

from .conftest import on, resident, result_of

pytestmark = pytest.mark.django_db
DECISIONS = ("accept", "accept", "exclude", "verify", "push")


class City:
    """A few people to whom anything may happen. A refusal is an answer; a contradiction is not."""

    def __init__(self, cast) -> None:
        self.cast = cast
        self.town = SimpleNamespace(cast=cast)
        first = resident(cast.xiaoguozhuang, "甲")
        others = [resident(cast.dongcheng, "丙"), resident(cast.liujiazuo, "丁"), resident(cast.zhongmei, "戊")]
        self.people = [first, resident(cast.xiaoguozhuang, "乙", first.household), *others]
        self.people.append(resident(cast.dongcheng, "己", others[0].household))
        self.day, self.minute = 3, 0
        self.happens("result", 0, 0)
        self.happens("confirm", 0, 0)

    def now(self):
        self.minute += 1
        return on(self.day) + timedelta(minutes=self.minute)

    def happens(self, event: str, who: int, how: int) -> None:
        person = self.people[who % len(self.people)]
        try:
            with transaction.atomic():
                getattr(self, event)(person, how)
        except ValidationError:
            pass

    def days_pass(self, _person, how: int) -> None:
        self.day, self.minute = self.day + 1 + how % 6, 0
        daily(on(self.day, 6))

    def result(self, person, how: int) -> None:
        result_of(self.town, person, ("positive", "negative", "negative", "inconclusive")[how % 4], self.now())

    def confirm(self, person, _how: int) -> None:
        for case in Case.objects.filter(person=person, state="reported"):
            confirm_case(case, by=self.cast.tracer, at=self.now())

    def exclude(self, person, _how: int) -> None:
        for case in Case.objects.filter(person=person, state__in=["reported", "confirmed"]):
            exclude_case(case, by=self.cast.second_tracer, why="false positive", at=self.now())

    def name(self, person, how: int) -> None:
        for case in Case.objects.filter(state="confirmed").exclude(person=person):
            first = on(self.day) - timedelta(days=how % 5)
            name_contact_in_interview(
                case, person, by=self.cast.tracer, setting="meal", first_at=first, last_at=first, at=self.now()
            )

    def review(self, person, how: int) -> None:
        decision = DECISIONS[how % len(DECISIONS)]
        for contact in Contact.objects.filter(person=person, state__in=["identified", "verifying"]):
            review_contact(contact, decision, by=self.cast.tracer, why="as told", destination="保定市", at=self.now())

    def check_in(self, person, _how: int) -> None:
        measure = running(person)
        if measure is not None and measure.case_id is None:
            check_in_contact(measure, "302", by=self.cast.tracer, at=self.now())

    def release(self, person, _how: int) -> None:
        measure = running(person)
        if measure is not None:
            release(measure, by=self.cast.tracer, at=self.now())

    def extend(self, person, _how: int) -> None:
        measure = running(person)
        if measure is not None:
            extend_for_tests(measure, by=self.cast.tracer, at=self.now())


EVENTS = ["days_pass", "result", "confirm", "exclude", "name", "review", "review", "check_in", "release", "extend"]


def contradictions() -> list[str]:
    """What must never be true of a city, in words."""
    found = []
    duties = Duty.objects.filter(state__in=OPEN_STATES)
    for measure in Measure.objects.exclude(state__in=RUNNING):
        found += [f"{duty} is owed about an ended measure" for duty in duties.filter(subject=label(measure))]
    for contact in Contact.objects.filter(state__in=["excluded", "released", "became_case"]):
        found += [f"{duty} is owed about an ended contact" for duty in duties.filter(subject=label(contact))]
    for measure in Measure.objects.filter(state__in=RUNNING):
        if not Duty.objects.filter(kind="service_call", subject=label(measure)).exists() and measure.case_id is None:
            found.append(f"measure {measure.pk} without a service")
        if measure.contact and measure.contact.state not in ("ours", "under_management"):
            found.append(f"measure {measure.pk} on a contact who is {measure.contact.state}")
        if measure.contact and measure.contact.case.state == "excluded":
            found.append(f"measure {measure.pk} rests on an excluded case")
    for contact in Contact.objects.filter(state__in=["ours", "under_management"]):
        if running(contact.person) is None:
            found.append(f"contact {contact.pk} is {contact.state} and held by nothing")
    for contact in Contact.objects.filter(state__in=["identified", "verifying"], case__state="confirmed"):
        if not duties.filter(kind="review_contact", subject=label(contact)).exists():
            found.append(f"contact {contact.pk} is {contact.state} and on nobody's list")
    for case in Case.objects.filter(state="reported"):
        if not duties.filter(kind="confirm_case", subject=label(case)).exists():
            found.append(f"case {case.pk} waits for nobody")
    return found


@settings(
    max_examples=25, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(story=st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 5), st.integers(0, 29)), max_size=40))
def test_nobody_past_the_end_is_forgotten_whatever_happens(cast, story):
    undo = transaction.savepoint()
    try:
        city = City(cast)
        for event, who, how in story:
            city.happens(event, who, how)
            assert contradictions() == []
        city.happens("days_pass", 0, 5)
        assert not forgotten(on(city.day).date()).exists()
        city.day += 20
        city.happens("days_pass", 0, 0)
        past = Measure.objects.filter(state__in=RUNNING, ends_on__lte=on(city.day).date())
        for measure in past:
            assert (
                Duty.objects.filter(kind="release_person", subject=label(measure), state__in=OPEN_STATES).count() == 1
            )
        assert contradictions() == []
    finally:
        transaction.savepoint_rollback(undo)
