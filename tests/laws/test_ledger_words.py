"""Every event that the code writes into the ledger has its words on the auditor's page."""

import ast
from collections.abc import Iterator
from pathlib import Path

from lianfang.response.web.ledger_terms import EVENTS

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "lianfang" / "response"
_PLACE = {"record": 0, "Move": 1}  # call → which argument names the event


def written() -> Iterator[tuple[str, str]]:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            at = _PLACE.get(getattr(node.func, "id", "")) if isinstance(node, ast.Call) else None
            if at is None or len(node.args) <= at:
                continue
            event = node.args[at]
            if isinstance(event, ast.Constant) and isinstance(event.value, str):
                yield event.value, path.name


def test_every_event_has_its_words() -> None:
    found = dict(written())
    assert len(found) > 40, "the search no longer finds how events are written"
    assert {event: where for event, where in found.items() if event not in EVENTS} == {}
