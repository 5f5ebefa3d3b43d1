"""Looking people up through /api/v1: a purpose first, masked by role, within a budget, every read in the ledger."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache

from lianfang.response.ledger.models import Entry
from tests.voice import BEGIN, Voice, report_positive, told

pytestmark = pytest.mark.django_db
OPEN = {"basis": "contact_tracing", "reason": "流调需要"}


@pytest.fixture(autouse=True)
def _january():
    cache.clear()
    with time_machine.travel(BEGIN, tick=False):
        yield


@pytest.fixture
def as_(cast):
    return lambda name: Voice(cast.users[name])


@pytest.fixture
def case(as_, town):
    report_positive(as_, town.patient, BEGIN - timedelta(hours=6))
    case = as_("tracer").rows("cases")[0]["id"]
    as_("tracer").done(f"cases/{case}/confirm")
    return case


@pytest.fixture
def purpose(as_, case):
    return as_("second_tracer").done("purposes", case=case, **OPEN)["id"]


def reads(user):
    return [json.loads(row.detail) for row in Entry.objects.filter(action="person.read", actor_id=user.pk)]


def test_a_look_up_under_a_purpose_shows_masked_people_and_stands_in_the_ledger(as_, cast, town, purpose):
    found = as_("second_tracer").done("people/look-up", text="郭大山", purpose=purpose)
    assert [(row["id"], row["name"], row["unmasked"]) for row in found] == [(town.husband.pk, "郭**", False)]
    assert reads(cast.second_tracer)[-1]["people"] == [town.husband.pk]


def test_without_a_purpose_nobody_is_looked_up(as_, town, purpose):
    refused = as_("tracer").post("people/look-up", text="郭大山", purpose=purpose)  # it is somebody else's
    assert refused.status_code == 403
    assert as_("second_tracer").done(f"purposes/{purpose}/close")["closed_at"]
    assert as_("second_tracer").post("people/look-up", text="郭大山", purpose=purpose).status_code == 403


def test_a_purpose_opens_around_a_confirmed_case_only(as_, town):
    report_positive(as_, town.patient, BEGIN - timedelta(hours=6))
    suspect = as_("tracer").rows("cases")[0]["id"]
    assert as_("tracer").post("purposes", case=suspect, **OPEN).status_code == 403


def test_the_purpose_of_somebody_else_is_like_none(as_, cast, purpose):
    voice = as_("tracer")
    voice.get("me")
    assert told(voice.post(f"purposes/{purpose}/close")) == told(voice.post("purposes/987654/close"))
    assert Entry.objects.filter(action="denied", actor_id=cast.tracer.pk, subject=f"ledger.purpose:{purpose}").exists()


def test_a_person_without_task_or_purpose_is_like_one_who_does_not_exist(as_, cast, town, case):
    voice = as_("commander")
    voice.get("me")
    assert told(voice.get(f"people/{town.patient.pk}")) == told(voice.get("people/987654"))
    assert Entry.objects.filter(action="denied", subject=f"people.person:{town.patient.pk}").exists()


def test_a_person_of_township_b_is_to_township_a_like_one_who_does_not_exist(as_, cast, town):
    voice = as_("zengcun_township")
    voice.get("me")
    there, nowhere = told(voice.get(f"people/{town.colleague.pk}")), told(voice.get("people/987654"))
    assert there == nowhere
    assert there[0] == 404
    assert Entry.objects.filter(action="denied", actor_id=cast.zengcun_township.pk).count() == 2


def test_unmasking_needs_a_reason_that_stays_in_the_ledger(as_, cast, town, purpose):
    tracer = as_("second_tracer")
    path = f"people/{town.husband.pk}/unmask"
    assert tracer.post(path, why="", purpose=purpose).status_code == 422
    assert tracer.done(path, why="核对证件", purpose=purpose)["name"] == "郭大山"
    assert Entry.objects.get(action="person.unmasked").why == "核对证件"


def test_over_the_budget_of_a_day_the_answer_is_429_and_somebody_is_told(as_, cast, town, purpose, settings):
    settings.READS_A_DAY = 1
    tracer = as_("second_tracer")
    assert tracer.get(f"people/{town.husband.pk}", purpose=purpose).status_code == 200
    spent = tracer.get(f"people/{town.son.pk}", purpose=purpose)
    assert (spent.status_code, set(spent.json())) == (429, {"detail"})
    assert Entry.objects.filter(action="read.budget_spent", actor_id=cast.second_tracer.pk).exists()


def test_a_grant_has_power_after_a_second_person_approved_it(as_, cast):
    wanted = {"area": "130109104201", "username": "stranger", "role": "community", "reason": "换届"}
    grant = as_("commander").done("grants", **wanted)
    assert as_("stranger").get("areas").status_code == 403
    assert as_("commander").post(f"grants/{grant['id']}/approve").status_code == 422
    assert as_("gaocheng_county").done(f"grants/{grant['id']}/approve")["approved_by"]["name"] == "高区长"
    assert as_("stranger").rows("areas")[0]["code"] == "130109104201"
    as_("gaocheng_county").done(f"grants/{grant['id']}/end", why="离任")
    with time_machine.travel(BEGIN + timedelta(minutes=1), tick=False):
        assert as_("stranger").get("areas").status_code == 403
