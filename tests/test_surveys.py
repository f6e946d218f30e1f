"""What a survey can tell: margins worked by hand, held against published examples and statsmodels."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from review_kit.desk.people_words import margins
from review_kit.narrative import surveys_lead
from review_kit.stakeholders import newcombe, promoter_margin, review_surveys, wilson


def series(*values):
    return pd.Series(values, dtype="float64")


def surveys(*rows):
    blank = {
        "survey_id": "V1", "name": "Shoppers", "period": "2025", "kind": "nps", "kpi_id": np.nan, "audience": np.nan,
        "promoters": np.nan, "passives": np.nan, "detractors": np.nan, "satisfied": np.nan, "replies": np.nan,
        "invited": np.nan,
    }  # fmt: skip
    table = pd.DataFrame([{**blank, **row} for row in rows])
    return table.assign(period_end=pd.to_datetime(table["period"] + "-12-31"))


def nps(survey_id, period, promoters, passives, detractors, **told):
    counts = {"promoters": promoters, "passives": passives, "detractors": detractors}
    return {"survey_id": survey_id, "period": period, **counts, **told}


def csat(name, period, satisfied, replies):
    return {"survey_id": name, "period": period, "kind": "csat", "satisfied": satisfied, "replies": replies}


def test_the_margin_of_a_net_promoter_score_is_that_of_the_published_example():
    # Cross Validated 18603, "How can I calculate margin of error in a NPS result?": half promoters, a third passive,
    # a sixth detractors have variance 5/9; 324 replies have an NPS of 33 with a standard error of about 4.1
    error = promoter_margin(series(162), series(54), series(324)).item() / 1.959963984540054
    assert error == pytest.approx(100 * math.sqrt(5 / 9) / 18)
    assert round(error, 1) == 4.1


def test_five_points_on_four_hundred_replies_are_noise():
    # 200, 100, 100 of 400: NPS 25, variance 0.75 - 0.0625 = 0.6875, margin 1.96 x sqrt(0.6875 / 400) = 8.1 points
    # 210, 100, 90 of 400: NPS 30, variance 0.75 - 0.09 = 0.66, margin 8.0; both together sqrt(66.0 + 63.4) = 11.4
    got = review_surveys(surveys(nps("V1", "2024", 200, 100, 100), nps("V2", "2025", 210, 100, 90)))
    assert got["value"].tolist() == [25.0, 30.0]
    assert got["margin"].round(1).tolist() == [8.1, 8.0]
    assert got["change"].tolist()[1:] == [5.0]
    assert got["change_margin"].round(1).tolist()[1:] == [11.4]
    assert got["verdict"].tolist() == ["first", "noise"]
    assert surveys_lead(got).replace("\u202f", " ") == (
        "The one change between two surveys is noise. "
        "Shoppers: +5 points on 400 replies is noise, since a difference of up to 11 points can be chance."
    )


def test_five_points_on_ten_thousand_replies_are_real():
    got = review_surveys(surveys(nps("V1", "2024", 5000, 2500, 2500), nps("V2", "2025", 5250, 2500, 2250)))
    assert got["change_margin"].round(1).tolist()[1:] == [2.3]  # a fifth of that on 400
    assert got["verdict"].tolist() == ["first", "real"]


def test_the_interval_of_a_share_is_the_published_one():
    # Newcombe 1998, Statistics in Medicine 17, 857-872: 81 of 263, score method
    low, high = wilson(series(81, 0, 10), series(263, 10, 10))
    assert (round(low[0], 4), round(high[0], 4)) == (0.2553, 0.3662)
    assert (low[1], high[2]) == (0.0, 1.0)


def test_the_interval_of_a_difference_is_the_published_one():
    # Newcombe 1998, Statistics in Medicine 17, 873-890: 56 of 70 against 48 of 80, method 10
    low, high = newcombe(series(56), series(70), series(48), series(80))
    assert (round(low.item(), 4), round(high.item(), 4)) == (0.0524, 0.3339)


def test_a_share_of_few_moves_by_noise_and_of_many_for_real():
    got = review_surveys(surveys(csat("V1", "2024", 31, 52), csat("V2", "2025", 33, 50)))
    assert got["value"].round(1).tolist() == [59.6, 66.0]
    assert got["verdict"].tolist() == ["first", "noise"]
    got = review_surveys(surveys(csat("V1", "2024", 31_000, 52_000), csat("V2", "2025", 33_000, 50_000)))
    assert got["verdict"].tolist() == ["first", "real"]


def test_where_all_are_of_one_mind_or_few_replied_the_margin_is_not_nothing():
    # 1 promoter of 1: with 0.75, 1.5 and 0.75 more, 1.75 and 0.75 of 4: variance 0.625 - 0.0625 = 0.5625,
    # 1.96 x sqrt(0.5625 / 4) = 73.5 points; 50 of 50: 50.75 and 0.75 of 53: 1.96 x sqrt(0.0818 / 53) = 7.7
    got = promoter_margin(series(1, 50, 0), series(0, 0, 0), series(1, 50, 0))
    assert got.round(1).tolist()[:2] == [73.5, 7.7]
    assert math.isnan(got[2])
    told = review_surveys(surveys(nps("V1", "2024", 0, 1, 0), nps("V2", "2025", 1, 0, 0)))
    assert told["change"].tolist()[1:] == [100.0]
    assert told["verdict"].tolist() == ["first", "too few"]  # one reply each tells nothing
    assert surveys_lead(told) == "Too few replied to tell whether any change between two surveys is real."


def test_an_interval_that_leans_is_told_by_both_its_ends_and_promises_no_more_than_all():
    got = review_surveys(surveys(csat("V1", "2025", 20, 20), csat("V2", "2024", 10, 20), nps("V3", "2023", 60, 30, 10)))
    # Wilson by hand: 20 of 20 from 20 / (20 + 1.96^2) = 83.9 %; 10 of 20 lies in the middle, so 50 -+ 20.1
    told = [words.replace("\u00a0", " ") for words in margins(got.set_index("survey_id").loc[["V1", "V2", "V3"]])]
    assert told == ["83.9–100.0", "± 20.1", "± 13.1"]
    assert margins(review_surveys(surveys(csat("V1", "2025", 0, 0)))).isna().tolist() == [True]


@settings(deadline=None)
@given(st.integers(10, 60), st.integers(10, 60), st.data())
def test_a_change_is_real_exactly_where_it_is_larger_than_the_margin_that_is_told(replies, replies_before, data):
    now, before = data.draw(st.integers(0, replies)), data.draw(st.integers(0, replies_before))
    got = review_surveys(surveys(csat("V1", "2024", before, replies_before), csat("V2", "2025", now, replies))).iloc[1]
    low, high = (end.item() for end in newcombe(series(now), series(replies), series(before), series(replies_before)))
    assert (got["verdict"] == "real") == (low > 0 or high < 0) == (abs(got["change"]) > got["change_margin"])


def test_a_wave_that_nobody_answered_is_nothing_to_compare_with():
    got = review_surveys(
        surveys(nps("V1", "2023", 50, 20, 30), nps("V2", "2024", 0, 0, 0), nps("V3", "2025", 60, 20, 20))
    )
    assert got["previous_id"].fillna("").tolist() == ["", "", "V1"]
    assert got["change"].tolist()[2:] == [20.0]


@pytest.mark.parametrize(
    ("waves", "told"),
    [
        ([(25, 10, 10)], "No survey was asked twice, so that no change can be told."),
        ([(20, 10, 10), (20, 10, 10)], ("The one change between two surveys is noise. "
         "Shoppers: no change on 40 replies is noise, since a difference of up to 36 points can be chance.")),
        ([(90, 10, 0), (0, 10, 90)], "The one change between two surveys is real."),
        ([(90, 10, 0), (0, 10, 90), (90, 10, 0)], "All 2 changes between two surveys are real."),
        ([(90, 10, 0), (0, 10, 90), (1, 10, 89)], ("Of 2 changes between two surveys, 1 is real and 1 noise. "
         "Shoppers: +2 points on 100 replies is noise, since a difference of up to 10 points can be chance.")),
    ],
)  # fmt: skip
def test_the_lead_of_the_surveys_counts_in_plain_words(waves, told):
    rows = [nps(f"V{place}", str(2020 + place), *counts) for place, counts in enumerate(waves)]
    assert surveys_lead(review_surveys(surveys(*rows))).replace("\u202f", " ") == told


def test_only_surveys_of_one_name_are_compared_and_in_the_order_of_their_periods():
    got = review_surveys(
        surveys(
            nps("V3", "2025", 60, 20, 20),
            nps("V1", "2023", 50, 20, 30),
            nps("V2", "2024", 55, 20, 25),
            nps("V4", "2025", 10, 10, 10, name="Partners"),
        )
    ).set_index("survey_id")
    assert got["previous_id"].fillna("").to_dict() == {"V1": "", "V2": "V1", "V3": "V2", "V4": ""}
    assert got.loc["V3", "previous_value"] == 30.0


def test_replies_are_the_sum_of_the_groups_where_nobody_counted_them_and_none_tell_nothing():
    got = review_surveys(surveys(nps("V1", "2025", 5, 3, 2, invited=40), nps("V2", "2026", 0, 0, 0)))
    assert got["replies"].tolist() == [10, 0]
    assert got["response_rate"].tolist()[0] == 0.25
    assert got["value"].isna().tolist() == [False, True]
    assert got["verdict"].isna().tolist() == [False, True]
    assert review_surveys(surveys(nps("V1", "2025", 1, 1, 1)).head(0)).empty


@settings(deadline=None)
@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_shares_have_the_intervals_that_statsmodels_gives(trials, trials_before, data):
    now, before = data.draw(st.integers(0, trials)), data.draw(st.integers(0, trials_before))
    low, high = wilson(series(now), series(trials))
    assert (low.item(), high.item()) == pytest.approx(proportion_confint(now, trials, method="wilson"), abs=1e-9)
    got = [end.item() for end in newcombe(series(now), series(trials), series(before), series(trials_before))]
    want = confint_proportions_2indep(now, trials, before, trials_before, method="newcomb", compare="diff")
    assert got == pytest.approx(want, abs=1e-9)
    assert low.item() <= now / trials <= high.item()


@settings(deadline=None)
@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300), st.integers(2, 9))
def test_more_replies_of_the_same_kind_narrow_the_margin(promoters, passives, detractors, times):
    replies = promoters + passives + detractors
    if not replies:
        return
    few = promoter_margin(series(promoters), series(detractors), series(replies)).item()
    many = promoter_margin(series(times * promoters), series(times * detractors), series(times * replies)).item()
    scores = [1.0] * promoters + [0.0] * passives + [-1.0] * detractors
    plain = 100 * 1.959963984540054 * np.std(scores) / math.sqrt(replies)
    assert few >= plain - 1e-6
    if min(promoters, detractors) >= 5 and plain > 0:  # where replies of all kinds came, it is the plain one
        assert few == pytest.approx(plain, rel=0.15)
    assert 0 < many < few
