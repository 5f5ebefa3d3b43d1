"""What a worker sees of a duty: whom it is about, how to call them, and what is done already."""

import pytest

from lianfang.response.duties.models import Duty
from tests.world import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def owed(cast):
    return Duty.objects.get(pk=build(cast)["duty"])


def test_a_duty_names_the_person_to_whoever_owes_it(cast, signed_in, owed):
    assert "郭大山" in signed_in(cast.xiaoguozhuang_community).get(f"/duties/{owed.pk}/").text


def test_a_duty_names_nobody_to_who_only_watches(cast, signed_in, owed):
    answer = signed_in(cast.supervisor).get(f"/duties/{owed.pk}/").text
    assert "郭大山" not in answer
    assert "郭**" in answer


def test_the_number_done_today_opens_what_was_done(cast, signed_in, owed):
    worker = signed_in(cast.xiaoguozhuang_community)
    worker.post(f"/duties/{owed.pk}/finish/", {"note": "已联系"})
    home = worker.get("/").text
    assert 'href="?done=1"' in home
    assert f'href="/duties/{owed.pk}/"' not in home
    assert f'href="/duties/{owed.pk}/"' in worker.get("/?done=1").text
