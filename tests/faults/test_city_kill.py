"""``kill -9`` in the middle of building the city leaves no half of it, no worker, and a rerun starts cleanly."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

COMMAND = "from lianfang.cli import main\nif __name__ == '__main__': main()"
TABLES = ("people_person", "people_household", "territory_area", "accounts_user", "ledger_entry")


def build(folder: Path, *words: str) -> subprocess.Popen:
    script = folder / "city.py"
    script.write_text(COMMAND)
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"LIANFANG_DATA", "LIANFANG_KEYS", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    }
    return subprocess.Popen(
        [sys.executable, str(script), "city", "build", "--data", str(folder), "--no-outbreak", *words],
        env=environment | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, start_new_session=True,
    )  # fmt: skip


def rows(folder: Path) -> dict[str, int]:
    with sqlite3.connect(folder / "lianfang.sqlite3") as database:
        return {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}


def wait_for(true, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not get there in time"
        time.sleep(0.02)


def others_in_session(leader: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z" and int(entry.parent.name) != leader:
            found.append(int(entry.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for left-over processes in /proc")
def test_a_killed_build_leaves_nothing_and_the_next_one_succeeds(tmp_path):
    database = tmp_path / "lianfang.sqlite3"
    running = build(tmp_path, "--scale", "0.2")
    wait_for(lambda: database.exists() and database.stat().st_size > 20 * 2**20)
    running.send_signal(signal.SIGKILL)
    running.wait()
    wait_for(lambda: not others_in_session(running.pid), 20)
    assert set(rows(tmp_path).values()) == {0}
    assert not (tmp_path / "DEMONSTRATION").exists()

    again = build(tmp_path, "--scale", "0.0005")
    said, _ = again.communicate(timeout=200)
    assert again.returncode == 0, said
    assert rows(tmp_path)["people_person"] == 5618
    assert (tmp_path / "DEMONSTRATION").exists()

    same = build(tmp_path, "--scale", "0.0005")
    assert "already there" in same.communicate(timeout=60)[0]
    assert same.returncode == 0
    other = build(tmp_path, "--scale", "0.0006")
    assert "another city" in other.communicate(timeout=60)[0]
    assert other.returncode == 1
    assert rows(tmp_path)["people_person"] == 5618
