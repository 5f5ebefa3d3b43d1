"""Speaking to /api/v1 as somebody of the cast."""

import json
from datetime import UTC, datetime

from django.test import Client

from tests.cast import sign_in

BEGIN = datetime(2021, 1, 3, 4, tzinfo=UTC)


class Voice:
    """One account that speaks to the API."""

    def __init__(self, user):
        self.client = sign_in(Client(), user)

    def get(self, path, **query):
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path, **body):
        return self.client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")

    def rows(self, path, **query):
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.content
        return answer.json()["rows"]

    def done(self, path, **body):
        answer = self.post(path, **body)
        assert answer.status_code in (200, 201), answer.content
        return answer.json()


def told(answer):
    """Everything an attacker can compare."""
    return answer.status_code, answer.content, sorted(answer.headers.items())


def report_positive(as_, person, sampled_at):
    laboratory = as_("laboratory")
    return laboratory.done(
        "tests", person=person.pk, disease="COVID-19", sampled_at=sampled_at.isoformat(), result="positive",
        laboratory="市疾控",
    )  # fmt: skip
