"""Whatever is sent to /api/v1, by whomever: no server error, and no answer that the OpenAPI document does not know."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings, strategies
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lianfang.response.web.api import api
from tests.cast import sign_in
from tests.laws import samples
from tests.world import World, build

ROLES = ("tracer", "township", "laboratory")
# positive_data_acceptance is left out: a well-formed request may still break a rule of the field, and is told so (422).
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance, negative_data_rejection,
]  # fmt: skip

def _operations() -> dict[str, list[Any]]:
    """noun → operations. The cookie is ours to send, so that it is not among what is made up."""
    document = deepcopy(api.get_openapi_schema())
    del document["components"]["securitySchemes"]
    for methods in document["paths"].values():
        for operation in methods.values():
            operation.pop("security", None)
    found: dict[str, list[Any]] = {}
    for result in schemathesis.openapi.from_dict(document).get_all_operations():
        operation = result.ok()
        found.setdefault(operation.tags[0], []).append(operation)
    return found


OPERATIONS = _operations()
MODES = {"well-formed": GenerationMode.POSITIVE, "malformed": GenerationMode.NEGATIVE}
# field of a body → record of tests.world
NAMED = {"person": "person", "stay": "stay", "owner": "owner", "area": "area", "case": "case", "purpose": "purpose",
         "source": "suspect"}  # fmt: skip
LIGHT = settings(
    max_examples=8, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
pytestmark = pytest.mark.django_db


def _takes_nothing(operation: Any) -> bool:
    """Nothing about such a request can be malformed."""
    return not (operation.path_parameters or operation.query or operation.body)


@pytest.fixture
def call(cast: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Calls as a role, in a savepoint that is rolled back: every request meets the same world."""
    monkeypatch.setattr(api.throttle[0], "num_requests", 10**9)
    sessions = {}
    for role in ROLES:
        client = sign_in(Client(), cast.role(role))
        client.get("/api/v1/me")
        sessions[role] = {name: morsel.value for name, morsel in client.cookies.items()}
    for signal in (request_started, request_finished):  # they would close the connection that holds this test's data
        signal.disconnect(close_old_connections)
    application = WSGIHandler()

    def _call(case: Any, role: str) -> Any:
        with transaction.atomic():
            answer = case.call(cookies=sessions[role], app=application)
            transaction.set_rollback(True)
        return answer

    yield _call
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("noun", OPERATIONS)
def test_whatever_is_sent_is_answered_as_documented(noun: str, mode: str, cast: Any, call: Any) -> None:
    world = build(cast)
    for operation in OPERATIONS[noun]:
        if mode == "well-formed" or not _takes_nothing(operation):
            _send(operation, mode, world, call)


def _send(operation: Any, mode: str, world: World, call: Any) -> None:
    @LIGHT
    @given(operation.as_strategy(MODES[mode]), strategies.sampled_from(ROLES), strategies.booleans())
    def sent(case: Any, role: str, real: bool) -> None:
        if real and mode == "well-formed":
            _make_real(case, world)
        case.validate_response(call(case, role), checks=CHECKS)

    sent()


def _make_real(case: Any, world: World) -> None:
    """Point well-formed requests at records that exist: otherwise nearly all would end at 404."""
    route = case.operation.path.lstrip("/").replace("{", "<").replace("}", ">")
    for name in case.path_parameters:
        case.path_parameters[name] = world[samples.longest(samples.RECORDS, route, name)]
    if isinstance(case.body, dict):
        case.body.update({name: world[record] for name, record in NAMED.items() if case.body.get(name)})
