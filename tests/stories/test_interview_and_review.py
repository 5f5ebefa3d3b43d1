"""The interview names contacts; a tracer decides about each; whoever is accepted is held, served and watched."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from lianfang.response.cases.actions.protocols import put_in_force
from lianfang.response.cases.models import Contact, Measure
from lianfang.response.duties.models import Duty
from lianfang.response.ledger.models import Entry, Outbox
from lianfang.response.people.models import Person
from lianfang.response.people.queries import face, people
from lianfang.response.workflows.confirm_case import confirm_case
from lianfang.response.workflows.interview import name_contact_in_interview, new_person_in_interview, tell_stay
from lianfang.response.workflows.place_contact import check_in_contact, place_contact
from lianfang.response.workflows.review_contact import (
    contact_came_back,
    contact_landed,
    released_elsewhere,
    review_contact,
)
from lianfang.response.workflows.second_degree import name_secondary

from .conftest import on, owed, resident, result_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def wedding(town, case):
    return tell_stay(
        case, by=town.cast.tracer, place="小果庄村宴会厅", setting="meal", area=town.cast.xiaoguozhuang,
        from_at=on(2, 11), to_at=on(2, 14), at=on(3, 13),
    )  # fmt: skip


@pytest.fixture
def contact(town, case, wedding):
    return name_contact_in_interview(case, town.colleague, by=town.cast.tracer, stay=wedding, at=on(3, 14))


def accepted(town, contact, at=None, **more):
    return review_contact(contact, "accept", by=town.cast.tracer, at=at or on(3, 15), **more)


def test_a_stay_told_twice_is_one_bar(town, case, wedding):
    again = tell_stay(
        case, by=town.cast.tracer, place="小果庄村宴会厅", setting="meal", from_at=on(2, 11), to_at=on(2, 15), at=on(4)
    )
    assert again == wedding


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("place", {"place": " "}),
        ("setting", {"setting": "moon"}),
        ("to_at", {"to_at": on(2, 9)}),
        ("from_at", {"from_at": on(9), "to_at": on(9)}),
    ],
)
def test_a_wrong_stay_is_refused_by_field(town, case, field, wrong):
    good = {"place": "市场", "setting": "shop", "from_at": on(2, 10), "to_at": on(2, 11)}
    with pytest.raises(ValidationError) as refusal:
        tell_stay(case, by=town.cast.tracer, at=on(3), **(good | wrong))
    assert field in refusal.value.message_dict


def test_the_exposure_of_a_contact_is_that_of_the_stay(contact):
    assert (contact.first_exposure_at, contact.last_exposure_at) == (on(2, 11), on(2, 14))
    assert (contact.minutes, contact.setting, contact.evidence) == (180, "meal", "interview")


def test_the_review_is_owed_in_the_contacts_own_area(town, contact):
    duty = owed(contact)["review_contact"]
    assert (duty.area, duty.person, duty.params["suggested"]) == (town.cast.dongcheng, town.colleague, "accept")


def test_times_without_an_end_are_refused_by_field(town, case):
    with pytest.raises(ValidationError) as refusal:
        name_contact_in_interview(case, town.colleague, by=town.cast.tracer, setting="meal", first_at=on(2), at=on(3))
    assert "last_at" in refusal.value.message_dict


def test_a_stay_of_another_case_is_refused(town, case, wedding):
    other = result_of(town, resident(town.cast.liujiazuo, "高粱"), "positive", on(3, 9)).case
    with pytest.raises(ValidationError):
        name_contact_in_interview(other, town.colleague, by=town.cast.tracer, stay=wedding, at=on(3, 14))


def test_nobody_is_reviewed_before_the_case_is_confirmed(town):
    case = result_of(town, town.patient, "positive", on(3, 9)).case
    contact = name_contact_in_interview(case, town.colleague, by=town.cast.tracer, setting="meal", at=on(3, 10))
    assert owed(contact) == {}
    with pytest.raises(ValidationError):
        accepted(town, contact, at=on(3, 11))
    assert not Measure.objects.exists()


def test_an_unknown_contact_is_entered_with_what_is_remembered(town, case):
    person = new_person_in_interview(case, by=town.cast.tracer, name="王小明", phone="19900000333", at=on(3, 13))
    assert person.community == case.area
    assert face(people().get(pk=person.pk), town.cast.tracer, unmask=True).name == "王小明"


def test_an_unknown_contact_without_any_fact_is_refused(town, case):
    before = Person.objects.count()
    with pytest.raises(ValidationError) as refusal:
        new_person_in_interview(case, by=town.cast.tracer, name=" ", at=on(3, 13))
    assert "name" in refusal.value.message_dict
    assert Person.objects.count() == before


def test_accepting_orders_the_measure_the_tests_and_the_service_where_the_contact_lives(town, contact):
    accepted(town, contact)
    measure = Measure.objects.get(contact=contact)
    duties = owed(measure)
    assert (measure.kind, measure.ends_on, measure.area) == ("isolation_central", on(16).date(), town.cast.dongcheng)
    assert [day.due_on.day for day in measure.test_days.all()] == [3, 6, 9, 16]
    assert duties.keys() == {"place_contact", "service_call"}
    assert {duty.owner for duty in duties.values()} == {town.cast.dongcheng_community}
    assert duties["place_contact"].due_at == on(3, 14) + timedelta(hours=12)
    assert owed(contact) == {}


def test_edition_eight_gives_eight_hours_for_close_contacts(town, contact):
    put_in_force("CN-8", town.cast.city, by=None, why="new edition", at=on(3, 14))
    accepted(town, contact)
    assert owed(Measure.objects.get(contact=contact))["place_contact"].due_at == on(3, 22)


def test_no_measure_is_ever_ordered_without_a_service(town, case, contact):
    for one in Contact.objects.filter(case=case):
        accepted(town, one)
    for measure in Measure.objects.exclude(contact=None):
        assert Duty.objects.filter(kind="service_call", person=measure.person, state="open").exists()


def test_checking_in_proves_the_placing_and_puts_the_contact_under_management(town, contact):
    accepted(town, contact)
    measure = Measure.objects.get(contact=contact)
    check_in_contact(measure, "廉州集中隔离点 302", by=town.cast.dongcheng_community, at=on(3, 20))
    contact.refresh_from_db()
    assert (contact.state, measure.state, measure.site) == ("under_management", "in_force", "廉州集中隔离点 302")
    assert "place_contact" not in owed(measure)
    assert Duty.objects.get(kind="place_contact").proof["site"] == "廉州集中隔离点 302"


def test_central_isolation_is_not_begun_without_a_site(town, contact):
    accepted(town, contact)
    with pytest.raises(ValidationError) as refusal:
        check_in_contact(Measure.objects.get(contact=contact), " ", by=town.cast.dongcheng_community, at=on(3, 20))
    assert "site" in refusal.value.message_dict


def test_at_home_with_a_reason_that_stays_with_the_measure(town, contact):
    accepted(town, contact, home_reason="dialysis")
    measure = Measure.objects.get(contact=contact)
    assert (measure.kind, measure.home_reason) == ("isolation_home", "dialysis")


def test_placing_twice_is_one_measure(town, contact):
    accepted(town, contact)
    first = Measure.objects.get(contact=contact)
    assert place_contact(contact, by=town.cast.tracer, at=on(4)) == first


def test_excluding_needs_a_reason_and_ends_what_is_owed(town, contact):
    with pytest.raises(ValidationError) as refusal:
        review_contact(contact, "exclude", by=town.cast.tracer, at=on(3, 15))
    assert "why" in refusal.value.message_dict
    review_contact(contact, "exclude", by=town.cast.tracer, why="was in Baoding that day", at=on(3, 16))
    assert (contact.state, owed(contact), Measure.objects.filter(contact=contact).exists()) == ("excluded", {}, False)


def test_who_is_named_again_after_being_excluded_is_reviewed_again(town, case, contact):
    review_contact(contact, "exclude", by=town.cast.tracer, why="was in Baoding that day", at=on(3, 16))
    again = name_contact_in_interview(
        case, town.colleague, by=town.cast.tracer, setting="meal", first_at=on(2, 18), last_at=on(2, 19), at=on(4)
    )
    assert (again.pk, again.state) == (contact.pk, "identified")
    assert "review_contact" in owed(again)


def test_outside_the_window_the_rule_says_no_and_holding_them_needs_a_reason(town, case):
    early = name_contact_in_interview(
        case, town.colleague, by=town.cast.tracer, setting="meal", first_at=on(-3), last_at=on(-3, 14), at=on(3, 14)
    )
    assert owed(early)["review_contact"].params["suggested"] == "exclude"
    with pytest.raises(ValidationError) as refusal:
        accepted(town, early)
    assert "why" in refusal.value.message_dict
    accepted(town, early, why="the case had a cough since New Year")
    assert early.state == "ours"


def test_a_mask_on_both_sides_is_no_contact(town, case):
    stay = tell_stay(
        case,
        by=town.cast.tracer,
        place="超市",
        setting="shop",
        masked=True,
        from_at=on(2, 9),
        to_at=on(2, 10),
        at=on(3),
    )
    contact = name_contact_in_interview(case, town.colleague, by=town.cast.tracer, stay=stay, at=on(3, 13))
    assert owed(contact)["review_contact"].params["suggested"] == "exclude"


def test_an_exposure_longer_ago_than_the_period_asks_for_no_measure(town, contact):
    accepted(town, contact, at=on(25))
    assert (contact.state, Measure.objects.filter(contact=contact).exists()) == ("excluded", False)
    assert contact.excluded_reason


def test_what_must_be_found_out_first_stays_owed(town, contact):
    review_contact(contact, "verify", by=town.cast.tracer, why="which of two brothers", at=on(3, 15))
    assert (contact.state, list(owed(contact))) == ("verifying", ["review_contact"])


def test_handing_on_names_the_destination_and_somebody_asks_until_they_are_held(town, contact):
    with pytest.raises(ValidationError):
        review_contact(contact, "push", by=town.cast.tracer, at=on(3, 15))
    review_contact(contact, "push", by=town.cast.tracer, destination="保定市", at=on(3, 15))
    due = {kind: duty.due_at for kind, duty in owed(contact).items()}
    assert due == {"assistance_find": on(3, 17), "assistance_control": on(3, 23)}
    assert Outbox.objects.filter(receiver="保定市").count() == 1
    contact_landed(contact, by=town.cast.tracer, note="保定疾控 confirmed, central site", at=on(3, 18))
    assert (contact.state, owed(contact)) == ("landed", {})
    released_elsewhere(contact, by=town.cast.tracer, at=on(18))
    assert contact.state == "released"


def test_a_contact_who_comes_back_is_placed_at_once(town, contact):
    review_contact(contact, "push", by=town.cast.tracer, destination="保定市", at=on(3, 15))
    contact_came_back(contact, by=town.cast.tracer, why="never left", at=on(4))
    assert (contact.state, Measure.objects.filter(contact=contact).count()) == ("ours", 1)
    assert owed(contact) == {}


def test_the_household_of_a_close_contact_is_named_in_the_second_degree(town, case, contact):
    accepted(town, contact)
    second = Contact.objects.get(case=case, person=town.wife)
    assert (second.degree, second.via, second.area) == (2, contact, town.cast.dongcheng)
    assert (second.first_exposure_at, second.last_exposure_at) == (on(2, 11), on(3, 15))
    assert owed(second)["review_contact"].params["degree"] == 2


def test_the_family_of_the_case_stays_in_the_first_degree(town, case):
    husband = Contact.objects.get(case=case, person=town.husband)
    before = Contact.objects.get(case=case, person=town.son).last_exposure_at
    accepted(town, husband)
    son = Contact.objects.get(case=case, person=town.son)
    assert (son.degree, son.via, son.last_exposure_at) == (1, None, before)
    assert Contact.objects.filter(case=case).count() == 2


def test_who_says_no_second_degree_names_none(town, case, contact):
    put_in_force("WHO-2021", town.cast.city, by=None, why="compare", at=on(3, 13))
    accepted(town, contact)
    assert not Contact.objects.filter(case=case, degree=2).exists()
    with pytest.raises(ValidationError):
        name_secondary(contact, town.wife, by=town.cast.tracer, setting="meal", at=on(4))


def test_a_secondary_contact_named_by_the_close_contact_counts_until_their_isolation(town, case, contact):
    accepted(town, contact)
    check_in_contact(Measure.objects.get(contact=contact), "302", by=town.cast.dongcheng_community, at=on(3, 20))
    guest = resident(town.cast.dongcheng, "马客人")
    late = name_secondary(
        contact, guest, by=town.cast.tracer, setting="meal", first_at=on(4, 9), last_at=on(4, 10), at=on(4)
    )
    assert (late.named_by_id, owed(late)["review_contact"].params["suggested"]) == (town.cast.tracer.pk, "exclude")


def test_a_person_exposed_to_two_cases_is_under_one_measure_to_the_later_end(town, case, contact):
    accepted(town, contact)
    measure = Measure.objects.get(contact=contact)
    check_in_contact(measure, "302", by=town.cast.dongcheng_community, at=on(3, 20))
    other = result_of(town, town.husband, "positive", on(5, 9)).case
    confirm_case(other, by=town.cast.tracer, at=on(5))
    again = name_contact_in_interview(
        other, town.colleague, by=town.cast.tracer, setting="meal", first_at=on(3, 15), last_at=on(3, 16), at=on(5, 13)
    )
    accepted(town, again, at=on(5, 14))
    measure.refresh_from_db()
    assert Measure.objects.filter(person=town.colleague).count() == 1
    assert (measure.ends_on, again.state) == (on(17).date(), "under_management")
    assert measure.test_days.last().due_on == on(17).date()


def test_another_township_finds_nothing_and_the_attempt_is_recorded(town, contact):
    for who in (town.cast.yuhua_tracer, town.cast.zengcun_township):
        with pytest.raises(Http404):
            review_contact(contact, "exclude", by=who, why="x", at=on(3, 15))
        assert Entry.objects.filter(action="denied", actor_id=who.pk).exists()


def test_the_community_may_bring_people_but_not_decide_about_them(town, contact):
    with pytest.raises(PermissionDenied):
        review_contact(contact, "accept", by=town.cast.dongcheng_community, at=on(3, 15))
    accepted(town, contact)
    with pytest.raises(Http404):
        check_in_contact(Measure.objects.get(contact=contact), "302", by=town.cast.xiaoguozhuang_community, at=on(4))


def test_the_laboratory_names_nobody(town, case):
    with pytest.raises(PermissionDenied):
        name_contact_in_interview(case, town.colleague, by=town.cast.laboratory, setting="meal", at=on(3, 14))


def test_an_infected_contact_is_not_held_a_second_time(town, case):
    other = result_of(town, town.colleague, "positive", on(3, 9)).case
    confirm_case(other, by=town.cast.tracer, at=on(3, 13))
    contact = name_contact_in_interview(case, town.colleague, by=town.cast.tracer, setting="meal", at=on(3, 14))
    accepted(town, contact)
    assert (contact.state, contact.became) == ("became_case", other)
