"""Correcting a person's facts: under a ground, never what is masked (S5), old values sealed, nothing told twice."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from lianfang.response.duties.actions import open_duty
from lianfang.response.ledger.models import Entry
from lianfang.response.people import queries, sealing
from lianfang.response.people.models import Correction, Person
from tests.cast import ID_OF_RESIDENT_A, ID_OF_RESIDENT_B
from tests.voice import Voice

pytestmark = pytest.mark.django_db
WHY = "seen on the card"


class Corrector(Voice):
    def patch(self, person, **body):
        return self.client.patch(f"/api/v1/people/{person.pk}", json.dumps(body), content_type="application/json")


@pytest.fixture(autouse=True)
def _a_fresh_brake():
    cache.clear()


@pytest.fixture
def official(cast, resident_a):
    """The community's official, who owes a visit to resident A: sees the name and the phone, not the ID number."""
    _task(cast, resident_a, cast.xiaoguozhuang_community)
    return Corrector(cast.xiaoguozhuang_community)


@pytest.fixture
def tracer(cast, resident_a):
    _task(cast, resident_a, cast.tracer)
    return Corrector(cast.tracer)


def _task(cast, person, owner):
    soon = timezone.now() + timedelta(hours=4)
    open_duty("follow_up", cast.xiaoguozhuang, key=f"k{owner.pk}", due_at=soon, person=person, owner=owner)


def facts(person):
    return queries.facts(Person.objects.get(pk=person.pk))


def test_a_phone_is_corrected_and_the_old_one_stays_sealed(official, resident_a):
    assert official.patch(resident_a, phone="19900000999", why=WHY).status_code == 200
    assert facts(resident_a)["phone"] == "19900000999"
    row = Correction.objects.get()
    assert b"19900000114" not in bytes(row.before)
    assert sealing.unseal_facts(row.before) == {"phone": "19900000114"}
    assert list(queries.by_phone("19900000999")) == [resident_a]


def test_the_ledger_names_the_fields_and_no_value(official, resident_a):
    official.patch(resident_a, phone="19900000999", why=WHY)
    entry = Entry.objects.get(action="person.corrected")
    assert json.loads(entry.detail)["fields"] == ["phone"]
    assert "199" not in entry.detail + entry.why


def test_a_masked_number_cannot_be_written_over(official, resident_a, cast):
    refused = official.patch(resident_a, id_number=ID_OF_RESIDENT_B, why=WHY)
    assert refused.status_code == 403
    assert facts(resident_a)["id_number"] == ID_OF_RESIDENT_A
    assert Entry.objects.filter(action="denied", actor_id=cast.xiaoguozhuang_community.pk).exists()


def test_a_wrong_check_digit_is_refused_by_field(tracer, resident_a):
    refused = tracer.patch(resident_a, id_number="990109195203141125", why=WHY)
    assert (refused.status_code, refused.json()["problems"][0]["field"]) == (422, "id_number")
    assert not Correction.objects.exists()


def test_the_id_number_settles_sex_and_birth_date(tracer, resident_a):
    assert tracer.patch(resident_a, id_number=ID_OF_RESIDENT_B, why=WHY).status_code == 200
    now = facts(resident_a)
    assert (now["sex"], f"{now['born_on']}") == (1, "1988-11-05")
    assert tracer.patch(resident_a, born_on="1990-01-01", why=WHY).status_code == 422


def test_a_second_correction_of_the_same_state_is_stale(official, resident_a):
    assert official.patch(resident_a, phone="19900000999", why=WHY, seen=0).status_code == 200
    assert official.patch(resident_a, phone="19900000998", why=WHY, seen=0).status_code == 409
    assert official.patch(resident_a, phone="19900000998", why=WHY, seen=1).status_code == 200


def test_a_reason_that_tells_the_name_is_refused(official, resident_a):
    assert official.patch(resident_a, phone="19900000999", why="刘秀英 told me").status_code == 422


def test_without_a_ground_a_person_is_not_there_to_correct(cast, resident_a):
    assert Corrector(cast.zengcun_township).patch(resident_a, address="2-301", why=WHY).status_code == 404


def test_who_may_not_edit_is_refused(cast, resident_a):
    assert Corrector(cast.commander).patch(resident_a, address="2-301", why=WHY).status_code == 403


def test_the_page_corrects_and_shows_who_did_and_why(official, resident_a):
    page = official.client.get(f"/people/{resident_a.pk}/").content.decode()
    assert 'name="id_number"' not in page
    done = official.client.post(f"/people/{resident_a.pk}/correct/", {"phone": "19900000999", "why": WHY, "seen": "0"})
    assert done.status_code == 302
    assert WHY in official.client.get(f"/people/{resident_a.pk}/").content.decode()
    stale = official.client.post(f"/people/{resident_a.pk}/correct/", {"phone": "19900000998", "why": WHY, "seen": "0"})
    assert stale.status_code == 422
