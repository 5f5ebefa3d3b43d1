"""The tree that ships, and any other city's."""

import json

import pytest
from django.db.models import Sum
from shapely.geometry import shape

from lianfang.response.territory import queries
from lianfang.response.territory.actions import import_areas, import_boundaries, load_facts
from lianfang.response.territory.models import Area, Boundary
from lianfang.response.territory.rules.datum import gcj02_of, wgs84_of
from lianfang.response.territory.rules.files import Refused
from lianfang.response.territory.rules.names import english, short
from lianfang.response.territory.rules.shares import share_out


@pytest.fixture
def shijiazhuang(db):
    load_facts()
    return queries.root()


def test_the_tree_is_whole_and_the_census_sums_exactly(shijiazhuang):
    by_kind = [Area.objects.filter(kind=kind).count() for kind in (1, 2, 3, 4)]
    assert by_kind == [1, 24, 280, 5152]
    for kind in (1, 2, 3, 4):
        assert Area.objects.filter(kind=kind).aggregate(n=Sum("population"))["n"] == 11_235_086
    assert all(
        area.path.startswith(area.parent.path) for area in Area.objects.exclude(parent=None).select_related("parent")
    )
    assert Area.objects.filter(name="李家庄村").count() >= 9
    village = queries.by_code("130109110212")
    assert (village.name, village.path, village.name_en) == ("小果庄村", "1301/09/110/212/", "Xiaoguozhuang Village")
    assert Boundary.objects.count() == 24 + 280 + 5152
    assert load_facts() == 0


def test_names_in_short_form_and_in_latin_letters():
    assert short("棉一东社区居民委员会") == "棉一东社区"
    assert short("仓红社区居委会") == "仓红社区"
    assert english("长安区") == "Chang'an District"


def test_shares_sum_to_the_whole():
    assert share_out(10, [1, 1, 1]) == [4, 3, 3]
    assert sum(share_out(11_235_086, range(1, 5153))) == 11_235_086
    with pytest.raises(ValueError, match="nobody"):
        share_out(1, [])


@pytest.mark.parametrize(("lon", "lat"), [(114.5, 38.04), (73.9, 39.4), (121.47, 31.23), (2.35, 48.86)])
def test_the_shifted_datum_is_undone_to_a_centimetre(lon, lat):
    back = wgs84_of(*gcj02_of(lon, lat))
    assert back == pytest.approx((lon, lat), abs=1e-7)


def test_the_shift_is_some_hundred_metres_in_china_and_none_outside():
    east, north = gcj02_of(114.5, 38.04)
    assert 0.004 < east - 114.5 < 0.008
    assert 0 < north - 38.04 < 0.003
    assert gcj02_of(2.35, 48.86) == (2.35, 48.86)


GOOD = "code,parent_code,kind,name,population\nX,,city,某市,100\nX1,X,county,甲县,60\nX2,X,county,乙县,40\n"


def test_another_city_s_tree_comes_from_csv(db, tmp_path):
    path = tmp_path / "tree.csv"
    path.write_text(GOOD.replace("code,parent_code,kind,name,population", "编码,上级编码,级别,名称,人口"))
    assert import_areas(path, by=None).count == 3
    assert queries.by_code("X1").path == "X/1/"
    assert queries.by_code("X2").population == 40


@pytest.mark.parametrize(
    ("line", "row", "what"),
    [
        ("X3,Y,county,丙县,1", 5, "orphan"),
        ("X1,X,county,丙县,1", 5, "twice"),
        ("X3,X,planet,丙县,1", 5, "kind"),
        ("X3,X,county,丙县,many", 5, "number"),
        ("X3,X1,county,丙县,1", 5, "order"),
        ("X3,X,county,,1", 5, "missing"),
        ("X3,X,county,丙县,inf", 5, "number"),
        ("X3,X,county,丙县,nan", 5, "number"),
        ("X3,X,county,丙县,-1", 5, "range"),
        ("X3,X,county,丙县,99999999999", 5, "range"),
        (f"X{'3' * 24},X,county,丙县,1", 5, "long"),
        (f"X3,X,county,{'丙' * 81},1", 5, "long"),
        ("X/3,X,county,丙县,1", 5, "letters"),
        ("X3,X,county,丙\x00县,1", 5, "letters"),
        ("1,X,county,丙县,1", 5, "path"),
    ],
)
def test_a_broken_tree_is_refused_whole_and_the_row_named(db, tmp_path, line, row, what):
    path = tmp_path / "tree.csv"
    path.write_text(GOOD + line + "\n")
    with pytest.raises(Refused) as refusal:
        import_areas(path, by=None)
    assert [(problem.line, problem.what) for problem in refusal.value.problems] == [(row, what)]
    assert Area.objects.count() == 0


