"""Typed rows: what one line of the list says, and nothing it does not say."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from lianfang.engines.linelist.dates import Column, date_at, is_missing
from lianfang.engines.linelist.problems import ERROR, WARNING, Problem

_SEX = {
    "male": "male", "m": "male", "man": "male", "男": "male", "男性": "male", "1": "male",
    "female": "female", "f": "female", "woman": "female", "女": "female", "女性": "female", "2": "female",
}  # fmt: skip
_IN_ORDER = (
    ("exposed_from", "exposed_to"), ("exposed_from", "onset_on"), ("onset_on", "diagnosed_on"),
    ("onset_on", "died_on"), ("admitted_on", "discharged_on"), ("diagnosed_on", "discharged_on"),
)  # fmt: skip
TEXTS = (
    "name", "id_number", "phone", "outcome", "hospital", "setting", "severity", "source", "area_code", "address", "notes",
)  # fmt: skip


@dataclass(frozen=True)
class CaseRow:
    """One case as reported. Missing is None or ''; ``sources`` have a direction, ``related`` have none."""

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


def read_age(text: str, row: int, column: str) -> tuple[int | None, Problem | None]:
    if is_missing(text):
        return None, None
    if len(text) <= 3 and text.isascii() and text.isdigit():
        return int(text), None
    match = re.fullmatch(r"(\d{1,3})(?:\.\d+)?\s*(?:岁|y|yr|years)?", text.strip().lower())
    if match:
        return int(match[1]), None
    months = re.fullmatch(r"\d{1,2}\s*(?:个?月|m|mo|months?)", text.strip().lower())
    return (0, None) if months else (None, Problem("bad_number", ERROR, row, column, text))


def read_sex(text: str, values: Mapping[str, str], row: int, column: str) -> tuple[str, Problem | None]:
    said = values.get(text, text)
    if is_missing(said):
        return "", None
    sex = _SEX.get(said.strip().lower(), "")
    return sex, None if sex else Problem("bad_sex", ERROR, row, column, text)


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


def ids_in(text: str, known: Mapping[str, int]) -> Iterator[str]:
    """Case numbers in a text: the whole text, the parts of a list, or numbers standing in a sentence.

    In a sentence only numbers that carry letters ('TJ17', 'SK_14') are taken; a bare '3' may be anything.
    """
    if is_missing(text):
        return
    if text in known:
        yield text
        return
    parts = [part.strip() for part in re.split(r"[,;，；、\s]+", text) if part.strip()]
    if parts and all(re.fullmatch(r"[\w.-]*\d[\w.-]*", part) for part in parts):
        yield from parts
        return
    yield from re.findall(r"[A-Za-z]+[_-]?\d+", text)
