"""The score of every KPI by the profile that its cycle or the KPI itself names."""

import numpy as np
import pandas as pd

from review_kit.model.period import MONTHS_A_YEAR, Calendar, Checkpoint
from review_kit.model.profile import Profile, Window
from review_kit.model.words import Direction
from review_kit.scoring.actual import Rows, Windows, windows
from review_kit.scoring.profiles import (
    attainment,
    band_progress,
    closeness,
    distance_to_band,
    goal_redflag,
    goal_redflag_points,
    growth_points,
    growth_ratio,
    met,
    periods_met,
    progress,
    side_of,
)
from review_kit.scoring.series import adds_up, month_numbers, window_of
from review_kit.scoring.targets_at import GOALS, period_targets


def profile_of(kpis: pd.DataFrame, usual: str) -> pd.Series:
    """The profile that each KPI is really scored by: its own, otherwise the cycle's, where it has what that needs.

    Without a red flag attainment stands for `goal_redflag`; a range, which has neither a red flag nor a rate of growth,
    is scored by progress into its band.
    """
    named = pd.Series(usual, index=kpis.index, dtype="str")
    if "profile" in kpis:
        named = kpis["profile"].astype("str").fillna(usual)
    red = named.eq(str(Profile.GOAL_REDFLAG))
    lacking = red & (kpis["red_flag"].isna() if "red_flag" in kpis else True)
    is_range = kpis["direction"].eq(Direction.RANGE) & (red | named.eq(str(Profile.CAGR)))
    return named.mask(lacking, str(Profile.ATTAINMENT)).mask(is_range, str(Profile.PROGRESS))


def level_paths(kpis: pd.DataFrame, profile: pd.Series) -> pd.Series:
    """How a level is expected to move where the KPI does not say: with time where health is asked, else at once."""
    return pd.Series(np.where(profile.eq(str(Profile.HEALTH)), "linear", "flat"), index=kpis.index)


def progress_made(table: pd.DataFrame, judged: pd.Series) -> pd.Series:
    """Share of the way from baseline to target, or into the band; none from a baseline better than the target."""
    low, high, target, baseline = (table[name] for name in ("target_low", "target_high", "target", "baseline"))
    direction = table["direction"]
    apart = side_of(target, baseline)
    backwards = (direction.eq(Direction.HIGHER) & apart.lt(0)) | (direction.eq(Direction.LOWER) & apart.gt(0))
    way = progress(judged, baseline, target).mask(backwards)
    return way.where(direction.ne(Direction.RANGE), band_progress(judged, baseline, low, high))


def scores(
    table: pd.DataFrame, judged: pd.Series, kpis: pd.DataFrame, series: pd.DataFrame, checkpoint: Checkpoint
) -> pd.Series:
    """The score by the profile of each row; where that has none, what the KPI promised to keep.

    `table` holds profile, direction, target, target_low, target_high, baseline, red_flag, progress, met and strict of
    each KPI, `judged` the actuals that enough values stand behind. A KPI whose baseline is its target maintains: it
    scores 1 when met and otherwise its closeness to the target, by `bands` the share of its periods that met it.
    A KPI that lacks the baseline which its profile starts from is measured by attainment, so that it is neither lost
    nor given a start that nobody stated.
    """
    profile, direction, target = table["profile"], table["direction"], table["target"]
    is_range = direction.eq(Direction.RANGE)
    nearest = table["target_low"].where(judged < table["target_low"], table["target_high"])
    goal = target.where(~is_range, nearest)
    hit = table["met"].eq(other=True).fillna(value=False).astype(bool)
    reached = attainment(judged, goal, direction).where(~is_range, closeness(judged, goal).mask(hit, 1.0))
    kept = closeness(judged, goal).mask(hit, 1.0)
    outside = distance_to_band(table["baseline"], table["target_low"], table["target_high"])
    maintains = side_of(table["baseline"], target).eq(0).where(~is_range, outside.eq(0.0))
    found = table["progress"].mask(profile.eq(str(Profile.ATTAINMENT)), reached)
    sums = adds_up(kpis).to_numpy(dtype=bool)
    if (named := profile.eq(str(Profile.HEALTH))).any():  # what adds up starts from nought each year
        found = found.mask(named & sums & ~is_range, reached)
    if (named := profile.eq(str(Profile.BANDS))).any():
        planned = sums & ~is_range & direction.eq(Direction.HIGHER)  # actuals so far over what was planned so far
        found = found.mask(named & planned, reached)
        share = periods_within(series, kpis, table, checkpoint, of=named & (maintains | is_range))
        found = found.mask(named & share.notna() & judged.notna(), share)
    if (named := profile.eq(str(Profile.GOAL_REDFLAG))).any():
        found = found.mask(named, goal_redflag(judged, target, table["red_flag"]))
    if (named := profile.eq(str(Profile.CAGR))).any():
        years, in_all = years_of(kpis, checkpoint)
        rate = growth_ratio(judged, table["baseline"], target, direction, years, in_all)
        found = found.mask(named, rate.clip(lower=1.0).where(hit & rate.notna(), rate))
    unable = profile.eq(str(Profile.CAGR)) & ~maintains & table["baseline"].notna()
    fallback = kept.where(maintains, reached.mask(is_range, kept)).where(table["met"].notna() & ~unable)
    return found.fillna(fallback)


