from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from lianfang.response.duties import actions, queries
from lianfang.response.ledger.models import Entry
from lianfang.response.territory.moves import Stale
from lianfang.response.territory.states import Kind

pytestmark = pytest.mark.django_db


def place(cast, **more):
    due = more.pop("due_at", timezone.now() + timedelta(hours=1))
    return actions.open_duty("place_contact", cast.xiaoguozhuang, key="one", due_at=due, **more)


def test_asking_twice_owes_once(cast):
    assert place(cast) == place(cast)
    assert queries.count_under("1301/").all == 1


def test_the_duty_goes_to_who_holds_the_role_there(cast):
    assert place(cast).owner == cast.xiaoguozhuang_community


def test_a_duty_without_its_proof_is_not_done(cast):
    with pytest.raises(ValidationError):
        actions.finish_duty(place(cast), {}, by=cast.xiaoguozhuang_community)


def test_a_done_duty_leaves_the_open_tally(cast):
    actions.finish_duty(place(cast), {"site": "room 3"}, by=cast.xiaoguozhuang_community)
    count = queries.count_under(cast.zengcun.path)
    assert (count.open, count.done, count.all) == (0, 1, 1)


def test_a_second_finish_is_refused(cast):
    first, second = place(cast), place(cast)
    actions.finish_duty(first, {"site": "room 3"}, by=cast.xiaoguozhuang_community)
    with pytest.raises(Stale):
        actions.finish_duty(second, {"site": "room 4"}, by=cast.xiaoguozhuang_community)


def test_what_is_late_climbs_to_the_city(cast):
    duty = place(cast)
    assert actions.tick(duty.due_at)["late"] == 1
    actions.tick(duty.due_at + timedelta(hours=3))
    duty.refresh_from_db()
    assert duty.level == Kind.CITY
    assert queries.count_under("1301/").late == 1


def test_the_official_of_another_township_finds_nothing_and_it_is_recorded(cast):
    with pytest.raises(Http404):
        actions.finish_duty(place(cast), {"site": "x"}, by=cast.lianzhou_township)
    assert queries.not_done(cast.lianzhou_township).count() == 0


def test_inside_reach_without_the_permission_is_refused_with_the_reason(cast):
    with pytest.raises(PermissionDenied, match=r"."):
        place(cast, by=cast.gatekeeper)
    assert Entry.objects.filter(action="duty.opened").count() == 0
