"""All sources of a cycle in one pass: sound tables, located faults, and no row lost."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review_kit.errors import InputsRefusedError
from review_kit.intake import Intake, faults_table, read_cycle
from review_kit.model.fault import Fault
from review_kit.model.words import INPUT_TABLES
from review_kit.params import find_checkpoint
from review_kit.schema import HANDOVER, typed_schema
from review_kit.schema.frames import check_table

OBJECTIVES = "objective_id,name\nO1,Serve shoppers\nO2,Save cost\n"
KPIS = """\
kpi_id,name,objective_id,unit,direction,target,baseline,aggregate,lower_bound,upper_bound,owner,frequency
K1,Orders,O1,,higher,at least 40,30,sum,0,,Ann,quarterly
K2,Waiting time,O1,hours,lower,< 12 hours,20,mean,0,,Ann,quarterly
K3,Share on time,O2,%,higher,95%,90,ratio,0,100,Bob,quarterly
K4,Stock,O2,days,range,20–30,,last,0,,Bob,
"""
ACTUALS = """\
kpi_id,period,value,numerator,denominator,segment,status,note
K1,2024,35,,,,actual,
K1,2025-Q1,9,,,,actual,
K1,2025-Q2,10,,,,actual,
K1,2025-Q3,11,,,,actual,
K1,2025-Q4,12,,,,preliminary,"late
figures"
K2,2025-Q1,14,,,North,actual,
K2,2025-Q1,16,,,South,actual,
K2,2025-Q2,13,,,North,actual,
K2,2025-Q2,15,,,South,actual,
K2,2025-Q3,12,,,North,actual,
K2,2025-Q3,14,,,South,actual,
K2,2025-Q4,11,,,North,actual,
K2,2025-Q4,13,,,South,actual,
K3,2025-Q1,,90,100,,actual,
K3,2025-Q2,,92,100,,actual,
K3,2025-Q3,,94,100,,actual,
K3,2025-Q4,,96,100,,actual,
K4,2025-12,25,,,,actual,
"""
PARAMS = """\
cycle: "2025"
organisation: Snacks
calendar: {start: 2025-01-01, end: 2025-12-31}
sources:
  objectives: data/objectives.csv
  kpis: data/kpis.csv
  actuals: data/actuals.csv
