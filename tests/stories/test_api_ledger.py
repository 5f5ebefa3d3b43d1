"""What an auditor reads of the ledger through the API."""

import pytest
from django.core.cache import cache

from lianfang.response.ledger.actions import record
from tests.voice import Voice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_fresh_brake():
    cache.clear()


def test_an_auditor_reads_entries_by_what_about_what_and_by_whom(cast):
    record("case.edited", "cases.case:7", by=cast.tracer, area_path=cast.xiaoguozhuang.path, why="typing error")
    record("case.edited", "cases.case:8", by=cast.second_tracer, area_path=cast.xiaoguozhuang.path)
    rows = Voice(cast.auditor).rows("ledger/entries", action="case.", actor=cast.tracer.pk)
    assert [(row["subject"], row["why"]) for row in rows] == [("cases.case:7", "typing error")]


def test_nobody_else_reads_them(cast):
    assert Voice(cast.commander).get("ledger/entries").status_code == 403
