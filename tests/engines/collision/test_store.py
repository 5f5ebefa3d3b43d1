"""The store on disk against every pair looked at in plain Python, whatever the data, and its answers to bad files."""

import math

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianfang.engines.collision import (
    BadRecord,
    Index,
    PingRule,
    Pings,
    Plane,
    build_store,
    collide_pings,
    open_store,
)
from tests.engines.collision import city, oracle

NAMES = ("person_id", "t", "lon", "lat", "accuracy")
TYPES = (pa.int64(), pa.int64(), pa.float64(), pa.float64(), pa.float64())
ALL_DAY = Index([1], [0], [86_400])


def write(path, rows, types=TYPES, **options):
    columns = list(zip(*rows, strict=True)) or [()] * len(NAMES)
    arrays = [pa.array(column, type_) for column, type_ in zip(columns, types, strict=True)]
    parquet.write_table(pa.table(arrays, names=NAMES), path, **options)
    return path


def keyed(found):
    names = ("n_pairs", "minutes", "first_t", "last_t", "min_distance_m")
    values = zip(*(getattr(found, name).tolist() for name in names), strict=True)
    return dict(zip(zip(found.index_person.tolist(), found.person.tolist(), strict=True), values, strict=True))


def agrees(found, expected):
    rows = keyed(found)
    assert rows.keys() == expected.keys()
    for key, row in rows.items():
        assert row[:4] == expected[key][:4]
        assert row[4] == pytest.approx(expected[key][4], abs=1e-9)


# People as they come: small numbers, telephones, hashes of 64 bits either side of zero.
ids = st.sampled_from(
    [lambda p: p, lambda p: 13_000_000_000 + 7 * p, lambda p: (p * 0x9E3779B97F4A7C15) % 2**63 - 2**62]
)
# Degrees of six decimals are packed as they are; others are kept beside.
shifts = st.sampled_from([0.0, 1e-9, math.pi * 1e-5])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(city.pings, min_size=1, max_size=3), city.windows(), st.sampled_from([1e-3, 9.5, 50.0, 111.195, 400.0, 9e6]),
    st.sampled_from([0, 1, 599, 600, 5000, 10**9, 10**15]), ids, shifts, st.integers(1, 50),
    st.tuples(st.floats(-180, 180), st.floats(-89, 89)) | st.just((city.LON, city.LAT)), st.booleans(),
)  # fmt: skip
def test_the_store_finds_the_pairs_of_the_spec(
    tmp_path_factory, files, index, radius_m, gap_s, id_of, shift, group, origin, dictionary
):
    folder = tmp_path_factory.mktemp("store")
    files = [[(id_of(p), t, lon + shift, lat, a) for p, t, lon, lat, a in rows] for rows in files]
    index = [(id_of(p), t0, t1) for p, t0, t1 in index]
    for number, rows in enumerate(files):
        path = write(folder / f"{number}.parquet", rows, row_group_size=group, write_statistics=dictionary)
        build_store([path], folder / "store", origin=origin, segment_rows=25)
    found = open_store(folder / "store").contacts(city.as_index(index), PingRule(radius_m, gap_s))
    agrees(found, oracle.ping_rows([row for rows in files for row in rows], index, radius_m, gap_s, *origin))


@settings(max_examples=25, deadline=None)
@given(city.pings, city.windows(), st.sampled_from([9.5, 50.0, 400.0]), st.sampled_from([0, 600, 5000]))
def test_the_store_is_as_sure_as_the_engine_in_memory(tmp_path_factory, pings, index, radius_m, gap_s):
    folder = tmp_path_factory.mktemp("store")
    build_store([write(folder / "p.parquet", pings)], folder / "store", origin=(city.LON, city.LAT))
    rule, asked = PingRule(radius_m, gap_s), city.as_index(index)
    found = open_store(folder / "store").contacts(asked, rule)
    twin = collide_pings(city.as_pings(pings), asked, rule, Plane(city.LON, city.LAT))
    for name in ("index_person", "person", "n_pairs", "minutes", "first_t", "last_t"):
        assert getattr(found, name).tolist() == getattr(twin, name).tolist()
    np.testing.assert_allclose(found.min_distance_m, twin.min_distance_m, atol=1e-9)
    np.testing.assert_allclose(found.probability, twin.probability, atol=3e-3)
    np.testing.assert_allclose(
        found.expected_minutes, twin.expected_minutes, atol=0.03 + 3e-3 * twin.minutes.max(initial=0)
    )


