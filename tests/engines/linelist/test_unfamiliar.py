"""Lists nobody has seen before: what their makers wrote is recognised, asked about or refused by row; never made up."""

from datetime import date


def test_infectors_in_the_list_itself_become_sources(read):
    preview = read("case_ID,infector,date_of_prodrome\n1,45,1861-11-21\n45,184,1861-11-11\n184,NA,1861-10-30\n")
    assert preview.ready
    assert [row.sources for row in preview.rows()] == [("45",), ("184",), ()]


def test_several_sources_a_cell_in_a_tabbed_list_with_blanks_in_its_header(read):
    text = "id \tcontact_with \tsymptom onset \tconfirmed \nP1\t\t1/13/2020\t1/20/2020\nP2\tP1\t1/15/2020\t1/22/2020\n"
    preview = read(text + "P3\tP1; P2\tunknown\t1/23/2020\n", encoding="utf-8-sig")
    assert preview.ready
    rows = list(preview.rows())
    assert rows[2].sources == ("P1", "P2")
    assert (rows[0].on("onset_on"), rows[2].on("onset_on")) == (date(2020, 1, 13), None)
    assert rows[2].on("diagnosed_on") == date(2020, 1, 23)


def test_a_chinese_list_in_gb18030_is_asked_for_its_year_only(read, said):
    text = "病例编号,性别,年龄,发病日期,确诊日期,传染来源\n1,男,45,1月2日,2021/1/13,\n2,女,8个月,1月4日,44210,1\n3,女,61岁,无症状,2021/1/17,1、2\n"
    preview = read(text, encoding="gb18030")
    assert said(preview, "error") == []
    assert [problem.code for problem in preview.of("question")] == ["date_year"]
    assert said(preview, "warning") == [("no_symptoms", None, "无症状")]
    rows = list(preview.rows())
    assert [row.age for row in rows] == [45, 0, 61]
    assert rows[1].on("diagnosed_on") == date(2021, 1, 14)
    assert rows[2].sources == ("1", "2")


def test_a_case_that_is_its_own_source_and_one_nobody_knows_are_said(read, said):
    preview = read("id,infector,date_onset\n1,,2020-01-01\n3,3,2020-01-04\n4,99,2020-01-05\n")
    assert preview.ready
    assert said(preview, "warning") == [("self_source", 3, "3"), ("unknown_source", 4, "99")]
    assert [row.sources for row in preview.rows()] == [(), (), ()]


def test_a_day_that_does_not_exist_and_a_number_that_stands_twice_refuse_the_list(read, said):
    preview = read("id,date_onset\n1,2020-02-30\n1,2020-02-03\n")
    assert not preview.ready
    assert set(said(preview, "error")) == {("duplicate_id", 3, "1"), ("bad_date", 2, "2020-02-30")}


def test_a_header_in_another_language_is_asked_about(read):
    preview = read("Fall;Quelle;Onset\n1;;01.02.2020\n2;1;13.02.2020\n")
    (question,) = preview.of("question")
    assert (question.code, question.params["answers"]) == ("no_id_column", ["Fall", "Quelle", "Onset"])


def test_links_by_other_names_and_with_blanks_around_their_ends(read):
    preview = read(
        "ID,Onset date , Report date\nSG1,2020-01-22,2020-01-24\nSG2,2020-01-25,2020-01-28\nSG3,NA,2020-01-29\n",
        "primary,secondary,exposure\nSG1,SG2,family\nSG1 ,SG3,church\nSG2,SG3,church\n",
    )
    assert preview.ready
    assert [(link.source, link.case, link.setting) for link in preview.link_rows()] == [
        ("SG1", "SG2", "family"), ("SG1", "SG3", "church"), ("SG2", "SG3", "church"),
    ]  # fmt: skip
