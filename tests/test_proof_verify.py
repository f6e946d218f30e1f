"""`review verify`: a review is run again in a clean place; each change is found, and exactly its numbers are named."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from proofs import cells, review_by_hand, sha256, two_shops
from workspaces import REPOSITORY, contents, insert_cell, replace_text, review

from review_kit.checkpoint import run_checkpoint
from review_kit.checkpoint.seal import seal_review
from review_kit.errors import ExitCode, UsageError
from review_kit.proof import Proof, Question, Verdict, as_json, as_lines, verify_folder, verify_review

PYTHON = (sys.executable, "-m", "review_kit")
SAME_TODAY = "today's inputs are those that it read."
REPORTS = {"report.html", "scorecard.xlsx", "notebooks/05_strategy_review.ipynb", "editions/analyst/slides.html"}


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two shops, with their review of 2025; tests copy it."""
    workspace = two_shops(tmp_path_factory.mktemp("proof") / "two")
    run_checkpoint(workspace, "2025")
    return workspace


@pytest.fixture
def workspace(reviewed: Path, tmp_path: Path) -> Path:
    return shutil.copytree(reviewed, tmp_path / "two")


@pytest.fixture
def bench():
    """A folder for temporary files whose path leaves room for sockets; with a longer one the system's own is taken."""
    with tempfile.TemporaryDirectory(prefix="b") as folder:
        yield Path(folder)


def values(proof: Proof) -> list[str]:
    """Every value that the last attempt names."""
    comparison = proof.attempts[-1].comparison
    assert comparison is not None
    return [str(one) for one in comparison.values]


def documents(proof: Proof) -> set[str]:
    comparison = proof.attempts[-1].comparison
    assert comparison is not None
    return {one.path for one in comparison.documents}


def edit_table(path: Path, row: int, column: str, value: object) -> None:
    """Change one cell of a table and nothing else of it, as somebody with a library at hand would."""
    table = pq.read_table(path)
    number = table.schema.get_field_index(column)
    changed = table.column(column).to_pylist()
    changed[row] = value
    table = table.set_column(number, table.schema.field(number), pa.array(changed, table.schema.field(number).type))
    pq.write_table(table, path)


def test_a_review_is_proved_by_the_same_bytes_in_a_clean_place_and_the_workspace_is_only_read(workspace):
    before = contents(workspace)
    done = review(workspace, "verify", "2025", TZ="Pacific/Kiritimati", PYTHONHASHSEED="7")
    assert (done.returncode, done.stderr) == (0, "")
    files = len([name for name in before if name.startswith("outputs/2025/") and "/inputs/" not in name])
    assert done.stdout.splitlines() == [
        f"2025: PROVED. Run again in a clean place, all {files} files have the same bytes; {SAME_TODAY}",
        "Revision 1. Not sealed.",
    ]
    assert contents(workspace) == before


def test_a_file_that_a_notebook_opens_by_itself_is_proved_like_an_input(workspace):
    insert_cell(workspace / "notebooks" / "02_kpi_scoring.ipynb", "print(open('notes.txt').read())")
    (workspace / "notes.txt").write_text("the first", encoding="utf-8")
    run_checkpoint(workspace, "2025")
    assert (workspace / "outputs" / "2025" / "inputs" / "notes.txt").read_text(encoding="utf-8") == "the first"
    assert verify_review(workspace, "2025").verdict is Verdict.PROVED
    (workspace / "notes.txt").write_text("the second", encoding="utf-8")
    proof = verify_review(workspace, "2025")
    assert [str(reason) for reason in proof.today.reasons] == ["notes.txt: changed"]
    assert "notebooks/02_kpi_scoring.ipynb" in documents(proof)


