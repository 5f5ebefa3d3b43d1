"""Chains do not depend on the order of rows, and a generation is one more than the smallest among its sources."""

import csv

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianfang.engines.chains import trace
from lianfang.engines.linelist import inspect

_CASES = [f"C{n}" for n in range(12)]
_LINKS = st.lists(
    st.tuples(st.sampled_from(_CASES), st.sampled_from(_CASES)).filter(lambda pair: pair[0] != pair[1]), max_size=30
)


def generations(chains):
    return {row.case: row.generation for row in chains.rows}


def slowly(links):
    """Generations by trying again until nothing changes; -1: reached from no root."""
    sources = {}
    for source, case in links:
        sources.setdefault(case, set()).add(source)
    found = {one: 0 for pair in links for one in pair if one not in sources}
    for _round in _CASES:
        for case, named in sources.items():
            known = [found[one] for one in named if one in found]
            if known:
                found[case] = min(known) + 1
    return {one: found.get(one, -1) for pair in links for one in pair}


@given(links=_LINKS)
def test_a_generation_is_one_more_than_the_smallest_of_its_sources(links):
    assert generations(trace(_CASES, [(*link, "") for link in links])) == slowly(links)


@given(links=_LINKS, data=st.data())
def test_the_order_of_cases_and_links_changes_nothing(links, data):
    cases, mixed = data.draw(st.permutations(_CASES)), data.draw(st.permutations(links))
    one, other = trace(_CASES, [(*link, "") for link in links]), trace(cases, [(*link, "") for link in mixed])
    assert set(one.rows) == set(other.rows)
    assert set(one.unlinked) == set(other.unlinked)


@given(links=_LINKS)
def test_every_link_is_one_row_and_every_root_one(links):
    rows = trace(_CASES, [(*link, "") for link in links]).rows
    assert sorted((row.source, row.case) for row in rows if row.source) == sorted(set(links))
    roots = [row.case for row in rows if not row.source]
    assert sorted(roots) == sorted({source for source, _case in links} - {case for _source, case in links})
    assert all(row.generation == 0 for row in rows if not row.source)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(links=_LINKS, data=st.data())
def test_the_same_chains_come_from_a_column_of_sources_and_from_a_contacts_file(tmp_path, links, data):
    named = {case: [] for case in _CASES}
    for source, case in dict.fromkeys(links):
        named[case].append(source)
    order = data.draw(st.permutations(_CASES))
    mark = data.draw(st.sampled_from([", ", ";", "、", " / ", " and "]))
    inside = write(tmp_path / "inside.csv", ["infector", "id"], [[mark.join(named[case]), case] for case in order])
    apart = write(tmp_path / "list.csv", ["id"], [[case] for case in _CASES])
    beside = write(tmp_path / "links.csv", ["to", "from"], [[case, source] for source, case in links])
    own = [(source, row.id, "") for row in inspect(inside).rows() for source in row.sources]
    given_ = [(one.source, one.case, "") for one in inspect(apart, beside).link_rows()]
    assert set(trace(_CASES, own).rows) == set(trace(_CASES, given_).rows)


def write(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path
