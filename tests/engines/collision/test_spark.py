"""The same rows from a Spark cluster as from this process, whatever the ranges of time are cut into."""

import shutil
from dataclasses import fields

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from lianfang.engines.collision import Index, PingRule, build_store, open_store
from lianfang.engines.collision.spark import _contacts, _nobody, open_on_spark, ranges
from lianfang.engines.collision.store.parts import Question, answer_part, homes_of
from tests.engines.collision import city
from tests.engines.collision.test_store import write

DAY = 86_400


def missing():
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "pyspark is not installed (lianfang[spark])"
    return None if shutil.which("java") else "there is no Java"


needs_spark = pytest.mark.skipif(missing() is not None, reason=str(missing()))


def walkers(seed, people=60, pings=80):
    """People who wander about one square kilometre for a day, so that many meet and some do only through others."""
    random = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        t = np.sort(random.integers(-3600, DAY, pings))
        way = np.cumsum(random.normal(0, 2e-4, (pings, 2)), 0) + random.uniform(0, 0.012, 2)
        at = np.round(way + np.array([114.5, 38.05]), 6)
        rows += [(person, int(s), *map(float, xy), float(random.uniform(3, 60))) for s, xy in zip(t, at, strict=True)]
    return [rows[place] for place in random.permutation(len(rows))]


def same(found, expected):
    assert len(found) == len(expected)
    for one in fields(expected):
        mine, other = getattr(found, one.name), getattr(expected, one.name)
        if one.name != "evidence":
            assert np.array_equal(mine, other, equal_nan=mine.dtype.kind == "f"), one.name


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("spark")
    path = write(folder / "pings.parquet", walkers(3), row_group_size=500)
    build_store([path], folder / "store", segment_rows=1000)
    return folder / "store"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(city.pings, min_size=1, max_size=2), city.windows(), st.sampled_from([9.5, 50.0, 400.0]),
    st.sampled_from([0, 599, 600, 5000, 10**9]), st.integers(1, 9),
)  # fmt: skip
def test_parts_of_the_time_join_to_the_whole_answer(tmp_path_factory, files, index, radius_m, gap_s, most):
    folder = tmp_path_factory.mktemp("parts")
    for number, rows in enumerate(files):
        build_store([write(folder / f"{number}.parquet", rows)], folder / "store", segment_rows=25)
    plane, homes = homes_of(folder / "store")
    question = Question(city.as_index(index), PingRule(radius_m, gap_s), plane)
    whole = open_store(folder / "store").contacts(question.index, question.rule)
    parts = [answer_part(homes, question, *cut) for cut in ranges(homes, question, most)]
    parts = [part for part in parts if part is not None]
    assert sum(part.check_sums()[1] for part in parts) == whole.check_sums()[1]
    assert sum(part.check_sums()[2] for part in parts) == whole.check_sums()[2]
    pairs = {pair for part in parts for pair in zip(part.index_person.tolist(), part.person.tolist(), strict=True)}
    assert len(pairs) == len(whole)


def test_ranges_neither_overlap_nor_leave_a_gap(store):
    plane, homes = homes_of(store)
    question = Question(Index([1], [0], [DAY]), PingRule(), plane)
    cuts = ranges(homes, question, 7)
    assert 1 < len(cuts) <= 7
    assert [last for _, last in cuts[:-1]] == [first for first, _ in cuts[1:]]
    assert cuts[0][0] <= -1
    assert cuts[-1][1] * 600 > DAY - 600


def test_nobody_asked_is_no_range():
    assert ranges([], Question(Index([], [], []), PingRule(), None), 4) == []
    assert len(_contacts(_nobody())) == 0


@needs_spark
@pytest.mark.slow
@pytest.mark.parametrize(("order", "radius_m", "least"), [(1, 50.0, 0), (1, 20.0, 30), (2, 50.0, 0), (2, 90.0, 10)])
def test_spark_returns_the_same_rows_in_the_same_order(store, order, radius_m, least):
    index = Index([3, 5], [0, 20_000], [50_000, DAY])
    asked = {"order": order, "min_minutes": least, "latent_s": 1800}
    expected = open_store(store).contacts(index, PingRule(radius_m, 600), **asked)
    assert order == 1 or set(expected.order.tolist()) == {1, 2}
    same(open_on_spark(store).contacts(index, PingRule(radius_m, 600), **asked), expected)


@needs_spark
@pytest.mark.slow
def test_a_folder_of_stores_answers_as_one(tmp_path):
    rows = walkers(4)
    for number in range(3):
        build_store(
            [write(tmp_path / f"{number}.parquet", rows[number::3])], tmp_path / f"many/{number}", origin=(114.5, 38.05)
        )
    build_store([write(tmp_path / "all.parquet", rows)], tmp_path / "one", origin=(114.5, 38.05))
    index = Index([3, 5], [0, 20_000], [50_000, DAY])
    same(open_on_spark(tmp_path / "many").contacts(index), open_store(tmp_path / "one").contacts(index))


@needs_spark
@pytest.mark.slow
def test_the_command_writes_the_same_file_with_either_engine(store, tmp_path):
    from lianfang.cli.collision.contacts import command

    index = tmp_path / "index.csv"
    index.write_text(f"person_id,t0,t1\n3,0,50000\n5,20000,{DAY}\n")
    for engine in ("local", "spark"):
        words = [str(store), "--index", str(index), "--order", "2", "--radius-m", "50", "--engine", engine]
        done = CliRunner().invoke(command, [*words, "--out", str(tmp_path / f"{engine}.parquet")])
        assert done.exit_code == 0, done.output
    assert (tmp_path / "local.parquet").read_bytes() == (tmp_path / "spark.parquet").read_bytes()