# 64 of 100 from 0: progress 0.64. O1 has no other KPI; the strategy is the mean of O1 (0.64) and O2 (0.9). The gap of
# the finding is 1 - 0.64, its cost that gap times half of the weight. Next year's base is 64; 64 + 10 % is 70.4.
# O1 lies 0.16 below "near", the strategy 0.03, which the 5 points that are tried reach as 0.05 did. With the weight w
# of O1, (0.64 w + 0.9) / (w + 1) is 0.8 at w = 0.625; it was at 0.5 with 0.6. All other conclusions turn as they did:
# without queue too little of O1 is scored, without stock the strategy is near.
OF_QUEUE = {
    "scores/queue/actual: 60 -> 64",
    "scores/queue/progress: 0.6 -> 0.64",
    "scores/queue/score: 0.6 -> 0.64",
    "scores/queue/points: 60 -> 64",
    "scores/queue/gap: -40 -> -36",
    "scores/queue/forecast: 60 -> 64",
    "scores/queue/forecast_low: 60 -> 64",
    "scores/queue/forecast_high: 60 -> 64",
    "rollup/strategy/Two shops/score: 0.75 -> 0.77",
    "rollup/perspective/Customer/score: 0.6 -> 0.64",
    "rollup/objective/O1/score: 0.6 -> 0.64",
    "sensitivity/status/strategy/Two shops/weight/O1/takes: -0.5 -> -0.375",
    "sensitivity/status/strategy/Two shops/limit/amber/takes: -0.05 -> -0.03",
    "sensitivity/status/perspective/Customer/limit/amber/takes: -0.2 -> -0.16",
    "sensitivity/status/objective/O1/limit/amber/takes: -0.2 -> -0.16",
    "sensitivity/status/kpi/queue/limit/amber/takes: -0.2 -> -0.16",
    "findings/target-missed:queue/gap: 0.4 -> 0.36",
    "findings/target-missed:queue/cost: 20 -> 18",
    "findings/target-missed:queue/size: -40 -> -36",
    "findings/no-owner:queue/size: -40 -> -36",
    "objective_reviews/objective/O1/score: 0.6 -> 0.64",
    "proposals/queue/maintain/candidate: 60 -> 64",
    "proposals/queue/percent/candidate: 66 -> 70",
    "proposals/queue/keep/baseline_next: 60 -> 64",
    "proposals/queue/maintain/baseline_next: 60 -> 64",
    "proposals/queue/percent/baseline_next: 60 -> 64",
    "measures/queue/2025/value: 60 -> 64",
}
# Sentences in which 60 % became 64 %, or the 40 % that were missed became 36 %.
SENTENCES_OF_QUEUE = {
    "findings/target-missed:queue/headline",
    "findings/target-missed:queue/evidence",
    "objective_reviews/objective/O1/why",
    "proposals/queue/keep/reason",
    "proposals/queue/maintain/reason",
    "proposals/queue/percent/reason",
}


def test_one_changed_cell_of_a_source_is_named_with_every_number_that_follows_from_it_and_no_other(workspace):
    old = shutil.copytree(workspace / "outputs" / "2025", workspace / "kept")
    replace_text(workspace / "data" / "actuals.csv", ("queue,2025,60", "queue,2025,64"))
    done = review(workspace, "verify", "2025", "--json")
    assert (done.returncode, done.stderr) == (1, "")
    told = json.loads(done.stdout)
    assert (told["verdict"], told["inputs_have_moved_on"]) == ("changed", True)
    assert told["from_what_it_read"]["equal"] is True
    today = told["from_todays_inputs"]
    reason = {"kind": "input", "file": "data/actuals.csv", "place": "row 2, column value", "old": "60", "new": "64"}
    assert today["reasons"] == [reason | {"what": "changed"}]
    assert {one["path"] for one in today["documents"]} >= REPORTS

    named = {one["name"]: (one["old"], one["new"]) for one in today["differences"]}
    assert named.keys() - SENTENCES_OF_QUEUE == {line.rpartition(": ")[0] for line in OF_QUEUE}
    assert named.keys() >= SENTENCES_OF_QUEUE
    for line in OF_QUEUE:
        name, _, numbers = line.rpartition(": ")
        assert named[name] == pytest.approx([float(number) for number in numbers.split(" -> ")])

    run_checkpoint(workspace, "2025")  # and what a comparison that knows no keys finds in the tables themselves
    before, after = cells(old), cells(workspace / "outputs" / "2025")
    unequal = [key for key in before if before[key] != after[key] and before[key] == before[key]]
    assert before.keys() == after.keys()
    assert len(unequal) == len(named)
    assert {(table, column) for _, table, _, column in unequal} == {
        (one["table"], one["column"]) for one in today["differences"]
    }


