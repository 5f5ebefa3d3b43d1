"""Seeing who somebody is: under a purpose or a task, written down, within a budget (S3, S5, S6, S10, S12)."""

import json
import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from lianfang.response.cases.actions.purposes import close_purpose, open_purpose
from lianfang.response.cases.models import Case
from lianfang.response.duties.actions import finish_duty, open_duty
from lianfang.response.ledger.models import Entry
from lianfang.response.workflows import look_up as stories
from tests.cast import ID_OF_RESIDENT_A, ID_OF_RESIDENT_B

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast, resident_a):
    now = timezone.now()
    return Case.objects.create(
        label="1", disease="COVID-19", person=resident_a, area=cast.xiaoguozhuang, state="confirmed", state_at=now,
        created_at=now, confirmed_at=now, confirmed_by_id=cast.second_tracer.pk, reported_by_id=cast.laboratory.pk,
    )  # fmt: skip


@pytest.fixture
def purpose(case, cast):
    return open_purpose(case, by=cast.tracer, basis="contact_tracing", reason="who ate there")


def reads():
    return Entry.objects.filter(action=stories.READ)


def test_a_purpose_shows_a_masked_person_and_leaves_one_row(purpose, cast, resident_a):
    found = stories.look_up(ID_OF_RESIDENT_A, by=cast.tracer, purpose_id=purpose.pk)
    assert [face.id for face in found] == [resident_a.pk]
    assert found[0].name == "刘**"
    assert ID_OF_RESIDENT_A not in repr(found)
    row = reads().get()
    assert (row.purpose_id, json.loads(row.detail)["people"]) == (purpose.pk, [resident_a.pk])


def test_no_value_that_identifies_stands_in_the_ledger(purpose, cast, resident_a):
    stories.look_up(ID_OF_RESIDENT_A, by=cast.tracer, purpose_id=purpose.pk)
    stories.unmask(resident_a, by=cast.tracer, why="call the hospital", purpose_id=purpose.pk)
    for entry in Entry.objects.all():
        assert not re.search(r"\d{17}[\dX]|(?<!\d)1\d{10}(?!\d)|刘秀英", f"{entry.detail}{entry.why}{entry.subject}")


def test_without_a_purpose_nobody_is_looked_up_and_the_attempt_stands(cast, resident_a):
    with pytest.raises(PermissionDenied):
        stories.look_up("刘秀英", by=cast.tracer, purpose_id=None)
    assert Entry.objects.filter(action="denied", actor_id=cast.tracer.pk).exists()


@pytest.mark.parametrize("ended", ["closed", "expired", "another's"])
def test_a_purpose_that_is_over_or_another_s_opens_nothing(purpose, cast, ended):
    by, at = cast.tracer, timezone.now()
    if ended == "closed":
        close_purpose(purpose, by=cast.tracer)
    if ended == "expired":
        at += timedelta(hours=25)
    if ended == "another's":
        by = cast.second_tracer
    with pytest.raises(PermissionDenied):
        stories.look_up("刘秀英", by=by, purpose_id=purpose.pk, at=at)


def test_another_county_lies_outside_the_purpose(case, cast, resident_b):
    narrow = open_purpose(case, by=cast.tracer, basis="contact_tracing", reason="near", area=cast.xiaoguozhuang)
    assert stories.look_up(ID_OF_RESIDENT_B, by=cast.tracer, purpose_id=narrow.pk) == []
    with pytest.raises(Http404):
        stories.read_person(resident_b, by=cast.tracer, purpose_id=narrow.pk)


def test_a_case_that_no_laboratory_confirmed_makes_no_purpose(case, cast):
    Case.objects.filter(pk=case.pk).update(state="reported", confirmed_at=None, confirmed_by_id=None)
    case.refresh_from_db()
    with pytest.raises(PermissionDenied):
        open_purpose(case, by=cast.tracer, basis="contact_tracing", reason="curious")
    assert Entry.objects.filter(action="denied", subject=f"cases.case:{case.pk}").exists()


def test_a_task_shows_the_name_and_its_end_hides_the_person(cast, resident_a):
    soon = timezone.now() + timedelta(hours=4)
    duty = open_duty(
        "follow_up", cast.xiaoguozhuang, key="k", due_at=soon, person=resident_a, owner=cast.xiaoguozhuang_community
    )
    face = stories.read_person(resident_a, by=cast.xiaoguozhuang_community)
    assert (face.name, face.phone) == ("刘秀英", "19900000114")
    assert ID_OF_RESIDENT_A not in repr(face)
    finish_duty(duty, {"note": "well"}, by=cast.xiaoguozhuang_community)
    with pytest.raises(Http404):
        stories.read_person(resident_a, by=cast.xiaoguozhuang_community)


def test_who_may_not_identify_is_refused_the_full_number(cast, resident_a):
    soon = timezone.now() + timedelta(hours=4)
    open_duty(
        "follow_up", cast.xiaoguozhuang, key="k", due_at=soon, person=resident_a, owner=cast.xiaoguozhuang_community
    )
    with pytest.raises(PermissionDenied):
        stories.unmask(resident_a, by=cast.xiaoguozhuang_community, why="curious")


def test_the_budget_counts_people_over_pages_and_ends_the_day(purpose, cast, resident_a, resident_b, settings):
    settings.READS_A_DAY = 1
    for _ in range(3):  # the same person again reveals nobody new
        stories.look_up(ID_OF_RESIDENT_A, by=cast.tracer, purpose_id=purpose.pk)
    with pytest.raises(stories.BudgetSpent):
        stories.look_up(ID_OF_RESIDENT_B, by=cast.tracer, purpose_id=purpose.pk)
    assert reads().count() == 3
    assert Entry.objects.filter(action="read.budget_spent", actor_id=cast.tracer.pk).exists()


def test_a_ledger_that_cannot_be_written_shows_nobody(purpose, cast, monkeypatch):
    def broken(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(stories, "record", broken)
    with pytest.raises(OSError):
        stories.look_up(ID_OF_RESIDENT_A, by=cast.tracer, purpose_id=purpose.pk)


def test_the_page_shows_no_full_number_and_no_search_text_in_its_address(signed_in, purpose, cast, resident_a):
    client = signed_in(cast.tracer)
    answer = client.post("/people/search/", {"purpose": purpose.pk, "text": "刘秀英"})
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "刘**" in body
    assert ID_OF_RESIDENT_A not in body
    assert "19900000114" not in body
    assert client.post("/people/search/", {"purpose": "", "text": "刘秀英"}).status_code == 403
