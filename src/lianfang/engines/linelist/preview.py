"""Inspect a line list before anything is stored: what was understood, what is wrong, what must be answered."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from lianfang.engines.linelist import columns as recognition
from lianfang.engines.linelist import dates as date_reading
from lianfang.engines.linelist.columns import DATES
from lianfang.engines.linelist.links import Links, read_links
from lianfang.engines.linelist.mapping import Mapping
from lianfang.engines.linelist.problems import ERROR, QUESTION, WARNING, Problem
from lianfang.engines.linelist.rows import (
    CaseRow,
    LinkRow,
    cells_by_field,
    check_id_number,
    ids_in,
    read_age,
    read_dates,
    read_sex,
    texts_of,
)
from lianfang.engines.linelist.table import Refused, Table, open_table

_DISTINCT = 200_000
_LISTED = 5_000


@dataclass
class Preview:
    """Everything an import page or command needs; ``rows`` walks the file once more, so that memory stays bounded."""

    table: Table
    mapping: Mapping
    columns: dict[str, str]
    problems: list[Problem] = field(default_factory=list)
    count: int = 0
    sources: int = 0  # that the list itself names, apart from a contacts file
    ids: dict[str, int] = field(default_factory=dict)
    date_columns: dict[str, date_reading.Column] = field(default_factory=dict)
    links: Links | None = None

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        return cells_by_field(self.table.header, self.columns)

    @cached_property
    def _name_of(self) -> dict[str, str]:
        return {target: self.table.header[at[0]] for target, at in self._places.items()}

    @property
    def unknown_columns(self) -> list[str]:
        return [name for name in self.table.header if not self.columns.get(name)]

    def of(self, severity: str) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == severity]

    @property
    def ready(self) -> bool:
        """Whether the file can be stored: no error and no open question. It is all or nothing."""
        return not self.of(ERROR) and not self.of(QUESTION)

    def rows(self) -> Iterator[CaseRow]:
        for row, cells in self.table.rows():
            yield self._row(row, cells, [])

    def link_rows(self) -> list[LinkRow]:
        return self.links.rows if self.links else []

    def _row(self, row: int, cells: list[str], problems: list[Problem]) -> CaseRow:
        places, name_of = self._places, self._name_of

        def cell(target: str) -> str:
            return cells[places[target][0]] if target in places else ""

        values = self.mapping.values
        said = cell("age")
        age, bad_age = read_age(values.get("age", {}).get(said, said), row, name_of.get("age", ""))
        sex, bad_sex = read_sex(cell("sex"), values.get("sex", {}), row, name_of.get("sex", ""))
        bad_id = check_id_number(cell("id_number"), row, name_of.get("id_number", ""))
        dates, bad_dates = read_dates(self.date_columns, cells, places, row)
        problems += [p for p in (bad_age, bad_sex, bad_id) if p] + bad_dates
        sources = self._ids(cells, places.get("source", []), row, problems)
        related = self._ids(cells, places.get("related", []), row, [])
        as_sources = [t for t in related if self._directed(t, cells, places)]
        me = cell("id")
        if me in sources:
            problems.append(Problem("self_source", WARNING, row, name_of.get("source", ""), me))
        return CaseRow(
            row, me, age, sex, dates, texts_of(cells, places),
            tuple(dict.fromkeys(s for s in [*sources, *as_sources] if s != me)),
            tuple(dict.fromkeys(r for r in related if r not in as_sources and r != me)),
        )  # fmt: skip

    def _directed(self, target: str, cells: list[str], places: dict[str, list[int]]) -> bool:
        """Whether the user said that the column this id stands in names sources."""
        said = [at for at in places.get("related", []) if self.mapping.sources.get(self.table.header[at]) == "sources"]
        return any(target in ids_in(cells[at], self.ids) for at in said)

    def _ids(self, cells: list[str], places: list[int], row: int, problems: list[Problem]) -> list[str]:
        found = []
        for at in places:
            if self.mapping.sources.get(self.table.header[at]) == "ignore":
                continue
            for target in ids_in(cells[at], self.ids):
                if target in self.ids:
                    found.append(target)
                else:
                    severity = WARNING
                    problems.append(Problem("unknown_source", severity, row, self.table.header[at], target))
        return found


def inspect(path: Path, contacts: Path | None = None, mapping: Mapping | None = None) -> Preview:
    """Read a line list (and a contacts file) completely and report on it. Raises Refused when it cannot be taken."""
    mapping = mapping or Mapping()
    table = open_table(Path(path))
    columns = _columns(table, mapping)
    preview = Preview(table, mapping, columns)
    _check_columns(preview)
    if preview.of(QUESTION) or "id" not in columns.values():
        return preview
    _first_walk(preview)
    if contacts is not None:
        preview.links = read_links(Path(contacts), preview.ids, mapping)
        preview.problems += preview.links.problems
    _second_walk(preview)
    return preview


def _second_walk(preview: Preview) -> None:
    """Every cell of every row. Warnings of one kind are listed up to a number that can be read, then counted."""
    listed: Counter[str] = Counter()
    unlisted: dict[str, Problem] = {}
    for row, cells in preview.table.rows():
        found: list[Problem] = []
        preview.sources += len(preview._row(row, cells, found).sources)
        for problem in found:
            listed[problem.code] += problem.severity == WARNING
            if listed[problem.code] > _LISTED:
                unlisted[problem.code] = problem
            else:
                preview.problems.append(problem)
    for code, last in unlisted.items():
        params: dict[str, object] = {"count": listed[code] - _LISTED}
        preview.problems.append(Problem("more", WARNING, column=last.column, params=params))


def _columns(table: Table, mapping: Mapping) -> dict[str, str]:
    said = {name: target for name, target in mapping.columns.items() if name in table.header}
    taken = {target for target in said.values() if target}
    guessed = {n: t for n, t in recognition.recognise(table.header).items() if n not in said and t not in taken}
    return recognition.settle({**guessed, **{n: t for n, t in said.items() if t}})


def _check_columns(preview: Preview) -> None:
    for name, names in recognition.clashes(preview.columns).items():
        params: dict[str, object] = {"field": name, "columns": ", ".join(names), "answers": names}
        preview.problems.append(Problem("two_columns", QUESTION, params=params, column=names[0], value=name))
    if "id" not in preview.columns.values():
        preview.problems.append(Problem("no_id_column", QUESTION, params={"answers": list(preview.table.header)}))


def _first_walk(preview: Preview) -> None:
    """Structure, case numbers and the distinct texts of date columns, in one pass over the file."""
    table, problems = preview.table, preview.problems
    places = cells_by_field(table.header, preview.columns)
    date_places = {name: places[name][0] for name in DATES if name in places}
    texts: dict[str, set[str]] = {name: set() for name in date_places}
    id_at, last = places["id"][0], (0, [""])
    seen_last: set[str] = set()
    for row, cells in table.rows():
        if len(cells) != len(table.header):
            problems.append(_ragged(row, len(cells), len(table.header)))
            _refuse_if_cut(table, row, problems[-1])
            continue
        if len(seen_last) < _DISTINCT:
            seen_last.add(last[1][-1])
        preview.count += 1
        last = (row, cells)
        _take_id(preview, cells[id_at], row, table.header[id_at])
        for name, at in date_places.items():
            texts[name].add(cells[at])
    if problems and problems[-1].code == "ragged_row" and problems[-1].row and problems[-1].row > last[0]:
        raise Refused(Problem("cut_mid_row", row=problems[-1].row, params={"why": problems[-1].message()}))
    if not preview.count:
        raise Refused(Problem("no_rows"))
    # Without a line break at the end the last cell may be cut short. Only a value met before is safe from doubt.
    doubtful = table.ends_open and (not last[1][-1] or last[1][-1] not in seen_last)
    if doubtful and preview.mapping.last_row != "complete":
        problems.append(Problem("last_row", QUESTION, row=last[0], value=last[1][-1], params={"answers": ["complete"]}))
    _check_sheets(preview, last[0])
    named = {table.header[at]: texts[name] for name, at in date_places.items()}
    read = date_reading.understand(named, preview.mapping)
    preview.date_columns = {name: read[table.header[at]] for name, at in date_places.items()}
    for column in preview.date_columns.values():
        problems += column.problems


def _check_sheets(preview: Preview, last: int) -> None:
    table = preview.table
    if table.sheet_full and preview.mapping.last_row != "complete":
        params: dict[str, object] = {"rows": last, "answers": ["complete"]}
        preview.problems.append(Problem("sheet_full", QUESTION, row=last, params=params))
    if table.other_sheets:
        sheets = ", ".join(table.other_sheets)
        preview.problems.append(Problem("other_sheets", WARNING, params={"sheets": sheets}))


def _ragged(row: int, found: int, expected: int) -> Problem:
    return Problem("ragged_row", ERROR, row, params={"found": found, "expected": expected})


def _refuse_if_cut(table: Table, row: int, problem: Problem) -> None:
    """A ragged row in the middle means that reading on would misread all that follows."""
    raise Refused(Problem("cut_mid_row", row=row, params={"why": problem.message()}))


def _take_id(preview: Preview, value: str, row: int, column: str) -> None:
    if date_reading.is_missing(value):
        preview.problems.append(Problem("missing_id", ERROR, row, column))
    elif value in preview.ids:
        preview.problems.append(
            Problem("duplicate_id", ERROR, row, column, value, params={"other": preview.ids[value]})
        )
    else:
        preview.ids[value] = row
