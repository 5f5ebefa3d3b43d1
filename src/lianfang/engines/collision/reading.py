"""Files of location records: CSV (UTF-8 or GB18030) and Parquet. Read whole or refused whole, row and column named.

Only rows that touch the window asked for are kept; the others are counted and forgotten batch by batch. Numbers and
order of time are checked in every row, kept or not: a file that lies in one place is not trusted in another.
"""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from lianfang.engines.collision.cells import column_values
from lianfang.engines.collision.columns import Layout, layout_of
from lianfang.engines.collision.contacts import PING, VISIT
from lianfang.engines.collision.plane import Bounds, Plane
from lianfang.engines.collision.problems import BadRecord
from lianfang.engines.collision.records import Pings, Rides, Visits

_BLOCK = 1 << 23
_ROWS = 1 << 18
_HEADER = 1  # a spreadsheet's first line


@dataclass(frozen=True)
class Receipt:
    """What was read: SHA-256 of the file's bytes, its rows, and how many of them touch the window and were kept."""

    sha256: str
    bytes: int
    rows: int
    kept: int


@dataclass(frozen=True)
class Reading:
    """Records with people as codes 0, 1, …: ``people[code]`` is what the file says, ``key`` whether it is our person
    id ('person') or a telephone number ('phone'). ``places[code]``: names of places or trips, empty for pings;
    ``carriages[code]`` of rides. ``plane``: of the whole file's pings, kept or not; None of visits and rides."""

    kind: str
    key: str
    records: Pings | Visits | Rides
    people: NDArray[np.str_]
    places: NDArray[np.str_]
    receipt: Receipt
    plane: Plane | None = None
    carriages: NDArray[np.str_] = field(default_factory=lambda: np.zeros(0, np.str_))

    def codes_of(self, *people: str) -> NDArray[np.int64]:
        """Codes of the people written so in the file."""
        return np.flatnonzero(np.isin(self.people, np.array(people, np.str_)))


def read_records(path: Path, window: tuple[int, int] | None = None, *, zone: tzinfo = UTC, epoch_s: int = 0) -> Reading:
    """Read a file of pings, visits or rides; its columns say which.

    window: seconds from, to (both included); a stay is kept when any part of it lies inside. zone: of times written
    without an offset. epoch_s: where times written as whole numbers count from; 0 leaves them as they stand. Raises
    BadRecord naming the row as a spreadsheet counts (the header is 1) and the column; nothing is returned of a file with
    one bad row.
    """
    sha256, size = _digest(path)
    layout, batches = _open(path)
    parts: list[dict[str, Any]] = []
    rows = 0
    bounds = Bounds()
    for batch in batches:
        try:
            columns = _checked(batch, layout, zone, epoch_s)
        except BadRecord as error:
            raise _in_file(error, path, layout, rows) from error
        rows += batch.num_rows
        if layout.kind == PING:
            bounds.add(columns["lon"], columns["lat"])
        parts.append(_inside(columns, layout, window))
    columns = {name: _joined([part[name] for part in parts]) for name in layout.types}
    kept = len(columns[layout.key])
    plane = bounds.plane() if layout.kind == PING else None
    return _reading(layout, columns, Receipt(sha256, size, rows, kept), plane)


def _in_file(error: BadRecord, path: Path, layout: Layout, rows_before: int) -> BadRecord:
    """The same finding with the file's own line and column name."""
    line = None if error.row is None else _line(path, rows_before + error.row)
    column = layout.columns.get(error.column.removesuffix("_m"), error.column)
    return BadRecord(error.code, column=column, row=line, value=error.value, **error.params)


def read_numbered(path: Path, kind: str) -> Visits | Rides:
    """Visits or rides whose people are numbers, as those numbers. Raises BadRecord, also where it is another kind."""
    reading = read_records(path)
    if reading.kind != kind or isinstance(reading.records, Pings):
        raise BadRecord("other_kind", value=reading.kind, expected=kind, file=path.name)
    for person in reading.people:
        if not person.lstrip("-").isdigit():
            raise BadRecord("not_integer", column=reading.key, value=person, file=path.name)
    ids = reading.people.astype(np.int64)
    return replace(reading.records, person=ids[reading.records.person] if len(ids) else np.zeros(0, np.int64))


def _digest(path: Path) -> tuple[str, int]:
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
    if size == 0:
        raise BadRecord("empty_file")
    return digest, size


def _open(path: Path) -> tuple[Layout, Iterator[pa.RecordBatch]]:
    with open(path, "rb") as file:
        start = file.read(4)
    return _open_parquet(path) if start == b"PAR1" else _open_csv(path)


def _open_parquet(path: Path) -> tuple[Layout, Iterator[pa.RecordBatch]]:
    try:
        file = parquet.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise BadRecord("not_a_table", why=str(error).splitlines()[0]) from error
    layout = layout_of(file.schema_arrow.names)
    return layout, file.iter_batches(batch_size=_ROWS, columns=list(layout.columns.values()))


def _open_csv(path: Path) -> tuple[Layout, Iterator[pa.RecordBatch]]:
    encoding = _encoding(path)
    with open(path, encoding=encoding, newline="") as file:
        header = next(csv.reader(file), [])
    layout = layout_of(header)
    _refuse_open_end(path)
    return layout, _csv_batches(path, layout, header, encoding)


