"""Whether a plan can be carried out, from plan.csv and the options alone. Written from the requirement, not from the engine."""

import csv
import heapq
import math
from collections import Counter
from dataclasses import dataclass

COLUMNS = ["site_id", "area_code", "lon", "lat", "people", "staff", "opens_h", "closes_h", "tubes", "lab_id"]
SLACK = 1e-3


@dataclass
class Options:
    staff: int
    couriers: int
    wells: dict  # lab_id → per hour
    pool: int = 10
    rate: float = 15
    open_h: float = 14
    trip_h: float = 1
    ready_h: float = 4


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == COLUMNS
        return [
            {**row, **{name: float(row[name]) for name in ("lon", "lat", "opens_h", "closes_h")},
             **{name: int(row[name]) for name in ("people", "staff", "tubes")}}
            for row in reader
        ]  # fmt: skip


def check(rows, people_of_area, asked):
    """Return the hour of the last result that follows from the rows; fail at the first thing that cannot be."""
    assert len({row["site_id"] for row in rows}) == len(rows)
    served = Counter()
    for row in rows:
        served[row["area_code"]] += row["people"]
        hours = row["closes_h"] - row["opens_h"]
        assert 0 < row["people"] <= row["staff"] * asked.rate * hours + SLACK
        assert row["tubes"] == math.ceil(row["people"] / asked.pool)
        day = (row["opens_h"] - asked.ready_h) // 24
        assert row["opens_h"] >= asked.ready_h
        assert row["closes_h"] <= asked.ready_h + 24 * day + asked.open_h + SLACK, "open at night"
    assert served == Counter({code: people for code, people in people_of_area.items() if people})
    assert busiest(rows) <= asked.staff
    return last_result(rows, asked)


def busiest(rows):
    moves = [(row["opens_h"], 1, row["staff"]) for row in rows] + [(row["closes_h"], 0, -row["staff"]) for row in rows]
    now = most = 0
    for _, _, change in sorted(moves):
        now += change
        most = max(most, now)
    return most


def last_result(rows, asked):
    """Boxes leave when a site closes and a courier is free; wells answer one tube after another, never faster than told."""
    couriers = [0.0] * asked.couriers
    boxes = []
    for row in sorted(rows, key=lambda row: row["closes_h"]):
        arrives = max(heapq.heappop(couriers), row["closes_h"]) + asked.trip_h
        heapq.heappush(couriers, arrives)
        boxes.append((arrives, row["lab_id"], row["tubes"]))
    until = dict.fromkeys(asked.wells, 0.0)
    for arrives, lab, tubes in sorted(boxes):
        until[lab] = max(until[lab], arrives) + tubes / asked.wells[lab]
    return max(until.values())


def earliest_possible(people, asked):
    """A bound of the simplest kind: enough staff hours, enough wells, one trip."""
    hours = people / (asked.staff * asked.rate)
    nights = math.ceil(hours / asked.open_h - 1e-9) - 1
    sampled = asked.ready_h + hours + nights * (24 - asked.open_h)
    tested = asked.ready_h + people / asked.pool / sum(asked.wells.values())
    return max(sampled, tested) + asked.trip_h
