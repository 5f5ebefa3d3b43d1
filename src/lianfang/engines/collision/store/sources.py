"""Parquet files of pings, read a batch at a time: columns, types and what the file says about its own bounds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from lianfang.engines.collision.problems import BadRecord
from lianfang.engines.collision.store.layout import Bounds
from lianfang.engines.collision.store.packing import Columns

COLUMNS = ("person_id", "t", "lon", "lat", "accuracy")
_WHOLE = {"person_id", "t"}
_SAME = {"person": "person_id", "accuracy_m": "accuracy"}
BATCH_ROWS = 1 << 20


@dataclass(frozen=True)
class Source:
    """A file whose columns and types are fit. names: ours → the file's."""

    path: Path
    metadata: Any
    schema: pa.Schema
    names: dict[str, str]

    def file(self) -> parquet.ParquetFile:
        """A reader of one's own: readers are not shared between threads."""
        return parquet.ParquetFile(self.path, metadata=self.metadata, memory_map=True)


@dataclass(frozen=True)
class Piece:
    """Some row groups of a file, or of one that is larger than memory should hold the rows first…first + rows.
    offset: rows of the file before this piece."""

    source: Source
    groups: tuple[int, ...]
    first: int
    rows: int
    offset: int
    whole: bool = True


def source_of(path: Path) -> Source:
    """Raises BadRecord."""
    try:
        file = parquet.ParquetFile(path, memory_map=True)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        code = "empty_file" if path.is_file() and not path.stat().st_size else "not_parquet"
        raise BadRecord(code, file=path.name, why=str(error).splitlines()[0]) from error
    return Source(path, file.metadata, file.schema_arrow, _names(file.schema_arrow, path))


def pieces_of(sources: Sequence[Source], most_rows: int) -> list[Piece]:
    """Pieces of files in the order of their times, so far as the files have them on record."""
    found = [(_begins(piece), piece) for source in sources for piece in _in_file_order(source, most_rows)]
    return [piece for _, piece in sorted(found, key=lambda one: one[0])]


def _in_file_order(source: Source, most_rows: int) -> Iterator[Piece]:
    offset, rows = 0, 0
    groups: list[int] = []
    for group in range(source.metadata.num_row_groups):
        here = source.metadata.row_group(group).num_rows
        if here > most_rows:
            for first in range(0, here, most_rows):
                yield Piece(source, (group,), first, min(most_rows, here - first), offset + first, whole=False)
            offset += here
            continue
        groups, rows = [*groups, group], rows + here
        if rows * 2 >= BATCH_ROWS or _last_of_run(source, group, most_rows):
            yield Piece(source, tuple(groups), 0, rows, offset)
            offset, groups, rows = offset + rows, [], 0


def _last_of_run(source: Source, group: int, most_rows: int) -> bool:
    after = group + 1
    return after == source.metadata.num_row_groups or source.metadata.row_group(after).num_rows > most_rows


def _begins(piece: Piece) -> float:
    span = _span(piece, "t")
    return float(span[0]) if span else 0.0


def _names(schema: pa.Schema, path: Path) -> dict[str, str]:
    """Our names → the file's, with the types looked at. Raises BadRecord."""
    ours: dict[str, str] = {}
    for name in schema.names:
        known = _SAME.get(name, name)
        if known in COLUMNS and known in ours:
            raise BadRecord("duplicate_header", column=f"{ours[known]}, {name}", file=path.name)
        ours[known] = name
    for name in COLUMNS:
        if name not in ours:
            raise BadRecord("no_column", column=name, found=", ".join(schema.names), file=path.name)
        type_ = schema.field(ours[name]).type
        if not (pa.types.is_integer(type_) or (name not in _WHOLE and pa.types.is_floating(type_))):
            code = "wrong_whole_type" if name in _WHOLE else "wrong_number_type"
            raise BadRecord(code, column=name, value=type_, file=path.name)
    return {name: ours[name] for name in COLUMNS}


