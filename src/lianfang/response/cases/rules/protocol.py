"""A protocol is data: edition, and every value with its source and grade. Read from ``cases/protocols/*.toml``."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "protocols"
GRADES = ("A", "B", "C", "D")


class ProtocolError(ValueError):
    """A protocol file or an override that does not fit; the message names file and key."""


@dataclass(frozen=True)
class Override:
    """A local departure from one value: recorded with who, when and why."""

    parameter: str
    value: Any
    by: str
    at: datetime
    why: str


@dataclass(frozen=True)
class Parameter:
    """One value of a protocol. ``grade``: A official text read, B press or paper, C aggregator, D check before use."""

    name: str
    value: Any
    rule: int
    grade: str
    source: str
    edition: str
    note: str = ""
    unverified: bool = False
    override: Override | None = None

    @property
    def unit(self) -> str:
        return {"h": "h", "days": "d", "m": "m", "minutes": "min"}.get(self.name.rsplit("_", 1)[-1], "")


@dataclass(frozen=True)
class Protocol:
    """An edition with everything it inherits, and the overrides of one place applied."""

    edition: str
    disease: str
    title_zh: str
    title_en: str
    dated: str
    parameters: dict[str, Parameter] = field(repr=False)

    @property
    def version(self) -> str:
        """What a measure stores: the edition, its date, and how many local departures were in force."""
        departures = sum(p.override is not None for p in self.parameters.values())
        return f"{self.edition}@{self.dated}" + (f"+{departures}" if departures else "")

    def __getitem__(self, name: str) -> Any:
        return self.parameters[name].value

    def days(self, name: str) -> int:
        return int(self[name])

    def hours(self, name: str) -> float:
        return float(self[name])

    def day_list(self, name: str) -> tuple[int, ...]:
        return tuple(int(day) for day in self[name])


def editions() -> list[str]:
    """Names of the editions that can be put in force, GENERAL apart."""
    return sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem != "GENERAL")


@cache
def load(edition: str) -> Protocol:
    """Return an edition with all it inherits. Raises ProtocolError for an unknown or broken one."""
    path = FOLDER / f"{edition}.toml"
    if not path.is_file():
        raise ProtocolError(f"no protocol {edition!r}; there are: {', '.join(editions())}")
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    head = content["protocol"]
    parent = head.get("inherits")
    parameters = dict(load(parent).parameters) if parent else {}
    for name, row in content.get("parameters", {}).items():
        parameters[name] = _parameter(edition, name, row)
    return Protocol(edition, head["disease"], head["title_zh"], head["title_en"], head.get("dated", ""), parameters)


def _parameter(edition: str, name: str, row: dict[str, Any]) -> Parameter:
    try:
        parameter = Parameter(name=name, edition=edition, **row)
    except TypeError as error:
        raise ProtocolError(f"{edition}.toml [parameters.{name}]: {error}") from error
    if parameter.grade not in GRADES:
        raise ProtocolError(f"{edition}.toml [parameters.{name}]: grade {parameter.grade!r} is not one of A–D")
    if not parameter.source:
        raise ProtocolError(f"{edition}.toml [parameters.{name}]: a value without a source")
    return parameter


def with_overrides(protocol: Protocol, overrides: Iterable[Override]) -> Protocol:
    """Apply local departures in order; a later one of the same parameter wins. Types must stay what they were."""
    parameters = dict(protocol.parameters)
    for change in overrides:
        known = parameters.get(change.parameter)
        if known is None:
            raise ProtocolError(f"{protocol.edition} has no parameter {change.parameter!r}")
        check_value(known, change.value)
        parameters[change.parameter] = replace(known, value=change.value, override=change)
    return replace(protocol, parameters=parameters)


def check_value(parameter: Parameter, value: Any) -> None:
    """Raise ProtocolError unless ``value`` can stand for this parameter: same type, not negative."""
    was = parameter.value
    if isinstance(was, list):
        good = isinstance(value, list) and all(isinstance(v, int) and v > 0 for v in value)
    elif isinstance(was, (bool, str)):
        good = isinstance(value, type(was))
    else:
        good = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    if not good:
        raise ProtocolError(f"{parameter.name}: {value!r} cannot stand where {was!r} stands")
