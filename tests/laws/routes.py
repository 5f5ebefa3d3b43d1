"""Every address of the project, and what each role is answered there.

``python -m tests.laws.routes`` writes the table (tests/laws/routes.toml) anew from what the project answers now. Do it
on purpose, and read the difference before it is committed: the table is the list of what is allowed.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.laws import samples

TABLE = Path(__file__).with_name("routes.toml")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
NOT_ALLOWED = 405
SIGN_IN_FIRST = (302, 401)
# '-': somebody who has not signed in. 'none': signed in, without any grant.
OUTSIDERS = ("-", "none")
_STEP = "<str:step>"
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
_HEAD = """\
# What every address answers to every role: the checked table of all routes (tests/laws/test_routes.py).
# Asked for is what lies in 小果庄村, within everybody's reach; writes carry a body their form accepts (samples.py).
# '-': not signed in, named only where not sent to sign in (302, 401); none: no grant; all: everybody else.
# A method that is not named here is refused to everybody signed in with 405.
# Written by: python -m tests.laws.routes
"""

Answers = dict[tuple[str, str], int]
SEEN: dict[str, Answers] = {}


class NoSample(Exception):
    """An address has a parameter for which samples.py names no record."""


@cache
def routes() -> tuple[str, ...]:
    """Every route of the URLconf, as it is written there; one that takes a step, once for every step."""
    from django.urls import get_resolver

    whole = sorted(set(_walk(get_resolver(), "")))
    return tuple(sorted(route.replace(_STEP, step) for route in whole for step in _steps(route)))


def _steps(route: str) -> tuple[str, ...]:
    if _STEP not in route:
        return ("",)
    steps = samples.steps().get(route.partition("/")[0])
    if not steps:
        raise NoSample(f"{route}: name its steps in tests/laws/samples.py")
    return steps


def _walk(resolver: Any, before: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        whole = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _walk(pattern, whole)
        else:
            yield whole


def address(route: str, world: Any) -> str:
    """The route with records of the world for its parameters."""

    def value(match: re.Match[str]) -> str:
        record = samples.longest(samples.RECORDS, route, match[1])
        plain = samples.longest(samples.VALUES, route, match[1])
        if record is None and plain is None:
            raise NoSample(f"{route}: name a sample for <{match[1]}> in tests/laws/samples.py")
        return str(world[record] if record else plain)

    return "/" + _PARAMETER.sub(value, route)


def expected() -> dict[str, dict[str, dict[str, int]]]:
    """route → method → role → status."""
    table: dict[str, dict[str, dict[str, int]]] = {}
    for route, methods in tomllib.loads(TABLE.read_text(encoding="utf-8")).items():
        table[route] = {
            method: {role: int(status) for status, roles in by_status.items() for role in roles.split()}
            for method, by_status in methods.items()
        }
    return table


def allowed(by_role: dict[str, int] | None, role: str) -> tuple[int, ...]:
    """What the table lets one role be answered; ``by_role`` is None for a method that it does not name."""
    if by_role and role in by_role:
        return (by_role[role],)
    if role == "-":
        return SIGN_IN_FIRST if by_role else (*SIGN_IN_FIRST, NOT_ALLOWED)
    return (by_role["all"],) if by_role else (NOT_ALLOWED,)


def written(seen: dict[str, Answers]) -> str:
    """The table as text. The commonest answer of a method stands as 'all'."""
    lines = [_HEAD]
    for route in routes():
        lines.append(f'\n["{route}"]')
        for method in METHODS:
            by_role = {role: answers[route, method] for role, answers in seen.items()}
            if by_role["-"] in SIGN_IN_FIRST:
                del by_role["-"]
            if set(by_role.values()) != {NOT_ALLOWED}:
                lines.append(f"{method} = {{ {_row(by_role)} }}")
    return "\n".join(lines) + "\n"


def _row(by_role: dict[str, int]) -> str:
    statuses = sorted(set(by_role.values()))
    inside = [status for role, status in by_role.items() if role not in OUTSIDERS]
    refused = [status for status in inside if status >= 300] or inside
    rest = max(sorted(set(refused)), key=refused.count)
    # Who is let in is always named; only a refusal, or what everybody gets, stands as 'all'.
    if rest < 300 and set(inside) != {rest}:
        rest = 0
    named = {
        status: [role for role, own in by_role.items() if own == status and (status != rest or role == "-")]
        for status in statuses
    }
    if rest:
        named[rest] = ["all", *named[rest]]
    return ", ".join(f'{status} = "{" ".join(roles)}"' for status, roles in sorted(named.items()) if roles)


if __name__ == "__main__":
    import os
    import sys

    import pytest

    os.environ["LIANFANG_WRITE_ROUTES"] = "1"
    sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", str(Path(__file__).with_name("test_routes.py"))]))
