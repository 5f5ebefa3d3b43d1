"""The epidemic curve as bars: days from left to right, those already in isolation set apart. Every bar is a door."""

from dataclasses import dataclass
from datetime import date

from lianfang.response.cases.queries.cases import Curve

WIDTH, HEIGHT = 720, 170
LEFT, TOP, BOTTOM = 30, 8, 20
_WIDEST = 24


@dataclass(frozen=True)
class Bar:
    """One day. Coordinates in the units of the drawing; ``split`` is where the isolated end and the others begin."""

    day: date
    x: float
    width: float
    top: float
    split: float
    others: int
    quarantined: int
    label: str

    @property
    def total(self) -> int:
        return self.others + self.quarantined

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def others_height(self) -> float:
        return round(self.split - self.top, 1)

    @property
    def quarantined_height(self) -> float:
        return round(HEIGHT - BOTTOM - self.split, 1)


@dataclass(frozen=True)
class Line:
    """One value of the scale."""

    y: float
    value: int


def draw(curve: Curve) -> tuple[list[Bar], list[Line]]:
    if not curve.days:
        return [], []
    highest = max((a + b for a, b in zip(curve.others, curve.quarantined, strict=True)), default=0)
    step = _step(highest)
    top = max(step, -(-highest // step) * step)
    room = HEIGHT - TOP - BOTTOM

    def y(value: int) -> float:
        return round(HEIGHT - BOTTOM - room * value / top, 1)

    slot = (WIDTH - LEFT) / len(curve.days)
    width = round(min(_WIDEST, slot * 0.8), 1)
    every = -(-len(curve.days) // 12)
    bars = [
        Bar(
            day, round(LEFT + slot * (n + 0.5) - width / 2, 1), width, y(others + apart), y(apart), others, apart,
            f"{day.month}-{day.day}" if (len(curve.days) - 1 - n) % every == 0 else "",
        )
        for n, (day, others, apart) in enumerate(zip(curve.days, curve.others, curve.quarantined, strict=True))
    ]  # fmt: skip
    return bars, [Line(y(value), value) for value in range(0, top + 1, step)]


def _step(highest: int) -> int:
    """A round distance between lines of the scale, so that there are two to five."""
    size = 1
    while highest > 4 * size:
        size = size * 5 // 2 if str(size)[0] == "2" else size * 2
    return size
