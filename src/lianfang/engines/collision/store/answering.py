"""From tallies to contacts, and from contacts to the contacts' contacts."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.collision.contacts import PING, Contacts
from lianfang.engines.collision.pings import BIN_MINUTES
from lianfang.engines.collision.records import Index

Ask = Callable[[Index, NDArray[np.int64]], tuple[Index, NDArray[Any]]]


def contacts_of(index: Index, tallies: NDArray[Any]) -> Contacts:
    """Tallies in the order of the index, as columns."""
    nothing = np.full(len(tallies), -1, np.int64)
    return Contacts(
        evidence=PING,
        index_person=np.asarray(index.person, np.int64)[tallies["index"]],
        person=np.ascontiguousarray(tallies["person"]),
        n_pairs=np.ascontiguousarray(tallies["pairs"]),
        minutes=BIN_MINUTES * tallies["bins"],
        first_t=np.ascontiguousarray(tallies["first_t"]),
        last_t=np.ascontiguousarray(tallies["last_t"]),
        min_distance_m=np.sqrt(tallies["distance2"]),
        min_rows=nothing,
        probability=np.ascontiguousarray(tallies["best"]),
        expected_minutes=BIN_MINUTES * tallies["expected"],
        place=nothing,
    )


def second_order(first: Contacts, index: Index, latent_s: int, until_t: int, ask: Ask) -> Contacts:
    """Return ``first`` and, after it, the contacts of those contacts, respecting time.

    A contact asks with their pings from ``latent_s`` after their own first exposure (first_t of all their rows) to
    ``until_t``. Rows are by contact and person; index_person is whose exposure of the contact came first (of several in
    one second the lowest id), via the contact. Index people and contacts of the first order are not named again:
    everybody stands in the lowest order that reaches them. RULES.md, rule 8.
    """
    by_time = np.lexsort((first.index_person, first.first_t, first.person))
    via, at = np.unique(first.person[by_time], return_index=True)
    source, since = first.index_person[by_time][at], first.first_t[by_time][at] + latent_s
    known = np.union1d(first.person, np.asarray(index.person, np.int64))
    onward = ~np.isin(via, index.person) & (since <= until_t)
    via, source, since = via[onward], source[onward], since[onward]
    second = contacts_of(*ask(Index(via, since, np.full(len(via), until_t)), known))
    return _after(first, second, source[np.searchsorted(via, second.index_person)])


def _after(first: Contacts, second: Contacts, source: NDArray[np.int64]) -> Contacts:
    ranked = np.argsort(source, kind="stable")
    whose = {"index_person": source, "via": second.index_person, "order": np.full(len(second), 2, np.int64)}
    columns = {}
    for name, values in vars(first).items():
        if name != "evidence":
            columns[name] = np.concatenate((values, whose.get(name, getattr(second, name))[ranked]))
    return Contacts(PING, **columns)