def test_one_changed_parameter_is_named_with_exactly_the_words_that_follow_from_it(workspace):
    replace_text(workspace / "params" / "2025.yml", ("green: 1.0", "green: 0.9"))
    proof = verify_review(workspace, "2025", question=Question.TODAY)
    assert (proof.verdict, proof.exit_code) == (Verdict.CHANGED, ExitCode.INPUTS_REFUSED)
    assert [str(one) for one in proof.attempts[-1].reasons] == ["params/2025.yml, line 8, scoring.green: 1.0 -> 0.9"]
    # O2 and its perspective stand at 0.9; stock at 0.8 stays near, and 100 % was on target before
    # without queue the strategy is its other half; all else is said anew of what was near and is on target
    named = values(proof)
    assert set(named) == {
        "rollup/perspective/Process/status: near -> on target",
        "rollup/objective/O2/status: near -> on target",
        "objective_reviews/objective/O2/status: near -> on target",
        "objective_reviews/objective/O2/rule: short of target -> on target",
        "sensitivity/status/strategy/Two shops/left out/queue/becomes: near -> on target",
        *on_target_just_so("perspective/Process"),
        *on_target_just_so("objective/O2"),
    }
    assert len(named) == 5 + 2 * 10
    assert documents(proof) >= REPORTS
    assert as_lines(proof)[0].startswith("2025: DIFFERS. Run again from today's inputs, 25 values in ")


def on_target_just_so(what: str) -> set[str]:
    """What the sensitivity of a status says anew that was near and is on target, at the limit itself.

    Near, no weight within reach turned it, without stock (0.8) it was on target, and the limit of near was the nearer
    one. Now any more weight of stock turns it, as leaving out waste does (0.8 alone is near) and any higher limit of on
    target. The other two ways of rolling up still make it near, which is another status now.
    """
    status = f"sensitivity/status/{what}"
    removed, added = ("weight", "left out/stock", "limit/amber"), ("weight/stock", "left out/waste", "limit/green")
    lines = {f"{status}/{row}: row removed" for row in removed} | {f"{status}/{row}: row added" for row in added}
    for method in ("geometric mean", "worst score"):
        lines |= {f"{status}/roll-up/{method}/now: near -> on target", f"{status}/roll-up/{method}/holds: yes -> no"}
    return lines


