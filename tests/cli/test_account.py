"""``lianfang account`` and ``lianfang import areas``: what whoever runs the server needs on the first day."""

import pytest
from click.testing import CliRunner

from lianfang.cli._areas import areas, boundaries
from lianfang.cli.account import command as account
from lianfang.response.accounts.models import User
from lianfang.response.territory.models import Area, Boundary, Grant

pytestmark = pytest.mark.django_db
TREE = "code,parent_code,kind,name,population\n9901,,city,北市,300\n990101,9901,county,东区,300\n"
SQUARE = """{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "990101"},
 "geometry": {"type": "Polygon", "coordinates": [[[114,38],[115,38],[115,39],[114,39],[114,38]]]}}]}"""


def run(command, *words):
    return CliRunner(env={"LC_ALL": "C.UTF-8"}).invoke(command, [str(word) for word in words])


def test_the_first_account_of_an_empty_city_has_power_at_once(cast):
    made = run(account, "add", "chen", "--name", "陈", "--role", "commander", "--area", cast.city.code)
    assert made.exit_code == 0, made.output
    user = User.objects.get(username="chen")
    assert user.check_password(made.output.split("password: ")[1].split()[0])
    assert Grant.objects.get(user=user).given_by is None
    assert "commander" in run(account, "list").output
    assert run(account, "close", "chen", "--why", "test").exit_code == 0
    assert "chen  " not in run(account, "list").output


def test_an_area_or_an_account_that_does_not_exist_is_named():
    assert "--area" in run(account, "add", "chen", "--name", "陈", "--role", "tracer", "--area", "1").output
    assert "no such account" in run(account, "renew", "nobody").output


def test_another_citys_tree_and_borders_come_from_files(tmp_path):
    tree, drawn = tmp_path / "tree.csv", tmp_path / "borders.geojson"
    tree.write_text(TREE, encoding="utf-8")
    drawn.write_text(SQUARE, encoding="utf-8")
    assert "can be imported" in run(areas, tree, "--dry-run").output
    assert not Area.objects.filter(code="9901").exists()
    assert "2 areas imported" in run(areas, tree).output
    assert "1 boundaries imported" in run(boundaries, drawn, "--datum", "gcj02").output
    assert not Boundary.objects.get(area__code="990101").schematic


def test_a_bad_tree_is_refused_whole_with_its_rows(tmp_path):
    tree = tmp_path / "tree.csv"
    tree.write_text(TREE + "990102,99,county,西区,x\n", encoding="utf-8")
    refused = run(areas, tree)
    assert refused.exit_code == 1
    assert "row 4, population" in refused.output
    assert not Area.objects.filter(code="9901").exists()
