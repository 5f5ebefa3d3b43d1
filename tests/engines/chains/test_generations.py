from io import StringIO

from lianfang.engines.chains import trace, write_csv


def test_a_case_of_two_sources_takes_the_shorter_chain():
    chains = trace(["a", "b", "c"], [("a", "b", ""), ("b", "c", ""), ("a", "c", "meal")])
    assert {(r.case, r.source): r.generation for r in chains.rows} == {
        ("a", ""): 0, ("b", "a"): 1, ("c", "b"): 1, ("c", "a"): 1,
    }  # fmt: skip


def test_a_circle_without_a_root_is_named_and_not_endless():
    assert trace(["a", "b"], [("a", "b", ""), ("b", "a", "")]).in_cycles == ("a", "b")


def test_a_case_without_links_is_listed_apart():
    assert trace(["a", "b", "c"], [("a", "b", "")]).unlinked == ("c",)


def test_a_cell_that_a_spreadsheet_would_run_is_quoted():
    file = StringIO()
    write_csv(trace(["=1+1", "b"], [("=1+1", "b", "")]).rows, file)
    assert "'=1+1" in file.getvalue()
