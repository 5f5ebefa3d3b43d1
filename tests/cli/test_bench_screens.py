"""The benchmark says by itself which bar is missed, to people and to programs."""

import gc
import json

import pytest
from click.testing import CliRunner

from lianfang.cli import bench
from lianfang.cli.bench import screens
from lianfang.response.web.memory import set_aside_what_stays

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch, cast):
    """Run the command on figures given beforehand, without building a city."""

    def run(*timings, words=()):
        monkeypatch.setattr(bench.framework, "start", lambda: None)
        monkeypatch.setattr(bench, "_fill", lambda scale: print("building"))
        monkeypatch.setattr(screens, "measure", lambda rounds: list(timings))
        return CliRunner().invoke(bench.command, ["screens", *words])

    return run


def timing(screen, p95, bar=None):
    return screens.Timing(screen, p95 / 2, p95, p95, 1000, bar)


def test_a_missed_bar_is_named_and_ends_with_an_error(run):
    answer = run(timing("wall, city", 80, 100), timing("case", 101, 100))
    assert answer.exit_code == 1
    assert answer.stdout.strip().splitlines()[-1].endswith("case")
    assert "wall, city" not in answer.stdout.strip().splitlines()[-1]


def test_bars_stand_beside_the_judged_screens_only(run):
    answer = run(timing("case", 100, 100), timing("contacts", 500))
    lines = {line.split("  ")[0]: line for line in answer.stdout.splitlines()}
    assert answer.exit_code == 0
    assert "≤100 ms" in lines["case"]
    assert "≤" not in lines["contacts"]


def test_json_holds_the_machine_the_city_and_every_screen(run):
    answer = run(timing("case", 120.5, 100), words=["--json"])
    told = json.loads(answer.stdout)  # what was said on the way went elsewhere
    assert told["missed"] == ["case"]
    assert told["screens"][0] == {
        "screen": "case", "median_ms": 60.25, "p95_ms": 120.5, "slowest_ms": 120.5, "bytes": 1000, "bar_ms": 100,
    }  # fmt: skip
    assert told["communities"] >= 1
    assert told["database"].split()[0] in ("sqlite", "postgresql")


def test_every_judged_screen_is_one_of_the_screens_asked_for():
    rows = [0.1] * 20
    judged = {name for name in screens.JUDGED if screens._timing(name, rows, 1).bar_ms == screens.BAR_MS}
    assert judged == set(screens.JUDGED)
    assert screens._timing("contacts", rows, 1).bar_ms is None


def test_what_stays_is_out_of_the_collectors_sight():
    try:
        set_aside_what_stays()
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
