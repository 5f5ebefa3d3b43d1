"""The second wall: on PostgreSQL the database itself hides what the user of a request cannot reach.

Lists and checks in ``permissions`` are the first wall. Behind it every web request runs as a database role that owns
nothing and cannot pass row security (``row_security.sql``), with the paths of the user's grants as its sight. A request
that only reads keeps that sight to its end. One that changes something has it until an action has asked ``require`` and
was answered yes; from there the action speaks, which may owe a duty to another township than the user's own. Commands
are the system itself and run as the owner of the tables. SQLite has no row security and only the first wall.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import connection

ROLE = "lianfang_app"
WHOLE = "*"
_SET = "SELECT set_config('role', %s, false), set_config('lianfang.paths', %s, false), set_config('lianfang.user', %s, false)"


@dataclass
class _Sight:
    paths: str
    user: str
    acts: bool


_sight: ContextVar[_Sight | None] = ContextVar("sight", default=None)


@contextmanager
def of_request(paths: tuple[str, ...] | None, user_id: int | None, *, acts: bool) -> Iterator[None]:
    """See only below ``paths`` (None: everywhere) while a request is answered. acts: an action may widen it."""
    if connection.vendor != "postgresql":
        yield
        return
    mine = _Sight(WHOLE if paths is None else " ".join(paths), str(user_id or 0), acts)
    token = _sight.set(mine)
    apply()
    try:
        yield
    finally:
        _sight.reset(token)
        _look(("none", "", ""))


def widen() -> None:
    """An action was allowed: what follows in this request is the system's own work."""
    mine = _sight.get()
    if mine and mine.acts and mine.paths != WHOLE:
        mine.paths = WHOLE
        apply()


def apply(**_: Any) -> None:
    """Tell the connection whose eyes it has; again when it was opened in the middle of a request."""
    mine = _sight.get()
    if mine:
        _look((ROLE, mine.paths, mine.user))


def _look(values: tuple[str, str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SET, values)
