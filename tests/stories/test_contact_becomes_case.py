"""A contact tests positive: one person stays one record, sources stand, and who was behind them moves up."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from lianfang.response.cases.actions.protocols import put_in_force
from lianfang.response.cases.models import Case, Contact, LabTest, Measure, TestDay
from lianfang.response.cases.queries.cases import curve
from lianfang.response.cases.queries.measures import running
from lianfang.response.duties.models import Duty
from lianfang.response.people.models import Person
from lianfang.response.workflows.confirm_case import confirm_case
from lianfang.response.workflows.contact_becomes_case import contact_becomes_case
from lianfang.response.workflows.daily import daily
from lianfang.response.workflows.interview import name_contact_in_interview
from lianfang.response.workflows.place_contact import check_in_contact
from lianfang.response.workflows.record_result import record_result
from lianfang.response.workflows.release_person import release_decision
from lianfang.response.workflows.review_contact import review_contact

from .conftest import COVID, on, owed, resident, result_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(town, case):
    """The colleague: named, accepted, checked in on 3 January; his wife named in the second degree."""
    contact = name_contact_in_interview(
        case, town.colleague, by=town.cast.tracer, setting="meal", first_at=on(2, 11), last_at=on(2, 14), at=on(3, 14)
    )
    review_contact(contact, by=town.cast.tracer, at=on(3, 15))
    check_in_contact(
        Measure.objects.get(contact=contact), "廉州集中隔离点 302", by=town.cast.dongcheng_community, at=on(3, 20)
    )
    contact.refresh_from_db()
    return contact


@pytest.fixture
def wife(town, case, contact):
    """Accepted in the second degree and checked in."""
    wife = Contact.objects.get(case=case, person=town.wife)
    review_contact(wife, by=town.cast.tracer, at=on(3, 18))
    check_in_contact(
        Measure.objects.get(contact=wife), "廉州集中隔离点 303", by=town.cast.dongcheng_community, at=on(3, 21)
    )
    return wife


def test_no_second_record_of_the_person_is_made(town, contact):
    before = Person.objects.count()
    new = result_of(town, town.colleague, "positive", on(6)).case
    assert (new.person, Person.objects.count()) == (town.colleague, before)


def test_the_contact_ends_in_the_case_with_its_measure_and_duties(town, contact):
    measure = Measure.objects.get(contact=contact)
    daily(on(6, 8))
    new = result_of(town, town.colleague, "positive", on(6)).case
    contact.refresh_from_db()
    measure.refresh_from_db()
    assert (contact.state, contact.became, measure.state) == ("became_case", new, "ended_by_case")
    assert (owed(measure), owed(contact), list(owed(new))) == ({}, {}, ["confirm_case"])


def test_a_contact_found_in_isolation_counts_as_isolated_since_the_check_in(town, contact):
    new = confirm_case(result_of(town, town.colleague, "positive", on(6)).case, by=town.cast.tracer, at=on(6, 14))
    assert Case.objects.get(pk=new.pk).quarantined_on == on(3).date()
    assert curve(town.cast.city.path, on(6, 15)).quarantined_total == 1


def test_who_was_never_apart_counts_as_found_in_the_community(town, case):
    assert Case.objects.get(pk=case.pk).quarantined_on is None


def test_every_possible_source_carries_over(town, case, contact):
    other = result_of(town, town.husband, "positive", on(4, 9)).case
    confirm_case(other, by=town.cast.tracer, at=on(4))
    name_contact_in_interview(
        other, town.colleague, by=town.cast.tracer, setting="meal", first_at=on(2, 11), last_at=on(2, 14), at=on(4, 13)
    )
    new = result_of(town, town.colleague, "positive", on(6)).case
    assert {(link.source, link.setting) for link in new.sources.all()} == {(case, "meal"), (other, "meal")}


def test_who_was_held_behind_them_is_a_close_contact_at_once(town, case, contact, wife):
    new = result_of(town, town.colleague, "positive", on(6)).case
    heir = Contact.objects.get(case=new, person=town.wife)
    measure = running(town.wife)
    assert (heir.degree, heir.via, heir.state) == (1, None, "ours")
    assert (measure.contact, measure.reason, measure.state) == (heir, "close_contact", "ordered")
    assert Measure.objects.get(contact=wife).state == "replaced"
    assert owed(measure).keys() == {"place_contact", "service_call"}


def test_the_secondary_contacts_release_waits_and_then_is_refused_by_the_positive(town, contact, wife):
    measure = running(town.wife)
    reasons = release_decision(measure, at=on(17)).reasons
    assert "close_contact_tests_open" in reasons
    for day in (3, 6):
        result_of(town, town.colleague, "negative", on(day, 23))
    assert "close_contact_tests_open" not in release_decision(measure, at=on(17)).reasons


def test_who_was_only_named_behind_them_is_reviewed_as_a_close_contact(town, case, contact):
    new = result_of(town, town.colleague, "positive", on(6)).case
    heir = Contact.objects.get(case=new, person=town.wife)
    assert (heir.state, owed(heir)["review_contact"].params["degree"]) == ("identified", 1)


def test_in_edition_nine_the_secondary_contact_moves_from_home_to_a_site(town, case):
    put_in_force("CN-9", town.cast.city, by=None, why="edition 9", at=on(3, 13))
    contact = name_contact_in_interview(
        case, town.colleague, by=town.cast.tracer, setting="meal", first_at=on(2, 11), last_at=on(2, 14), at=on(3, 14)
    )
    review_contact(contact, by=town.cast.tracer, at=on(3, 15))
    wife = Contact.objects.get(case=case, person=town.wife)
    review_contact(wife, by=town.cast.tracer, at=on(3, 18))
    assert running(town.wife).kind == "isolation_home"
    result_of(town, town.colleague, "positive", on(6))
    assert running(town.wife).kind == "isolation_central"


def test_the_third_generation_names_the_second_as_its_source(town, case, contact, wife):
    second = result_of(town, town.colleague, "positive", on(6)).case
    third = result_of(town, town.wife, "positive", on(9)).case
    assert {link.source for link in third.sources.all()} == {second}


def test_confirming_the_new_case_orders_the_bed_and_names_nobody_twice(town, case, contact, wife):
    new = result_of(town, town.colleague, "positive", on(6)).case
    confirm_case(new, by=town.cast.second_tracer, at=on(6, 13))
    assert running(town.colleague).kind == "hospital"
    assert Contact.objects.filter(case=new, person=town.wife).count() == 1


def test_a_negative_fills_the_test_day_and_closes_the_sample(town, contact):
    daily(on(3, 22))
    measure = Measure.objects.get(contact=contact)
    assert "sample_person" in owed(measure)
    record_result(
        town.colleague, disease=COVID, sampled_at=on(3, 22), result="negative", laboratory="市疾控",
        by=town.cast.laboratory, at=on(4, 2),
    )  # fmt: skip
    assert "sample_person" not in owed(measure)
    assert TestDay.objects.get(measure=measure, day=1).test.result == "negative"


def test_an_inconclusive_result_leaves_the_sample_owed(town, contact):
    daily(on(3, 22))
    result_of(town, town.colleague, "inconclusive", on(4, 2))
    measure = Measure.objects.get(contact=contact)
    assert "sample_person" in owed(measure)
    assert TestDay.objects.get(measure=measure, day=1).test is None


def test_a_case_that_has_one_keeps_it_when_positive_again(town, case):
    again = result_of(town, town.patient, "positive", on(8)).case
    assert (again, Case.objects.count()) == (case, 1)


def test_positive_soon_after_release_still_carries_the_source(town, case, contact):
    Measure.objects.filter(contact=contact).update(state="released", released_on=on(17).date())
    Contact.objects.filter(pk=contact.pk).update(state="released", state_at=on(17))
    new = result_of(town, town.colleague, "positive", on(20)).case
    contact.refresh_from_db()
    assert (contact.state, [link.source for link in new.sources.all()]) == ("became_case", [case])


def test_a_test_of_somebody_else_turns_nobody(town, contact):
    test = LabTest.objects.get(person=town.patient)
    with pytest.raises(ValueError, match="not a positive result of this contact"):
        contact_becomes_case(contact, test, by=town.cast.laboratory, at=on(6))


def test_only_a_laboratory_records_results(town, contact):
    with pytest.raises(PermissionDenied):
        record_result(
            town.colleague, disease=COVID, sampled_at=on(5), result="positive", laboratory="x", by=town.cast.tracer,
            at=on(6),
        )  # fmt: skip
    with pytest.raises(Http404):
        record_result(
            resident(town.cast.zhongmei, "甲"), disease=COVID, sampled_at=on(5), result="positive", laboratory="x",
            by=town.cast.gaocheng_county, at=on(6),
        )  # fmt: skip
    assert not Duty.objects.filter(kind="confirm_case", state="open").exists()
