"""Files as programs and people leave them: encodings, marks between cells, titles, quotation marks, rows too long or short."""

import pytest

from lianfang.engines.linelist import Refused, inspect

LIST = "case_id,name,notes\nA1,王芳,“回访”\nA2,李伟,\n"


def rows(preview):
    return [(row.id, row.text("name")) for row in preview.rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "gbk"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_encoding_and_mark_are_found(read, encoding, mark):
    bom = b"\xff\xfe" if encoding == "utf-16-le" else b""
    preview = read(bom + LIST.replace(",", mark).encode(encoding))
    assert preview.ready
    assert rows(preview) == [("A1", "王芳"), ("A2", "李伟")]


def test_utf_16_without_its_mark_is_read(read):
    assert rows(read(LIST, encoding="utf-16-le")) == rows(read(LIST, encoding="utf-16-be")) == rows(read(LIST))


def test_western_letters_are_not_read_as_chinese(read, said):
    preview = read("id,name\n1,José\n2,Zoë Ångström\n", encoding="latin-1")
    assert rows(preview) == [("1", "José"), ("2", "Zoë Ångström")]
    assert [code for code, _row, _value in said(preview, "warning")] == ["encoding_guessed"]


@pytest.mark.parametrize(("encoding", "name"), [("big5", "陳大文,香港中環"), ("shift_jis", "山田太郎,東京都港区")])
def test_an_encoding_that_only_passes_for_chinese_is_asked_about(read, said, encoding, name):
    text = f"id,姓名,住所\n1,{name}\n"
    assert [code for code, _row, _value in said(read(text, encoding=encoding), "question")] == ["encoding_doubtful"]
    answered = read(text, encoding=encoding, file={"encoding": encoding})
    assert (answered.ready, rows(answered)) == (True, [("1", name.split(",")[0])])


@pytest.mark.parametrize(("encoding", "code"), [("ascii", "encoding_wrong"), ("klingon", "encoding_unknown")])
def test_an_encoding_that_is_not_the_files_is_refused(read, encoding, code):
    with pytest.raises(Refused) as refusal:
        read(LIST, file={"encoding": encoding})
    assert refusal.value.problem.code == code


def test_text_under_the_name_of_a_workbook_is_text(tmp_path):
    path = tmp_path / "list.xls"
    path.write_text("case_id\tsex\nA1\tM\n")
    assert inspect(path).count == 1


def test_a_web_page_under_the_name_of_a_workbook_is_refused_with_what_to_do(read):
    with pytest.raises(Refused) as refusal:
        read("<html><table><tr><td>case_id</td></tr></table></html>")
    assert refusal.value.problem.code == "markup"


def test_a_comma_in_a_header_does_not_make_a_list_of_commas(read):
    preview = read('id;"age, in years";sex\n1;40;M\n2;41;F\n')
    assert preview.table.header == ("id", "age, in years", "sex")


def test_a_hint_for_spreadsheets_and_titles_are_passed_over(read, said):
    preview = read("sep=;\nCases of the county;;\ncase_id;date_onset;sex\n1;2020-01-05;M\n\n2;2020-01-06;F\n")
    assert preview.ready
    assert [row.row for row in preview.rows()] == [4, 6]
    assert [code for code, _row, _value in said(preview, "warning")] == ["title_rows"]


def test_the_user_may_say_which_row_is_the_header(read):
    preview = read("Nummer,Wert\nFall,Geschlecht\n1,M\n", file={"header_row": 2}, columns={"Fall": "id"})
    assert [row.id for row in preview.rows()] == ["1"]


def test_empty_cells_beyond_the_header_are_no_cells(read):
    assert read("id,sex\n1,M,,\n2,F\n").count == 2


def test_a_row_that_was_put_whole_into_quotation_marks_is_taken_apart(read, said):
    preview = read('id,sex,infector\n1,M,\n2,F,1\n"3,F,""1, 2"""\n')
    assert preview.ready
    assert [row.sources for row in preview.rows()] == [(), ("1",), ("1", "2")]
    assert [code for code, _row, _value in said(preview, "warning")] == ["row_quoted"]


def test_a_quotation_mark_inside_a_text_is_no_cut(read, said):
    preview = read('id,notes,sex\n1,"said "no" twice",M\n2,,F\n')
    assert preview.ready
    assert said(preview, "warning") == [("loose_quotes", 2, "")]
    assert [row.sex for row in preview.rows()] == ["male", "female"]


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ("id,sex,age\n1,M,4\n2,F,5,6\n3,M,7\n", "ragged_row", 3), ("id,sex,age\n1,M,4\n2,F\n3,M,7\n", "ragged_row", 3),
        ("id,sex,age\n1,M,4\n2,F,5,6\n", "ragged_row", 3), ("id,sex,age\n1,M,4\n2,F\n", "cut_mid_row", 3),
        ('id,notes\n1,"said "no" twice"\n2,"began and\n', "cut_mid_row", 3),
    ],
)  # fmt: skip
def test_a_row_of_another_width_refuses_the_file_and_only_a_short_last_one_is_called_a_cut(read, text, code, row):
    with pytest.raises(Refused) as refusal:
        read(text)
    assert (refusal.value.problem.code, refusal.value.problem.row) == (code, row)
