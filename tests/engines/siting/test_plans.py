"""Plans of rounds, checked by a program that knows only what is written in them."""

import csv
import json

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from lianfang.cli.screening import command
from lianfang.engines.siting import Laboratories, Resources, assign_dwellings, lower_bound, plan_round, savings
from tests.engines.siting.checker import Options, check, earliest_possible, read

GAOCHENG, JIANBEI, MIANYI = "130109", "130102001", "130102001001"


@pytest.fixture
def plan(tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def _plan(*words):
        out = tmp_path / "plan.csv"
        done = CliRunner().invoke(command, ["plan", *words, "--out", str(out), "--json"], catch_exceptions=False)
        return (json.loads(done.output), read(out)) if done.exit_code == 0 else done

    return _plan


def places(path, people):
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["code", "people", "lon", "lat"])
        writer.writerows((f"A{number}", count, 114.5 + number / 1000, 38.0) for number, count in enumerate(people))
    return {f"A{number}": count for number, count in enumerate(people)}


def checked(plan, tmp_path, people, asked, *more):
    """Plan over areas of ``people``; every figure of the answer must follow from the rows."""
    path = tmp_path / "places.csv"
    areas = places(path, people)
    (wells,) = asked.wells.values()
    told, rows = plan(
        "--places", str(path), "--staff", str(asked.staff), "--couriers", str(asked.couriers),
        "--wells-per-hour", str(wells), "--pool", str(asked.pool), "--open-h", str(asked.open_h), *more,
    )  # fmt: skip
    assert told["finish_h"] == pytest.approx(check(rows, areas, asked), abs=0.01)
    assert (told["sites"], told["people"]) == (len(rows), sum(people))
    assert told["tubes"] == sum(row["tubes"] for row in rows)
    assert told["finish_h"] >= told["lower_bound_h"] - 1e-6
    assert told["lower_bound_h"] >= earliest_possible(sum(people), asked) - 0.01
    return told, rows


def one_lab(wells):
    return {"LAB-1": wells}


COUNTY = [900 + 37 * number % 3400 for number in range(200)]


@pytest.mark.parametrize(("people", "asked"), [
    (COUNTY, Options(1259, 100, one_lab(20_000))),  # staff bind
    (COUNTY, Options(5000, 500, one_lab(500))),  # the bench binds
    (COUNTY, Options(800, 100, one_lab(800))),  # both, and nights
    (COUNTY, Options(3000, 12, one_lab(20_000))),  # couriers bind
    (COUNTY, Options(50, 100, one_lab(20_000))),  # fewer staff than sites
    (COUNTY, Options(1259, 100, one_lab(20_000), open_h=24)),  # no nights
    (COUNTY, Options(700, 60, one_lab(2_500), pool=5)),
    (COUNTY[:30], Options(100, 10, one_lab(100))),
    (COUNTY[:30], Options(3, 1, one_lab(100))),
    ([6090], Options(20, 2, one_lab(1_000))),
    ([2180], Options(1, 1, one_lab(1_000))),
    ([2180], Options(60, 2, one_lab(1_000))),
])  # fmt: skip
def test_a_plan_can_be_carried_out_and_ends_within_five_percent_of_the_bound(plan, tmp_path, people, asked):
    told, _ = checked(plan, tmp_path, people, asked)
    assert told["finish_h"] <= 1.05 * told["lower_bound_h"]


