"""A file as a table of text: CSV in any usual dialect and encoding, or one sheet of a workbook."""

import csv
import hashlib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from lianfang.engines.linelist.columns import field_of
from lianfang.engines.linelist.encodings import delimiter_of, encoding_of
from lianfang.engines.linelist.mapping import Mapping
from lianfang.engines.linelist.problems import Problem, Refused
from lianfang.engines.linelist.sheets import Workbook, is_workbook, text_of

_SAMPLE = 1 << 16
_TITLES = 40  # rows within which a header is looked for
SHEET_ROWS = 1_048_576  # a sheet of XLSX ends here, whatever was still to be written
csv.field_size_limit(10 * 2**20)

__all__ = ["Refused", "Table", "open_table"]


@dataclass(frozen=True)
class Table:
    """Header (stripped) and a way to walk the rows again and again. ``rows`` yields (spreadsheet row, cells).

    header_row: its row in the file. renamed: columns whose name stood there before. unwrapped: rows that stood whole in
    quotation marks. lists: sheets that hold a list too.
    """

    path: Path
    header: tuple[str, ...]
    sha256: str
    bytes: int
    encoding: str
    delimiter: str
    ends_open: bool
    header_row: int = 1
    sheet: str = ""
    named_sheet: bool = False  # by the user, because the workbook has several
    lists: tuple[str, ...] = ()
    other_sheets: tuple[str, ...] = ()
    uncounted: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    unwrapped: set[int] = field(default_factory=set)
    loose_quotes: int = 0  # first row whose quotation marks are not doubled; then all are taken as they stand

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        for number, cells in self._sheet_rows() if self.encoding == "xlsx" else self._csv_rows():
            if number > self.header_row and any(cells):
                yield number, cells

    def _csv_rows(self) -> Iterator[tuple[int, list[str]]]:
        width = len(self.header)
        for number, cells in _read_csv(self.path, self.encoding, self.delimiter, not self.loose_quotes):
            if len(cells) == width:
                yield number, [cell.strip() for cell in cells]
            elif cells:
                yield number, self._fitted(number, [cell.strip() for cell in cells], width)

    def _fitted(self, number: int, cells: list[str], width: int) -> list[str]:
        """A row with empty cells too many, or one that was put whole into quotation marks, is still that row."""
        if len(cells) > width and not any(cells[width:]):
            return cells[:width]
        if len(cells) == 1 and self.delimiter in cells[0]:
            inner = next(csv.reader([cells[0]], delimiter=self.delimiter))
            if len(inner) == width:
                self.unwrapped.add(number)
                return [cell.strip() for cell in inner]
        return cells

    def _sheet_rows(self) -> Iterator[tuple[int, list[str]]]:
        for number, cells in enumerate(self._sheet, 1):
            yield number, [text_of(cell) for cell in cells]

    @cached_property
    def _sheet(self) -> list[list[Any]]:
        return Workbook(self.path).rows(self.sheet)

    @property
    def fingerprint(self) -> str:
        """What tells one import from another: the file, and of several sheets the one that was meant."""
        return hashlib.sha256(f"{self.sha256} {self.sheet}".encode()).hexdigest() if self.named_sheet else self.sha256

    @property
    def sheet_full(self) -> bool:
        return self.encoding == "xlsx" and len(self._sheet) >= SHEET_ROWS


def open_table(path: Path, mapping: Mapping | None = None, header_row: int = 0) -> Table:
    """Open a file; raises Refused when it is empty, no table, damaged, or has no usable header.

    header_row: where the user says it stands; 0: it is looked for.
    """
    said = mapping or Mapping()
    scan = _scan(path)
    if scan.size == 0:
        raise Refused(Problem("empty_file"))
    with open(path, "rb") as file:
        start = file.read(_SAMPLE)
    if is_workbook(start):
        return _open_sheet(path, scan, str(said.file.get("sheet", "")), header_row)
    if start.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        raise Refused(Problem("markup"))
    encoding = encoding_of(path, start, str(said.file.get("encoding", "")))
    if scan.nul and not encoding.startswith("utf-16"):
        raise Refused(Problem("nul_byte"))
    with open(path, encoding=encoding, newline="") as text:
        delimiter = delimiter_of(text.read(_SAMPLE))
    loose = _loose_quotes(path, encoding, delimiter) if scan.quotes else 0
    at, header, renamed = _header(_first_rows(path, encoding, delimiter, not loose), header_row)
    whole = scan.tail.endswith((b"\n", b"\r", b"\n\0", b"\r\0"))
    return Table(
        path, header, scan.sha256, scan.size, encoding, delimiter, not whole, at, renamed=renamed, loose_quotes=loose
    )


