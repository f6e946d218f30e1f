"""The published rule sets and limits, each held to what its authors printed or tested."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from review_kit.signals import RULE_SETS, ChartChoices, limits, runs_analysis
from review_kit.signals.judging import judge, natural_limits
from review_kit.signals.rules import close_to_limit, long_run, long_trend, near_a_limit
from review_kit.signals.runs import fewest_crossings, longest_run_max

NHS, WHEELER = RULE_SETS["nhs_r"], RULE_SETS["wheeler"]
# In-process inventory of Wheeler, Understanding Variation, as xmrit.com quotes it with its limits
INVENTORY = [19, 27, 20, 16, 18, 25, 22, 24, 17, 25, 15, 17, 20, 22, 19, 16, 22, 19, 25, 22, 18, 20, 16, 17, 20, 15, 27,
             25, 17, 19, 28]  # fmt: skip


def one(*values):
    y = np.array(values, dtype=float)
    return y, np.zeros(y.size, dtype=np.int64)


def marked(rules, *values, **choices):
    return judge(*one(*values), RULE_SETS[rules], ChartChoices(**choices)).special.astype(int).tolist()


def test_wheelers_inventory_has_the_limits_that_he_prints():
    found = natural_limits(*one(*INVENTORY), WHEELER, ChartChoices())
    assert found.mean[0] == pytest.approx(20.39, abs=0.005)
    assert found.mean_range[0] == pytest.approx(4.7)
    assert (found.lower[0], found.upper[0]) == (pytest.approx(7.89, abs=0.01), pytest.approx(32.89, abs=0.01))
    assert found.range_upper[0] == pytest.approx(15.36, abs=0.005)
    assert not any(marked("wheeler", *INVENTORY))


def test_montgomerys_ranges_have_the_limit_that_is_published(anchors):
    published = next(entry for entry in anchors["xmr"] if entry["id"] == "montgomery_6.5")
    found = limits(*one(*published["y"]), screen=False, freeze=published["freeze"])
    assert found.range_upper[0] == pytest.approx(published["expected"]["mr_url_3.267"])


@pytest.mark.parametrize(
    ("choices", "middle", "lower", "upper", "most"),
    [
        # values 1 3 2 6 4 9: mean 25/6, median 3.5; ranges 2 1 4 2 5: mean 2.8, median 2
        ({}, 25 / 6, 25 / 6 - 2.66 * 2.8, 25 / 6 + 2.66 * 2.8, 3.268 * 2.8),
        ({"centre": "median"}, 3.5, 3.5 - 3.145 * 2, 3.5 + 3.145 * 2, 3.865 * 2),
        ({"centre": "median", "ranges": "mean"}, 3.5, 3.5 - 2.66 * 2.8, 3.5 + 2.66 * 2.8, 3.268 * 2.8),
        ({"ranges": "median"}, 25 / 6, 25 / 6 - 3.145 * 2, 25 / 6 + 3.145 * 2, 3.865 * 2),
        # the first four: 1 3 2 6 with ranges 2 1 4
        ({"freeze": 4}, 3.0, 3.0 - 2.66 * 7 / 3, 3.0 + 2.66 * 7 / 3, 3.268 * 7 / 3),
    ],
)
def test_median_and_mean_have_factors_of_their_own(choices, middle, lower, upper, most):
    found = natural_limits(*one(1, 3, 2, 6, 4, 9), WHEELER, ChartChoices(**choices))
    got = (found.mean[0], found.lower[0], found.upper[0], found.range_upper[0])
    assert got == pytest.approx((middle, lower, upper, most))


def test_the_nhs_spreadsheet_screens_no_ranges_and_the_r_package_does():
    values = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]  # of its note on deviations
    uppers = [
        natural_limits(*one(*values), RULE_SETS[name], ChartChoices()).upper[0] for name in ("nhs_r", "nhs_excel")
    ]
    assert [round(upper, 2) for upper in uppers] == [4.6, 6.95]
    for rules in ("nhs_r", "nhs_excel"):
        assert marked(rules, *values) == [0] * 4 + [1] + [0] * 13


# of the tests of NHSRplotthedots, test-ptd_calculate_point_type.R and test-ptd_spc_standard.R


@pytest.mark.parametrize(
    ("side", "found"),
    [([1] * 6 + [-1], [0] * 7), ([1] * 8 + [-1], [1] * 8 + [0]), ([-1] * 8 + [1], [1] * 8 + [0])],
)
def test_runs_are_those_of_nhsrplotthedots(side, found):
    codes = np.zeros(len(side), dtype=np.int64)
    assert long_run(np.array(side), codes, NHS.run).astype(int).tolist() == found


@pytest.mark.parametrize(
    ("values", "found"),
    [([1, 2, 3, 3, 4, 5, 6], [0] * 7), ([2, *range(1, 8), 3], [0, *[1] * 7, 0]), ([2, *range(7, 0, -1), 3],
     [0, *[1] * 7, 0])],
)  # fmt: skip
def test_trends_are_those_of_nhsrplotthedots(values, found):
    assert long_trend(*one(*values), NHS.trend).astype(int).tolist() == found


def test_two_close_to_opposite_limits_are_no_signal_as_in_nhsrplotthedots():
    assert marked("nhs_r", *[1, -1] * 7, 5.5, -5.5)[-2:] == [0, 0]


# Wheeler


@pytest.mark.parametrize(
    ("share", "found"),
    [
        # of the way to the limit; three of four beyond half of it, on the same side
        ([0.6, 0.0, 0.6, 0.6], [1, 0, 1, 1]),
        ([0.6, 0.6, -0.9, 0.6], [1, 1, 0, 1]),  # the fourth may lie anywhere
        ([0.6, 1.2, 0.1, 0.6], [1, 1, 0, 1]),  # what lies beyond a limit is nearer to it than to the centre
        ([0.5, 0.6, 0.6, 0.0], [0, 0, 0, 0]),  # half way is no nearer
        ([0.6, 0.6, 0.0, 0.0, 0.6], [0] * 5),
        ([0.6, -0.6, 0.6, -0.6], [0] * 4),
        ([-0.6, -0.7, -0.8, -0.9], [1] * 4),
        ([0.6, 0.6, 0.6], [0] * 3),  # three of four take four
    ],
)
def test_wheeler_asks_for_three_of_four_nearer_to_a_limit_than_to_the_centre(share, found):
    values, codes = one(*share)
    mean, upper = np.zeros(values.size), np.ones(values.size)
    close = close_to_limit(values, mean, upper, np.abs(values) > 1, WHEELER.near)
    assert near_a_limit(close, np.sign(values).astype(int), codes, WHEELER.near).astype(int).tolist() == found


def test_wheelers_run_takes_eight_and_the_nhss_seven():
    level = [12.0, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 8]
    seven, eight = [*level, *[11.2] * 7, 10], [*level, *[11.2] * 8, 10]
    assert marked("nhs_excel", *seven)[12:19] == [1] * 7
    assert not any(marked("wheeler", *seven))
    assert marked("wheeler", *eight)[12:20] == [1] * 8


def test_wheeler_knows_no_trend():
    rising = [10.0, 14, 7, 13, 6, 9, 10, 11, 12, 13, 14, 15, 9]
    assert any(marked("nhs_excel", *rising))
    assert not any(marked("wheeler", *rising))


# Anhøj, as qicharts2 has his rules


def test_the_limits_of_runs_and_crossings_are_those_of_the_published_tables():
    published = {10: 6, 11: 6, 12: 7, 22: 7, 23: 8, 45: 8, 46: 9, 90: 9, 91: 10, 100: 10}  # critical run lengths
    assert longest_run_max(np.array(list(published))).tolist() == list(published.values())
    assert [fewest_crossings(n) for n in (13, 24)] == [3, 8]
    for n in range(1, 200):
        assert fewest_crossings(n) == int(binom.ppf(0.05, n - 1, 0.5)), n


@pytest.mark.parametrize(
    ("side", "told"),
    [
        # thirteen points that cross after the 3rd, 6th, 7th, 9th and 10th: Anhøj and Wentzel-Larsen's example
        ([1, 1, 1, -1, -1, -1, 1, -1, -1, 1, -1, -1, -1], (13, 3, 7, 5, 3, False)),
        ([1] * 8 + [-1] * 8, (16, 8, 7, 1, 4, True)),
        ([1, 1, -1, -1] * 4, (16, 2, 7, 7, 4, False)),
        ([1, 1, 1, 1, -1, -1, -1, -1] * 2, (16, 4, 7, 3, 4, True)),  # few crossings alone
        # a point on the median is no useful observation, and breaks no run
        ([1, 1, 1, 0, 1, 1, 1, 1, -1, 0, -1, 1, -1, 1, -1, 1, -1], (15, 7, 7, 7, 4, False)),
        ([1] * 4 + [0, 0] + [1] * 4 + [-1, 1, -1, 1, -1, 1, -1], (15, 8, 7, 7, 4, True)),
        ([0] * 5, (0, 0, 0, 0, 0, False)),
    ],
)
def test_runs_and_crossings_are_counted_as_qicharts2_counts_them(side, told):
    found = runs_analysis(np.array(side), np.zeros(len(side), dtype=np.int64))
    got = (found.n_useful, found.longest_run, found.longest_run_max, found.n_crossings, found.n_crossings_min)
    assert (*(int(part[0]) for part in got), bool(found.signal[0])) == told


def test_a_run_chart_reads_runs_alone_and_from_the_median():
    spike = [10.0, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 99]
    assert marked("nhs_excel", *spike)[-1] == 1
    assert not any(marked("anhoej", *spike))
    moved = [10.0, 11, 10, 11, 10, 11, 10, 11, 15, 16, 15, 16, 15, 16, 15, 16]
    assert marked("anhoej", *moved) == [1] * 16
    assert judge(*one(*moved), RULE_SETS["anhoej"], ChartChoices()).mean[0] == 13.0


def test_no_rule_of_any_set_reaches_from_one_series_into_the_next():
    a, b = [10.0, 12, 10, 12, 10, 12, 11.5, 11.5, 11.5, 11.5], [13.0, 13, 13, 13, 9, 12, 9, 12, 9, 12]
    for rules in RULE_SETS.values():
        both = judge(np.array(a + b), np.repeat([0, 1], 10), rules, ChartChoices()).special
        apart = [judge(*one(*values), rules, ChartChoices()).special for values in (a, b)]
        assert both.tolist() == np.concatenate(apart).tolist()


@pytest.mark.parametrize(
    ("rules", "most"), [("nhs_r", 0.025), ("nhs_excel", 0.025), ("wheeler", 0.015), ("anhoej", 0.045)]
)
def test_on_pure_noise_few_latest_points_are_signals(rules, most):
    values = np.random.default_rng(3).normal(size=(3000, 24))
    special = judge(values.ravel(), np.repeat(np.arange(3000), 24), RULE_SETS[rules], ChartChoices()).special
    assert 0.005 < special.reshape(3000, 24)[:, -1].mean() < most


@given(
    st.lists(st.integers(-50, 50), min_size=6, max_size=40),
    st.sampled_from(sorted(RULE_SETS)),
    st.sampled_from([0.25, 8.0, 1024.0]),
    st.sampled_from([None, "mean", "median"]),
)
@settings(max_examples=60, deadline=None)
def test_signals_do_not_depend_on_the_unit(values, rules, unit, centre):
    # powers of two, so that the arithmetic is the same to the last digit
    whole = np.array(values, dtype=float)
    assert marked(rules, *whole, centre=centre) == marked(rules, *(unit * whole), centre=centre)


@given(st.lists(st.integers(-50, 50), min_size=6, max_size=40), st.sampled_from(sorted(RULE_SETS)))
@settings(max_examples=60, deadline=None)
def test_upside_down_the_same_points_are_signals(values, rules):
    whole = np.array(values, dtype=float)
    here, there = (judge(*one(*y), RULE_SETS[rules], ChartChoices()) for y in (whole, -whole))
    assert here.special.tolist() == there.special.tolist()
    assert here.side.tolist() == (-there.side).tolist()


# The published programs, written out point by point


def nhsrplotthedots(y, *, screen):
    """ptd_spc_standard and ptd_special_cause_flag, as they run."""
    mean, moved = y.mean(), np.abs(np.diff(y))
    amr = moved.mean()
    if screen:
        amr = moved[moved < 3.267 * amr].mean()
    lower, upper = mean - 2.66 * amr, mean + 2.66 * amr
    near_lower, near_upper = mean - 2 * 2.66 / 3 * amr, mean + 2 * 2.66 / 3 * amr
    outside = (y > upper) | (y < lower)
    side, close = np.sign(y - mean), ~outside & ((y < near_lower) | (y > near_upper))
    flags = outside.copy()
    for start in range(len(y) - 6):
        seven = slice(start, start + 7)
        if abs(side[seven].sum()) == 7 or abs(np.sign(np.diff(y[seven])).sum()) == 6:
            flags[seven] = True
    for start in range(len(y) - 2):
        three = slice(start, start + 3)
        if close[three].sum() >= 2 and abs(side[three].sum()) == 3:
            flags[three] |= close[three]
    return lower, upper, flags


def qicharts2(y):
    """runs.analysis with the median as centre line: the numbers that it returns."""
    side = [value for value in np.sign(y - np.median(y)).tolist() if value]
    runs = [len(list(run)) for _, run in itertools.groupby(side)]
    n = len(side)
    longest_max, crossings_min = round(np.log2(n)) + 3, int(binom.ppf(0.05, n - 1, 0.5))
    signal = max(runs) > longest_max or len(runs) - 1 < crossings_min
    return n, max(runs), longest_max, len(runs) - 1, crossings_min, signal


@pytest.fixture(scope="module")
def many():
    """Whole numbers, so with ties: noise, noise that drags on, a step, a slope."""
    random = np.random.default_rng(11)
    noise = random.integers(-6, 7, size=(400, 30)).astype(float)
    noise[100:200] = noise[100:200].cumsum(axis=1)
    noise[200:300, 18:] += 4
    noise[300:] += np.arange(30) // 3
    return 50 + noise


@pytest.mark.parametrize("rules", ["nhs_r", "nhs_excel"])
def test_every_point_of_many_series_is_read_as_nhsrplotthedots_reads_it(many, rules):
    codes = np.repeat(np.arange(len(many)), 30)
    judged = judge(many.ravel(), codes, RULE_SETS[rules], ChartChoices())
    for place, y in enumerate(many):
        lower, upper, flags = nhsrplotthedots(y, screen=rules == "nhs_r")
        own = slice(30 * place, 30 * place + 30)
        assert (judged.lower[own][0], judged.upper[own][0]) == (pytest.approx(lower), pytest.approx(upper))
        assert judged.special[own].tolist() == flags.tolist()


def test_every_series_is_read_as_qicharts2_reads_it(many):
    codes = np.repeat(np.arange(len(many)), 30)
    found = runs_analysis(judge(many.ravel(), codes, RULE_SETS["anhoej"], ChartChoices()).side, codes)
    columns = (found.n_useful, found.longest_run, found.longest_run_max, found.n_crossings, found.n_crossings_min)
    got = list(zip(*(column.tolist() for column in columns), found.signal.tolist(), strict=True))
    assert got == [qicharts2(y) for y in many]
    assert 0.3 < found.signal.mean() < 0.9