def test_one_changed_line_of_a_scoring_rule_is_named_with_exactly_the_numbers_that_follow_from_it(workspace, tmp_path):
    package = shutil.copytree(REPOSITORY / "review_kit", tmp_path / "other" / "review_kit")
    rule = ("(actual - baseline) / (target - baseline)", "actual / (target - baseline)")
    replace_text(package / "scoring" / "profiles.py", rule)
    done = review(workspace, "verify", "2025", "--json", PYTHONPATH=str(package.parent))
    assert (done.returncode, done.stderr) == (1, "")
    own = json.loads(done.stdout)["from_what_it_read"]
    assert [(one["kind"], one["file"]) for one in own["reasons"]] == [("code", "review_kit/scoring/profiles.py")]
    # Only waste has a baseline, 50, that is not 0: 100 / (100 - 50) = 2, which counts as 1.2 at most, so that O2 is
    # (0.8 + 1.2) / 2 = 1 and the strategy (0.6 + 1) / 2 = 0.8.
    named = {one["name"]: (one["old"], one["new"]) for one in own["differences"] if one["what"] == "value"}
    above = {name: ends for name, ends in named.items() if not name.startswith("sensitivity/")}
    assert above == {
        "scores/waste/progress": (1, 2),
        "scores/waste/score": (1, 2),
        "scores/waste/points": (100, 200),
        "rollup/strategy/Two shops/score": (pytest.approx(0.75), pytest.approx(0.8)),
        "rollup/strategy/Two shops/status": ("off target", "near"),
        "rollup/perspective/Process/score": (pytest.approx(0.9), 1),
        "rollup/perspective/Process/status": ("near", "on target"),
        "rollup/objective/O2/score": (pytest.approx(0.9), 1),
        "rollup/objective/O2/status": ("near", "on target"),
        "objective_reviews/objective/O2/score": (pytest.approx(0.9), 1),
        "objective_reviews/objective/O2/status": ("near", "on target"),
        "objective_reviews/objective/O2/rule": ("short of target", "on target"),
        "objective_reviews/objective/O2/why": (
            "It scores 90 of 100; 1 of 2 KPIs met the target.",
            "It scores 100 of 100; 1 of 2 KPIs met the target.",
        ),
    }
    # O2 is on target just so, and the strategy near just so: any more of O1, any higher limit, and without waste
    # (0.6 + 0.8) / 2 it is off target, as the other ways of rolling up have it; without queue it is what O2 is.
    whole = "sensitivity/status/strategy/Two shops"
    of_whole = {
        f"{whole}/weight/O1/now": ("off target", "near"),
        f"{whole}/weight/O1/takes": (pytest.approx(-0.5, abs=1e-6), pytest.approx(0, abs=1e-6)),
        f"{whole}/weight/O1/becomes": ("near", "off target"),
        f"{whole}/weight/O1/holds": (True, False),
        f"{whole}/left out/queue/now": ("off target", "near"),
        f"{whole}/left out/queue/becomes": ("near", "on target"),
        f"{whole}/limit/amber/now": ("off target", "near"),
        f"{whole}/limit/amber/takes": (pytest.approx(-0.05), pytest.approx(0)),
        f"{whole}/limit/amber/becomes": ("near", "off target"),
        f"{whole}/roll-up/geometric mean/now": ("off target", "near"),
        f"{whole}/roll-up/geometric mean/holds": (True, False),
        f"{whole}/roll-up/worst score/now": ("off target", "near"),
        f"{whole}/roll-up/worst score/holds": (True, False),
    }
    rows = {f"{one['name']}: {one['what']}" for one in own["differences"] if one["what"] != "value"}
    of_rows = {f"{whole}/left out/stock: row removed", f"{whole}/left out/waste: row added"}
    just_so = on_target_just_so("perspective/Process") | on_target_just_so("objective/O2")
    assert {name: ends for name, ends in named.items() if name.startswith(f"{whole}/")} == of_whole
    assert rows | (named.keys() - above.keys() - of_whole.keys()) == of_rows | {
        line if ": row " in line else line.partition(": ")[0] for line in just_so
    }


def test_what_was_edited_after_the_run_is_named_with_what_stood_there(workspace):
    folder = workspace / "outputs" / "2025"
    edit_table(folder / "tables" / "scores.parquet", 0, "actual", 95.0)
    replace_once(folder / "report.html", "60 %", "95 %")
    (folder / "inputs" / "data" / "kpis.csv").chmod(0o644)
    replace_text(folder / "inputs" / "data" / "kpis.csv", ("Shelves that are full", "Shelves that are clean"))
    (folder / "note.txt").write_text("mine")
    os.mkfifo(folder / "pipe")  # which would wait for a writer for ever
    proof = verify_review(workspace, "2025")
    assert (proof.verdict, proof.exit_code) == (Verdict.ALTERED, ExitCode.STAGE_FAILED)
    lines = as_lines(proof)
    assert lines[:2] == [
        "2025: ALTERED. 5 files of its folder changed after the run. All others come out again with the same bytes.",
        "Altered, as the run left it -> as it is now:",
    ]
    assert lines[2].startswith('  inputs/data/kpis.csv, line 3: "…es that are full,')
    assert lines[3] == "  note.txt (added)"
    assert lines[4] == "  pipe (added)"
    assert lines[5].startswith("  report.html, line ")
    assert "60 %" in lines[5]
    assert "95 %" in lines[5]
    assert lines[6:] == ["  scores/queue/actual: 60 -> 95", "Revision 1. Not sealed."]


