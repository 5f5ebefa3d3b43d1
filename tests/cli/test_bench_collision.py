"""The race is fair: the same data, the same sums or no figure, and no peer is needed to run it."""

import json
import xml.etree.ElementTree as xml
from dataclasses import replace
from importlib import import_module
from itertools import count

import numpy as np
import pyarrow.parquet as parquet
import pytest
from click.testing import CliRunner

from lianfang.cli.bench.capacity import needs
from lianfang.cli.bench.collision import command, telling
from lianfang.cli.bench.collision.city import ORIGIN, make_pings, twice
from lianfang.cli.bench.collision.measures import FAMILIES, Bench
from lianfang.cli.bench.collision.question import Missing, Peer, Question
from lianfang.cli.bench.collision.racing import Disagreement, Race, race
from lianfang.engines.collision import PingRule, Pings, build_store, collide_pings, open_store

ROWS = 6000
IN_PROCESS = [
    peer
    for name in ("polars", "duckdb", "sedonadb")
    for peer in import_module(f"{command.callback.__module__}.{name}").PEERS
]


@pytest.fixture(scope="module")
def question(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    make_pings(ROWS, 3, folder / "city.parquet", folder / "city.index.parquet", 5)
    return Question(folder / "city.parquet", folder / "city.index.parquet", PingRule(), ORIGIN, folder)


def sums_of(question):
    columns = parquet.read_table(question.pings).to_pydict()
    pings = Pings(*(np.array(columns[name]) for name in ("person_id", "t", "lon", "lat", "accuracy")))
    return collide_pings(pings, question.index, question.rule, question.plane).check_sums()


def test_the_city_has_exactly_the_rows_asked_for_in_order_of_time(question):
    t = parquet.read_table(question.pings)["t"].to_numpy()
    assert len(t) == question.rows == ROWS
    assert (np.diff(t) >= 0).all()
    assert t.min() >= 0
    assert t.max() < 3 * 86_400


def test_the_same_seed_makes_the_same_city(question, tmp_path):
    make_pings(ROWS, 3, tmp_path / "a", tmp_path / "b", 5)
    assert parquet.read_table(tmp_path / "a") == parquet.read_table(question.pings)
    assert parquet.read_table(tmp_path / "b") == parquet.read_table(question.index_file)
    make_pings(ROWS, 4, tmp_path / "a", tmp_path / "b", 5)
    assert parquet.read_table(tmp_path / "a") != parquet.read_table(question.pings)


def test_nobody_is_faster_than_a_car_on_average(question):
    table = parquet.read_table(question.pings)
    person, t = table["person_id"].to_numpy(), table["t"].to_numpy()
    x, y = ORIGIN.project(table["lon"].to_numpy(), table["lat"].to_numpy())
    order = np.lexsort((t, person))
    same = np.diff(person[order]) == 0
    apart, took = np.hypot(np.diff(x[order]), np.diff(y[order]))[same], np.diff(t[order])[same]
    assert np.percentile(apart[took >= 300] / took[took >= 300], 99) < 12


def test_twice_the_city_has_twice_the_pings_and_the_same_answer(question, tmp_path):
    doubled = replace(question, pings=tmp_path / "doubled.parquet")
    twice(question.pings, doubled.pings)
    assert doubled.rows == 2 * ROWS
    assert sums_of(doubled) == sums_of(question)
    assert sums_of(question)[0] > 0


@pytest.mark.parametrize("peer", IN_PROCESS, ids=lambda peer: peer.name)
@pytest.mark.parametrize("rule", [PingRule(), PingRule(35.5, 420)], ids=["50 m", "35.5 m"])
def test_a_peer_finds_what_we_find(question, peer, rule, tmp_path):
    asked = replace(question, rule=rule, folder=tmp_path)
    build_store([asked.pings], tmp_path / "store", origin=asked.origin)
    ours = open_store(tmp_path / "store").contacts(asked.index, rule).check_sums()
    assert ours == sums_of(asked)
    try:
        with peer.opened(asked) as ask:
            assert ask() == ours
    except Missing as why:
        pytest.skip(f"{peer.name}: {why}")


def test_different_sums_are_no_race():
    answers = iter([(1, 2, 30), (1, 2, 40)])
    with pytest.raises(Disagreement, match="40"):
        race("query", "peer", "", lambda: next(answers), lambda: next(answers), 1)


def test_sums_are_compared_in_every_round():
    turn = count()
    with pytest.raises(Disagreement):
        race("query", "peer", "", lambda: (1, 1, 10), lambda: (1, 1, 10) if next(turn) < 2 else (1, 1, 20), 3)


def test_they_take_turns_and_the_first_round_is_not_counted():
    turns = []
    found = race(
        "query", "peer", "", lambda: turns.append("us") or (0, 0, 0), lambda: turns.append("them") or (0, 0, 0), 2
    )
    assert turns == ["us", "them"] * 3
    assert found.ratio > 0


def test_a_peer_that_is_not_there_is_named_with_the_reason(question, tmp_path):
    def missing(question):
        raise Missing("not installed")

    said = []
    bench = Bench(replace(question, folder=tmp_path), [], 1, said.append)
    bench.peers = [Peer("ghost", "ghost", "", missing)]
    assert list(bench.query()) == []
    assert bench.missing == {"ghost": "not installed"}


def test_a_ratio_above_one_means_that_we_are_faster():
    assert Race("query", "polars", "", 0.1, 1.2, (1, 1, 10)).ratio == pytest.approx(12)


@pytest.mark.parametrize(("ratio", "word"), [(9.9, "missed"), (10, "bar"), (25, "stretch")])
def test_a_bar_is_reached_or_missed(ratio, word):
    assert telling.verdicts([Race("query", "polars", "", 1, ratio, (0, 0, 0))], {})[0].word == word


@pytest.mark.parametrize(("bytes_", "word"), [(24.1, "missed"), (24, "bar"), (14, "stretch")])
def test_fewer_bytes_are_better(bytes_, word):
    assert telling.verdicts([], {"bytes_a_record": bytes_})[0].word == word


def test_the_command_needs_no_peer_and_draws_a_picture(tmp_path):
    words = ["--rows", "3000", "--k", "3", "--rounds", "1", "--work", str(tmp_path / "made"), "--json"]
    done = CliRunner().invoke(
        command, [*words, "--what", "size,doubling,second-order", "--picture", str(tmp_path / "a.svg")]
    )
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["rows"] == 3000
    assert told["ratios"] == {}
    assert told["figures"].keys() == {"bytes_a_record", "doubling", "second_order_s", "second_order_rows"}
    assert xml.parse(tmp_path / "a.svg").getroot().tag.endswith("svg")


def test_an_unknown_peer_is_refused_by_name():
    done = CliRunner().invoke(command, ["--against", "polars,oracle"])
    assert done.exit_code == 2
    assert "oracle" in done.output
    assert all(name in done.output for name in FAMILIES)


def test_what_a_core_does_is_enough_to_reckon_with(tmp_path):
    from lianfang.cli.bench.capacity import command as capacity

    words = ["--rows", "3000", "--k", "3", "--rounds", "1", "--json", "--what", "per-core"]
    (tmp_path / "figures.json").write_text(CliRunner().invoke(command, words).stdout)
    done = CliRunner().invoke(capacity, [str(tmp_path / "figures.json")])
    assert done.exit_code == 0, done.output
    assert "1,000,000,000,000" in done.output
    (tmp_path / "figures.json").write_text('{"figures": {}}')
    assert CliRunner().invoke(capacity, [str(tmp_path / "figures.json")]).exit_code == 1


def test_needs_are_the_measured_work_shared_among_the_cores():
    measured = {
        "rows_built_a_core_s": 1e6, "bytes_checked_a_core_s": 1e9, "pairs_a_core_s": 1e7, "pairs_an_index_person": 1e4,
        "days": 3, "bytes_a_record": 10, "bytes_a_raw_record": 20,
    }  # fmt: skip
    found = needs(6e9, 100, 15, 50, measured)
    assert (found.build_min, found.store_tb, found.raw_tb) == pytest.approx((1.0, 0.06, 0.12))
    assert found.check_min == pytest.approx(6e10 / 1e9 / 100 / 60)
    assert found.ask_s == pytest.approx(50 * 1e4 * 5 / 1e7 / 100)