def _open_sheet(path: Path, scan: "_Scan", said: str, header_row: int) -> Table:
    """The sheet the user named, else the first that has the header of a list, else the first."""
    book = Workbook(path)
    if said and said not in book.names:
        raise Refused(Problem("no_sheet", value=said, params={"sheets": ", ".join(book.names)}))
    content = {name: book.rows(name) for name in ([said] if said else book.names)}
    lists = [name for name, rows in content.items() if len(rows) > 1 and _score(rows[_likeliest(rows)]) > 1]
    sheet = said or (lists or book.names)[0]
    at, header, renamed = _header([[text_of(cell) for cell in row] for row in content[sheet][:_TITLES]], header_row)
    found = Table(
        path, header, scan.sha256, scan.size, "xlsx", "", False, at, sheet, bool(said), tuple(lists),
        tuple(name for name in book.names if name != sheet and (said or any(map(any, content[name])))),
        tuple(book.uncomputed.get(book.names.index(sheet), ())), renamed,
    )  # fmt: skip
    found.__dict__["_sheet"] = content[sheet]  # read once
    return found


@dataclass
class _Scan:
    """What one pass over the bytes shows."""

    size: int = 0
    sha256: str = ""
    tail: bytes = b""
    nul: bool = False
    quotes: bool = False


def _scan(path: Path) -> _Scan:
    digest, scan = hashlib.sha256(), _Scan()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
            scan.size += len(block)
            scan.tail = block
            scan.nul = scan.nul or b"\0" in block
            scan.quotes = scan.quotes or b'"' in block
    scan.sha256 = digest.hexdigest()
    return scan


def _read_csv(path: Path, encoding: str, delimiter: str, strict: bool) -> Iterator[tuple[int, list[str]]]:
    number = 0
    with open(path, encoding=encoding, newline="") as file:
        try:
            for number, cells in enumerate(csv.reader(file, delimiter=delimiter, strict=strict), 1):
                yield number, cells
        except csv.Error as error:
            raise Refused(Problem("cut_mid_row", row=number + 1, params={"why": str(error)})) from error


def _loose_quotes(path: Path, encoding: str, delimiter: str) -> int:
    """The first row that breaks the rules of quotation, or 0. A quotation that never ends is a cut file: Refused."""
    try:
        for _number, _cells in _read_csv(path, encoding, delimiter, True):
            pass
    except Refused as refusal:
        if "unexpected end of data" in str(refusal.problem.params["why"]):
            raise
        first = refusal.problem.row or 1
    else:
        return 0
    number, cells = deque(_read_csv(path, encoding, delimiter, False), maxlen=1)[0]
    if cells and cells[-1].endswith(("\n", "\r")):  # it swallowed the end of the file
        raise Refused(Problem("cut_mid_row", row=number, params={"why": "unexpected end of data"}))
    return first


def _first_rows(path: Path, encoding: str, delimiter: str, strict: bool) -> list[list[str]]:
    return [cells for _number, cells in islice(_read_csv(path, encoding, delimiter, strict), _TITLES)]


def _score(cells: Sequence[Any]) -> int:
    """How many different fields a row would name, were it the header; a number of a case counts double."""
    fields = {field_of(cell) for cell in cells if isinstance(cell, str) and cell} - {""}
    return len(fields) + ("id" in fields)


def _likeliest(rows: Sequence[Sequence[Any]]) -> int:
    """Position of the header: the first row that says something, unless one below it is plainly more of a header."""
    first = next((n for n, row in enumerate(rows[:_TITLES]) if any(cell not in ("", None) for cell in row)), 0)
    if not rows or _score(rows[first]) > 1:
        return first
    best = max(range(first, min(len(rows), _TITLES)), key=lambda n: (_score(rows[n]), -n))
    return best if _score(rows[best]) > max(1, _score(rows[first])) else first


def _header(rows: Sequence[Sequence[str]], header_row: int) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    """(its row, the names of the columns, those that had to be told apart)."""
    at = header_row - 1 if header_row else _likeliest(rows)
    names = [name.strip() for name in rows[at]] if at < len(rows) else []
    if not any(names):
        raise Refused(Problem("no_header"))
    told_apart: list[str] = []
    seen: dict[str, int] = {}
    for position, name in enumerate(names):
        seen[name] = seen.get(name, 0) + 1
        if name and seen[name] > 1:
            names[position] = f"{name} ({seen[name]})"
            told_apart.append(names[position])
    return at + 1, tuple(names), tuple(told_apart)
