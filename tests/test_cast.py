from lianfang.response.territory.permissions import reach
from lianfang.response.territory.roles import ROLES


def test_the_cast_has_somebody_in_every_role(cast):
    assert {grant.role for user in cast.users.values() for grant in user.grants.all()} == set(ROLES)


def test_township_a_reaches_itself_and_not_township_b(cast):
    mine = reach(cast.zengcun_township, "cases.view")
    assert mine.covers(cast.xiaoguozhuang.path)
    assert not mine.covers(cast.dongcheng.path)


def test_nobody_reaches_anything_without_a_live_grant(cast):
    assert not reach(cast.stranger, "*")
    assert not reach(cast.former_tracer, "*")


def test_a_signed_in_client_is_that_user(cast, signed_in):
    client = signed_in(cast.tracer)
    assert client.session["_auth_user_id"] == str(cast.tracer.pk)


def test_residents_live_in_different_townships(resident_a, resident_b):
    assert resident_a.community.parent_id != resident_b.community.parent_id
