"""What a survey can tell: its figure with the margin of error, and whether a change between two is more than chance.

A net promoter score is the mean of +1, 0 and -1 over the replies, so its variance is p + d - (p - d)^2 of one reply.
A share of the satisfied has the score interval of Wilson (1927), and the difference of two such shares the hybrid of
Newcombe (1998, Statistics in Medicine 17, 873-890, method 10). All are for replies that came by chance from many
people; who was asked and who answered is not in the margin. Where all replies of a net promoter score are alike, or
very few came, that variance is nothing, which no reader should believe: then the adjusted one of Rocks holds (2016,
Interval Estimation for the Net Promoter Score, The American Statistician 70, 365-372), with three more replies.
"""

from statistics import NormalDist

import numpy as np
import pandas as pd

CONFIDENCE = 0.95
Z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
KINDS = ("nps", "csat")
FEWEST_REPLIES = 10  # of fewer the margins are no more than a rule of thumb, and no change is called real or noise
_SERIES = ("name", "kind", "kpi_id", "audience")  # surveys that ask the same people the same


# replies that Rocks adds: three quarters of one promoter and of one detractor, one and a half passives
_ADDED, _ADDED_EACH = 3.0, 0.75


def promoter_margin(promoters: pd.Series, detractors: pd.Series, replies: pd.Series) -> pd.Series:
    """Half the width of the 95 % interval of a net promoter score, in points of 100; missing without replies.

    The larger of the plain margin and the adjusted one, which is larger only where few replied or nearly all alike.
    """
    count = replies.where(replies > 0)
    plain = _spread(promoters, detractors, count)
    adjusted = _spread(promoters + _ADDED_EACH, detractors + _ADDED_EACH, count + _ADDED)
    return plain.where(plain >= adjusted, adjusted)


def _spread(promoters: pd.Series, detractors: pd.Series, count: pd.Series) -> pd.Series:
    """1.96 standard errors of a mean of +1, 0 and -1, times 100."""
    up, down = promoters / count, detractors / count
    return 100.0 * Z * ((up + down - (up - down) ** 2).clip(lower=0.0) / count) ** 0.5


def wilson(successes: pd.Series, trials: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Both ends of the 95 % score interval of a share, 0 to 1; missing without trials."""
    count = trials.where(trials > 0)
    share = successes / count
    centre = (share + Z**2 / (2 * count)) / (1 + Z**2 / count)
    half = Z * (share * (1 - share) / count + Z**2 / (4 * count**2)) ** 0.5 / (1 + Z**2 / count)
    low, high = (centre - half).mask(share.eq(0.0), 0.0), (centre + half).mask(share.eq(1.0), 1.0)
    return low.clip(lower=0.0), high.clip(upper=1.0)


def newcombe(
    successes: pd.Series, trials: pd.Series, successes_before: pd.Series, trials_before: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """Both ends of the 95 % interval of the difference of two shares, now minus before."""
    low, high = wilson(successes, trials)
    low_before, high_before = wilson(successes_before, trials_before)
    now, before = successes / trials.where(trials > 0), successes_before / trials_before.where(trials_before > 0)
    down = ((now - low) ** 2 + (high_before - before) ** 2) ** 0.5
    up = ((high - now) ** 2 + (before - low_before) ** 2) ** 0.5
    return now - before - down, now - before + up


def review_surveys(surveys: pd.DataFrame) -> pd.DataFrame:
    """The surveys with their figures, those of one series side by side in the order of their periods.

    Columns added: value (NPS in points, CSAT in percent), margin (half the width of the 95 % interval), low, high,
    response_rate (replies of those invited), previous_id, previous_value, change, change_margin (how far the interval
    of the difference reaches from it towards 0), verdict. verdict is `real` where that interval leaves 0 out, which is
    where the change is larger than its margin, `noise` where it does not, `too few` where either has less than ten
    replies, `first` without an earlier survey of the series, and missing where a figure is. Replies that are not told
    are the sum of promoters, passives and detractors. A series is what has the same name, kind, KPI and audience; what
    nobody answered is nothing to compare with.
    """
    table = surveys.copy()
    told = table[["promoters", "passives", "detractors"]].sum(axis=1, min_count=3)
    table["replies"] = table["replies"].fillna(told)
    table = table.sort_values([*_SERIES, "period_end", "survey_id"], kind="stable").reset_index(drop=True)
    is_nps = table["kind"].eq("nps")
    count = table["replies"].where(table["replies"] > 0)
    nps = 100.0 * (table["promoters"] - table["detractors"]) / count
    low, high = wilson(table["satisfied"], table["replies"])
    spread = promoter_margin(table["promoters"], table["detractors"], table["replies"])
    table["value"] = nps.where(is_nps, 100.0 * table["satisfied"] / count)
    table["low"] = (nps - spread).clip(lower=-100.0).where(is_nps, 100.0 * low)
    table["high"] = (nps + spread).clip(upper=100.0).where(is_nps, 100.0 * high)
    table["margin"] = spread.where(is_nps, 50.0 * (high - low))
    table["response_rate"] = table["replies"] / table["invited"].where(table["invited"] > 0)
    answered = table[table["value"].notna()]
    earlier = answered.groupby(list(_SERIES), dropna=False, sort=False)[
        ["survey_id", "value", "margin", "satisfied", "replies"]
    ].shift()
    earlier = earlier.reindex(table.index)
    table["previous_id"], table["previous_value"] = earlier["survey_id"], earlier["value"]
    table["change"] = table["value"] - earlier["value"]
    down, up = newcombe(table["satisfied"], table["replies"], earlier["satisfied"], earlier["replies"])
    both = (table["margin"] ** 2 + earlier["margin"] ** 2) ** 0.5
    change = table["change"]
    table["change_margin"] = both.where(is_nps, (change - 100.0 * down).where(change >= 0, 100.0 * up - change))
    beyond = change.abs() > table["change_margin"]
    too_few = table["replies"].lt(FEWEST_REPLIES) | earlier["replies"].lt(FEWEST_REPLIES)
    words = np.select(
        [table["previous_id"].isna(), table["change"].isna(), too_few, beyond.astype(bool)],
        ["first", "", "too few", "real"],
        "noise",
    )
    table["verdict"] = pd.Series(words, index=table.index, dtype="str").replace("", None).astype("str")
    table.loc[table["value"].isna(), "verdict"] = None
    return table
