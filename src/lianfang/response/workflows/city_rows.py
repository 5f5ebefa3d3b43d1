"""The rows of one community of the synthetic city. Imported by worker processes: no models here."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from lianfang.engines.city import community, dwellings, household_count
from lianfang.response.people import bulk
from lianfang.response.people.sealing import Identity
from lianfang.response.territory.states import Kind

# Rows of areas, of households and of people.
Rows = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Plan:
    """What one community gets: how many, and from which ids on."""

    number: int
    area_id: int
    path: str
    urban: bool
    people: int
    first_person: int
    first_household: int
    first_area: int
    phones_from: int


def rows_of(work: tuple[Plan, int, date]) -> tuple[Plan, Rows]:
    plan, seed, today = work
    homes = household_count(plan.people)
    areas, first_dwelling = _areas(plan, homes)
    households = [(plan.first_household + n, plan.area_id, first_dwelling + n, False) for n in range(homes)]
    made = community(
        plan.people, number=plan.number, first=plan.phones_from, today=np.datetime64(today), seed=seed
    )  # fmt: skip
    ids = (made.household + plan.first_household).tolist()
    sexes = np.where(made.female, 2, 1).tolist()
    identities = (
        (Identity(name, number, phone), household, sex, born)
        for name, number, phone, household, sex, born in zip(
            made.name, made.id_number, made.phone, ids, sexes, np.datetime_as_string(made.born).tolist(), strict=True
        )
    )
    return plan, (areas, households, list(bulk.rows(plan.first_person, plan.area_id, identities)))


def _areas(plan: Plan, homes: int) -> tuple[list[tuple[Any, ...]], int]:
    """Rows of compounds, buildings and dwellings, and the id of the first dwelling."""
    laid = dwellings.layout(homes, urban=plan.urban)
    rows: list[tuple[Any, ...]] = []
    pk = plan.first_area
    above = [(plan.area_id, plan.path)]
    compounds = [(pk + n, f"{plan.path}c{n + 1}/") for n in range(len(laid.compounds))]
    rows += [
        _area(*own, plan.area_id, Kind.COMPOUND, name) for own, name in zip(compounds, laid.compounds, strict=True)
    ]
    pk += len(compounds)
    buildings = []
    for n, (compound, name) in enumerate(laid.buildings):
        parent = compounds[compound] if compound >= 0 else above[0]
        buildings.append((pk + n, f"{parent[1]}b{n + 1}/"))
        rows.append(_area(*buildings[-1], parent[0], Kind.BUILDING, name))
    pk += len(buildings)
    for n, (building, name) in enumerate(laid.dwellings):
        parent = buildings[building]
        rows.append(_area(pk + n, f"{parent[1]}{n + 1}/", parent[0], Kind.DWELLING, name))
    return rows, pk


def _area(pk: int, path: str, parent: int, kind: Kind, name: str) -> tuple[Any, ...]:
    return (pk, parent, int(kind), "", path, name, "", "", "", None, None, None, None)
