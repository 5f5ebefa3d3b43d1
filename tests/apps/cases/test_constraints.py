"""The errors the district offices hunted by spreadsheet, each refused by the database itself, whatever the code does."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from lianfang.response.cases.models import Case, Contact, LabTest, Measure, Override, Receipt, Source, Stay, TestDay
from lianfang.response.people.actions import sealed_fields
from lianfang.response.people.models import Person
from lianfang.response.people.sealing import Identity

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Refused:
    """``with refused(name)``: the block raises IntegrityError, and by the constraint that is meant."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def __enter__(self) -> None:
        self.inner = transaction.atomic()
        self.inner.__enter__()

    def __exit__(self, kind, error, trace) -> bool:
        self.inner.__exit__(kind, error, trace)
        assert kind is not None, f"the database took what {self.names[0]} should refuse"
        assert issubclass(kind, IntegrityError), error
        assert any(name in str(error) for name in self.names), error
        return True


def person_in(community, name="甲"):
    return Person.objects.create(community=community, **sealed_fields(Identity(name)))


def new_case(person, label, **fields):
    return Case.objects.create(
        person=person, area=person.community, label=label, disease="COVID-19", state_at=NOW, created_at=NOW, **fields
    )


def new_contact(case, person, **fields):
    given = {"degree": 1, "setting": "meal", "evidence": "interview", "named_at": NOW, "state_at": NOW} | fields
    return Contact.objects.create(case=case, person=person, area=person.community, **given)


def new_measure(contact, **fields):
    given = {
        "kind": "isolation_central", "reason": "close_contact", "basis": "law_39_contact", "rule": "CN-7@2020-09-15",
        "evidence": "interview", "starts_on": TODAY, "ends_on": TODAY + 14 * DAY, "ordered_at": NOW, "state_at": NOW,
        "person": contact.person, "area": contact.area, "contact": contact,
    } | fields  # fmt: skip
    return Measure.objects.create(**given)


@pytest.fixture
def case(cast):
    return new_case(person_in(cast.xiaoguozhuang), "0001")


@pytest.fixture
def contact(cast, case):
    return new_contact(case, person_in(cast.dongcheng, "乙"))


@pytest.fixture
def measure(contact):
    return new_measure(contact)


@pytest.fixture
def lab_test(cast, case):
    return LabTest.objects.create(
        person=case.person, area=case.area, disease="COVID-19", sampled_at=NOW - HOUR, result="negative",
        resulted_at=NOW, laboratory="市疾控", recorded_by_id=1, recorded_at=NOW,
    )  # fmt: skip


def refused(*names: str) -> Refused:
    return Refused(*names)


# --- the errors they hunted


def test_town_not_in_the_code_list(contact):
    """A contact belongs to an area of the tree; there is no column into which a town could be typed."""
    from django.db import connection

    with refused("foreign key"):
        Contact.objects.filter(pk=contact.pk).update(area_id=999_999)
        connection.check_constraints()


def test_a_contact_without_any_area(contact):
    with refused("area_id"):
        Contact.objects.filter(pk=contact.pk).update(area=None)


def test_tracked_empty(contact):
    with refused("cases_contact_is_tracked"):
        Contact.objects.filter(pk=contact.pk).update(state="")


def test_destination_unknown(contact):
    with refused("cases_pushed_has_destination"):
        Contact.objects.filter(pk=contact.pk).update(state="pushed_elsewhere")


@pytest.mark.parametrize("given", [{"site": "302"}, {"checked_in_at": NOW}, {}])
def test_listed_as_central_with_no_site_or_no_check_in(measure, given):
    with refused("cases_central_has_site_and_check_in"):
        Measure.objects.filter(pk=measure.pk).update(state="in_force", **given)


def test_waiting_although_checked_in(measure):
    with refused("cases_waiting_not_checked_in"):
        Measure.objects.filter(pk=measure.pk).update(checked_in_at=NOW)


def test_home_without_a_reason(measure):
    with refused("cases_home_has_reason"):
        Measure.objects.filter(pk=measure.pk).update(kind="isolation_home")


def test_release_earlier_than_the_end(measure):
    with refused("cases_released_not_early"):
        Measure.objects.filter(pk=measure.pk).update(state="released", released_on=measure.ends_on - DAY)


def test_release_without_a_day(measure):
    with refused("cases_released_not_early"):
        Measure.objects.filter(pk=measure.pk).update(state="released", released_on=None)


def test_a_secondary_contact_with_no_linked_close_contact(contact):
    with refused("cases_secondary_has_close_contact"):
        Contact.objects.filter(pk=contact.pk).update(degree=2)


def test_a_close_contact_through_somebody_else(cast, case, contact):
    with refused("cases_secondary_has_close_contact"):
        new_contact(case, person_in(cast.dongcheng, "丙"), degree=1, via=contact)


# --- contacts


def test_a_third_degree(cast, case, contact):
    with refused("cases_contact_degree"):
        new_contact(case, person_in(cast.dongcheng, "丙"), degree=3, via=contact)


def test_the_same_contact_of_a_case_twice(case, contact):
    with refused("cases_contact_once", "case_id"):
        new_contact(case, contact.person)


def test_a_contact_that_became_a_case_without_naming_it(contact):
    with refused("cases_became_names_case"):
        Contact.objects.filter(pk=contact.pk).update(state="became_case")


def test_a_contact_excluded_without_a_reason(contact):
    with refused("cases_excluded_has_reason"):
        Contact.objects.filter(pk=contact.pk).update(state="excluded")


