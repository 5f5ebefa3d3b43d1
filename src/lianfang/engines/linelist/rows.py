"""Typed rows: what one line of the list says, and nothing it does not say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from lianfang.engines.linelist.dates import Column, date_at, is_missing
from lianfang.engines.linelist.problems import ERROR, WARNING, Problem

_SEX = {
    **dict.fromkeys(
        ("male", "m", "man", "boy", "homme", "h", "hombre", "masculin", "masculino", "男", "男性", "1"), "male"
    ),
    **dict.fromkeys(
        ("female", "f", "woman", "girl", "femme", "mujer", "feminin", "féminin", "femenino", "女", "女性", "2"),
        "female",
    ),
}
_OTHER_SEX = frozenset(
    [
        "other",
        "o",
        "x",
        "diverse",
        "gender",
        "diverse",
        "non-binary",
        "nonbinary",
        "transgender",
        "intersex",
        "third",
        "其他",
        "9",
    ]
) | {"gender diverse", "non binary"}
_OLDEST = 130
_YEARS = re.compile(r"(\d{1,3})(?:\.\d+)?\s*(?:周?岁|y|yo|y/o|yr|yrs|years?|ans?)?(?: old)?")
_LESS = re.compile(
    r"(\d{1,3})(?:\.\d+)?\s*(个?月龄?|mo?|mos|months?|mois|天|日龄?|d|days?|jours?|周|w|wks?|weeks?|semaines?)(?: old)?"
)
_RANGE = re.compile(
    r"[\[(]?\d{1,3}\s*(?:[-–~—至到,]|to)\s*\d{1,3}\s*[\])]?|\d{1,3}\s*['’]?(?:s|多岁|余岁|\+|plus)|[<>≤≥]=?\s*\d{1,3}"
    r"|(?:over|under|above|below)\s*\d{1,3}", re.I,
)  # fmt: skip
_IN_ORDER = (
    ("exposed_from", "exposed_to"), ("exposed_from", "onset_on"), ("onset_on", "diagnosed_on"),
    ("onset_on", "died_on"), ("admitted_on", "discharged_on"), ("diagnosed_on", "discharged_on"),
)  # fmt: skip
TEXTS = (
    "name", "id_number", "phone", "outcome", "hospital", "setting", "severity", "source", "area_code", "address", "notes",
)  # fmt: skip


@dataclass(frozen=True)
class CaseRow:
    """One case as reported. Missing is None or ''; ``sources`` have a direction, ``related`` have none.

    texts: also "age" and "sex" where what the list says is no age ('30s') or neither male nor female.
    """

    row: int
    id: str
    age: int | None = None
    sex: str = ""
    dates: Mapping[str, date | None] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    related: tuple[str, ...] = ()

    def on(self, name: str) -> date | None:
        return self.dates.get(name)

    def text(self, name: str) -> str:
        return self.texts.get(name, "")


@dataclass(frozen=True)
class LinkRow:
    """One link of a contacts file: who infected whom, where."""

    row: int
    source: str
    case: str
    setting: str = ""


def cells_by_field(header: tuple[str, ...], columns: Mapping[str, str]) -> dict[str, list[int]]:
    """field → positions of its columns."""
    places: dict[str, list[int]] = {}
    for position, name in enumerate(header):
        if columns.get(name):
            places.setdefault(columns[name], []).append(position)
    return places


def read_age(text: str, unit: str, row: int, column: str) -> tuple[int | None, Problem | None]:
    """Whole years. ``unit``: what a column beside it says, or ''. A range is no age: see ``is_age_range``."""
    if is_missing(text):
        return None, None
    if not unit and len(text) <= 2 and text.isascii() and text.isdigit():
        return int(text), None
    said = text.strip().lower()
    if re.fullmatch(r"<\s*1(?:\s*(?:岁|y|yr|years?))?", said):
        return 0, None
    if match := _LESS.fullmatch(said + unit_of(unit) if said[-1:].isdigit() else said):
        return (int(match[1]) // 12 if match[2][0] in "m个月" else 0), None
    match = _YEARS.fullmatch(said)
    if match and int(match[1]) <= _OLDEST:
        return int(match[1]), None
    return None, None if is_age_range(said) else Problem("bad_number", ERROR, row, column, text)


def unit_of(said: str) -> str:
    """'d' days, 'w' weeks or 'm' months; '' for years and whatever is not known."""
    first = said.strip().lower()[:1]
    return {
        "d": "d",
        "j": "d",
        "天": "d",
        "日": "d",
        "w": "w",
        "s": "w",
        "周": "w",
        "m": "m",
        "月": "m",
        "个": "m",
    }.get(first, "")


def is_age_range(text: str) -> bool:
    """'30s', '50-59', '<20', '100+': said in place of an age, and nobody knows which year of it."""
    return bool(_RANGE.fullmatch(text.strip().lower()))


def read_sex(text: str, row: int, column: str) -> tuple[str, Problem | None]:
    if is_missing(text):
        return "", None
    said = text.strip().lower()
    sex = _SEX.get(said, "")
    return sex, None if sex or is_other_sex(said) else Problem("bad_sex", ERROR, row, column, text)


def is_other_sex(text: str) -> bool:
    """Known, and neither of the two that a case can hold."""
    return text.strip().lower() in _OTHER_SEX


def check_id_number(text: str, row: int, column: str) -> Problem | None:
    if is_missing(text):
        return None
    try:
        good = ric.calc_check_digit(text.upper()) == text.upper()[17:] and bool(ric.get_birth_date(text))
    except (ValidationError, ValueError, IndexError):
        good = False
    return None if good else Problem("bad_id_number", ERROR, row, column, text)


def read_dates(
    columns: Mapping[str, Column], cells: list[str], places: Mapping[str, list[int]], row: int
) -> tuple[dict[str, date | None], list[Problem]]:
    """Read the date fields of one row; warn where two of them stand in an impossible order."""
    dates: dict[str, date | None] = {}
    problems: list[Problem] = []
    for name, column in columns.items():
        text = cells[places[name][0]]
        if text in column.read:
            dates[name] = column.read[text]
            continue
        dates[name], problem = date_at(column, text, row)
        if problem:
            problems.append(problem)
    for first, second in _IN_ORDER:
        early, late = dates.get(first), dates.get(second)
        if early and late and early > late:
            params: dict[str, object] = {"first": columns[first].name, "second": columns[second].name}
            problems.append(Problem("order", WARNING, row, columns[first].name, early.isoformat(), params))
    return dates, problems


def texts_of(cells: list[str], places: Mapping[str, list[int]]) -> dict[str, str]:
    found = {name: cells[places[name][0]] for name in TEXTS if name in places}
    return {name: text for name, text in found.items() if not is_missing(text)}
