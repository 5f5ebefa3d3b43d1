"""From the site's closing to the result: couriers, then benches, each first come, first served."""

import heapq
from dataclasses import dataclass

import numpy as np

from lianfang.engines.siting.parameters import Floats, Ints, Laboratories, Resources


@dataclass(frozen=True)
class Hauled:
    """Of every site: leaves_h, arrives_h, lab (index), known_h; waiting: most tubes that wait at all benches at once."""

    leaves_h: Floats
    arrives_h: Floats
    lab: Ints
    known_h: Floats
    waiting: float

    @property
    def finish_h(self) -> float:
        return float(self.known_h.max()) if len(self.known_h) else 0.0


def haul(closes_h: Floats, tubes: Ints, lon: Floats, lat: Floats, labs: Laboratories, resources: Resources) -> Hauled:
    """Send one box a site when it closes and a courier is free, to the bench that answers it first, the nearer one if equal."""
    order = np.argsort(closes_h, kind="stable")
    count = len(order)
    leaves, arrives, known, chosen = np.zeros(count), np.zeros(count), np.zeros(count), np.zeros(count, np.int64)
    couriers = [0.0] * min(resources.couriers, max(count, 1))
    bench = np.zeros(len(labs.wells_per_hour))  # hour until which each is busy
    for site in order.tolist():
        leaves[site] = max(closes_h[site], couriers[0])
        arrives[site] = leaves[site] + resources.trip_h
        heapq.heapreplace(couriers, arrives[site])
        done = np.maximum(bench, arrives[site]) + tubes[site] / labs.wells_per_hour
        far = np.hypot((labs.lon - lon[site]) * np.cos(np.radians(lat[site])), labs.lat - lat[site])
        lab = int(np.lexsort((far, np.round(done, 6)))[0])
        bench[lab] = done[lab]
        chosen[site], known[site] = lab, done[lab] + resources.assay_h
    waiting = _waiting(arrives, known - resources.assay_h, tubes, labs.wells_per_hour[chosen])
    return Hauled(leaves, arrives, chosen, known, waiting)


def _waiting(arrives: Floats, known: Floats, tubes: Ints, wells: Floats) -> float:
    """Most tubes that lie before the benches just after a box came in."""
    came, begun = np.sort(arrives), np.sort(known - tubes / wells)
    by_came, by_begun = np.argsort(arrives, kind="stable"), np.argsort(known - tubes / wells, kind="stable")
    total = np.concatenate([[0], np.cumsum(tubes[by_begun])])
    started = total[np.searchsorted(begun, came + 1e-9, side="right")]
    return float(np.max(np.cumsum(tubes[by_came]) - started, initial=0))
