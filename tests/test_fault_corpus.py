"""Every bad input of the list gets its verdict, at the exact place, in one pass and without a traceback."""

import csv
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from faults.base import Cycle
from faults.cases import CASES, At, Case
from faults.params import PARAMS_CASES

from review_kit.errors import ParamsError
from review_kit.intake import Intake, read_cycle
from review_kit.model.fault import Fault, Severity
from review_kit.params import find_checkpoint, load_params

_LIST = Path(__file__).parent / "expected" / "faults.csv"
_LISTED = list(csv.DictReader(_LIST.read_text(encoding="utf-8").splitlines()))
_PLACES = {"source", "source_row", "source_column"}


def intake_of(cycle: Cycle, root: Path) -> Intake:
    cycle.write(root)
    return read_cycle(*find_checkpoint("2026", root / "params"), root)


@pytest.fixture(scope="module")
def control(tmp_path_factory) -> Intake:
    """The sound cycle."""
    return intake_of(Cycle(), tmp_path_factory.mktemp("control") / "workspace")


def changed(case: Case, *, declared: bool = False) -> Cycle:
    cycle = Cycle()
    case.change(cycle)
    if declared:
        case.declared(cycle)
    return cycle


def expected(at: At, fault: Fault) -> bool:
    """Whether a fault is the one that is expected there."""
    place = (fault.rule, fault.file, fault.sheet) == (at.rule, at.file, at.sheet)
    row = at.row is None or fault.row == at.row
    return place and row and at.column in {"", fault.column} and at.value in {None, fault.value}


def hold_same_tables(intake: Intake, control: Intake) -> None:
    for name, table in control.tables.items():
        kept = [column for column in table if column not in _PLACES]
        pd.testing.assert_frame_equal(intake.tables[name][kept], table[kept], check_exact=True)


def hold_balance(intake: Intake) -> None:
    counts = intake.reconciliation
    assert (counts["read"] == counts[["used", "refused", "outside", "duplicate"]].sum(axis=1)).all()


def hold_faults(intake: Intake, case: Case) -> None:
    """The faults are those that are expected and no others: a slip makes no trail."""
    told = "\n".join(str(fault) for fault in intake.faults[:10])
    left = list(intake.faults)
    for at in case.at:
        found = next((fault for fault in left if expected(at, fault)), None)
        assert found is not None, f"{at} is not among:\n{told}"
        left.remove(found)
    assert not left, f"beyond what is expected: {Counter(map(str, left)).most_common(5)}"
    assert case.hint in " ".join(str(fault) for fault in intake.faults)


@pytest.mark.parametrize("case_id", [line["id"] for line in _LISTED if line["id"] in CASES])
def test_a_bad_input_gets_its_verdict_at_its_place(tmp_path, control, case_id):
    case = CASES[case_id]
    intake = intake_of(changed(case), tmp_path / "workspace")
    hold_balance(intake)
    if case.verdict in {"equal", "escape"}:
        assert [str(fault) for fault in intake.faults] == []
    if case.verdict == "equal":
        hold_same_tables(intake, control)
    if case.verdict in {"refuse", "warn"}:
        hold_faults(intake, case)
        worst = Severity.ERROR if case.verdict == "refuse" else Severity.WARNING
        assert {fault.severity for fault in intake.faults} == {worst}


@pytest.mark.parametrize("case_id", [case_id for case_id, case in CASES.items() if case.declared])
def test_what_params_declare_is_read(tmp_path, case_id):
    intake = intake_of(changed(CASES[case_id], declared=True), tmp_path / "workspace")
    assert [str(fault) for fault in intake.errors] == []
    assert len(intake.tables["measures"]) == 72


@pytest.mark.parametrize("case_id", PARAMS_CASES)
def test_bad_parameters_are_refused_with_key_and_line_and_text_stays_text(tmp_path, case_id):
    case = PARAMS_CASES[case_id]
    cycle = Cycle()
    assert cycle.params.count(case.old) == 1
    cycle.params = cycle.params.replace(case.old, case.new)
    path = cycle.write(tmp_path / "workspace") / "params" / "2026.yml"
    if case.told:
        with pytest.raises(ParamsError) as refused:
            load_params(path)
        assert [words for words in case.told if words not in str(refused.value)] == [], str(refused.value)
    else:
        name, text = case.reads
        assert getattr(load_params(path), name) == text


def test_every_line_of_the_list_has_its_case():
    elsewhere = {"251"}  # who may see a KPI is held where editions are made
    assert {line["id"] for line in _LISTED} - CASES.keys() - PARAMS_CASES.keys() == elsewhere
