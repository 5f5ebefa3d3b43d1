"""Before which hour no plan whatever can know the last result. Knows nothing of how plans are made."""

from dataclasses import dataclass, replace

import numpy as np

from lianfang.engines.siting.parameters import Ints, Resources

STAFF, LABORATORIES, COURIERS, NIGHT = "staff", "laboratories", "couriers", "nights"


@dataclass(frozen=True)
class Bound:
    """hours: from the order. binds: the resource it comes from. at_h: the hour its argument starts from."""

    hours: float
    binds: str
    at_h: float


def lower_bound(people: Ints, wells_per_hour: float, resources: Resources) -> Bound:
    """Return a bound on the hour of the last result for areas of ``people`` (int64, shape (areas,)).

    Whatever the plan: by hour t at most staff · rate · (open hours until t) people are sampled; the tubes of all others
    reach a bench after t + trip, and take wells_per_hour to be answered. This holds for each t, so for the worst. And each
    site sends at least one box, of which only ``couriers`` are under way at a time.
    """
    total = int(people.sum())
    found = [_at(t, done, total, wells_per_hour, resources) for t, done in _moments(total, resources)]
    trips = int(np.ceil(people / resources.site_people).sum())
    rounds = -(-trips // resources.couriers)
    hauled = resources.ready_h + rounds * resources.trip_h + resources.assay_h
    found.append(Bound(hauled, COURIERS, resources.ready_h))
    return max(found, key=lambda bound: bound.hours)


def savings(people: Ints, wells_per_hour: float, resources: Resources) -> dict[str, float]:
    """Hours by which one more unit of each resource lowers the bound."""
    now = lower_bound(people, wells_per_hour, resources).hours
    more = {
        "staff": lower_bound(people, wells_per_hour, replace(resources, staff=resources.staff + 1)),
        "couriers": lower_bound(people, wells_per_hour, replace(resources, couriers=resources.couriers + 1)),
        "wells_per_hour": lower_bound(people, wells_per_hour + 1, resources),
    }
    return {name: max(0.0, now - bound.hours) for name, bound in more.items()}


def _moments(total: int, resources: Resources) -> list[tuple[float, float]]:
    """(hour, most people sampled until then) at which the argument can be at its worst: corners of a broken line."""
    moments, done, day = [(resources.ready_h, 0.0)], 0.0, 0
    a_day = resources.people_per_hour * resources.open_h
    while total - done > a_day:
        done += a_day
        day += 1
        moments.append((resources.day_begins(day), done))
    moments.append((resources.day_begins(day) + (total - done) / resources.people_per_hour, float(total)))
    return moments


def _at(t: float, done: float, total: int, wells_per_hour: float, resources: Resources) -> Bound:
    tubes = (total - done) / resources.pool
    hours = t + resources.trip_h + tubes / wells_per_hour + resources.assay_h
    binds = STAFF if done >= total else LABORATORIES if done == 0 else NIGHT
    return Bound(hours, binds, t)
