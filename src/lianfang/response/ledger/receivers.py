"""Where the outbox delivers to: a web address where one is configured, otherwise a file of lines."""

import json
import os
import re
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

TIMEOUT_S = 10
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def sender(folder: Path, webhooks: str) -> Callable[[str, str, dict[str, object]], None]:
    """Return what sends one message: (receiver, event, body). It raises OSError where the message did not arrive.

    webhooks: ``receiver=https://…`` pairs, comma-separated. The event is the idempotency key: the same event may come
    twice after a crash, and the receiver keeps it once.
    """
    addresses = dict(pair.split("=", 1) for pair in webhooks.split(",") if "=" in pair)
    for address in addresses.values():
        parts = urlsplit(address)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise ValueError(f"LIANFANG_WEBHOOKS: {address} must use https")

    def send(receiver: str, event: str, body: dict[str, object]) -> None:
        if receiver in addresses:
            _post(addresses[receiver], event, body)
        else:
            _append(folder / f"{re.sub(r'[^0-9A-Za-z_-]', '_', receiver) or 'unnamed'}.jsonl", receiver, event, body)

    return send


def _post(address: str, event: str, body: dict[str, object]) -> None:
    content = json.dumps({"event": event, "body": body}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": event}
    with urllib.request.urlopen(urllib.request.Request(address, content, headers), timeout=TIMEOUT_S) as answer:
        if answer.status >= 300:
            raise OSError(f"answered {answer.status}")


def _append(path: Path, receiver: str, event: str, body: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"receiver": receiver, "event": event, "body": body}, ensure_ascii=False)
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
