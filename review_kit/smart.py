"""Whether a KPI's promise is specific, measurable, achievable, relevant and time-bound, judged by evidence."""

import pandas as pd

from review_kit.model.words import Direction

LETTERS = ("specific", "measurable", "achievable", "relevant", "time-bound")


def out_of_bounds(target: pd.Series, lower_bound: pd.Series, upper_bound: pd.Series) -> pd.Series:
    """Targets that cannot exist: beyond a bound of the measure, such as an uptime of 108.9 %; no bound, no limit."""
    return target.gt(upper_bound) | target.lt(lower_bound)


def breaks_bounds(kpis: pd.DataFrame) -> pd.Series:
    """KPIs whose target, or an end of whose band, lies beyond a bound of the measure."""
    beyond = [
        out_of_bounds(kpis[goal], kpis["lower_bound"], kpis["upper_bound"])
        for goal in ("target", "target_low", "target_high")
    ]
    return beyond[0] | beyond[1] | beyond[2]


def unreachable(kpis: pd.DataFrame) -> pd.Series:
    """KPIs whose target no value inside the bounds can meet; a band that only sticks out of them can be met."""
    higher, lower = kpis["direction"].eq(Direction.HIGHER), kpis["direction"].eq(Direction.LOWER)
    least, most = kpis["lower_bound"], kpis["upper_bound"]
    apart = kpis["target_low"].gt(most) | kpis["target_high"].lt(least)
    beyond = (higher & kpis["target"].gt(most)) | (lower & kpis["target"].lt(least))
    return beyond | (kpis["direction"].eq(Direction.RANGE) & apart)


def easier_than_baseline(kpis: pd.DataFrame) -> pd.Series:
    """Targets that promise less than what already is, in the KPI's direction."""
    higher, lower = kpis["direction"].eq(Direction.HIGHER), kpis["direction"].eq(Direction.LOWER)
    return (higher & kpis["target"].lt(kpis["baseline"])) | (lower & kpis["target"].gt(kpis["baseline"]))


def lint(kpis: pd.DataFrame, n_periods: pd.Series) -> pd.DataFrame:
    """One row per KPI and letter that is not met: kpi_id, letter, reason, mend.

    `n_periods` is how many values of the cycle the KPI has, by kpi_id. Evidence asked for: a unit and a definition;
    a direction, a target and data; a target inside its bounds and not below the baseline; an objective; a due date.
    """
    is_range = kpis["direction"].eq(Direction.RANGE)
    has_target = kpis["target"].notna() | (is_range & kpis["target_low"].notna() & kpis["target_high"].notna())
    checks = [
        ("specific", kpis["definition"].isna(), "it has no definition", "say what is counted, what is not, and where"),
        ("measurable", ~has_target, "it has no target", "agree a target, or call it an indicator that is only watched"),
        (
            "measurable",
            kpis["kpi_id"].map(n_periods).fillna(0).eq(0),
            "no value came in this cycle",
            "name a source that delivers, or retire the KPI",
        ),
        (
            "achievable",
            breaks_bounds(kpis),
            "its target cannot exist within the bounds of the measure",
            "set it inside the bounds",
        ),
        (
            "achievable",
            easier_than_baseline(kpis),
            "its target is easier than its baseline",
            "ask for at least the baseline",
        ),
        ("relevant", kpis["objective_id"].isna(), "it serves no objective", "link it to an objective"),
        ("time-bound", kpis["due"].isna(), "it has no due date", "say by when the target is to be reached"),
    ]
    found = [
        pd.DataFrame({"kpi_id": kpis.loc[fails, "kpi_id"], "letter": letter, "reason": reason, "mend": mend})
        for letter, fails, reason, mend in checks
    ]
    return pd.concat(found, ignore_index=True)
