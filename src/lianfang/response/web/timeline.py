"""One column of time for a case: days from left to right, places as bars, tests as marks, the window shaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

WIDTH, LEFT, ROW, TOP = 960, 150, 20, 24


@dataclass(frozen=True)
class Tick:
    x: float
    text: str


@dataclass(frozen=True)
class Bar:
    """A place or a window. Coordinates in the units of the drawing."""

    x: float
    width: float
    y: float
    text: str
    note: str


@dataclass(frozen=True)
class Mark:
    x: float
    text: str
    positive: bool


@dataclass(frozen=True)
class Timeline:
    width: int
    height: int
    ticks: list[Tick]
    window: Bar | None
    exposure: Bar | None
    stays: list[Bar]
    marks: list[Mark]
    today: float
    marks_y: float


class _Scale:
    def __init__(self, first: date, last: date) -> None:
        self.first, self.days = first, (last - first).days + 1

    def x(self, at: datetime | date) -> float:
        start = timezone.make_aware(datetime.combine(self.first, time()))
        moment = at if isinstance(at, datetime) else timezone.make_aware(datetime.combine(at, time()))
        return round(LEFT + (WIDTH - LEFT - 10) * (moment - start).total_seconds() / (86400 * self.days), 1)

    def bar(self, begin: datetime | date, end: datetime | date, y: float, text: str, note: str = "") -> Bar:
        left = max(float(LEFT), self.x(begin))
        return Bar(left, max(2.0, round(min(WIDTH - 10.0, self.x(end)) - left, 1)), y, text, note)


def draw(case, window, stays: Sequence, tests: Sequence, today: date) -> Timeline:
    """Lay out the timeline of a case. ``window`` is its infectious window or None."""
    days = _days(case, window, stays, tests, today)
    scale = _Scale(min(days) - timedelta(days=1), max(days) + timedelta(days=1))
    step = max(1, -(-scale.days // 16))
    ticks = [Tick(scale.x(day), f"{day.month}-{day.day}") for n in range(0, scale.days, step)
             for day in [scale.first + timedelta(days=n)]]  # fmt: skip
    rows = {name: TOP + 24 + ROW * n for n, name in enumerate(dict.fromkeys(stay.place for stay in stays))}
    height = TOP + 40 + ROW * (len(rows) + 1)
    shaded = exposed = None
    if window:
        shaded = scale.bar(window.from_on, (window.to_on or today) + timedelta(days=1), TOP, "")
    if case.exposed_from and case.exposed_to:
        exposed = scale.bar(case.exposed_from, case.exposed_to + timedelta(days=1), TOP, "")
    bars = [scale.bar(stay.from_at, stay.to_at, rows[stay.place], stay.place, _hours(stay)) for stay in stays]
    marks = [Mark(scale.x(test.sampled_at), f"{test.sampled_at:%m-%d}", test.result == "positive") for test in tests]
    return Timeline(WIDTH, height, ticks, shaded, exposed, bars, marks, scale.x(timezone.now()), height - 22)


def _hours(stay) -> str:
    begin, end = timezone.localtime(stay.from_at), timezone.localtime(stay.to_at)
    return f"{stay.place} {begin:%m-%d %H:%M} – {end:%H:%M}"


def _days(case, window, stays, tests, today: date) -> list[date]:
    days = [today]
    days += [
        day for day in (case.onset_on, case.sampled_on, case.diagnosed_on, case.exposed_from, case.exposed_to) if day
    ]
    days += [window.from_on] if window else []
    days += [timezone.localtime(stay.from_at).date() for stay in stays]
    days += [timezone.localtime(test.sampled_at).date() for test in tests]
    earliest = today - timedelta(days=60)
    return [day for day in days if day >= earliest] or [today]
