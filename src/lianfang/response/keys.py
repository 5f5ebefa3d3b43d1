"""Secrets, kept outside the database: one JSON file, by default beside the data, better on another host.

``LIANFANG_KEYS`` names the file. It is created on first use, readable by its owner only.
"""

import base64
import json
import os
import secrets
from pathlib import Path

NAMES = ("django", "ledger", "seal", "index")


class KeysUnreadable(RuntimeError):
    """The key file exists but cannot be used; nothing identified can be read or written until it can."""


def load(path: Path) -> dict[str, bytes]:
    """Return {name: 32 bytes} for every name in NAMES, creating the file when there is none."""
    if not path.exists():
        _create(path)
    try:
        stored = json.loads(path.read_text())
        return {name: base64.b64decode(stored[name]) for name in NAMES}
    except (OSError, ValueError, KeyError) as error:
        raise KeysUnreadable(
            f"{path}: {error!r}. Restore it from its backup; a new one cannot open old data."
        ) from error


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = {name: base64.b64encode(secrets.token_bytes(32)).decode() for name in NAMES}
    draft = path.with_suffix(f".{os.getpid()}.new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(fresh, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # fails if another process was first: then theirs counts
    except FileExistsError:
        pass
    finally:
        draft.unlink()
