"""The manifest: which segments a store has, how each is laid out, and the check-sums of every byte.

One file, replaced whole by rename: at any moment there is the old store or the new one. A folder of segments that no
manifest names is what a killed build left behind; the next build removes it.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from lianfang.engines.collision.plane import Plane
from lianfang.engines.collision.problems import BadRecord
from lianfang.engines.collision.store.layout import Layout

FORMAT = 1
NAME = "manifest.json"
_LOCK = "lock"
_SUFFIX = ".segment"


@dataclass(frozen=True)
class Section:
    """An array in a segment's file: where it begins, its numpy type, its length and its check-sum."""

    offset: int
    dtype: str
    length: int
    check_sum: str


@dataclass(frozen=True)
class Segment:
    file: str
    bytes: int
    rows: int
    block_shift: int
    bounds: dict[str, Any]
    layout: Layout
    sections: Mapping[str, Section]


@dataclass(frozen=True)
class Manifest:
    """origin: (lon0, lat0) of the plane, set by the first build. segments: in the order they were added."""

    origin: tuple[float, float]
    segments: tuple[Segment, ...]

    @property
    def plane(self) -> Plane:
        return Plane(*self.origin)

    @property
    def rows(self) -> int:
        return sum(segment.rows for segment in self.segments)

    def with_segments(self, *segments: Segment) -> "Manifest":
        return replace(self, segments=(*self.segments, *segments))


def read_manifest(store: Path) -> Manifest:
    """Raises BadRecord where there is no store, one of another format, or a manifest that changed since it was written."""
    try:
        whole = json.loads((store / NAME).read_bytes())
        body = whole["store"]
        if whole["sha256"] != _digest(body):
            raise BadRecord("store_damaged", why=f"{NAME}: SHA-256")
        if body["format"] != FORMAT:
            raise BadRecord("store_format", value=body["format"], expected=FORMAT)
        return Manifest((body["origin"][0], body["origin"][1]), tuple(_segment(one) for one in body["segments"]))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BadRecord("no_store", why=str(store)) from error
    except (ValueError, KeyError, TypeError, IndexError) as error:
        if isinstance(error, BadRecord):
            raise
        raise BadRecord("store_damaged", why=f"{NAME}: {error}") from error


def _segment(body: dict[str, Any]) -> Segment:
    sections = {name: Section(**section) for name, section in body["sections"].items()}
    return Segment(**{**body, "layout": Layout(**body["layout"]), "sections": sections})


def write_manifest(store: Path, manifest: Manifest) -> None:
    """Put ``manifest`` in the place of the one before; after a power cut one of the two is there, whole."""
    body = {"format": FORMAT, **asdict(manifest)}
    text = json.dumps({"sha256": _digest(body), "store": body})
    new = store / f"{NAME}.new"
    with open(new, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, store / NAME)
    sync_folder(store)


def _digest(body: Any) -> str:
    return hashlib.sha256(json.dumps(json.loads(json.dumps(body)), sort_keys=True).encode()).hexdigest()


def sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def writing(store: Path) -> Iterator[Manifest | None]:
    """Hold the store alone for writing, leftovers of a killed build removed; yield its manifest, None if it is new."""
    store.mkdir(parents=True, exist_ok=True)
    with open(store / _LOCK, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BadRecord("store_busy") from error
        manifest = read_manifest(store) if (store / NAME).exists() else None
        remove_leftovers(store, manifest)
        yield manifest


def remove_leftovers(store: Path, manifest: Manifest | None) -> None:
    kept = {segment.file for segment in manifest.segments} if manifest else set()
    for path in store.iterdir():
        if path.name == f"{NAME}.new" or (path.name.endswith(_SUFFIX) and path.name not in kept):
            path.unlink()


def free_name(store: Path) -> str:
    """A name no segment of the store has or had: a reader may still hold the file of an old one."""
    taken = [int(path.name.removesuffix(_SUFFIX)) for path in store.glob(f"*{_SUFFIX}")]
    return f"{max(taken, default=0) + 1:06d}{_SUFFIX}"
