"""A file of location records, cut down to the bounds of a warrant and made pseudonymous, before anything is kept."""

import hmac
import io
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import shapely
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from numpy.typing import NDArray

from lianfang.engines.collision import PING, RIDE, BadRecord, Plane, Reading, Receipt, read_records
from lianfang.response.tracing.queries import Ref, ref_of

NAMES = {"person": "person_id", "accuracy_m": "accuracy"}  # our column → as the engine's store wants it in Parquet
_ROW_GROUP = 1 << 14
_PSEUDONYM = 0x7FFF_FFFF_FFFF_FFFF  # eight bytes of the HMAC, as a whole number that is not negative


@dataclass(frozen=True)
class Cut:
    """What of a file lies inside the bounds. content: the rows, people by pseudonym; directory: whom each one refers to.

    outside: rows left out, by the bound they lay outside of. ``people``: different keys among the rows kept.
    """

    kind: str
    receipt: Receipt
    rows: int
    outside: dict[str, int]
    people: int
    content: bytes
    directory: bytes


def read_for(path: Path, from_at: datetime, to_at: datetime, epoch: datetime | None = None) -> Reading:
    """Read the records of a period. Raises ValidationError, in the user's language, naming row and column.

    epoch: where times written as whole numbers count from; 1970-01-01 UTC if None.
    """
    period = int(from_at.timestamp()), int(to_at.timestamp())
    epoch_s = int(epoch.timestamp()) if epoch else 0
    try:
        return read_records(path, period, zone=timezone.get_default_timezone(), epoch_s=epoch_s)
    except BadRecord as error:
        raise ValidationError({"records": error.message(get_language() or "en")}) from error


def cut(reading: Reading, border: shapely.Geometry | None, margin_m: float, key: bytes) -> Cut:
    """Keep what lies within ``margin_m`` of the border (positions; stays and rides carry none), under pseudonyms.

    key: of the warrant; a person has another pseudonym under every warrant.
    """
    inside = np.ones(len(reading.records), bool)
    if reading.kind == PING and border is not None:
        wide = widened(border, margin_m)
        inside = shapely.contains_xy(wide, reading.records.lon, reading.records.lat)  # type: ignore[union-attr]
    codes = np.unique(np.asarray(reading.records.person)[inside])
    refs = [ref_of(reading.key, text) for text in reading.people[codes].tolist()]
    names = np.zeros(len(reading.people), np.int64)
    names[codes] = pseudonyms(key, reading.key, reading.people[codes].tolist(), refs)
    receipt = reading.receipt
    return Cut(
        kind=reading.kind, receipt=receipt, rows=int(inside.sum()),
        outside={"period": receipt.rows - receipt.kept, "area": int((~inside).sum())}, people=len(codes),
        content=_table(reading, inside, names), directory=_directory(names[codes], refs),
    )  # fmt: skip


def widened(border: shapely.Geometry, margin_m: float) -> shapely.Geometry:
    """The border with so many metres around it; prepared, because many points are asked about."""
    plane = Plane(border.centroid.x, border.centroid.y)
    east, north = plane.project(np.array([border.centroid.x + 1]), np.array([border.centroid.y + 1]))
    scale = np.array([east[0], north[0]])
    flat = shapely.transform(border, lambda points: points * scale)
    wide = shapely.transform(shapely.buffer(flat, margin_m), lambda points: points / scale)
    shapely.prepare(wide)
    return wide


def pseudonyms(key: bytes, by: str, texts: list[str], refs: list[Ref | None]) -> NDArray[np.int64]:
    """HMAC-SHA-256 of whom a text refers to (or of the text itself, where that is nobody), cut to 63 bits.

    A telephone written in two ways has one pseudonym, because its keyed hash is one.
    """
    said = (f"{by}:{text if ref is None else ref[1]}" for text, ref in zip(texts, refs, strict=True))
    digests = (hmac.digest(key, one.encode(), "sha256") for one in said)
    return np.array([int.from_bytes(one[:8], "big") & _PSEUDONYM for one in digests], np.int64)


def _table(reading: Reading, inside: NDArray[np.bool_], names: NDArray[np.int64]) -> bytes:
    """By person, so that the rows of a few people are found without looking at the others'."""
    records = reading.records
    columns = {item.name: np.asarray(getattr(records, item.name))[inside] for item in fields(records)}
    columns["person"] = names[columns["person"]]
    order = np.argsort(columns["person"], kind="stable")
    texts = (
        {"place": reading.places} if reading.kind != RIDE else {"trip": reading.places, "carriage": reading.carriages}
    )
    arrays = {
        NAMES.get(name, name): (
            pa.DictionaryArray.from_arrays(values[order], texts[name]) if name in texts else pa.array(values[order])
        )
        for name, values in columns.items()
    }
    return packed(pa.table(arrays))


def _directory(names: NDArray[np.int64], refs: list[Ref | None]) -> bytes:
    known = [place for place, ref in enumerate(refs) if ref is not None]
    held = [refs[place] for place in known]
    return packed(
        pa.table({
            "pseudonym": names[known],
            "by": pa.array([ref[0] for ref in held if ref], pa.string()),
            "ref": pa.array([ref[1] for ref in held if ref], pa.int64()),
        })
    )  # fmt: skip


def packed(table: pa.Table) -> bytes:
    out = io.BytesIO()
    parquet.write_table(table, out, compression="zstd", row_group_size=_ROW_GROUP)
    return out.getvalue()
