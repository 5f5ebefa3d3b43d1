"""What a warrant holds on disk, and how it ends: its key, and its records sealed under that key.

``WARRANT_KEYS/<vault>.key`` is 32 random bytes, sealed under the installation's key; ``WARRANTS/<vault>/`` holds the
records, every file AES-256-GCM in pieces. The two folders are two so that a backup can take the second without the
first: once the key is gone, what a backup holds is noise. Unsealed bytes touch memory only: ``scratch`` is a folder there
(``/dev/shm``) where the machine has one, and ends with the question it was made for.
"""

import hashlib
import hmac
import io
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_MAGIC = b"LFW1"
_PIECE = 4 << 20
_NONCE = 12
_LENGTH = 4
_SCRATCH = "lianfang-unsealed-"


class Gone(RuntimeError):
    """The key does not exist (any more), so what it sealed cannot be read by anybody."""


class Damaged(RuntimeError):
    """A sealed file was altered or cut short."""


@dataclass(frozen=True)
class Vault:
    """The place of one warrant. Two keys are drawn from its own: one seals files, one makes pseudonyms."""

    name: str

    @property
    def folder(self) -> Path:
        return Path(settings.WARRANTS) / self.name

    @property
    def key_file(self) -> Path:
        return Path(settings.WARRANT_KEYS) / f"{self.name}.key"

    def create_key(self) -> None:
        """Draw the key, once: a second call keeps the first."""
        self.key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        nonce = os.urandom(_NONCE)
        sealed = nonce + AESGCM(settings.SEAL_KEY).encrypt(nonce, secrets.token_bytes(32), self._context())
        draft = self.key_file.with_suffix(f".{os.getpid()}.new")
        _write(draft, [sealed])
        try:
            os.link(draft, self.key_file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        _sync(self.key_file.parent)

    def _key(self, what: bytes) -> bytes:
        try:
            sealed = self.key_file.read_bytes()
            key = AESGCM(settings.SEAL_KEY).decrypt(sealed[:_NONCE], sealed[_NONCE:], self._context())
        except (OSError, InvalidTag, ValueError) as error:
            raise Gone(self.name) from error
        return hmac.new(key, what, hashlib.sha256).digest()

    def _context(self) -> bytes:
        return f"lianfang.warrant:{self.name}".encode()

    def person_key(self) -> bytes:
        return self._key(b"person")

    def put(self, name: str, content: bytes | Path) -> str:
        """Seal one file, whole or not at all; return the SHA-256 of the sealed bytes."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self.folder / f"{name}.{os.getpid()}.new"
        with content.open("rb") if isinstance(content, Path) else io.BytesIO(content) as plain:
            digest = _write(draft, self._sealed(name, plain))
        os.replace(draft, self.folder / name)
        _sync(self.folder)
        return digest

    def _sealed(self, name: str, plain: BinaryIO) -> Iterator[bytes]:
        cipher = AESGCM(self._key(b"seal"))
        yield _MAGIC
        piece, number = plain.read(_PIECE), 0
        while True:
            following = plain.read(_PIECE)
            nonce = os.urandom(_NONCE)
            sealed = cipher.encrypt(nonce, piece, self._piece(name, number, not following))
            yield len(sealed).to_bytes(_LENGTH, "big") + nonce + sealed
            if not following:
                return
            piece, number = following, number + 1

    def _piece(self, name: str, number: int, last: bool) -> bytes:
        """Bound into every piece, so that none can be moved, left out, or taken for one of another file."""
        return f"{self.name}:{name}:{number}:{int(last)}".encode()

    def get(self, name: str) -> bytes:
        """Open one file. Raises Gone without the key or the file, Damaged for a file that is not what was put."""
        return b"".join(self._opened(name))

    def unseal(self, name: str, to: Path) -> None:
        """As ``get``, into a file: of a ``scratch``, and nowhere else."""
        with to.open("wb") as file:
            file.writelines(self._opened(name))

    def _opened(self, name: str) -> Iterator[bytes]:
        cipher = AESGCM(self._key(b"seal"))
        try:
            sealed = (self.folder / name).open("rb")
        except OSError as error:
            raise Gone(f"{self.name}/{name}") from error
        with sealed:
            head = sealed.read(len(_MAGIC) + _LENGTH)
            if head[: len(_MAGIC)] != _MAGIC:
                raise Damaged(name)
            length, number = head[len(_MAGIC) :], 0
            while True:
                nonce = sealed.read(_NONCE)
                piece = sealed.read(int.from_bytes(length, "big"))
                length = sealed.read(_LENGTH)
                try:
                    yield cipher.decrypt(nonce, piece, self._piece(name, number, not length))
                except (InvalidTag, ValueError) as error:
                    raise Damaged(name) from error
                if not length:
                    return
                number += 1

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder in memory for what is unsealed, gone when the block ends."""
        made = Path(tempfile.mkdtemp(prefix=f"{_SCRATCH}{self.name}-{os.getpid()}-", dir=scratch_root()))
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def drop(self, *, keep: str, ending: str) -> None:
        """Remove groups of files that are listed by a file ``NAME.ending``, all but one group."""
        for listed in self.folder.glob(f"*.{ending}"):
            name = listed.name.removesuffix(f".{ending}")
            for path in self.folder.glob(f"{name}.*") if name != keep else ():
                path.unlink(missing_ok=True)

    def manifest(self) -> list[dict[str, object]]:
        """Name, size and SHA-256 of every file, sealed as it lies there."""
        if not self.folder.is_dir():
            return []
        return [
            {"name": path.name, "bytes": path.stat().st_size, "sha256": _digest_of(path)}
            for path in sorted(self.folder.iterdir())
            if path.is_file()
        ]

    def destroy(self) -> None:
        """The key first: from that moment nothing can be read, even if the process ends here. Safe to repeat."""
        if self.key_file.exists():
            with self.key_file.open("r+b") as file:
                file.write(os.urandom(self.key_file.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            self.key_file.unlink()
            _sync(self.key_file.parent)
        for draft in self.key_file.parent.glob(f"{self.name}.*.new"):
            draft.unlink()
        if self.folder.exists():
            shutil.rmtree(self.folder)
            _sync(self.folder.parent)
        for left in scratch_root().glob(f"{_SCRATCH}{self.name}-*"):
            shutil.rmtree(left, ignore_errors=True)

    def is_gone(self) -> bool:
        unsealed = any(scratch_root().glob(f"{_SCRATCH}{self.name}-*"))
        return not self.key_file.exists() and not self.folder.exists() and not unsealed


def scratch_root() -> Path:
    """Where unsealed bytes may lie for a moment: memory, where the machine offers a folder in it."""
    return Path(settings.SCRATCH or tempfile.gettempdir())


def sweep_scratch() -> None:
    """Remove what a killed process left in memory."""
    for left in scratch_root().glob(f"{_SCRATCH}*"):
        owner = left.name.split("-")[-2]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(left, ignore_errors=True)


def _write(path: Path, pieces: Iterator[bytes] | list[bytes]) -> str:
    digest = hashlib.sha256()
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
