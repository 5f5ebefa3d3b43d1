"""A line list comes in whole or not at all, once, and its cases wait for a second person."""

from collections import Counter
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import translation

from lianfang.engines.chains import offspring
from lianfang.engines.linelist import Refused
from lianfang.engines.linelist.mapping import build_mapping
from lianfang.response.cases.arrays import chains_of
from lianfang.response.cases.models import Case, Contact, Receipt, Source
from lianfang.response.duties.models import Duty
from lianfang.response.ledger.models import Entry
from lianfang.response.ledger.queries import verify
from lianfang.response.people import sealing
from lianfang.response.people.models import Person, Suspicion
from lianfang.response.workflows.confirm_case import confirm_case
from lianfang.response.workflows.import_linelist import NotTaken, commit_linelist
from tests.cast import ID_OF_RESIDENT_A, ID_OF_RESIDENT_B
from tests.stories.conftest import on, owed

LIST = "case_id,sex,age,onset,confirm_date,infector,place_infect\n"
ROWS = "A1,M,40,2021-01-03,2021-01-05,,Wedding\nA2,F,38,2021-01-06,2021-01-08,A1,Home\n"


@pytest.fixture
def bring(cast, tmp_path):
    """``bring(text, …)`` writes a list and imports it for the city, by the tracer unless said otherwise."""

    def _bring(content, contacts="", name="list.csv", **options):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        beside = None
        if contacts:
            beside = tmp_path / "contacts.csv"
            beside.write_text(contacts, encoding="utf-8")
        given = {"area": cast.city, "disease": "COVID-19", "by": cast.tracer, "at": on(9), **options}
        return commit_linelist(path, contacts=beside, **given)

    return _bring


def nothing_was_stored():
    models = (Case, Receipt, Source, Contact, Person, Duty)
    return not any(model.objects.exists() for model in models)


@pytest.mark.realdata
def test_mers_korea_comes_in_whole(cast, shared_data):
    folder = shared_data / "outbreaks"
    receipt = commit_linelist(
        folder / "mers_korea_2015__linelist.csv", contacts=folder / "mers_korea_2015__contacts.csv",
        area=cast.city, disease="MERS", by=cast.tracer,
    )  # fmt: skip
    made = receipt.created
    assert (receipt.rows_read, made["cases"], made["people"], made["sources"]) == (162, 162, 162, 98)
    assert (made["contacts"], made["contacts_rows"], made["duties"]) == (98, 98, 162)
    chains = chains_of(Case.objects.filter(disease="MERS"))
    generation = {row.case: row.generation for row in chains.rows}
    assert Counter(generation.values()) == {0: 2, 1: 28, 2: 65, 3: 2}
    assert offspring(chains)[0] == ("SK_14", 38)
    assert sum(n > 1 for n in Counter(row.case for row in chains.rows).values()) == 2


def test_a_receipt_says_what_came_from_where(bring):
    receipt = bring(LIST + ROWS)
    assert (receipt.file_name, receipt.rows_read, len(receipt.sha256)) == ("list.csv", 2, 64)
    assert receipt.created["cases"] == receipt.cases.count() == 2
    assert receipt.columns["onset"] == "onset_on"


def test_one_entry_in_the_ledger_stands_for_the_batch(bring):
    receipt = bring(LIST + ROWS)
    entry = Entry.objects.get(action="linelist.linelist")
    assert receipt.sha256 in entry.detail
    assert verify().ok


def test_a_case_keeps_what_was_reported_and_waits_for_a_second_person(bring, cast):
    bring(LIST + ROWS)
    case = Case.objects.get(label="A2")
    assert (case.state, case.onset_on, case.diagnosed_on, case.age) == ("reported", date(2021, 1, 6), date(2021, 1, 8), 38)
    assert "confirm_case" in owed(case)
    with pytest.raises(ValidationError):
        confirm_case(case, by=cast.tracer, at=on(10))
    assert confirm_case(case, by=cast.second_tracer, at=on(10)).state == "confirmed"


def test_whoever_imported_is_not_asked_to_confirm(bring, cast):
    bring(LIST + ROWS)
    assert not Duty.objects.filter(kind="confirm_case", owner=cast.tracer).exists()


def test_a_case_without_a_name_goes_by_its_number_and_nothing_is_made_up(bring):
    bring(LIST + ROWS)
    person = Case.objects.get(label="A1").person
    assert sealing.unseal(person.sealed) == sealing.Identity(name="A1")
    assert (person.born_on, person.id_key, person.phone_key, person.sex) == (None, None, None, 1)