def _encoding(path: Path) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with open(path, encoding=encoding, newline="") as file:
                while file.read(_BLOCK):
                    pass
            return encoding
        except UnicodeDecodeError:
            continue
    raise BadRecord("encoding")


def _refuse_open_end(path: Path) -> None:
    with open(path, "rb") as file:
        file.seek(-1, 2)
        if file.read(1) not in b"\r\n":
            raise BadRecord("open_end")


def _csv_batches(path: Path, layout: Layout, header: list[str], encoding: str) -> Iterator[pa.RecordBatch]:
    names = list(layout.columns.values())
    ragged: list[arrow_csv.InvalidRow] = []
    options = {
        "read_options": arrow_csv.ReadOptions(
            use_threads=False,
            block_size=_BLOCK,
            column_names=header,
            skip_rows=1,
            encoding=encoding.removesuffix("-sig"),
        ),
        "parse_options": arrow_csv.ParseOptions(
            invalid_row_handler=lambda row: ragged.append(row) or "error"  # type: ignore[func-returns-value]
        ),
        "convert_options": arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), include_columns=names, strings_can_be_null=False
        ),
    }
    try:
        yield from arrow_csv.open_csv(path, **options)
    except pa.ArrowInvalid as error:
        if ragged:
            row = _ragged_line(path, encoding, len(header))
            raise BadRecord(
                "ragged_row", row=row, expected=ragged[0].expected_columns, found=ragged[0].actual_columns
            ) from error
        if "Empty CSV" not in str(error):
            raise BadRecord("not_a_table", why=str(error).splitlines()[0]) from error


def _lines(path: Path, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """(line as a spreadsheet counts, cells) of rows that are not blank."""
    with open(path, encoding=encoding, newline="") as file:
        for number, cells in enumerate(csv.reader(file), 1):
            if cells and number > _HEADER:
                yield number, cells


def _ragged_line(path: Path, encoding: str, expected: int) -> int | None:
    return next((number for number, cells in _lines(path, encoding) if len(cells) != expected), None)


def _line(path: Path, row: int) -> int:
    """Spreadsheet line of a row counted from 0. Walked only once something is wrong, because blank lines are skipped."""
    with open(path, "rb") as file:
        if file.read(4) == b"PAR1":
            return row + _HEADER + 1
    walk = (number for position, (number, _) in enumerate(_lines(path, _encoding(path))) if position == row)
    return next(walk, row + _HEADER + 1)


def _checked(batch: pa.RecordBatch, layout: Layout, zone: tzinfo, epoch_s: int) -> dict[str, Any]:
    columns = {
        name: column_values(batch.column(layout.columns[name]), type_, layout.columns[name], zone, epoch_s)
        for name, type_ in layout.types.items()
    }
    _records(layout, {**columns, layout.key: np.zeros(batch.num_rows, np.int64)}, codes=False)
    return columns


def _inside(columns: dict[str, Any], layout: Layout, window: tuple[int, int] | None) -> dict[str, Any]:
    if window is None:
        return columns
    begins, ends = columns[layout.times[0]], columns[layout.times[-1]]
    inside = (begins <= window[1]) & (ends >= window[0])
    return {
        name: values.filter(pa.array(inside)) if isinstance(values, pa.Array) else values[inside]
        for name, values in columns.items()
    }


def _joined(parts: list[Any]) -> Any:
    if any(isinstance(part, pa.Array) for part in parts):
        return pa.chunked_array(parts, pa.string())
    return np.concatenate(parts) if parts else np.zeros(0)


def _coded(cells: Any) -> tuple[NDArray[np.int64], NDArray[np.str_]]:
    """Text as codes 0, 1, … and the texts the codes stand for."""
    if not isinstance(cells, pa.ChunkedArray) or not len(cells):
        return np.zeros(0, np.int64), np.zeros(0, np.str_)
    coded = cells.combine_chunks().dictionary_encode()
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    codes = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, np.array(coded.dictionary.to_pylist(), np.str_)


def _reading(layout: Layout, columns: dict[str, Any], receipt: Receipt, plane: Plane | None) -> Reading:
    columns[layout.key], people = _coded(columns[layout.key])
    places = carriages = np.zeros(0, np.str_)
    if layout.kind != PING:
        name = "place" if layout.kind == VISIT else "trip"
        columns[name], places = _coded(columns[name])
    if "carriage" in columns:
        columns["carriage"], carriages = _coded(columns["carriage"])
    records = _records(layout, columns, codes=True)
    return Reading(layout.kind, layout.key, records, people, places, receipt, plane, carriages)


def _records(layout: Layout, columns: dict[str, Any], *, codes: bool) -> Pings | Visits | Rides:
    """The columns as checked records; ``codes=False`` checks only, with nobody and nowhere in particular."""
    nobody = columns[layout.key]

    def of(name: str) -> Any:
        return columns[name] if codes or not isinstance(columns[name], pa.Array) else np.zeros(len(nobody), np.int64)

    if layout.kind == PING:
        return Pings(nobody, of("t"), of("lon"), of("lat"), of("accuracy"))
    if layout.kind == VISIT:
        return Visits(nobody, of("place"), of("t_in"), of("t_out"))
    return Rides(nobody, of("trip"), of("carriage"), of("row"), of("t_on"), of("t_off"))