def replace_once(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")


def verify_in(bench: Path, workspace: Path) -> None:
    """A proof that finds its room for temporary files here."""
    done = review(workspace, "verify", "2025", "--inputs", "own", TMPDIR=str(bench))
    assert done.returncode == 0, done.stderr


def test_a_forged_number_whose_hash_was_forged_too_does_not_come_out_again(workspace):
    folder = workspace / "outputs" / "2025"
    edit_table(folder / "tables" / "scores.parquet", 0, "actual", 95.0)
    ledger = json.loads((folder / "run.json").read_text())
    ledger["files"]["tables/scores.parquet"] = sha256(folder / "tables" / "scores.parquet")
    (folder / "run.json").write_text(json.dumps(ledger))
    done = review(workspace, "verify", "2025", "--inputs", "own")
    assert done.returncode == 3
    lines = done.stdout.splitlines()
    assert lines[0].startswith("2025: NOT REPRODUCIBLE. Run again from what it read, 1 value in 1 of ")
    assert lines[0].endswith("Nothing that it is made from has changed.")
    assert lines[1:] == ["1 value, in the review -> now:", "  scores/queue/actual: 95 -> 60", "Revision 1. Not sealed."]


def test_rows_that_only_moved_in_their_file_change_no_value(workspace):
    replace_text(workspace / "data" / "actuals.csv", ("stock,2025", "\nstock,2025"))
    proof = verify_review(workspace, "2025", question=Question.TODAY)
    assert values(proof) == []
    [reason] = proof.attempts[-1].reasons
    assert str(reason).startswith("data/actuals.csv, not in a cell that is read")
    # the traces and source rows of stock and waste
    assert any(line.startswith("Not counted: 4 cells that only say from which row") for line in as_lines(proof))


def test_today_s_inputs_that_are_refused_are_told_with_what_was_changed(workspace):
    replace_text(workspace / "data" / "actuals.csv", ("queue,2025,60", "queue,2025,sixty"))
    proof = verify_review(workspace, "2025", question=Question.TODAY)
    assert proof.exit_code == 1
    lines = as_lines(proof)
    assert lines[:4] == [
        "2025: DIFFERS. Run again from today's inputs, it failed. What it is made from has changed.",
        "Changed since its run:",
        "  data/actuals.csv, row 2, column value: 60 -> sixty",
        "It failed:",
    ]
    assert "'sixty' is not a number" in "\n".join(lines)


def test_a_comment_is_a_change_without_effect_and_parameters_that_are_gone_are_told(workspace):
    replace_text(workspace / "params" / "2025.yml", ("scoring:", "# as every year\nscoring:"))
    proof = verify_review(workspace, "2025", question=Question.TODAY)
    assert (proof.verdict, proof.exit_code, proof.moved_on) == (Verdict.PROVED, ExitCode.DONE, True)
    assert as_lines(proof)[1:3] == [
        "Changed since its run, without effect on any file:",
        "  params/2025.yml, not in a value: comments or layout",
    ]
    (workspace / "params" / "2025.yml").unlink()
    lines = as_lines(verify_review(workspace, "2025", question=Question.TODAY))
    assert "  params/2025.yml: removed" in lines
    assert any("no cycle is called '2025'" in line for line in lines)


def test_a_sealed_review_stays_while_runs_make_revisions_and_each_is_proved_alone(workspace, tmp_path):
    sealed = seal_review(workspace, "2025")
    before = contents(sealed)
    replace_text(workspace / "data" / "actuals.csv", ("queue,2025,60", "queue,2025,55"))
    assert run_checkpoint(workspace, "2025").folder == workspace / "outputs" / "2025.r2"
    assert contents(sealed) == before

    handed = shutil.copytree(sealed, tmp_path / "for the auditor")
    shutil.rmtree(workspace / "data")  # nothing of the workspace is needed
    done = review(tmp_path, "verify", "./for the auditor")
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1] == (f"Revision 1. Sealed; SHA-256 of seal.json: {sha256(sealed / 'seal.json')}")
    (handed / "run.json").chmod(0o644)
    replace_text(handed / "run.json", ('"as_of": "2025-12-31"', '"as_of": "2025-12-30"'))
    proof = verify_folder(handed)
    assert (proof.verdict, proof.revision) == (Verdict.ALTERED, 1)
    assert [str(one) for one in proof.restored] == ["run.json, what stood there before is not known"]
    latest = verify_review(workspace, "2025", question=Question.OWN)
    assert (latest.verdict, latest.revision, latest.seal) == (Verdict.PROVED, 2, "")