def _features(*geometries):
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"adcode": code},
                    "geometry": {"type": "Polygon", "coordinates": [ring]},
                }
                for code, ring in geometries
            ],
        }
    )


def test_borders_come_from_geojson_converted_and_repaired(db, tmp_path):
    tree, borders = tmp_path / "tree.csv", tmp_path / "b.geojson"
    tree.write_text(GOOD)
    import_areas(tree, by=None)
    bow_tie = [[114, 38], [115, 39], [115, 38], [114, 39], [114, 38]]
    open_ring = [[114, 38], [115, 38], [115, 39]]
    borders.write_text(_features(("X1", bow_tie), ("X2", open_ring)))
    taken = import_boundaries(borders, by=None, gcj02=True)
    assert taken.count == 2
    assert [(row.line, row.column, row.what) for row in taken.repairs] == [(1, "X1", "repaired"), (2, "X2", "closed")]
    drawn = Boundary.objects.get(area__code="X2")
    assert not drawn.schematic
    assert shape(drawn.geometry).bounds[:2] == pytest.approx((114 - 0.006, 38 - 0.001), abs=0.003)


def test_a_polygon_without_area_is_refused_and_named(db, tmp_path):
    tree, borders = tmp_path / "tree.csv", tmp_path / "b.geojson"
    tree.write_text(GOOD)
    import_areas(tree, by=None)
    before = Boundary.objects.count()
    borders.write_text(_features(("X1", [[114, 38], [115, 38], [114, 38]])))
    with pytest.raises(Refused, match="X1"):
        import_boundaries(borders, by=None)
    assert Boundary.objects.count() == before


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ('{"features": {"a": 1}}', 1, "json"),
        ('{"features": null}', 1, "json"),
        ('{"features": [NaN]}', 1, "json"),
        ("[" * 100_000, 1, "json"),
        ('{"features": [7]}', 1, "feature"),
        ('{"features": [null]}', 1, "feature"),
        ('{"features": [{"properties": [], "geometry": {}}]}', 1, "missing"),
        ('{"features": [{"id": "X1", "geometry": {"type": "Polygon", "coordinates": 7}}]}', 1, "broken"),
        ('{"features": [{"id": "X1", "geometry": {"type": "Polygon", "coordinates": [[{}, [1e999, 2], 3]]}}]}', 1, "broken"),
    ],
)  # fmt: skip
def test_what_is_no_feature_is_refused_and_named(db, tmp_path, text, line, what):
    borders = tmp_path / "b.geojson"
    borders.write_text(text)
    with pytest.raises(Refused) as refusal:
        import_boundaries(borders, by=None)
    assert [(problem.line, problem.what) for problem in refusal.value.problems] == [(line, what)]


def test_a_border_that_stands_twice_is_refused(db, tmp_path):
    tree, borders = tmp_path / "tree.csv", tmp_path / "b.geojson"
    tree.write_text(GOOD)
    import_areas(tree, by=None)
    ring = [[114, 38], [115, 38], [115, 39], [114, 38]]
    borders.write_text(_features(("X1", ring), ("X1", ring)))
    with pytest.raises(Refused) as refusal:
        import_boundaries(borders, by=None)
    assert [(problem.line, problem.what) for problem in refusal.value.problems] == [(2, "twice")]


def test_a_path_that_the_tree_holds_already_is_refused(db, tmp_path):
    Area.objects.create(kind=1, code="130100", path="X/", name="某市")
    tree = tmp_path / "tree.csv"
    tree.write_text(GOOD)
    with pytest.raises(Refused, match="already"):
        import_areas(tree, by=None)
