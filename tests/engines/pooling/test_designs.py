"""Pooling: published optima, the real rounds, and a simulation that knows nothing of the formulas."""

import csv
import json
import math

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from lianfang.cli.pooling import command
from lianfang.engines.pooling import Assay, Design, Mixing, choose_design, entropy_bound, figures_of, planned_tests

PERFECT, STRANGERS = Assay(dilution=0), Mixing()


@pytest.mark.parametrize(("prevalence", "size"), [(0.01, 11), (0.02, 8), (0.05, 5), (0.10, 4), (0.3066, 3)])
def test_dorfman_s_optima(prevalence, size):
    assert choose_design(prevalence, sizes=None) == Design("hierarchical", (size,))


def test_one_percent_needs_a_fifth_of_the_tests():
    assert planned_tests(Design("hierarchical", (11,)), 0.01, Assay(), STRANGERS) == pytest.approx(0.19557, abs=5e-6)


@pytest.mark.parametrize("stages", ["2"])
def test_above_three_in_ten_nobody_pools(stages):
    assert choose_design(0.3067, sizes=None, stages=stages).kind == "individual"


@pytest.mark.realdata
def test_every_optimum_of_the_table(shared_data):
    for row in csv.DictReader((shared_data / "pooling" / "dorfman_optimum_recomputed.csv").open()):
        prevalence = float(row["prevalence"])
        design = choose_design(prevalence, sizes=None)
        assert (design.sizes or (1,))[0] == int(row["optimal_pool"])
        tests = planned_tests(design, prevalence, PERFECT, STRANGERS)
        assert tests == pytest.approx(float(row["expected_tests_per_person"]), rel=1e-3)


@pytest.mark.realdata
def test_the_three_real_rounds(shared_data):
    for row in csv.DictReader((shared_data / "pooling" / "mass_testing_rounds_expected.csv").open()):
        people, positives, size = int(row["people"]), int(row["positives"]), int(row["pool"])
        tests = people * planned_tests(Design("hierarchical", (size,)), positives / people, PERFECT, STRANGERS)
        assert tests == pytest.approx(float(row["expected_total_tests"]), abs=2)