def test_a_review_whose_inputs_are_lost_cannot_be_run_again_and_that_is_told(workspace):
    replace_once(workspace / "outputs" / "2025" / "inputs" / "data" / "actuals.csv", "60", "61")
    replace_text(workspace / "data" / "actuals.csv", ("queue,2025,60", "queue,2025,62"))
    proof = verify_review(workspace, "2025")
    assert proof.exit_code == ExitCode.STAGE_FAILED
    lines = as_lines(proof)
    assert lines[0] == "2025: ALTERED. 1 file of its folder changed after the run."
    assert "  inputs/data/actuals.csv, what stood there before is not known" in lines
    assert any("cannot be run again from what it read" in line for line in lines)
    assert as_json(proof)["altered"] == [{"path": "inputs/data/actuals.csv", "what": "altered"}]


def test_what_cannot_be_verified_is_told_in_words(workspace):
    for arguments, words in [
        (("2024",), "there is no review of 2024."),
        (("2025", "--revision", "2"), "2025 has no revision 2.\nHint: its revisions are: 1."),
        (("./outputs", "--revision", "1"), "a folder that was handed over is one revision"),
        (("./params",), "there is no review of params."),
    ]:
        done = review(workspace, "verify", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(words)


@pytest.mark.parametrize(
    "change",
    [
        lambda ledger: ledger | {"format": 1},
        lambda ledger: ledger | {"made_from": []},
        lambda ledger: {key: value for key, value in ledger.items() if key != "files"},
        lambda ledger: ledger | {"made_from": {"files": {}, "code": "one hash", "versions": {}}},
    ],
)
def test_a_ledger_that_is_none_of_ours_is_refused(tmp_path, change: Callable[[dict], dict]):
    folder = review_by_hand(tmp_path / "2025")
    ledger = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(change(ledger)))
    with pytest.raises(UsageError, match="is of another version of this program"):
        verify_folder(folder)


def test_the_review_of_another_checkpoint_is_not_taken_for_this_one(workspace):
    shutil.copytree(workspace / "outputs" / "2025", workspace / "outputs" / "2025-Q4")
    with pytest.raises(UsageError, match=r"outputs/2025-Q4/ holds a review of 2025, not of 2025-Q4\.\nHint"):
        verify_review(workspace, "2025-Q4")


@pytest.mark.parametrize("name", ["../report.html", "/etc/hostname", "data/\0"])
def test_a_ledger_that_names_files_outside_of_the_workspace_is_refused(workspace, name):
    folder = workspace / "outputs" / "2025"
    ledger = json.loads((folder / "run.json").read_text())
    ledger["made_from"]["files"][name] = sha256(folder / "report.html")
    (folder / "run.json").write_text(json.dumps(ledger))
    proof = verify_folder(folder)
    assert proof.own is not None
    assert "outside of the workspace" in proof.own.failure


@pytest.mark.skipif(sys.platform == "win32", reason="kills as it is done elsewhere")
def test_what_a_killed_proof_leaves_is_removed_by_the_next(workspace, bench):
    process = subprocess.Popen(
        [*PYTHON, "verify", "2025"], cwd=workspace, env={**os.environ, "TMPDIR": str(bench)}, stdout=subprocess.DEVNULL
    )
    while process.poll() is None and not list(bench.glob("*/own/outputs/.work/2025")):
        time.sleep(0.01)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert list(bench.glob("*/review/run.json"))
    verify_in(bench, workspace)
    assert list(bench.iterdir()) == []


def test_the_clean_places_are_removed_and_a_full_disk_is_told(workspace, bench):
    verify_in(bench, workspace)
    assert list(bench.iterdir()) == []
    command = ["sh", "-c", 'ulimit -f 8; trap "" XFSZ; exec "$0" "$@"']
    done = subprocess.run(
        [*command, *PYTHON, "verify", "2025", "--inputs", "own"],
        cwd=workspace,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4
    assert "Traceback" not in done.stderr
