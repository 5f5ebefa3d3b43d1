"""Sheets of a workbook: XLSX or ODS. The older XLS is not read: damaged ones bring its reader down, and the server with it."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from lianfang.engines.linelist.problems import Problem, Refused

_OLD = b"\xd0\xcf\x11\xe0"  # a compound file: XLS, or a workbook under a password
_BLOCK = 1 << 20
MOST_CELLS = 60_000_000  # 57 columns down to the last row of a sheet
_SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
_ROW = re.compile(rb'<c r="[A-Z]+(\d+)"')
_FAR_COLUMN = re.compile(rb'<c r="([A-Z]{2,3})\d')
_FORMULA = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*>\s*<f[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>')


def is_workbook(start: bytes) -> bool:
    """By its first bytes, for names lie: systems write text with tabs as '.xls', and people rename files."""
    return start[:2] == b"PK" or start[:4] == _OLD


class Workbook:
    """Raises Refused when it is damaged, protected or no workbook."""

    def __init__(self, path: Path):
        from python_calamine import CalamineWorkbook

        with open(path, "rb") as file:
            if file.read(4) == _OLD:
                raise Refused(Problem("old_workbook"))
        self.uncomputed = uncomputed(path)
        # From its bytes, not its name: a workbook named '.csv' is a workbook.
        with _refusing():
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
            self.names: tuple[str, ...] = tuple(self._book.sheet_names)

    def rows(self, name: str) -> list[list[Any]]:
        with _refusing():
            return self._book.get_sheet_by_name(name).to_python(skip_empty_area=False)


@contextmanager
def _refusing() -> Iterator[None]:
    """Whatever the reader of workbooks says or does about a file is said as a refusal."""
    from python_calamine import CalamineError, PasswordError, ZipError

    try:
        yield
    except ZipError as error:
        raise Refused(Problem("cut_mid_row", params={"why": str(error)})) from error
    except PasswordError as error:
        raise Refused(Problem("password")) from error
    except (CalamineError, OSError) as error:
        raise Refused(Problem("not_a_table", params={"why": str(error)})) from error
    except BaseException as error:  # it gives up on some damaged files with a panic, which is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise Refused(Problem("not_a_table", params={"why": "damaged"})) from error


def uncomputed(path: Path) -> dict[int, list[str]]:
    """Sheet of XLSX → cells with a formula nobody has worked out yet; to a reader they look empty.

    Raises Refused for a sheet that one stray cell stretches to the end of the grid: reading it would fill memory with
    empty cells.
    """
    try:
        with zipfile.ZipFile(path) as book:
            names = [name for name in book.namelist() if _SHEET.fullmatch(name)]
            names.sort(key=lambda name: int(re.sub(r"\D", "", name)))
            return {number: _scanned(book.open(name)) for number, name in enumerate(names)}
    except Refused:
        raise
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, LookupError, ValueError, RuntimeError):
        return {}  # damaged: the reader says how


def _scanned(file: IO[bytes]) -> list[str]:
    """One sheet in bounded memory: its extent is checked, its formulas without a result are returned."""
    found: list[str] = []
    rows = columns = 0
    for data in _whole_cells(file):
        if b"<f" in data:
            found += [cell.decode() for cell in _FORMULA.findall(data)]
        columns = max([columns, *map(_column, set(_FAR_COLUMN.findall(data)))])
        if row := _ROW.search(data, max(0, data.rfind(b'<c r="'))):
            rows = max(rows, int(row[1]))
    if rows * max(columns, 26) > MOST_CELLS:
        raise Refused(Problem("sheet_area", params={"rows": rows, "columns": columns}))
    return found


def _whole_cells(file: IO[bytes]) -> Iterator[bytes]:
    """Blocks of a sheet that end before a cell begins."""
    left = b""
    while block := file.read(_BLOCK):
        data = left + block
        last = max(data.rfind(b"<c "), 0)
        yield data[:last]
        left = data[last:] if last else data[-_BLOCK:]
    yield left


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def text_of(cell: Any) -> str:
    """A cell as text. Real dates of a workbook become ISO, whole floats lose their '.0'."""
    if isinstance(cell, datetime):
        return (
            cell.isoformat(sep=" ") if (cell.hour, cell.minute, cell.second) != (0, 0, 0) else cell.date().isoformat()
        )
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()