@settings(max_examples=40, deadline=None)
@given(
    city.pings,
    city.windows(),
    st.sampled_from([50.0, 150.0]),
    st.sampled_from([0, 600, 3000]),
    st.sampled_from([0, 20]),
)
def test_contacts_of_contacts_come_after_their_own_exposure(tmp_path_factory, pings, index, radius_m, latent_s, least):
    folder = tmp_path_factory.mktemp("store")
    build_store([write(folder / "p.parquet", pings)], folder / "store", origin=(city.LON, city.LAT))
    found = open_store(folder / "store").contacts(
        city.as_index(index), PingRule(radius_m, 600), order=2, latent_s=latent_s, min_minutes=least
    )
    expected = second_order(pings, index, radius_m, latent_s, least)
    second = found.take(found.order == 2)
    rows = zip(second.index_person.tolist(), second.via.tolist(), second.person.tolist(), strict=True)
    assert dict(zip(rows, zip(second.n_pairs.tolist(), second.minutes.tolist(), strict=True), strict=True)) == expected


def second_order(pings, index, radius_m, latent_s, least):
    """{(index, via, contact): (pairs, minutes)}, by the words of ``onward_of``."""
    near = oracle.ping_rows(pings, index, radius_m, 600, city.LON, city.LAT)
    first = {pair: row for pair, row in near.items() if row[1] >= least}
    since = {}
    for (person, contact), row in sorted(first.items()):
        if contact not in since or row[2] < since[contact][0]:
            since[contact] = row[2], person
    end = max((t for _, t, *_ in pings), default=0)
    asked = {p for p, _, _ in index}
    onward = [(c, t + latent_s, end) for c, (t, _) in since.items() if c not in asked and t + latent_s <= end]
    then = oracle.ping_rows(pings, onward, radius_m, 600, city.LON, city.LAT)
    return {
        (since[via][1], via, contact): row[:2]
        for (via, contact), row in then.items()
        if contact not in asked and contact not in since and row[1] >= least
    }


def test_pings_all_over_the_world_are_told_apart(tmp_path):
    rng = np.random.default_rng(5)
    n = 3000
    near = rng.integers(0, 300, n)  # ten each within some metres
    lon, lat = rng.uniform(-180, 180, 300)[near], rng.uniform(-85, 85, 300)[near] + rng.normal(0, 2e-4, n)
    rows = list(zip(rng.integers(0, 10**12, n).tolist(), rng.integers(-4 * 10**9, 4 * 10**9, 300)[near].tolist(),
                    lon.tolist(), lat.tolist(), [5.0] * n, strict=True))  # fmt: skip
    build_store([write(tmp_path / "p.parquet", rows)], tmp_path / "store")
    store = open_store(tmp_path / "store")
    index = [(person, t - 10, t + 10) for person, t, *_ in rows[:20]]
    plane = store.plane
    agrees(store.contacts(city.as_index(index)), oracle.ping_rows(rows, index, 50.0, 600, plane.lon0, plane.lat0))


def test_the_origin_is_the_centre_of_the_first_build_and_stays(tmp_path):
    first = write(tmp_path / "1.parquet", [(1, 0, 114.0, 38.0, 5), (2, 0, 115.0, 39.0, 5)])
    build_store([first], tmp_path / "store")
    build_store([write(tmp_path / "2.parquet", [(3, 0, 120.0, 30.0, 5)])], tmp_path / "store")
    assert open_store(tmp_path / "store").plane == Plane(114.5, 38.5)
    with pytest.raises(BadRecord, match="origin is"):
        build_store([first], tmp_path / "store", origin=(0, 0))


