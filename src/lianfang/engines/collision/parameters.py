"""What counts as near, for each kind of record. Units are in the names; wrong values are refused when made."""

import math
from dataclasses import dataclass

from lianfang.engines.collision.problems import BadRecord


@dataclass(frozen=True)
class PingRule:
    """Two pings are near within ``radius_m`` metres (both ends included) and ``gap_s`` seconds (both ends included)."""

    radius_m: float = 50.0
    gap_s: int = 600

    def __post_init__(self) -> None:
        if not (math.isfinite(self.radius_m) and self.radius_m > 0):
            raise _refused("radius_m", self.radius_m, "大于 0 米", "more than 0 metres is needed")
        _whole_seconds("gap_s", self.gap_s)


@dataclass(frozen=True)
class VisitRule:
    """Two visits are near when they overlap, or the second begins within ``linger_s`` after the index person left."""

    linger_s: int = 0

    def __post_init__(self) -> None:
        _whole_seconds("linger_s", self.linger_s)


@dataclass(frozen=True)
class RideRule:
    """Two rides of one carriage are near within ``rows`` rows of seats; None: the whole carriage."""

    rows: int | None = 3

    def __post_init__(self) -> None:
        if self.rows is not None and (isinstance(self.rows, bool) or int(self.rows) != self.rows or self.rows < 0):
            raise _refused("rows", self.rows, "为 0 或更大的整数", "a whole number of 0 or more is needed")


def _whole_seconds(name: str, value: int) -> None:
    if isinstance(value, bool) or int(value) != value or value < 0:
        raise _refused(name, value, "为 0 或更多的整秒数", "a whole number of 0 or more seconds is needed")


def _refused(name: str, value: object, need_zh: str, need_en: str) -> BadRecord:
    return BadRecord("parameter", column=name, value=value, need_zh=need_zh, need_en=need_en)
