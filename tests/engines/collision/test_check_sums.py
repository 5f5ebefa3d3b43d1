"""The published check-sums of COLLISION.md, on data made by the generator it names."""

import os
import subprocess
import sys

import pyarrow.parquet as parquet
import pytest

from lianfang.engines.collision import (
    Index,
    PingRule,
    Pings,
    Plane,
    build_store,
    collide_pings,
    open_store,
)

MOST_IN_MEMORY = 2_340_000

_BIG = pytest.mark.skipif(
    not os.environ.get("LIANFANG_BIG_TESTS"), reason="needs minutes and 4 GB of memory: set LIANFANG_BIG_TESTS=1"
)


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (100_000, (8_174, 883_331, 4_506_710)),
        (2_340_000, (21_519, 1_730_263, 8_963_590)),
        pytest.param(23_400_000, (51_387, 2_627_212, 13_253_650), marks=[_BIG, pytest.mark.slow]),
        pytest.param(100_000_000, (80_354, 4_218_322, 21_201_170), marks=[_BIG, pytest.mark.slow]),
    ],
)
def test_rows_pairs_and_minutes_are_those_published(shared_data, tmp_path, n, expected):
    generator = shared_data.parent / "bench" / "city_pings.py"
    if not generator.is_file():
        pytest.skip("the generator of the benchmark city is not beside the project (bench/city_pings.py)")
    city = tmp_path / "pings"
    subprocess.run([sys.executable, str(generator), "--n", str(n), "--out", str(city)], check=True, capture_output=True)
    asked = parquet.read_table(f"{city}.index.parquet")
    index = Index(*(asked[name].to_numpy() for name in ("person_id", "t0", "t1")))
    build_store([f"{city}.parquet"], tmp_path / "store", origin=(114.5, 38.05))
    assert open_store(tmp_path / "store").contacts(index, PingRule(radius_m=50, gap_s=600)).check_sums() == expected
    if n > MOST_IN_MEMORY:
        return
    table = parquet.read_table(f"{city}.parquet")
    pings = Pings(*(table[name].to_numpy() for name in ("person_id", "t", "lon", "lat", "accuracy")))
    found = collide_pings(pings, index, PingRule(radius_m=50, gap_s=600), Plane(114.5, 38.05))
    assert found.check_sums() == expected
