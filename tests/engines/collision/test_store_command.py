"""``lianfang collision build``, ``contacts`` and ``operating-points``."""

import json

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from click.testing import CliRunner

from lianfang.cli.collision import command
from tests.engines.collision.test_store import write

ROWS = [(1, 0, 114.5, 38.0, 10.0), (2, 300, 114.5, 38.0, 10.0), (3, 900, 114.5, 38.0, 10.0), (9, 0, 100.0, 30.0, 1.0)]
VISITS = "person_id,place_id,t_in,t_out\n1,4,0,600\n9,4,60,600\n"
SPEC = ["index_id", "contact_id", "n_pairs", "minutes", "first_t", "last_t", "min_distance_m", "probability"]


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "pings.parquet", ROWS)
    parquet.write_table(pa.table({"person_id": [1], "t0": [0], "t1": [86_400]}), "index.parquet")

    def _run(*words):
        return CliRunner().invoke(command, words)

    return _run


@pytest.fixture
def built(run):
    done = run("build", "pings.parquet", "store", "--origin", "114.5,38.05")
    assert done.exit_code == 0, done.output
    assert "4 pings in the store" in done.output
    return run


def test_the_answer_is_the_file_of_the_spec(built):
    done = built("contacts", "store", "--index", "index.parquet", "--out", "out.parquet", "--json")
    said = json.loads(done.output)
    assert (said["rows"], said["pairs"], said["minutes"]) == (1, 1, 10)
    assert 0 < said["seconds"] < 60
    table = parquet.read_table("out.parquet")
    assert table.column_names == SPEC
    row = table.to_pylist()[0]
    assert [row[name] for name in SPEC[:6]] == [1, 2, 1, 10, 300, 300]
    assert 0.99 < row["probability"] <= 1


def test_the_second_order_says_via_whom(built):
    done = built("contacts", "store", "--index", "index.parquet", "--order", "2", "--out", "out.parquet")
    assert "2 rows (person × person), 2 pairs" in done.output
    table = parquet.read_table("out.parquet")
    assert table.column_names == [*SPEC, "order", "via_id"]
    assert table.select(["index_id", "contact_id", "order", "via_id"]).to_pylist() == [
        {"index_id": 1, "contact_id": 2, "order": 1, "via_id": None},
        {"index_id": 1, "contact_id": 3, "order": 2, "via_id": 2},
    ]
    late = built("contacts", "store", "--index", "index.parquet", "--order", "2", "--latent-s", "86400")
    assert "1 rows" in late.output


def test_visits_stand_beside_pings_or_alone(built, tmp_path):
    (tmp_path / "visits.csv").write_text(VISITS)
    built("contacts", "store", "--index", "index.parquet", "--visits", "visits.csv", "--out", "out.parquet")
    rows = parquet.read_table("out.parquet").to_pylist()
    assert [(row["contact_id"], row["evidence"]) for row in rows] == [(9, "visit"), (2, "ping")]
    assert rows[0]["probability"] is None
    alone = built("contacts", "--index", "index.parquet", "--visits", "visits.csv")
    assert "1 rows (person × person), 1 pairs, 9 minutes" in alone.output


def test_the_cuts_are_listed_with_their_cost(built):
    built("contacts", "store", "--index", "index.parquet", "--out", "out.parquet")
    (point,) = json.loads(built("operating-points", "out.parquet", "--cut", "0.5", "--json").output)
    assert (point["cut"], point["listed"]) == (0.5, 1)
    assert 0.99 < point["expected_true"] <= 1
    assert "wrong per true" in built("operating-points", "out.parquet").output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["contacts", "--index", "index.parquet"], "Give a store, --visits or --rides"),
        (["contacts", "store", "--index", "twice.csv"], "stands twice in the index"),
        (["contacts", "store", "--index", "name.csv"], "a whole number is needed, found “x”"),
        (["contacts", "store", "--index", "short.csv"], "There is no column t1"),
        (["contacts", "store", "--index", "back.csv"], "lies before the beginning"),
        (["contacts", "store", "--index", "null.parquet"], "a whole number is needed"),
        (["contacts", "store", "--index", "empty.csv"], "The file is empty"),
        (["contacts", "store", "--index", "index.parquet", "--radius-m", "0"], "radius_m: 0.0 cannot be used"),
        (["contacts", "store", "--index", "index.parquet", "--gap-s", "-1"], "gap_s: -1 cannot be used"),
        (["contacts", "store", "--index", "index.parquet", "--rides", "back.csv"], "kind of records is not known"),
        (["contacts", "bare", "--index", "index.parquet"], "no store of pings here"),
        (["build", "pings.parquet", "new", "--origin", "north"], "LON,LAT"),
        (["build", "pings.parquet", "new", "--origin", "200,0"], "200.0 is outside"),
        (["build", "pings.parquet", "store", "--origin", "1,1"], "origin is"),
        (["build", "empty.csv", "new"], "The file is empty"),
        (["operating-points", "pings.parquet"], "no column contact_id"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(built, tmp_path, words, says):
    (tmp_path / "twice.csv").write_text("person_id,t0,t1\n1,0,9\n1,0,9\n")
    (tmp_path / "name.csv").write_text("person_id,t0,t1\nx,0,9\n")
    (tmp_path / "short.csv").write_text("person_id,t0\n1,0\n")
    (tmp_path / "back.csv").write_text("person_id,t0,t1\n1,9,0\n")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "bare").mkdir()
    parquet.write_table(pa.table({"person_id": [1], "t0": pa.array([None], pa.int64()), "t1": [9]}), "null.parquet")
    done = built(*words)
    assert done.exit_code != 0
    assert says in done.output


def test_two_people_of_the_same_window_are_two_questions(built, tmp_path):
    (tmp_path / "two.csv").write_text("person_id,t0,t1\n1,0,9000\n2,0,9000\n")
    done = built("contacts", "store", "--index", "two.csv")
    assert "3 rows (person × person), 3 pairs" in done.output
