"""``lianfang import linelist`` and ``lianfang chains`` on the real lists, in a data folder of their own."""

import csv
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

pytestmark = [pytest.mark.realdata, pytest.mark.slow]


class Command:
    """Runs the installed command against one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("LIANFANG_", "DJANGO_", "DATABASE"))}
        self.environment = {**kept, "LIANFANG_DATA": str(folder), "LC_ALL": "C.UTF-8"}

    def __call__(self, *words, language="C.UTF-8"):
        return subprocess.run(
            [sys.executable, "-c", "from lianfang.cli import main; main()", *map(str, words)],
            env={**self.environment, "LC_ALL": language}, capture_output=True, text=True, encoding="utf-8",
        )  # fmt: skip


@pytest.fixture(scope="module")
def lists(shared_data):
    outbreaks, dirty = shared_data / "outbreaks", shared_data / "tianjin_singapore"
    return {
        "mers": outbreaks / "mers_korea_2015__linelist.csv",
        "mers_contacts": outbreaks / "mers_korea_2015__contacts.csv",
        "tianjin": dirty / "Tianjin135cases_revised.csv",
        "singapore": dirty / "COVID-19_Singapore_data_revised.csv",
        "mangled": dirty / "COVID-19_Singapore_eg_update_edges.csv",
    }


@pytest.fixture(scope="module")
def lianfang(tmp_path_factory, lists):
    """A data folder that was empty before MERS Korea was imported: the command made tables and areas itself."""
    run = Command(tmp_path_factory.mktemp("data"))
    done = run("import", "linelist", lists["mers"], "--contacts", lists["mers_contacts"], "--disease", "MERS")
    assert done.returncode == 0, done.stderr
    assert "162 rows read" in done.stdout
    assert "sources 98" in done.stdout
    return run


def rows_of(path):
    return list(csv.DictReader(path.open(encoding="utf-8")))


def test_mers_chains_from_the_database_are_those_of_the_file(lianfang, lists, tmp_path):
    stored, told = tmp_path / "stored.csv", tmp_path / "told.csv"
    assert lianfang("chains", "--disease", "MERS", "--csv", stored).returncode == 0
    lianfang("chains", lists["mers"], "--contacts", lists["mers_contacts"], "--csv", told)
    assert stored.read_bytes() == told.read_bytes()
    rows = rows_of(stored)
    assert Counter({row["case"]: row["generation"] for row in rows}.values()) == {"0": 2, "1": 28, "2": 65, "3": 2}
    assert Counter(row["source"] for row in rows)["SK_14"] == 38
    assert sum(number > 1 for number in Counter(row["case"] for row in rows).values()) == 2


def test_the_same_file_again_is_already_held(lianfang, lists):
    done = lianfang("import", "linelist", lists["mers"], "--contacts", lists["mers_contacts"], "--disease", "MERS")
    assert done.returncode == 0
    assert "already held" in done.stdout


def test_tianjin_and_singapore_come_in_as_they_are(lianfang, lists, tmp_path):
    county = ("--area", "130109")
    tianjin = lianfang("import", "linelist", lists["tianjin"], *county)
    assert (tianjin.returncode, "135 rows read" in tianjin.stdout) == (0, True)
    singapore = lianfang("import", "linelist", lists["singapore"], "--area", "130108")
    assert (singapore.returncode, "93 rows read" in singapore.stdout) == (0, True)
    stored, told = tmp_path / "stored.csv", tmp_path / "told.csv"
    lianfang("chains", "--disease", "COVID-19", *county, "--csv", stored)
    lianfang("chains", lists["tianjin"], "--csv", told)
    assert stored.read_bytes() == told.read_bytes()
    assert lianfang("ledger", "verify").returncode == 0


def test_mangled_dates_are_asked_about_until_a_map_answers(lianfang, lists, tmp_path):
    asked = lianfang("import", "linelist", lists["mangled"], "--area", "130102")
    assert (asked.returncode, "swap | blank" in asked.stdout) == (1, True)
    answers = tmp_path / "map.toml"
    answers.write_text('[dates]\nmangled = "swap"\n')
    taken = lianfang("import", "linelist", lists["mangled"], "--area", "130102", "--map", answers)
    assert taken.returncode == 0, taken.stderr


def test_problems_go_to_a_file_with_row_and_reason(lianfang, tmp_path):
    bad, out = tmp_path / "bad.csv", tmp_path / "problems.csv"
    bad.write_text("case_id,age\nX1,old\nX2,4\nX2,5\n")
    for language, word in (("C.UTF-8", "not an age"), ("zh_CN.UTF-8", "不是年龄")):
        done = lianfang("import", "linelist", bad, "--csv-problems", out, language=language)
        assert done.returncode == 1
        rows = list(csv.DictReader(out.open(encoding="utf-8-sig")))
        assert {(row["row"], row["column"], row["value"]) for row in rows} == {("2", "age", "old"), ("4", "case_id", "X2")}
        assert any(word in row["message"] for row in rows)


def test_a_dry_run_stores_nothing(lianfang, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("case_id,sex\nD1,M\n")
    assert lianfang("import", "linelist", path, "--dry-run").returncode == 0
    assert lianfang("chains", "--disease", "COVID-19", "--area", "130171", "--csv", tmp_path / "x.csv").returncode == 1
    done = lianfang("import", "linelist", path)
    assert (done.returncode, "already held" in done.stdout) == (0, False)


def test_an_unknown_area_is_named(lianfang, lists):
    done = lianfang("import", "linelist", lists["tianjin"], "--area", "999999")
    assert (done.returncode, "999999" in done.stderr) == (1, True)
