"""Who was near whom by the positions of their phones. Source: COLLISION.md, "The exact ping spec"."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.collision.contacts import PING, Contacts
from lianfang.engines.collision.grid import PingGrid, build_grid
from lianfang.engines.collision.groups import group
from lianfang.engines.collision.parameters import PingRule
from lianfang.engines.collision.plane import Plane, plane_of
from lianfang.engines.collision.probability import probability_within, sigma_of
from lianfang.engines.collision.records import Index, Pings

BIN_S = 600
BIN_MINUTES = 10

_RULE = PingRule()
_Columns = dict[str, NDArray[Any]]


def collide_pings(pings: Pings, index: Index, rule: PingRule = _RULE, plane: Plane | None = None) -> Contacts:
    """Return everybody whose ping was within the rule of an index person's ping, ranked.

    A pair is a ping q of an index person I with t0 ≤ t_q ≤ t1 and a ping p of anybody else with |t_p − t_q| ≤ gap_s and
    dx² + dy² ≤ radius_m². Another index person counts as anybody else. ``plane``: of the store; by default its origin is
    the centre of the data's bounding box. minutes = 10 × the number of distinct t_p // 600; first_t and last_t are of p.

    probability: the chance that the two were within the radius in one of the row's ten-minute bins, whichever; of a bin
    it is the average over its pairs (they share pings, so they are not independent evidence), of the row the average
    over its bins. expected_minutes: minutes × probability. See ``probability.py`` for the model and its limits.

    n log n time in the pings; memory about 100 bytes a ping, and 60 a bin in which a pair stood.
    """
    plane = plane or plane_of(pings)
    grid = build_grid(pings, rule, plane)
    position = index.find(grid.person)
    asked = np.flatnonzero(position >= 0)
    when = grid.t[asked]
    asked = asked[(when >= index.t0[position[asked]]) & (when <= index.t1[position[asked]])]
    asked = asked[np.lexsort((grid.t[asked], position[asked]))]  # pairs of one contact come close together
    bins = [_by_bin(_pairs(grid, position, mine, other, rule)) for mine, other in grid.neighbours(asked)]
    return _by_contact(_merged(bins), index).ranked()


def _pairs(
    grid: PingGrid, position: NDArray[np.int64], mine: NDArray[np.int64], other: NDArray[np.int64], rule: PingRule
) -> _Columns:
    """Keep the candidates that are pairs by the rule, one row a pair."""
    near = np.abs(grid.t[other].astype(np.int64) - grid.t[mine]) <= rule.gap_s
    mine, other = mine[near], other[near]
    square = (grid.x[other] - grid.x[mine]) ** 2 + (grid.y[other] - grid.y[mine]) ** 2
    near = (square <= rule.radius_m**2) & (grid.person[other] != grid.person[mine])
    mine, other, distance = mine[near], other[near], np.sqrt(square[near])
    sigma = np.hypot(sigma_of(grid.accuracy_m[mine]), sigma_of(grid.accuracy_m[other]))
    t = grid.t[other].astype(np.int64)
    return {
        "index": position[mine],
        "person": grid.person[other].astype(np.int64),
        "bin": t // BIN_S,
        "n": np.ones(len(t), np.int64),
        "first_t": t,
        "last_t": t,
        "distance": distance,
        "probability": probability_within(rule.radius_m, distance, sigma),
    }


def _by_bin(rows: _Columns) -> _Columns:
    """One row for each index person, contact and ten-minute bin; ``probability`` is summed."""
    groups = group(rows["index"], rows["person"], rows["bin"])
    return {
        **{name: rows[name][groups.first] for name in ("index", "person", "bin")},
        "n": groups.sum(rows["n"]),
        "first_t": groups.min(rows["first_t"]),
        "last_t": groups.max(rows["last_t"]),
        "distance": groups.min(rows["distance"]),
        "probability": groups.sum(rows["probability"]),
    }


def _merged(bins: list[_Columns]) -> _Columns:
    if not bins:
        whole, real = np.zeros(0, np.int64), np.zeros(0)
        names = ("index", "person", "bin", "n", "first_t", "last_t")
        return {**dict.fromkeys(names, whole), "distance": real, "probability": real}
    return _by_bin({name: np.concatenate([part[name] for part in bins]) for name in bins[0]})


def _by_contact(bins: _Columns, index: Index) -> Contacts:
    groups = group(bins["index"], bins["person"])
    average = np.clip(bins["probability"] / bins["n"], 0, 1)
    nothing = np.full(len(groups), -1, np.int64)
    return Contacts(
        evidence=PING,
        index_person=np.asarray(index.person, np.int64)[bins["index"][groups.first]],
        person=bins["person"][groups.first],
        n_pairs=groups.sum(bins["n"]),
        minutes=BIN_MINUTES * groups.sizes,
        first_t=groups.min(bins["first_t"]),
        last_t=groups.max(bins["last_t"]),
        min_distance_m=groups.min(bins["distance"]),
        min_rows=nothing,
        probability=groups.sum(average) / groups.sizes,
        expected_minutes=BIN_MINUTES * groups.sum(average),
        place=nothing,
    )
