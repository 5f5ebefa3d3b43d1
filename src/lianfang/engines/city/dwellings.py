"""Where households live: blocks of flats in town, lanes of courtyards in a village."""

from dataclasses import dataclass

FLOORS, FLATS_A_FLOOR, STAIRCASES = 6, 2, 4
_A_BUILDING = FLOORS * FLATS_A_FLOOR * STAIRCASES
_A_COMPOUND = 12
_A_LANE = 40


@dataclass(frozen=True)
class Layout:
    """Names of compounds, buildings (with their compound) and dwellings (with their building), by index."""

    compounds: list[str]
    buildings: list[tuple[int, str]]
    dwellings: list[tuple[int, str]]


def layout(households: int, *, urban: bool) -> Layout:
    """Return one dwelling per household. Villages have lanes instead of buildings and no compounds (index −1)."""
    if urban:
        return _flats(households)
    lanes = -(-households // _A_LANE)
    dwellings = [(n // _A_LANE, f"{n % _A_LANE + 1}号") for n in range(households)]
    return Layout([], [(-1, f"{lane + 1}巷") for lane in range(lanes)], dwellings)


def _flats(households: int) -> Layout:
    buildings = -(-households // _A_BUILDING)
    compounds = -(-buildings // _A_COMPOUND)
    named = [(n // _A_COMPOUND, f"{n % _A_COMPOUND + 1}号楼") for n in range(buildings)]
    return Layout([f"{n + 1}区" for n in range(compounds)], named, [_flat(n) for n in range(households)])


def _flat(n: int) -> tuple[int, str]:
    building, rest = divmod(n, _A_BUILDING)
    stairs, rest = divmod(rest, FLOORS * FLATS_A_FLOOR)
    floor, flat = divmod(rest, FLATS_A_FLOOR)
    return building, f"{stairs + 1}-{floor + 1}{flat + 1:02d}"


def counts(households: int, *, urban: bool) -> tuple[int, int]:
    """(compounds, buildings) that ``layout`` will make: needed before it is made, to give out ids."""
    if not urban:
        return 0, -(-households // _A_LANE)
    buildings = -(-households // _A_BUILDING)
    return -(-buildings // _A_COMPOUND), buildings
