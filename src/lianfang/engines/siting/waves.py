"""Opening waves: teams go from site to site. List scheduling, the largest site that still fits first.

R. L. Graham, "Bounds on multiprocessing timing anomalies", SIAM J. Appl. Math. 17, 1969, doi:10.1137/0117039, shows why
the largest first leaves little idle time. Here the size of a team is free as well, which leaves less.
"""

import heapq
import math
from bisect import bisect_right
from dataclasses import dataclass, field

import numpy as np

from lianfang.engines.siting.parameters import Floats, Ints, Resources

_TICK = 1e-4  # hours; times are rounded up to it, so that a plan written with four decimals still holds


@dataclass(frozen=True)
class Waves:
    """Of every site: staff (int64), opens_h, closes_h (float64)."""

    staff: Ints
    opens_h: Floats
    closes_h: Floats


def open_in_waves(people: Ints, resources: Resources, target_h: float, step_h: float = 1.0) -> Waves:
    """Give every site a team and an opening time; sites stay open for about ``target_h``.

    Sites open on multiples of ``step_h`` after the day's beginning, and a team is free on the next one after it closes: with
    whole hours the staff suffice in whichever way an hour is counted. Every site must fit one day: people ≤ staff · rate ·
    open_h.
    """
    return _Board(people, resources, target_h, step_h).run()


@dataclass
class _Board:
    people: Ints
    resources: Resources
    target_h: float
    step_h: float
    sizes: list[int] = field(init=False)
    order: list[int] = field(init=False)
    running: list[tuple[float, int]] = field(default_factory=list)  # (hour at which the team is free, its size)

    def __post_init__(self) -> None:
        by_size = np.argsort(self.people, kind="stable")
        self.order, self.sizes = by_size.tolist(), self.people[by_size].tolist()
        self.left = int(self.people.sum())
        self.free = self.resources.staff
        count = len(self.people)
        self.waves = Waves(np.zeros(count, np.int64), np.zeros(count), np.zeros(count))

    def run(self) -> Waves:
        day, now = 0, self.resources.ready_h
        while self.sizes:
            self._release(now)
            self._start_all(now, self.resources.day_ends(day))
            if self.running and self.running[0][0] < self.resources.day_ends(day):
                now = self.running[0][0]
            else:
                day += 1
                now = self.resources.day_begins(day)
        return self.waves

    def _release(self, now: float) -> None:
        while self.running and self.running[0][0] <= now + _TICK:
            self.free += heapq.heappop(self.running)[1]

    def _start_all(self, now: float, end: float) -> None:
        rate = self.resources.people_per_staff_hour
        while self.free and self.sizes:
            team = min(self.free, self.resources.site_staff)
            hours = self._longest_h(now, end, team)
            at = bisect_right(self.sizes, int(team * rate * hours + 1e-6)) - 1
            if at < 0:
                return
            size, site = self.sizes.pop(at), self.order.pop(at)
            self._start(site, size, self._team(size, team, hours, now), now)

    def _longest_h(self, now: float, end: float, team: int) -> float:
        """Hours the next site may be open: while much is left to do, a small team may work long without being waited for."""
        today = end - now - _TICK
        if team == min(self.resources.staff, self.resources.site_staff):
            return today
        ahead = self.left / self.resources.people_per_hour
        return min(today, max(1.3 * self._wanted_h(now), 0.8 * ahead))

    def _team(self, size: int, most: int, longest_h: float, now: float) -> int:
        """Staff of the site: open about as long as wanted, with as little idle time before the team's next step."""
        rate, wanted = self.resources.people_per_staff_hour, min(self._wanted_h(now), longest_h)
        steps = range(max(1, int(0.6 * wanted / self.step_h)), max(2, math.ceil(1.3 * wanted / self.step_h)) + 1)
        best = (math.inf, min(most, math.ceil(size / (rate * wanted) - 1e-9)))
        for hours in (step * self.step_h for step in steps):
            staff = math.ceil(size / (rate * hours) - 1e-9)
            if staff <= most and hours <= longest_h + 2 * _TICK and size / (rate * staff) <= longest_h:
                best = min(best, (staff * hours * rate / size + 0.01 * abs(hours / wanted - 1), staff))
        return best[1]

    def _wanted_h(self, now: float) -> float:
        """The target, or what is left of the whole round if that is less: the last sites close together."""
        busy = sum((until - now) * staff for until, staff in self.running) if len(self.sizes) < 200 else math.inf
        return max(min(self.target_h, self.left / self.resources.people_per_hour + busy / self.resources.staff), 0.05)

    def _start(self, site: int, size: int, staff: int, now: float) -> None:
        closes = math.ceil((now + size / (staff * self.resources.people_per_staff_hour)) / _TICK - 1e-6) * _TICK
        waves = self.waves
        waves.staff[site], waves.opens_h[site], waves.closes_h[site] = staff, now, closes
        self.free -= staff
        self.left -= size
        begun = self.resources.ready_h
        steps = math.ceil((closes - begun - 2 * _TICK) / self.step_h)
        heapq.heappush(self.running, (begun + steps * self.step_h, staff))
