"""What worker processes of the city's builder do: people of some communities, sealed, as columns. No models here."""

import multiprocessing
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.outbreak import build_community, names, stream
from lianfang.response.people.bulk import Keys, SealedPeople, Sealer

Ints = NDArray[np.int64]

_sealer: Sealer | None = None


@dataclass(frozen=True)
class Plan:
    """What one community gets. ``first``: how many people the communities before it hold."""

    number: int
    area_id: int
    path: str
    urban: bool
    people: int
    first: int


@dataclass(frozen=True)
class Filled:
    """One community as columns. Indices count within it; the builder turns them into ids."""

    plan: Plan
    place_kind: Ints
    place_parent: Ints
    place_path: list[str]
    place_name: list[str]
    home: Ints
    collective: list[bool]
    household: Ints
    sex: Ints
    born: NDArray[np.datetime64]
    sealed: SealedPeople


def start(keys: Keys, alone: bool = True) -> None:
    """Make this process ready. ``alone``: it is a worker, and ends when the process that started it is gone."""
    global _sealer
    _sealer = Sealer(keys, names.name_of, names.NAMES)
    parent = multiprocessing.parent_process()
    if alone and parent is not None:
        threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()


def fill(plans: Sequence[Plan], seed: int, today: date) -> list[Filled]:
    return [_fill(plan, seed, today) for plan in plans]


def _fill(plan: Plan, seed: int, today: date) -> Filled:
    assert _sealer is not None, "start() comes first"
    made = build_community(
        plan.people, number=plan.number, first=plan.first, urban=plan.urban, today=np.datetime64(today),
        random=stream(seed, plan.number),
    )  # fmt: skip
    code = names.codes(made.surname, made.given, made.female)
    homes = made.homes
    return Filled(
        plan=plan,
        place_kind=homes.kind,
        place_parent=homes.parent,
        place_path=_paths(plan.path, homes.parent.tolist(), homes.segment),
        place_name=homes.name,
        home=homes.home,
        collective=made.collective.tolist(),
        household=made.household,
        sex=np.where(made.female, 2, 1),
        born=made.born,
        sealed=_sealer.seal(code, made.id_number, made.phone, made.has_phone),
    )


def _paths(above: str, parents: list[int], segments: list[str]) -> list[str]:
    paths: list[str] = []
    for parent, segment in zip(parents, segments, strict=True):
        paths.append(f"{paths[parent] if parent >= 0 else above}{segment}/")
    return paths
