"""Power is given by two people, ends at once, and in an emergency lasts an hour."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from lianfang.response.accounts.models import User
from lianfang.response.ledger.models import Entry, Outbox
from lianfang.response.territory.actions import approve_grant, break_glass, end_grant, give_grant
from lianfang.response.territory.permissions import reach

pytestmark = pytest.mark.django_db


def fresh(user):
    return User.objects.get(pk=user.pk)


@pytest.fixture
def asked(cast):
    return give_grant(cast.stranger, "tracer", cast.gaocheng, by=cast.commander, reason="more tracers")


def test_a_grant_has_no_power_before_a_second_person_approves(asked, cast):
    assert not reach(fresh(cast.stranger), "cases.view")
    approve_grant(asked, by=cast.gaocheng_county)
    assert reach(fresh(cast.stranger), "cases.view").paths == (cast.gaocheng.path,)


def test_who_asked_and_who_receives_do_not_approve(asked, cast):
    with pytest.raises(ValidationError):
        approve_grant(asked, by=cast.commander)
    with pytest.raises(Http404):
        approve_grant(asked, by=cast.stranger)


def test_one_person_with_two_accounts_is_one_person(asked, cast):
    User.objects.filter(pk=cast.gaocheng_county.pk).update(person_key=cast.commander.person_key)
    with pytest.raises(ValidationError):
        approve_grant(asked, by=fresh(cast.gaocheng_county))


def test_an_approval_cannot_be_replayed_nor_outlive_a_change(asked, cast):
    approve_grant(asked, by=cast.gaocheng_county)
    with pytest.raises(ValidationError):
        approve_grant(asked, by=cast.gaocheng_county)
    changed = give_grant(cast.stranger, "tracer", cast.gaocheng, by=cast.commander, reason="again")
    type(changed).objects.filter(pk=changed.pk).update(role="commander")
    with pytest.raises(ValidationError):
        approve_grant(changed, by=cast.gaocheng_county)


def test_nobody_gives_beyond_their_own_area_or_without_the_right(cast):
    with pytest.raises(Http404):
        give_grant(cast.stranger, "tracer", cast.yuhua, by=cast.gaocheng_county, reason="x")
    with pytest.raises(PermissionDenied):
        give_grant(cast.stranger, "tracer", cast.gaocheng, by=cast.tracer, reason="x")


def test_the_end_is_at_once(asked, cast):
    approve_grant(asked, by=cast.gaocheng_county)
    end_grant(asked, by=cast.commander, why="left")
    assert not reach(fresh(cast.stranger), "cases.view")


def test_emergency_access_is_instant_loud_and_over_in_an_hour(cast):
    grant = break_glass("tracer", cast.gaocheng, by=cast.supervisor, reason="nobody answers")
    user = fresh(cast.supervisor)
    assert reach(user, "contacts.review").paths == (cast.gaocheng.path,)
    assert not reach(user, "contacts.review", timezone.now() + timedelta(minutes=61))
    assert Entry.objects.filter(action="grant.break_glass").exists()
    assert Outbox.objects.filter(event=f"break_glass:{grant.pk}").exists()
    with pytest.raises(PermissionDenied):
        break_glass("tracer", cast.gaocheng, by=cast.stranger, reason="let me in")
