"""Whom a cell names: the case is found however its number is written, and whoever is not in the list is said."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianfang.engines.linelist.naming import Names


def sources(preview):
    return [row.sources for row in preview.rows()]


@pytest.mark.parametrize(
    "written", ["sk_014", "SK-14", "SK14", "sk 14", "SK_14.0", "case sk14", "#SK_14", "ＳＫ_１４", "14"]
)
def test_a_number_written_otherwise_is_found_and_said(read, said, written):
    preview = read(f'id,infector\nSK_1,\nSK_14,SK_1\nSK_20,"{written}"\n')
    assert preview.ready
    assert sources(preview)[2] == ("SK_14",)
    assert [(code, row) for code, row, _value in said(preview, "warning")] == [("id_alike", 4)]


@pytest.mark.parametrize(
    "cell", ["A1;A2", "A1, A2", "A1/A2", "A1 and A2", "A1、A2", "A1和A2", "A1 A2", "A1|A2", "A1 & A2", "A1\nA2", "a1,A02", "A1; A2; A1"]
)  # fmt: skip
def test_several_sources_in_a_cell_are_all_taken(read, cell):
    assert sources(read(f'id,infector\nA1,\nA2,\nA3,"{cell}"\n'))[2] == ("A1", "A2")


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("wife of case 3", ("TJ3",)), ("cases 3 and 5", ("TJ3", "TJ5")), ("coworkers of TJ3/5", ("TJ3", "TJ5")),
        ("病例3密切接触者", ("TJ3",)), ("family ofTJ5", ("TJ5",)), ("met 3 friends", ()), ("Case 3, 59 years", ("TJ3",)),
        ("https://example.org/TJ3/case5", ()), ("Wuhan", ()), ("imported", ()), ("unknown", ()), ("NA", ()),
    ],
)  # fmt: skip
def test_a_sentence_names_cases_and_a_count_or_a_place_is_none(read, cell, found):
    preview = read(f'id,infector\nTJ3,\nTJ5,\nTJ9,"{cell}"\n')
    assert preview.ready
    assert sources(preview)[2] == found


@pytest.mark.parametrize("cell", ["TJ1-TJ3", "TJ1–3", "cases 1 至 3", "TJ01 ~ TJ03"])
def test_what_may_be_a_range_is_said(read, said, cell):
    preview = read(f"id,infector\nTJ1,\nTJ2,\nTJ3,\nTJ9,{cell}\n")
    assert "source_range" in [code for code, _row, _value in said(preview, "warning")]


def test_a_number_that_two_cases_share_but_for_zeros_is_no_alias(read, said):
    text = "id,infector\n1,\n01,\n3,001\n"
    assert said(read(text), "question") == [("alike_id", None, "01")]
    preview = read(text, file={"alike": "different"})
    assert (preview.ready, sources(preview)[2]) == (True, ())
    assert said(preview, "warning") == [("unknown_source", 4, "001")]


def test_cases_in_a_circle_are_said(read, said):
    preview = read("id,infector\n1,3\n2,1\n3,2\n4,3\n")
    assert preview.ready
    assert said(preview, "warning") == [("circle", None, "1, 2, 3")]


def test_a_row_that_stands_twice_may_be_dropped_and_a_number_with_two_meanings_may_not(read, said):
    text = "id,sex\n1,M\n2,F\n2,F\n"
    assert said(read(text), "question") == [("row_repeated", None, "")]
    assert said(read(text), "error") == [("duplicate_id", 4, "2")]
    answered = read(text, file={"repeated": "drop"})
    assert (answered.ready, answered.count, [row.id for row in answered.rows()]) == (True, 2, ["1", "2"])
    assert said(read("id,sex\n2,M\n2,F\n", file={"repeated": "drop"}), "error") == [("duplicate_id", 3, "2")]


def test_a_list_without_numbers_may_take_its_rows(read, said):
    text = "class,onset\n1,2001-06-23\n\n2,2001-06-24\n"
    assert [one[0] for one in said(read(text), "question")] == ["no_id_column"]
    assert [row.id for row in read(text, file={"number": "rows"}).rows()] == ["2", "4"]


_IDS = st.lists(st.from_regex(r"[A-C]{1,3}[_-]?[1-9][0-9]{0,3}", fullmatch=True), min_size=1, max_size=20, unique=True)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(ids=_IDS, data=st.data())
def test_whoever_is_found_under_another_writing_is_the_only_one_who_can_be_meant(ids, data):
    names = Names(dict.fromkeys(ids, 0))
    one = data.draw(st.sampled_from(ids))
    written = data.draw(st.sampled_from([one, one.lower(), f" {one} ", f"Case {one}", f"#{one}"]))
    found = names.find(written)
    bare = {
        other
        for other in ids
        if other.lower().replace("_", "").replace("-", "") == one.lower().replace("_", "").replace("-", "")
    }
    assert found == one if written == one or len(bare) == 1 else found is None