def test_duplicate_pings_are_as_many_pairs(tmp_path):
    rows = [(1, 0, 114.5, 38.0, 5), (2, 0, 114.5, 38.0, 5), (2, 0, 114.5, 38.0, 5)]
    build_store([write(tmp_path / "p.parquet", rows)], tmp_path / "store")
    assert keyed(open_store(tmp_path / "store").contacts(ALL_DAY)) == {(1, 2): (2, 10, 0, 0, 0.0)}


def test_a_file_without_rows_adds_nothing_and_answers_nothing(tmp_path):
    build_store([write(tmp_path / "p.parquet", [])], tmp_path / "store")
    store = open_store(tmp_path / "store")
    assert (store.rows, len(store.contacts(ALL_DAY, order=2))) == (0, 0)


def test_an_index_person_without_records_has_no_rows(tmp_path):
    build_store([write(tmp_path / "p.parquet", [(1, 0, 114.5, 38.0, 5)])], tmp_path / "store")
    assert len(open_store(tmp_path / "store").contacts(Index([9, -(2**63)], [0, 0], [9, 9]))) == 0


def test_an_index_of_nobody_has_no_rows(tmp_path):
    build_store([write(tmp_path / "p.parquet", [(1, 0, 114.5, 38.0, 5)])], tmp_path / "store")
    nobody = np.zeros(0, np.int64)
    assert len(open_store(tmp_path / "store").contacts(Index(nobody, nobody, nobody))) == 0


GOOD = (1, 0, 114.5, 38.0, 5.0)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ((1, 0, math.nan, 38, 5), "row 2 · lon: missing or not finite"),
        ((1, 0, 114.5, math.inf, 5), "row 2 · lat: missing or not finite"),
        ((1, 0, 181, 38, 5), "row 2 · lon: 181.0 is outside"),
        ((1, 0, 114.5, -90.5, 5), "row 2 · lat: -90.5 is outside"),
        ((1, 0, 114.5, 38, -1), "row 2 · accuracy: -1.0 is outside"),
        ((1, 0, 114.5, 38, math.nan), "row 2 · accuracy: missing"),
        ((1, 10**15, 114.5, 38, 5), "row 2 · t: 1000000000000000 is outside"),
        ((None, 0, 114.5, 38, 5), "row 2 · person_id: empty"),
        ((1, None, 114.5, 38, 5), "row 2 · t: empty"),
        ((1, 0, 114.5, 38, None), "row 2 · accuracy: empty"),
    ],
)
@pytest.mark.parametrize("statistics", [True, False])
def test_a_bad_row_is_named_and_nothing_is_stored(tmp_path, row, says, statistics):
    build_store([write(tmp_path / "good.parquet", [GOOD])], tmp_path / "store")
    bad = write(tmp_path / "bad.parquet", [GOOD, row, GOOD], write_statistics=statistics)
    with pytest.raises(BadRecord, match=rf"bad\.parquet · ({says})"):
        build_store([bad], tmp_path / "store")
    assert open_store(tmp_path / "store").rows == 1


def test_a_row_deep_in_the_second_file_is_counted_from_that_file_s_beginning(tmp_path):
    rows = [(1, t, 114.5, 38.0, 5.0) for t in range(4000)]
    bad = [*rows[:3210], (1, 0, 114.5, 98.0, 5.0), *rows]
    paths = [write(tmp_path / "a.parquet", rows), write(tmp_path / "b.parquet", bad, row_group_size=500)]
    with pytest.raises(BadRecord, match=r"b\.parquet · row 3211 · lat"):
        build_store(paths, tmp_path / "store")