def _span(piece: Piece, name: str) -> tuple[Any, Any] | None:
    """Smallest and largest value of a column of a piece as the file has them on record."""
    source = piece.source
    at = source.schema.names.index(source.names[name])
    if source.metadata.num_columns != len(source.schema.names):  # nested columns: positions differ
        return None
    found = [source.metadata.row_group(group).column(at).statistics for group in piece.groups]
    if not found or any(one is None or not one.has_min_max for one in found):
        return None
    return min(one.min for one in found), max(one.max for one in found)


def bounds_of(piece: Piece) -> Bounds | None:
    """Bounds of a piece: from the file's own record where it has one, else by reading it; None without rows. They are
    checked again when rows are packed, so that a record that lies is found out."""
    if not piece.rows:
        return None
    spans = [_span(piece, name) for name in COLUMNS[:4]]
    if all(span is not None and np.isfinite(np.array(span, float)).all() for span in spans):
        return Bounds(piece.rows, *spans)  # type: ignore[arg-type]
    found: Bounds | None = None
    for columns, _ in batches_of(piece):
        found = _bounds(columns) if found is None else found.joined(_bounds(columns))
    return found


def _bounds(columns: Columns) -> Bounds:
    def span(values: NDArray[Any]) -> tuple[Any, Any]:
        finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
        if not len(finite):
            return 0.0, 0.0  # nothing that could be packed: packing names the row
        return finite.min().item(), finite.max().item()

    spans = (span(values) for values in (columns.code, columns.t, columns.lon, columns.lat))
    return Bounds(len(columns.t), *spans)


def batches_of(piece: Piece) -> Iterator[tuple[Columns, int]]:
    """Yield batches of a piece with the position of each one's first row in the file. Raises BadRecord."""
    offset = piece.offset
    for table in _tables(piece):
        for batch in table.to_batches():
            if not batch.num_rows:
                continue
            try:
                yield _columns(batch, piece.source.names), offset
            except BadRecord as error:
                raise in_file(error, piece, offset) from error
            offset += batch.num_rows


def _tables(piece: Piece) -> Iterator[pa.Table]:
    try:
        file, names = piece.source.file(), list(piece.source.names.values())
        if piece.whole:
            yield file.read_row_groups(list(piece.groups), columns=names, use_threads=False)
            return
        seen = 0
        for batch in file.iter_batches(BATCH_ROWS, row_groups=list(piece.groups), columns=names, use_threads=False):
            low, high = max(piece.first - seen, 0), min(piece.first + piece.rows - seen, batch.num_rows)
            if low < high:
                yield pa.Table.from_batches([batch.slice(low, high - low)])
            seen += batch.num_rows
            if seen >= piece.first + piece.rows:
                return
    except (pa.ArrowInvalid, OSError) as error:
        raise BadRecord("not_parquet", file=piece.source.path.name, why=str(error).splitlines()[0]) from error


def _columns(batch: pa.RecordBatch, names: dict[str, str]) -> Columns:
    arrays: list[NDArray[Any]] = []
    for name in COLUMNS:
        cells = batch.column(batch.schema.get_field_index(names[name]))
        if cells.null_count:
            raise BadRecord("empty_cell", column=name, row=pc.index(pc.is_null(cells), True).as_py())
        values = cells.to_numpy(zero_copy_only=False)
        if values.dtype == np.uint64 and len(values) and values.max() > np.iinfo(np.int64).max:
            raise BadRecord("too_large", column=name, row=int(values.argmax()), value=values.max())
        arrays.append(np.ascontiguousarray(values, np.float64 if name in ("lon", "lat") else _kind(values, name)))
    return Columns(*arrays)


def _kind(values: NDArray[Any], name: str) -> type:
    """Few kinds, so that few kernels are compiled."""
    if name in _WHOLE:
        return np.int32 if values.dtype == np.int32 else np.int64
    return np.float32 if values.dtype == np.float32 else np.float64


def in_file(error: BadRecord, piece: Piece, offset: int) -> BadRecord:
    """The same problem with the file's name, and its row counted from 1 over the whole file."""
    row = None if error.row is None else error.row + offset + 1
    params = {"file": piece.source.path.name, **error.params}
    return BadRecord(error.code, column=error.column, row=row, value=error.value, **params)
