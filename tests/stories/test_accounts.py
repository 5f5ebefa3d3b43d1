"""Accounts: opened with a role that a second person approves, renewed after a loss, closed in the middle of work (S16)."""

import pytest
from django.test import Client

from lianfang.response.accounts.models import User
from lianfang.response.ledger.models import Entry
from lianfang.response.territory.models import Grant
from tests.cast import ID_OF_RESIDENT_A, sign_in

pytestmark = pytest.mark.django_db
NEW = {"username": "li_xin", "name": "李新", "role": "community", "area": "130109104201", "reason": "换届"}


@pytest.fixture
def county(cast):
    return sign_in(Client(), cast.gaocheng_county)


def test_a_new_account_has_a_password_shown_once_and_no_power_yet(county):
    page = county.post("/grants/accounts/open/", NEW)
    username, password = page.context["told"]
    user = User.objects.get(username="li_xin")
    assert username == "li_xin"
    assert user.check_password(password)
    assert password in page.content.decode()
    assert password not in county.get("/grants/").content.decode()
    assert Grant.objects.get(user=user).approved_by is None
    assert not Entry.objects.filter(detail__contains=password).exists()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"username": "李新"}, "字母"), ({"username": "TRACER"}, "已被使用"), ({"name": ""}, "姓名"),
     ({"area": "130108"}, "没有这个编码"), ({"role": "king"}, "请从列表中选择")],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_is_made(county, wrong, says):
    answer = county.post("/grants/accounts/open/", {**NEW, **wrong})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not User.objects.filter(username="li_xin").exists()


def test_a_closed_account_is_refused_in_the_middle_of_its_batch(cast, county):
    official = sign_in(Client(), cast.xiaoguozhuang_community)
    assert official.get("/api/v1/duties").status_code == 200
    closed = county.post("/grants/accounts/close/", {"username": "xiaoguozhuang_community", "why": "离任"})
    assert closed.status_code == 302
    assert [official.get("/api/v1/duties").status_code for _ in range(3)] == [401, 401, 401]
    assert not Grant.objects.filter(user=cast.xiaoguozhuang_community, ends_at=None).exists()
    assert Entry.objects.filter(action="account.closed").exists()


def test_after_a_lost_phone_the_sessions_and_the_second_factor_are_gone(cast, county):
    official = sign_in(Client(), cast.xiaoguozhuang_community)
    told = county.post("/grants/accounts/renew/", {"username": "xiaoguozhuang_community"}).context["told"]
    assert official.get("/api/v1/duties").status_code == 401
    user = User.objects.get(pk=cast.xiaoguozhuang_community.pk)
    assert user.check_password(told[1])
    assert not user.authenticator_set.exists()


def test_an_account_of_another_county_or_above_cannot_be_touched(cast, county):
    for name in ("yuhua_county", "commander"):
        for step in ("renew", "close"):
            answer = county.post(f"/grants/accounts/{step}/", {"username": name, "why": "x"})
            assert answer.status_code in (403, 404)
        assert User.objects.get(username=name).revoked_at is None
    assert county.post("/grants/accounts/close/", {"username": "gaocheng_county", "why": "x"}).status_code == 403


def test_the_api_does_the_same(cast, county):
    made = county.post("/api/v1/accounts", NEW, content_type="application/json")
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    renewed = county.post(f"/api/v1/accounts/{pk}/renew", content_type="application/json")
    assert renewed.json()["password"] != made.json()["password"]
    assert (
        county.post(f"/api/v1/accounts/{pk}/close", {"why": "误开"}, content_type="application/json").status_code == 200
    )
    assert not User.objects.get(pk=pk).is_active


def test_the_holder_s_number_is_checked_and_kept_as_a_hash_only(cast, county):
    renew = {"username": "xiaoguozhuang_community", "id_number": "123"}
    assert county.post("/grants/accounts/renew/", renew).status_code == 422
    told = county.post("/grants/accounts/renew/", {**renew, "id_number": ID_OF_RESIDENT_A})
    assert told.status_code == 200
    assert ID_OF_RESIDENT_A not in told.content.decode()
    key = User.objects.get(username="xiaoguozhuang_community").person_key
    body = {**NEW, "id_number": ID_OF_RESIDENT_A}
    made = county.post("/api/v1/accounts", body, content_type="application/json")
    assert User.objects.get(pk=made.json()["id"]).person_key == key != cast.xiaoguozhuang_community.person_key
