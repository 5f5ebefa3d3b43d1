"""A segment's file: its arrays one after another, each beginning on a line of the cache."""

import os
from collections.abc import Mapping
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianfang.engines.collision.problems import BadRecord
from lianfang.engines.collision.store.checksum import check_sum
from lianfang.engines.collision.store.manifest import Section, Segment

_LINE = 64


def padded(array: NDArray[Any]) -> NDArray[Any]:
    """The array's bytes, with zeros up to a multiple of eight."""
    raw = np.ascontiguousarray(array).view(np.uint8).reshape(-1)
    over = -len(raw) % 8
    return np.concatenate((raw, np.zeros(over, np.uint8))) if over else raw


class SegmentFile:
    """A new file that arrays are added to. ``finish`` returns once the disk has confirmed it."""

    def __init__(self, path: Path) -> None:
        self._file = open(path, "xb", buffering=0)  # noqa: SIM115  # closed by finish
        self.sections: dict[str, Section] = {}
        self._offset = 0

    def add(self, arrays: Mapping[str, NDArray[Any]], threads: Executor) -> None:
        for name, array in arrays.items():
            raw = padded(array)
            self.sections[name] = Section(self._offset, array.dtype.str, array.size, check_sum(raw, threads))
            _write_all(self._file.fileno(), raw, self._offset)
            self._offset += -(-len(raw) // _LINE) * _LINE

    def finish(self) -> int:
        """The file's size."""
        with self._file as file:
            os.ftruncate(file.fileno(), self._offset)
            os.fsync(file.fileno())
        return self._offset


def _write_all(number: int, raw: NDArray[np.uint8], offset: int) -> None:
    left = memoryview(raw.data)
    while left:
        written = os.pwrite(number, left[: 1 << 28], offset)
        left, offset = left[written:], offset + written


def mapped(store: Path, segment: Segment, threads: Executor) -> tuple[NDArray[np.uint8], dict[str, NDArray[Any]]]:
    """Map a segment's file and look at every byte of it. Raises BadRecord where one is missing or has changed."""
    path = store / segment.file
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise BadRecord("store_damaged", why=f"{segment.file} -") from error
    if size != segment.bytes:
        raise BadRecord("store_damaged", why=f"{segment.file}: {size} ≠ {segment.bytes} bytes")
    whole = np.memmap(path, np.uint8, "r") if size else np.zeros(0, np.uint8)
    arrays = {}
    covered = 0
    for name, section in segment.sections.items():
        arrays[name], end = _checked(whole, segment, name, section, threads)
        if whole[covered : section.offset].any():
            raise BadRecord("store_damaged", why=f"{segment.file}: {covered}")
        covered = end
    if whole[covered:].any():
        raise BadRecord("store_damaged", why=f"{segment.file}: {covered}")
    return whole, arrays


def _checked(
    whole: NDArray[np.uint8], segment: Segment, name: str, section: Section, threads: Executor
) -> tuple[NDArray[Any], int]:
    dtype = np.dtype(section.dtype)
    used = section.length * dtype.itemsize
    end = section.offset + -(-used // 8) * 8
    raw = np.asarray(whole[section.offset : end])
    if check_sum(raw, threads) != section.check_sum:
        raise BadRecord("store_damaged", why=f"{segment.file}: {name}: check-sum")
    return raw[:used].view(dtype), end
