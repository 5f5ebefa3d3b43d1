"""A contacts file under any names; its direction is asked where the days of onset speak against it."""

import pytest

LIST = "id,onset\n" + "".join(f"A{n},2020-01-{n:02}\n" for n in range(1, 9))


def ends(preview):
    return [(one.source, one.case, one.setting) for one in preview.link_rows()]


@pytest.mark.parametrize(
    "header",
    [
        "from,to", "infector.case,infectee.case", "Source Case #ID,case.id", "case_id_from,case_id_to", "primary,secondary",
        "infector,case_id", "来源病例,病例编号",
    ],
)  # fmt: skip
def test_source_and_case_are_known_by_the_words_of_their_headers(read, header):
    preview = read(LIST, f"{header}\nA1,A2\n")
    assert preview.ready
    assert ends(preview) == [("A1", "A2", "")]


def test_two_columns_of_people_without_a_direction_are_asked_about(read, said):
    links = "person_a,person_b,place\nA1,A2,home\n"
    assert [code for code, _row, _value in said(read(LIST, links), "question")] == ["contacts_source", "contacts_case"]
    answered = read(LIST, links, contacts={"person_b": "source", "person_a": "case"})
    assert answered.ready
    assert ends(answered) == [("A2", "A1", "home")]


def test_links_that_run_against_the_onsets_are_asked_about(read, said):
    links = "from,to\n" + "".join(f"A{n + 1},A{n}\n" for n in range(1, 8))
    assert said(read(LIST, links), "question") == [("backwards", None, "A2 → A1")]
    assert ends(read(LIST, links, sources={"contacts": "reversed"}))[0] == ("A1", "A2", "")
    assert ends(read(LIST, links, sources={"contacts": "as_given"}))[0] == ("A2", "A1", "")


def test_whoever_is_not_in_the_list_is_asked_about_once_and_said_row_by_row(read, said):
    links = "from,to\nA1,A2\nA1,X9\nZhang,A3\n,A4\nNA,A5\nA6,\n"
    assert said(read(LIST, links), "question") == [("unknown_end", None, "X9")]
    answered = read(LIST, links, sources={"unknown": "ignore"})
    assert answered.ready
    assert ends(answered) == [("A1", "A2", "")]
    assert sorted(said(answered, "warning")) == [
        ("end_ignored", 3, "X9"),
        ("end_ignored", 4, "Zhang"),
        ("no_end", 7, ""),
    ]


def test_several_sources_of_one_case_may_stand_in_one_cell(read):
    assert ends(read(LIST, "from,to\nA1; A2,A3\n")) == [("A1", "A3", ""), ("A2", "A3", "")]


def test_numbers_as_fractions_meet_numbers_that_are_whole(read):
    preview = read("id,sex\n1.0,M\n2.0,F\n", "from,to\n1,2\n")
    assert preview.ready
    assert ends(preview) == [("1.0", "2.0", "")]
