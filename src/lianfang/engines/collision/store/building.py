"""Parquet files of pings into a store: streamed, a bounded number of rows at a time, all of them or none.

Memory is that of one segment of at most ``SEGMENT_ROWS`` rows, about 1.4 GB, whatever the files' size. Input in the
order of its time, as records arrive, gives segments that follow each other; any other order is answered just as
rightly, and slower, because every segment then holds every bucket.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.collision.plane import Plane
from lianfang.engines.collision.problems import BadRecord
from lianfang.engines.collision.store.layout import SECOND_BITS, Bounds, Layout, layout_of
from lianfang.engines.collision.store.manifest import Manifest, Segment, free_name, write_manifest, writing
from lianfang.engines.collision.store.packing import Columns, Packed, packed
from lianfang.engines.collision.store.persons import block_shift, person_order
from lianfang.engines.collision.store.segments import SegmentFile
from lianfang.engines.collision.store.sorting import Rows, sorted_rows
from lianfang.engines.collision.store.sources import Piece, batches_of, bounds_of, in_file, pieces_of, source_of

SEGMENT_ROWS = 25_000_000

Progress = Callable[[int, int], None]
_Degrees = list[tuple[NDArray[np.float64], NDArray[np.float64]]]


def build_store(
    paths: Sequence[Path | str], store: Path | str, *, origin: tuple[float, float] | None = None,
    progress: Progress | None = None, segment_rows: int = SEGMENT_ROWS,
) -> Manifest:  # fmt: skip
    """Add the pings of Parquet files to a store, which is made if it is not there; return its manifest.

    Columns person_id and t (whole numbers), lon, lat, accuracy (numbers), in any order; others are not read. origin:
    (lon0, lat0) of the plane, degrees; the centre of the first build's bounding box if None, and the same ever after.
    progress: called with (rows packed, rows of all files). Raises BadRecord naming file, row (from 1) and column; the
    store is then as it was. So it is after a ``kill -9``: the new segments count from the moment the manifest is
    replaced, which is the last thing done.
    """
    pieces = pieces_of([source_of(Path(path)) for path in paths], segment_rows)
    with writing(Path(store)) as before, ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        plane = _plane(before, origin)
        work = _Build(Path(store), threads, progress or (lambda done, all_: None), sum(p.rows for p in pieces))
        segments = [work.segment(run) for run in _runs(pieces, segment_rows)]
        found = [segment for segment in segments if segment is not None]
        if plane is None:
            plane = _centre(found)
        manifest = (before or Manifest((plane.lon0, plane.lat0), ())).with_segments(*found)
        write_manifest(Path(store), manifest)
        return manifest


def _plane(before: Manifest | None, origin: tuple[float, float] | None) -> Plane | None:
    asked = Plane(*origin) if origin is not None else None
    if before is None:
        return asked
    if asked is not None and asked != before.plane:
        raise BadRecord("store_origin", column="origin", value=origin, start=before.origin)
    return before.plane


def _centre(segments: Sequence[Segment]) -> Plane:
    if not segments:
        return Plane(0.0, 0.0)
    lon = [degree for segment in segments for degree in segment.bounds["lon"]]
    lat = [degree for segment in segments for degree in segment.bounds["lat"]]
    return Plane((min(lon) + max(lon)) / 2, (min(lat) + max(lat)) / 2)


def _runs(pieces: Sequence[Piece], most: int) -> list[list[Piece]]:
    """Pieces in groups of at most ``most`` rows, cut so that the groups are about equally large."""
    total = sum(piece.rows for piece in pieces)
    share = total / max(-(-total // most), 1)
    runs: list[list[Piece]] = []
    rows = most
    for piece in pieces:
        if rows + piece.rows > most or rows >= share:
            runs.append([])
            rows = 0
        runs[-1].append(piece)
        rows += piece.rows
    return runs


class _Build:
    """What the segments of one build have in common."""

    def __init__(self, store: Path, threads: Executor, progress: Progress, rows: int) -> None:
        self.store, self.threads, self.progress, self.rows, self.done = store, threads, progress, rows, 0

    def segment(self, pieces: Sequence[Piece]) -> Segment | None:
        """Write one segment, not yet named by the manifest. None where the pieces hold no row."""
        parts = [part for part in self.threads.map(bounds_of, pieces) if part is not None]
        if not parts:
            return None
        bounds = parts[0]
        for part in parts[1:]:
            bounds = bounds.joined(part)
        bounds = bounds.possible()
        people = None if bounds.dense else self._people(pieces)
        layout = layout_of(bounds, None if people is None else len(people), exact=True)
        batches, degrees = self._packed(pieces, layout, bounds, people)
        if not all(batch.exact for batch in batches) or not layout.exact:
            layout = layout_of(bounds, None if people is None else len(people), exact=False)
            if not degrees:  # units are not enough for these rows: read them again and keep their degrees
                batches.clear()
                batches, degrees = self._packed(pieces, layout, bounds, people)
        rows = sorted_rows(batches, degrees, layout, self.threads)
        del batches, degrees
        return self._written(rows, layout, bounds, people)

    def _people(self, pieces: Sequence[Piece]) -> NDArray[np.int64]:
        """The ids that occur, ascending: the code of a person is the place of the id."""

        def people(piece: Piece) -> NDArray[np.int64]:
            return np.unique(np.concatenate([columns.code for columns, _ in batches_of(piece)])).astype(np.int64)

        found = np.zeros(0, np.int64)
        for one in self.threads.map(people, pieces):
            found = np.union1d(found, one)
        return found

    def _packed(
        self, pieces: Sequence[Piece], layout: Layout, bounds: Bounds, people: NDArray[np.int64] | None
    ) -> tuple[list[Packed], _Degrees]:
        begun = self.done

        def pack(piece: Piece) -> list[tuple[Packed, tuple[NDArray[np.float64], NDArray[np.float64]]]]:
            found = []
            for columns, offset in batches_of(piece):
                columns = columns if people is None else _coded(columns, people)
                try:
                    one = packed(columns, layout, bounds)
                except BadRecord as error:
                    raise in_file(error, piece, offset) from error
                nothing = np.zeros(0), np.zeros(0)
                found.append((one, nothing if layout.exact else (columns.lon.copy(), columns.lat.copy())))
            return found

        batches: list[Packed] = []
        degrees: _Degrees = []
        for piece, found in zip(pieces, self.threads.map(pack, pieces), strict=True):
            batches += [one for one, _ in found]
            degrees += [] if layout.exact else [pair for _, pair in found]
            begun += piece.rows
            self.done = begun
            self.progress(self.done, self.rows)
        return batches, degrees

    def _written(self, rows: Rows, layout: Layout, bounds: Bounds, people: NDArray[np.int64] | None) -> Segment:
        shift = block_shift(len(rows.word), len(rows.bucket))
        code_shift = SECOND_BITS + layout.strip_bits + layout.x_bits
        arrays: dict[str, NDArray[Any]] = {
            "word": rows.word, "accuracy": rows.accuracy, "lon": rows.lon, "lat": rows.lat, "bucket": rows.bucket,
            "starts": rows.starts, "strips": rows.strips.reshape(-1),
            "people": np.zeros(0, np.int64) if people is None else people,
        }  # fmt: skip
        name = free_name(self.store)
        file = SegmentFile(self.store / name)
        with ThreadPoolExecutor(1) as writer:  # the disk is at work while the second order is made
            written = writer.submit(file.add, arrays, self.threads)
            starts, steps = person_order(rows.word, code_shift, layout.codes, shift, self.threads)
            written.result()
        file.add({"person_starts": starts, "steps": steps}, self.threads)
        spans = {"person": bounds.person, "t": bounds.t, "lon": bounds.lon, "lat": bounds.lat}
        return Segment(name, file.finish(), len(rows.word), shift, spans, layout, file.sections)


def _coded(columns: Columns, people: NDArray[np.int64]) -> Columns:
    found, place = np.unique(columns.code, return_inverse=True)
    codes = np.searchsorted(people, found)
    return Columns(codes[place], columns.t, columns.lon, columns.lat, columns.accuracy)
