"""Files of location records: read whole, or refused whole with row and column."""

import hashlib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from lianfang.engines.collision import BadRecord, Pings, Rides, Visits, read_records

PINGS = "person_id,t,lon,lat,accuracy\n7,0,114.5,38.05,10\n9,600,114.5001,38.05,15.5\n7,1200,114.5,38.05,10\n"
EIGHT = int(datetime(2021, 1, 5, 0, 0, tzinfo=UTC).timestamp())  # eight in the morning in Shijiazhuang


@pytest.fixture
def write(tmp_path):
    def _write(text, encoding="utf-8"):
        path = tmp_path / "records.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return _write


def test_pings_are_read_with_a_receipt(write):
    path = write(PINGS)
    reading = read_records(path)
    assert isinstance(reading.records, Pings)
    assert (reading.kind, reading.key, reading.people.tolist()) == ("ping", "person", ["7", "9"])
    assert reading.records.person.tolist() == [0, 1, 0]
    assert reading.records.accuracy_m.tolist() == [10, 15.5, 10]
    assert (reading.receipt.rows, reading.receipt.kept) == (3, 3)
    assert reading.receipt.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert reading.codes_of("9", "unknown").tolist() == [1]


def test_only_rows_inside_the_window_are_kept_but_all_are_counted(write):
    reading = read_records(write(PINGS), (600, 700))
    assert (reading.records.t.tolist(), reading.people.tolist()) == ([600], ["9"])
    assert (reading.receipt.rows, reading.receipt.kept) == (3, 1)


def test_a_stay_that_reaches_into_the_window_is_kept(write):
    text = "phone,place,t_in,t_out\n19900000114,超市,0,100\n19900000227,超市,200,300\n"
    reading = read_records(write(text, "gb18030"), (100, 150))
    assert isinstance(reading.records, Visits)
    assert (reading.key, reading.people.tolist(), reading.places.tolist()) == ("phone", ["19900000114"], ["超市"])


def test_rides_are_read_with_columns_in_any_order_and_of_no_interest(write):
    text = "备注,row,车厢,trip_id,t_off,t_on,person\n靠窗,12,03,G1,90,10,5\n"
    reading = read_records(write(text))
    assert isinstance(reading.records, Rides)
    assert (reading.records.row.tolist(), reading.records.t_on.tolist(), reading.places.tolist()) == (
        [12],
        [10],
        ["G1"],
    )


@pytest.mark.parametrize(
    "written", ["2021-01-05T00:00:00Z", "2021-01-05 08:00:00", "2021-01-05T08:00+08:00", str(EIGHT)]
)
def test_times_are_seconds_or_iso_in_the_zone_given(write, written):
    text = f"person,t,lon,lat,accuracy\n1,{written},114.5,38.05,10\n"
    assert read_records(write(text), zone=ZoneInfo("Asia/Shanghai")).records.t.tolist() == [EIGHT]


@pytest.mark.parametrize("zone", [None, "UTC"])
def test_parquet_is_read_with_its_own_types(tmp_path, zone):
    at = datetime(2021, 1, 5, 8 if zone is None else 0, 0, 0, 900_000)
    table = pa.table(
        {
            "person_id": pa.array([7, 9], pa.int32()),
            "t": pa.array([at, at], pa.timestamp("us", zone)),
            "lon": [114.5, 114.6],
            "lat": [38.0, 38.0],
            "accuracy": pa.array([3, 4], pa.float32()),
        }
    )
    parquet.write_table(table, tmp_path / "pings.parquet")
    reading = read_records(tmp_path / "pings.parquet", zone=ZoneInfo("Asia/Shanghai"))
    assert (reading.people.tolist(), reading.records.t.tolist()) == (["7", "9"], [EIGHT, EIGHT])


def test_a_file_of_a_million_and_a_few_rows_is_read_to_the_last(tmp_path):
    n = 1_048_577
    parquet.write_table(
        pa.table({"person": np.arange(n) % 5, "t": np.arange(n), "lon": np.full(n, 114.5), "lat": np.full(n, 38.0),
                  "accuracy": np.full(n, 5.0)}), tmp_path / "p.parquet",
    )  # fmt: skip
    assert read_records(tmp_path / "p.parquet", (n - 2, n)).records.t.tolist() == [n - 2, n - 1]


HEAD = "person,t,lon,lat,accuracy\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD + "1,0,114.5,38,5\n1,x,114.5,38,5\n", "row 3 · t: “x” is neither"),
        (HEAD + "1,0,114.5,38,5\n\n\n1,0,114.5,north,5\n", "row 5 · lat: “north” is not a number"),
        (HEAD + "1,0,114.5,,5\n", "row 2 · lat: empty"),
        (HEAD + " ,0,114.5,38,5\n", "row 2 · person: empty"),
        (HEAD + "1,0,114.5,38,nan\n", "row 2 · accuracy: missing or not finite"),
        (HEAD + "1,0,214.5,38,5\n", "row 2 · lon: 214.5 is outside"),
        (HEAD + "1,0,114.5,38,5\n1,600,114.5\n", "row 3 · The header has 5 columns, this row 3"),
        (HEAD + "1,0,114.5,38,5\n1,600,114.5,38,5", "does not end with a line break"),
        (HEAD + "1,2021-01-05,114.5,38,5\n", "row 2 · t: “2021-01-05” is neither"),
        (HEAD + "1,2021-01-05T08:00,114.5,38,5\n1,17,114.5,38,5\n", "row 3 · t: “17”"),
        ("person,place,t_in,t_out\n1,a,0,9\n1,a,9,8\n", "row 3 · t_out: the end 8 lies before the beginning 9"),
        ("t,lon,lat,accuracy\n0,1,1,1\n", "row 1 · There is no column person / phone"),
        ("person,lon,lat\n", "row 1 · The kind of records is not known"),
        ("person,person_id,t,lon,lat,accuracy\n", "Two columns mean the same: person, person_id"),
        ("", "The file is empty"),
    ],
)
def test_a_bad_file_is_refused_with_row_and_column(write, text, says):
    with pytest.raises(BadRecord, match=says):
        read_records(write(text))


def test_a_bad_row_outside_the_window_is_refused_too(write):
    with pytest.raises(BadRecord, match="row 3"):
        read_records(write(HEAD + "1,0,114.5,38,5\n1,900,114.5,138,5\n"), (0, 10))


def test_a_bad_cell_deep_in_a_long_file_is_named_by_its_own_line(write):
    rows = [f"1,{t},114.5,38,5" for t in range(300_000)]
    rows[271_828] = "1,271828,114.5,38,5m"
    with pytest.raises(BadRecord, match="row 271830 · accuracy: “5m” is not a number"):
        read_records(write(HEAD + "\n".join(rows) + "\n"))


def test_a_header_alone_is_a_file_without_records(write):
    reading = read_records(write(HEAD))
    assert (len(reading.records), reading.receipt.rows) == (0, 0)
