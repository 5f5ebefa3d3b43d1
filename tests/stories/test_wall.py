"""The wall says what is new, and only then."""

import re

import pytest
from django.utils import timezone

from lianfang.response.ledger.actions import record
from lianfang.response.territory.models import Area
from lianfang.response.territory.states import Kind
from tests.world import build

pytestmark = pytest.mark.django_db
ASKS = {"HX-Request": "true"}


@pytest.fixture
def wall(cast, signed_in):
    build(cast)
    return signed_in(cast.commander)


def _mark(html: str) -> str:
    return re.search(r"seen=(\d+-\d+)", html)[1]


def test_a_wall_that_has_seen_everything_is_told_the_time_only(wall, time_machine):
    time_machine.move_to(timezone.now().replace(second=10), tick=False)
    seen = _mark(wall.get("/wall/").text)
    answer = wall.get(f"/wall/?seen={seen}", headers=ASKS).text
    assert 'id="pulse"' in answer
    assert 'id="figures"' not in answer


def test_after_any_write_all_figures_come_again(wall):
    seen = _mark(wall.get("/wall/").text)
    record("something.happened")
    answer = wall.get(f"/wall/?seen={seen}", headers=ASKS).text
    assert 'id="figures"' in answer
    assert _mark(answer) != seen


def test_a_bar_of_the_curve_is_a_door_to_the_cases_of_its_day(wall):
    door = re.search(r'href="(/cases/\?area=\d+&amp;confirmed_on=[\d-]+)"', wall.get("/wall/").text)[1]
    assert wall.get(door.replace("&amp;", "&")).context["page"].paginator.count == 1


def test_a_day_that_does_not_exist_filters_nothing(wall):
    assert wall.get("/cases/?confirmed_on=2021-02-31").context["page"].paginator.count >= 1


@pytest.mark.parametrize("page", ["wall", "areas"])
def test_a_community_opens_though_its_buildings_have_no_page(cast, signed_in, page):
    home = cast.xiaoguozhuang
    Area.objects.create(parent=home, kind=Kind.BUILDING, path=f"{home.path}b1/", name="1号楼")
    answer = signed_in(cast.xiaoguozhuang_community).get(f"/{page}/{home.code}/")
    assert answer.status_code == 200
    assert "1号楼" not in answer.text
