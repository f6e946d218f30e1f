"""The command `review`: it teaches, says what to do next, and never shows a traceback for what a person can mend."""

import json
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner
from workspaces import DATA, contents, copy_workspace, page, replace_text, review

from review_kit import __version__
from review_kit.cli import main
from review_kit.cli.common import fitted
from review_kit.errors import ExitCode
from review_kit.store import read_table

ACTUALS = "data/global_snack_retailer/actuals.csv"
KPIS = "data/global_snack_retailer/kpis.csv"
RISKS = "data/global_snack_retailer/risks.csv"
FAULTS = {  # what was done to which file, and what the person is told
    "a missing column": (
        "risks.csv",
        ("risk_id,title,", "risk_id,heading,"),
        f"{RISKS}, row 1, column title: no column is called 'title'.",
        "Hint: row 1 has the headings risk_id, heading, kind,",
    ),
    "not a number": (
        "actuals.csv",
        ("digital_revenue,2025-03,16.8,", "digital_revenue,2025-03,16.8 ca.,"),
        f"{ACTUALS}, row 28, column value: '16.8 ca.' is not a number.",
        "Hint: a bound or an estimate is no value: write what was measured as a plain number.",
    ),
    "an unknown KPI": (
        "actuals.csv",
        ("csat,2025-02,", "csta,2025-02,"),
        f"{ACTUALS}, row 147, column kpi_id: no KPI is called 'csta'.",
        "Hint: did you mean 'csat'?",
    ),
    "a duplicate key": (
        "actuals.csv",
        ("digital_revenue,2025-06,18.7", "digital_revenue,2025-07,18.7"),
        (
            f"{ACTUALS}, row 32, column value: rows 31 and 32 both give digital_revenue, 2025-07, "
            "with value 18.7 and 17.3."
        ),
        "Hint: keep the row that is right, or tell the rows apart.",
    ),
    "a bad period": (
        "actuals.csv",
        ("digital_revenue,2025-05,", "digital_revenue,2025-13,"),
        f"{ACTUALS}, row 30, column period: '2025-13' is not a period: ",
        "Hint: write 2025-09 for a month, 2025-26 for a year that spans two, or 2025.",
    ),
    "a bad direction": (
        "kpis.csv",
        ("Inventory turnover,P1,turns a year,higher,", "Inventory turnover,P1,turns a year,upwards,"),
        f"{KPIS}, row 12, column direction: 'upwards' is not higher, lower or range.",
        "Hint: write higher, lower or range.",
    ),
}