def points(table: pd.DataFrame) -> pd.Series:
    """The scores on the scale that the source of the profile prints."""
    score, profile = table["score"], table["profile"]
    shown = (100.0 * score).mask(profile.eq(str(Profile.GOAL_REDFLAG)), goal_redflag_points(score))
    return shown.mask(profile.eq(str(Profile.CAGR)), growth_points(score, table["met"]))


def periods_within(
    series: pd.DataFrame, kpis: pd.DataFrame, table: pd.DataFrame, checkpoint: Checkpoint, *, of: pd.Series
) -> pd.Series:
    """Share of the periods of each KPI's window that met what is asked of one period; missing where not asked `of`."""
    shares = np.full(len(table), np.nan)
    if of.any():
        rows, reach = Rows.of(series, kpis), windows(kpis, checkpoint)
        inside = rows.within(Windows(reach.first, reach.last, np.zeros(len(kpis), dtype=bool)))
        its = rows.kpis[inside]
        inside, its = (places[of.to_numpy(dtype=bool)[its]] for places in (inside, its))
        own = table[["direction", "decimals", "strict"]].iloc[its].reset_index(drop=True)
        asked = period_targets(kpis, series)[GOALS].iloc[its].reset_index(drop=True)
        values = pd.Series(series["value"].to_numpy(dtype=np.float64)[inside])
        target, low, high = (asked[name] for name in GOALS)
        each = met(values, target, low, high, own["direction"], own["decimals"], own["strict"])
        share = periods_met(each, pd.Series(its))
        shares[share.index] = share
    return pd.Series(shares, index=table.index)


def years_of(kpis: pd.DataFrame, checkpoint: Checkpoint) -> tuple[pd.Series, pd.Series]:
    """Years from each KPI's baseline to its actual, and to its target (due, otherwise the end of the cycle).

    The baseline is that of `baseline_period`, otherwise of the year before. What is brought together over the year so
    far is compared with the same stretch of the baseline's year, so that whole years lie between.
    """
    calendar = checkpoint.calendar
    labels = kpis["baseline_period"] if "baseline_period" in kpis else pd.Series(np.nan, index=kpis.index, dtype="str")
    ends = {label: _last_month(label, calendar) for label in labels.dropna().unique()}
    year_end, as_of = (
        int(month_numbers(pd.Series([pd.Timestamp(day)]))[0]) for day in (calendar.end, checkpoint.as_of)
    )
    base = labels.map(ends).astype("float64").fillna(year_end - MONTHS_A_YEAR)
    due = kpis["due"] if "due" in kpis else pd.Series(pd.NaT, index=kpis.index)
    target = pd.Series(month_numbers(due.fillna(pd.Timestamp(calendar.end))), index=kpis.index)
    so_far = window_of(kpis).eq(str(Window.YEAR_TO_DATE)) & kpis["aggregate"].ne("last")
    now = pd.Series(np.where(so_far, year_end, as_of), index=kpis.index)
    return (now - base) / MONTHS_A_YEAR, (target - base) / MONTHS_A_YEAR


def _last_month(label: str, calendar: Calendar) -> float:
    """The last month of '2024', '2024-Q3' or '2024-09', as months since 1970; missing for any other text."""
    year, _, part = label.partition("-")
    if not year.isdigit():
        return float("nan")
    if not part:
        period = calendar.cycle_year(int(year))
    elif part.startswith("Q") and part[1:].isdigit():
        period = calendar.quarter(int(year), int(part[1:]))
    elif part.isdigit() and 1 <= int(part) <= MONTHS_A_YEAR:
        period = calendar.month(int(year), int(part))
    else:
        return float("nan")
    return float(month_numbers(pd.Series([pd.Timestamp(period.end)]))[0])