def test_an_exposure_that_ends_before_it_begins(contact):
    with refused("cases_contact_exposure_in_order"):
        Contact.objects.filter(pk=contact.pk).update(first_exposure_at=NOW, last_exposure_at=NOW - HOUR)


# --- measures


def test_a_measure_without_a_ground(measure):
    with refused("cases_measure_has_ground"):
        Measure.objects.filter(pk=measure.pk).update(contact=None)


@pytest.mark.parametrize("missing", ["reason", "basis", "rule", "evidence"])
def test_a_measure_without_reason_basis_rule_or_evidence(measure, missing):
    with refused("cases_measure_has_reason"):
        Measure.objects.filter(pk=measure.pk).update(**{missing: ""})


def test_a_measure_without_an_end(measure):
    with refused("ends_on"):
        Measure.objects.filter(pk=measure.pk).update(ends_on=None)


def test_a_measure_that_ends_before_it_begins(measure):
    with refused("cases_measure_ends"):
        Measure.objects.filter(pk=measure.pk).update(ends_on=measure.starts_on - DAY)


@pytest.mark.parametrize("state", ["ordered", "release_due"])
def test_two_running_measures_of_one_person(measure, state):
    with refused("cases_one_running_measure_a_person", "person_id"):
        new_measure(measure.contact, state=state)


def test_a_second_measure_after_the_first_has_ended_is_taken(measure):
    Measure.objects.filter(pk=measure.pk).update(state="withdrawn")
    assert new_measure(measure.contact).pk


def test_the_same_test_day_twice(measure):
    TestDay.objects.create(measure=measure, day=1, due_on=TODAY)
    with refused("cases_test_day_once", "measure_id"):
        TestDay.objects.create(measure=measure, day=1, due_on=TODAY)


# --- cases


def test_a_case_confirmed_by_who_reported_it(case):
    Case.objects.filter(pk=case.pk).update(reported_by_id=7)
    with refused("cases_confirmed_by_a_second_person"):
        Case.objects.filter(pk=case.pk).update(confirmed_by_id=7, confirmed_at=NOW)


def test_a_case_confirmed_by_nobody(case):
    with refused("cases_confirmed_by_whom"):
        Case.objects.filter(pk=case.pk).update(confirmed_at=NOW)


def test_the_same_number_twice(cast, case):
    with refused("cases_label_once", "label"):
        new_case(person_in(cast.xiaoguozhuang, "丙"), "0001")


def test_two_running_cases_of_one_person(case):
    with refused("cases_one_running_case_a_person", "person_id"):
        new_case(case.person, "0002")


def test_a_period_of_exposure_out_of_order(case):
    with refused("cases_exposure_in_order"):
        Case.objects.filter(pk=case.pk).update(exposed_from=TODAY, exposed_to=TODAY - DAY)


def test_the_same_source_twice(cast, case):
    source = new_case(person_in(cast.xiaoguozhuang, "丙"), "0002")
    Source.objects.create(case=case, source=source)
    with refused("cases_source_once", "source_id"):
        Source.objects.create(case=case, source=source)


def test_a_case_that_infected_itself(case):
    with refused("cases_not_its_own_source"):
        Source.objects.create(case=case, source=case)


def stay(case, **fields):
    given = {"place": "市场", "setting": "shop", "from_at": NOW, "to_at": NOW + HOUR, "recorded_at": NOW} | fields
    return Stay.objects.create(case=case, **given)


def test_a_stay_that_ends_before_it_begins(case):
    with refused("cases_stay_in_order"):
        stay(case, to_at=NOW - HOUR)


def test_the_same_stay_twice(case):
    stay(case)
    with refused("cases_stay_once", "place"):
        stay(case, to_at=NOW + 2 * HOUR)


# --- tests, overrides, receipts


def test_a_result_before_its_sample(lab_test):
    with refused("cases_result_after_sample"):
        LabTest.objects.filter(pk=lab_test.pk).update(resulted_at=lab_test.sampled_at - HOUR)


def test_the_same_sample_twice(lab_test):
    lab_test.pk = None
    with refused("cases_lab_test_once", "sampled_at"):
        lab_test.save(force_insert=True)


def override(cast, **fields):
    given = {"parameter": "contact_lookback_days", "value": 5, "at": NOW, "by_id": 1, "why": "as in Zhengzhou"} | fields
    return Override.objects.create(area=cast.city, edition="CN-7", **given)


def test_a_local_departure_without_a_reason(cast):
    with refused("cases_override_has_reason"):
        override(cast, why="")


def test_two_live_departures_from_one_value_in_one_place(cast):
    override(cast)
    with refused("cases_override_one_live", "parameter"):
        override(cast, value=4)


def test_the_same_file_imported_twice(cast):
    given = {
        "area": cast.city, "kind": "linelist", "file_name": "a.csv", "sha256": "0" * 64, "bytes": 1, "rows_read": 1,
        "created": {}, "columns": {}, "at": NOW, "by_id": 1,
    }  # fmt: skip
    Receipt.objects.create(**given)
    with refused("cases_receipt_once", "sha256"):
        Receipt.objects.create(**given)


def test_every_constraint_of_the_cases_has_a_test_here():
    from pathlib import Path

    from django.apps import apps

    said = Path(__file__).read_text(encoding="utf-8")
    names = [rule.name for model in apps.get_app_config("cases").get_models() for rule in model._meta.constraints]
    assert [name for name in names if f'"{name}"' not in said] == []