def infections(people, prevalence, mixing, random):
    """Households one after another, drawn person by person."""
    reached, inside = mixing.reached(prevalence)
    homes = -(-people // mixing.household)
    ill = (random.random((homes, 1)) < reached) & (random.random((homes, mixing.household)) < inside)
    return ill.ravel()[:people]


def reacts(tubes, assay, random):
    number, size = tubes.sum(axis=-1), tubes.shape[-1]
    chance = np.where(number > 0, assay.sensitivity * (number / size) ** assay.dilution, 1 - assay.specificity)
    return random.random(number.shape) < chance


def played(design, prevalence, assay, mixing, rounds, random):
    """(tests a person, share of the infected missed), by playing the design."""
    size = design.sizes[0]
    if design.kind == "array":
        ill = infections(rounds * size * size, prevalence, mixing, random).reshape(rounds, size, size)
        again = reacts(ill, assay, random)[:, :, None] & reacts(ill.swapaxes(1, 2), assay, random)[:, None, :]
        tests = rounds * 2 * size + again.sum()
    else:
        ill = infections(rounds * size, prevalence, mixing, random).reshape(rounds, size)
        again = np.repeat(reacts(ill, assay, random), size).reshape(ill.shape)
        tests = rounds
        for small in design.sizes[1:]:
            parts = ill.reshape(rounds, size // small, small)
            opened = again[:, ::small]
            tests += opened.sum()
            again = np.repeat(opened & reacts(parts, assay, random), small, axis=1)
        tests += again.sum()
    found = again & (random.random(ill.shape) < assay.sensitivity) & ill
    return tests / ill.size, 1 - found.sum() / ill.sum()


@pytest.mark.parametrize("design", [
    Design("hierarchical", (10,)), Design("hierarchical", (20, 5)), Design("array", (10,)),
])  # fmt: skip
@pytest.mark.parametrize("mixing", [Mixing(), Mixing(5, 0.4)])
def test_figures_agree_with_playing_the_design(design, mixing):
    assay = Assay(sensitivity=0.9, specificity=0.98, dilution=0.2)
    figures = figures_of(design, 0.05, assay, mixing)
    rounds = 4_000 if design.kind == "array" else 40_000
    tests, missed = played(design, 0.05, assay, mixing, rounds, np.random.default_rng(7))
    assert figures.expected == pytest.approx(tests, rel=0.01)
    assert figures.missed == pytest.approx(missed, rel=0.03)


@pytest.mark.parametrize("design", [
    Design("hierarchical", (10,)), Design("hierarchical", (20, 5)), Design("array", (10,)),
])  # fmt: skip
def test_planned_tests_are_those_of_a_laboratory_that_overlooks_nothing(design):
    for mixing in (Mixing(), Mixing(5, 0.3)):
        sure = Assay(sensitivity=1, specificity=0.97, dilution=0)
        assert figures_of(design, 0.03, sure, mixing).expected == pytest.approx(
            planned_tests(design, 0.03, Assay(0.8, 0.97, 0.3), mixing)
        )


@given(st.floats(1e-5, 0.3), st.sampled_from(["2", "3", "array"]))
def test_no_design_beats_the_entropy_bound(prevalence, stages):
    design = choose_design(prevalence, stages=stages)
    assert planned_tests(design, prevalence, PERFECT, STRANGERS) >= entropy_bound(prevalence)


@given(st.floats(1e-4, 0.2), st.integers(2, 6), st.floats(0.05, 1))
def test_households_together_open_fewer_tubes(prevalence, household, correlation):
    design = Design("hierarchical", (10,))
    together = planned_tests(design, prevalence, PERFECT, Mixing(household, correlation))
    assert together < planned_tests(design, prevalence, PERFECT, STRANGERS)


def test_a_larger_pool_misses_more():
    missed = [figures_of(Design("hierarchical", (size,)), 0.001, Assay(), STRANGERS).missed for size in (5, 10, 20)]
    assert 0 < missed[0] < missed[1] < missed[2] < 0.1


def test_one_in_ten_is_missed_in_a_pool_of_32():
    figures = figures_of(Design("hierarchical", (32,)), 1e-9, Assay(), STRANGERS)
    assert figures.missed == pytest.approx(0.1, abs=1e-6)


@pytest.mark.parametrize("wrong", [
    lambda: Assay(sensitivity=0), lambda: Assay(specificity=1.2), lambda: Assay(dilution=-1),
    lambda: Assay(hours=math.nan), lambda: Mixing(0), lambda: Mixing(2, 2), lambda: Design("hierarchical", (10, 4)),
    lambda: Design("magic", ()), lambda: choose_design(0), lambda: choose_design(0.1, sizes=[1]), lambda: entropy_bound(1),
])  # fmt: skip
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError):
        wrong()


def design(*words):
    done = CliRunner().invoke(command, ["design", *words])
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def test_the_command_uses_validated_sizes_unless_told_otherwise():
    told = design("--prevalence", "0.01", "--json")
    assert (told["design"], told["pool_size"], told["validated"]) == ("hierarchical", 10, True)
    free = design("--prevalence", "0.01", "--sizes", "any", "--json")
    assert (free["pool_size"], free["validated"], free["stages"]) == (11, False, 2)
    assert free["tests_per_person"] == pytest.approx(0.1956, abs=5e-5)
    assert free["entropy_bound"] == pytest.approx(0.0808, abs=5e-5)


@pytest.mark.parametrize("words", [["--prevalence", "2"], ["--prevalence", "0.1", "--sizes", "ten"]])
def test_the_command_refuses_in_one_line(words):
    done = CliRunner().invoke(command, ["design", *words])
    assert done.exit_code != 0
    assert "Traceback" not in done.output
