"""What a table of KPIs may say of how each is judged: window, strict, profile, red flag."""

from pathlib import Path

import pytest

from review_kit.intake import Intake, read_cycle
from review_kit.params import find_checkpoint

PARAMS = """\
cycle: "2025"
organisation: Snacks
calendar: {start: 2025-01-01, end: 2025-12-31}
sources:
  objectives: data/objectives.csv
  kpis: data/kpis.csv
  actuals: data/actuals.csv
"""
HEADS = "kpi_id,name,objective_id,unit,direction,target,baseline,frequency,owner,"


def intake_of(root: Path, *rows: str, heads: str, params: str = PARAMS) -> Intake:
    """A workspace of annual KPIs A, B, C …; `rows` end with the cells of `heads`."""
    (root / "data").mkdir()
    (root / "params").mkdir()
    (root / "params" / "2025.yml").write_text(params, encoding="utf-8")
    (root / "data" / "objectives.csv").write_text("objective_id,name\nO1,Grow\n", encoding="utf-8")
    ids = "ABCDEFGH"[: len(rows)]
    lines = [f"{name},KPI {name},O1,hours,{row}" for name, row in zip(ids, rows, strict=True)]
    (root / "data" / "kpis.csv").write_text("\n".join([HEADS + heads, *lines, ""]), encoding="utf-8")
    values = "".join(f"{name},2025,90\n" for name in ids)
    (root / "data" / "actuals.csv").write_text(f"kpi_id,period,value\n{values}", encoding="utf-8")
    return read_cycle(*find_checkpoint("2025", root / "params"), root)


def told(intake: Intake) -> list[tuple[str, str, int | None, str]]:
    return [(fault.severity, fault.rule, fault.row, fault.column) for fault in intake.faults]


def test_an_operator_makes_a_target_strict_and_a_column_may_say_so_too(tmp_path):
    intake = intake_of(
        tmp_path, "lower,< 12,20,annual,Ann,", "lower,≤ 12,20,annual,Ann,", "lower,12,20,annual,Ann,yes",
        "lower,12,20,annual,Ann,", "higher,> 95,90,annual,Ann,yes", heads="strict",
    )  # fmt: skip
    assert told(intake) == []
    strict = intake.tables["kpis"]["strict"]
    assert strict.isna().tolist() == [False, False, False, True, False]
    assert strict.fillna(value=False).tolist() == [True, False, True, False, True]


def test_an_operator_and_the_column_strict_that_contradict_each_other_are_refused(tmp_path):
    intake = intake_of(tmp_path, "lower,≤ 12,20,annual,Ann,yes", "higher,> 95,90,annual,Ann,no", heads="strict")
    assert told(intake) == [("error", "bad-target", 2, "target"), ("error", "bad-target", 3, "target")]


def test_a_blank_window_is_the_year_to_date_and_other_words_are_refused(tmp_path):
    intake = intake_of(
        tmp_path, "higher,95,90,annual,Ann,", "higher,95,90,annual,Ann,rolling_12", "higher,95,90,annual,Ann,R12",
        heads="window",
    )  # fmt: skip
    assert told(intake) == [("error", "bad-window", 4, "window")]
    assert "year_to_date, rolling_12 or latest_period" in intake.faults[0].message + intake.faults[0].hint
    assert intake.tables["kpis"]["window"].tolist() == ["year_to_date", "rolling_12"]


def test_a_red_flag_has_to_lie_on_the_worse_side_and_its_lack_is_told(tmp_path):
    intake = intake_of(
        tmp_path, "higher,700,,annual,Ann,goal_redflag,500", "higher,700,,annual,Ann,goal_redflag,750",
        "lower,700,,annual,Ann,goal_redflag,700", "higher,700,,annual,Ann,goal_redflag,", "higher,700,,annual,Ann,,900",
        heads="profile,red_flag",
    )  # fmt: skip
    assert told(intake) == [
        ("error", "direction-contradicts-target", 3, "red_flag"),
        ("error", "direction-contradicts-target", 4, "red_flag"),
        ("warning", "missing-value", 5, "red_flag"),
    ]


def test_a_cycle_of_red_flags_without_a_column_of_them_is_told_kpi_by_kpi(tmp_path):
    params = PARAMS + "scoring: {profile: goal_redflag}\n"
    intake = intake_of(tmp_path, "higher,95,90,annual,Ann,x", heads="definition", params=params)
    assert [(fault.severity, fault.rule) for fault in intake.faults] == [("warning", "missing-value")]


@pytest.mark.parametrize(("profile", "severity"), [("health", "error"), ("bands", "error"), ("cagr", "warning")])
def test_a_target_behind_its_baseline_is_refused_where_the_way_from_it_is_scored(tmp_path, profile, severity):
    intake = intake_of(tmp_path, f"higher,80,90,annual,Ann,{profile}", heads="profile")
    assert [(fault.severity, fault.rule) for fault in intake.faults] == [(severity, "direction-contradicts-target")]
