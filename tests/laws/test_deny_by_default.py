import time

import pytest
from django.utils import timezone

pytestmark = pytest.mark.django_db


def test_a_page_sends_a_stranger_to_sign_in(client):
    answer = client.get("/wall/")
    assert answer.status_code == 302
    assert answer["Location"] == "/account/sign-in/?next=%2Fwall%2F"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/", "/duties/1/finish/", "/no/such/page/"])
def test_nothing_can_be_changed_without_signing_in(client, method, path):
    assert getattr(client, method)(path).status_code == 401


def test_the_password_alone_opens_nothing(client, cast):
    client.force_login(cast.tracer, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get("/wall/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/second-factor/totp/activate/")


def test_a_revoked_account_is_out_at_its_next_request(signed_in, cast):
    client = signed_in(cast.tracer)
    assert client.get("/").status_code == 200
    type(cast.tracer).objects.filter(pk=cast.tracer.pk).update(revoked_at=timezone.now())
    assert client.get("/").status_code == 302


def test_after_a_quarter_of_an_hour_the_second_factor_is_asked_again(signed_in, cast, settings):
    client = signed_in(cast.tracer)
    settings.IDLE_MINUTES = 0
    assert client.get("/").status_code == 302


def test_the_password_shown_again_is_no_second_factor(signed_in, cast):
    client = signed_in(cast.tracer)
    client.get("/")
    session = client.session
    long_ago = time.time() - 3600
    shown = [{**record, "at": long_ago} for record in session["account_authentication_methods"]]
    session["account_authentication_methods"] = [*shown, {"method": "password", "at": time.time()}]
    session["seen_at"] = long_ago
    session.save()
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/second-factor/reauthenticate/")


def test_a_refusal_inside_a_transaction_stays_in_the_ledger(signed_in, cast, resident_a):
    from lianfang.response.cases.models import Case
    from lianfang.response.ledger.models import Entry

    now = timezone.now()
    case = Case.objects.create(
        label="1", disease="MERS", person=resident_a, area=cast.xiaoguozhuang, state_at=now, created_at=now
    )
    client = signed_in(cast.zengcun_township)  # sees cases, may not edit them
    assert client.post(f"/cases/{case.pk}/dates/", {"hospital": "x"}).status_code == 403
    row = Entry.objects.get(action="denied", subject=f"cases.case:{case.pk}")
    assert row.actor_id == cast.zengcun_township.pk