@pytest.mark.parametrize(
    ("types", "says"),
    [
        ((pa.string(), *TYPES[1:]), "person_id: a column of whole numbers is needed, found string"),
        ((pa.float64(), *TYPES[1:]), "person_id: a column of whole numbers is needed, found double"),
        ((pa.int64(), pa.float64(), *TYPES[2:]), "t: a column of whole numbers"),
        ((*TYPES[:2], pa.string(), *TYPES[3:]), "lon: a column of numbers is needed, found string"),
        ((*TYPES[:4], pa.bool_()), "accuracy: a column of numbers is needed, found bool"),
    ],
)
def test_a_column_of_the_wrong_type_is_refused(tmp_path, types, says):
    path = tmp_path / "p.parquet"
    parquet.write_table(pa.table([pa.array([], type_) for type_ in types], names=NAMES), path)
    with pytest.raises(BadRecord, match=says):
        build_store([path], tmp_path / "store")
    assert not (tmp_path / "store").exists()


def test_whole_and_short_numbers_are_taken_as_numbers(tmp_path):
    types = (pa.int32(), pa.uint16(), pa.int16(), pa.float32(), pa.float32())
    build_store([write(tmp_path / "p.parquet", [(1, 0, 114, 38, 5), (2, 9, 114, 38, 5)], types)], tmp_path / "store")
    assert keyed(open_store(tmp_path / "store").contacts(ALL_DAY)) == {(1, 2): (1, 10, 9, 9, 0.0)}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty"),
        (b"person_id,t\n", "cannot be read as Parquet"),
        (b"PAR1" + bytes(99), "cannot be read"),
    ],
)
def test_what_is_no_parquet_is_refused(tmp_path, content, says):
    path = tmp_path / "p.parquet"
    path.write_bytes(content)
    with pytest.raises(BadRecord, match=says):
        build_store([path], tmp_path / "store")


def test_a_missing_column_is_named(tmp_path):
    parquet.write_table(pa.table({"person_id": [1], "t": [0], "lon": [1.0], "lat": [1.0]}), tmp_path / "p.parquet")
    with pytest.raises(BadRecord, match="no column accuracy; the file has: person_id, t, lon, lat"):
        build_store([tmp_path / "p.parquet"], tmp_path / "store")


def test_numbers_beyond_64_bits_are_refused(tmp_path):
    types = (pa.uint64(), *TYPES[1:])
    path = write(tmp_path / "p.parquet", [(2**63, 0, 114.5, 38.0, 5)], types)
    with pytest.raises(BadRecord, match=r"row 1 · person_id: 9223372036854775808"):
        build_store([path], tmp_path / "store")


def test_a_store_may_be_asked_while_it_grows(tmp_path):
    build_store([write(tmp_path / "1.parquet", [(1, 0, 114.5, 38.0, 5), (2, 0, 114.5, 38.0, 5)])], tmp_path / "store")
    before = open_store(tmp_path / "store")
    build_store([write(tmp_path / "2.parquet", [(3, 0, 114.5, 38.0, 5)])], tmp_path / "store")
    assert before.contacts(ALL_DAY).person.tolist() == [2]
    assert open_store(tmp_path / "store").contacts(ALL_DAY).person.tolist() == [2, 3]


def test_degrees_come_back_as_they_were_recorded(tmp_path):
    """Six decimals in eight bytes: the distance is that of the float64 columns to the last bit."""
    rng = np.random.default_rng(3)
    n = 500
    columns = [rng.integers(1, 20, n), rng.integers(0, 3000, n), np.round(114.5 + rng.normal(0, 3e-4, n), 6),
               np.round(38.05 + rng.normal(0, 3e-4, n), 6), np.full(n, 5.0)]  # fmt: skip
    parquet.write_table(pa.table(columns, names=NAMES), tmp_path / "p.parquet")
    manifest = build_store([tmp_path / "p.parquet"], tmp_path / "store", origin=(114.5, 38.05))
    assert manifest.segments[0].layout.exact
    found = open_store(tmp_path / "store").contacts(ALL_DAY)
    twin = collide_pings(Pings(*columns), ALL_DAY, plane=Plane(114.5, 38.05))
    assert found.min_distance_m.tolist() == twin.min_distance_m.tolist()
