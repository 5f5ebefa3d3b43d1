"""Sheets of a workbook: XLSX, the older XLS, and ODS."""

import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

from lianfang.engines.linelist.problems import Problem, Refused

OLD = b"\xd0\xcf\x11\xe0"  # a compound file: XLS, or a workbook under a password
_FORMULA = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*>\s*<f[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>')


def is_workbook(path: Path, start: bytes) -> bool:
    return start[:2] == b"PK" or start[:4] == OLD or path.suffix.lower() in {".xlsx", ".xlsm", ".xls", ".ods"}


class Workbook:
    """Raises Refused when it is damaged, protected or no workbook."""

    def __init__(self, path: Path):
        from python_calamine import CalamineError, CalamineWorkbook, PasswordError, ZipError

        try:
            # From its bytes, not its name: a workbook named '.csv' is a workbook.
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        except ZipError as error:
            raise Refused(Problem("cut_mid_row", params={"why": str(error)})) from error
        except PasswordError as error:
            raise Refused(Problem("password")) from error
        except (CalamineError, OSError) as error:
            raise Refused(Problem("not_a_table", params={"why": str(error)})) from error
        self.path = path
        self.names: tuple[str, ...] = tuple(self._book.sheet_names)

    def rows(self, name: str) -> list[list[Any]]:
        from python_calamine import CalamineError, ZipError

        try:
            return self._book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        except ZipError as error:
            raise Refused(Problem("cut_mid_row", params={"why": str(error)})) from error
        except CalamineError as error:
            raise Refused(Problem("not_a_table", params={"why": str(error)})) from error


def formulas_without_result(path: Path, sheet: int) -> list[str]:
    """Cells of a sheet of XLSX that hold a formula nobody has worked out yet; to a reader they look empty."""
    try:
        with zipfile.ZipFile(path) as book:
            names = sorted(
                (n for n in book.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", n)),
                key=lambda n: int(re.sub(r"\D", "", n)),
            )
            if sheet >= len(names):
                return []
            content = book.read(names[sheet])
    except (zipfile.BadZipFile, KeyError):
        return []
    return [] if b"<f" not in content else [cell.decode() for cell in _FORMULA.findall(content)]


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
