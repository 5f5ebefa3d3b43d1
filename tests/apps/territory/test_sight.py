"""The second wall, on PostgreSQL: rows out of reach are not there, whatever a query forgets to ask (S2)."""

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from lianfang.response.cases.models import Case, Contact
from lianfang.response.duties.models import Duty
from lianfang.response.ledger.models import Entry
from lianfang.response.people.models import Person
from lianfang.response.territory import sight
from lianfang.response.territory.permissions import Reach
from lianfang.response.tracing.models import Certificate, Warrant
from tests.cast import sign_in
from tests.stories.conftest import owed, resident
from tests.world import build

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

# Scoped by area, yet nothing about anybody: homes without names, and the rules in force.
WITHOUT_PEOPLE = {"people.Household", "cases.InForce", "cases.Override", "duties.Tally", "territory.Area",
                  "territory.Boundary", "territory.Grant"}  # fmt: skip


def scoped():
    return [one for one in apps.get_models() if hasattr(one, "AREA") and one._meta.label not in WITHOUT_PEOPLE]


def asked(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


@pytest.fixture
def eyes_of():
    """Read as the official of some area would, outside any page."""
    return lambda *paths: sight.of_request(paths, 0, acts=False)


@pytest.fixture
def world(cast, resident_a, resident_b):
    return build(cast)


def test_the_role_of_a_request_owns_nothing_and_cannot_pass_row_security(eyes_of):
    with eyes_of():
        ((who, can_pass, is_super),) = asked(
            "SELECT rolname, rolbypassrls, rolsuper FROM pg_roles WHERE rolname = current_user"
        )
    assert (who, can_pass, is_super) == ("lianfang_app", False, False)
    assert asked("SELECT count(*) FROM pg_tables WHERE tableowner = 'lianfang_app'") == [(0,)]


@pytest.mark.parametrize("model", scoped(), ids=lambda model: model._meta.label)
def test_every_table_about_people_forces_row_security(model):
    row = asked(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", model._meta.db_table
    )
    assert row == [(True, True)]


@pytest.mark.parametrize("model", scoped(), ids=lambda model: model._meta.label)
def test_without_any_grant_there_is_nothing(world, eyes_of, model):
    with eyes_of():
        assert not model._base_manager.exists()


def test_which_cases_a_warrant_names_is_hidden_with_the_warrant(cast, world, eyes_of):
    names = Warrant.cases.through.objects.filter(warrant=world["warrant"])
    with eyes_of(cast.yuhua.path):
        assert not names.exists()
        assert not Warrant.objects.exists()
        assert not Certificate.objects.exists()
    with eyes_of(cast.gaocheng.path):
        assert names.exists()


def test_an_official_sees_their_own_township_and_no_other(cast, world, eyes_of):
    here, there = Case.objects.get(pk=world["case"]), resident(cast.dongcheng, "外人")
    with eyes_of(cast.zengcun.path):
        assert Case.objects.filter(pk=here.pk).exists()
        assert not Person.objects.filter(pk=there.pk).exists()
    with eyes_of(cast.lianzhou.path):
        assert not Case.objects.filter(pk=here.pk).exists()
        assert not Duty.objects.filter(area=cast.xiaoguozhuang).exists()
        assert Person.objects.filter(pk=there.pk).exists()


def test_a_row_out_of_reach_cannot_be_changed_or_written(cast, world, eyes_of):
    with eyes_of(cast.lianzhou.path):
        assert Case.objects.filter(pk=world["case"]).update(label="x") == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            resident(cast.xiaoguozhuang, "外人")


def test_the_ledger_can_be_added_to_but_not_rewritten(world, eyes_of):
    for change in ("UPDATE ledger_entry SET action = 'x'", "DELETE FROM ledger_entry", "TRUNCATE ledger_entry"):
        with eyes_of("1301/"), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            asked(change)
    assert Entry.objects.exists()


def test_a_page_that_forgets_to_narrow_shows_nothing_more(cast, world, monkeypatch):
    official = sign_in(Client(), cast.lianzhou_township)
    before = official.get("/api/v1/contacts").json()
    monkeypatch.setattr(Reach, "visible", lambda self, queryset: queryset)
    assert official.get("/api/v1/contacts").json() == before == {**before, "rows": []}
    assert Contact.objects.exists()


def test_a_tracer_of_one_county_sees_the_contacts_of_their_case_who_live_in_another(cast, world, eyes_of):
    case = Case.objects.get(pk=world["case"])
    far = resident(cast.zhongmei, "远亲")
    tracer = sign_in(Client(), cast.second_tracer)
    told = tracer.post(f"/api/v1/cases/{case.pk}/contacts", {"person": far.pk, "setting": "meal"}, "application/json")
    assert told.status_code == 201, told.content
    with eyes_of(cast.gaocheng.path):
        assert Contact.objects.filter(person=far).exists()
        assert Person.objects.filter(pk=far.pk).exists()
    with eyes_of(cast.yuhua.path):  # and their own official sees the contact with the case it hangs on
        assert Contact.objects.select_related("case__person").get(person=far).case == case
    assert owed(Contact.objects.get(person=far))


def test_after_the_request_the_connection_is_the_owners_again(cast, world):
    sign_in(Client(), cast.lianzhou_township).get("/contacts/")
    assert asked("SELECT current_user = session_user") == [(True,)]
    assert Case.objects.exists()


def test_eyes_opened_in_the_middle_of_a_request_are_the_same_eyes(cast, world, eyes_of):
    with eyes_of(cast.lianzhou.path):
        asked("SELECT set_config('role', 'none', false), set_config('lianfang.paths', '*', false)")
        sight.apply()  # what a new connection is told
        assert not Case.objects.filter(pk=world["case"]).exists()
