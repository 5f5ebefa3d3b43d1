"""The answer as a file."""

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from lianfang.engines.collision.contacts import KINDS, STRONGEST_FIRST, Contacts
from lianfang.engines.collision.problems import BadRecord
from lianfang.engines.collision.reading import Reading
from lianfang.engines.collision.sureness import wrong_per_true

_EVIDENCE = pa.array(
    ["+".join(kind for kind in STRONGEST_FIRST if kinds & KINDS[kind]) for kinds in range(sum(KINDS.values()) + 1)]
)
HEADER = (
    "index_person", "person", "evidence", "n_pairs", "minutes", "first_t", "last_t", "min_distance_m", "min_rows",
    "place", "probability", "expected_minutes", "wrong_per_true",
)  # fmt: skip


def write_csv(reading: Reading, contacts: Contacts, file: TextIO, when: Callable[[int], object] = int) -> int:
    """Write one row per index person and contact in the order of rank; return how many.

    when: how a time is written. wrong_per_true: expected wrong names for each right one if the whole list is cut there.
    What was not measured stays empty.
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADER)
    cost = wrong_per_true(contacts.probability)
    for row in range(len(contacts)):
        place = int(contacts.place[row])
        apart = int(contacts.min_rows[row])
        writer.writerow(
            (
                reading.people[contacts.index_person[row]], reading.people[contacts.person[row]], contacts.evidence,
                int(contacts.n_pairs[row]), int(contacts.minutes[row]), when(int(contacts.first_t[row])),
                when(int(contacts.last_t[row])), _number(contacts.min_distance_m[row], 1), apart if apart >= 0 else "",
                reading.places[place] if place >= 0 else "", _number(contacts.probability[row], 4),
                _number(contacts.expected_minutes[row], 1), _number(cost[row], 3),
            )
        )  # fmt: skip
    return len(contacts)


def write_parquet(contacts: Contacts, path: Path, *, order: int = 1, kinds: bool = False) -> None:
    """Write contacts whose people are numbers: index_id, contact_id, n_pairs, minutes, first_t, last_t, min_distance_m,
    probability. order 2 adds order and via_id; ``kinds`` adds evidence (the strongest first) and min_rows.

    What was not measured is null. The file appears whole or not at all.
    """
    columns: dict[str, Any] = {
        "index_id": contacts.index_person, "contact_id": contacts.person, "n_pairs": contacts.n_pairs,
        "minutes": contacts.minutes, "first_t": contacts.first_t, "last_t": contacts.last_t,
        "min_distance_m": _measured(contacts.min_distance_m), "probability": _measured(contacts.probability),
    }  # fmt: skip
    if order > 1:
        columns["order"] = contacts.order.astype(np.int8)
        columns["via_id"] = pa.array(contacts.via, mask=contacts.order == 1)
    if kinds:
        columns["evidence"] = pa.DictionaryArray.from_arrays(contacts.kinds.astype(np.int8), _EVIDENCE)
        columns["min_rows"] = pa.array(contacts.min_rows, mask=contacts.min_rows < 0)
    new = path.with_name(f".{path.name}.new")
    try:
        parquet.write_table(pa.table(columns), new, compression="zstd", compression_level=1)
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)


def _measured(values: NDArray[np.float64]) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))


def read_probabilities(path: Path) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(contact_id, probability) of a file that ``write_parquet`` wrote; NaN where nothing was measured."""
    try:
        table = parquet.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise BadRecord("not_parquet", file=path.name, why=str(error).splitlines()[0]) from error
    for name in ("contact_id", "probability"):
        if name not in table.column_names:
            raise BadRecord("no_column", column=name, found=", ".join(table.column_names), file=path.name)
    probability = np.asarray(table["probability"].to_numpy(), np.float64)
    return np.asarray(table["contact_id"].to_numpy(), np.int64), probability


def _number(value: float, digits: int) -> str:
    return "" if np.isnan(value) else f"{value:.{digits}f}"
