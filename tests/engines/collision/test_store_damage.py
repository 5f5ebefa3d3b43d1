"""A store that is not whole answers nothing; a build that stopped leaves the store as it was."""

import json
import random

import pyarrow.parquet as parquet
import pytest

from lianfang.engines.collision import BadRecord, build_store, open_store
from lianfang.engines.collision.store.manifest import writing
from tests.engines.collision.test_store import ALL_DAY, write

ROWS = [(p, 7 * t, 114.5 + p * 1e-4, 38.0 + shift, 5.0) for p in range(1, 9) for t in range(60) for shift in (0, 1e-9)]


@pytest.fixture
def store(tmp_path):
    build_store([write(tmp_path / "p.parquet", ROWS)], tmp_path / "store")
    return tmp_path / "store"


def segment(store):
    (path,) = store.glob("*.segment")
    return path


def test_any_changed_byte_is_found_on_opening(store):
    whole = segment(store).read_bytes()
    chance = random.Random(1)
    for place in [0, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(300))]:
        changed = bytearray(whole)
        changed[place] ^= 1 << chance.randrange(8)
        segment(store).write_bytes(changed)
        with pytest.raises(BadRecord, match="damaged"):
            open_store(store)
    segment(store).write_bytes(whole)
    assert open_store(store).rows == len(ROWS)


def test_words_that_changed_places_are_found(store):
    whole = segment(store).read_bytes()
    assert whole[:8] != whole[160:168]
    segment(store).write_bytes(whole[160:168] + whole[8:160] + whole[:8] + whole[168:])
    with pytest.raises(BadRecord, match="check-sum"):
        open_store(store)


@pytest.mark.parametrize("change", [lambda b: b[:-1], lambda b: b + b"\0", lambda b: b"", lambda b: b[: len(b) // 2]])
def test_a_file_of_another_length_is_found(store, change):
    segment(store).write_bytes(change(segment(store).read_bytes()))
    with pytest.raises(BadRecord, match="bytes"):
        open_store(store)


def test_a_missing_segment_is_found(store):
    segment(store).unlink()
    with pytest.raises(BadRecord, match="damaged"):
        open_store(store)


@pytest.mark.parametrize(
    "change",
    [lambda t: t[:-9], lambda t: t.replace('"rows": 960', '"rows": 961'), lambda t: "{}", lambda t: t.replace("1e-", "2e-"), lambda t: "null"],
)  # fmt: skip
def test_a_changed_manifest_is_found(store, change):
    path = store / "manifest.json"
    before = path.read_text()
    path.write_text(change(before))
    if path.read_text() != before:
        with pytest.raises(BadRecord, match="damaged"):
            open_store(store)


def test_a_store_of_another_format_says_so(store):
    from lianfang.engines.collision.store import manifest

    whole = json.loads((store / "manifest.json").read_text())
    whole["store"]["format"] = 99
    whole["sha256"] = manifest._digest(whole["store"])
    (store / "manifest.json").write_text(json.dumps(whole))
    with pytest.raises(BadRecord, match="has format 99"):
        open_store(store)


def test_where_there_is_no_store_it_is_said(tmp_path):
    with pytest.raises(BadRecord, match="no store of pings"):
        open_store(tmp_path / "nowhere")


def test_a_build_that_failed_leaves_the_old_store_and_the_next_one_cleans_up(store, tmp_path, monkeypatch):
    from lianfang.engines.collision.store import building

    def full(*_):
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(building, "write_manifest", full)
        with pytest.raises(OSError, match="No space"):
            build_store([tmp_path / "p.parquet"], store)
    assert open_store(store).rows == len(ROWS)
    build_store([tmp_path / "p.parquet"], store)
    assert len(list(store.glob("*.segment"))) == 2
    assert open_store(store).rows == 2 * len(ROWS)


def test_two_builds_do_not_write_one_store_at_once(store, tmp_path):
    with writing(store), pytest.raises(BadRecord, match="Another process"):
        build_store([tmp_path / "p.parquet"], store)


def test_a_file_whose_statistics_lie_is_refused(tmp_path, monkeypatch):
    from lianfang.engines.collision.store import building, sources

    def narrow(piece):
        found = sources.bounds_of(piece)
        return building.Bounds(found.rows, found.person, found.t, found.lon, (found.lat[0], found.lat[0]))

    monkeypatch.setattr(building, "bounds_of", narrow)
    with pytest.raises(BadRecord, match="statistics are wrong"):
        build_store([write(tmp_path / "p.parquet", ROWS)], tmp_path / "store")


def test_a_parquet_cut_in_its_middle_is_refused(tmp_path):
    path = write(tmp_path / "p.parquet", ROWS)
    whole = bytearray(path.read_bytes())
    begins = parquet.ParquetFile(path).metadata.row_group(0).column(0).file_offset or 4
    whole[begins : begins + 200] = bytes(200)
    path.write_bytes(whole)
    with pytest.raises(BadRecord, match=r"p\.parquet"):
        build_store([path], tmp_path / "store")


def test_the_answer_does_not_depend_on_how_the_pings_were_appended(tmp_path):
    build_store([write(tmp_path / "all.parquet", ROWS)], tmp_path / "one", origin=(114.5, 38))
    for number in range(4):
        build_store([write(tmp_path / "p.parquet", ROWS[number::4])], tmp_path / "four", origin=(114.5, 38))
    one, four = (open_store(tmp_path / name).contacts(ALL_DAY) for name in ("one", "four"))
    for name in ("person", "n_pairs", "minutes", "first_t", "last_t", "min_distance_m"):
        assert getattr(one, name).tolist() == getattr(four, name).tolist()
