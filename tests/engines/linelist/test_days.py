"""A day as people type it is that day, or is asked about, or is no day; never another one."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianfang.engines.linelist.day import Form, clean, read_day

HEAD = "id,onset\n"


def onsets(preview):
    return [row.on("onset_on") for row in preview.rows()]


@pytest.mark.parametrize(
    "text",
    [
        "2020-01-05", "2020/1/5", "2020.1.5", "20200105", "2020-01-05T00:00:00", "2020-01-05 13:30", "43835", "43835.0",
        "5-Jan-20", "05-JAN-2020", "5th January 2020", "5 of Jan 2020", "Jan 5, 2020", "Jan. 5 2020", "2020-Jan-05",
        "2020年1月5日", "2020年01月05号", "20年1月5日", "２０２０年１月５日", "2020년 1월 5일", "“2020-01-05”", "2020- 01 -05",
    ],
)  # fmt: skip
def test_a_day_that_can_only_be_one_is_read(read, text):
    preview = read(f'id,onset\n1,"{text}"\n2,2020-01-19\n')
    assert preview.of("error") == []
    assert onsets(preview)[0] == date(2020, 1, 5)


@pytest.mark.parametrize(
    "text",
    ["before 5 Jan", "5-7 Jan 2020", "mid July", "Jan-20", "2020-02-30", "31/04/2020", "week 3", "2020-13", "~3 Feb"],
)
def test_what_is_no_single_day_is_an_error_of_its_row_until_it_may_be_blank(read, said, text):
    list_ = f"id,onset\n1,{text}\n2,19/01/2020\n"
    assert said(read(list_), "error") == [("bad_date", 2, text)]
    answered = read(list_, dates={"unreadable": "blank"})
    assert answered.ready
    assert onsets(answered) == [None, date(2020, 1, 19)]
    assert said(answered, "warning") == [("date_blanked", None, text)]


def test_the_user_may_say_what_one_text_means(read):
    preview = read(HEAD + "1,Mid-July\n2,2020-07-19\n", values={"onset_on": {"Mid-July": "2020-07-15"}})
    assert preview.ready
    assert onsets(preview)[0] == date(2020, 7, 15)


def test_a_winter_without_years_is_asked_for_both(read, said):
    text = HEAD + "1,12月28日\n2,1月3日\n"
    assert said(read(text), "question") == [("date_year", None, "12月28日")]
    assert onsets(read(text, dates={"year": "2020-2021"})) == [date(2020, 12, 28), date(2021, 1, 3)]
    one_year = read(text, dates={"year": 2021})
    assert one_year.ready
    assert [code for code, _row, _value in said(one_year, "warning")] == ["year_turns"]


def test_a_column_that_contradicts_itself_is_asked_about(read, said):
    text = HEAD + "1,13/01/2020\n2,01/14/2020\n3,02/03/2020\n"
    assert said(read(text), "question") == [("date_order", None, "02/03/2020")]
    assert onsets(read(text, dates={"order": "dmy"})) == [date(2020, 1, 13), date(2020, 1, 14), date(2020, 3, 2)]


def test_two_columns_may_be_written_in_two_orders(read):
    preview = read("id,onset,report_date\n1,13/01/2020,01/14/2020\n2,02/01/2020,01/03/2020\n")
    second = list(preview.rows())[1]
    assert preview.ready
    assert (second.on("onset_on"), second.on("reported_on")) == (date(2020, 1, 2), date(2020, 1, 3))


def test_a_year_of_two_digits_in_the_second_half_of_a_century_is_asked_about(read, said):
    text = HEAD + "1,21.11.61\n2,23.11.61\n"
    assert said(read(text), "question") == [("date_century", None, "21.11.61")]
    assert onsets(read(text, dates={"century": 1800}))[0] == date(1861, 11, 21)


@pytest.mark.parametrize(
    ("answer", "day"), [("unix", date(2020, 1, 14)), ("excel", date(1950, 1, 12)), ("1904", date(1954, 1, 13))]
)
def test_a_bare_number_that_may_count_from_1970_is_asked_about(read, said, answer, day):
    text = HEAD + "1,18275\n2,18282\n"
    assert said(read(text), "question") == [("date_serial", None, "18275")]
    assert onsets(read(text, dates={"serial": answer}))[0] == day


@pytest.mark.parametrize(("answer", "days"), [("keep", [date(2202, 1, 9)]), ("blank", [None])])
def test_a_day_far_from_all_others_is_asked_about(read, said, answer, days):
    text = HEAD + "".join(f"{n},2022-01-{n:02}\n" for n in range(1, 9)) + "9,2202-01-09\n"
    assert said(read(text), "question") == [("date_far", None, "2202-01-09")]
    answered = read(text, dates={"far": answer})
    assert answered.ready
    assert onsets(answered)[8:] == days


def test_whether_is_not_when(read, said):
    preview = read("id,onset,death\n1,2020-01-03,0\n2,2020-01-04,1\n3,2020-01-05,2020-02-01\n")
    assert preview.ready
    assert said(preview, "warning") == [("no_date", None, "0")]
    assert [row.on("died_on") for row in preview.rows()] == [None, None, date(2020, 2, 1)]


_DAYS = st.dates(date(2000, 1, 1), date(2049, 12, 31))
_WRITTEN = st.sampled_from(
    ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%d %B %Y", "%d-%b-%y", "%B %d, %Y", "%Y%m%d", "%Y-%b-%d"]
)


@given(day=_DAYS, written=_WRITTEN)
def test_every_unambiguous_way_of_writing_gives_its_day_back(day, written):
    assert read_day(clean(day.strftime(written)), Form()) == day


@given(day=_DAYS, order=st.sampled_from(["dmy", "mdy"]), mark=st.sampled_from("-/."))
def test_numbers_are_read_in_the_order_that_is_known_and_never_in_the_other(day, order, mark):
    text = day.strftime(mark.join({"dmy": ("%d", "%m", "%Y"), "mdy": ("%m", "%d", "%Y")}[order]))
    assert read_day(text, Form(order)) == day
    unknown = read_day(text, Form())
    assert unknown == day or (unknown == "date_order" and day.day <= 12)


@settings(max_examples=200)
@given(text=st.text(st.sampled_from("0123456789-/. 年月日JanDecth,'T:"), max_size=16))
def test_no_text_raises_or_gives_anything_but_a_day_a_question_or_nothing(text):
    found = read_day(clean(text), Form())
    assert found is None or isinstance(found, date) or found.startswith("date_")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(st.dates(date(2020, 1, 1), date(2020, 3, 31)), min_size=3, max_size=12))
def test_a_column_turned_round_by_a_spreadsheet_is_put_right_or_asked_never_taken_as_it_stands(read, days):
    """What a spreadsheet with months first makes of days first: the days it can turn round, it does."""
    days = [*days, date(2020, 1, 20), date(2020, 2, 20), date(2020, 2, 5)]
    cells = [f"{day:%Y-%d-%m}" if day.day <= 12 else f"{day:%d/%m/%Y}" for day in days]
    text = HEAD + "".join(f"{n},{cell}\n" for n, cell in enumerate(cells))
    assert [one.code for one in read(text).of("question")] == ["date_mangled"]
    assert onsets(read(text, dates={"mangled": "swap"})) == days


def test_an_epoch_moves_days_by_its_distance():
    far = read_day("44013", Form(serial="1904"))
    assert far - read_day("44013", Form()) == timedelta(days=1462)
