"""Every KPI held against the five letters of SMART: what is not met, by which evidence, and what would mend it."""

import pandas as pd

from review_kit.smart.letters import (
    ACHIEVABLE,
    LETTERS,
    TIME_BOUND,
    Check,
    Cycle,
    achievable,
    has_target,
    measurable,
    relevant,
    specific,
    time_bound,
)

MET, NOT_MET, NOT_JUDGED = "met", "not met", "not judged"
VERDICTS = (MET, NOT_MET, NOT_JUDGED)
_COLUMNS = ["kpi_id", "letter", "rule", "reason", "mend"]


def lint(kpis: pd.DataFrame, cycle: Cycle) -> pd.DataFrame:
    """One row per KPI and thing that is wrong, by KPI in the order of `kpis`, letters in theirs.

    Columns: kpi_id letter rule reason mend. `kpis` are the typed KPIs with the aggregate that counts over time.
    Source of the letters: Doran, There's a S.M.A.R.T. way to write management's goals and objectives, 1981, in the
    wording that became usual: specific, measurable, achievable, relevant, time-bound.
    """
    kpis = kpis.reset_index(drop=True)
    checks = [
        *specific(kpis),
        *measurable(kpis, cycle),
        *achievable(kpis, cycle),
        *relevant(kpis, cycle),
        *time_bound(kpis, cycle),
    ]
    found = [_rows(kpis, check, place) for place, check in enumerate(checks)]
    table = pd.concat(found, ignore_index=True)
    table = table.sort_values(["row", "place"], kind="stable").reset_index(drop=True)
    return table[_COLUMNS].astype("str")


def _rows(kpis: pd.DataFrame, check: Check, place: int) -> pd.DataFrame:
    failing = kpis[check.fails.fillna(value=False).astype(bool)]
    reasons = [check.evidence(row) for row in failing.reset_index().to_dict("records")]
    table = pd.DataFrame({"kpi_id": failing["kpi_id"].to_numpy(), "row": failing.index, "reason": reasons})
    return table.assign(place=place, letter=check.letter, rule=check.rule, mend=check.mend)


def judged(kpis: pd.DataFrame, problems: pd.DataFrame) -> pd.DataFrame:
    """One row per KPI, letter and thing that is wrong, and one for each letter of which nothing is wrong.

    Columns: kpi_id letter verdict rule reason mend. Without a target nobody can tell whether it is achievable, or by
    when: these letters are not judged.
    """
    every = kpis[["kpi_id"]].assign(has_target=has_target(kpis)).merge(pd.DataFrame({"letter": LETTERS}), how="cross")
    table = every.merge(problems, on=["kpi_id", "letter"], how="left", validate="1:m")
    verdict = pd.Series(MET, index=table.index, dtype="str")
    verdict = verdict.mask(table["letter"].isin([ACHIEVABLE, TIME_BOUND]) & ~table["has_target"], NOT_JUDGED)
    table["verdict"] = verdict.mask(table["rule"].notna(), NOT_MET)
    return table[["kpi_id", "letter", "verdict", "rule", "reason", "mend"]].fillna("").astype("str")
