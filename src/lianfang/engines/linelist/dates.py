"""Dates, a column at a time: the format is inferred from all values of the file; what evidence cannot settle is asked."""

from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from datetime import date, timedelta

from lianfang.engines.linelist.day import (
    CENTURY,
    ORDER,
    SERIAL,
    YEAR,
    Form,
    by_machine,
    clean,
    in_numbers,
    is_iso,
    points_to,
    read_day,
)
from lianfang.engines.linelist.mapping import Mapping, years
from lianfang.engines.linelist.problems import ERROR, QUESTION, WARNING, Problem

MISSING = frozenset(
    [
        "na",
        "n/a",
        "n.a",
        "n.a.",
        "#n/a",
        "#na",
        "nan",
        "none",
        "null",
        "nil",
        "unknown",
        "unk",
        "nk",
        "<na>",
        "missing",
        "pending",
        "tbd",
        "-",
        "--",
        "—",
        "–",
        ".",
        "..",
        "/",
        "?",
        "??",
        "nd",
        "unspecified",
        "undisclosed",
        "不详",
        "不明",
        "无",
        "未知",
        "待查",
        "待定",
        "缺失",
        "未填",
        "不清楚",
        "无数据",
    ]
) | {"", "not known", "not available", "not applicable", "not reported", "not stated", "no data", "not yet known"}
# Said in place of a day of onset: known, and no day. It leaves the date empty and a warning.
NO_SYMPTOMS = frozenset({"asymptomatic", "no symptoms", "none (asymptomatic)", "无症状", "无症状感染者"})
# Said whether it happened, not when.
FLAGS = frozenset(["0", "1", "yes", "no", "true", "false", "y", "n", "是", "否", "有"])
_ANSWERS: dict[str, list[object]] = {
    ORDER: ["dmy", "mdy"], YEAR: [], CENTURY: [1900, 1800, 2000], SERIAL: ["unix", "excel", "1904"],
}  # fmt: skip
_FAR = timedelta(days=366)
_NEAR = timedelta(days=7)
_GAP = timedelta(days=1000)  # an outbreak's list does not pause for years
_FEW = 20  # one part in twenty: beyond that the far dates are no slip


@dataclass
class Column:
    """What one column of dates turned out to be. ``read`` maps the text of a cell to a date, or None: missing."""

    name: str
    read: dict[str, date | None] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def ask(self, code: str, texts: Iterable[str], answers: list[object], **params: object) -> None:
        """One question for all texts; until it is answered they are empty, not errors."""
        found = sorted(texts)
        asked: dict[str, object] = {"count": len(found), "answers": answers, **params}
        self.problems.append(Problem(code, QUESTION, column=self.name, value=found[0], params=asked))
        self.read.update(dict.fromkeys(found))

    def say(self, code: str, texts: Iterable[str]) -> None:
        found = sorted(texts)
        params: dict[str, object] = {"count": len(found)}
        self.problems.append(Problem(code, WARNING, column=self.name, value=found[0], params=params))


def is_missing(text: str) -> bool:
    return not text or (len(text) < 16 and text.strip().lower() in MISSING)


def looks_dated(text: str) -> bool:
    """Whether a text is a day, or would be one if the user answered something."""
    return read_day(clean(text), Form()) is not None


def understand(
    columns: Dictionary[str, Iterable[str]], mapping: Mapping, fields: Dictionary[str, str]
) -> dict[str, Column]:
    """Return a Column for every column of texts. Evidence of one column (day 13…31) serves the whole file.

    ``fields``: column → field, under which a map may say what a text means.
    """
    texts = {name: {t for t in values if not is_missing(t)} for name, values in columns.items()}
    evidence = {name: {points_to(clean(t)) for t in values} - {""} for name, values in texts.items()}
    sure = sorted(_sure(texts, evidence))
    read = {}
    for name, values in texts.items():
        own = evidence[name] or set().union(*evidence.values())
        order = mapping.date_answer(name, "order") or (min(own) if len(own) == 1 else "")
        said = {**mapping.values.get(fields[name], {}), **mapping.values.get(name, {})}
        read[name] = _column(name, values, order, sure, mapping, said)
    _far(read, mapping)
    return read


def _sure(texts: Dictionary[str, set[str]], evidence: Dictionary[str, set[str]]) -> Iterable[date]:
    """Days that somebody typed and no spreadsheet can have turned round."""
    agreed = set().union(*evidence.values())
    form = Form(min(agreed) if len(agreed) == 1 else "")
    for values in texts.values():
        for text in map(clean, values):
            day = read_day(text, form)
            if isinstance(day, date) and not is_iso(text):
                yield day


