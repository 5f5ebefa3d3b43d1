"""The engine's store of a warrant's positions: sealed in the vault, unsealed into memory for one question."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lianfang.engines.collision import PING, BadRecord, Store, build_store, open_store
from lianfang.response.tracing.arrays.shelf import Shelf, part_of
from lianfang.response.tracing.vault import Damaged, Gone, Vault

_LIST = "store"  # the file that names the others: sealed last, so that a store is there whole or not at all


@contextmanager
def opened_store(shelf: Shelf) -> Iterator[Store]:
    """The positions kept so far as a store. Built when it is first asked for, and again when a file has come since."""
    name = _named(shelf)
    with shelf.vault.scratch() as folder:
        path = folder / "store"
        path.mkdir()
        if not _unsealed(shelf.vault, name, path):
            _build(shelf, folder, path)
            _seal(shelf.vault, name, path)
        yield open_store(path)


def _named(shelf: Shelf) -> str:
    """After the files it is made of, so that a store of other files is never taken for it."""
    files = ",".join(sorted(one.sha256 for one in shelf.of(PING)))
    return hashlib.sha256(files.encode()).hexdigest()[:16]


def _unsealed(vault: Vault, name: str, path: Path) -> bool:
    try:
        for file in json.loads(vault.get(f"{name}.{_LIST}")):
            vault.unseal(f"{name}.{file}", path / file)
        open_store(path)
    except (Gone, Damaged, BadRecord):  # the records themselves are looked at when it is built anew
        for left in path.iterdir():
            left.unlink()
        return False
    return True


def _build(shelf: Shelf, folder: Path, path: Path) -> None:
    parts = [(folder / f"{one.sha256}.parquet", one) for one in shelf.of(PING) if one.rows_kept]
    for part, batch in parts:
        shelf.vault.unseal(part_of(batch.sha256), part)
    build_store([part for part, _ in parts], path)
    for part, _ in parts:
        part.unlink()


def _seal(vault: Vault, name: str, path: Path) -> None:
    """Keep the store for the next question; stores of fewer files are of no use any more."""
    files = sorted(file for file in path.iterdir() if file.is_file())
    for file in files:
        vault.put(f"{name}.{file.name}", file)
    vault.put(f"{name}.{_LIST}", json.dumps([file.name for file in files]).encode())
    vault.drop(keep=name, ending=_LIST)
