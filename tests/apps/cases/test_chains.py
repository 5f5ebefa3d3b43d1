"""Which cases hang together: read from the database in one go, in both directions."""

from itertools import pairwise

import pytest
from django.test.utils import CaptureQueriesContext

from lianfang.response.cases.actions import cases
from lianfang.response.cases.queries.cases import chain_of
from lianfang.response.people.actions import enter_person
from lianfang.response.people.sealing import Identity

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(cast):
    """Six cases, each infected by the one before; and one that has to do with nobody."""
    made = [
        cases.report_case(
            enter_person(Identity(f"王小{n}"), cast.xiaoguozhuang, by=cast.tracer), cast.xiaoguozhuang, f"L-{n}",
            disease="COVID-19", by=cast.tracer,
        )
        for n in "一二三四五六七"
    ]  # fmt: skip
    for source, case in pairwise(made[:6]):
        cases.name_source(case, source, by=cast.tracer, setting="meal")
    return made


def test_a_chain_is_followed_to_both_ends(line):
    wanted = {(source.pk, case.pk, "meal") for source, case in pairwise(line[:6])}
    assert set(chain_of(line[2], 400)) == wanted


def test_a_case_without_links_is_alone(line):
    assert chain_of(line[6], 400) == []


def test_only_the_nearest_are_taken(line):
    named = {pk for edge in chain_of(line[2], 3) for pk in edge[:2]}
    assert named == {case.pk for case in line[1:4]}


def test_a_long_chain_takes_no_more_queries_than_a_short_one(line):
    from django.db import connection

    with CaptureQueriesContext(connection) as asked:
        chain_of(line[0], 400)
    assert len(asked) == 2