def _column(
    name: str, texts: set[str], order: str, sure: list[date], mapping: Mapping, said: Dictionary[str, str]
) -> Column:
    column = Column(name)
    answer = mapping.date_answer
    form = Form(order, years(answer(name, "year") or ""), answer(name, "century") or 0, answer(name, "serial") or "")
    still_open: dict[str, list[str]] = {}
    mangled: dict[str, date] = {}
    half = _half_converted(texts, order)
    for text in sorted(texts):
        told = said.get(text, text)
        value = None if is_missing(told) else read_day(clean(told), form)
        if isinstance(value, str):
            still_open.setdefault(value, []).append(text)
        elif value is None and not is_missing(told):
            column.unread.add(text)
        elif value is not None and text not in said and (proposal := _unmangled(text, value, sure, half)):
            mangled[text] = proposal
        else:
            column.read[text] = value
    for code, open_texts in still_open.items():
        column.ask(code, open_texts, _ANSWERS[code])
    _settle_mangled(column, mangled, answer(name, "mangled"))
    _turn_of_year(column, texts, form)
    _unread(column, answer(name, "unreadable") or ("blank" if said.get("*") == "" else ""))
    return column


def _half_converted(texts: set[str], order: str) -> bool:
    """Whether a spreadsheet read the days it could in the wrong order and left the others as text.

    Then every day it converted could be a month; and either no day still in text could, or the converted ones lie outside
    the days in text until they are turned round.
    """
    plain = [clean(text) for text in texts]
    typed = [text for text in plain if in_numbers(text)]
    days = [day for text in plain if by_machine(text) and isinstance(day := read_day(text, Form()), date)]
    if not typed or not days or any(day.day > 12 for day in days) or all(day.day == day.month for day in days):
        return False
    if all(points_to(text) for text in typed):
        return True
    known = [day for text in typed if isinstance(day := read_day(text, Form(order)), date)]
    if not known:
        return False
    early, late = min(known) - _NEAR, max(known) + _NEAR
    return not all(early <= day <= late for day in days) and all(early <= _turned(day) <= late for day in days)


def _turned(day: date) -> date:
    return day.replace(month=day.day, day=day.month)


def _unmangled(text: str, value: date, sure: list[date], half: bool) -> date | None:
    """Return what a spreadsheet may have made '2001-02-20' from (1 Feb 2020), or None where nothing points to it.

    Suspicious when the column is half converted, or when the file's other dates lie far away and the swapped reading
    lies among them.
    """
    plain = clean(text)
    if half and by_machine(plain):
        return _turned(value) if value.day != value.month else None
    if not sure or not is_iso(plain):
        return None
    early, late = sure[0] - _FAR, sure[-1] + _FAR
    if early <= value <= late:
        return None
    try:
        swapped = date(2000 + value.day, value.month, value.year % 100)
    except ValueError:
        return None
    return swapped if early <= swapped <= late else None


def _settle_mangled(column: Column, mangled: dict[str, date], answer: str | None) -> None:
    if not mangled:
        return
    if answer == "swap":
        column.read.update(mangled)
    elif answer == "blank":
        column.read.update(dict.fromkeys(mangled))
    else:
        column.ask("date_mangled", mangled, ["swap", "blank"], proposal=mangled[min(mangled)].isoformat())


def _turn_of_year(column: Column, texts: set[str], form: Form) -> None:
    """One year was given, and the texts without a year run from December into January: said, for one of them is wrong."""
    if not form.years or form.years[0] != form.years[1]:
        return
    without = [t for t in texts if read_day(clean(t), Form(form.order)) == YEAR]
    months = {day.month for t in without if (day := column.read.get(t))}
    if months & {11, 12} and months & {1, 2}:
        column.say("year_turns", without)


def _unread(column: Column, answer: str) -> None:
    """What stands in place of a day leaves it empty and is said; the rest is an error a row, unless it may be blank."""
    for code, known in (("no_symptoms", NO_SYMPTOMS), ("no_date", FLAGS)):
        found = {t for t in column.unread if t.strip().lower() in known}
        if found:
            column.unread -= found
            column.read.update(dict.fromkeys(found))
            column.say(code, found)
    if column.unread and answer == "blank":
        column.read.update(dict.fromkeys(column.unread))
        column.say("date_blanked", column.unread)
        column.unread.clear()


def _far(columns: Dictionary[str, Column], mapping: Mapping) -> None:
    """A few days that lie years away from all others are a slip of the hand more often than not: asked."""
    days = sorted({day for column in columns.values() for day in column.read.values() if day})
    cuts = [n for n in range(1, len(days)) if days[n] - days[n - 1] > _GAP]
    few = max(1, len(days) // _FEW)
    early = max((n for n in cuts if n <= few), default=0)
    late = min((n for n in cuts if len(days) - n <= few), default=len(days))
    if len(days) < 5 or early >= late:
        return
    far = {*days[:early], *days[late:]}
    bulk = {"first": days[early].isoformat(), "last": days[late - 1].isoformat()}
    for name, column in columns.items():
        texts = [text for text, day in column.read.items() if day in far]
        answer = mapping.date_answer(name, "far")
        if texts and answer == "blank":
            column.read.update(dict.fromkeys(texts))
        elif texts and answer != "keep":
            column.ask("date_far", texts, ["keep", "blank"], **bulk)


def date_at(column: Column, text: str, row: int) -> tuple[date | None, Problem | None]:
    """Read one cell with a column's understanding."""
    if text in column.read:
        return column.read[text], None
    if is_missing(text):
        return None, None
    return None, Problem("bad_date", ERROR, row=row, column=column.name, value=text)
