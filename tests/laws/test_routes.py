"""Every address × every role × every method: who is let in stands in the checked table, and nobody else is."""

import json
import os
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from lianfang.response.territory.roles import ROLES
from lianfang.response.web.api import api
from tests.cast import sign_in
from tests.laws import routes, samples
from tests.world import World, build

pytestmark = pytest.mark.django_db
EVERYBODY = (*routes.OUTSIDERS, *ROLES)
WRITING = os.environ.get("LIANFANG_WRITE_ROUTES") == "1"
HOW = "if it is meant: python -m tests.laws.routes, then read the difference"


class Asker:
    """One client that is put back after every request: session, cookies, data."""

    def __init__(self, client: Client, world: World):
        self.client, self.world = client, world
        client.raise_request_exception = False
        client.get("/account/")  # the first request also sets the session's clock
        self.cookies = client.cookies.output(header="", sep=";")

    def status(self, route: str, method: str) -> int:
        self.client.cookies = SimpleCookie(self.cookies)
        with transaction.atomic():
            answer = self.client.generic(method, routes.address(route, self.world), **self._content(route, method))
            transaction.set_rollback(True)
        return answer.status_code

    def _content(self, route: str, method: str) -> dict[str, Any]:
        if method == "GET":
            return {"query_params": samples.QUERIES.get(route)}
        if route in samples.FILES:
            name, text = samples.FILES[route]
            form = samples.filled(samples.FORMS.get(route, {}), self.world)
            file = SimpleUploadedFile(name, text.encode())
            return {"data": encode_multipart(BOUNDARY, {**form, "file": file}), "content_type": MULTIPART_CONTENT}
        if route.startswith("api/"):
            body = samples.filled(samples.BODIES.get(route, {}), self.world)
            return {"data": json.dumps(body), "content_type": "application/json"}
        form = samples.filled(samples.FORMS.get(route, {}), self.world)
        return {"data": urlencode(form), "content_type": "application/x-www-form-urlencoded"}


@pytest.fixture
def asker(cast: Any, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Asker:
    monkeypatch.setattr(api.throttle[0], "num_requests", 10**9)
    cache.clear()
    role = request.param
    client = Client() if role == "-" else sign_in(Client(), cast.stranger if role == "none" else cast.role(role))
    return Asker(client, build(cast))


@pytest.mark.parametrize(("asker", "role"), [(role, role) for role in EVERYBODY], indirect=["asker"], ids=EVERYBODY)
def test_every_address_answers_every_role_as_the_table_says(asker: Asker, role: str) -> None:
    seen = {(route, method): asker.status(route, method) for route in routes.routes() for method in routes.METHODS}
    if WRITING:
        routes.SEEN[role] = seen
        return
    table = routes.expected()
    wrong = []
    for (route, method), status in seen.items():
        wanted = routes.allowed(table.get(route, {}).get(method), role)
        if route in table and status not in wanted:
            wrong.append(f"{method} {route} for {role}: {status}, the table says {wanted}")
    assert not wrong, "\n".join([*wrong, HOW])


@pytest.mark.skipif(WRITING, reason="the table is being written")
def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert sorted(routes.expected()) == sorted(routes.routes()), HOW


@pytest.mark.skipif(WRITING, reason="the table is being written")
def test_the_table_lets_nobody_fail() -> None:
    table = routes.expected()
    broken = [
        f"{method} {route}: {role} {status}"
        for route, methods in table.items()
        for method, by_role in methods.items()
        for role, status in by_role.items()
        if status >= 500
    ]
    assert broken == []


@pytest.mark.skipif(WRITING, reason="the table is being written")
def test_nobody_is_let_in_without_signing_in_except_to_sign_in() -> None:
    let_in = {
        route
        for route, methods in routes.expected().items()
        for by_role in methods.values()
        if min(routes.allowed(by_role, "-")) < 300
    }
    assert let_in == {"alive/", "account/inactive/", "account/sign-in/"}


@pytest.mark.skipif(WRITING, reason="the table is being written")
def test_every_write_of_the_api_is_asked_for_with_a_body_its_form_accepts() -> None:
    """Otherwise all would be told 422, and the row would say nothing about who may."""
    for route, methods in routes.expected().items():
        if route.startswith("api/") and "POST" in methods:
            statuses = {routes.allowed(methods["POST"], role) for role in ROLES}
            assert statuses != {(422,)}, route


@pytest.mark.skipif(not WRITING, reason="only when the table is written on purpose")
def test_write_the_table() -> None:
    routes.TABLE.write_text(routes.written(routes.SEEN), encoding="utf-8")