"""
EXTRA = {
    "progress": "initiative_id,period,planned_value,earned_value,actual_cost\nI1,2025-Q1,40,30,35\n",
    "initiatives": 'initiative_id,name,objective_id,kpi_ids,fit\nI1,Faster lines,O1,"K1, K2",keep\n',
    "risks": "risk_id,title,objective_id,initiative_id,likelihood,impact\nR1,Strike,O1,I1,3,4\n",
    "stakeholders": "stakeholder_id,name,audience\nS1,Board,executive\n",
    "engagements": "date,stakeholder_id,channel,attended\n2025-03-01,S1,meeting,yes\n",
    "feedback": 'feedback_id,date,stakeholder_id,text\nF1,2025-03-02,S1,"More detail,\nplease"\n',
    "surveys": "survey_id,name,period,kind,promoters,passives,detractors\nV1,Pulse,2025,nps,5,3,2\n",
}


def lay_out(root: Path, params: str = PARAMS, **tables: str | bytes) -> Path:
    """A workspace with the sound example, its tables replaced or added to by name."""
    texts = {"objectives": OBJECTIVES, "kpis": KPIS, "actuals": ACTUALS} | tables
    (root / "data").mkdir(parents=True, exist_ok=True)
    (root / "params").mkdir(exist_ok=True)
    for name, text in texts.items():
        (root / "data" / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
        if f"  {name}:" not in params:
            params = params.replace("sources:\n", f"sources:\n  {name}: data/{name}.csv\n")
    (root / "params" / "2025.yml").write_text(params, encoding="utf-8")
    return root


def intake_of(root: Path, checkpoint: str = "2025", params: str = PARAMS, **tables: str | bytes) -> Intake:
    return read_again(lay_out(root, params, **tables), checkpoint)


def read_again(root: Path, checkpoint: str = "2025") -> Intake:
    return read_cycle(*find_checkpoint(checkpoint, root / "params"), root)


def balanced(intake: Intake) -> bool:
    check_table(intake.reconciliation, HANDOVER["reconciliation"])
    return True


def only(faults: tuple[Fault, ...]) -> Fault:
    assert len(faults) == 1, [str(fault) for fault in faults]
    return faults[0]


def test_a_sound_workspace_has_no_faults_and_every_table_of_the_design(tmp_path):
    intake = intake_of(tmp_path, **EXTRA)
    assert intake.faults == ()
    intake.refuse()
    assert balanced(intake)
    assert set(intake.tables) == {"measures", *INPUT_TABLES} - {"actuals"}
    for name, table in intake.tables.items():
        check_table(table, typed_schema(name))
    assert intake.tables["initiatives"]["kpi_ids"].tolist() == ["K1;K2"]
    assert intake.tables["changes"].empty


def test_measures_carry_their_period_their_place_and_their_heading(tmp_path):
    measures = intake_of(tmp_path).tables["measures"]
    row = measures[measures["kpi_id"].eq("K2")].iloc[0]
    assert (row["period"], row["segment"], row["value"]) == ("2025-Q1", "North", 14.0)
    assert (row["period_start"], row["period_end"]) == (pd.Timestamp("2025-01-01"), pd.Timestamp("2025-03-31"))
    assert (row["source"], row["source_row"], row["source_column"]) == ("data/actuals.csv", 8, "value")
    ratio = measures[measures["kpi_id"].eq("K3")].iloc[0]
    assert np.isnan(ratio["value"])
    assert ratio["source_column"] == "numerator / denominator"


def test_targets_are_numbers_in_the_unit_of_their_kpi(tmp_path):
    kpis = intake_of(tmp_path).tables["kpis"].set_index("kpi_id")
    assert kpis["target"].tolist()[:3] == [40, 12, 95]
    assert kpis.loc["K4", ["target_low", "target_high"]].tolist() == [20, 30]
    assert np.isnan(kpis.loc["K4", "target"])
    assert kpis["weight"].tolist() == [1, 1, 1, 1]
    assert kpis["restricted_to"].isna().all()


def test_rows_after_the_checkpoint_lie_outside_without_a_word(tmp_path):
    intake = intake_of(tmp_path, "2025-Q2")
    assert intake.faults == ()
    line = intake.reconciliation.set_index("table").loc["actuals"]
    assert (line["read"], line["used"], line["outside"]) == (18, 9, 9)
    assert intake.tables["measures"]["period_end"].max() == pd.Timestamp("2025-06-30")


def test_rows_after_the_cycle_are_left_out_with_one_warning(tmp_path):
    intake = intake_of(tmp_path, actuals=ACTUALS + "K1,2026-Q1,9,,,,actual,\nK1,2026-Q2,9,,,,actual,\n")
    fault = only(intake.faults)
    assert (fault.rule, fault.row, fault.severity) == ("period-outside-cycle", 21, "warning")
    assert fault.message.startswith("2 values end after the cycle (31 December 2025)")


def test_a_file_of_another_year_is_an_error(tmp_path):
    intake = intake_of(tmp_path, actuals="kpi_id,period,value\nK1,2023,1\n")
    assert only(intake.errors).rule == "period-outside-cycle"
    assert "no value lies in the cycle, 1 January 2025 to 31 December 2025." in intake.errors[0].message


def test_figures_of_a_kpi_that_only_other_cycles_have_are_left_out_with_a_warning(tmp_path):
    intake = intake_of(tmp_path, actuals=ACTUALS + "K0,2023,1,,,,,\nK0,2024,1,,,,,\n")
    fault = only(intake.faults)
    assert (fault.rule, fault.row, fault.severity) == ("unknown-kpi", 21, "warning")
    assert intake.reconciliation.set_index("table").loc["actuals", "outside"] == 2


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "rule"),
    [
        ("K1,2025-Q2,10,", "K1,2025-Q2,12%,", 4, "value", "not-a-number"),
        ("K1,2025-Q2,10,", "K1,2025-Q2,#N/A,", 4, "value", "spreadsheet-error"),
        ("K1,2025-Q2,10,", "K1,2025-Q2,-3,", 4, "value", "out-of-range"),
        ("K1,2025-Q2,", "k1,2025-Q2,", 4, "kpi_id", "unknown-kpi"),
        ("K1,2025-Q2,", ",2025-Q2,", 4, "kpi_id", "missing-key"),
        ("K1,2025-Q2,", "K1,Total,", 4, "period", "bad-period"),
        ("K1,2025-Q2,", "K1,,", 4, "period", "missing-value"),
        ("K1,2025-Q2,10,", "kpi_id,period,value,", 4, "period", "bad-period"),
        ("K1,2025-Q2,10,,,,actual", "K1,2025-Q2,10,,,,final", 4, "status", "bad-status"),
        ("K3,2025-Q1,,90,100", "K3,2025-Q1,,90,", 16, "denominator", "missing-value"),
        ("K3,2025-Q1,,90,100", "K3,2025-Q1,90,,", 16, "denominator", "missing-value"),
        ("K3,2025-Q1,,90,100", "K3,2025-Q1,,90,0", 16, "denominator", "out-of-range"),
        ("K3,2025-Q1,,90,100", "K3,2025-Q1,,90,-1", 16, "denominator", "out-of-range"),
        ("15,,,South,actual", "15,,,,actual", 11, "segment", "missing-key"),
        ("15,,,South,actual", "15,,,So\u200buth,actual", 11, "segment", "ambiguous-name"),
        ("15,,,South,actual", "15,,,South\u202e,actual", 11, "segment", "unsafe-text"),
        ("15,,,South,actual", '15,,,"North\r\nBcc: a@b.example",actual', 11, "segment", "unsafe-text"),
        ("actual,\nK1,2025-Q2", "actual,\x1b[31mred\nK1,2025-Q2", 3, "note", "unsafe-text"),
        (
            "actual,\nK1,2025-Q2",
            "actual,ghp_0123456789abcdefghijABCDEFGHIJ012345\nK1,2025-Q2",
            3,
            "note",
            "secret-in-data",
        ),
        ("K1,2025-Q2,10,", "K1,2025-04,10,", None, "", ""),
        ("K1,2025-Q2,", "K1,2025,", 4, "period", "overlapping-periods"),
    ],
)
def test_a_bad_cell_of_the_actuals_is_told_where_it_stands(tmp_path, old, new, row, column, rule):
    assert old in ACTUALS
    intake = intake_of(tmp_path, actuals=ACTUALS.replace(old, new))
    assert balanced(intake)
    if not rule:
        assert intake.errors == ()
        return
    fault = intake.errors[0]
    assert (fault.file, fault.row, fault.column, fault.rule) == ("data/actuals.csv", row, column, rule)
    assert fault.message.endswith(".")
    assert fault.hint.endswith((".", "?"))
    with pytest.raises(InputsRefusedError, match="Hint: "):
        intake.refuse()


def test_a_year_beside_its_own_quarters_before_the_cycle_is_left_out_and_told(tmp_path):
    quarters = "".join(f"K1,2024-Q{number},9,,,,actual,\n" for number in range(1, 5))
    intake = intake_of(tmp_path, actuals=ACTUALS.replace("K1,2025-Q1", f"{quarters}K1,2025-Q1", 1))
    assert balanced(intake)
    assert intake.errors == ()
    fault = only(intake.faults)
    assert (fault.row, fault.rule, str(fault.severity)) == (2, "overlapping-periods", "warning")
    assert "the parts count, this row is left out" in fault.message
    measures = intake.tables["measures"]
    before = measures[measures["kpi_id"].eq("K1") & measures["period_end"].lt(pd.Timestamp("2025-01-01"))]
    assert before["value"].tolist() == [9.0] * 4


@pytest.mark.parametrize(
    ("old", "new", "column", "rule"),
    [
        ("K1,Orders,O1", "K1,Orders,O9", "objective_id", "unknown-objective"),
        ("K1,Orders,O1,,higher", "K1,Orders,O1,,up", "direction", "bad-direction"),
        ("K1,Orders,O1,,higher", "K1,Orders,O1,,", "direction", "bad-direction"),
        ("at least 40", "TBD", "target", "bad-target"),
        ("at least 40", "< 40", "target", "direction-contradicts-target"),
        ("at least 40,30", "at least 40,50", "direction", "direction-contradicts-target"),
        ("at least 40,30,sum", "at least 40,30,avg", "aggregate", "bad-aggregate"),
        ("K1,Orders", "K1,", "name", "missing-value"),
    ],
)
def test_a_bad_cell_of_the_kpis_is_told_where_it_stands(tmp_path, old, new, column, rule):
    assert old in KPIS
    intake = intake_of(tmp_path, kpis=KPIS.replace(old, new))
    assert balanced(intake)
    fault = only(intake.errors)
    assert (fault.file, fault.row, fault.column, fault.rule) == ("data/kpis.csv", 2, column, rule)


def test_a_target_behind_its_baseline_is_a_warning_where_progress_is_not_scored(tmp_path):
    params = PARAMS + "scoring: {profile: attainment}\n"
    intake = intake_of(tmp_path, params=params, kpis=KPIS.replace("at least 40,30", "at least 40,50"))
    assert only(intake.faults).severity == "warning"


def test_every_slip_of_every_file_is_told_in_one_pass(tmp_path):
    intake = intake_of(
        tmp_path,
        objectives=OBJECTIVES + "O1,Again\n",
        kpis=KPIS.replace("higher", "hihger", 1),
        actuals=ACTUALS.replace("K1,2025-Q2,10", "K1,2025-Q2,ten").replace("K2,2025-Q1,14", "K2,2025-Q1,fast"),
    )
    assert [(fault.file, fault.rule) for fault in intake.errors] == [
        ("data/objectives.csv", "duplicate-key"),
        ("data/kpis.csv", "bad-direction"),
        ("data/actuals.csv", "not-a-number"),
        ("data/actuals.csv", "not-a-number"),
    ]
    assert intake.errors[1].hint == "did you mean 'higher'?"
    assert balanced(intake)


def test_an_unknown_kpi_is_told_with_the_nearest(tmp_path):
    intake = intake_of(tmp_path, actuals=ACTUALS.replace("K3,2025-Q1", "KK3,2025-Q1"))
    assert only(intake.errors).hint == "did you mean 'K3'?"


def test_equal_rows_count_once_with_a_warning(tmp_path):
    intake = intake_of(tmp_path, actuals=ACTUALS + "K4,2025-12,25.0,,,,actual,\n")
    fault = only(intake.faults)
    assert (fault.rule, fault.row, fault.severity) == ("duplicate-row", 21, "warning")
    assert "repeats row 20" in fault.message
    assert intake.reconciliation.set_index("table").loc["actuals", "duplicate"] == 1


def test_rows_that_contradict_each_other_are_both_refused_and_both_named(tmp_path):
    intake = intake_of(tmp_path, actuals=ACTUALS + "K4,2025-12-31,26,,,,actual,\n")
    fault = only(intake.errors)
    assert (fault.rule, fault.row, fault.column) == ("duplicate-key", 21, "value")
    assert fault.message == "rows 20 and 21 both give K4, 2025-12, with value 25.0 and 26.0."
    assert intake.reconciliation.set_index("table").loc["actuals", "refused"] == 2
    assert "K4" not in intake.tables["measures"]["kpi_id"].tolist()


def test_cells_of_one_wide_row_that_contradict_another_row_are_told_each_with_its_period(tmp_path):
    params = PARAMS.replace(" data/actuals.csv", ' {path: data/actuals.csv, melt: {period: ["2024", "2025"]}}')
    intake = intake_of(tmp_path, params=params, actuals="kpi_id,2024,2025\nK1,1,2\nK1,3,4\n")
    told = [fault.message for fault in intake.errors if fault.rule == "duplicate-key"]
    assert told == [
        "rows 2 and 3 both give K1, 2024, with value 1.0 and 3.0.",
        "rows 2 and 3 both give K1, 2025, with value 2.0 and 4.0.",
    ]


def test_the_same_year_in_every_row_is_a_contradiction_and_not_a_sum(tmp_path):
    intake = intake_of(tmp_path, actuals="kpi_id,period,value\nK1,2025,1\nK1,2025,2\nK1,2025,3\n")
    assert [fault.row for fault in intake.errors if fault.rule == "duplicate-key"] == [3, 4]


def test_ids_are_compared_as_text(tmp_path):
    kpis = "kpi_id,name,objective_id,unit,direction,target\n" + "".join(
        f"{name},{name},{'O2' if name == 'NA' else 'O1'},,higher,1\n"
        for name in ("001", "010", "10", "1E5", "None", "NA")
    )
    actuals = "kpi_id,period,value\n" + "".join(
        f"{name},2025,1\n" for name in ("001", "010", "10", "1E5", "None", "NA")
    )
    intake = intake_of(tmp_path, kpis=kpis, actuals=actuals)
    assert intake.faults == ()
    assert intake.tables["measures"]["kpi_id"].tolist() == ["001", "010", "10", "1E5", "None", "NA"]


def test_a_kpi_without_values_or_with_gaps_is_a_warning(tmp_path):
    actuals = "".join(
        line for line in ACTUALS.splitlines(keepends=True) if not line.startswith(("K4", "K2,2025-Q4", "K2,2025-Q3"))
    )
    intake = intake_of(tmp_path, actuals=actuals)
    assert [(fault.rule, fault.row) for fault in intake.faults] == [("missing-period", 3), ("kpi-without-actuals", 5)]
    assert intake.errors == ()
    assert "4 quarterly values are due by now, 2 came for North" in intake.faults[0].message


def test_segments_without_a_way_to_bring_them_together_are_an_error(tmp_path):
    intake = intake_of(tmp_path, kpis=KPIS.replace("20,mean", "20,last"))
    fault = only(intake.errors)
    assert (fault.file, fault.row, fault.column, fault.rule) == ("data/kpis.csv", 3, "aggregate", "unclear-aggregate")


def test_a_segment_that_stands_once_and_is_like_another_is_a_warning(tmp_path):
    intake = intake_of(tmp_path, actuals=ACTUALS.replace("14,,,North", "14,,,Noth"))
    assert [fault.hint for fault in intake.faults if fault.rule == "unknown-unit"] == ["did you mean 'North'?"]


def test_an_empty_value_of_the_cycle_is_a_warning_unless_params_say_it_is_meant(tmp_path):
    actuals = ACTUALS.replace("K4,2025-12,25", "K4,2025-12,")
    assert (
        only(tuple(fault for fault in intake_of(tmp_path, actuals=actuals).faults if fault.row == 20)).rule
        == "missing-value"
    )
    meant = PARAMS.replace("actuals: data/actuals.csv", 'actuals: {path: data/actuals.csv, missing: ["", NA]}')
    again = intake_of(tmp_path, params=meant, actuals=actuals)
    assert again.faults == ()
    assert np.isnan(again.tables["measures"].query("kpi_id == 'K4'")["value"].iloc[0])


@pytest.mark.parametrize(
    ("table", "old", "new", "rule", "column"),
    [
        ("initiatives", '"K1, K2"', "K1;K9", "unknown-kpi", "kpi_ids"),
        ("initiatives", "Faster lines,O1", "Faster lines,O7", "unknown-objective", "objective_id"),
        ("initiatives", "keep", "maybe", "bad-fit", "fit"),
        ("progress", "I1,", "I2,", "unknown-initiative", "initiative_id"),
        ("progress", "30", "-1", "out-of-range", "earned_value"),
        ("risks", "I1,3", "I2,3", "unknown-initiative", "initiative_id"),
        ("risks", "I1,3", "I1,9", "out-of-range", "likelihood"),
        ("stakeholders", "executive", "everyone", "bad-audience", "audience"),
        ("stakeholders", "executive", "", "bad-audience", "audience"),
        ("engagements", "S1,meeting", "S2,meeting", "unknown-stakeholder", "stakeholder_id"),
        ("engagements", "yes", "maybe", "not-a-flag", "attended"),
        ("feedback", "2025-03-02", "2.3.2025", "bad-date", "date"),
        ("surveys", "2025,nps", "soon,nps", "bad-period", "period"),
        ("surveys", "nps", "ces", "bad-kind", "kind"),
        ("surveys", "nps", "csat", "survey-counts", "satisfied"),
        ("surveys", "5,3,2", "5,,2", "survey-counts", "passives"),
        ("surveys", "5,3,2", "5,3,-2", "out-of-range", "detractors"),
    ],
)
def test_slips_of_the_other_tables_are_told(tmp_path, table, old, new, rule, column):
    assert old in EXTRA[table]
    intake = intake_of(tmp_path, **EXTRA | {table: EXTRA[table].replace(old, new)})
    fault = intake.errors[0]
    assert (fault.file, fault.rule, fault.column, fault.row) == (f"data/{table}.csv", rule, column, 2)
    assert balanced(intake)


SHARED = {  # heading, and a row about what this cycle does not list, with {} for its day
    "targets": ("kpi_id,period,target", "K9,{},5"),
    "surveys": ("survey_id,name,period,kind,promoters,passives,detractors,kpi_id", "V9,Exit,{},nps,5,3,2,K9"),
    "progress": ("initiative_id,period,planned_value", "I9,{},5"),
    "engagements": ("date,stakeholder_id,channel", "{}-15,S9,meeting"),
    "feedback": ("feedback_id,date,stakeholder_id,text", "F9,{}-15,S9,Thanks"),
}


@pytest.mark.parametrize("checkpoint", ["2025", "2025-Q2", "2025-05"])
@pytest.mark.parametrize("table", SHARED)
def test_what_lies_in_another_cycle_is_left_out_at_every_checkpoint_and_a_slip_of_this_one_refused(
    tmp_path, table, checkpoint
):
    heading, row = SHARED[table]
    for month, severity in (("2024-12", "warning"), ("2025-01", "error"), ("2025-12", "error"), ("2026-01", "warning")):
        intake = intake_of(tmp_path, checkpoint, **EXTRA | {table: f"{heading}\n{row.format(month)}\n"})
        told = only(tuple(fault for fault in intake.faults if fault.rule.startswith("unknown-")))
        assert (told.severity, told.row) == (severity, 2), month
        assert balanced(intake)
    # a day that nobody can read, or none, is one fault and no word about other cycles
    for month, rule in (("2024-13", "bad-"), ("", "missing-")):
        if month or "{}-15" not in row:
            intake = intake_of(tmp_path, checkpoint, **EXTRA | {table: f"{heading}\n{row.format(month)}\n"})
            [told] = [fault for fault in intake.faults if fault.file == f"data/{table}.csv"]
            assert told.rule.startswith(rule)


def test_a_survey_of_no_kpi_is_of_this_cycle(tmp_path):
    surveys = "survey_id,name,period,kind,promoters,passives,detractors,kpi_id\nV1,Pulse,2024,nps,5,3,2,\n"
    intake = intake_of(tmp_path, surveys=surveys + "V2,Pulse,2025,nps,5,3,2,K9\nV3,Exit,2024,nps,5,3,2,K8\n")
    rows = intake.reconciliation.set_index("table").loc["surveys"]
    assert (rows["used"], rows["refused"], rows["outside"]) == (1, 1, 1)


def test_a_lesson_that_repeats_one_that_nobody_recorded_is_told_with_its_place_and_the_nearest(tmp_path):
    lessons = "lesson_id,lesson,cycle,repeats\nL01,Ask first,2024,\nL02,Ask first again,2025,L0l\n"
    fault = only(intake_of(tmp_path, lessons=lessons).errors)
    assert (fault.file, fault.rule, fault.column, fault.row) == ("data/lessons.csv", "unknown-lesson", "repeats", 3)
    assert "no lesson is called 'L0l'" in str(fault)
    assert "did you mean 'L01'?" in str(fault)


@pytest.mark.parametrize(
    ("repeats", "row", "said"),
    [
        (["", "L2", ""], 3, "the lesson 'L2' repeats itself."),
        (["L3", "", "L1"], 2, "in a circle: L1 -> L3 -> L1."),
        (["L2", "L3", "L1"], 2, "in a circle: L1 -> L2 -> L3 -> L1."),
        (["L2", "L3", "L2"], 3, "in a circle: L2 -> L3 -> L2."),  # the first leads into the circle and is not in it
    ],
)
def test_lessons_that_repeat_each_other_in_a_circle_are_told_once_at_the_first_row_of_it(tmp_path, repeats, row, said):
    rows = [f"L{at},Ask first,2024,{other}" for at, other in enumerate(repeats, start=1)]
    intake = intake_of(tmp_path, lessons="\n".join(["lesson_id,lesson,cycle,repeats", *rows, ""]))
    fault = only(intake.errors)
    assert (fault.file, fault.rule, fault.column, fault.row) == ("data/lessons.csv", "lesson-circle", "repeats", row)
    assert said in fault.message
    assert "leave the cell of the earliest empty" in fault.hint
    assert balanced(intake)


def test_lessons_that_repeat_one_earlier_lesson_or_one_after_the_other_are_sound(tmp_path):
    lessons = "lesson_id,lesson,cycle,repeats\nL1,Ask,2023,\nL2,Ask,2024,L1\nL3,Ask,2025,L2\nL4,Ask,2025,L1\n"
    assert intake_of(tmp_path, lessons=lessons).errors == ()


def waves(*rows):
    head = "survey_id,name,period,kind,audience,promoters,passives,detractors"
    return "\n".join([head, *(f"V{at},{row}" for at, row in enumerate(rows, start=1)), ""])


@pytest.mark.parametrize(
    ("audience", "said"), [("Staff", "row 2 gives 'Pulse' of Staff in 2025"), ("", "row 2 gives 'Pulse' in 2025")]
)
def test_two_rows_of_one_survey_for_the_same_months_and_audience_are_told(tmp_path, audience, said):
    intake = intake_of(tmp_path, surveys=waves(f"Pulse,2025,nps,{audience},5,3,2", f"Pulse,2025,nps,{audience},6,3,2"))
    fault = only(intake.errors)
    assert (fault.file, fault.rule, fault.column, fault.row) == ("data/surveys.csv", "duplicate-key", "period", 3)
    assert said in fault.message
    assert "add the replies of the two rows up" in fault.hint
    assert balanced(intake)


@pytest.mark.parametrize("other", ["Pulse,2024,nps,Staff", "Pulse,2025,nps,Board", "Exit,2025,nps,Staff"])
def test_surveys_of_other_months_audiences_or_names_stand_side_by_side(tmp_path, other):
    assert intake_of(tmp_path, surveys=waves("Pulse,2025,nps,Staff,5,3,2", f"{other},6,3,2")).errors == ()


@pytest.mark.parametrize("audience", ["everybody", "executive;boss", "all"])
def test_an_unknown_audience_fails_closed(tmp_path, audience):
    objectives = f"objective_id,name,restricted_to\nO1,Serve,{audience}\nO2,Save,\n"
    intake = intake_of(tmp_path, objectives=objectives)
    assert only(intake.errors).rule == "unknown-audience"
    assert intake.tables["objectives"]["objective_id"].tolist() == ["O2"]


def test_several_audiences_are_kept_in_one_spelling(tmp_path):
    objectives = 'objective_id,name,restricted_to\nO1,Serve,"IT, Executive"\nO2,Save,\n'
    intake = intake_of(tmp_path, objectives=objectives)
    assert intake.tables["objectives"]["restricted_to"].tolist()[0] == "it;executive"


@pytest.mark.parametrize(
    ("text", "rule", "hint"),
    [
        (ACTUALS.replace("value", "Value (kEUR)", 1), "missing-column", "columns: {value: Value (kEUR)}"),
        ("kpi_id,period,result\nK1,2025,5\n", "missing-column", "row 1 has the headings kpi_id, period, result."),
        (ACTUALS.replace(",", ";"), "wrong-delimiter", 'delimiter: ";"'),
        ("Export of 4 January\n\n" + ACTUALS, "missing-column", "header_row: 3"),
        (ACTUALS.replace("note", "value", 1), "duplicate-column", "rename or remove"),
        ("", "no-rows", "export it again"),
    ],
)
def test_a_file_that_is_not_in_our_shape_is_told_with_the_way_to_declare_it(tmp_path, text, rule, hint):
    intake = intake_of(tmp_path, actuals=text)
    fault = intake.errors[0]
    assert fault.rule == rule
    assert hint in fault.hint
    assert balanced(intake)
    assert "K1" not in intake.tables["measures"]["kpi_id"].tolist()


def test_a_missing_file_is_a_fault_that_names_the_nearest(tmp_path):
    root = lay_out(tmp_path)
    (root / "data" / "kpis.csv").rename(root / "data" / "kpi.csv")
    intake = read_again(root)
    fault = only(intake.errors)
    assert (fault.rule, fault.hint) == ("missing-file", "did you mean 'kpi.csv'?")


def test_a_heading_with_a_slip_is_told_before_its_column_is_lost(tmp_path):
    intake = intake_of(tmp_path, kpis=KPIS.replace("owner,frequency", "owner,frequncy"))
    assert only(intake.faults).hint.startswith("did you mean 'frequency'?")


def test_thousands_of_equal_faults_are_told_as_a_thousand_and_a_range(tmp_path):
    rows = "".join(f"K1,2025-Q1,oops,,,S{number},,\n" for number in range(1500))
    intake = intake_of(tmp_path, actuals=ACTUALS.splitlines(keepends=True)[0] + rows)
    told = [fault for fault in intake.errors if fault.rule == "not-a-number"]
    assert len(told) == 1001
    assert told[-1].message == "the same holds for 500 more cells, in rows 1002 to 1501."
    with pytest.raises(InputsRefusedError, match=r"hold 1\d{3} errors(?s:.*)and \d+ more\."):
        intake.refuse()


WIDE = "Ref;Name;2024;YTD;Status\n1;a;5;n/a;P\n2;b;1.000,5;7;A\n3;c;6;8;A\n"


def test_a_wide_file_is_read_by_mapping_alone_and_its_cells_are_counted(tmp_path):
    source = """
    path: data/actuals.csv
    delimiter: ";"
    decimal: ","
    thousands: "."
    missing: [n/a]
    columns: {kpi_id: Ref, status: Status}
    melt: {period: ["2024", {YTD: "2025"}]}
    values: {status: {P: preliminary, A: actual}, kpi_id: {"1": K1, "2": K2, "3": K4}}
    where: {Name: [a, b]}"""
    intake = intake_of(tmp_path, params=PARAMS.replace(" data/actuals.csv", source), actuals=WIDE)
    assert [fault.severity for fault in intake.faults] == ["warning"] * len(intake.faults)
    measures = intake.tables["measures"]
    assert measures[["kpi_id", "period", "source_row", "source_column", "status"]].to_numpy().tolist() == [
        ["K1", "2024", 2, "2024", "preliminary"],
        ["K1", "2025", 2, "YTD", "preliminary"],
        ["K2", "2024", 3, "2024", "actual"],
        ["K2", "2025", 3, "YTD", "actual"],
    ]
    assert measures["value"].fillna(-1).tolist() == [5, -1, 1000.5, 7]
    line = intake.reconciliation.set_index("table").loc["actuals"]
    assert (line["read"], line["used"], line["outside"]) == (6, 4, 2)


def test_a_bad_cell_of_a_wide_file_names_its_own_heading(tmp_path):
    params = PARAMS.replace(" data/actuals.csv", ' {path: data/actuals.csv, melt: {period: ["2024", "2025"]}}')
    intake = intake_of(tmp_path, params=params, actuals="kpi_id,2024,2025\nK1,5,x\nK2,1,2\n")
    fault = intake.errors[0]
    assert (fault.row, fault.column, fault.value) == (2, "2025", "x")
    assert intake.reconciliation.set_index("table").loc["actuals", "refused"] == 1


def test_distinct_rows_make_a_table_of_a_repeating_column(tmp_path):
    params = PARAMS.replace(
        " data/objectives.csv",
        "\n    path: data/objectives.csv\n    distinct: true\n    columns: {objective_id: [Area, Goal], name: Goal}\n"
        "    missing: [NA]",
    )
    objectives = "Area,Goal\nNorth,Grow\nNorth,Grow\nNA,Save\n"
    kpis = KPIS.replace(",O1,", ",North · Grow,").replace(",O2,", ",Save,")
    intake = intake_of(tmp_path, params=params, objectives=objectives, kpis=kpis)
    assert intake.faults == ()
    assert intake.tables["objectives"]["objective_id"].tolist() == ["North · Grow", "Save"]
    assert intake.reconciliation.set_index("table").loc["objectives", "duplicate"] == 1


def test_targets_per_period_follow_the_unit_and_direction_of_their_kpi(tmp_path):
    targets = "kpi_id,period,target\nK2,2025-Q1,< 18 hours\nK2,2025-Q2,> 15\nK9,2025-Q1,1\n"
    intake = intake_of(tmp_path, targets=targets)
    assert [(fault.row, fault.rule) for fault in intake.errors] == [
        (3, "direction-contradicts-target"),
        (4, "unknown-kpi"),
    ]
    table = intake.tables["targets"]
    assert table[["kpi_id", "period", "target"]].to_numpy().tolist() == [["K2", "2025-Q1", 18.0]]
    assert table["period_end"].iloc[0] == pd.Timestamp(date(2025, 3, 31))


def test_the_table_of_faults_keeps_its_contract(tmp_path):
    intake = intake_of(tmp_path, actuals=ACTUALS.replace("K1,2025-Q2,10", "K1,2025-Q2,ten"))
    table = check_table(faults_table(intake.faults), HANDOVER["faults"])
    assert table["row"].tolist()[0] == 4
    assert check_table(faults_table(()), HANDOVER["faults"]).empty


CELLS = st.sampled_from(
    [
        "K1",
        "K2",
        "K9",
        "",
        "2024",
        "2025",
        "2025-Q1",
        "2025-06",
        "2026",
        "1",
        "1.5",
        "x",
        "12%",
        "North",
        "actual",
        "NA",
        '"',
    ]
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(CELLS, min_size=4, max_size=6), max_size=12), checkpoint=st.sampled_from(["2025", "2025-Q1"])
)
def test_every_row_read_is_used_refused_outside_or_a_duplicate(tmp_path, rows, checkpoint):
    text = "kpi_id,period,value,segment,status\n" + "".join(",".join(row) + "\n" for row in rows)
    intake = intake_of(tmp_path, checkpoint, actuals=text)
    assert balanced(intake)
    line = intake.reconciliation.set_index("table").loc["actuals"]
    assert line["used"] == len(intake.tables["measures"])
    assert line["refused"] == 0 or intake.errors
    for name, table in intake.tables.items():
        check_table(table, typed_schema(name))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=8))
def test_every_cell_of_a_wide_file_is_accounted_for(tmp_path, rows):
    params = PARAMS.replace(
        " data/actuals.csv",
        ' {path: data/actuals.csv, melt: {period: ["2024", "2025"]}, missing: [NA], distinct: true}',
    )
    text = "kpi_id,2024,2025\n" + "".join(",".join(row) + "\n" for row in rows)
    intake = intake_of(tmp_path, params=params, actuals=text)
    assert balanced(intake)
    assert intake.reconciliation.set_index("table").loc["actuals", "read"] % 2 == 0


def test_a_range_needs_two_ends_and_one_number_is_refused(tmp_path):
    kpis = KPIS.replace("range,20–30", "range,25")
    fault = only(intake_of(tmp_path, kpis=kpis).errors)
    assert (fault.rule, fault.message) == ("bad-target", "a range needs two ends, and this is one number.")
