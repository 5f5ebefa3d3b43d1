"""What every engine is asked, and the names by which it may be asked in SQL."""

import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.parquet as parquet

from lianfang.engines.collision import Index, PingRule, Plane, read_index
from lianfang.engines.collision.plane import METRES_A_DEGREE

Sums = tuple[int, int, int]  # rows, pairs, minutes: what all must agree on
Ask = Callable[[], Sums]

_GUARD = 1.00001  # a cell is a little wider than the radius, so that rounding puts no pair two cells apart
SIDE = 1 << 14  # cells either way that a key has room for


@dataclass(frozen=True)
class Question:
    """Pings and index people as files, and the rule. folder: where an engine may keep what it needs."""

    pings: Path
    index_file: Path
    rule: PingRule
    plane: Plane
    folder: Path

    @property
    def rows(self) -> int:
        return int(parquet.ParquetFile(self.pings).metadata.num_rows)

    @property
    def index(self) -> Index:
        return read_index(self.index_file)

    @property
    def origin(self) -> tuple[float, float]:
        return self.plane.lon0, self.plane.lat0

    def of_first(self, people: int) -> "Question":
        """The same about the first ``people`` of the index only."""
        file = self.folder / f"first-{people}.index.parquet"
        parquet.write_table(parquet.read_table(self.index_file).slice(0, people), file)
        return replace(self, index_file=file)

    # The grid on which peers join: cells of gap_s by radius_m by radius_m, each with its 26 neighbours.

    @property
    def cell_m(self) -> float:
        return self.rule.radius_m * _GUARD

    @property
    def cell_s(self) -> int:
        return max(self.rule.gap_s, 1)

    @property
    def metres(self) -> tuple[float, float]:
        """Metres a degree, east and north."""
        return METRES_A_DEGREE * math.cos(math.radians(self.plane.lat0)), METRES_A_DEGREE

    @property
    def steps(self) -> list[int]:
        """Difference in key between a cell and itself and its neighbours."""
        near = (-1, 0, 1)
        return [(b * 2 * SIDE + x) * 2 * SIDE + y for b in near for x in near for y in near]


@dataclass(frozen=True)
class Peer:
    """One engine in one form. opened: makes it ready (not timed) and gives what is timed.

    family: what ``--against`` names. form: how it is used. opened may raise Missing.
    """

    name: str
    family: str
    form: str
    opened: Callable[[Question], AbstractContextManager[Ask]]


class Missing(Exception):
    """A peer that cannot be raced here, and why."""
