"""From a report to a release, through the actions."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from lianfang.response.cases.actions import cases, contacts, measures, tests
from lianfang.response.cases.models import Measure
from lianfang.response.cases.queries.protocols import protocol_for
from lianfang.response.cases.rules.measures import measure_plan
from lianfang.response.ledger.queries import verify
from lianfang.response.people.actions import enter_person
from lianfang.response.people.sealing import Identity

pytestmark = pytest.mark.django_db
COVID = "COVID-19"


@pytest.fixture
def case(cast):
    person = enter_person(Identity("王小明"), cast.xiaoguozhuang, by=cast.tracer)
    return cases.report_case(person, cast.xiaoguozhuang, "石家庄-0001", disease=COVID, by=cast.tracer)


@pytest.fixture
def measure(cast, case):
    now = timezone.now()
    person = enter_person(Identity("李国强"), cast.xiaoguozhuang, by=cast.tracer)
    contact = contacts.name_contact(
        case, person, by=cast.tracer, setting="meal", evidence="interview",
        first_exposure_at=now - timedelta(days=1), last_exposure_at=now - timedelta(days=1),
    )  # fmt: skip
    contacts.accept(contact, by=cast.tracer)
    protocol = protocol_for(cast.xiaoguozhuang, COVID)
    today = timezone.localdate()
    plan = measure_plan(protocol, 1, last_exposure_on=today - timedelta(days=1), entered_on=today)
    return measures.order_for_contact(contact, plan, rule=protocol.version, by=cast.tracer)


def positive(cast, case):
    tests.record_test(
        case.person, disease=COVID, sampled_at=timezone.now() - timedelta(hours=3), result="positive",
        laboratory="市疾控", by=cast.laboratory,
    )  # fmt: skip


def test_one_person_cannot_make_a_case(cast, case):
    positive(cast, case)
    with pytest.raises(ValidationError):
        cases.confirm(case, by=cast.tracer)
    cases.confirm(case, by=cast.second_tracer)
    assert case.state == "confirmed"


def test_a_case_is_not_confirmed_without_a_laboratory_result(cast, case):
    with pytest.raises(ValidationError):
        cases.confirm(case, by=cast.second_tracer)


def test_a_person_has_one_running_case(cast, case):
    with pytest.raises(ValidationError):
        cases.report_case(case.person, case.area, "石家庄-0002", disease=COVID, by=cast.tracer)


def test_a_contact_named_twice_is_one_contact_with_the_longer_exposure(cast, case, measure):
    now = timezone.now()
    again = contacts.name_contact(
        case, measure.person, by=cast.tracer, setting="household", evidence="household", last_exposure_at=now
    )
    assert again == measure.contact
    assert (again.last_exposure_at, again.evidence) == (now, "household")


def test_a_measure_says_why_by_which_rule_and_until_when(measure):
    assert measure.rule == "CN-7@2020-09-15"
    assert (measure.reason, measure.basis, measure.kind) == ("close_contact", "law_39_contact", "isolation_central")
    assert measure.ends_on == timezone.localdate() + timedelta(days=13)


def test_nobody_is_released_before_the_rule_allows(cast, measure):
    measures.check_in(measure, "黄庄公寓 3-301", by=cast.xiaoguozhuang_community)
    with pytest.raises(ValidationError):
        measures.release(measure, by=cast.tracer, double_test=True)


def test_central_isolation_without_a_site_cannot_be_stored(measure):
    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(state="in_force")


def test_an_early_release_cannot_be_stored(measure):
    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(state="released", released_on=timezone.localdate())


def test_everything_done_stands_in_a_whole_chain(measure):
    assert verify().ok
    assert verify().count >= 6
