"""A positive result becomes a case, a second person confirms it, and everything that is owed begins to run."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from lianfang.response.cases.models import Case, Contact, Measure
from lianfang.response.duties.models import Duty
from lianfang.response.ledger.models import Entry, Outbox
from lianfang.response.ledger.queries import verify
from lianfang.response.people.models import Household
from lianfang.response.workflows.confirm_case import confirm_case
from lianfang.response.workflows.report_suspect import report_suspect

from .conftest import COVID, on, owed, resident, result_of

pytestmark = pytest.mark.django_db


def test_a_positive_result_reports_the_person_and_asks_a_second_person(town):
    case = result_of(town, town.patient, "positive", on(3, 9)).case
    duty = owed(case)["confirm_case"]
    assert (case.state, case.label, case.found_by) == ("reported", "石家庄-0001", "laboratory")
    assert (duty.owner, duty.due_at) == (town.cast.gaocheng_tracer, on(3, 11))


def test_the_same_result_sent_twice_makes_one_case(town):
    first = result_of(town, town.patient, "positive", on(3, 9))
    assert result_of(town, town.patient, "positive", on(3, 9)) == first
    assert (Case.objects.count(), Duty.objects.filter(kind="confirm_case").count()) == (1, 1)


def test_who_reports_is_not_asked_to_confirm(town):
    case = report_suspect(town.patient, disease=COVID, by=town.cast.gaocheng_tracer, at=on(3, 9))
    assert owed(case)["confirm_case"].owner not in (None, town.cast.gaocheng_tracer)


def test_confirming_starts_every_clock_with_rule_owner_and_deadline(town, case):
    duties = owed(case)
    due = {kind: duty.due_at - on(3) for kind, duty in duties.items()}
    assert due == {
        "report_case": timedelta(hours=2), "report_event": timedelta(hours=2), "verify_report": timedelta(hours=4),
        "move_infected": timedelta(hours=4), "core_information": timedelta(hours=4), "itinerary": timedelta(hours=4),
        "investigation": timedelta(hours=24),
    }  # fmt: skip
    assert duties["report_case"].owner == town.cast.gaocheng_tracer
    assert duties["report_event"].owner == town.cast.gaocheng_county
    assert duties["move_infected"].owner == town.cast.zengcun_dispatcher
    assert duties["report_case"].rule == "CN-7@2020-09-15 · 1"


def test_the_second_case_of_a_county_is_no_event(town, case):
    second = result_of(town, resident(town.cast.liujiazuo, "高粱"), "positive", on(3, 9)).case
    confirm_case(second, by=town.cast.tracer, at=on(4))
    assert "report_event" not in owed(second)


def test_the_household_is_named_with_a_review_each_and_nobody_else(town, case):
    named = Contact.objects.filter(case=case)
    assert {contact.person for contact in named} == {town.husband, town.son}
    for contact in named:
        assert (contact.setting, contact.evidence, contact.degree) == ("household", "household", 1)
        review = owed(contact)["review_contact"]
        assert (review.owner, review.due_at) == (town.cast.gaocheng_tracer, on(3, 16))
        assert review.params["suggested"] == "accept"


def test_the_exposure_of_the_household_begins_two_days_before_the_sample(case):
    contact = Contact.objects.filter(case=case).first()
    assert (contact.first_exposure_at, contact.last_exposure_at) == (on(1, 0), on(3))


def test_without_a_date_the_exposure_is_not_made_up(town):
    case = report_suspect(
        town.patient, disease=COVID, by=town.cast.gaocheng_tracer, at=on(3, 9), diagnosed_on=on(3).date()
    )
    confirm_case(case, by=town.cast.tracer, at=on(3))
    contact = Contact.objects.filter(case=case).first()
    assert (contact.first_exposure_at, contact.last_exposure_at) == (None, None)
    assert owed(contact)["review_contact"].params["suggested"] == "ask"


def test_people_of_a_collective_household_are_left_to_the_interview(town):
    Household.objects.filter(pk=town.patient.household_id).update(collective=True)
    town.patient.refresh_from_db()
    case = result_of(town, town.patient, "positive", on(3, 9)).case
    confirm_case(case, by=town.cast.tracer, at=on(3))
    assert not Contact.objects.filter(case=case).exists()


def test_a_link_of_the_line_list_is_a_contact_with_its_outcome(town, case):
    second = result_of(town, town.colleague, "positive", on(5, 9)).case
    second.sources.create(source=case, setting="wedding")
    confirm_case(second, by=town.cast.tracer, at=on(5))
    contact = Contact.objects.get(case=case, person=town.colleague)
    assert (contact.state, contact.became, contact.evidence) == ("became_case", second, "line_list")
    assert (contact.setting, contact.relation, owed(contact)) == ("other", "wedding", {})


def test_a_bed_is_ordered_with_its_ground_and_the_report_goes_out_once(case):
    measure = Measure.objects.get(case=case)
    assert (measure.kind, measure.reason, measure.basis) == ("hospital", "confirmed_case", "law_39_patient")
    row = Outbox.objects.get(receiver="direct_report")
    assert row.event == f"case.confirmed:{case.pk}"
    assert "刘秀英" not in str(row.body)


def test_a_second_confirmation_is_refused_and_changes_nothing(town, case):
    before = (Duty.objects.count(), Contact.objects.count(), Measure.objects.count(), Outbox.objects.count())
    stale = Case.objects.get(pk=case.pk)
    stale.state = "reported"  # another tracer's page, loaded before
    for again in (Case.objects.get(pk=case.pk), stale):
        with pytest.raises(ValidationError):
            confirm_case(again, by=town.cast.second_tracer, at=on(4))
    assert before == (Duty.objects.count(), Contact.objects.count(), Measure.objects.count(), Outbox.objects.count())


def test_an_asymptomatic_infection_is_confirmed_as_such(town):
    case = result_of(town, town.patient, "positive", on(3, 9)).case
    confirm_case(case, by=town.cast.tracer, asymptomatic=True, at=on(3))
    assert (case.state, Measure.objects.get(case=case).reason) == ("asymptomatic", "asymptomatic_case")


def test_the_tracer_of_another_county_finds_no_case_and_the_ledger_shows_the_attempt(town):
    case = result_of(town, town.patient, "positive", on(3, 9)).case
    with pytest.raises(Http404):
        confirm_case(case, by=town.cast.yuhua_tracer, at=on(3))
    denied = Entry.objects.filter(action="denied", actor_id=town.cast.yuhua_tracer.pk).last()
    assert (denied.subject, denied.area_path) == (f"cases.case:{case.pk}", "")


def test_who_sees_the_case_but_may_not_confirm_is_told_why(town):
    case = result_of(town, town.patient, "positive", on(3, 9)).case
    with pytest.raises(PermissionDenied, match=r"."):
        confirm_case(case, by=town.cast.gaocheng_county, at=on(3))
    assert Entry.objects.filter(action="denied", actor_id=town.cast.gaocheng_county.pk).exists()


def test_everything_told_stands_in_a_whole_chain(case):
    assert verify().ok
