"""Two engines by turns, the same sums asked of both every time."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from lianfang.cli.bench.collision.question import Sums


class Disagreement(Exception):
    """Two engines gave different sums. No time means anything then."""


@dataclass(frozen=True)
class Race:
    """what: of the measures. Seconds are medians; ratio is theirs to ours, above 1 where we are faster.

    quickest: the best of ours and of theirs, which a busy machine disturbs least.
    """

    what: str
    peer: str
    form: str
    ours_s: float
    theirs_s: float
    sums: Sums
    quickest: tuple[float, float] = (0.0, 0.0)

    @property
    def ratio(self) -> float:
        return self.theirs_s / self.ours_s

    @property
    def name(self) -> str:
        return self.peer if self.what == "query" else f"{self.what}:{self.peer}"


def race(
    what: str, peer: str, form: str, ours: Callable[[], Sums], theirs: Callable[[], Sums], rounds: int,
    between: Callable[[], None] = lambda: None,
) -> Race:  # fmt: skip
    """Ask ours, theirs, ours, theirs …; a first round of both is not counted. between: run untimed after each."""
    times: tuple[list[float], list[float]] = ([], [])
    agreed: Sums | None = None
    for turn in range(rounds + 1):
        for side, ask in zip(times, (ours, theirs), strict=True):
            began = time.perf_counter()
            sums = ask()
            took = time.perf_counter() - began
            between()
            agreed = agreed or sums
            if sums != agreed:
                raise Disagreement(f"{what}, {peer}: {sums}, not {agreed}")
            if turn:
                side.append(took)
    assert agreed is not None
    ours_s, theirs_s = (statistics.median(side) for side in times)
    return Race(what, peer, form, ours_s, theirs_s, agreed, (min(times[0]), min(times[1])))
