"""Where households live: buildings of flats in compounds in town, lanes of courtyards in a village.

Only dwellings that somebody lives in become places; some flats stand empty, so that numbers have gaps as in life.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

COMPOUND, BUILDING, DWELLING = 5, 6, 7  # levels of the tree of areas, counted from the city = 1
_NUMBER = "一二三四五六七八九十"


@dataclass(frozen=True)
class DwellingShape:
    """How homes are built.

    buildings: kinds of (floors, staircases, flats on a landing, share of buildings). compound_flats: flats of a compound,
    about; with the city's two million urban families it gives the 5,938 compounds of Shijiazhuang (newspaper account of
    January 2021). lane_courtyards: courtyards of a village lane. empty_share: share of flats nobody lives in. Kinds
    and shares are assumptions.
    """

    buildings: tuple[tuple[int, int, int, float], ...] = (
        (6, 4, 2, 0.45),
        (11, 2, 2, 0.2),
        (18, 2, 3, 0.25),
        (26, 2, 4, 0.1),
    )
    compound_flats: int = 380
    lane_courtyards: int = 36
    empty_share: float = 0.08

    def __post_init__(self) -> None:
        if not self.buildings or any(min(kind) <= 0 for kind in self.buildings):
            raise ValueError("buildings: at least one kind, every number above 0")
        if min(self.compound_flats, self.lane_courtyards) < 1:
            raise ValueError("compound_flats and lane_courtyards: at least 1")
        if not 0 <= self.empty_share < 1:
            raise ValueError("empty_share: from 0 to less than 1")


SHAPE = DwellingShape()


@dataclass(frozen=True)
class Dwellings:
    """Places below one community, parents before children, one entry each.

    kind: level 5–7, int64; parent: index into these arrays, −1 for the community itself; segment: last part of the
    path, unique below its parent, in the order of its number as text; name: what people say; home: for every
    household, in order, the index of its dwelling.
    """

    kind: Ints
    parent: Ints
    segment: list[str]
    name: list[str]
    home: Ints


def build_dwellings(
    collective: NDArray[np.bool_], *, urban: bool, random: np.random.Generator, shape: DwellingShape = SHAPE
) -> Dwellings:
    """Give every household a dwelling of its own. ``collective``: bool per household, families first."""
    families, rooms = int((~collective).sum()), int(collective.sum())
    plan = _Plan([], [], [], [])
    if urban:
        homes = _flats(plan, families, random, shape)
        dormitory_in = 0 if plan.kind else -1
    else:
        homes = _courtyards(plan, families, random, shape)
        dormitory_in = -1
    if rooms:
        homes = np.concatenate([homes, _dormitory(plan, rooms, dormitory_in)])
    return Dwellings(np.array(plan.kind, np.int64), np.array(plan.parent, np.int64), plan.segment, plan.name, homes)


@dataclass(frozen=True)
class _Plan:
    kind: list[int]
    parent: list[int]
    segment: list[str]
    name: list[str]

    def add(self, kind: int, parent: int, segments: list[str], names: list[str]) -> int:
        """Append places of one kind below one parent; return the index of the first."""
        first = len(self.kind)
        self.kind.extend([kind] * len(names))
        self.parent.extend([parent] * len(names))
        self.segment.extend(segments)
        self.name.extend(names)
        return first


def _taken(count: int, empty_share: float, random: np.random.Generator) -> Ints:
    """Which of the places in a row are lived in: ``count`` of them, in order."""
    places = max(count, round(count / (1 - empty_share)))
    return np.sort(random.permutation(places)[:count])


def _flats(plan: _Plan, families: int, random: np.random.Generator, shape: DwellingShape) -> Ints:
    """Fill buildings one after another, and compounds with buildings."""
    taken = _taken(families, shape.empty_share, random)
    sort, first = _buildings(int(taken[-1]) + 1 if families else 0, random, shape)
    compound = first // shape.compound_flats
    homes = np.empty(families, np.int64)
    bounds = np.searchsorted(taken, np.append(first, taken[-1] + 1 if families else 0))
    for ward in range(int(compound[-1]) + 1 if len(compound) else 0):
        inside = np.flatnonzero(compound == ward)
        at = plan.add(COMPOUND, -1, [_segment(ward + 1, int(compound[-1]) + 1)], [f"{_chinese(ward + 1)}小区"])
        for number, building in enumerate(inside.tolist(), 1):
            low, high = int(bounds[building]), int(bounds[building + 1])
            if low < high:
                block = plan.add(BUILDING, at, [_segment(number, len(inside))], [f"{number}号楼"])
                places = (taken[low:high] - first[building]).tolist()
                names = [_flat(place, *shape.buildings[sort[building]][:3]) for place in places]
                homes[low:high] = plan.add(DWELLING, block, _segments(places), names) + np.arange(high - low)
    return homes


def _buildings(flats: int, random: np.random.Generator, shape: DwellingShape) -> tuple[Ints, Ints]:
    """Kinds of buildings that hold ``flats``, and the number of the first flat of each."""
    holds = np.array([floors * stairs * landing for floors, stairs, landing, _ in shape.buildings])
    share = np.array([kind[3] for kind in shape.buildings])
    sort = random.choice(len(holds), size=flats // int(holds.min()) + 1, p=share / share.sum())
    first = np.concatenate([[0], np.cumsum(holds[sort])[:-1]])
    return sort[first < flats], first[first < flats]


def _flat(place: int, floors: int, stairs: int, landing: int) -> str:
    """The name of the n-th flat: 2-301 is the second staircase, third floor, first door."""
    stair, rest = divmod(place, floors * landing)
    floor, door = divmod(rest, landing)
    return f"{stair + 1}-{floor + 1}{door + 1:02d}"


def _courtyards(plan: _Plan, families: int, random: np.random.Generator, shape: DwellingShape) -> Ints:
    taken = _taken(families, shape.empty_share, random)
    lane = taken // shape.lane_courtyards
    homes = np.empty(families, np.int64)
    lanes = np.unique(lane)
    for number in lanes.tolist():
        mine = lane == number
        at = plan.add(BUILDING, -1, [_segment(number + 1, int(lanes[-1]) + 2)], [f"{number + 1}巷"])
        places = (taken[mine] % shape.lane_courtyards).tolist()
        doors = [f"{place + 1}号" for place in places]
        homes[mine] = plan.add(DWELLING, at, _segments(places), doors) + np.arange(len(places))
    return homes


def _dormitory(plan: _Plan, rooms: int, parent: int) -> Ints:
    at = plan.add(BUILDING, parent, ["d"], ["宿舍楼"])
    names = [f"{room // 30 + 1}{room % 30 + 1:02d}室" for room in range(rooms)]
    return plan.add(DWELLING, at, _segments(list(range(rooms))), names) + np.arange(rooms)


def _segment(number: int, most: int) -> str:
    """Zeros in front, so that the order of paths is the order of numbers."""
    return f"{number:0{len(str(most))}d}"


def _segments(places: list[int]) -> list[str]:
    width = len(str(places[-1] + 1)) if places else 1
    return [f"{place + 1:0{width}d}" for place in places]


def _chinese(number: int) -> str:
    return _NUMBER[number - 1] if number <= len(_NUMBER) else str(number)
