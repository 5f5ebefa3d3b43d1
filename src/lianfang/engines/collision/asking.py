"""Whom a question is about: people as a file writes them, with their windows."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet

from lianfang.engines.collision.problems import BadRecord
from lianfang.engines.collision.reading import Reading
from lianfang.engines.collision.records import Index

Windows = Mapping[str, tuple[int, int]]


def seconds_of(written: str, zone: tzinfo = UTC) -> int:
    """'1609804800' or '2021-01-05T08:00' (in ``zone`` where no offset stands) as whole seconds."""
    text = written.strip()
    try:
        if text.lstrip("-").isdigit():
            return int(text)
        at = datetime.fromisoformat(text)
        return int((at if at.tzinfo else at.replace(tzinfo=zone)).timestamp())
    except ValueError as error:
        raise BadRecord("bad_time", column="time", value=written) from error


def read_windows(path: Path) -> dict[str, tuple[int, int]]:
    """Index people from CSV or Parquet with the columns person_id (or person), t0, t1 in seconds. Raises BadRecord."""
    table = _table(path)
    names = {"person" if name == "person_id" else name: name for name in table.column_names}
    for needed in ("person", "t0", "t1"):
        if needed not in names:
            raise BadRecord("no_column", row=1, column=needed, found=", ".join(table.column_names))
    people, t0, t1 = (table[names[name]].to_pylist() for name in ("person", "t0", "t1"))
    windows: dict[str, tuple[int, int]] = {}
    for row, (person, start, end) in enumerate(zip(people, t0, t1, strict=True), 2):
        if str(person) in windows:
            raise BadRecord("index_twice", row=row, value=person)
        windows[str(person)] = _window(start, end, row)
    return windows


def _table(path: Path) -> pa.Table:
    with open(path, "rb") as file:
        begins = file.read(4)
    if not begins:
        raise BadRecord("empty_file", file=path.name)
    try:
        return parquet.read_table(path) if begins == b"PAR1" else arrow_csv.read_csv(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise BadRecord("not_a_table", why=str(error).splitlines()[0], file=path.name) from error


def read_index(path: Path) -> Index:
    """Index people whose ids are numbers, from CSV or Parquet: person_id (or person), t0, t1, all whole numbers.

    Raises BadRecord naming the row as a spreadsheet counts, the header being 1.
    """
    windows = read_windows(path)
    for row, person in enumerate(windows, 2):
        if not person.lstrip("-").isdigit() or abs(int(person)) >= 2**63:
            raise BadRecord("not_integer", column="person_id", row=row, value=person, file=path.name)
    times = np.array(list(windows.values()), np.int64).reshape(-1, 2)
    return Index(np.array([int(person) for person in windows], np.int64), times[:, 0], times[:, 1])


def _window(start: object, end: object, row: int) -> tuple[int, int]:
    for column, value in (("t0", start), ("t1", end)):
        if not isinstance(value, int):
            raise BadRecord("not_integer", column=column, row=row, value=value)
    assert isinstance(start, int)
    assert isinstance(end, int)
    if end < start:
        raise BadRecord("times_reversed", column="t1", row=row, value=end, start=start)
    return start, end


def index_of(reading: Reading, windows: Windows) -> tuple[Index, Sequence[str]]:
    """The index in the reading's own codes, and the people asked about of whom it has no record."""
    found = [(code, person) for person in windows for code in reading.codes_of(person).tolist()]
    present = {person for _, person in found}
    codes = np.array([code for code, _ in found], np.int64)
    times = np.array([windows[person] for _, person in found], np.int64).reshape(-1, 2)
    return Index(codes, times[:, 0], times[:, 1]), [person for person in windows if person not in present]
