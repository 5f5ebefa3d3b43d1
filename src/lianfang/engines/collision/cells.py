"""Cells of a file as numbers: whole columns at once, and cell by cell only to say which one is wrong."""

from datetime import UTC, datetime, tzinfo
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lianfang.engines.collision.columns import NAME, NUMBER, TIME, WHOLE
from lianfang.engines.collision.problems import BadRecord

_CODES = {WHOLE: "not_integer", NUMBER: "not_number"}
_SHORTEST = len("2021-01-05T08:00")


def column_values(cells: pa.Array, type_: str, name: str, zone: tzinfo, epoch_s: int = 0) -> NDArray[Any] | pa.Array:
    """Return a column as int64 (times in seconds since 1970-01-01 UTC, whole numbers), float64, or text (names).

    zone: of times written without one. epoch_s: where times written as whole numbers count from. Raises BadRecord; its
    row is the position in ``cells``, from 0.
    """
    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks()
    text = pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type)
    cells = pc.utf8_trim_whitespace(cells) if text else cells
    _refuse_empty(cells, name, text)
    if type_ == NAME:
        return cells if text else _written(cells, name)
    if type_ == TIME:
        return _times(cells, name, text, zone, epoch_s)
    return _numbers(cells, name, type_)


def _refuse_empty(cells: pa.Array, name: str, text: bool) -> None:
    empty = pc.is_null(cells)
    if text:
        empty = pc.or_(empty, pc.fill_null(pc.equal(cells, ""), True))
    row = pc.index(empty, True).as_py()
    if row >= 0:
        raise BadRecord("empty_cell", column=name, row=row)


def _written(cells: pa.Array, name: str) -> pa.Array:
    """Numbers that are names: 12 as '12', and 12.0 of a table that had gaps elsewhere as '12' too."""
    return pa.array(_numbers(cells, name, WHOLE)).cast(pa.string())


def _numbers(cells: pa.Array, name: str, type_: str) -> NDArray[Any]:
    wanted = pa.int64() if type_ == WHOLE else pa.float64()
    if not _fits(cells, wanted):
        row = _first_misfit(cells, wanted)
        raise BadRecord(_CODES[type_], column=name, row=row, value=cells[row].as_py())
    return cells.cast(wanted).to_numpy(zero_copy_only=False)


def _fits(cells: pa.Array, wanted: pa.DataType) -> bool:
    try:
        cells.cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return False
    return True


def _first_misfit(cells: pa.Array, wanted: pa.DataType) -> int:
    """Position of the first cell that cannot be read so, of cells of which at least one cannot."""
    low, high = 0, len(cells)
    while high - low > 1:
        middle = (low + high) // 2
        if _fits(cells[low:middle], wanted):
            low = middle
        else:
            high = middle
    return low


def _times(cells: pa.Array, name: str, text: bool, zone: tzinfo, epoch_s: int) -> NDArray[np.int64]:
    if pa.types.is_timestamp(cells.type):
        return _stamps(cells, zone)
    if text and len(cells) and "-" in cells[0].as_py()[1:]:
        return _written_times(cells, name, zone)
    try:
        return _numbers(cells, name, WHOLE) + epoch_s
    except BadRecord as error:
        raise BadRecord("bad_time", column=name, row=error.row, value=error.value) from error


def _stamps(cells: pa.Array, zone: tzinfo) -> NDArray[np.int64]:
    if cells.type.tz is None:
        cells = pc.assume_timezone(cells, str(zone), ambiguous="earliest", nonexistent="earliest")
    whole = pc.floor_temporal(cells, unit="second").cast(pa.timestamp("s", cells.type.tz))
    return whole.cast(pa.int64()).to_numpy(zero_copy_only=False)


def _written_times(cells: pa.Array, name: str, zone: tzinfo) -> NDArray[np.int64]:
    """ISO 8601, with an offset or in ``zone``. A column that mixes seconds and dates is refused at its odd cell."""
    seconds = np.empty(len(cells), np.int64)
    for row, cell in enumerate(cells.to_pylist()):
        try:
            at = datetime.fromisoformat(cell)
            if len(cell) < _SHORTEST or "-" not in cell[1:]:
                raise ValueError("a time of day is missing")
            seconds[row] = int(np.floor((at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC).timestamp()))
        except (ValueError, OverflowError) as error:
            raise BadRecord("bad_time", column=name, row=row, value=cell) from error
    return seconds
