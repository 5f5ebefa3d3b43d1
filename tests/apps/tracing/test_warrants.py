"""No warrant, no look: two people, exactly these bounds, until it ends. Every refusal stands in the ledger."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404

from lianfang.response.accounts.models import User
from lianfang.response.cases.actions import cases
from lianfang.response.duties.models import Duty
from lianfang.response.ledger.models import Entry, Outbox
from lianfang.response.territory.moves import Stale
from lianfang.response.territory.permissions import BudgetSpent
from lianfang.response.tracing.actions.warrants import approve_warrant, lapse_unanswered, refuse_warrant
from lianfang.response.tracing.models import Candidate, Look, Warrant

from .conftest import NOON

pytestmark = pytest.mark.django_db
PINGS = "person,t,lon,lat,accuracy"


def denied(by):
    """What the ledger says about the only refusal of this user."""
    entry = Entry.objects.get(action="denied", actor_id=by.pk)
    return {"subject": entry.subject, **json.loads(entry.detail)}


@pytest.fixture
def full(keep, write, ping, case, resident_a):
    """A warrant with records kept under it."""
    keep(write(PINGS, ping(case.person), ping(resident_a)))


def test_a_tracer_asks_and_a_commander_approves(cast, ask):
    asked = ask()
    assert (asked.state, asked.approved_by) == ("requested", None)
    approve_warrant(asked, digest=asked.digest, by=cast.commander, at=NOON)
    asked.refresh_from_db()
    assert (asked.state, asked.approved_by, asked.approved_at) == ("active", cast.commander, NOON)
    events = Entry.objects.filter(subject=f"tracing.warrant:{asked.pk}").values_list("action", "actor_id")
    assert list(events) == [("warrant.requested", cast.tracer.pk), ("warrant.approved", cast.commander.pk)]


def test_the_official_of_the_county_owes_an_answer_until_somebody_gave_one(cast, ask):
    asked = ask()
    duty = Duty.objects.get(kind="approve_warrant")
    assert (duty.owner, duty.subject, duty.state) == (cast.gaocheng_county, f"tracing.warrant:{asked.pk}", "open")
    approve_warrant(asked, digest=asked.digest, by=cast.commander, at=NOON)
    duty.refresh_from_db()
    assert (duty.state, duty.closed_by) == ("done", cast.commander)


def test_for_the_whole_city_the_commander_owes_the_answer(cast, ask, border):
    ask(area=cast.city)
    assert Duty.objects.get(kind="approve_warrant").owner == cast.commander


def test_an_official_of_the_county_approves_for_the_county_and_no_other(cast, ask):
    asked = ask()
    with pytest.raises(Http404):
        approve_warrant(asked, digest=asked.digest, by=cast.yuhua_county, at=NOON)
    approve_warrant(asked, digest=asked.digest, by=cast.gaocheng_county, at=NOON)


def test_the_requester_does_not_approve_whatever_roles_they_hold(cast, ask):
    from lianfang.response.territory.models import Grant

    Grant.objects.create(user=cast.tracer, role="commander", area=cast.city, starts_at=NOON, reason="both")
    asked = ask()
    with pytest.raises(PermissionDenied):
        approve_warrant(asked, digest=asked.digest, by=User.objects.get(pk=cast.tracer.pk), at=NOON)
    assert denied(cast.tracer)["reason"] == "same_person"
    assert Warrant.objects.get().state == "requested"


def test_a_second_account_of_the_requester_does_not_approve(cast, ask):
    User.objects.filter(pk=cast.commander.pk).update(person_key=cast.tracer.person_key)
    asked = ask()
    with pytest.raises(PermissionDenied):
        approve_warrant(asked, digest=asked.digest, by=User.objects.get(pk=cast.commander.pk), at=NOON)
    assert denied(cast.commander)["reason"] == "same_person"


def test_the_database_itself_refuses_one_person_as_both(cast, ask):
    asked = ask()
    with pytest.raises(IntegrityError):
        Warrant.objects.filter(pk=asked.pk).update(state="active", approved_by=cast.tracer)


def test_another_tracer_does_not_approve(cast, ask):
    asked = ask()
    with pytest.raises(PermissionDenied):
        approve_warrant(asked, digest=asked.digest, by=cast.second_tracer, at=NOON)


@pytest.mark.parametrize(
    "change",
    [{"kinds": ["ping"]}, {"to_at": NOON - timedelta(hours=1)}, {"expires_at": NOON + timedelta(days=9)},
     {"purpose": "something else"}],
)  # fmt: skip
def test_what_changed_after_it_was_asked_for_is_not_approved(cast, ask, change):
    asked = ask()
    Warrant.objects.filter(pk=asked.pk).update(**change)
    with pytest.raises(PermissionDenied):
        approve_warrant(Warrant.objects.get(pk=asked.pk), digest=asked.digest, by=cast.commander, at=NOON)
    assert denied(cast.commander)["reason"] == "changed_after_request"
    assert Warrant.objects.get().state == "requested"


def test_another_case_put_in_after_it_was_asked_for_is_not_approved(cast, ask, case, resident_b):
    asked = ask()
    other = cases.report_case(resident_b, cast.xiaoguozhuang, "2", disease="COVID-19", by=cast.tracer, at=NOON)
    asked.cases.add(other)
    with pytest.raises(PermissionDenied):
        approve_warrant(asked, digest=asked.digest, by=cast.commander, at=NOON)
    assert denied(cast.commander)["reason"] == "changed_after_request"


def test_an_approval_of_other_bounds_than_were_read_is_refused(cast, ask):
    asked, other = ask(), ask(kinds=["ping"])
    with pytest.raises(PermissionDenied):
        approve_warrant(asked, digest=other.digest, by=cast.commander, at=NOON)


def test_an_approval_sent_again_is_refused_and_recorded(cast, warrant):
    with pytest.raises(Stale):
        approve_warrant(warrant, digest=warrant.digest, by=cast.commander, at=NOON)
    assert denied(cast.commander)["reason"] == "replayed"


def test_bounds_changed_after_the_approval_open_nothing(cast, full, warrant, looked):
    Warrant.objects.filter(pk=warrant.pk).update(from_at=NOON - timedelta(days=300))
    with pytest.raises(PermissionDenied):
        looked()
    assert denied(cast.tracer)["reason"] == "altered"


def test_a_case_no_laboratory_confirmed_opens_nothing(cast, ask, reported):
    reported.state = "reported"
    with pytest.raises(PermissionDenied):
        ask(cases=[reported])
    assert denied(cast.tracer)["reason"] == "case_not_confirmed"


def test_a_case_taken_back_since_opens_nothing_more(cast, full, looked, case):
    type(case).objects.filter(pk=case.pk).update(state="excluded")
    with pytest.raises(PermissionDenied):
        looked()
    assert denied(cast.tracer)["reason"] == "case_not_confirmed"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"kinds": []}, "kinds"), ({"kinds": ["radio"]}, "kinds"), ({"purpose": " "}, "purpose"),
     ({"basis": "curiosity"}, "purpose"), ({"to_at": NOON + timedelta(days=1)}, "to_at"),
     ({"from_at": NOON}, "to_at"), ({"expires_at": NOON}, "expires_at"),
     ({"expires_at": NOON + timedelta(days=15)}, "expires_at"), ({"cases": []}, "cases")],
)  # fmt: skip
def test_bounds_that_cannot_be_are_named(ask, changes, field):
    with pytest.raises(ValidationError) as refused:
        ask(**changes)
    assert field in refused.value.message_dict
    assert not Warrant.objects.exists()


def test_to_a_tracer_of_another_district_the_case_does_not_exist(cast, ask):
    with pytest.raises(Http404):
        ask(by=cast.yuhua_tracer, area=cast.yuhua)


def test_an_official_who_may_not_look_cannot_ask(cast, ask):
    with pytest.raises(PermissionDenied):
        ask(by=cast.gaocheng_county)


def test_a_refusal_says_why_and_opens_nothing(cast, ask, write, ping, case):
    asked = ask()
    with pytest.raises(ValidationError):
        refuse_warrant(asked, by=cast.commander, why=" ")
    refuse_warrant(asked, by=cast.commander, why="too wide", at=NOON)
    asked.refresh_from_db()
    assert (asked.state, asked.why) == ("refused", "too wide")


def test_a_request_nobody_answers_lapses(ask):
    asked = ask()
    assert lapse_unanswered(NOON + timedelta(days=3)) == 1
    asked.refresh_from_db()
    assert asked.state == "lapsed"
    assert Duty.objects.get(kind="approve_warrant").state == "cancelled"


def test_before_the_approval_nothing_is_kept_and_nothing_asked(cast, ask, write, ping, case):
    from lianfang.response.tracing.actions.looks import Asking, look
    from lianfang.response.tracing.actions.records import keep_records

    asked = ask()
    for attempt in (
        lambda: keep_records(asked, write(PINGS, ping(case.person)), by=cast.tracer, at=NOON),
        lambda: look(asked, Asking(), by=cast.tracer, at=NOON),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    said = Entry.objects.filter(action="denied").values_list("detail", flat=True)
    assert [json.loads(detail)["reason"] for detail in said] == ["not_approved", "not_approved"]


def test_after_its_end_nothing_is_asked(cast, full, looked):
    with pytest.raises(PermissionDenied):
        looked(at=NOON + timedelta(days=3))
    assert denied(cast.tracer)["reason"] == "expired"


@pytest.mark.parametrize(
    ("asking", "reason"),
    [({"cases": (10**6,)}, "another_case"), ({"from_at": NOON - timedelta(days=7)}, "another_period"),
     ({"to_at": NOON + timedelta(seconds=1)}, "another_period")],
)  # fmt: skip
def test_a_question_beyond_the_bounds_is_refused_and_recorded(cast, full, looked, warrant, asking, reason):
    with pytest.raises(PermissionDenied):
        looked(**asking)
    assert (denied(cast.tracer)["reason"], denied(cast.tracer)["subject"]) == (reason, f"tracing.warrant:{warrant.pk}")
    assert not Look.objects.exists()


def test_a_question_into_another_area_is_refused(cast, full, looked):
    with pytest.raises(PermissionDenied):
        looked(area=cast.yuhua)
    assert denied(cast.tracer)["reason"] == "another_area"


def test_a_question_about_another_kind_is_refused(cast, ask, case):
    from lianfang.response.tracing.actions.looks import Asking, look

    asked = ask(kinds=["visit"])
    approve_warrant(asked, digest=asked.digest, by=cast.commander, at=NOON)
    with pytest.raises(PermissionDenied):
        look(asked, Asking(kinds=("ping",)), by=cast.tracer, at=NOON)
    assert denied(cast.tracer)["reason"] == "another_kind"


def test_who_approves_does_not_look(cast, full, looked):
    with pytest.raises(PermissionDenied):
        looked(by=cast.commander)
    assert denied(cast.commander)["permission"] == "locations.collide"


def test_a_tracer_whose_grant_has_ended_sees_nothing(cast, full, looked):
    with pytest.raises(Http404):
        looked(by=cast.former_tracer)


def test_the_questions_of_a_day_are_counted_and_a_supervisor_owes_a_look(cast, full, looked, settings, warrant):
    settings.LOOKS_A_DAY = 2
    looked()
    looked()
    with pytest.raises(BudgetSpent):
        looked()
    assert Look.objects.count() == 2
    assert Entry.objects.filter(action="warrant.budget_spent", actor_id=cast.tracer.pk).count() == 1
    duty = Duty.objects.get(kind="review_access")
    assert (duty.owner, duty.subject) == (cast.supervisor, f"tracing.warrant:{warrant.pk}")
    assert Outbox.objects.filter(receiver="supervision").count() == 1
    looked(by=cast.analyst)  # everybody has their own


def test_a_new_day_has_a_new_budget(full, looked, settings):
    settings.LOOKS_A_DAY = 1
    looked()
    looked(at=NOON + timedelta(days=1))
    assert Look.objects.count() == 2


def test_people_named_are_counted_over_all_questions(cast, full, looked, settings):
    settings.NAMED_A_DAY = 1
    looked()
    with pytest.raises(BudgetSpent):
        looked()
    assert Entry.objects.filter(action="warrant.looked").count() == 1
    assert Duty.objects.filter(kind="review_access").count() == 1


def test_an_answer_that_names_too_many_leaves_nothing(full, looked, settings):
    settings.NAMED_A_DAY = 0
    with pytest.raises(BudgetSpent):
        looked()
    assert not Candidate.objects.exists()
    assert not Look.objects.exists()
