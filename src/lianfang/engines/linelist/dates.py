"""Dates, a column at a time: the format is inferred from all values of the file; what evidence cannot settle is asked."""

import re
from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from datetime import date, timedelta

from lianfang.engines.linelist.mapping import Mapping
from lianfang.engines.linelist.problems import ERROR, QUESTION, WARNING, Problem

MISSING = frozenset(
    {
        "",
        "na",
        "n/a",
        "nan",
        "none",
        "null",
        "unknown",
        "not known",
        "nk",
        "<na>",
        "missing",
        "-",
        "--",
        ".",
        "?",
        "不详",
        "不明",
        "无",
        "未知",
    }
)
# Said in place of a day of onset: known, and no day. It leaves the date empty and a warning.
NO_SYMPTOMS = frozenset({"asymptomatic", "no symptoms", "none (asymptomatic)", "无症状"})
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$")
_DAY_FIRST = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:[T ].*)?$")
_CHINESE = re.compile(r"^(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]?$")
_COMPACT = re.compile(r"^(19|20)\d{6}$")
_SERIAL = re.compile(r"^[1-5]\d{4}$")
_FAR = timedelta(days=366)


@dataclass
class Column:
    """What one column of dates turned out to be. ``read`` maps the text of a cell to a date, or None: missing."""

    name: str
    read: dict[str, date | None] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def is_missing(text: str) -> bool:
    return not text or (len(text) < 12 and text.strip().lower() in MISSING)


def understand(columns: Dictionary[str, Iterable[str]], mapping: Mapping) -> dict[str, Column]:
    """Return a Column for every column of texts. Evidence of one column (day 13…31) serves the whole file."""
    texts = {name: {t for t in values if not is_missing(t)} for name, values in columns.items()}
    order = _order(t for values in texts.values() for t in values)
    sure = sorted(d for values in texts.values() for t in values if (d := _plain(t, order)) and not _ISO.match(t))
    return {name: _column(name, values, order, sure, mapping) for name, values in texts.items()}


def _order(texts: Iterable[str]) -> str:
    """'dmy' or 'mdy' by the numbers above twelve in the whole file; '' where there is no evidence, or both."""
    first = second = False
    for text in texts:
        if match := _DAY_FIRST.match(text):
            first = first or int(match[1]) > 12
            second = second or int(match[2]) > 12
    if first == second:
        return ""
    return "dmy" if first else "mdy"


def _column(name: str, texts: set[str], order: str, sure: list[date], mapping: Mapping) -> Column:
    column = Column(name)
    order = mapping.date_answer(name, "order") or order
    year = mapping.date_answer(name, "year")
    mangled: dict[str, date] = {}
    for text in sorted(texts):
        value = _plain(text, order, year)
        proposal = _unmangled(text, value, sure)
        if proposal:
            mangled[text] = proposal
        elif value:
            column.read[text] = value
        else:
            column.unread.add(text)
    _settle_mangled(column, mangled, mapping.date_answer(name, "mangled"))
    _ask(column, order, year, mapping.date_answer(name, "unreadable"))
    return column


def _plain(text: str, order: str, year: int | None = None) -> date | None:
    """Read one text, or None: not a date, or not decidable."""
    if match := _ISO.match(text):
        return _date(match[1], match[2], match[3])
    if match := _DAY_FIRST.match(text):
        day, month = (match[1], match[2]) if order != "mdy" else (match[2], match[1])
        full = match[3] if len(match[3]) == 4 else "20" + match[3]
        # Without evidence only a date that reads the same both ways is certain.
        return _date(full, month, day) if order or match[1] == match[2] else None
    if match := _CHINESE.match(text):
        return _date(match[1] or year or 0, match[2], match[3])
    if _COMPACT.match(text):
        return _date(text[:4], text[4:6], text[6:])
    if _SERIAL.match(text):  # a spreadsheet's day count from 1899-12-30
        return date(1899, 12, 30) + timedelta(days=int(text))
    return None


def _date(year: object, month: object, day: object) -> date | None:
    try:
        return date(int(str(year)), int(str(month)), int(str(day)))
    except ValueError:
        return None


def _unmangled(text: str, value: date | None, sure: list[date]) -> date | None:
    """Return what a spreadsheet may have made '2001-02-20' from (1 Feb 2020), or None where nothing points to it.

    Suspicious only when the file's other dates lie far away and the swapped reading lies among them.
    """
    if value is None or not sure or not _ISO.match(text):
        return None
    early, late = sure[0] - _FAR, sure[-1] + _FAR
    if early <= value <= late:
        return None
    swapped = _date(2000 + value.day, value.month, value.year % 100)
    return swapped if swapped and early <= swapped <= late else None


def _settle_mangled(column: Column, mangled: dict[str, date], answer: str | None) -> None:
    if not mangled:
        return
    if answer == "swap":
        column.read.update(mangled)
    elif answer == "blank":
        column.read.update(dict.fromkeys(mangled))
    else:
        text, proposal = next(iter(mangled.items()))
        params = {"count": len(mangled), "proposal": proposal.isoformat(), "answers": ["swap", "blank"]}
        column.problems.append(Problem("date_mangled", QUESTION, column=column.name, value=text, params=params))
        column.read.update(dict.fromkeys(mangled))


def _ask(column: Column, order: str, year: int | None, unreadable: str | None) -> None:
    """Turn what could not be read into one question a column, or leave it to be an error a row."""
    no_order = {t for t in column.unread if _DAY_FIRST.match(t)} if not order else set()
    no_year = {t for t in column.unread if (m := _CHINESE.match(t)) and not m[1]} if not year else set()
    if no_order:
        params: dict[str, object] = {"answers": ["dmy", "mdy"]}
        column.problems.append(Problem("date_order", QUESTION, column=column.name, value=min(no_order), params=params))
    if no_year:
        column.problems.append(Problem("date_year", QUESTION, column=column.name, value=min(no_year)))
    column.unread -= no_order | no_year
    column.read.update(dict.fromkeys(no_order | no_year))
    without = {t for t in column.unread if t.strip().lower() in NO_SYMPTOMS}
    if without:
        column.unread -= without
        column.read.update(dict.fromkeys(without))
        column.problems.append(Problem("no_symptoms", WARNING, column=column.name, value=min(without)))
    if unreadable == "blank":
        column.read.update(dict.fromkeys(column.unread))
        column.unread.clear()


def date_at(column: Column, text: str, row: int) -> tuple[date | None, Problem | None]:
    """Read one cell with a column's understanding."""
    if is_missing(text):
        return None, None
    if text in column.unread:
        return None, Problem("bad_date", ERROR, row=row, column=column.name, value=text)
    return column.read[text], None