def test_the_source_of_a_case_becomes_its_source_and_the_case_a_contact_of_it(bring):
    bring(LIST + ROWS)
    source = Source.objects.get()
    assert (source.source.label, source.case.label, source.setting) == ("A1", "A2", "Home")
    contact = Contact.objects.get()
    assert (contact.case.label, contact.person.cases.get().label, contact.evidence) == ("A1", "A2", "line_list")
    assert contact.relation == "Home"


def test_confirming_the_source_asks_for_a_review_of_everybody_it_is_linked_to(bring, cast):
    bring(LIST + ROWS)
    confirm_case(Case.objects.get(label="A1"), by=cast.second_tracer, at=on(10))
    assert "review_contact" in owed(Contact.objects.get())


def test_a_relation_without_direction_never_becomes_a_source(bring, cast):
    bring("case_id,confirm_date,related cases\nA1,2021-01-05,A2\nA2,2021-01-06,A1\n")
    for label in ("A1", "A2"):
        confirm_case(Case.objects.get(label=label), by=cast.second_tracer, at=on(10))
    assert not Source.objects.exists()
    assert Contact.objects.filter(state="became_case").count() == 2


def test_the_same_file_twice_is_one_import(bring):
    first = bring(LIST + ROWS)
    again = bring(LIST + ROWS, name="copy.csv")
    assert (again.pk, again.already_held, first.already_held) == (first.pk, True, False)
    assert Case.objects.count() == 2


def test_contacts_that_come_later_are_added_to_the_list(bring):
    plain = "case_id,sex\nA1,M\nA2,F\n"
    bring(plain)
    links = bring(plain, "from,to,exposure\nA1,A2,Ward\n")
    assert (links.kind, links.created, links.already_held) == ("contacts", {"sources": 1, "contacts": 1}, False)
    assert bring(plain, "from,to,exposure\nA1,A2,Ward\n").already_held
    assert Source.objects.get().setting == "Ward"


def test_a_changed_file_is_refused_and_every_held_number_is_listed(bring):
    bring(LIST + ROWS)
    with pytest.raises(NotTaken) as refusal:
        bring(LIST + ROWS.replace("Wedding", "Feast") + "A3,M,7,,,A2,\n")
    assert [(one.row, one.value, one.code) for one in refusal.value.problems] == [
        (2, "A1", "label_held"), (3, "A2", "label_held"),
    ]  # fmt: skip
    assert (Case.objects.count(), Receipt.objects.count()) == (2, 1)


def test_an_update_edits_only_what_differs_and_adds_what_is_new(bring, cast):
    bring(LIST + ROWS)
    changed = ROWS.replace("2021-01-06", "2021-01-07").replace("Wedding", "") + "A3,M,7,,,A2,\n"
    receipt = bring(LIST + changed, update=True)
    assert (receipt.created["edited"], receipt.created["cases"], receipt.created["sources"]) == (1, 1, 1)
    assert Case.objects.get(label="A2").onset_on == date(2021, 1, 7)
    assert Case.objects.get(label="A1").setting == "Wedding", "a blank cell takes nothing back"
    edit = Entry.objects.get(action="case.edited")
    assert "2021-01-06" in edit.detail
    assert "2021-01-07" in edit.detail


def test_an_update_done_again_changes_nothing(bring):
    bring(LIST + ROWS)
    bring(LIST + ROWS.replace("40", "41"), update=True)
    bring(LIST + ROWS, update=True)
    assert Case.objects.get(label="A1").age == 40
    count = Receipt.objects.count()
    assert bring(LIST + ROWS, update=True).already_held
    assert Receipt.objects.count() == count


def test_an_open_question_is_named_and_nothing_is_stored(bring):
    with translation.override("en"), pytest.raises(NotTaken, match="day/month or month/day"):
        bring("case_id,onset\nA1,03/02/2020\n")
    with translation.override("zh-hans"), pytest.raises(NotTaken, match="日/月还是月/日"):
        bring("case_id,onset\nA1,03/02/2020\n")
    assert nothing_was_stored()
    assert bring("case_id,onset\nA1,03/02/2020\n", mapping=build_mapping({"dates": {"order": "dmy"}})).created["cases"] == 1


def test_a_file_cut_in_the_middle_of_a_row_is_refused_whole(bring):
    with pytest.raises(Refused):
        bring(LIST + ROWS + "A3,M")
    assert nothing_was_stored()


