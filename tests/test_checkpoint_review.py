"""The whole review of the example company, by the real notebooks."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from review_kit.checkpoint import run_checkpoint
from review_kit.checkpoint.fingerprint import hash_folder, library_versions
from review_kit.checkpoint.places import Places
from review_kit.checkpoint.run import has_not_changed

REPOSITORY = Path(__file__).resolve().parents[1]
RUN = "import sys; from pathlib import Path; from review_kit.checkpoint import run_checkpoint; "
RUN += "run_checkpoint(Path(sys.argv[1]), '2025')"

pytestmark = pytest.mark.kernel


def example(folder):
    for name in ("params", "data", "notebooks"):
        shutil.copytree(REPOSITORY / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def review(tmp_path_factory):
    """A workspace with the review of 2025 in it, and what the run returned."""
    workspace = example(tmp_path_factory.mktemp("here") / "workspace")
    return workspace, run_checkpoint(workspace, "2025")


def test_a_run_makes_what_the_design_promises(review):
    _, result = review
    assert set(hash_folder(result.folder)) >= {
        "report.html",
        "scorecard.xlsx",
        "run.json",
        "notebooks/01_data_intake.ipynb",
        "notebooks/05_strategy_review.ipynb",
        "editions/executive/report.html",
        "editions/executive/slides.html",
        "editions/executive/notebooks/06_briefing.ipynb",
        "next_cycle/2026.yml",
        *(
            f"tables/{name}.parquet"
            for name in ("objectives", "kpis", "measures", "scores", "rollup", "findings", "initiatives", "risks")
        ),
        "tables/proposals.parquet",
        "tables/faults.parquet",
    }
    assert result.written[0] == "outputs/2025/report.html"
    assert not (result.folder / "frozen").exists()
    assert sorted(path.name for path in (result.folder / "notebooks").iterdir()) == [
        "01_data_intake.ipynb",
        "02_kpi_scoring.ipynb",
        "03_gap_findings.ipynb",
        "04_target_reset.ipynb",
        "05_strategy_review.ipynb",
        "06_briefing.ipynb",
    ]


def test_the_ledger_says_what_ran_from_what(review):
    workspace, result = review
    ledger = json.loads((result.folder / "run.json").read_text(encoding="utf-8"))
    assert ledger["state"] == "done"
    assert {step["state"] for step in ledger["steps"]} == {"done"}
    assert ledger["parameters"]["02_kpi_scoring"] == {
        "checkpoint": "2025",
        "edition": "analyst",
        "run": "outputs/.work/2025",
    }
    assert ledger["made_from"]["versions"] == library_versions()
    assert set(ledger["made_from"]["files"]) >= {"params/2025.yml", "params/2025.decisions.yml", "params/2024.yml"}
    assert ledger["files"] == hash_folder(result.folder, leave_out=["run.json"])
    assert str(workspace) not in json.dumps(ledger)


def test_the_same_inputs_give_the_same_bytes_elsewhere_at_another_hour_in_another_language(review, tmp_path):
    _, result = review
    elsewhere = example(tmp_path / "another place")
    different = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7", "PYTHONUTF8": "0"}
    subprocess.run([sys.executable, "-c", RUN, str(elsewhere)], env={**os.environ, **different}, check=True)
    other = elsewhere / "outputs" / "2025"
    assert hash_folder(other, leave_out=["run.json"]) == hash_folder(result.folder, leave_out=["run.json"])
    ledgers = [json.loads((folder / "run.json").read_text(encoding="utf-8")) for folder in (result.folder, other)]
    assert all(ledger.pop("durations") for ledger in ledgers)
    assert ledgers[0] == ledgers[1]


def test_nothing_is_run_again_while_nothing_has_changed(review):
    workspace, result = review
    before = (result.folder / "run.json").read_bytes()
    again = run_checkpoint(workspace, "2025")
    assert again.unchanged
    assert (result.folder / "run.json").read_bytes() == before


@pytest.mark.parametrize(
    "changed",
    [
        "params/2025.yml",
        "params/2025.decisions.yml",
        "params/2024.yml",
        "data/global_snack_retailer/kpis.csv",
        "notebooks/03_gap_findings.ipynb",
        "outputs/2025/report.html",
        "outputs/2025/tables/scores.parquet",
    ],
)
def test_a_change_of_an_input_or_of_a_result_is_noticed(review, changed):
    workspace, _ = review
    path = workspace / changed
    before = path.read_bytes()
    path.write_bytes(before + b"\n")
    try:
        assert not has_not_changed_in(workspace)
    finally:
        path.write_bytes(before)
    assert has_not_changed_in(workspace)


def has_not_changed_in(workspace):
    return has_not_changed(Places(workspace=workspace, checkpoint="2025"))
