"""What was understood of a line list, what is wrong with it and what must be answered; and its rows, one by one."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from lianfang.engines.linelist import dates as date_reading
from lianfang.engines.linelist.links import Links
from lianfang.engines.linelist.mapping import Mapping
from lianfang.engines.linelist.naming import Names
from lianfang.engines.linelist.problems import ERROR, QUESTION, WARNING, Problem
from lianfang.engines.linelist.rows import (
    CaseRow,
    LinkRow,
    cells_by_field,
    check_id_number,
    is_age_range,
    is_other_sex,
    read_age,
    read_dates,
    read_sex,
    texts_of,
)
from lianfang.engines.linelist.table import Table

_Person = tuple[int | None, str, dict[str, str], list[Problem]]


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
    dropped: set[int] = field(default_factory=set)  # rows that repeat an earlier one
    date_columns: dict[str, date_reading.Column] = field(default_factory=dict)
    links: Links | None = None
    _people: dict[tuple[str, str, str], _Person] = field(default_factory=dict)  # few texts, told again and again

    @cached_property
    def places(self) -> dict[str, list[int]]:
        return cells_by_field(self.table.header, self.columns)

    @cached_property
    def name_of(self) -> dict[str, str]:
        return {target: self.table.header[at[0]] for target, at in self.places.items()}

    @cached_property
    def names(self) -> Names:
        return Names(self.ids)

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
            if row not in self.dropped:
                yield self.row(row, cells, [])

    @property
    def numbered(self) -> bool:
        """Whether the user wants the row in the file to stand for the case number that the list has not."""
        return "id" not in self.places and self.mapping.file.get("number") == "rows"

    def number(self, row: int, cells: list[str]) -> str:
        return str(row) if self.numbered else cells[self.places["id"][0]]

    def link_rows(self) -> list[LinkRow]:
        return self.links.rows if self.links else []

    def row(self, row: int, cells: list[str], problems: list[Problem]) -> CaseRow:
        """Read one row; what is wrong with it is added to ``problems``."""
        places, name_of = self.places, self.name_of
        texts = texts_of(cells, places)
        age, sex = self._person(row, cells, texts, problems)
        if bad_id := check_id_number(texts.get("id_number", ""), row, name_of.get("id_number", "")):
            problems.append(bad_id)
        dates, bad_dates = read_dates(self.date_columns, cells, places, row)
        problems += bad_dates
        me = self.number(row, cells)
        directed, undirected = self._related
        sources = self._named(cells, places.get("source", []), row, problems)
        if me in sources:
            problems.append(Problem("self_source", WARNING, row, name_of.get("source", ""), me))
        if directed:
            sources += self._named(cells, directed, row, problems)
        related = self._named(cells, undirected, row, []) if undirected else []
        all_sources = tuple(dict.fromkeys(one for one in sources if one != me)) if sources else ()
        return CaseRow(
            row, me, age, sex, dates, texts, all_sources,
            tuple(dict.fromkeys(one for one in related if one != me and one not in all_sources)),
        )  # fmt: skip

    def _person(
        self, row: int, cells: list[str], texts: dict[str, str], problems: list[Problem]
    ) -> tuple[int | None, str]:
        """Age and sex. What is said in their place and is neither stands in ``texts``."""
        said = (self._said("age", cells), self._unit(cells), self._said("sex", cells))
        age, sex, instead, bad = self._people.get(said) or self._people.setdefault(said, self._understood(*said))
        texts.update(instead)
        if bad:
            problems += [replace(problem, row=row) for problem in bad]
        return age, sex

    def _understood(self, age: str, unit: str, sex: str) -> _Person:
        read, bad_age = read_age(age, unit, 0, self.name_of.get("age", ""))
        known, bad_sex = read_sex(sex, 0, self.name_of.get("sex", ""))
        instead = {"age": age} if read is None and is_age_range(age) else {}
        if not known and is_other_sex(sex):
            instead["sex"] = sex
        values = self.mapping.values
        bad = [one for target, one in (("age", bad_age), ("sex", bad_sex)) if one and "*" not in values.get(target, {})]
        return read, known, instead, bad

    def _unit(self, cells: list[str]) -> str:
        """Of the age: none beside a column that says itself that it counts years."""
        beside = "age_unit" in self.places and "year" not in self.name_of.get("age", "").lower()
        return self._said("age_unit", cells) if beside else ""

    def _said(self, target: str, cells: list[str]) -> str:
        """The cell of a field, or what the user said that its text means."""
        if target not in self.places:
            return ""
        text = cells[self.places[target][0]]
        return self.mapping.values.get(target, {}).get(text, text)

    @cached_property
    def _related(self) -> tuple[list[int], list[int]]:
        """Columns of related cases that the user said to be sources, and the others."""
        said = {at: self.mapping.sources.get(self.table.header[at]) for at in self.places.get("related", [])}
        return [at for at in said if said[at] == "sources"], [at for at in said if said[at] != "sources"]

    def _named(self, cells: list[str], places: list[int], row: int, problems: list[Problem]) -> list[str]:
        """Case numbers of the list that cells name; whom nobody knows and who is written otherwise is said."""
        found = []
        for at in places:
            column = self.table.header[at]
            if not cells[at] or self.mapping.sources.get(column) == "ignore":
                continue
            for span in self.names.ranges_in(cells[at]):
                problems.append(Problem("source_range", WARNING, row, column, span))
            for said in self.names.in_text(cells[at]):
                one = self.names.find(said)
                if one is None:
                    problems.append(Problem("unknown_source", WARNING, row, column, said))
                    continue
                found.append(one)
                if one != said:
                    problems.append(Problem("id_alike", WARNING, row, column, said, {"id": one}))
        return found
