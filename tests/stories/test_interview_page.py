"""The type-ahead of the interview: whom it offers, and what it never makes of them."""

import re

import pytest

from lianfang.response.cases.models import Case, Contact
from lianfang.response.people.actions import sealed_fields
from lianfang.response.people.models import Person
from lianfang.response.people.sealing import Identity
from tests.world import build

pytestmark = pytest.mark.django_db
MANY = 1_234_567  # a city has millions of people: their numbers must go through forms as they are


@pytest.fixture
def case(cast):
    found = Case.objects.get(pk=build(cast)["case"])
    Person.objects.create(pk=MANY, community=cast.xiaoguozhuang, **sealed_fields(Identity("周建国")))
    return found


@pytest.fixture
def tracer(cast, signed_in):
    return signed_in(cast.tracer)


def offered(tracer, case, text):
    html = tracer.post(f"/cases/{case.pk}/interview/people/", {"text": text}).text
    return re.findall(r'name="person" value="([^"]*)"', html), html


@pytest.mark.parametrize("text", ["周建国", "zjg"])
def test_somebody_found_is_named_and_nobody_new_is_entered(tracer, case, text):
    (person,), _ = offered(tracer, case, text)
    before = Person.objects.count()
    tracer.post(f"/cases/{case.pk}/interview/name/", {"person": person, "name": text, "setting": "meal"})
    assert Contact.objects.filter(case=case, person_id=MANY).exists()
    assert Person.objects.count() == before


def test_a_person_that_is_no_number_is_refused_and_nobody_entered(tracer, case):
    before = Person.objects.count()
    answer = tracer.post(f"/cases/{case.pk}/interview/name/", {"person": "1,234,567", "name": "zjg", "setting": "meal"})
    assert answer.status_code == 404
    assert Person.objects.count() == before


def test_the_case_itself_is_not_offered_as_its_contact(tracer, case):
    found, _ = offered(tracer, case, "刘秀英")
    assert str(case.person_id) not in found


@pytest.mark.parametrize(("text", "field"), [("13800000000", "phone"), ("某人", "name"), ("zjg", None)])
def test_what_was_typed_stands_in_the_field_it_belongs_to(tracer, case, text, field):
    _, html = offered(tracer, case, text)
    filled = re.findall(r'name="(name|phone|id_number)" value="([^"]+)"', html)
    assert filled == ([(field, text)] if field else [])
