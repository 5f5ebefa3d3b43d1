"""``lianfang collision file`` on plain files."""

import csv

import pytest
from click.testing import CliRunner

from lianfang.cli.collision.file import command

PINGS = """person,t,lon,lat,accuracy
1,2021-01-05T08:00,114.5,38.05,10
2,2021-01-05T08:03,114.5001,38.05,15
3,2021-01-05T08:03,114.6,38.05,15
"""
DAY = ["--from", "2021-01-05T00:00", "--to", "2021-01-05T23:59"]


@pytest.fixture
def collide(tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    def _collide(text, *options):
        path = tmp_path / "records.csv"
        path.write_text(text)
        return CliRunner().invoke(command, [str(path), *options])

    return _collide


def test_the_answer_goes_to_a_file_in_the_time_of_the_question(collide, tmp_path):
    out = tmp_path / "out.csv"
    done = collide(PINGS, "--index", "1", *DAY, "--csv", str(out))
    assert done.exit_code == 0, done.output
    (row,) = csv.DictReader(out.open())
    assert (row["index_person"], row["person"], row["minutes"]) == ("1", "2", "10")
    assert row["first_t"] == "2021-01-05T08:03:00+08:00"
    assert 0.9 < float(row["probability"]) <= 1


def test_a_radius_narrows_the_answer(collide):
    done = collide(PINGS, "--index", "1", *DAY, "--radius", "5")
    assert "0 rows (person × person), 0 pairs, 0 minutes" in done.output


def test_people_and_windows_may_come_from_a_file(collide, tmp_path):
    asked = tmp_path / "asked.csv"
    asked.write_text("person_id,t0,t1\nP1,0,100\nP2,0,100\n")
    visits = "person,place,t_in,t_out\nP1,shop,0,300\nP2,shop,60,300\n"
    done = collide(visits, "--index-file", str(asked))
    assert done.output.splitlines()[-2:] == [
        "P1,P2,visit,1,0,60,100,,,shop,,,",
        "P2,P1,visit,1,0,60,100,,,shop,,,",
    ]


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        (PINGS, ["--index", "9", *DAY], "holds nobody who was asked about"),
        (PINGS, ["--index", "1"], "Give --index, --from and --to"),
        (PINGS, ["--index", "1", "--from", "soon", "--to", "9"], "“soon” is neither"),
        (PINGS, ["--index", "1", "--from", "9", "--to", "8"], "lies before the beginning"),
        (PINGS, ["--index", "1", *DAY, "--radius", "-1"], "radius_m"),
        (PINGS, ["--index", "1", *DAY, "--origin", "north"], "LON,LAT"),
        (PINGS + "1,2021-01-05T08:00,114.5,x,10\n", ["--index", "1", *DAY], "row 5 · lat"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_one_line(collide, text, options, says):
    done = collide(text, *options)
    assert done.exit_code != 0
    assert says in done.output
