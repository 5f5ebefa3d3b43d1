"""The user's answers: a small TOML file, or the same as a dictionary from the import page.

[file]      last_row = "complete"      # header_row = 4; sheet = "Cases"; encoding = "big5"
            repeated = "drop"          # rows that repeat an earlier one word for word
            alike = "different"        # numbers that differ only in case or leading zeros
            number = "rows"            # the list has no case numbers: take the rows of the file
[columns]   "Fallnummer" = "id"        # "" leaves a column out
[contacts]  "infector.case" = "source" # columns of the contacts file: "source", "case", "setting"
[dates]     order = "dmy"              # or "mdy"; year = 2021 or "2020-2021"; century = 1900
            mangled = "swap"           # or "blank"; unreadable = "blank"; far = "keep" | "blank"
            serial = "excel"           # or "1904" or "unix": what a bare number of five digits counts from
[dates.onset]  mangled = "blank"       # the same for one column
[sources]   "Related cases" = "sources"  # or "links" (no direction) or "ignore"; unknown = "ignore"
            contacts = "as_given"      # or "reversed" or "undirected"
[values.sex]   "w" = "female"         # "" where the file says that it is not known; the same for age and every date
[values.age]   "*" = ""               # whatever cannot be read is left empty
"""

import re
import tomllib
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lianfang.engines.linelist.columns import SPELLINGS

_SECTIONS = {"file", "columns", "contacts", "dates", "sources", "values"}
_FILE_KEYS = {
    "last_row": {"complete"},
    "repeated": {"drop"},
    "alike": {"different"},
    "number": {"rows"},
    "header_row": None,
    "sheet": None,
    "encoding": None,
}
_DATE_KEYS = {
    "order": {"dmy", "mdy"}, "mangled": {"swap", "blank"}, "unreadable": {"blank"}, "far": {"keep", "blank"},
    "serial": {"excel", "1904", "unix"}, "year": None, "century": {1600, 1700, 1800, 1900, 2000},
}  # fmt: skip
_SOURCES = {"unknown": {"ignore"}, "contacts": {"as_given", "reversed", "undirected"}}
_COLUMN_OF_SOURCES = {"sources", "links", "ignore"}


class MappingError(ValueError):
    """A map that cannot be used; the message names the key."""


@dataclass(frozen=True)
class Mapping:
    file: Dictionary[str, Any] = field(default_factory=dict)
    columns: Dictionary[str, str] = field(default_factory=dict)
    contacts: Dictionary[str, str] = field(default_factory=dict)
    dates: Dictionary[str, Any] = field(default_factory=dict)
    sources: Dictionary[str, str] = field(default_factory=dict)
    values: Dictionary[str, Dictionary[str, str]] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return self.file.get("last_row") == "complete"

    @property
    def header_row(self) -> int:
        """Row of the header that the user named, or 0."""
        return int(self.file.get("header_row", 0))

    def date_answer(self, column: str, key: str) -> Any:
        """The answer for one column, or else for all."""
        own = self.dates.get(column)
        if isinstance(own, dict) and key in own:
            return own[key]
        return self.dates.get(key)

    def as_dict(self) -> dict[str, Any]:
        return {
            "file": dict(self.file),
            "columns": dict(self.columns),
            "contacts": dict(self.contacts),
            "dates": dict(self.dates),
            "sources": dict(self.sources),
            "values": {name: dict(table) for name, table in self.values.items()},
        }


def read_mapping(path: Path) -> Mapping:
    try:
        return build_mapping(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(f'{path.name}: {error}. Texts stand in quotation marks: order = "dmy"') from error


def build_mapping(content: Dictionary[str, Any]) -> Mapping:
    """Check a map and return it. Raises MappingError naming what is not known."""
    for section in content:
        if section not in _SECTIONS:
            raise MappingError(f"[{section}] is not known; there are: {', '.join(sorted(_SECTIONS))}")
        if not isinstance(content[section], dict):
            raise MappingError(f"[{section}] must be a table of answers")
    file, sources = dict(content.get("file", {})), dict(content.get("sources", {}))
    for key, value in file.items():
        _check("file", key, value, _FILE_KEYS)
    if not isinstance(file.get("header_row", 1), int) or file.get("header_row", 1) < 1:
        raise MappingError(f"[file] header_row = {file['header_row']!r}: the number of a row is meant")
    for key, value in sources.items():
        _check("sources", key, value, {**dict.fromkeys(sources, _COLUMN_OF_SOURCES), **_SOURCES})
    return Mapping(
        file=file,
        columns=_targets("columns", content, tuple(SPELLINGS)),
        contacts=_targets("contacts", content, ("source", "case", "setting")),
        dates=_date_answers(content),
        sources=sources,
        values={
            name: {str(k): str(v) for k, v in dict(table).items()} for name, table in content.get("values", {}).items()
        },
    )


def _targets(section: str, content: Dictionary[str, Any], known: tuple[str, ...]) -> dict[str, str]:
    said = dict(content.get(section, {}))
    for name, target in said.items():
        if target and target not in known:
            raise MappingError(f"[{section}] {name!r} = {target!r}: no such field; there are: {', '.join(known)}")
    return said


def _date_answers(content: Dictionary[str, Any]) -> dict[str, Any]:
    dates = dict(content.get("dates", {}))
    for key, answer in dates.items():
        table = answer if isinstance(answer, dict) else {key: answer}
        for name, value in table.items():
            _check("dates", name, value, _DATE_KEYS)
            if name == "year" and years(value) is None:
                raise MappingError(f'[dates] year = {value!r}: a year is meant, or two that follow, "2020-2021"')
    return dates


def _check(section: str, name: str, value: Any, known: Dictionary[str, Any]) -> None:
    if name not in known:
        raise MappingError(f"[{section}] {name!r} is not known; there are: {', '.join(known)}")
    allowed = known[name]
    if allowed is not None and value not in allowed:
        raise MappingError(f"[{section}] {name} = {value!r}: choose one of {', '.join(sorted(map(str, allowed)))}")


def years(said: Any) -> tuple[int, int] | None:
    """(year of July to December, year of January to June): the same one, or a winter's two. None: not a year."""
    match = re.fullmatch(r"(1[6-9]\d\d|20\d\d|2100)(?:\s*[-–/]\s*(\d{4}))?", str(said).strip())
    if not match:
        return None
    first, second = int(match[1]), int(match[2] or match[1])
    return (first, second) if second - first in (0, 1) else None
