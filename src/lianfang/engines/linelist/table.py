"""A file as a table of text: CSV in any usual dialect and encoding, or the first sheet of an XLSX workbook."""

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from lianfang.engines.linelist.problems import Problem

_SAMPLE = 1 << 16
SHEET_ROWS = 1_048_576  # a sheet of XLSX ends here, whatever was still to be written
csv.field_size_limit(10 * 2**20)


class Refused(ValueError):
    """The file cannot be taken at all; nothing of it was. Carries the problem that says why."""

    def __init__(self, problem: Problem):
        super().__init__(f"{problem.where()} {problem.message()}".strip())
        self.problem = problem


@dataclass(frozen=True)
class Table:
    """Header (stripped) and a way to walk the rows again and again. ``rows`` yields (spreadsheet row, cells)."""

    path: Path
    header: tuple[str, ...]
    sha256: str
    bytes: int
    encoding: str
    delimiter: str
    ends_open: bool

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        if self.encoding == "xlsx":
            yield from self._sheet_rows()
        else:
            yield from self._csv_rows()

    def _csv_rows(self) -> Iterator[tuple[int, list[str]]]:
        with open(self.path, encoding=self.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self.delimiter, strict=True)
            number = 0
            try:
                for cells in reader:
                    number += 1
                    if number == 1 or not any(cells):
                        continue
                    yield number, [cell.strip() for cell in cells]
            except csv.Error as error:
                raise Refused(Problem("cut_mid_row", row=number + 1, params={"why": str(error)})) from error

    def _sheet_rows(self) -> Iterator[tuple[int, list[str]]]:
        for number, cells in enumerate(self._sheet, 1):
            if number > 1 and any(cell not in ("", None) for cell in cells):
                yield number, [_text(cell) for cell in cells]

    @cached_property
    def _sheet(self) -> list[list[Any]]:
        return _read_sheet(self.path)

    @property
    def sheet_full(self) -> bool:
        return self.encoding == "xlsx" and len(self._sheet) >= SHEET_ROWS

    @cached_property
    def other_sheets(self) -> tuple[str, ...]:
        """Names of the sheets beside the first one, which alone is read."""
        return _sheet_names(self.path)[1:] if self.encoding == "xlsx" else ()


def _text(cell: Any) -> str:
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


def _read_sheet(path: Path) -> list[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook, ZipError

    try:
        return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except ZipError as error:
        raise Refused(Problem("cut_mid_row", params={"why": str(error)})) from error
    except CalamineError as error:
        raise Refused(Problem("not_a_table", params={"why": str(error)})) from error


def _sheet_names(path: Path) -> tuple[str, ...]:
    from python_calamine import CalamineWorkbook

    return tuple(CalamineWorkbook.from_path(path).sheet_names)


def open_table(path: Path) -> Table:
    """Open a file; raises Refused when it is empty, no table, damaged, or has no usable header."""
    size, digest, tail, has_nul = _scan(path)
    if size == 0:
        raise Refused(Problem("empty_file"))
    with open(path, "rb") as file:
        start = file.read(_SAMPLE)
    if start[:2] == b"PK" or path.suffix.lower() in {".xlsx", ".xlsm"}:
        sheet = _read_sheet(path)
        header = _checked([_text(cell) for cell in (sheet[0] if sheet else [])])
        table = Table(path, header, digest, size, "xlsx", "", False)
        table.__dict__["_sheet"] = sheet  # read once
        return table
    if has_nul:
        raise Refused(Problem("nul_byte"))
    encoding = _encoding(path)
    delimiter = _delimiter(start.decode(encoding, "ignore"))
    with open(path, encoding=encoding, newline="") as text:
        try:
            first = next(csv.reader(text, delimiter=delimiter, strict=True), [])
        except csv.Error as error:
            raise Refused(Problem("cut_mid_row", row=1, params={"why": str(error)})) from error
    return Table(path, _checked(first), digest, size, encoding, delimiter, not tail.endswith((b"\n", b"\r")))


def _scan(path: Path) -> tuple[int, str, bytes, bool]:
    digest, size, tail, has_nul = hashlib.sha256(), 0, b"", False
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
            size += len(block)
            tail = block
            has_nul = has_nul or b"\0" in block
    return size, digest.hexdigest(), tail, has_nul


def _encoding(path: Path) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with open(path, encoding=encoding, newline="") as file:
                while file.read(1 << 20):
                    pass
            return encoding
        except UnicodeDecodeError as error:
            if encoding == "utf-8-sig" and error.reason == "unexpected end of data":
                raise Refused(Problem("cut_mid_row", params={"why": "a character is cut in two"})) from error
    raise Refused(Problem("encoding"))


def _delimiter(sample: str) -> str:
    first = next(iter(csv.reader(io.StringIO(sample))), [])
    line = sample.splitlines()[0] if sample else ""
    if len(first) > 1:
        return ","
    return max((",", ";", "\t"), key=line.count)


def _checked(header: list[str]) -> tuple[str, ...]:
    names = tuple(name.strip() for name in header)
    if not any(names):
        raise Refused(Problem("not_a_table", params={"why": "no header"}))
    seen: set[str] = set()
    for name in names:
        if name and name in seen:
            raise Refused(Problem("duplicate_header", row=1, column=name))
        seen.add(name)
    return names
