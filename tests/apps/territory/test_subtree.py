"""A subtree as a condition: everything below the only root, and never what lies under another one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianfang.response.cases.actions.cases import report_case
from lianfang.response.cases.models import Case
from lianfang.response.people.actions import enter_person
from lianfang.response.people.sealing import Identity
from lianfang.response.territory.fields import asking_once, subtree
from lianfang.response.territory.models import Area
from lianfang.response.territory.states import Kind

pytestmark = pytest.mark.django_db


def another_city():
    return Area.objects.create(kind=Kind.CITY, code="1399", path="1399/", name="别市")


def test_the_only_root_needs_no_condition_until_there_is_another(cast):
    assert not subtree("area__path", cast.city.path)
    another_city()
    assert subtree("area__path", cast.city.path)


def test_a_reading_request_asks_for_the_only_root_once(cast):
    with CaptureQueriesContext(connection) as asked, asking_once():
        for _ in range(5):
            assert not subtree("area__path", cast.city.path)
    assert len(asked) == 1


def test_what_was_known_in_one_request_is_asked_again_in_the_next(cast):
    with asking_once():
        assert not subtree("area__path", cast.city.path)
    another_city()
    with asking_once():
        assert subtree("area__path", cast.city.path)


def test_records_are_found_by_the_areas_above_them_and_by_no_others(cast):
    person = enter_person(Identity("王小明"), cast.xiaoguozhuang, by=cast.tracer)
    case = report_case(person, cast.xiaoguozhuang, "S-1", disease="COVID-19", by=cast.tracer)
    another_city()
    parts = cast.xiaoguozhuang.path.strip("/").split("/")
    above = ["/".join(parts[: n + 1]) + "/" for n in range(len(parts))]
    for path in Area.objects.values_list("path", flat=True):
        found = Case.objects.filter(subtree("area__path", path)) | Case.objects.filter(
            subtree("person__community__path", path)
        )
        assert list(found) == ([case] if path in above else [])
