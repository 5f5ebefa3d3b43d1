"""The user's answers: a small TOML file, or the same as a dictionary from the import page.

[file]      last_row = "complete"
[columns]   "Fallnummer" = "id"        # "" leaves a column out
[dates]     order = "dmy"              # or "mdy"; year = 2021; mangled = "swap" | "blank"; unreadable = "blank"
[dates.onset]  mangled = "blank"       # the same for one column
[sources]   "Related cases" = "sources"  # or "links" (no direction) or "ignore"; unknown = "ignore"
            contacts = "as_given"      # or "undirected"
[values.sex]   "w" = "female"         # "" where the file says that it is not known; the same for [values.age]
"""

import tomllib
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lianfang.engines.linelist.columns import SPELLINGS

_SECTIONS = {"file", "columns", "dates", "sources", "values"}
_DATE_KEYS = {"order": {"dmy", "mdy"}, "mangled": {"swap", "blank"}, "unreadable": {"blank"}, "year": None}


class MappingError(ValueError):
    """A map that cannot be used; the message names the key."""


@dataclass(frozen=True)
class Mapping:
    last_row: str = ""
    columns: Dictionary[str, str] = field(default_factory=dict)
    dates: Dictionary[str, Any] = field(default_factory=dict)
    sources: Dictionary[str, str] = field(default_factory=dict)
    values: Dictionary[str, Dictionary[str, str]] = field(default_factory=dict)

    def date_answer(self, column: str, key: str) -> Any:
        """The answer for one column, or else for all."""
        own = self.dates.get(column)
        if isinstance(own, dict) and key in own:
            return own[key]
        return self.dates.get(key)

    def as_dict(self) -> dict[str, Any]:
        return {
            "file": {"last_row": self.last_row} if self.last_row else {},
            "columns": dict(self.columns),
            "dates": dict(self.dates),
            "sources": dict(self.sources),
            "values": {name: dict(table) for name, table in self.values.items()},
        }


def read_mapping(path: Path) -> Mapping:
    try:
        return build_mapping(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(f"{path.name}: {error}") from error


def build_mapping(content: Dictionary[str, Any]) -> Mapping:
    """Check a map and return it. Raises MappingError naming what is not known."""
    for section in content:
        if section not in _SECTIONS:
            raise MappingError(f"[{section}] is not known; there are: {', '.join(sorted(_SECTIONS))}")
    columns = dict(content.get("columns", {}))
    for name, target in columns.items():
        if target and target not in SPELLINGS:
            raise MappingError(f"[columns] {name!r} = {target!r}: no such field; there are: {', '.join(SPELLINGS)}")
    dates = dict(content.get("dates", {}))
    for key, answer in dates.items():
        table = answer if isinstance(answer, dict) else {key: answer}
        for name, value in table.items():
            _check_date_answer(name, value)
    return Mapping(
        last_row=str(content.get("file", {}).get("last_row", "")),
        columns=columns,
        dates=dates,
        sources={str(k): str(v) for k, v in content.get("sources", {}).items()},
        values={k: dict(v) for k, v in content.get("values", {}).items()},
    )


def _check_date_answer(name: str, value: Any) -> None:
    if name not in _DATE_KEYS:
        raise MappingError(f"[dates] {name!r} is not known; there are: {', '.join(_DATE_KEYS)}")
    allowed = _DATE_KEYS[name]
    if allowed is None and not (isinstance(value, int) and 1900 <= value <= 2100):
        raise MappingError(f"[dates] year = {value!r}: a year between 1900 and 2100 is meant")
    if allowed is not None and value not in allowed:
        raise MappingError(f"[dates] {name} = {value!r}: choose one of {', '.join(sorted(allowed))}")
