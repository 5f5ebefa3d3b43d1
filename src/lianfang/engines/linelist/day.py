"""One text of a cell as a day. What a text leaves open is named, and read once the user has said it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

# What a text may leave open: code of the question (dates.py asks it once a column).
ORDER, YEAR, CENTURY, SERIAL = "date_order", "date_year", "date_century", "date_serial"

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = re.compile(r"[T ]+\d{1,2}:\d{2}.*$|[T ]\d{1,2}(?:时|點|点).*$")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")
_SHORT = re.compile(r"(\d{1,2})[-/.](\d{1,2})")
_CHINESE = re.compile(r"(?:(\d{4}|\d{2})[年년] ?)?(\d{1,2})[月월] ?(\d{1,2})[日号號일]?")
_COMPACT = re.compile(r"(?:1[89]|20)\d{6}")
_SERIAL = re.compile(r"([1-5]\d{4})(?:\.\d+)?")
_DAY_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\W_]*(?:of )?([a-z]{3,9})\.?(?:[\W_]*(\d{4}|\d{2}))?", re.I)
_NAMED_DAY = re.compile(r"([a-z]{3,9})[. ]+(\d{1,2})(?:st|nd|rd|th)?(?:[\W_]+(\d{4}|\d{2}))?", re.I)
_YEAR_NAMED = re.compile(r"(\d{4})[\W_]*([a-z]{3,9})[\W_]*(\d{1,2})", re.I)
_EXCEL, _MAC, _UNIX = date(1899, 12, 30), date(1904, 1, 1), date(1970, 1, 1)
_EPOCHS = {"excel": _EXCEL, "1904": _MAC, "unix": _UNIX}
_TELLING = range(1980, 2101)  # years in which a bare day count is believed


@dataclass(frozen=True)
class Form:
    """What is known of a column. years: of July to December, of January to June."""

    order: str = ""
    years: tuple[int, int] | None = None
    century: int = 0
    serial: str = ""


def clean(text: str) -> str:
    """Full-width digits, quotation marks, a time of day and doubled separators go; '“18// 10/2017”' is 18/10/2017."""
    plain = unicodedata.normalize("NFKC", text).strip(" \t\r\n\"'“”‘’「」")
    plain = _TIME.sub("", " ".join(plain.split()))
    return re.sub(r"(?<=\d) ?([-/.])[-/. ]*(?=\d)", r"\1", plain).strip(" .,;")


def points_to(text: str) -> str:
    """'dmy' or 'mdy' where a number above twelve decides a text in numbers, else ''."""
    match = _NUMBERS.fullmatch(text) or _SHORT.fullmatch(text)
    if not match or (int(match[1]) > 12) == (int(match[2]) > 12):
        return ""
    return "dmy" if int(match[1]) > 12 else "mdy"


def in_numbers(text: str) -> bool:
    return bool(_NUMBERS.fullmatch(text))


def by_machine(text: str) -> bool:
    """Whether a spreadsheet may have written this for a day it had understood, rightly or not."""
    return bool(_ISO.fullmatch(text) or _SERIAL.fullmatch(text))


def is_iso(text: str) -> bool:
    return bool(_ISO.fullmatch(text))


def read_day(text: str, form: Form) -> date | str | None:
    """Return the day, or the code of what is still open, or None: no day can be read. ``text`` is clean."""
    if match := _ISO.fullmatch(text):
        return _date(match[1], match[2], match[3])
    if match := _NUMBERS.fullmatch(text):
        return _in_order(match[1], match[2], match[3], text, form)
    if match := _CHINESE.fullmatch(text):
        return _dated(match[1], match[2], match[3], form)
    if _COMPACT.fullmatch(text):
        return _date(text[:4], text[4:6], text[6:])
    if match := _SERIAL.fullmatch(text):
        return _counted(int(match[1]), form)
    if match := _SHORT.fullmatch(text):
        return _in_order(match[1], match[2], None, text, form)
    return _named(text, form)


def _in_order(first: str, second: str, year: str | None, text: str, form: Form) -> date | str | None:
    order = points_to(text) or form.order or ("dmy" if int(first) == int(second) else "")
    if not order:
        return ORDER if _date(2000, first, second) or _date(2000, second, first) else None
    month, day = (second, first) if order == "dmy" else (first, second)
    return _dated(year, month, day, form)


def _named(text: str, form: Form) -> date | str | None:
    """'18-May-14', '15th April 2014', 'Jan. 5, 2020', '2022-Nov-26'; 'Jan-20' may be a month of 2020 and is not read."""
    if match := _YEAR_NAMED.fullmatch(text):
        year, name, day = match.groups()
    elif match := _DAY_NAMED.fullmatch(text):
        day, name, year = match.groups()
    elif match := _NAMED_DAY.fullmatch(text):
        name, day, year = match.groups()
    else:
        return None
    month = _MONTHS.index(name[:3].lower()) + 1 if name[:3].lower() in _MONTHS else 0
    return _dated(year, month, day, form) if month else None


def _dated(year: str | None, month: object, day: object, form: Form) -> date | str | None:
    if year is None:
        if not form.years:
            return YEAR if _date(2000, month, day) else None
        return _date(form.years[0] if int(str(month)) > 6 else form.years[1], month, day)
    if len(year) == 4:
        return _date(year, month, day)
    if not form.century and int(year) >= 50:
        return CENTURY if _date(2000, month, day) else None
    return _date((form.century or 2000) + int(year), month, day)


def _counted(days: int, form: Form) -> date | str:
    """A bare number counts from 1899-12-30, as spreadsheets do, unless only a count from 1970 gives a day of our time."""
    if form.serial:
        return _EPOCHS[form.serial] + timedelta(days=days)
    found = _EXCEL + timedelta(days=days)
    if found.year not in _TELLING and (_UNIX + timedelta(days=days)).year in _TELLING:
        return SERIAL
    return found


def _date(year: object, month: object, day: object) -> date | None:
    try:
        return date(int(str(year)), int(str(month)), int(str(day)))
    except ValueError:
        return None
