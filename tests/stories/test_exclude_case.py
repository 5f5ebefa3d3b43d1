"""The evidence is withdrawn: every restriction that rested on it ends, and what it had replaced comes back."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from lianfang.response.cases.models import Contact, Measure
from lianfang.response.cases.queries.measures import running
from lianfang.response.duties.models import Duty
from lianfang.response.ledger.models import Outbox
from lianfang.response.ledger.queries import verify
from lianfang.response.workflows.confirm_case import confirm_case
from lianfang.response.workflows.daily import daily
from lianfang.response.workflows.exclude_case import exclude_case
from lianfang.response.workflows.interview import name_contact_in_interview
from lianfang.response.workflows.place_contact import check_in_contact
from lianfang.response.workflows.review_contact import review_contact

from .conftest import on, owed, result_of

pytestmark = pytest.mark.django_db
WHY = "sample swapped in the laboratory, two repeats negative"


def hold(town, case, person, day=3, *, first=2, check_in=True):
    contact = name_contact_in_interview(
        case, person, by=town.cast.tracer, setting="meal", first_at=on(first, 11), last_at=on(first, 14), at=on(day, 14)
    )
    review_contact(contact, by=town.cast.tracer, at=on(day, 15))
    if check_in and running(person).state == "ordered":
        check_in_contact(running(person), "302", by=town.cast.tracer, at=on(day, 20))
    contact.refresh_from_db()
    return contact


def test_every_measure_and_duty_that_rested_on_the_case_ends(town, case):
    contact = hold(town, case, town.colleague)
    review_contact(Contact.objects.get(person=town.son), by=town.cast.tracer, at=on(3, 15))
    daily(on(4, 6))
    exclude_case(case, by=town.cast.second_tracer, why=WHY, at=on(4))
    assert case.state == "excluded"
    assert set(Measure.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert set(Contact.objects.values_list("state", flat=True)) == {"excluded"}
    assert not Duty.objects.filter(state__in=["open", "started"]).exists()
    contact.refresh_from_db()
    assert contact.excluded_reason


def test_the_correction_goes_where_the_report_went(town, case):
    exclude_case(case, by=town.cast.second_tracer, why=WHY, at=on(4))
    assert Outbox.objects.filter(receiver="direct_report", event=f"case.corrected:{case.pk}").count() == 1


def test_a_reported_case_that_was_none_leaves_nothing_owed(town):
    case = result_of(town, town.patient, "positive", on(3, 9)).case
    exclude_case(case, by=town.cast.tracer, why=WHY, at=on(3))
    assert owed(case) == {}
    assert not Outbox.objects.exists()


def test_who_confirmed_it_does_not_take_it_back_alone(town, case):
    with pytest.raises(ValidationError):
        exclude_case(case, by=town.cast.tracer, why=WHY, at=on(4))
    case.refresh_from_db()
    assert case.state == "confirmed"


def test_excluding_needs_the_evidence(town, case):
    with pytest.raises(ValidationError) as refusal:
        exclude_case(case, by=town.cast.second_tracer, why=" ", at=on(4))
    assert "why" in refusal.value.message_dict


def test_who_is_a_contact_of_another_case_stays_held_on_that_ground(town, case):
    other = result_of(town, town.husband, "positive", on(3, 10)).case
    confirm_case(other, by=town.cast.tracer, at=on(3, 13))
    hold(town, case, town.colleague)
    again = hold(town, other, town.colleague, first=1)
    exclude_case(case, by=town.cast.second_tracer, why=WHY, at=on(4))
    measure = running(town.colleague)
    again.refresh_from_db()
    assert (measure.contact, measure.state, measure.site) == (again, "in_force", "302")
    assert (measure.ends_on, again.state) == (on(15).date(), "under_management")
    assert "place_contact" not in owed(measure)


def test_nobody_is_held_to_the_later_end_of_an_excluded_case(town, case):
    first = hold(town, case, town.colleague, first=1)
    other = result_of(town, town.husband, "positive", on(3, 10)).case
    confirm_case(other, by=town.cast.tracer, at=on(3, 13))
    hold(town, other, town.colleague, first=3)
    assert running(town.colleague).ends_on == on(17).date()
    exclude_case(other, by=town.cast.second_tracer, why=WHY, at=on(4))
    measure = running(town.colleague)
    assert (measure.contact, measure.ends_on) == (first, on(15).date())


def test_a_contact_wrongly_made_a_case_is_a_contact_again(town, case):
    contact = hold(town, case, town.colleague)
    new = result_of(town, town.colleague, "positive", on(6)).case
    exclude_case(new, by=town.cast.tracer, why=WHY, at=on(7))
    contact.refresh_from_db()
    measure = running(town.colleague)
    assert (contact.state, contact.became, measure.contact, measure.ends_on) == ("ours", None, contact, on(16).date())
    assert owed(measure).keys() == {"place_contact", "service_call"}


def test_who_moved_up_behind_a_wrong_case_goes_back_to_the_second_degree(town, case):
    hold(town, case, town.colleague)
    wife = Contact.objects.get(case=case, person=town.wife)
    review_contact(wife, by=town.cast.tracer, at=on(3, 18))
    new = result_of(town, town.colleague, "positive", on(6)).case
    assert running(town.wife).reason == "close_contact"
    exclude_case(new, by=town.cast.tracer, why=WHY, at=on(7))
    measure = running(town.wife)
    assert (measure.contact, measure.reason) == (wife, "secondary_contact")


def test_a_contact_never_reviewed_goes_back_to_review(town, case):
    son = Contact.objects.get(case=case, person=town.son)
    new = result_of(town, town.son, "positive", on(4)).case
    exclude_case(new, by=town.cast.tracer, why=WHY, at=on(5))
    son.refresh_from_db()
    assert (son.state, list(owed(son))) == ("verifying", ["review_contact"])


def test_another_county_finds_nothing_and_a_county_official_may_not(town, case):
    with pytest.raises(Http404):
        exclude_case(case, by=town.cast.yuhua_tracer, why=WHY, at=on(4))
    with pytest.raises(PermissionDenied):
        exclude_case(case, by=town.cast.gaocheng_county, why=WHY, at=on(4))


def test_the_whole_correction_stands_in_a_whole_chain(town, case):
    hold(town, case, town.colleague)
    exclude_case(case, by=town.cast.second_tracer, why=WHY, at=on(4))
    assert verify().ok