def call(*arguments):
    """The command in this process: what it printed, what it told as an error, and its exit code."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def workspace(tmp_path):
    return copy_workspace(tmp_path / "workspace")


@pytest.fixture
def small(small_review, tmp_path):
    """A copy of the small workspace with its last good report."""
    return shutil.copytree(small_review.parents[1], tmp_path / "my-review")


# Help


@pytest.mark.parametrize(
    ("verb", "taught"),
    [
        (
            "",
            [
                "  2025-Q3    its third quarter, from the same file\n",
                "  review check 2025         is every row of the sources sound?\n",
                "Exit codes: 0 done, 1 inputs refused, 2 wrong usage, 3 a stage failed",
                "130 interrupted",
            ],
        ),
        ("run", ["--force", "--only STAGE", "02_kpi_scoring", "--edition NAME", "the last good report stands"]),
        ("check", ["list every fault", "Exit code 1 if any fault is an error", "--json"]),
        ("open", ["Open the report of CHECKPOINT in the browser", "--edition"]),
        ("lab", ["JupyterLab at the workbench notebook"]),
        ("new", ["a small example to overwrite", "--year"]),
        ("due", ["each checkpoint is run once", "--dry-run", "--at MOMENT", "--json", "--quiet", "--test-alert"]),
    ],
)
def test_help_teaches(verb, taught):
    done = call(*([verb] if verb else []), "--help")
    assert done.exit_code == 0
    flat = re.sub(r"\s+", " ", done.stdout)
    for words in taught:
        assert words in done.stdout or (re.sub(r"\s+", " ", words) in flat and not words.endswith("\n")), words
    assert "\\b" not in done.stdout


def test_help_names_every_verb():
    listed = call("--help").stdout.split("Commands:")[1]
    verbs = ["check", "compare", "due", "lab", "new", "open", "run", "seal", "verify"]
    assert re.findall(r"^  (\w+)", listed, re.MULTILINE) == verbs


def test_the_package_can_be_run_as_a_module(tmp_path):
    done = review(tmp_path, "--version")
    assert (done.returncode, done.stdout) == (0, f"review, version {__version__}\n")


# Wrong usage


@pytest.mark.parametrize(
    ("arguments", "told", "hint"),
    [
        (("run", "2052"), "no cycle is called '2052': params/2052.yml is missing.", "did you mean '2025'?"),
        (("check", "2025-Q5"), "no cycle is called '2025-Q5'", "did you mean '2025'?"),
        (("open", "2052"), "no cycle is called '2052'", "did you mean '2025'?"),
        (
            ("run", "2025", "--edition", "departmnt"),
            "no edition is called 'departmnt'.",
            "did you mean 'department'?",
        ),
        (("run", "2025", "--only", "02_scoring"), "no stage is called '02_scoring'.", "did you mean '02_kpi_scoring'?"),
    ],
)
def test_a_name_that_does_not_exist_is_refused_with_the_nearest(workspace, arguments, told, hint):
    before = contents(workspace)
    done = call(*arguments, "--workspace", workspace)
    assert done.exit_code == 2
    assert told in done.stderr
    assert f"\nHint: {hint}\n" in done.stderr
    assert contents(workspace) == before


def test_a_folder_without_params_is_no_workspace(tmp_path):
    done = call("check", "2025", "--workspace", tmp_path)
    assert done.exit_code == 2
    assert "Hint: `review new DIR` makes one." in done.stderr


def test_open_before_a_run_says_what_to_do(workspace):
    done = call("open", "2025-Q3", "--workspace", workspace)
    assert done.exit_code == 2
    assert "2025-Q3 has no report yet." in done.stderr
    assert "Hint: review run 2025-Q3" in done.stderr


def test_open_of_an_edition_that_was_not_made_says_so(small):
    done = call("open", "2025", "--edition", "board", "--workspace", small)
    assert done.exit_code == 2
    assert "2025 has no edition 'board'." in done.stderr


def test_a_mistake_in_the_params_is_told_with_its_line_and_the_nearest_key(workspace):
    replace_text(
        workspace / "params" / "2025.yml",
        ("organisation: Global", "organization: Global"),
        ("cap: 1.2", "capp: 1.2"),
    )
    done = call("run", "2025", "--workspace", workspace)
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "params/2025.yml, line 1, key organisation: this key is missing.",
        "Hint: add a line 'organisation: …'.",
        "params/2025.yml, line 5, key organization: there is no such key.",
        "Hint: did you mean 'organisation'?",
        "params/2025.yml, line 51, key scoring.capp: there is no such key.",
        "Hint: did you mean 'cap'?",
    ]
    assert not (workspace / "outputs").exists()


# Wrong input


@pytest.mark.parametrize("kind", FAULTS)
def test_wrong_input_is_told_with_file_row_column_value_and_hint(workspace, kind):
    file, change, told, hint = FAULTS[kind]
    replace_text(workspace / DATA / file, change)
    done = call("check", "2025", "--workspace", workspace)
    assert done.exit_code == 1
    assert f"\nerror: {told}" in done.stdout
    assert f"\n{hint}" in done.stdout
    assert "\n1 error, " in done.stdout
    assert "Traceback" not in done.output


def test_figures_of_another_year_alone_are_refused(workspace):
    path = workspace / ACTUALS
    kept = [line for line in page(path).splitlines(keepends=True) if ",2025" not in line]
    path.write_text("".join(kept), encoding="utf-8")
    done = call("check", "2025", "--workspace", workspace)
    assert done.exit_code == 1
    assert f"error: {ACTUALS}: no value lies in the cycle, 1 January 2025 to 31 December 2025." in done.stdout
    assert "Hint: is this the file of another year?" in done.stdout


@pytest.mark.kernel
def test_a_run_refuses_with_all_faults_at_once_and_leaves_the_last_good_report(workspace):
    last_good = workspace / "outputs" / "2025"
    last_good.mkdir(parents=True)
    (last_good / "report.html").write_text("the last good report", encoding="utf-8")
    before = contents(last_good)
    for file, change, _, _ in FAULTS.values():
        replace_text(workspace / DATA / file, change)
    done = review(workspace, "run", "2025")
    assert done.returncode == 1
    assert "The sources hold 6 errors, so nothing was scored." in done.stderr
    for _, _, told, hint in FAULTS.values():
        assert told in done.stderr
        assert hint in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert contents(last_good) == before
    assert [path.name for path in (workspace / "outputs").iterdir() if not path.name.startswith(".")] == ["2025"]
    faults = read_table(workspace / "outputs" / ".failed" / "2025" / "tables" / "faults.parquet")
    assert int(faults["severity"].eq("error").sum()) == len(FAULTS)


# Check


def test_check_as_json_can_be_read_by_a_program_and_reconciles(workspace):
    replace_text(workspace / ACTUALS, FAULTS["not a number"][1], FAULTS["a duplicate key"][1])
    done = call("check", "2025", "--json", "--workspace", workspace)
    assert done.exit_code == 1
    said = json.loads(done.stdout)
    assert said["checkpoint"] == "2025"
    for source in said["sources"]:
        parts = ("used", "refused", "outside", "duplicate")
        assert source["read"] == sum(source[part] for part in parts), source["table"]
    actuals = next(source for source in said["sources"] if source["table"] == "actuals")
    # one row without a number, two rows that contradict each other, 24 of a retired KPI
    assert (actuals["read"], actuals["refused"], actuals["outside"]) == (1335, 3, 24)
    errors = [fault for fault in said["faults"] if fault["severity"] == "error"]
    assert [(fault["file"], fault["row"], fault["column"], fault["value"]) for fault in errors] == [
        (ACTUALS, 28, "value", "16.8 ca."),
        (ACTUALS, 32, "value", "17.3"),
    ]


@pytest.mark.parametrize("checkpoint", ["2025", "2024", "2025-Q3", "2025-09", "nyc-2023", "canada-it-2022"])
def test_the_examples_are_sound_at_every_rhythm(example, checkpoint):
    done = call("check", checkpoint, "--workspace", example)
    assert done.exit_code == 0
    assert "\nno errors, " in done.stdout


def test_check_writes_nothing(workspace):
    before = contents(workspace)
    call("check", "2025", "--workspace", workspace)
    assert contents(workspace) == before


# Run


@pytest.mark.kernel
def test_a_second_run_says_that_nothing_has_changed_and_force_runs_all_the_same(small):
    before = contents(small / "outputs" / "2025")
    again = review(small, "run", "2025")
    assert again.returncode == 0
    assert "2025: nothing has changed since the last run. --force runs it all the same." in again.stderr
    assert again.stdout.splitlines()[-1] == "Report: outputs/2025/report.html"
    assert contents(small / "outputs" / "2025") == before
    different = {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "PYTHONHASHSEED": "11", "USER": "zaphod", "LOGNAME": "zaphod"}
    forced = review(small, "run", "2025", "--force", **different)
    assert forced.returncode == 0
    assert "gap findings" in forced.stderr
    after = contents(small / "outputs" / "2025")
    ledgers = [json.loads(files.pop("run.json")) for files in (before, after)]
    assert [ledger.pop("durations")["total"] > 0 for ledger in ledgers] == [True, True]
    assert ledgers[0] == ledgers[1]
    assert after == before
    assert [name for name, data in after.items() if b"zaphod" in data] == []


def test_a_run_that_is_refused_says_why_as_json_too(small):
    done = call("run", "2031", "--json", "--workspace", small)
    assert done.exit_code == ExitCode.WRONG_USAGE
    [event] = map(json.loads, done.stdout.splitlines())
    assert (event["event"], event["checkpoint"], event["state"]) == ("RunFinished", "2031", "failed")
    assert event["message"] == done.stderr.strip()


@pytest.mark.kernel
def test_a_run_prints_the_three_most_important_findings_and_the_path_of_the_report(small):
    done = call("run", "2025", "--workspace", small)
    lines = done.stdout.splitlines()
    assert lines[0] == "The 3 most important findings:"
    assert [line[:5] for line in lines[1:4]] == ["  1. ", "  2. ", "  3. "]
    assert lines[4] == f"Report: {small}/outputs/2025/report.html"


@pytest.mark.kernel
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_exits_130_and_says_that_the_last_good_report_stands(small, number):
    before = contents(small / "outputs" / "2025")
    # a shell may start tests with the signal ignored, as a background job; the command shall see it
    code = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    code += "from review_kit.cli import main; main()"
    running = subprocess.Popen(
        [sys.executable, "-c", code, "run", "2025", "--force"], cwd=small, stderr=subprocess.PIPE, encoding="utf-8"
    )
    work = small / "outputs" / ".work" / "2025"
    while not work.is_dir() and running.poll() is None:
        time.sleep(0.02)
    running.send_signal(number)
    _, told = running.communicate()
    assert running.returncode == 130
    assert told.splitlines()[-1] == "Interrupted. The last good report stands."
    assert "Traceback" not in told
    assert contents(small / "outputs" / "2025") == before
    assert not work.exists()


def test_check_holds_the_decisions_against_the_tables_too(workspace):
    replace_text(workspace / "params" / "2025.decisions.yml", ("subject: uptime", "subject: uptimes"))
    done = review(workspace, "check", "2025")
    assert done.returncode == 1
    assert "decision D-2025-02, key subject: kpis has no 'uptimes'." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("line", "fitted_to_30"),
    [
        ("Hint: short.", "Hint: short."),
        ("  1. ERP upgrade will finish 8 months late", "  1. ERP upgrade will finish 8\n     months late"),
        ("Hint: keep the parts or the whole, not both.", "Hint: keep the parts or the\nwhole, not both."),
        ("data/a_path_that_is_longer_than_the_terminal.csv", "data/a_path_that_is_longer_than_the_terminal.csv"),
    ],
)
def test_in_a_terminal_long_lines_break_at_words_and_hang_below_their_number(line, fitted_to_30):
    assert fitted(line, 30) == fitted_to_30
