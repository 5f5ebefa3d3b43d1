"""A measure ends by last exposure and tests, never by the calendar alone, and nobody past the end is forgotten."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from lianfang.response.cases.actions.protocols import put_in_force
from lianfang.response.cases.models import Contact, Measure
from lianfang.response.cases.queries.measures import running
from lianfang.response.duties.actions import finish_duty
from lianfang.response.duties.models import Duty
from lianfang.response.duties.queries import count_under
from lianfang.response.workflows.confirm_case import confirm_case
from lianfang.response.workflows.daily import daily, forgotten
from lianfang.response.workflows.interview import name_contact_in_interview
from lianfang.response.workflows.place_contact import check_in_contact, move_home
from lianfang.response.workflows.release_person import (
    extend_for_tests,
    propose_release,
    release,
    release_decision,
    restart_after_positive_inside,
)
from lianfang.response.workflows.review_contact import review_contact
from lianfang.response.workflows.treat_case import admit_case, discharge_case, record_death

from .conftest import on, owed, resident, result_of

pytestmark = pytest.mark.django_db


def hold(town, case, person, site="302"):
    """Exposed on 2 January, checked in on the evening of the third; the last day is the sixteenth."""
    contact = name_contact_in_interview(
        case, person, by=town.cast.tracer, setting="meal", first_at=on(2, 11), last_at=on(2, 14), at=on(3, 14)
    )
    review_contact(contact, by=town.cast.tracer, at=on(3, 15))
    measure = Measure.objects.get(contact=contact)
    check_in_contact(measure, site, by=town.cast.tracer, at=on(3, 20))
    return measure


@pytest.fixture
def measure(town, case):
    return hold(town, case, town.colleague)


def negatives(town, person, *days):
    for day in days:
        result_of(town, person, "negative", on(day, 21))


def test_from_a_report_to_a_release(town, measure):
    for day in range(3, 17):
        daily(on(day, 6))
    negatives(town, town.colleague, 3, 6, 9, 16)
    result_of(town, town.colleague, "negative", on(16, 22), laboratory="藁城疾控")
    measure.refresh_from_db()
    assert measure.state == "release_due"
    release(measure, by=town.cast.gaocheng_tracer, at=on(16, 23))
    measure.contact.refresh_from_db()
    assert (measure.state, measure.released_on, measure.contact.state) == ("released", on(16).date(), "released")
    assert owed(measure) == {}


def test_the_calendar_alone_releases_nobody(town, measure):
    daily(on(20, 6))
    with pytest.raises(ValidationError) as refusal:
        release(measure, by=town.cast.gaocheng_tracer, at=on(20))
    assert refusal.value.params["reasons"] == ("test_missing", "last_test_too_old")
    measure.refresh_from_db()
    assert (measure.state, "release_person" in owed(measure)) == ("release_due", True)


def test_tests_alone_release_nobody_early(town, measure):
    negatives(town, town.colleague, 3, 6, 9)
    with pytest.raises(ValidationError):
        release(measure, by=town.cast.gaocheng_tracer, at=on(15))


def test_the_double_test_is_asked_for(town, measure):
    negatives(town, town.colleague, 3, 6, 9, 16)
    assert release_decision(measure, at=on(16, 22)).reasons == ("second_test_missing",)


def test_fourteen_people_positive_more_than_fourteen_days_after_entering_were_never_released(town, case):
    """Shijiazhuang, 2021: with the calendar alone all fourteen would have been at home when they fell ill."""
    people = [resident(town.cast.liujiazuo, f"刘{number}") for number in range(14)]
    held = [hold(town, case, person, site=f"3{number:02d}") for number, person in enumerate(people)]
    for person in people:
        negatives(town, person, 3, 6, 9)
    daily(on(17, 6))
    for number, (person, measure) in enumerate(zip(people, held, strict=True)):
        late = on(18 + number % 4)  # 15 to 18 days after entering
        with pytest.raises(ValidationError):
            release(measure, by=town.cast.gaocheng_tracer, at=late)
        assert result_of(town, person, "positive", late).case.sources.get().source == case
        measure.refresh_from_db()
        assert measure.state == "ended_by_case"


def test_a_positive_found_at_the_end_makes_a_case_and_not_a_release(town, measure):
    negatives(town, town.colleague, 3, 6, 9)
    result_of(town, town.colleague, "positive", on(16, 21))
    measure.refresh_from_db()
    assert measure.state == "ended_by_case"
    assert not Duty.objects.filter(kind="release_person", state="open").exists()


def test_a_missing_test_moves_the_end_by_a_day_with_a_test_on_it(town, measure):
    negatives(town, town.colleague, 3, 6, 9)
    daily(on(16, 6))
    assert extend_for_tests(measure, by=town.cast.gaocheng_tracer, at=on(16, 22)) == on(17).date()
    measure.refresh_from_db()
    assert (measure.state, measure.test_days.last().due_on) == ("in_force", on(17).date())
    assert "release_person" not in owed(measure)
    daily(on(17, 6))
    assert "release_person" in owed(measure)


def test_nobody_is_held_longer_when_no_test_is_missing(town, measure):
    negatives(town, town.colleague, 3, 6, 9, 16)
    result_of(town, town.colleague, "negative", on(16, 22), laboratory="藁城疾控")
    with pytest.raises(ValidationError):
        extend_for_tests(measure, by=town.cast.gaocheng_tracer, at=on(16, 23))


def test_a_positive_inside_the_site_restarts_the_days_of_the_floor(town, case, measure):
    near = hold(town, case, resident(town.cast.liujiazuo, "高粱"), site="303")
    moved = restart_after_positive_inside(
        [measure, near], exposed_on=on(10).date(), by=town.cast.tracer, why="positive in 304", at=on(10)
    )
    measure.refresh_from_db()
    assert (moved, measure.ends_on) == (2, on(24).date())


def test_who_was_never_checked_in_is_not_released_but_stays_on_a_list(town, case):
    contact = Contact.objects.get(case=case, person=town.son)
    review_contact(contact, by=town.cast.tracer, at=on(3, 15))
    measure = Measure.objects.get(contact=contact)
    daily(on(18, 6))
    assert "release_person" in owed(measure)
    with pytest.raises(ValidationError):
        release(measure, by=town.cast.tracer, at=on(18))


def test_a_release_duty_closed_without_a_release_is_owed_again(town, measure):
    daily(on(17, 6))
    finish_duty(owed(measure)["release_person"], {"result": "said it was fine"}, by=town.cast.gaocheng_tracer)
    assert forgotten(on(17).date()).get() == measure
    daily(on(17, 7))
    assert not forgotten(on(17).date()).exists()


def test_proposing_a_release_says_what_the_rule_thinks_and_owes_it_once(town, measure):
    decision = propose_release(measure, at=on(16, 6))
    propose_release(measure, at=on(16, 7))
    assert (decision.ok, decision.earliest_on, measure.state) == (False, on(16).date(), "release_due")
    assert Duty.objects.filter(kind="release_person").count() == 1


def test_a_later_edition_does_not_change_a_running_measure(town, measure):
    put_in_force("CN-9", town.cast.city, by=None, why="edition 9", at=on(5))
    negatives(town, town.colleague, 3, 6, 9, 16)
    assert release_decision(measure, at=on(16, 22)).reasons == ("second_test_missing",)


def test_edition_nine_goes_on_at_home_after_seven_days(town, case):
    put_in_force("CN-9", town.cast.city, by=None, why="edition 9", at=on(3, 13))
    measure = hold(town, case, town.colleague)
    negatives(town, town.colleague, 3, 4, 5)
    daily(on(8, 6))
    assert "place_contact" not in owed(measure)
    with pytest.raises(ValidationError):
        move_home(measure, by=town.cast.dongcheng_community, at=on(8))
    assert daily(on(9, 6))["home_stage"] == 1
    assert daily(on(9, 7))["home_stage"] == 0
    at_home = move_home(measure, by=town.cast.dongcheng_community, site="3-1-402", at=on(9))
    assert (at_home.kind, at_home.state, at_home.ends_on) == ("isolation_home", "in_force", on(12).date())
    assert [day.due_on.day for day in at_home.test_days.all()] == [7, 9, 12]
    assert (owed(measure), list(owed(at_home))) == ({}, ["service_call"])
    negatives(town, town.colleague, 9, 10, 12)
    daily(on(12, 22))
    at_home.refresh_from_db()
    release(at_home, by=town.cast.tracer, at=on(12, 23))
    assert Contact.objects.get(pk=at_home.contact_id).state == "released"


def test_a_case_leaves_hospital_by_its_tests_and_is_watched_at_home(town, case):
    admit_case(case, "省胸科医院 6-12", by=town.cast.zengcun_dispatcher, at=on(3, 15))
    assert "move_infected" not in owed(case)
    result_of(town, town.patient, "negative", on(15))
    with pytest.raises(ValidationError):
        discharge_case(case, by=town.cast.tracer, at=on(15, 13))
    result_of(town, town.patient, "negative", on(17))
    monitoring = discharge_case(case, by=town.cast.tracer, at=on(17, 13))
    assert (case.state, case.discharged_on) == ("recovered", on(17).date())
    assert (monitoring.kind, monitoring.ends_on) == ("health_monitoring", on(31).date())
    daily(on(31, 6))
    monitoring.refresh_from_db()
    release(monitoring, by=town.cast.tracer, at=on(31, 7))
    case.refresh_from_db()
    assert case.state == "closed"


def test_a_case_in_hospital_is_not_released_like_a_contact(town, case):
    with pytest.raises(ValidationError):
        release(running(town.patient), by=town.cast.tracer, at=on(20))


def test_nothing_is_owed_about_the_dead(town, case):
    admit_case(case, "省胸科医院 6-12", by=town.cast.zengcun_dispatcher, at=on(3, 15))
    record_death(case, by=town.cast.tracer, at=on(9))
    assert (case.state, running(town.patient)) == ("died", None)
    assert daily(on(20, 6))["release_person"] == 0


def test_another_county_cannot_release_and_a_community_may_not(town, measure):
    with pytest.raises(Http404):
        release(measure, by=town.cast.yuhua_tracer, at=on(17))
    with pytest.raises(PermissionDenied):
        release(measure, by=town.cast.dongcheng_community, at=on(17))


def test_the_day_is_opened_once_however_often_it_is_asked_for(town, measure):
    first = daily(on(6, 6))
    second = daily(on(6, 6))
    assert (first["follow_up"], first["sample_person"]) == (1, 2)
    assert not any(second.values())
    assert count_under(town.cast.dongcheng.path, kind="follow_up").open == 1


def test_a_visit_is_owed_every_day_to_the_community_of_the_person(town, measure):
    daily(on(4, 6))
    daily(on(5, 6))
    visits = Duty.objects.filter(kind="follow_up", person=town.colleague).order_by("due_at")
    assert [duty.owner for duty in visits] == [town.cast.dongcheng_community] * 2
    assert [duty.due_at for duty in visits] == [on(5, 0), on(6, 0)]
    assert visits.first().late_at == on(5, 6)


def test_a_day_cut_off_in_the_middle_is_finished_by_the_next_run(town, case, measure, monkeypatch):
    from lianfang.response.workflows import daily as module

    def killed(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_owe_samples", killed)
    with pytest.raises(KeyboardInterrupt):
        daily(on(6, 6))
    monkeypatch.undo()
    done = daily(on(6, 6))
    assert (done["follow_up"], done["sample_person"]) == (0, 2)


def test_confirming_a_second_case_in_the_home_keeps_the_son_in_one_measure(town, case):
    son = Contact.objects.get(case=case, person=town.son)
    review_contact(son, by=town.cast.tracer, at=on(3, 15))
    check_in_contact(running(town.son), "302", by=town.cast.tracer, at=on(3, 20))
    other = result_of(town, town.husband, "positive", on(5, 9)).case
    confirm_case(other, by=town.cast.tracer, at=on(5))
    review_contact(Contact.objects.get(case=other, person=town.son), by=town.cast.tracer, at=on(5, 13))
    assert Measure.objects.filter(person=town.son).count() == 1
    assert running(town.son).ends_on == (on(5) + timedelta(days=14)).date()