def test_one_bad_row_refuses_the_whole_file(bring):
    with pytest.raises(NotTaken) as refusal:
        bring(LIST + ROWS + "A3,M,old,,,,\n")
    assert [(one.row, one.column, one.value) for one in refusal.value.problems] == [(4, "age", "old")]
    assert nothing_was_stored()


def test_a_known_id_number_means_the_known_person_where_they_live(bring, resident_a):
    receipt = bring(f"case_id,姓名,身份证号\nA1,刘秀英,{ID_OF_RESIDENT_A}\n")
    case = Case.objects.get()
    assert (case.person_id, case.area_id) == (resident_a.pk, resident_a.community_id)
    assert (receipt.created["people"], receipt.created["people_known"]) == (0, 1)


def test_a_contact_who_comes_in_as_a_case_is_no_second_person(bring, case, resident_a, cast):
    contact = Contact.objects.create(
        case=case, person=resident_a, area=resident_a.community, degree=1, state_at=on(3), named_at=on(3),
        setting="meal", evidence="interview",
    )  # fmt: skip
    bring(f"case_id,身份证号\nA1,{ID_OF_RESIDENT_A}\n")
    contact.refresh_from_db()
    assert (contact.state, contact.became.label) == ("became_case", "A1")


def test_one_person_in_two_rows_is_refused(bring):
    with pytest.raises(NotTaken) as refusal:
        bring(f"case_id,身份证号\nA1,{ID_OF_RESIDENT_B}\nA2,{ID_OF_RESIDENT_B}\n")
    assert [(one.row, one.code) for one in refusal.value.problems] == [(3, "same_person")]
    assert nothing_was_stored()


def test_somebody_with_a_running_case_is_refused(bring, resident_a):
    bring(f"case_id,身份证号\nA1,{ID_OF_RESIDENT_A}\n")
    with pytest.raises(NotTaken, match="A1"):
        bring(f"case_id,身份证号\nB7,{ID_OF_RESIDENT_A}\n")


def test_a_row_goes_to_the_area_of_its_code(bring, cast):
    bring("case_id,区划代码\nA1,130109104\nA2,130109000000\nA3,\n")
    places = dict(Case.objects.values_list("label", "area__name"))
    assert places == {"A1": cast.zengcun.name, "A2": cast.gaocheng.name, "A3": cast.city.name}


@pytest.mark.parametrize("code", ["999999", "130108"])
def test_an_area_that_is_unknown_or_outside_is_refused(bring, cast, code):
    with pytest.raises(NotTaken) as refusal:
        bring(f"case_id,区划代码\nA1,{code}\n", area=cast.gaocheng)
    assert [(one.row, one.column, one.value) for one in refusal.value.problems] == [(2, "区划代码", code)]


def test_what_a_field_cannot_hold_stands_whole_in_the_notes(bring):
    hospital = "H" * 300
    receipt = bring(f"case_id,hospital,exposed_from,exposed_to,infector\nA1,{hospital},2021-01-09,2021-01-02,Wuhan\n")
    case = Case.objects.get()
    assert hospital in case.notes
    assert "exposed_from: 2021-01-09" in case.notes
    assert "infector: Wuhan" in case.notes
    assert (case.exposed_from, case.exposed_to) == (None, None)
    assert {one["code"] for one in receipt.warnings} >= {"shortened", "exposure_order"}


def test_one_phone_and_one_name_raise_a_suspicion_and_block_nothing(bring, resident_a):
    bring("case_id,姓名,电话\nA1,刘秀英,19900000114\n")
    assert Suspicion.objects.count() == 1


@pytest.mark.parametrize(("who", "refusal"), [("stranger", Http404), ("township", PermissionDenied)])
def test_without_the_permission_nothing_is_stored_and_the_attempt_is(bring, cast, who, refusal):
    by = cast.stranger if who == "stranger" else cast.zengcun_township
    with pytest.raises(refusal):
        bring(LIST + ROWS, by=by, area=cast.zengcun)
    assert nothing_was_stored()
    assert Entry.objects.get(action="denied").actor_id == by.pk


def test_one_number_in_two_areas_stays_two_cases_in_the_chains(bring, cast):
    bring("case_id,infector\n1,\n2,1\n", area=cast.gaocheng)
    bring("case_id,infector\n1,\n2,1\n3,2\n", area=cast.yuhua)
    chains = chains_of(Case.objects.all())
    assert {(row.case, row.source, row.generation) for row in chains.rows} == {
        ("1@130109", "", 0), ("2@130109", "1@130109", 1),
        ("1@130108", "", 0), ("2@130108", "1@130108", 1), ("3", "2@130108", 2),
    }  # fmt: skip