@settings(max_examples=25, deadline=None)
@given(
    people=st.lists(st.integers(0, 9_000), min_size=1, max_size=25).filter(any), staff=st.integers(1, 400),
    couriers=st.integers(1, 40), wells=st.integers(5, 5_000), pool=st.sampled_from([1, 5, 10, 20]), open_h=st.integers(1, 24),
)  # fmt: skip
def test_whatever_is_asked_the_plan_can_be_carried_out(tmp_path_factory, people, staff, couriers, wells, pool, open_h):
    folder = tmp_path_factory.mktemp("plan")
    asked = Options(staff, couriers, one_lab(wells), pool=pool, open_h=open_h)

    def run(*words):
        done = CliRunner().invoke(command, ["plan", *words, "--out", str(folder / "plan.csv"), "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.output), read(folder / "plan.csv")

    checked(run, folder, people, asked)


def test_the_tree_that_ships_is_enough(plan):
    told, rows = plan("--areas", JIANBEI, MIANYI, "--staff", "200", "--couriers", "20", "--wells-per-hour", "900")
    assert told["people"] > 50_000
    assert {row["area_code"][:9] for row in rows} == {JIANBEI}
    assert len({(row["lon"], row["lat"]) for row in rows}) == len(rows)
    assert all(114.3 < row["lon"] < 114.8 and 37.9 < row["lat"] < 38.3 for row in rows)


def test_boxes_go_to_every_laboratory_by_what_it_can_do(plan, tmp_path):
    labs = tmp_path / "labs.csv"
    labs.write_text("lab_id,wells_per_hour,lon,lat\nbig,900,114.5,38\nsmall,300,114.6,38\n")
    path = tmp_path / "places.csv"
    areas = places(path, COUNTY)
    told, rows = plan("--places", str(path), "--staff", "2000", "--couriers", "200", "--labs", str(labs))
    asked = Options(2000, 200, {"big": 900.0, "small": 300.0})
    assert told["finish_h"] == pytest.approx(check(rows, areas, asked), abs=0.01)
    assert told["finish_h"] <= 1.05 * told["lower_bound_h"]


@pytest.mark.parametrize(("asked", "wells", "binds"), [
    (Resources(1259, 100), 20_000, "staff"), (Resources(5000, 500), 500, "laboratories"),
    (Resources(3000, 5), 20_000, "couriers"),
])  # fmt: skip
def test_only_more_of_what_binds_saves_time(asked, wells, binds):
    people = np.array(COUNTY)
    assert lower_bound(people, wells, asked).binds == binds
    saved = savings(people, wells, asked)
    named = {"laboratories": "wells_per_hour"}.get(binds, binds)
    assert saved[named] > 0
    assert sum(hours > 0 for hours in saved.values()) == 1


@given(st.lists(st.integers(1, 6), min_size=20, max_size=200), st.integers(1, 4))
def test_every_dwelling_is_called_to_one_site_while_it_is_open(people, sites):
    homes = np.array(people)
    places_of = np.full(sites, homes.sum() // sites)
    places_of[-1] += homes.sum() - places_of.sum()
    opens, closes = np.arange(sites) * 2.0, np.arange(sites) * 2.0 + 1.7
    visits = assign_dwellings(homes, places_of, opens, closes)
    assert (opens[visits.site] <= visits.from_h).all()
    assert (visits.from_h < visits.to_h).all()
    assert (visits.to_h <= closes[visits.site]).all()
    assert (np.diff(visits.site) >= 0).all()
    called = np.bincount(visits.site, homes, minlength=sites)
    assert (np.abs(called - places_of) <= homes.max()).all()


@pytest.mark.parametrize("words", [
    ["--areas", "9999"], [], ["--areas", MIANYI, "--staff", "0"], ["--areas", MIANYI, "--open-h", "30"],
    ["--areas", MIANYI, "--pool", "0"],
])  # fmt: skip
def test_what_cannot_be_planned_is_refused_in_one_line(plan, words):
    usual = ["--couriers", "2", "--wells-per-hour", "10"] + ([] if "--staff" in words else ["--staff", "5"])
    done = plan(*usual, *words)
    assert done.exit_code != 0
    assert "Traceback" not in done.output


def test_nobody_to_test_is_said():
    labs = Laboratories(np.array([10.0]), np.zeros(1), np.zeros(1))
    with pytest.raises(ValueError, match="somebody"):
        plan_round(np.zeros(3, np.int64), np.zeros(3), np.zeros(3), labs, Resources(1, 1))


@pytest.mark.slow
@pytest.mark.parametrize(("staff", "couriers", "wells"), [(13_701, 1_000, 40_000), (40_000, 5_000, 10_000)])
def test_the_whole_city(plan, staff, couriers, wells):
    told, rows = plan(
        "--areas", "1301", "--staff", str(staff), "--couriers", str(couriers), "--wells-per-hour", str(wells)
    )  # fmt: skip
    areas = {}
    for row in rows:
        areas[row["area_code"]] = areas.get(row["area_code"], 0) + row["people"]
    assert sum(areas.values()) == 11_235_086
    asked = Options(staff, couriers, one_lab(wells))
    assert told["finish_h"] == pytest.approx(check(rows, areas, asked), abs=0.02)
    assert told["finish_h"] <= 1.05 * earliest_possible(11_235_086, asked)
