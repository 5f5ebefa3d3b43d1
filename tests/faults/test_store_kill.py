"""``kill -9`` in the middle of a build: the store is the old one or the new one, whole, and the next build goes through."""

import random
import subprocess
import sys
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from lianfang.engines.collision import Index, build_store, open_store

pytestmark = pytest.mark.slow

ROWS = 600_000
BUILD = """
import sys
from lianfang.engines.collision import build_store
print("ready", flush=True)
build_store([sys.argv[1]], sys.argv[2], segment_rows=100_000)
print("done", flush=True)
"""


def pings(path, seed):
    chance = np.random.default_rng(seed)
    columns = {
        "person_id": chance.integers(0, 2000, ROWS), "t": np.sort(chance.integers(0, 86_400, ROWS)),
        "lon": 114.5 + chance.normal(0, 1e-2, ROWS), "lat": 38 + chance.normal(0, 1e-2, ROWS),
        "accuracy": np.full(ROWS, 10.0),
    }  # fmt: skip
    parquet.write_table(pa.table(columns), path, row_group_size=50_000)
    return path


def start(path, store):
    child = subprocess.Popen([sys.executable, "-c", BUILD, str(path), str(store)], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "ready\n"
    return child


def test_a_killed_build_leaves_a_whole_store_and_the_next_one_goes_through(tmp_path):
    first, second = pings(tmp_path / "first.parquet", 1), pings(tmp_path / "second.parquet", 2)
    store = tmp_path / "store"
    build_store([first], store)
    asked = Index([1, 2, 3], [0, 0, 0], [86_400] * 3)
    before = open_store(store).contacts(asked).check_sums()
    begun = time.monotonic()
    start(second, tmp_path / "other").wait(timeout=120)
    took_s = time.monotonic() - begun
    died_inside = 0
    for share in sorted(random.Random(4).uniform(0.02, 0.98) for _ in range(8)):
        child = start(second, store)
        time.sleep(share * took_s)
        child.kill()
        done = "done" in child.communicate()[0]
        opened = open_store(store)
        if done or opened.rows > ROWS:
            break
        died_inside += 1
        assert (opened.rows, opened.contacts(asked).check_sums()) == (ROWS, before)
    assert died_inside, "no kill fell into the build"
    if open_store(store).rows == ROWS:
        assert start(second, store).communicate(timeout=120)[0] == "done\n"
    whole = open_store(store)
    assert whole.rows == 2 * ROWS
    named = {one.file for one in whole.manifest.segments}
    assert {path.name for path in store.glob("*.segment")} == named, "leftovers of killed builds are still there"
    assert whole.contacts(asked).check_sums() > before
